"""How alike names have to be for a person to look at them: `config/screening.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from expat.errors import BadInput
from expat.places import shipped

FILE = shipped("config") / "screening.toml"
HIGHEST = {"near": 100, "near_word": 100, "years_apart": 10}


class Likeness(NamedTuple):
    """`near` and `near_word` of 100, for whole names and for their words; `years_apart` between births."""

    near: int
    near_word: int
    years_apart: int


@cache
def likeness() -> Likeness:
    """The figures that Expat ships with."""
    return load(FILE)


def load(file: Path) -> Likeness:
    """Figures from a TOML file. Raises BadInput: file, key and what would be right."""
    found = tomllib.loads(file.read_text(encoding="utf-8")).get("likeness", {})
    for name, highest in HIGHEST.items():
        value = found.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= highest:
            raise BadInput(f"{file}: likeness.{name}", f"{value!r} is no figure", f"a whole number from 0 to {highest}")
    if unknown := sorted(set(found) - set(HIGHEST)):
        raise BadInput(f"{file}: likeness", f"{unknown[0]!r} is unknown", f"one of {', '.join(HIGHEST)}")
    return Likeness(**found)
