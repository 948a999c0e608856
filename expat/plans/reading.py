"""Reading a plan's files: every problem is noted, with its file, its key and what would be right."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, get_args

from expat.citation import Citation, Origin
from expat.errors import BadInput
from expat.money import minor_units
from expat.periods import DAY
from expat.plans.figures import Dated, Figure
from expat.plans.schema import CARE_UNITS, FIGURES, GOES_WITH, kind_of
from expat.plans.shapes import CHECKS, Words

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_BY_CATEGORY = "ceiling.category."
_INHERITED = ("citation", "origin", "unit")
ORIGINS: dict[Any, Origin] = {origin: origin for origin in get_args(Origin)}
_HEAD: dict[str, tuple[type, str]] = {
    "plan": (str, "the plan's name, in quotation marks"),
    "title": (dict, '{en = "...", fr = "..."}'),
    "currency": (str, "an ISO 4217 code, such as EUR"),
    "formulas": (list, "words in quotation marks, each once, from the lowest to the highest"),
    "zones": (list, "words in quotation marks, each once"),
    "categories": (list, "words in quotation marks, each once"),
}
_CARE_KEYS = {"category", "unit", "admission", "goes_with"}


class _Source(NamedTuple):
    """Where a table of a file stands, and what it hands down to the tables below."""

    file: str
    key: str
    inherited: dict[str, str]

    def below(self, key: str) -> _Source:
        return self._replace(key=f"{self.key}.{key}" if self.key else key)

    def handing_down(self, table: dict[str, Any]) -> _Source:
        return self._replace(inherited=self.inherited | {name: table[name] for name in _INHERITED if name in table})

    def wrong(self, problem: str, expected: str = "") -> BadInput:
        return BadInput(f"{self.file}: {self.key}", problem, expected)


class Reader:
    """Goes through the files of a plan and notes every problem, where it stands."""

    words: Words
    headings: frozenset[str]

    def __init__(self) -> None:
        self.problems: list[BadInput] = []
        self.figures: dict[str, Figure] = {}
        self.care: dict[str, dict[str, Any]] = {}
        self.places: dict[str, _Source] = {}
        self.unread: list[str] = []

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Note what is refused inside, and go on after it."""
        try:
            yield
        except BadInput as wrong:
            self.problems.append(wrong)

    def file(self, path: Path) -> None:
        try:
            content = _toml(path)
        except BadInput as wrong:
            self.problems.append(wrong)
            self.unread.append(path.name)
        else:
            self._table(content, _Source(path.name, "", {}).handing_down(content))

    def _table(self, table: dict[str, Any], at: _Source) -> None:
        """The figures of a table and of the tables in it, and the entries of the catalogue of care."""
        for key, value in table.items():
            with self.noting():
                if isinstance(value, dict):
                    self._named(key, value, at.below(key).handing_down(value), at.key == "care")
                elif key not in _INHERITED and not (at.key.startswith("care.") and key in _CARE_KEYS):
                    expected = "a figure is a table of values by date, such as 2000-01-01 = 3"
                    raise at.below(key).wrong("unknown key", expected)

    def _named(self, key: str, value: dict[str, Any], source: _Source, is_care: bool) -> None:
        if is_care:
            with self.noting():
                self.care[key] = _care_entry(value, source, self.words)
        if any(_DATE.fullmatch(k) for k in value):
            self._figure(value, source)
        elif any(isinstance(item, dict) for item in value.values()):
            self._table(value, source)
        elif not is_care:
            raise source.wrong("has no value by date", "such as 2000-01-01 = 3")

    def _figure(self, value: dict[str, Any], source: _Source) -> None:
        if source.key in self.places:
            raise source.wrong("the figure stands twice in the plan", f"one place; see {self.places[source.key].file}")
        self.places[source.key] = source
        self.figures[source.key] = _figure(value, source, self.words, self.headings)

    def look_for_gaps(self, folder: Path) -> None:
        """What no figure shows by itself: figures that are missing, and days on which one has no value."""
        needed = [name for name, kind in FIGURES.items() if kind.required and "*" not in name]
        needed += [_BY_CATEGORY + category for category in self.words.categories]
        for name in needed:
            if name not in self.places and not self.unread:
                self.problems.append(self._missing(name, folder))
            elif name in self.figures:
                with self.noting():
                    _without_gap(self.figures[name], self.places[name])
        for code in self.care:
            with self.noting():
                self._held_together(code)

    def _missing(self, name: str, folder: Path) -> BadInput:
        related = (place.file for key, place in self.places.items() if key.split(".")[0] == name.split(".")[0])
        expected = "a table with its unit, its citation, its origin and its values by date"
        return BadInput(f"{next(related, folder.name)}: {name}", "the figure is missing", expected)

    def _held_together(self, code: str) -> None:
        """Every day of a benefit has its approval and its documents."""
        parts = {part: self.figures.get(f"care.{code}.{part}") for part in ("benefit", "approval", "documents")}
        days = {day for figure in parts.values() if figure for day in figure.boundaries}
        for day in sorted(days):
            held = {part for part, figure in parts.items() if figure and figure.edition_on(day)}
            missing = sorted(part for part in parts.keys() - held if f"care.{code}.{part}" in self.figures)
            if "benefit" in held and missing:
                source = self.places[f"care.{code}.{missing[0]}"]
                raise source.wrong(f"has no value on {day}", "on every day of the benefit")


def _without_gap(figure: Figure, at: _Source) -> None:
    for earlier, later in pairwise(figure.editions):
        if earlier.until and earlier.until + DAY < later.first:
            raise at.wrong(f"has no value on {earlier.until + DAY}", f"until {later.first - DAY}, or no until")
    if last := figure.editions[-1].until:
        raise at.wrong(f"has no value after {last}", "no until, or a value from the day after")


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise BadInput(path.name, f"is no TOML: {wrong}", "see toml.io") from wrong


def read_headings(folder: Path) -> frozenset[str]:
    path = folder / "headings.txt"
    if not path.is_file():
        raise BadInput("headings.txt", "the file is missing", "the contract's headings, one on each line")
    return frozenset(path.read_text(encoding="utf-8").splitlines())


def read_head(folder: Path) -> dict[str, Any]:
    path = folder / "plan.toml"
    if not path.is_file():
        raise BadInput("plan.toml", f"the file is missing in {folder}", "a folder that holds a plan")
    head = _toml(path)
    for key, (kind, expected) in _HEAD.items():
        if not isinstance(head.get(key), kind) or not head[key]:
            raise BadInput(f"plan.toml: {key}", "is missing or has the wrong form", expected)
        if kind is list and not (all(isinstance(w, str) for w in head[key]) and len(set(head[key])) == len(head[key])):
            raise BadInput(f"plan.toml: {key}", f"{head[key]} is not right", expected)
    if unknown := set(head) - set(_HEAD):
        raise BadInput(f"plan.toml: {min(unknown)}", "unknown key", f"one of {', '.join(_HEAD)}")
    if set(head["title"]) != {"en", "fr"}:
        raise BadInput("plan.toml: title", f"{', '.join(head['title'])}", "the title in en and in fr")
    try:
        minor_units(head["currency"])
    except BadInput as wrong:
        raise BadInput("plan.toml: currency", wrong.problem, wrong.expected) from wrong
    return head


def words_of(head: dict[str, Any]) -> Words:
    return Words(*(tuple(head[key]) for key in ("formulas", "zones", "categories")))


def _care_entry(table: dict[str, Any], at: _Source, words: Words) -> dict[str, Any]:
    entry = {key: table[key] for key in _CARE_KEYS if key in table}
    if entry.get("category") not in words.categories:
        raise at.wrong(f"category {entry.get('category')!r}", f"one of {', '.join(words.categories)}")
    for key, allowed in (("unit", CARE_UNITS), ("goes_with", GOES_WITH)):
        if (key in entry or key == "unit") and entry.get(key) not in sorted(allowed):
            raise at.wrong(f"{key} {entry.get(key)!r}", f"one of {', '.join(sorted(allowed))}")
    if not isinstance(entry.get("admission", False), bool):
        raise at.wrong(f"admission {entry['admission']!r}", "true or false")
    for needed in ("approval", "documents", "benefit"):
        if needed not in table:
            raise at.wrong(f"{needed} is missing", "with its dated values")
    return entry


def _figure(table: dict[str, Any], at: _Source, words: Words, headings: frozenset[str]) -> Figure:
    kind = kind_of(at.key)
    if kind is None or (at.key.startswith(_BY_CATEGORY) and at.key.removeprefix(_BY_CATEGORY) not in words.categories):
        raise at.wrong("unknown figure", "a figure that the engine reads (expat plan show lists them)")
    unit = table.get("unit", kind.unit) if at.key.startswith("care.") else at.inherited.get("unit")
    if unit != kind.unit:
        raise at.wrong(f"unit {unit!r}" if unit else "the unit is missing", f"{kind.unit!r}")
    if unknown := [k for k in table if not _DATE.fullmatch(k) and k not in _INHERITED]:
        raise at.wrong(f"unknown key {unknown[0]!r}", f"a date, {', '.join(_INHERITED)}")
    editions = sorted(_dated(key, value, at, headings) for key, value in table.items() if _DATE.fullmatch(key))
    for earlier, later in pairwise(editions):
        if earlier.until and earlier.until >= later.first:
            raise at.wrong(f"{earlier.first} and {later.first} overlap", f"until at most {later.first - DAY}")
    for edition in editions:
        if wrong := CHECKS[kind.shape](edition.value, words):
            raise at.wrong(f"the value from {edition.first} is not right", wrong)
    return Figure(at.key, kind.unit, tuple(editions))


def _dated(key: str, value: Any, at: _Source, headings: frozenset[str]) -> Dated:
    own = value if isinstance(value, dict) and "value" in value else {"value": value}
    if unknown := set(own) - {"value", "until", "citation", "origin"}:
        raise at.wrong(f"unknown key {sorted(unknown)[0]!r}", "value, until, citation, origin")
    try:
        first = date.fromisoformat(key)
    except ValueError:
        raise at.wrong(f"{key} is no date", "a day such as 2000-01-01") from None
    until = own.get("until")
    if until is not None and (type(until) is not date or until < first):
        raise at.wrong(f"until {until} is not right", f"a day from {first} on")
    return Dated(first, until, own["value"], _citation({**at.inherited, **own}, at, headings))


def _citation(table: dict[str, Any], at: _Source, headings: frozenset[str]) -> Citation:
    heading, origin = table.get("citation"), table.get("origin")
    if not isinstance(heading, str) or heading not in headings:
        problem = f"{heading!r} is no heading of the contract" if heading else "the citation is missing"
        raise at.wrong(problem, "a line of headings.txt")
    if not isinstance(origin, str) or origin not in ORIGINS:
        raise at.wrong(f"origin {origin!r}", f"one of {', '.join(ORIGINS)}")
    return Citation(heading, ORIGINS[origin])
