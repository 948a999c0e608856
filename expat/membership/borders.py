"""Which countries share a land border, by date (UNO-TERR-4): config/borders.toml."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache

from expat.errors import BadInput
from expat.places import shipped


@cache
def _borders() -> dict[frozenset[str], tuple[date, date]]:
    path = shipped("config") / "borders.toml"
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    found: dict[frozenset[str], tuple[date, date]] = {}
    for entry in content["borders"] if "borders" in content else content["border"]:
        pair = frozenset(entry["between"])
        if len(pair) != 2 or pair in found:
            raise BadInput(f"borders.toml: {entry['between']}", "is no pair, or stands twice", "two countries, once")
        found[pair] = (entry["from"], entry.get("until", date.max))
    return found


def bordering(one: str, other: str, day: date) -> bool:
    """Whether two countries (ISO 3166-1 alpha-2) have a land border on that day; bridges and tunnels are no land."""
    first, last = _borders().get(frozenset((one, other)), (date.max, date.min))
    return first <= day <= last
