"""The file that a back office keys invoices into: its columns, and its rows with everything that is wrong in them."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from typing import NamedTuple, TypeVar

from moneyed import Money

from expat.claims.intake import NewLine
from expat.errors import BadInput
from expat.money import minor_units, parse_amount
from expat.plans.schema import DOCUMENTS

NEEDED = ("claim", "membership", "care", "on", "amount", "currency", "country")
PERSON = ("person", "first_name", "born")
SCANS = ("document", "prescription", "cause_proof")
OPTIONAL = (
    "received", "until", "quantity", "cause", "stay_days", "invoice", "provider", "series", "started", "kinds",
)  # fmt: skip
WHOLE = "row"  # stands for all columns where what is wrong is the row itself
COLUMNS = (*NEEDED, *PERSON, *OPTIONAL, *SCANS)
_DAY, _NUMBER = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII), re.compile(r"\d+(\.\d+)?", re.ASCII)
T = TypeVar("T")


class Wrong(NamedTuple):
    """What is wrong in a row (the header is row 1), and what would be right."""

    row: int
    column: str
    problem: str
    expected: str

    def __str__(self) -> str:
        return f"row {self.row}, {self.column}: {self.problem}" + (f"; {self.expected}" if self.expected else "")


class Row:
    """A row of the file. What is wrong in it is collected, not raised: all of it is told at once."""

    def __init__(self, number: int, cells: dict[str, str]) -> None:
        self.number, self.cells = number, cells
        self.wrong: list[Wrong] = []

    def note(self, column: str, problem: str, expected: str = "") -> None:
        """Something is wrong in a column; noted once, and not at all where the cells stand in wrong columns."""
        wrong = Wrong(self.number, column, problem, expected)
        if wrong not in self.wrong and all(known.column != WHOLE for known in self.wrong):
            self.wrong.append(wrong)

    def text(self, column: str) -> str | None:
        """The cell, or None where it is empty."""
        return self.cells.get(column) or None

    def needed(self, column: str) -> str:
        """A cell that may not be empty."""
        if not self.text(column):
            self.note(column, "is empty")
        return self.cells.get(column, "")

    def day(self, column: str) -> date | None:
        """A date, None where there is none or it is wrong."""
        return self._read(column, _day)

    def whole(self, column: str) -> int | None:
        """A whole number, None where there is none or it is wrong."""
        return self._read(column, _whole)

    def currency(self) -> str:
        """The currency; EUR stands in for one that is wrong, so that the amount can be looked at."""
        code = self.needed("currency").upper()
        try:
            minor_units(code)
        except BadInput as wrong:
            if code:
                self.note("currency", wrong.problem, wrong.expected)
            return "EUR"
        return code

    def amount(self) -> Money:
        """The amount with its currency."""
        code, text = self.currency(), self.needed("amount")
        if not _NUMBER.fullmatch(text):
            if text:
                self.note("amount", f"{text!r} is no amount", "digits with a point, such as 1234.50")
            return Money(0, code)
        if any(w.column == "currency" for w in self.wrong):
            return Money(0, code)
        try:
            return parse_amount(f"{text} {code}")
        except BadInput as wrong:
            self.note("amount", wrong.problem, wrong.expected)
            return Money(0, code)

    def scans(self) -> dict[str, str]:
        """The column in which each kind of paper has its file; "" for a kind that came without one."""
        kinds = [k for k in re.split(r"[\s,;+]+", self.cells.get("kinds", "")) if k]
        for kind in sorted(set(kinds) - DOCUMENTS):
            self.note("kinds", f"{kind!r} is unknown", f"of {', '.join(sorted(DOCUMENTS))}")
        if self.text("document"):
            found = dict.fromkeys(kinds or ["invoice"], "document")
        else:
            found = dict.fromkeys(kinds, "")
        return found | {column: column for column in SCANS[1:] if self.text(column)}

    def line(self) -> NewLine:
        """The line that the row keys, still without its person and files; whether it is good, `wrong` says."""
        first_day = self.day("on")
        if not self.text("on"):
            self.note("on", "is empty", "the first day of care, such as 2025-08-01")
        return NewLine(
            person=0,
            care=self.needed("care"),
            first_day=first_day or date.min,
            amount=self.amount(),
            country=self.needed("country").upper(),
            last_day=self.day("until"),
            quantity=self.whole("quantity"),
            cause=self.text("cause") or "illness",
            stay_days=self.whole("stay_days"),
            documents=frozenset(self.scans()),
            invoice=self.text("invoice"),
            series=self.text("series"),
            treatment_started=self.day("started"),
            provider=self.text("provider"),
        )

    def _read(self, column: str, reader: Callable[[str], T]) -> T | None:
        text = self.text(column)
        try:
            return reader(text) if text else None
        except BadInput as wrong:
            self.note(column, wrong.problem, wrong.expected)
            return None


def read_rows(file: Path) -> Iterator[Row]:
    """The rows of a CSV file in UTF-8, separated by commas or semicolons. Raises BadInput for what is none."""
    text = _text(file)
    lines = csv.reader(StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    try:
        header = [cell.strip().lower() for cell in next(lines, [])]
        _check_header(file, header)
        for number, cells in enumerate(lines, start=2):
            if any(cell.strip() for cell in cells):
                yield _row(number, header, cells)
    except csv.Error as wrong:
        raise BadInput(f"{file.name}:{lines.line_num}", f"is no CSV ({wrong})", "one row for each line") from wrong


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as wrong:
        raise BadInput(str(file), f"cannot be read ({wrong.strerror})", "a CSV file") from wrong
    except UnicodeDecodeError as wrong:
        raise BadInput(file.name, "is not in UTF-8", "save it as CSV UTF-8") from wrong


def _separator(text: str) -> str:
    header = text.partition("\n")[0]
    return ";" if header.count(";") > header.count(",") else ","


def _check_header(file: Path, header: list[str]) -> None:
    where = f"{file.name} row 1"
    if missing := [name for name in NEEDED if name not in header]:
        raise BadInput(where, f"has no column {', '.join(missing)}", f"the columns are {', '.join(COLUMNS)}")
    if "person" not in header and not {"first_name", "born"} <= set(header):
        raise BadInput(where, "has no column for the person", "`person`, or `first_name` and `born`")
    if unknown := [name for name in header if name not in COLUMNS]:
        raise BadInput(where, f"the column {unknown[0]!r} is unknown", f"the columns are {', '.join(COLUMNS)}")
    if twice := [name for name in header if header.count(name) > 1]:
        raise BadInput(where, f"the column {twice[0]!r} stands twice", "each column once")


def _row(number: int, header: list[str], cells: list[str]) -> Row:
    row = Row(number, {name: cell.strip() for name, cell in zip(header, cells, strict=False)})
    if len(cells) != len(header):
        row.note(WHOLE, f"has {len(cells)} cells", f"{len(header)}, as the header")
    for name in (name for name, cell in row.cells.items() if not cell.isprintable()):
        row.note(name, "holds a character that cannot be printed", "plain text on one line")
    return row


def _day(text: str) -> date:
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise BadInput("", f"{text!r} is no date", "written as 2025-08-01")


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        raise BadInput("", f"{text!r} is no whole number", "digits only")
    return int(text)
