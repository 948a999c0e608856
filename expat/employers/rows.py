"""One row of an employer's file: its cells as values, and everything that is wrong in them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache

import pycountry

from expat.accounts.open import email_of
from expat.claims.intake import is_country
from expat.claims.written import storable
from expat.currency.euro_area import in_euro_area
from expat.employers.columns import (
    ACTIONS,
    COLUMNS,
    JOINER,
    LEAVER,
    OF_MEMBER,
    REASONS,
    ROLES,
    folded,
    word_of,
)
from expat.employers.reading import Cell, Fault
from expat.errors import BadInput
from expat.money import EUR, minor_units
from expat.periods import EARLIEST, add_years
from expat.plans.edition import Edition
from expat.wording import names
from expat.wording.catalogue import LANGUAGES

LONGEST_NAME = 70  # a bank file carries no more
LONGEST_TEXT = 200
LONGEST_CODE = 40
FORMULA = ("=", "+", "-", "@", "\t", "\r")
YEARS_AHEAD = 1  # an announcement lies at most as far ahead
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", re.ASCII)
LONG = frozenset({"street", "town", "email"})


@dataclass
class Row:
    """A row's values by our columns' names; `day` columns are dates. `titles` are the columns' names in the file."""

    number: int
    cells: dict[str, Cell]
    titles: dict[str, str]
    faults: list[Fault] = field(default_factory=list)
    text: dict[str, str] = field(default_factory=dict)
    day: dict[str, date] = field(default_factory=dict)

    @property
    def action(self) -> str:
        """What the row announces."""
        return self.text.get("action", "")

    @property
    def role(self) -> str:
        """The role of a joiner."""
        return self.text.get("role", "")

    def wrong(self, column: str, what: str, **more: str) -> None:
        """Note a fault of a column."""
        given = str(self.cells.get(column, ""))[:60]
        self.faults.append(Fault(self.number, self.titles.get(column, column), what, given, tuple(more.items())))

    def is_wrong(self, column: str) -> bool:
        """Whether a fault of the column is known."""
        return any(fault.column == self.titles.get(column, column) for fault in self.faults)


def looked_at(number: int, cells: dict[str, Cell], titles: dict[str, str], edition: Edition, today: date) -> Row:
    """A row with everything that is wrong in it by itself."""
    row = Row(number, cells, titles)
    for name, cell in cells.items():
        _clean(row, name, cell)
    _word(row, "action", ACTIONS)
    if row.action in ACTIONS:
        _needed(row)
        for name in ("effective", "born"):
            _day(row, name)
        _choices(row, edition)
        if "effective" in row.day:
            _timely(row, edition, today)
    return row


def _clean(row: Row, name: str, cell: Cell) -> None:
    """Keep a cell as text, unless a spreadsheet would run it or a database refuses it."""
    text = cell.isoformat() if isinstance(cell, date) else " ".join(cell.split())
    if not text:
        return
    most = LONGEST_NAME if name.endswith("name") else LONGEST_TEXT if name in LONG else LONGEST_CODE
    if text.startswith(FORMULA):
        row.wrong(name, "formula_cell")
    elif not storable(text):
        row.wrong(name, "bad_characters")
    elif len(text) > most:
        row.wrong(name, "name_too_long" if name.endswith("name") else "too_long", most=str(most))
    else:
        row.text[name] = text


def _needed(row: Row) -> None:
    needed = [column.name for column in COLUMNS if row.action in column.needed_by]
    if row.action == JOINER and word_of(row.role) == "member":
        needed += OF_MEMBER
    for name in needed:
        if name not in row.text and not row.is_wrong(name):
            row.wrong(name, "empty_name" if name.endswith("name") else "empty")


def _word(row: Row, name: str, known: Iterable[str]) -> None:
    """Bring a cell to a word of ours."""
    if name in row.text:
        row.text[name] = word_of(row.text[name])
        if row.text[name] not in known:
            row.wrong(name, f"unknown_{name}")
    elif name == "action" and not row.is_wrong(name):
        row.wrong(name, "empty")


def _day(row: Row, name: str) -> None:
    cell = row.cells.get(name, "")
    if isinstance(cell, date):
        row.day[name] = cell
        return
    if name not in row.text:
        return
    found = _ISO.fullmatch(row.text[name])
    parts = found.groups() if found else None
    if parts is None and (found := _DAY_FIRST.fullmatch(row.text[name])):
        parts = found.groups()[::-1]
    if parts is None:
        row.wrong(name, "wrong_date")
        return
    try:
        row.day[name] = date(*map(int, parts))
    except ValueError:
        row.wrong(name, "impossible_date")


def _choices(row: Row, edition: Edition) -> None:
    if row.action == JOINER:
        _word(row, "role", ROLES)
    _word(row, "language", LANGUAGES)
    if row.action == LEAVER:
        _word(row, "reason", REASONS)
    for name in ("nationality", "residence"):
        _country(row, name)
    _one_of(row, "formula", edition.formulas)
    _one_of(row, "zone", tuple(edition["zone.access"].value))
    _money(row)
    if "email" in row.text:
        try:
            row.text["email"] = email_of(row.text["email"])
        except BadInput:
            row.wrong("email", "malformed_email")
    _residence(row, edition)
    nationality, asked = row.text.get("nationality"), edition["membership.nationality"].value
    if row.action == JOINER and row.role == "member" and nationality not in (None, asked):
        row.wrong("nationality", "nationality", country=str(nationality))


def _country(row: Row, name: str) -> None:
    if name not in row.text:
        return
    code = row.text[name].upper()
    found = code if is_country(code) else _countries().get(folded(row.text[name]))
    if found is None:
        row.wrong(name, "unknown_country")
        del row.text[name]
    else:
        row.text[name] = found


@cache
def _countries() -> dict[str, str]:
    """Countries by their names in English and French, and by their codes of three letters."""
    codes = [*(country.alpha_2 for country in pycountry.countries), "XK"]
    known = {folded(names.country(code, language)): code for code in codes for language in LANGUAGES}
    return known | {country.alpha_3.casefold(): country.alpha_2 for country in pycountry.countries}


def _one_of(row: Row, name: str, known: tuple[str, ...]) -> None:
    if name not in row.text:
        return
    word = row.text[name].upper().removeprefix("FORMULE ").removeprefix("FORMULA ").removeprefix("ZONE ").strip()
    row.text[name] = word
    if word not in known:
        row.wrong(name, f"unknown_{name}", known=", ".join(known))


def _money(row: Row) -> None:
    if "currency" not in row.text:
        return
    row.text["currency"] = row.text["currency"].upper()
    try:
        minor_units(row.text["currency"])
    except BadInput:
        row.wrong("currency", "unknown_currency")


def _residence(row: Row, edition: Edition) -> None:
    country, zone = row.text.get("residence"), row.text.get("zone")
    if country is None:
        return
    if country in edition.france:
        row.wrong("residence", "lives_in_france")
    elif zone is not None and zone in edition["zone.access"].value and not edition.in_zone(country, zone):
        row.wrong("zone", "zone_mismatch", right=edition.zone_of(country), country=country)


def _timely(row: Row, edition: Edition, today: date) -> None:
    """What depends on the day of effect: that it can be, the age on it, the currency."""
    effective, last = row.day["effective"], add_years(today, YEARS_AHEAD)
    if row.action == JOINER and effective <= today:
        row.wrong("effective", "too_early", first=today.isoformat())
    elif not EARLIEST <= effective <= last:
        row.wrong("effective", "date_out_of_range", last=last.isoformat())
    currency, country = row.text.get("currency", EUR), row.text.get("residence")
    if country and currency != EUR and in_euro_area(country, effective) and not row.is_wrong("currency"):
        row.wrong("currency", "euro_area", country=country)
    if row.action == JOINER and "born" in row.day:
        _born(row, row.day["born"], effective, edition, today)


def _born(row: Row, born: date, effective: date, edition: Edition, today: date) -> None:
    if not EARLIEST <= born <= today:
        row.wrong("born", "born_out_of_range", first=EARLIEST.isoformat(), last=today.isoformat())
        return
    if row.role == "member":
        ages = edition["membership.joining_age"].value
        if not add_years(born, ages["from"]) <= effective < add_years(born, ages["below"]):
            row.wrong("born", "age", first=str(ages["from"]), last=str(ages["below"] - 1))
    elif row.role in ("spouse", "child"):
        until = int(edition["membership.spouse_until" if row.role == "spouse" else "membership.student_until"].value)
        if effective >= add_years(born, until):
            row.wrong("born", "too_old", below=str(until))
