"""Days as they are written: 12/03/2026, 2026-03-12, 12 mars 2026, March 12, 2026, 2026年3月12日, 12 มี.ค. 2569."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from babel import Locale

from expat.documents.reading.words import data

OLDEST = 6 * 366  # days before today: an invoice that is older is none that is handed in now

DAY_FIRST, MONTH_FIRST, YEAR_FIRST, NAMED = "d/m/y", "m/d/y", "y/m/d", "with the month's name"
_CENTURY = 2000
_REIWA, _REPUBLIC = 2018, 1911  # the years before the first of the era
_BUDDHIST = range(2540, 2700)

_NUMERIC = re.compile(
    r"(?<![\d.,/-])(?P<a>\d{1,4})\s?(?P<sep>[./-])\s?(?P<b>\d{1,2})\s?(?P=sep)\s?(?P<c>\d{4}|\d{1,2})(?![\d/-]|[.,]\d)"
    r"|(?<![\d.,/-] )(?<![\d.,/-])(?P<d>\d{2}) (?P<m>\d{2}) (?P<y>20\d{2})(?![\d/-]|[., ]\d)"
)
_EAST = re.compile(
    r"(?P<era>令和|民國|民国|中華民國|R)?\s?(?P<y>\d{1,4}|元)\s?[年년]\s?(?P<m>\d{1,2})\s?[月월]\s?(?P<d>\d{1,2})\s?[日일]?"
    r"|(?<![A-Za-z])R\s?(?P<y2>\d{1,2})[./-](?P<m2>\d{1,2})[./-](?P<d2>\d{1,2})(?!\d)"
)
_VIETNAMESE = re.compile(r"(?P<d>\d{1,2})\s*tháng\s*(?P<m>\d{1,2})\s*,?\s*(?:năm)?\s*(?P<y>\d{4})", re.IGNORECASE)
_MONTH = r"(?P<month>[^\W\d_][^\d\s,/()-]{1,15})"
_NAMED = (
    re.compile(
        r"(?<![\d.,/-])(?P<d>\d{1,2})\s?(?:(?:st|nd|rd|th|er|re|o|a|ª|º|°)(?![^\W\d_]))?\.?[\s/-]{0,2}(?:de\s|of\s|d')?\s?"
        + _MONTH
        + r"[\s,./-]{0,3}(?:de\s|del\s|of\s)?\s?(?:พ\.ศ\.\s?)?'?(?P<y>\d{4}|\d{2})(?!\d|[.,/:-]\d)"
    ),
    re.compile(
        r"(?<![^\W\d_])" + _MONTH + r"[\s.-]{0,2}(?P<d>\d{1,2})(?:st|nd|rd|th)?[\s,-]{1,3}(?P<y>\d{4})(?!\d|[.,/:-]\d)",
    ),
    re.compile(
        r"(?<![\d.,/-])(?P<y>\d{4})[\s./-]{1,3}(?:m\.\s)?" + _MONTH + r"[\s./-]{1,3}(?P<d>\d{1,2})(?!\d|[.,/:-]\d)"
    ),
)


class Written(NamedTuple):
    """A day as it stands in a text, and what it may be: by the order of its parts."""

    start: int
    end: int
    dates: tuple[tuple[str, date], ...]


class Told(NamedTuple):
    """The day that was meant, any other that it may be, and whether there is doubt."""

    day: date
    others: tuple[date, ...]

    @property
    def sure(self) -> bool:
        return not self.others


def days_in(text: str) -> list[Written]:
    """Everything in the text that is written as a day, from left to right, whether or not it can be one."""
    found: list[Written] = []
    for one in sorted(_all(text), key=lambda w: (w.start, w.start - w.end)):
        if not found or one.start >= found[-1].end:
            found.append(one)
    return found


def order(written: Sequence[Written], today: date, country: str | None) -> tuple[str, ...]:
    """The orders of day, month and year, the likeliest first.

    A day that can only be read in one order tells how the others of the same paper are written; then the country.
    """
    countries = data("countries")
    usual = [MONTH_FIRST, DAY_FIRST] if country in countries["month_first"] else [DAY_FIRST, MONTH_FIRST]
    if country in countries["year_first"]:
        usual.insert(0, YEAR_FIRST)
    only = [forms.pop() for one in written if len(forms := _forms(one, today)) == 1]
    return tuple(dict.fromkeys([form for form in usual if form in only] + usual))


def _forms(written: Written, today: date) -> set[str]:
    """The orders in which a day of figures alone can be read, whatever it is the day of."""
    forms = {form for form, _ in written.dates}
    return {form for form, _ in _possible(written, today)} if len(forms) > 1 else forms


def tell(written: Written, today: date, orders: Sequence[str]) -> Told | None:
    """The day that is meant, neither to come nor too old; None where there is none."""
    possible = _possible(written, today)
    usual = sorted((one for one in possible if one[0] in orders), key=lambda one: orders.index(one[0]))
    days = list(dict.fromkeys(day for _, day in usual or possible))
    return Told(days[0], tuple(days[1:])) if days else None


def _possible(written: Written, today: date) -> list[tuple[str, date]]:
    earliest, latest = today - timedelta(days=OLDEST), today + timedelta(days=1)  # a day more: the world is round
    return [(form, day) for form, day in written.dates if earliest <= day <= latest]


def _all(text: str) -> Iterator[Written]:
    for m in _NUMERIC.finditer(text):
        if m["sep"]:
            yield Written(m.start(), m.end(), tuple(_numeric(m["a"], m["b"], m["c"])))
        else:
            yield Written(m.start(), m.end(), tuple(_numeric(m["d"], m["m"], m["y"])))
    for m in _EAST.finditer(text):
        year = _era(m["era"] or ("R" if m["y2"] else ""), m["y"] or m["y2"])
        found = _days(YEAR_FIRST, (year,), m["m"] or m["m2"], m["d"] or m["d2"])
        yield Written(m.start(), m.end(), tuple(found))
    for m in _VIETNAMESE.finditer(text):
        yield Written(m.start(), m.end(), tuple(_days(NAMED, (int(m["y"]),), m["m"], m["d"])))
    for pattern in _NAMED:
        for m in pattern.finditer(text):
            months = _months().get(_key(m["month"]), ())
            days = [found for month in months for found in _days(NAMED, _years(m["y"]), str(month), m["d"])]
            if days:
                yield Written(m.start(), m.end(), tuple(dict.fromkeys(days)))


def _numeric(a: str, b: str, c: str) -> Iterator[tuple[str, date]]:
    """Three numbers in every order that makes a day."""
    if len(a) >= 3:
        years = (int(a) + _REPUBLIC,) if len(a) == 3 else _years(a)
        yield from _days(YEAR_FIRST, years, b, c)
        return
    yield from _days(DAY_FIRST, _years(c), b, a)
    if a != b:
        yield from _days(MONTH_FIRST, _years(c), a, b)
    if len(c) == 2 and len(a) == 2:
        yield from _days(YEAR_FIRST, _years(a), b, c)


def _days(form: str, years: Sequence[int], month: str, day: str) -> Iterator[tuple[str, date]]:
    for year in years:
        try:
            yield form, date(year, int(month), int(day))
        except ValueError:
            continue


def _years(text: str) -> tuple[int, ...]:
    """The years that are meant: two figures are of this century, or of the Buddhist calendar's last one."""
    year, ahead = int(text), int(data("countries")["calendar"]["buddhist"])
    if len(text) <= 2:
        return _CENTURY + year, _CENTURY + 500 + year - ahead
    return (year - ahead,) if year in _BUDDHIST else (year,)


def _era(era: str, text: str) -> int:
    year = 1 if text == "元" else int(text)
    if era in ("令和", "R"):
        return year + _REIWA
    return year + _REPUBLIC if era or len(text) == 3 else year


@cache
def _months() -> dict[str, tuple[int, ...]]:
    """Months by their names in many languages; a name may be another month in another language."""
    found: dict[str, set[int]] = {"sept": {9}, "janv": {1}, "févr": {2}, "maerz": {3}, "mrz": {3}}
    for language in data("countries")["languages"]:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for month, name in Locale.parse(language).months[context][width].items():
                    if not any(sign.isdigit() for sign in name):
                        found.setdefault(_key(name), set()).add(month)
    return {name: tuple(sorted(months)) for name, months in found.items() if len(name) > 1}


@cache
def _key(name: str) -> str:
    """A month's name without case, points and the accents of Latin letters."""
    parts = unicodedata.normalize("NFKD", name.casefold())
    return unicodedata.normalize("NFC", "".join(c for c in parts if c != "." and not "\u0300" <= c <= "\u036f"))
