"""An empty file with its columns, and an example of each thing that can be announced."""

from __future__ import annotations

import csv
from datetime import date
from io import BytesIO, StringIO

import openpyxl

from expat.employers.columns import COLUMNS
from expat.periods import first_of_next_month

CSV, XLSX = "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_EXAMPLES = (
    {"action": "joiner", "family": "1", "role": "member", "first_name": "Camille", "last_name": "Exemple",
     "born": "1990-05-04", "nationality": "FR", "email": "camille@example.org", "language": "fr", "residence": "SG",
     "formula": "3", "zone": "B", "currency": "EUR"},
    {"action": "joiner", "family": "1", "role": "child", "first_name": "Alix", "last_name": "Exemple",
     "born": "2019-09-12", "nationality": "FR"},
    {"action": "leaver", "membership": "EXU-0000-0001", "reason": "lost_status"},
    {"action": "change", "membership": "EXU-0000-0002", "street": "1 Orchard Road", "postcode": "238801",
     "town": "Singapore"},
)  # fmt: skip


# The same values as a French reader writes them; both are understood whatever the language.
_FRENCH = {
    "joiner": "arrivée", "leaver": "départ", "change": "modification", "member": "adhérent", "child": "enfant",
    "lost_status": "perte du statut", "FR": "France", "fr": "français", "SG": "Singapour",
}  # fmt: skip
_SPOKEN = ("action", "role", "reason", "language", "nationality", "residence")


def rows(french: bool, today: date) -> list[list[str]]:
    """The header in a language, and the examples."""
    titles = [column.french if french else column.name for column in COLUMNS]
    effective = first_of_next_month(first_of_next_month(today)).isoformat()
    examples = [_spoken(example | {"effective": effective}, french) for example in _EXAMPLES]
    return [titles, *([example.get(column.name, "") for column in COLUMNS] for example in examples)]


def _spoken(example: dict[str, str], french: bool) -> dict[str, str]:
    if not french:
        return example
    words = {name: _FRENCH.get(value, value) if name in _SPOKEN else value for name, value in example.items()}
    days = {
        name: date.fromisoformat(words[name]).strftime("%d/%m/%Y") for name in ("born", "effective") if name in words
    }
    return words | days


def csv_template(french: bool, today: date) -> bytes:
    """The template as CSV, in UTF-8 that spreadsheets recognise."""
    kept = StringIO(newline="")
    csv.writer(kept, delimiter=";").writerows(rows(french, today))
    return kept.getvalue().encode("utf-8-sig")


def xlsx_template(french: bool, today: date) -> bytes:
    """The template as a workbook, every cell as text."""
    book, kept = openpyxl.Workbook(), BytesIO()
    sheet = book.active
    for line in rows(french, today):
        sheet.append(line)
    for cells in sheet.iter_rows(max_row=1000, max_col=len(COLUMNS)):
        for cell in cells:
            cell.number_format = "@"
    for place in range(1, len(COLUMNS) + 1):
        sheet.column_dimensions[openpyxl.utils.get_column_letter(place)].width = 16
    sheet.freeze_panes = "A2"
    book.save(kept)
    return kept.getvalue()
