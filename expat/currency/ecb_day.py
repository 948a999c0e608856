"""One day of an ECB file, and what a currency and a rate in it must look like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from expat.currency.arrivals import NewRate
from expat.errors import BadInput
from expat.money import minor_units

ECB = "ecb"
_RATE = re.compile(r"[0-9]{1,20}(\.[0-9]{1,20})?")


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a file: where it stands, and where each rate stands, its currency and its text."""

    where: str
    day: date
    cells: list[tuple[str, str, str]]

    def rates(self) -> Iterator[NewRate]:
        """The day's rates. Raises BadInput naming the file, the line and the column."""
        for where, currency, text in self.cells:
            if text != "N/A":
                yield NewRate(currency, _value(where, text), ECB, self.day)


def _value(where: str, text: str) -> Decimal:
    if not _RATE.fullmatch(text) or not (value := Decimal(text)):
        raise BadInput(where, f"{text!r} is no rate", "units for 1 EUR such as 1.0867, or N/A")
    return value


def known_currency(where: str, code: str) -> str:
    """The code, if it is a currency's other than the euro. Raises BadInput with `where`."""
    try:
        minor_units(code)
    except BadInput as wrong:
        raise BadInput(where, wrong.problem, wrong.expected) from wrong
    return code
