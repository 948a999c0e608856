"""What a draft holds: the lines as they were typed, and to which of them each paper belongs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from babel.numbers import get_territory_currencies

from expat.claims.dossier import Dossier
from expat.claims.written import storable
from expat.currency.euro_area import in_euro_area
from expat.money import EUR

MOST_LINES = 30
LONGEST = {"provider": 250, "invoice": 150, "series": 150}  # characters of a field as it is kept
OTHERWISE = 60
FIELDS = (
    "person", "care", "hours", "first_day", "last_day", "quantity", "amount", "currency", "provider", "invoice",
    "country", "cause", "stay_days", "series", "started", "paper", "read", "checked",
)  # fmt: skip
SHARED = ("person", "first_day", "currency", "provider", "invoice", "country", "cause", "stay_days", "series")
WHOLE_CLAIM = "all"

Line = dict[str, str]
_LINE = re.compile(r"lines-(\d{1,3})-([a-z_]+)")
_PAPER = re.compile(r"papers-(\d{1,18})-line")


def content_of(form: Mapping[str, str]) -> dict[str, Any]:
    """The content of a draft from what a browser sent; fields that the form does not have are left out."""
    lines: dict[int, Line] = {}
    papers = {}
    for name, text in form.items():
        if (found := _LINE.fullmatch(name)) and found[2] in FIELDS:
            lines.setdefault(int(found[1]), {})[found[2]] = clean(text, LONGEST.get(found[2], OTHERWISE))
        elif found := _PAPER.fullmatch(name):
            papers[found[1]] = clean(text)
    kept = [lines[place] for place in sorted(lines)][:MOST_LINES]
    return {"lines": kept, "papers": papers, "window": clean(form.get("window", ""))}


def clean(text: str, longest: int = OTHERWISE) -> str:
    """A text that both databases can keep."""
    return "".join(c for c in text if storable(c))[:longest].strip()


def lines_of(content: Mapping[str, Any]) -> list[Line]:
    """The lines of a draft."""
    return [dict(line) for line in content.get("lines", ())]


def first_line(dossier: Dossier, person: int, day: date) -> Line:
    """The line with which a draft begins: for whoever fills it in, at home, in the money that is used there."""
    home = dossier.on("residence", day)
    return {
        "person": str(person), "country": home, "currency": _money_of(home, day), "cause": "illness", "quantity": "1",
    }  # fmt: skip


def _money_of(country: str, day: date) -> str:
    if in_euro_area(country, day):
        return EUR
    used = get_territory_currencies(country, start_date=day)
    return str(used[-1]) if used else ""


def further_line(lines: list[Line]) -> Line:
    """Another line of the same invoice: what most often stays the same is taken over from the last one."""
    last = lines[-1]
    return {**{name: last[name] for name in SHARED if last.get(name)}, "quantity": "1"}


def without_line(content: dict[str, Any], place: int) -> dict[str, Any]:
    """The content without one of its lines; papers that belonged to it belong to none in particular."""
    lines = [line for i, line in enumerate(lines_of(content)) if i != place]
    papers = {key: _moved(line, place) for key, line in content.get("papers", {}).items()}
    return {**content, "lines": lines, "papers": papers}


def _moved(belongs: str, removed: int) -> str:
    """Where a paper belongs after a line is gone; lines are counted from 1 there."""
    if not belongs.isdecimal():
        return belongs
    place = int(belongs) - 1
    if place == removed:
        return ""
    return str(place if place > removed else place + 1)


def papers_of_line(content: Mapping[str, Any], documents: Any, place: int) -> list[Any]:
    """The draft's papers that belong to the line of that place, counted from 0."""
    belongs = content.get("papers", {})
    return [paper for paper in documents if belongs.get(str(paper.id), "") in ("", WHOLE_CLAIM, str(place + 1))]
