"""Official fixed parities, dated and cited (`config/currency/parities.toml`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from expat.currency.dated import dated, read_entries, refuse_overlaps, text_of
from expat.errors import BadInput
from expat.money import EUR, minor_units
from expat.places import shipped

ANCHORS = (EUR, "USD")
_KEYS = frozenset({"currency", "per", "value", "from", "citation"})
FILE = shipped("config") / "currency" / "parities.toml"


@dataclass(frozen=True, slots=True)
class Parity:
    """`value` units of `currency` for 1 `per` (EUR or USD), from `since` to `until`, both included."""

    currency: str
    per: str
    value: Decimal
    since: date
    until: date | None
    citation: str


def parity_of(currency: str, day: date) -> Parity | None:
    """The fixed parity of a currency that is in force on the day."""
    for parity in parities().get(currency, ()):
        if parity.since <= day and (parity.until is None or day <= parity.until):
            return parity
    return None


@cache
def parities() -> dict[str, tuple[Parity, ...]]:
    """The parities that Expat ships with, by currency."""
    return load(FILE)


def load(file: Path) -> dict[str, tuple[Parity, ...]]:
    """Parities by currency from a TOML file. Raises BadInput: file, entry, key and what would be right."""
    found: dict[str, list[Parity]] = {}
    for where, entry in read_entries(file, "parity", _KEYS, {"until"}):
        parity = _parity(where, entry)
        found.setdefault(parity.currency, []).append(parity)
    for currency, dates in found.items():
        refuse_overlaps(f"{file}: {currency}", [(p.since, p.until) for p in dates])
    return {currency: tuple(dates) for currency, dates in found.items()}


def _parity(where: str, entry: dict[str, Any]) -> Parity:
    currency = text_of(where, entry, "currency")
    try:
        minor_units(currency)
    except BadInput as wrong:
        raise BadInput(f"{where}, currency", wrong.problem, wrong.expected) from wrong
    _one_of(f"{where}, per", entry["per"], ANCHORS)
    value = entry["value"]
    if not isinstance(value, Decimal) or not value.is_finite() or value <= 0:
        raise BadInput(f"{where}, value", f"{value!r} is no parity", "a decimal number above zero, such as 655.957")
    since, until = dated(where, entry)
    return Parity(currency, entry["per"], value, since, until, text_of(where, entry, "citation"))


def _one_of(where: str, value: object, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise BadInput(where, f"{value!r} is no currency that a parity can be fixed to", " or ".join(allowed))
