"""The euro area by date, and the currency that a member is paid in (UNO-FX-5).

The table is our own, dated and cited: `config/currency/euro_area.toml` says which libraries were tried and
why none is right. CLDR, for one, lets Croatia in on 2023-01-01 but not Bulgaria on 2026-01-01.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from expat.currency.dated import dated, read_entries, refuse_overlaps, text_of
from expat.errors import BadInput
from expat.money import EUR
from expat.places import shipped

FILE = shipped("config") / "currency" / "euro_area.toml"

_Period = tuple[date, date | None]


def in_euro_area(country: str, day: date) -> bool:
    """Whether a country or territory (ISO 3166-1) uses the euro, as part of the Union, on that day."""
    periods = members().get(country, ())
    return any(since <= day and (until is None or day <= until) for since, until in periods)


def payout_currency(choice: str, residence: str, day: date) -> str:
    """The currency to pay in: the choice, or EUR once the residence is in the euro area (UNO-FX-5)."""
    return EUR if in_euro_area(residence, day) else choice


@cache
def members() -> dict[str, tuple[_Period, ...]]:
    """First and last day (None: still) of each member and territory, from the table that Expat ships with."""
    return load(FILE)


def load(file: Path) -> dict[str, tuple[_Period, ...]]:
    """Periods by country from a TOML file. Raises BadInput: file, entry, key and what would be right."""
    found: dict[str, list[_Period]] = {}
    for where, entry in read_entries(file, "member", {"countries", "from", "citation"}, {"until"}):
        text_of(where, entry, "citation")
        for country in _countries(where, entry["countries"]):
            found.setdefault(country, []).append(dated(where, entry))
    for country, periods in found.items():
        refuse_overlaps(f"{file}: {country}", periods)
    return {country: tuple(periods) for country, periods in found.items()}


def _countries(where: str, value: Any) -> list[str]:
    codes = value if isinstance(value, list) else []
    if not codes or not all(isinstance(c, str) and len(c) == 2 and c.isupper() for c in codes):
        raise BadInput(f"{where}, countries", f"{value!r} is no list of countries", 'codes such as ["FR", "AX"]')
    return codes
