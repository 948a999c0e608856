"""Which of the days on an invoice is its own, and which the first day of care, by the words beside and above them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from expat.documents.reading.dates import Told, Written, days_in, order, tell
from expat.documents.reading.lines import WELL_READ, TextLine
from expat.documents.reading.suggestion import Found, found, ranked
from expat.documents.reading.sums import Sum
from expat.documents.reading.words import DAYS, NUMBERS, Label, lexicon

_ROWS_ABOVE = 2
_FAR = 18  # characters between a word and its day, where they stand in one piece of text
_NEVER = ("birth", "payable", "other")


class Seen(NamedTuple):
    """A day, the kind of the words that tell what it is of ("" without), and whether it is a line of the bill."""

    told: Told
    kind: str
    of_line: bool
    specific: bool
    row: int
    text: str
    score: int


class Days(NamedTuple):
    """The candidates for the invoice's day and for the first day of care."""

    invoice: tuple[Found[date], ...]
    care: tuple[Found[date], ...]


def days_of(lines: Sequence[TextLine], sums: Sequence[Sum], today: date, country: str | None) -> Days:
    """The days that the paper tells; those to come are none of them."""
    written = [(row, one) for row, line in enumerate(lines) for one in days_in(line.text)]
    orders = order([one for _, one in written], today, country)
    money = {one.row for one in sums if one.is_money}
    seen = []
    for row, one in written:
        told = tell(one, today, orders)
        if told is not None:
            seen.append(_seen(lines, row, one, told, row in money))
    usable = [one for one in seen if one.kind not in _NEVER]
    own, care = _own(usable), [one for one in usable if one.kind == "care" or (one.of_line and not one.kind)]
    invoice = ranked(own)
    first = sorted(care, key=lambda one: one.told.day)
    if invoice and first and first[0].told.day == invoice[0].value:
        first = []
    return Days(invoice, ranked([_found(one, one.told.sure and one.kind == "care") for one in first[:2]]))


def _own(seen: Sequence[Seen]) -> list[Found[date]]:
    """The invoice's day: named so; else alone on the paper's head; else the last day of care."""
    named = sorted((o for o in seen if o.kind == "issued" and not o.of_line), key=lambda o: (not o.specific, o.row))
    alone = len({o.told.day for o in named if o.specific == named[0].specific}) == 1
    rest = [o for o in seen if not o.kind and not o.of_line]
    printed = [o for o in seen if o.kind == "printed"]
    care = sorted((o for o in seen if o.of_line or o.kind == "care"), key=lambda o: o.told.day, reverse=True)
    ordered = [*named, *rest, *printed, *care[:1]]
    return [_found(o, place == 0 and alone and o.told.sure and o.score >= WELL_READ) for place, o in enumerate(ordered)]


def _found(one: Seen, sure: bool) -> Found[date]:
    return found(one.told.day, sure, one.text)


def _seen(lines: Sequence[TextLine], row: int, one: Written, told: Told, has_money: bool) -> Seen:
    line = lines[row]
    text, number = line.text, line.number_at(one.start)
    label, where = _label(lines, row, number, one, has_money)
    words = f"{where[label.start : label.end]} " if label else ""
    in_front = number <= 1 or not has_money
    return Seen(
        told, label.kind if label else "", has_money and label is None and in_front, bool(label and label.length > 6),
        row, words + text[one.start : one.end], line.cells[number].score,
    )  # fmt: skip


def _label(lines: Sequence[TextLine], row: int, number: int, one: Written, has_money: bool) -> tuple[Label | None, str]:
    """The words that tell what a day is of: before it in its cell, in the cell to the left, above, behind it."""
    line = lines[row]
    cell, start = line.cells[number], one.start - line.start_of(number)
    before = [label for label in _labels(cell.text) if label.end <= start]
    if before and (start - before[-1].end <= _FAR or before[-1].start == 0) and _may_be(before[-1], start):
        return before[-1], cell.text
    if number and start == 0:
        beside = line.cells[number - 1].text
        named = _labels(beside)
        if named and not days_in(beside[named[-1].end :]) and _may_be(named[-1], len(beside)):
            return named[-1], beside
    return _above(lines, row, number, has_money)


def _above(lines: Sequence[TextLine], row: int, number: int, has_money: bool) -> tuple[Label | None, str]:
    cell = lines[row].cells[number]
    for above in range(row - 1, max(-1, row - 1 - _ROWS_ABOVE), -1):
        for header in lines[above].cells:
            if header.left < cell.right and cell.left < header.right:
                named = _labels(header.text)
                whole = bool(named) and named[0].start == 0 and len(header.text) - named[-1].end <= 4
                if whole and (named[0].kind != "issued" or not has_money or _names_paper(lines[above])):
                    return (named[0], header.text) if len(header.text) > 2 else (None, "")
                if days_in(header.text) or whole:
                    return None, ""
    return None, ""


def _names_paper(line: TextLine) -> bool:
    """Whether a row of headings is about the paper itself: "Invoice no.  Date  Due"."""
    kinds = {label.kind for label in lexicon(NUMBERS).find(line.text)}
    return {"paper", "number"} <= kinds


def _may_be(label: Label, start: int) -> bool:
    """A word of one or two letters ("a", "le", "du") counts right before the day."""
    return label.length > 3 or start - label.end <= 2


def _labels(text: str) -> list[Label]:
    return lexicon(DAYS).find(text)
