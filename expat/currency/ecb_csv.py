"""The ECB's CSV: a day on each line, a currency in each column; the single day's file writes months out."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date

from expat.currency.ecb_day import Day, known_currency
from expat.errors import BadInput

_MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September"]
_MONTHS += ["October", "November", "December"]


def days(name: str, content: bytes) -> Iterator[Day]:
    """Each line of a CSV file. Raises BadInput naming the file, the line and the column."""
    try:
        lines = csv.reader(content.decode("utf-8-sig").splitlines(), strict=True)
        currencies = _header(name, _cells(next(lines, [])))
        for cells in map(_cells, lines):
            if any(cells):
                yield _day(f"{name}, line {lines.line_num}", currencies, cells)
    except UnicodeDecodeError as wrong:
        line = content[: wrong.start].count(b"\n") + 1
        raise BadInput(f"{name}, line {line}", "is no text (UTF-8)", "the ECB's CSV or XML") from wrong
    except csv.Error as wrong:
        raise BadInput(f"{name}, line {lines.line_num}", f"is no CSV: {wrong}", "the ECB's CSV") from wrong


def _cells(row: list[str]) -> list[str]:
    """The cells without spaces around them, and without the empty one that the ECB ends a line with."""
    cells = [cell.strip() for cell in row]
    return cells[:-1] if cells and not cells[-1] else cells


def _header(name: str, cells: list[str]) -> list[str]:
    where = f"{name}, line 1"
    if len(cells) < 2 or cells[0] != "Date":
        raise BadInput(f"{where}, column 1", f"{cells[:1]} is no header of the ECB's", "Date,USD,JPY...")
    currencies = cells[1:]
    for column, code in enumerate(currencies, start=2):
        if code in currencies[: column - 2]:
            raise BadInput(f"{where}, column {column}", f"{code} stands there twice", "each currency once")
        known_currency(f"{where}, column {column}", code)
    return currencies


def _day(where: str, currencies: list[str], cells: list[str]) -> Day:
    if len(cells) != len(currencies) + 1:
        problem = f"has {len(cells)} columns, the header {len(currencies) + 1}"
        raise BadInput(where, problem, "a whole line: the file may have been cut short")
    day = _date(f"{where}, column Date", cells[0])
    named = zip(currencies, cells[1:], strict=True)
    return Day(where, day, [(f"{where}, column {code}", code, text) for code, text in named])


def _date(where: str, text: str) -> date:
    try:
        day, month, year = text.split(" ")
        return date(int(year), _MONTHS.index(month) + 1, int(day))
    except ValueError:
        pass
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise BadInput(where, f"{text!r} is no date", "2025-07-31 or 31 July 2025") from wrong
