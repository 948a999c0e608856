"""Which countries share a land border, by date (UNO-TERR-4): config/borders.toml."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pycountry

from expat.errors import BadInput
from expat.places import shipped

_COUNTRIES = [*(country.alpha_2 for country in pycountry.countries), "XK"]  # Kosovo's is its users', not ISO's
_KEYS = {"between", "from", "until"}

Pair = frozenset[str]
Days = tuple[date, date]


def bordering(one: str, other: str, day: date) -> bool:
    """Whether two countries (ISO 3166-1 alpha-2) have a land border on that day; bridges and tunnels are no land."""
    first, last = _borders().get(frozenset((one, other)), (date.max, date.min))
    return first <= day <= last


@cache
def _borders() -> dict[Pair, Days]:
    return load(shipped("config") / "borders.toml")


def load(file: Path) -> dict[Pair, Days]:
    """First and last day of each border, from a TOML file. Raises BadInput: file, entry and what would be right."""
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise BadInput(file.name, f"cannot be read: {wrong}", "TOML, see toml.io") from wrong
    if unknown := set(content) - {"citation", "checked", "borders"}:
        raise BadInput(f"{file.name}: {min(unknown)}", "unknown key", "citation, checked, borders")
    if not isinstance(content.get("citation"), str) or not isinstance(content.get("borders"), list):
        raise BadInput(file.name, "citation or borders is missing", "the source, and a list of borders")
    found: dict[Pair, Days] = {}
    for number, entry in enumerate(content["borders"], start=1):
        where = f"{file.name}: border {number}"
        pair = _pair(where, entry)
        if pair in found:
            raise BadInput(f"{where} {entry['between']}", "stands twice", "each pair once")
        found[pair] = _days(f"{where} {entry['between']}", entry)
    return found


def _pair(where: str, entry: Any) -> Pair:
    if not isinstance(entry, dict) or not {"between", "from"} <= set(entry) <= _KEYS:
        raise BadInput(
            where, f"{entry} is no border", '{between = ["AD", "ES"], from = 2000-01-01}, until where it ended'
        )
    codes = entry["between"]
    if not isinstance(codes, list) or len(codes) != 2 or codes[0] == codes[1]:
        raise BadInput(f"{where}, between", f"{codes} is no pair", "two countries")
    for code in codes:
        if code not in _COUNTRIES:
            raise BadInput(f"{where}, between", f"{code!r} is no country", "an ISO 3166-1 alpha-2 code, or XK")
    return frozenset(codes)


def _days(where: str, entry: dict[str, Any]) -> Days:
    for key in ("from", "until"):
        if key in entry and type(entry[key]) is not date:
            raise BadInput(f"{where}, {key}", f"{entry[key]!r} is no date", "a day, unquoted, such as 2000-01-01")
    first, last = entry["from"], entry.get("until", date.max)
    if last < first:
        raise BadInput(f"{where}, until", f"{last} lies before {first}", "the last day of the border")
    return first, last
