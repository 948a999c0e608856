"""A plan, read once from its folder; one in which anything cannot be right is refused."""

from __future__ import annotations

import re
from bisect import bisect_right
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from expat.errors import BadInput, NotFound
from expat.places import shipped
from expat.plans.edition import Edition
from expat.plans.figures import Figure
from expat.plans.reading import Reader, read_head, read_headings, words_of
from expat.plans.schema import kind_of


class Plan:
    """A plan: its words, its figures by date and its catalogue of care."""

    def __init__(self, head: dict[str, Any], figures: dict[str, Figure], care: dict[str, dict[str, Any]]) -> None:
        self.name: str = head["plan"]
        self.title: dict[str, str] = head["title"]
        self.currency: str = head["currency"]
        self.words = words_of(head)
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
    found, problems = read(folder)
    if problems or found is None:
        raise problems[0]
    return found


def read(folder: Path) -> tuple[Plan | None, list[BadInput]]:
    """The plan in a folder, and everything that is wrong with it: with a problem there is no plan."""
    reader = Reader()
    found: Plan | None = None
    with reader.noting():
        head, headings = read_head(folder), read_headings(folder)
        reader.words, reader.headings = words_of(head), headings
        for path in sorted(folder.glob("*.toml")):
            if path.name != "plan.toml":
                reader.file(path)
        reader.look_for_gaps(folder)
        found = Plan(head, reader.figures, reader.care)
    return (None if reader.problems else found), reader.problems
