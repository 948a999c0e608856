"""The file of a batch of letters: a ZIP with a PDF for each, and a list of their recipients; always the same bytes."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

from sqlmodel import Session

from expat.errors import NotFound
from expat.files import write_whole
from expat.letters.post import batch_of, letters_in
from expat.letters.premium_letter import letter_pdf, street_of

LIST = "letters.csv"
COLUMNS = ("file", "recipient", "street", "postcode", "town", "country", "registered", "reference")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def batch_file(session: Session, batch_id: int) -> tuple[str, bytes]:
    """Name and content of a batch's ZIP. The list is UTF-8 with commas, countries by ISO 3166-1. Raises NotFound."""
    batch = batch_of(session, batch_id)
    if batch is None:
        raise NotFound("batch", f"there is no batch of letters {batch_id}")
    made = (batch.day.year, batch.day.month, batch.day.day, 0, 0, 0)
    out, letters = io.BytesIO(), list(letters_in(session, batch_id))
    with zipfile.ZipFile(out, "w") as kept:
        for row in letters:
            kept.writestr(zipfile.ZipInfo(_name(row), made), letter_pdf(row, row.recipient))
        kept.writestr(zipfile.ZipInfo(LIST, made), _list(letters))
    return f"letters-{batch.day}-{batch.number}.zip", out.getvalue()


def write_batch(session: Session, batch_id: int, folder: Path) -> Path:
    """Write a batch's file into a folder, which is made where it is not there. Raises NotFound, OSError."""
    name, content = batch_file(session, batch_id)
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / name, content)
    return folder / name


def _name(row: Any) -> str:
    return f"letter-{row.id}.pdf"


def _list(letters: list[Any]) -> str:
    kept = io.StringIO()
    writer = csv.writer(kept)
    writer.writerow(COLUMNS)
    for row in letters:
        to = row.recipient
        told = (to["name"], street_of(to), to["postcode"], to["town"], to["country"])
        reference = f"{row.facts['number']}-{row.id}"
        writer.writerow([_name(row), *(_plain(value) for value in told), "yes", reference])
    return kept.getvalue()


def _plain(value: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{value}" if value.startswith(_FORMULA) else value
