"""The demo's own data, from templates/demo: countries, prices, names, wordings."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from expat.money import minor_units, round_half_up
from expat.places import shipped

FOLDER = shipped("templates") / "demo"


@dataclass(frozen=True)
class Country:
    """A country of the demo: where people live there, its currency and how prices are."""

    code: str
    continent: str
    towns: tuple[str, ...]
    streets: tuple[str, ...]
    postcode: str
    language: str
    currency: str
    per_eur: Decimal
    step: Decimal
    level: int
    paid_in: tuple[str, ...]
    weight: int

    def price(self, euros: Decimal) -> Decimal:
        """A price in the local currency, rounded to what is asked for there; never nothing."""
        steps = round_half_up(euros * self.level * self.per_eur / 100 / self.step, 0)
        return max(steps, Decimal(1)) * self.step


@dataclass(frozen=True)
class Kind:
    """A care of the demo: its price in euros, how often it occurs, who writes the invoice, its wordings."""

    care: str
    lowest: int
    highest: int
    weight: int
    kind: str
    labels: dict[str, str]
    most: int = 1
    others: tuple[str, ...] = ()

    def euros(self, chance: Random) -> Decimal:
        """A price in euros, at a price level of 100 per cent."""
        return Decimal(chance.randint(self.lowest, self.highest))


@cache
def read(name: str) -> dict[str, Any]:
    """A TOML file of the demo, its numbers exact."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"), parse_float=Decimal)


@cache
def countries() -> dict[str, Country]:
    """Every country of the demo, by its ISO 3166-1 code."""
    found = {}
    for code, values in read("world")["country"].items():
        given: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
        given |= {"per_eur": Decimal(given["per_eur"]), "step": Decimal(given["step"])}
        found[code] = Country(code=code, **given)
        minor_units(found[code].currency)
    return found


@cache
def kinds() -> dict[str, Kind]:
    """Every care of the demo, by its code in the plan."""
    found = {}
    for care, values in read("care")["care"].items():
        lowest, highest = values["price"]
        labels, others = values["labels"], tuple(values.get("with", ()))
        most = values.get("most", 1)
        found[care] = Kind(care, lowest, highest, values["weight"], values["kind"], labels, most, others)
    return found


def picked(chance: Random, weights: dict[str, int]) -> str:
    """One of the names, as often as its weight says."""
    return chance.choices(list(weights), list(weights.values()))[0]


def template(name: str) -> Path:
    """A file of the demo."""
    return FOLDER / name
