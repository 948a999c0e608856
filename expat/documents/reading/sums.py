"""Figures that may be sums of money, with the currencies that the sign beside each may mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from moneyed import CURRENCIES

from expat.documents.reading.dates import days_in
from expat.documents.reading.lines import TextLine
from expat.documents.reading.numbers import WRITTEN
from expat.documents.reading.words import data
from expat.money import current_currencies

BLANK = "|"
_NUMBER = re.compile(rf"(?<![\d.,'])(?<![\d\w][-/])(?P<minus>-\s?)?(?P<number>{WRITTEN})", re.VERBOSE)
_AFTER_NUMBER = re.compile(r"\s?[.,]?(?:-{1,2}|–|—)(?=\s|$)|\s?(?:/-|/=)")  # 45,-  120.–  500/-
_LETTER = re.compile(r"[^\W\d_]")
# What has figures and is no sum.
_NO_SUMS = (
    re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){3,7}(?:\s?[A-Z0-9]{1,4})?\b"),  # an IBAN
    re.compile(r"\S+@\S+|(?:https?://|www\.)\S+"),
    re.compile(r"(?<![\w.,])(?:\+|00)\d[\d ().-]{6,18}\d"),  # a telephone number
    re.compile(r"(?<![\d.,])0\d(?:[ .]\d{2}){4}(?![\d.,])"),
    re.compile(r"(?<![\d.,])\d{1,2}\s?[:hH時]\s?\d{2}(?::\d{2})?(?:\s?[ap]\.?m\b\.?)?(?![\d.,]\d)"),  # a time
    re.compile(r"\d+(?:[.,]\d+)?\s?%"),
    re.compile(r"%\s?\d+(?:[.,]\d+)?(?![\d.,])"),
    re.compile(r"(?<![\w/])\d{1,5}/\d{1,5}(?![\d/])"),
    re.compile(r"[A-Za-z]*\d+(?:-\d+)+[A-Za-z]*"),
    re.compile(r"(?<![.,])\b\d{9,}\b(?![.,]\d)"),
)


class Sum(NamedTuple):
    """A figure as written, the currencies that its sign may mean (none without a sign), and where it stands."""

    number: str
    signs: tuple[str, ...]
    weak: bool  # whether the sign is a letter or a word that means other things as well
    negative: bool
    row: int
    start: int
    end: int
    left: int
    right: int
    score: int

    @property
    def has_decimals(self) -> bool:
        return re.search(r"[.,]\d{1,3}$", self.number) is not None

    @property
    def is_money(self) -> bool:
        """Whether it looks like money by itself: a sign, or a mark before the last two or three figures."""
        return bool(self.signs) or re.search(r"[.,]\d{2,3}$", self.number) is not None


class _Sign(NamedTuple):
    currencies: tuple[str, ...]
    weak: bool
    start: int
    end: int


def sums_in(row: int, line: TextLine) -> list[Sum]:
    """Every figure of a line that may be a sum, from left to right."""
    text = blanked(line.text)
    found, free = [], 0
    for match in _NUMBER.finditer(text):
        sum_ = _sum(row, line, text, match, free)
        if sum_ is not None:
            found.append(sum_)
            free = sum_.end
    return found


def blanked(text: str) -> str:
    """The text with its days, times, telephone numbers and shares covered, each place where it was."""
    for day in days_in(text):
        text = text[: day.start] + BLANK * (day.end - day.start) + text[day.end :]
    for pattern in _NO_SUMS:
        text = pattern.sub(lambda m: BLANK * len(m[0]), text)
    return text


def _sum(row: int, line: TextLine, text: str, match: re.Match[str], free: int) -> Sum | None:
    start, end = match.span("number")
    tail = _AFTER_NUMBER.match(text, end)
    end = tail.end() if tail else end
    before, after = _sign_before(text, start, free), _sign_after(text, end)
    if not before and start and _LETTER.match(text[start - 1]):
        return None
    if not after and end < len(text) and _LETTER.match(text[end]):
        return None
    sign = _stronger(before, after, text, start, end)
    cell = line.cell_at(match.start("number"))
    return Sum(
        match["number"], sign.currencies if sign else (), bool(sign and sign.weak), bool(match["minus"]), row,
        min(start, sign.start) if sign else start, max(end, sign.end) if sign else end,
        cell.left, cell.right, cell.score,
    )  # fmt: skip


def _stronger(before: _Sign | None, after: _Sign | None, text: str, start: int, end: int) -> _Sign | None:
    """Of the signs on both sides, the one that says most; else the one that stands closer."""
    if before is None or after is None:
        return before or after
    shared = set(before.currencies) & set(after.currencies)
    if shared:  # $ 120.00 SGD
        return min((before, after), key=lambda sign: len(sign.currencies))
    if before.weak != after.weak:
        return after if before.weak else before
    return before if start - before.end <= after.start - end else after


def _sign_before(text: str, place: int, free: int) -> _Sign | None:
    window = max(free, place - 16)
    for pattern, weak in _patterns(before=True):
        if match := pattern.search(text[window:place]):
            return _Sign(_meaning(match["sign"]), _is_weak(match["sign"], weak), window + match.start("sign"), place)
    return None


def _sign_after(text: str, place: int) -> _Sign | None:
    for pattern, weak in _patterns(before=False):
        match = pattern.match(text, place)
        if match and not _is_next_ones(text, place, match):
            return _Sign(_meaning(match["sign"]), _is_weak(match["sign"], weak), match.start("sign"), match.end("sign"))
    return None


def _is_next_ones(text: str, place: int, match: re.Match[str]) -> bool:
    """Whether a sign between two figures stands closer to the second, or fits it better: "4 QAR 640.00"."""
    following = re.compile(r"\s{0,3}(\d[\d ]*)([.,']\d)?").match(text, match.end("sign"))
    if following is None:
        return False
    gap, gap_after = match.start("sign") - place, following.start(1) - match.end("sign")
    if gap != gap_after:
        return gap > gap_after
    return following[2] is not None and re.search(r"[.,]\d{1,3}$", text[max(0, place - 4) : place]) is None


def _is_weak(sign: str, exact: bool) -> bool:
    return exact or sign in data("currencies")["words"]["codes"]


@cache
def _patterns(before: bool) -> tuple[tuple[re.Pattern[str], bool], ...]:
    """For signs in any writing, and for those that count only in their own."""
    exact = set(data("currencies")["exact"]["signs"])
    free = [sign for sign in data("currencies")["sign"] if sign not in exact]
    codes = sorted(_codes())
    found = []
    for signs, flags, weak in ((codes, 0, False), (free, re.IGNORECASE, False), (sorted(exact), 0, True)):
        choice = "|".join(_spaced(sign) for sign in sorted(signs, key=len, reverse=True))
        pattern = (
            rf"(?<![^\W\d_])(?P<sign>{choice})\)?\s?[:=]?\s{{0,3}}-?$"
            if before
            else rf"\s{{0,3}}\(?(?P<sign>{choice})(?![^\W\d_])"
        )
        found.append((re.compile(pattern, flags), weak))
    return tuple(found)


def _spaced(sign: str) -> str:
    return re.escape(sign).replace(r"\ ", r"\s?")


@cache
def _meaning(sign: str) -> tuple[str, ...]:
    if sign in _codes():
        return (sign,)
    folded = re.sub(r"\s+", " ", sign)
    signs = data("currencies")["sign"]
    return tuple(signs.get(folded) or _loose_signs()[folded.upper().replace(" ", "")])


@cache
def _loose_signs() -> dict[str, tuple[str, ...]]:
    return {sign.upper().replace(" ", ""): tuple(meant) for sign, meant in data("currencies")["sign"].items()}


@cache
def _codes() -> frozenset[str]:
    """Codes that invoices may bear: those in force and those withdrawn of late."""
    return frozenset(current_currencies()) | {"BGN", "HRK", "ANG"} & set(CURRENCIES)


def signs_in(lines: Sequence[TextLine]) -> Iterator[tuple[tuple[str, ...], str]]:
    """What stands for a currency without a figure, as in "Currency: SGD" or "Amount ($)", with the words."""
    loose = frozenset(data("currencies")["words"]["codes"])
    for line in lines:
        for match in re.finditer(r"(?<![^\W\d_])[A-Z]{3}(?![^\W_])", line.text):
            if match[0] in _codes() and match[0] not in loose:
                yield (match[0],), match[0]
        for match in _in_brackets().finditer(line.text):
            yield _meaning(match["sign"]), match[0]


@cache
def _in_brackets() -> re.Pattern[str]:
    signs = sorted(data("currencies")["sign"], key=len, reverse=True)
    choice = "|".join(_spaced(sign) for sign in signs if len(sign) > 1 or not sign.isascii() or sign == "$")
    return re.compile(rf"\((?:in |en )?(?P<sign>{choice})\)", re.IGNORECASE)
