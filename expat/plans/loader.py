"""Reads a plan's folder and refuses what cannot be right: file, key, what would be right."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, get_args

from expat.citation import Citation, Origin
from expat.errors import BadInput, NotFound
from expat.money import minor_units
from expat.periods import DAY
from expat.places import shipped
from expat.plans.edition import Edition
from expat.plans.figures import Dated, Figure
from expat.plans.schema import CARE_UNITS, FIGURES, GOES_WITH, UNITS, kind_of
from expat.plans.shapes import CHECKS, Words

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_INHERITED = ("citation", "origin", "unit")
ORIGINS: dict[Any, Origin] = {origin: origin for origin in get_args(Origin)}
_CARE_KEYS = {"category", "unit", "admission", "goes_with"}


class Plan:
    """A plan: its words, its figures by date and its catalogue of care."""

    def __init__(self, head: dict[str, Any], figures: dict[str, Figure], care: dict[str, dict[str, Any]]) -> None:
        self.name: str = head["plan"]
        self.title: dict[str, str] = head["title"]
        self.currency: str = head["currency"]
        self.words = Words(*(tuple(head[key]) for key in ("formulas", "zones", "categories")))
        self.figures = figures
        self.care = care
        self._boundaries = sorted({day for figure in figures.values() for day in figure.boundaries})
        self._editions: dict[int, Edition] = {}

    def on(self, day: date) -> Edition:
        """The edition that holds on `day`. Raises NotFound before the plan's first day."""
        segment = bisect_right(self._boundaries, day)
        if segment not in self._editions:
            self._editions[segment] = self._edition(day)
        return self._editions[segment]

    def _edition(self, day: date) -> Edition:
        used = {}
        for name, figure in self.figures.items():
            kind = kind_of(name)
            try:
                used[name] = figure.on(day)
            except NotFound:
                if kind is not None and kind.required and not name.startswith("care."):
                    raise
        held = {code: entry for code, entry in self.care.items() if f"care.{code}.benefit" in used}
        return Edition(self.name, self.words.formulas, used, held)


class _Source(NamedTuple):
    """Where a table of a file stands, and what it hands down to the tables below."""

    file: str
    key: str
    inherited: dict[str, str]

    def below(self, key: str, table: dict[str, Any]) -> _Source:
        own = {name: table[name] for name in _INHERITED if name in table}
        return _Source(self.file, f"{self.key}.{key}" if self.key else key, {**self.inherited, **own})

    def wrong(self, problem: str, expected: str = "") -> BadInput:
        return BadInput(f"{self.file}: {self.key}", problem, expected)


@cache
def plan(name: str) -> Plan:
    """A plan that Expat ships, by its name. Raises NotFound."""
    folder = shipped("config") / "plans" / name
    if not re.fullmatch(r"[a-z0-9-]+", name) or not folder.is_dir():
        known = sorted(p.name for p in (shipped("config") / "plans").iterdir() if p.is_dir())
        raise NotFound("plan", f"there is no plan {name!r}", f"one of {', '.join(known)}")
    return load(folder)


def load(folder: Path) -> Plan:
    """Read and check the plan in a folder. Raises BadInput with file, key and what would be right."""
    files = {path.name: _toml(path) for path in sorted(folder.glob("*.toml"))}
    if "plan.toml" not in files:
        raise BadInput(str(folder / "plan.toml"), "the file is missing", "a plan's folder holds plan.toml")
    head = _head(files.pop("plan.toml"))
    words = Words(*(tuple(head[key]) for key in ("formulas", "zones", "categories")))
    headings = _headings(folder)
    figures: dict[str, Figure] = {}
    care: dict[str, dict[str, Any]] = {}
    for name, content in files.items():
        root = _Source(name, "", {})
        for found, source in _figures(content, root, care, words, headings):
            if found.name in figures:
                raise source.wrong("the figure stands twice in the plan", "one place for each figure")
            figures[found.name] = found
    missing = [n for n, k in FIGURES.items() if k.required and "*" not in n and n not in figures]
    if missing:
        raise BadInput(str(folder), f"the figure {missing[0]} is missing", "with its dated values and its citation")
    return Plan(head, figures, care)


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise BadInput(path.name, f"is no TOML: {wrong}", "see toml.io") from wrong


def _headings(folder: Path) -> frozenset[str]:
    path = folder / "headings.txt"
    if not path.is_file():
        raise BadInput("headings.txt", "the file is missing", "the contract's headings, one on each line")
    return frozenset(path.read_text(encoding="utf-8").splitlines())


def _head(head: dict[str, Any]) -> dict[str, Any]:
    wanted = {
        "plan": str,
        "title": dict,
        "currency": str,
        "formulas": list,
        "zones": list,
        "categories": list,
    }
    for key, kind in wanted.items():
        if not isinstance(head.get(key), kind) or not head[key]:
            raise BadInput(f"plan.toml: {key}", "is missing or has the wrong form", f"a {kind.__name__}")
    if unknown := set(head) - set(wanted):
        raise BadInput(f"plan.toml: {sorted(unknown)[0]}", "unknown key", f"one of {', '.join(wanted)}")
    try:
        minor_units(head["currency"])
    except BadInput as wrong:
        raise BadInput("plan.toml: currency", wrong.problem, wrong.expected) from wrong
    return head


def _figures(
    table: dict[str, Any],
    at: _Source,
    care: dict[str, dict[str, Any]],
    words: Words,
    headings: frozenset[str],
) -> Iterator[tuple[Figure, _Source]]:
    """The figures of a table and of the tables in it; the entries of the catalogue are put into `care`."""
    for key, value in table.items():
        source = at.below(key, value if isinstance(value, dict) else {})
        if at.key == "care" and isinstance(value, dict):
            care[key] = _care_entry(value, source, words)
        if isinstance(value, dict) and any(_DATE.fullmatch(k) for k in value):
            yield _figure(value, source, words, headings), source
        elif isinstance(value, dict):
            yield from _figures(value, source, care, words, headings)
        elif key not in _INHERITED and not (at.key.startswith("care.") and key in _CARE_KEYS):
            raise source.wrong("unknown key", "a figure is a table of values by date, such as 2000-01-01 = 3")


def _care_entry(table: dict[str, Any], at: _Source, words: Words) -> dict[str, Any]:
    entry = {key: table[key] for key in _CARE_KEYS if key in table}
    if entry.get("category") not in words.categories:
        raise at.wrong(f"category {entry.get('category')!r}", f"one of {', '.join(words.categories)}")
    if entry.get("unit") not in CARE_UNITS:
        raise at.wrong(f"unit {entry.get('unit')!r}", f"one of {', '.join(sorted(CARE_UNITS))}")
    if entry.get("goes_with", next(iter(GOES_WITH))) not in GOES_WITH:
        raise at.wrong(f"goes_with {entry['goes_with']!r}", f"one of {', '.join(sorted(GOES_WITH))}")
    for needed in ("approval", "documents", "benefit"):
        if needed not in table:
            raise at.wrong(f"{needed} is missing", "with its dated values")
    return entry


def _figure(table: dict[str, Any], at: _Source, words: Words, headings: frozenset[str]) -> Figure:
    kind = kind_of(at.key)
    if kind is None:
        raise at.wrong("unknown figure", "a figure that the engine reads (expat plan show lists them)")
    unit = kind.unit if at.key.startswith("care.") else at.inherited.get("unit", "")
    if unit not in UNITS or unit != kind.unit:
        raise at.wrong(f"unit {unit!r}", f"{kind.unit!r}")
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
    if until is not None and (not isinstance(until, date) or until < first):
        raise at.wrong(f"until {until} is not right", f"a day from {first} on")
    return Dated(first, until, own["value"], _citation({**at.inherited, **own}, at, headings))


def _citation(table: dict[str, Any], at: _Source, headings: frozenset[str]) -> Citation:
    heading, origin = table.get("citation"), table.get("origin")
    if not heading or heading not in headings:
        problem = f"{heading!r} is no heading of the contract" if heading else "the citation is missing"
        raise at.wrong(problem, "a line of headings.txt")
    if origin not in ORIGINS:
        raise at.wrong(f"origin {origin!r}", f"one of {', '.join(ORIGINS)}")
    return Citation(heading, ORIGINS[origin])
