"""An employer's file as rows of cells: CSV or XLSX; what cannot be read is told by row and column."""

from __future__ import annotations

import csv
import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any, NamedTuple
from zipfile import BadZipFile, ZipFile

import openpyxl

from expat.employers.columns import NAMES, NEEDED, column_of, letter

MOST_BYTES = 5 * 1024**2
MOST_ROWS = 10_000
LAST_ROW = MOST_ROWS + 1_000  # of a workbook, empty rows between others included
MOST_COLUMNS = 100
MOST_UNPACKED = 60 * 1024**2  # a workbook is a compressed archive
DELIMITERS = ";,\t"
# A letter with an accent as UTF-8 writes it; in Windows-1252 these two signs never follow each other in a word.
_UTF8_LETTER = re.compile(rb"\xc3[\x80-\xbf]|\xc5[\x92\x93\xa0\xa1]")
OLD_OFFICE, ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"


class Fault(NamedTuple):
    """Something wrong: the row (the header is 1; 0 is the file itself), the column's title, what, and what was found.

    `more` are values for the sentence that says what would be right.
    """

    row: int
    column: str
    what: str
    given: str = ""
    more: tuple[tuple[str, str], ...] = ()


Cell = str | date


@dataclass
class Table:
    """The rows of a file by our columns' names, each with its number; `titles` are the columns' names in the file."""

    rows: list[tuple[int, dict[str, Cell]]] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def read(content: bytes) -> Table:
    """The file's rows. What is wrong with the file or its header is among the faults; then there are no rows."""
    table = Table()
    if len(content) > MOST_BYTES:
        return _only(table, "file_too_large", more=(("most", str(MOST_BYTES // 1024**2)),))
    if content.startswith(OLD_OFFICE):
        return _only(table, "old_office")
    lines = _workbook(content, table) if content.startswith(ZIP) else _csv(content, table)
    _fill(table, lines)
    return table


def _only(table: Table, what: str, row: int = 0, **more: Any) -> Table:
    table.faults.append(Fault(row, "", what, **more))
    return table


def _fill(table: Table, lines: Iterator[tuple[int, list[Cell]]]) -> None:
    header = next(lines, None)
    if table.faults:
        return
    if header is None:
        _only(table, "empty_file")
        return
    titles = [str(cell).strip() for cell in header[1]]
    while titles and not titles[-1]:
        titles.pop()
    places = _header(table, titles)
    if table.faults:
        return
    for number, cells in lines:
        if any(cell != "" for cell in cells):
            _row(table, number, cells, places, len(titles))
        if len(table.rows) > MOST_ROWS:
            table.rows.clear()
            _only(table, "too_many_rows", number, more=(("most", str(MOST_ROWS)),))
            return
    if not table.rows and not table.faults:
        _only(table, "no_rows")


def _header(table: Table, titles: list[str]) -> dict[int, str]:
    """Which column stands where; faults for unknown, doubled and missing ones."""
    places: dict[int, str] = {}
    if len(titles) == 1 and column_of(titles[0]) is None and len(NAMES) > 1:
        table.faults.append(Fault(1, letter(0), "wrong_delimiter", titles[0][:60]))
        return places
    for place, title in enumerate(titles):
        name = column_of(title)
        if name is None:
            table.faults.append(Fault(1, letter(place), "unknown_column", title[:60]))
        elif name in table.titles:
            table.faults.append(Fault(1, letter(place), "doubled_column", title[:60]))
        else:
            places[place], table.titles[name] = name, title
    table.faults += [Fault(1, name, "missing_column", name) for name in NEEDED if name not in table.titles]
    return places


def _row(table: Table, number: int, cells: list[Cell], places: dict[int, str], width: int) -> None:
    if any(cell != "" for cell in cells[width:]):
        table.faults.append(Fault(number, letter(width), "too_many_cells"))
        return
    table.rows.append((number, {name: cells[place] for place, name in places.items() if place < len(cells)}))


def _csv(content: bytes, table: Table) -> Iterator[tuple[int, list[Cell]]]:
    try:
        text = _text(content)
    except UnicodeDecodeError as wrong:
        before = content[: wrong.start]
        row, line = before.count(b"\n") + 1, before.rpartition(b"\n")[2]
        column = max(line.count(sign) for sign in (b";", b",", b"\t"))
        table.faults.append(Fault(row, letter(column), "bad_encoding"))
        return
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(DELIMITERS, key=lambda sign: sum(column_of(title) is not None for title in first.split(sign)))
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            if cells:
                yield reader.line_num, [cell.strip() for cell in cells[:MOST_COLUMNS]]
    except csv.Error:
        table.rows.clear()
        table.faults.append(Fault(reader.line_num, "", "broken_csv"))


def _text(content: bytes) -> str:
    """A CSV file as text: UTF-8, or Windows-1252 as a French Excel saves it. Raises UnicodeDecodeError, with the place
    in the bytes, where it is neither, or partly one and partly the other."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        mixed = content.startswith(BOM_UTF8) or _UTF8_LETTER.search(content)
        if mixed:
            raise
        try:
            return content.decode("cp1252")
        except UnicodeDecodeError:
            raise wrong from None


def _workbook(content: bytes, table: Table) -> Iterator[tuple[int, list[Cell]]]:
    try:
        with ZipFile(BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
                raise BadZipFile
        book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        for number, cells in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS, max_row=LAST_ROW), 1):
            if number == LAST_ROW:
                table.rows.clear()
                table.faults.append(Fault(number, "", "too_many_rows", more=(("most", str(MOST_ROWS)),)))
                return
            if number == 1 or any(cell is not None for cell in cells):
                yield number, [_cell(cell) for cell in cells]
    except Exception:  # whatever the library stumbles over in a file from outside: it is no workbook that we can read
        table.rows.clear()
        table.faults.append(Fault(0, "", "no_workbook"))


def _cell(value: Any) -> Cell:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
