"""The invoice's own number, by what the paper calls itself and the word for "number"."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from typing import NamedTuple

from expat.documents.reading.dates import days_in
from expat.documents.reading.lines import WELL_READ, TextLine
from expat.documents.reading.suggestion import Found, found, ranked
from expat.documents.reading.words import NUMBERS, Label, lexicon

MOST_LENGTH = 30
_HEAD = 30  # lines
_VALUE = re.compile(
    r"\s?[#:.°º)'-]*\s*(?:[#:]\s*)?"
    r"(?P<value>[A-Z]{0,6}[-/. ]?[0-9][A-Z0-9]*(?:\s?[-/_.]\s?[A-Z0-9]+)*|[A-Z0-9]+(?:[-/_.][A-Z0-9]+)+)",
    re.IGNORECASE,
)
_MONEY = re.compile(r"\d[\d.,' ]*[.,]\d{2}$")
_NEAR_TITLE = 5
_POINTS = {"paper number": 30, "number paper": 30, "paper": 18, "number": 10}


class _Candidate(NamedTuple):
    value: str
    points: int
    text: str
    row: int
    score: int


def numbers_of(lines: Sequence[TextLine]) -> tuple[Found[str], ...]:
    """The candidates for the invoice's number, the best first."""
    candidates = [one for row, line in enumerate(lines[:_HEAD]) for one in _of_row(lines, row, line)]
    candidates.sort(key=lambda one: (-one.points, one.row))
    named = {one.value for one in candidates if one.points >= _POINTS["paper number"]}
    return ranked([
        found(one.value, one.points >= _POINTS["paper number"] and len(named) == 1 and one.score >= WELL_READ, one.text)
        for one in candidates
    ])  # fmt: skip


def _of_row(lines: Sequence[TextLine], row: int, line: TextLine) -> Iterator[_Candidate]:
    for place, cell in enumerate(line.cells):
        for name, start, end in _names(_labels(cell.text), cell.text):
            points, label = (
                _POINTS[name] + _NEAR_TITLE * (name == "number" and _has_title(lines, row)),
                cell.text[start:end],
            )
            value = _value(cell.text[end:])
            if value is None and not re.search(r"\w{2}", cell.text[end:]):
                value, points = _near(lines, row, place, points)
            if value is not None:
                yield _Candidate(value, points, f"{label} {value}", row, cell.score)


def _has_title(lines: Sequence[TextLine], row: int) -> bool:
    """Whether the paper says what it is in this row or just above."""
    return any(label.kind == "paper" for line in lines[max(0, row - 2) : row + 1] for label in _labels(line.text))


def _near(lines: Sequence[TextLine], row: int, place: int, points: int) -> tuple[str | None, int]:
    """The number in the next cell, or below the word for it."""
    line = lines[row]
    beside = line.cells[place + 1].text if place + 1 < len(line.cells) else ""
    if not any(label.start == 0 for label in _labels(beside)) and (value := _value(beside, whole=True)):
        return value, points
    cell = line.cells[place]
    for below in lines[row + 1 : row + 3]:
        for under in below.cells:
            if under.left < cell.right and cell.left < under.right:
                return _value(under.text, whole=True), points - 2
    return None, points


def _labels(text: str) -> list[Label]:
    """The words of a cell that numbers stand behind; letters that a number begins with are none of them."""
    labels = lexicon(NUMBERS).find(text)
    starts = {one.start for one in labels}
    return [one for one in labels if one.kind == "number" or not _begins_number(text, one.end, starts)]


def _begins_number(text: str, end: int, starts: Container[int]) -> bool:
    """Whether letters are the beginning of a number, as in "INV-2604" or "RC6908"."""
    glued = re.match(r"[-/_]?(?=[A-Z0-9])", text[end:])
    return glued is not None and end + glued.end() not in starts


def _names(labels: Sequence[Label], text: str) -> Iterator[tuple[str, int, int]]:
    """Words that name the invoice's number; a number of something else is none."""
    place = 0
    while place < len(labels):
        here = labels[place]
        after = labels[place + 1] if place + 1 < len(labels) else None
        adjacent = (
            after is not None
            and not re.search(r"[\d,;]", text[here.end : after.start])
            and (after.start - here.end <= 6)
        )
        name = f"{here.kind} {after.kind}" if after and adjacent else here.kind
        if name in _POINTS and after and adjacent:
            yield name, here.start, after.end
            place += 2
            continue
        if "other_number" in name:
            place += 2 if adjacent else 1
            continue
        if name == "paper paper" and after:  # "Tax invoice / receipt no. 12": the last word counts
            place += 1
            continue
        if here.kind in _POINTS and (
            here.kind == "paper" or here.length > 1 or text[here.end : here.end + 1] in "°.º:o"
        ):
            yield here.kind, here.start, here.end
        place += 1


def _value(text: str, whole: bool = False) -> str | None:
    """The number at the start of a text; a day or a sum of money is none."""
    match = _VALUE.match(text)
    if match is None or any(day.start < match.end() and match.start("value") < day.end for day in days_in(text)):
        return None
    value = re.sub(r"\s?([-/_.])\s?", r"\1", match["value"]).strip("-/_. ")
    rest = text[match.end() :]
    if whole and len(rest.strip()) > 12:
        return None
    if _MONEY.fullmatch(match["value"]) or re.match(r"[.,]\d", rest) or len(value) > MOST_LENGTH:
        return None
    return value if any(c.isdigit() for c in value) and len(value) >= 2 else None
