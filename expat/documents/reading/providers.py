"""Who wrote the invoice: what stands large at its head, names a place of care, and is neither patient nor address."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from expat.documents.reading.dates import days_in
from expat.documents.reading.lines import Cell, TextLine
from expat.documents.reading.suggestion import Found, found, ranked
from expat.documents.reading.sums import Sum
from expat.documents.reading.words import NAMES, NUMBERS, SUMS, Label, folded, lexicon, within_words

MOST_LENGTH = 80
_PLACE, _ISSUER, _SIZE, _FIRST, _HEAD = 30, 35, 20, 14, 14
_NOBODY, _TITLE, _FIGURES = 25, 30, 20
_CLEAR, _LEAST = 25, 12
_AFTER_WORD = re.compile(r"^[\s:.;,/-]+")


class _Candidate(NamedTuple):
    name: str
    points: int
    certain: bool
    text: str


def providers_of(lines: Sequence[TextLine], sums: Sequence[Sum], from_picture: bool) -> tuple[Found[str], ...]:
    """The candidates for the provider's name, the best first; in a picture, nothing bears a name's letters out.

    After the first, only what is called a place of care: the patient's name is not for keeping.
    """
    bill = {one.row for one in sums if one.is_money}  # lines of the bill name care, not who gives it
    bill |= {row for row, line in enumerate(lines) if any(_is_sum_word(cell.text) for cell in line.cells)}
    largest = max((cell.height for line in lines[:_HEAD] for cell in line.cells), default=1)
    usual = _median([cell.height for line in lines for cell in line.cells])
    candidates = [
        one
        for row, line in enumerate(lines)
        if row not in bill and line.page == lines[0].page
        for one in _of_row(lines, row, largest, usual)
    ]
    candidates = sorted((c for c in candidates if c.points >= _LEAST), key=lambda c: -c.points)
    return ranked([
        found(c.name, place == 0 and c.certain and c.points >= _CLEAR and not from_picture, c.text)
        for place, c in enumerate(candidates)
        if place == 0 or c.certain
    ])  # fmt: skip


def _of_row(lines: Sequence[TextLine], row: int, largest: int, usual: int) -> Iterator[_Candidate]:
    for place, cell in enumerate(lines[row].cells):
        labels = lexicon(NAMES).find(cell.text)
        first = labels[0] if labels and labels[0].start <= 1 else None
        if (first and first.kind == "patient") or _is_patients(lines, row, place):
            continue
        if first and first.kind == "issuer":
            yield from _named(lines, row, place, first)
            continue
        name = cell.text.strip(" :;,-*|")
        if _is_name(name):
            if _is_bare(name, labels):
                continue
            points = _points(name, labels, row)
            points += _larger(cell, largest, usual) if 2 * row <= len(lines) else 0  # below, stamps are large
            yield _Candidate(name, points, _has_place(name, labels), name)


def _named(lines: Sequence[TextLine], row: int, place: int, label: Label) -> Iterator[_Candidate]:
    """A name behind the word for who provides, in the next cell, or below."""
    cell = lines[row].cells[place]
    behind = cell.text[label.end :]
    if behind.strip(" :") and not behind.lstrip().startswith(":"):
        return
    name = _AFTER_WORD.sub("", behind).strip() or _beside(lines[row], place) or _below(lines, row, cell)
    if _is_name(name):
        text = f"{cell.text[: label.end]}: {name}"
        yield _Candidate(name, _ISSUER, _has_place(name, lexicon(NAMES).find(name)), text)


def _beside(line: TextLine, place: int) -> str:
    name = line.cells[place + 1].text if place + 1 < len(line.cells) else ""
    return "" if _is_heading(name) else name


def _below(lines: Sequence[TextLine], row: int, cell: Cell) -> str:
    under = lines[row + 1].cells if row + 1 < len(lines) else ()
    names = (one.text for one in under if one.left < cell.right and cell.left < one.right)
    return next((name for name in names if not _is_heading(name)), "")


def _is_heading(text: str) -> bool:
    labels = lexicon(NAMES).find(text)
    return bool(labels) and labels[0].start == 0 and labels[0].kind in ("patient", "issuer", "nobody")


def _points(name: str, labels: Sequence[Label], row: int) -> int:
    points = max(0, _FIRST - row)
    points += _PLACE * _has_place(name, labels)
    points -= _NOBODY * any(label.kind == "nobody" for label in labels)
    points -= _TITLE * any(label.kind == "paper" for label in _titles(name))
    return points - _FIGURES * any(c.isdigit() for c in name)


def _larger(cell: Cell, largest: int, usual: int) -> int:
    """Points for letters that are larger than the rest."""
    return max(0, _SIZE * (cell.height - usual) // max(largest - usual, usual // 3, 1))


def _titles(name: str) -> list[Label]:
    """Words that make a title of it; one letter or two may be part of a name."""
    return [label for label in lexicon(NUMBERS).find(name) if label.length > 2]


def _is_name(name: str) -> bool:
    letters = sum(c.isalpha() for c in name)
    if not 3 <= len(name) <= MOST_LENGTH or 3 * letters < 2 * len(name.replace(" ", "")):
        return (any(ord(c) > 0x2E80 for c in name) and letters >= 3 and len(name) <= MOST_LENGTH) and "@" not in name
    return "@" not in name and "www." not in name.lower() and not days_in(name) and not _is_sum_word(name)


def _is_sum_word(name: str) -> bool:
    labels = lexicon(SUMS).find(name)
    inside = {place for label in labels for place in range(label.start, label.end)}
    left = [c for place, c in enumerate(name) if c.isalpha() and place not in inside]
    return bool(labels) and labels[0].start == 0 and len(left) <= 3 and all(c.isascii() for c in left)


def _has_place(name: str, labels: Sequence[Label]) -> bool:
    """Whether it names a place of care, in a word or within one; an abbreviation counts at the start."""
    if any(label.kind == "place" and (label.length > 2 or label.start == 0) for label in labels):
        return True
    return any(part in word for part in within_words("place") for word in folded(name).split())


def _is_bare(name: str, labels: Sequence[Label]) -> bool:
    """Whether it is a word for a place or a person and no name: "Doctor", "Specialist physician"."""
    left = sum(c.isalnum() for c in name) - sum(label.length for label in labels)
    return bool(labels) and left <= 2 and len(folded(name).split()) <= 2


def _is_patients(lines: Sequence[TextLine], row: int, place: int) -> bool:
    """Whether a cell belongs to the patient's or the payer's name and address: beside or under the word for them."""
    cell = lines[row].cells[place]
    if place and _is_open(lines[row].cells[place - 1]):
        return True
    for above in range(row - 1, max(-1, row - 4), -1):
        for header in lines[above].cells:
            if abs(header.left - cell.left) <= 2 * cell.height and _is_open(header):
                return True
    return False


def _is_open(cell: Cell) -> bool:
    """Whether it holds the word for the patient and nothing else: the name comes next."""
    labels = lexicon(NAMES).find(cell.text)
    if not labels or labels[0].kind != "patient" or labels[0].start:
        return False
    return len(cell.text) - labels[-1].end <= 2


def _median(values: Sequence[int]) -> int:
    return sorted(values)[len(values) // 2] if values else 1
