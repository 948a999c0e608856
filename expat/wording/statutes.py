"""The statutes of the association that holds the contract, as the configuration has them."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import NamedTuple

from expat.places import shipped


class Statutes(NamedTuple):
    """A version of the statutes in a language: the association's name, and headings with their texts. `sample` says
    that the text is ours, until the association's own takes its place."""

    name: str
    version: str
    sample: bool
    articles: tuple[tuple[str, str], ...]


@cache
def statutes(language: str) -> Statutes:
    """The statutes that hold, in a language that Expat speaks."""
    kept = tomllib.loads((shipped("config") / "association.toml").read_text(encoding="utf-8"))
    articles = tuple((one["heading"][language], one["text"][language]) for one in kept["article"])
    return Statutes(kept["name"], kept["version"], kept["sample"], articles)
