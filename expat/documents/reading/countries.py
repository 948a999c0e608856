"""The country that an invoice comes from, by everything on it that tells: each clue gives its countries points."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

from babel import Locale
from babel.core import get_global
from babel.numbers import get_territory_currencies
from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from expat.documents.reading.lines import TextLine
from expat.documents.reading.words import NAMES, Lexicon, data, lexicon

ACCOUNT, CALLING, AT_END, DOMAIN, REGISTER, MONEY, CITY, NAMED, CODE_AT_END = 40, 30, 30, 30, 25, 25, 20, 15, 20
SCRIPT = 20
CLEAR = 40  # from so many points on, and twice as many as any other, there is no doubt
HEAD = 14  # lines in which an address is expected; below, a place may be one of many things

_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}")
_CALLING = re.compile(r"(?<![\w.,])\+\s?(\d[\d ().-]{6,18}\d)|(?<![\w.,])00([1-9][\d ().-]{7,18}\d)")
_DOMAIN = re.compile(r"(?:@|www\.|https?://)[\w.-]*?\.([a-z]{2})(?![\w.-]*\w)", re.IGNORECASE)
_CODE_AT_END = re.compile(r"[,(-]\s?([A-Z]{2})\)?$")
_POSTCODE_BEFORE = re.compile(r"(?<![\w.,])(CH|D|F|A|B|I|L|NL|DK|FR|LU|AT|DE|BE|IT)[- ]\d{4,5}\b")
_WIDELY_USED = ("USD",)
_CARS = {"D": "DE", "F": "FR", "A": "AT", "B": "BE", "I": "IT", "L": "LU"}


class Clue(NamedTuple):
    """What speaks for some countries, how much, and the words that say so."""

    countries: tuple[str, ...]
    points: int
    text: str


class Guess(NamedTuple):
    """A country, whether there is doubt, and the words that told most."""

    country: str
    sure: bool
    text: str


def guess(
    lines: Sequence[TextLine], currencies: Mapping[str, str], perhaps: Mapping[str, str], on: date
) -> list[Guess]:
    """The countries that the paper speaks for, the likeliest first.

    `currencies` are those that it names, `perhaps` those that it may, each with the words that do.
    """
    points: Counter[str] = Counter()
    words: dict[str, Clue] = {}
    for clue in [*_of_money(currencies, MONEY, on), *_of_money(perhaps, MONEY // 2, on), *_clues(lines)]:
        for country in clue.countries:
            points[country] += clue.points // len(clue.countries)
            if country not in words or clue.points // len(clue.countries) > words[country].points:
                words[country] = clue._replace(points=clue.points // len(clue.countries))
    ranked = points.most_common()
    second = ranked[1][1] if len(ranked) > 1 else 0
    clear = bool(ranked) and ranked[0][1] >= max(CLEAR, 2 * second)
    most = [country for country, count in ranked if 3 * count >= ranked[0][1]]
    return [Guess(country, clear and country == most[0], words[country].text) for country in most[:3]]


def currency_of(country: str | None, on: date) -> str | None:
    """The currency of a country on a day; None where there is none of its own."""
    if country is None or country not in get_global("territory_currencies"):
        return None
    found = get_territory_currencies(country, on, on)
    return found[0] if found else None


@cache
def countries_of(currency: str, on: date) -> tuple[str, ...]:
    """The countries whose money it is on a day."""
    return tuple(
        sorted(c for c in get_global("territory_currencies") if len(c) == 2 and currency_of(c, on) == currency)
    )


def _of_money(currencies: Mapping[str, str], points: int, on: date) -> Iterator[Clue]:
    for currency, text in currencies.items():
        countries = countries_of(currency, on)
        own = tuple(country for country in countries if country == currency[:2])  # AUD is Australia's, though not only
        if currency in _WIDELY_USED:
            yield Clue(own, points // 2, text)
        elif 0 < len(countries) <= 12:
            yield Clue(own or countries, points, text)


def _clues(lines: Sequence[TextLine]) -> Iterator[Clue]:
    seen: set[tuple[tuple[str, ...], int]] = set()
    for row, line in enumerate(lines):
        for clue in _of_line(row, line):
            if (clue.countries, clue.points) not in seen:  # what is said twice is not truer
                seen.add((clue.countries, clue.points))
                yield clue


def _of_line(row: int, line: TextLine) -> Iterator[Clue]:
    text = line.text
    yield from _accounts(text)
    for found in _CALLING.finditer(text):
        if countries := _calling(re.sub(r"\D", "", found[1] or found[2])):
            yield Clue(countries, CALLING, found[0].strip())
    for found in _DOMAIN.finditer(text):
        if country := _domain(found[1].lower()):
            yield Clue((country,), DOMAIN, found[0])
    for found in _POSTCODE_BEFORE.finditer(text):
        yield Clue((_CARS.get(found[1], found[1]),), CODE_AT_END, found[0])
    for country, pattern in _patterns():
        if own := pattern.search(text):
            yield Clue((country,), REGISTER, own[0])
    for country, start, end in _marks().find_all(text):
        yield Clue((country,), REGISTER, text[start:end])
    yield from _places(row, line)
    for countries, script in _scripts():
        if own := script.search(text):
            yield Clue(countries, SCRIPT, own[0])


def _accounts(text: str) -> Iterator[Clue]:
    for found in _IBAN.finditer(text):
        for size in range(len(found[0]), 14, -1):  # an account number may run into the words behind it
            try:
                yield Clue((IBAN(found[0][:size]).country_code,), ACCOUNT, found[0][:4])
            except SchwiftyException:
                continue
            break


def _calling(digits: str) -> tuple[str, ...]:
    codes = data("countries")["calling"]
    found = next((codes[digits[:size]] for size in (4, 3, 2, 1) if digits[:size] in codes), ())
    return tuple(found)


def _domain(name: str) -> str | None:
    known = data("countries")["domain"]
    if name in known["not_a_country"]:
        return None
    country = known["other_name"].get(name, name.upper())
    return country if country in get_global("territory_currencies") else None


def _places(row: int, line: TextLine) -> Iterator[Clue]:
    """Names of countries and of large towns; at the end of an address they say most."""
    for cell in line.cells:
        if _is_persons(cell.text):
            continue
        if found := _CODE_AT_END.search(cell.text):
            country = found[1] if found[1] != "UK" else "GB"
            if row < HEAD and country in get_global("territory_currencies"):
                yield Clue((country,), CODE_AT_END, found[1])
        for country, start, end in _names().find_all(cell.text):
            last = len(cell.text.rstrip(" .,)0123456789")) <= end
            points = AT_END if last and row < HEAD else NAMED
            yield Clue((country,), points, cell.text[start:end])
        for country, start, end in _towns().find_all(cell.text):
            yield Clue((country,), CITY if row < HEAD else NAMED // 3, cell.text[start:end])


def _is_persons(text: str) -> bool:
    """Whether a piece of text names a person, who may be called as a country is."""
    labels = lexicon(NAMES).find(text)
    return bool(labels) and labels[0].kind == "patient" and labels[0].start == 0 and labels[0].end < len(text)


class _Places:
    """Words that stand for a country each."""

    def __init__(self, words: Iterable[tuple[str, str]]) -> None:
        found: dict[str, list[str]] = {}
        for country, word in words:
            found.setdefault(country, []).append(word)
        self._lexicon = Lexicon(found)

    def find_all(self, text: str) -> Iterator[tuple[str, int, int]]:
        for label in self._lexicon.find(text):
            if text[label.start].isupper() or not text[label.start].isascii() or label.length > 4:
                yield label.kind, label.start, label.end


@cache
def _marks() -> _Places:
    return _Places((country, word) for country, words in data("countries")["mark"].items() for word in words)


@cache
def _scripts() -> tuple[tuple[tuple[str, ...], re.Pattern[str]], ...]:
    return tuple((tuple(one["countries"]), re.compile(one["letters"])) for one in data("countries")["script"])


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((country, re.compile(pattern)) for country, pattern in data("countries")["pattern"].items())


@cache
def _names() -> _Places:
    """Countries by their names in many languages."""
    names = [
        (country, name)
        for language in data("countries")["languages"]
        for country, name in Locale.parse(language).territories.items()
        if len(country) == 2 and country.isalpha() and country in get_global("territory_currencies")
        and (len(name) >= 4 or not name.isascii()) and len(name) >= 2
    ]  # fmt: skip
    return _Places([*names, ("GB", "UK"), ("US", "USA"), ("US", "U.S.A."), ("AE", "UAE"), ("AE", "U.A.E.")])


@cache
def _towns() -> _Places:
    """The towns that time zones are named after, which are mostly a country's largest; in many languages."""
    zones = {zone: country for zone, country in get_global("zone_territories").items() if "/" in zone}
    towns = [(country, zone.rsplit("/", 1)[1].replace("_", " ")) for zone, country in zones.items()]
    for language in data("countries")["languages"]:
        named = Locale.parse(language).time_zones.items()
        towns += [(zones[zone], names["city"]) for zone, names in named if zone in zones and "city" in names]
    other = data("countries")["town"]["not_told_by"]
    return _Places((c, town) for c, town in towns if len(town) >= 4 and len(c) == 2 and town not in other)
