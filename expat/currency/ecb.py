"""The ECB's own files of reference rates: CSV (the history, a single day, or either in its .zip) and XML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from expat.currency import ecb_csv, ecb_xml
from expat.currency.arrivals import NewRate
from expat.currency.ecb_day import ECB, Day
from expat.errors import BadInput

_LARGEST = 64 * 1024 * 1024  # the whole history is 2 MB


@dataclass(frozen=True, slots=True)
class EcbFile:
    """A file as the ECB publishes it; `today` is the last day that a rate in it may be of."""

    file: Path
    today: date
    name: str = ECB

    def rates(self, since: date = date.min) -> Iterator[NewRate]:
        """Every rate from `since` on, "N/A" skipped. Raises BadInput with file, line and column."""
        name, content = _content(self.file)
        form = ecb_xml if content.lstrip().startswith(b"<") else ecb_csv
        seen: set[date] = set()
        for row in form.days(name, content):
            self._check_day(row, seen)
            if row.day >= since:
                yield from row.rates()

    def fetch(self, day: date) -> list[NewRate]:
        """The rates that the file has for one day."""
        return [rate for rate in self.rates(day) if rate.published_on == day]

    def _check_day(self, row: Day, seen: set[date]) -> None:
        if row.day > self.today:
            raise BadInput(row.where, f"{row.day} lies in the future", f"a day up to {self.today}")
        if row.day in seen:
            raise BadInput(row.where, f"{row.day} stands there twice", "one entry for each day")
        seen.add(row.day)


def _content(file: Path) -> tuple[str, bytes]:
    """A file's name and its bytes; of a .zip, those of the one file inside."""
    try:
        if file.stat().st_size > _LARGEST:
            raise BadInput(str(file), "is too large for the ECB's rates", f"at most {_LARGEST} bytes")
        content = file.read_bytes()
    except OSError as wrong:
        raise BadInput(str(file), "cannot be read", wrong.strerror or "") from wrong
    if not content.startswith(b"PK"):
        return str(file), content
    try:
        return _unzipped(file, content)
    except (BadZipFile, RuntimeError, NotImplementedError, EOFError) as wrong:
        raise BadInput(str(file), f"is a .zip that cannot be read: {wrong}", "the ECB's own .zip") from wrong


def _unzipped(file: Path, content: bytes) -> tuple[str, bytes]:
    with ZipFile(BytesIO(content)) as archive:
        inside = archive.infolist()
        if len(inside) != 1 or inside[0].file_size > _LARGEST:
            raise BadInput(str(file), f"holds {len(inside)} files", f"one, of at most {_LARGEST} bytes")
        return f"{file}:{inside[0].filename}", archive.read(inside[0])
