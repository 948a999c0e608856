"""Invoices as practices all over the world lay them out, made up: what a person would key from each, and its text.

In `papers/`: TOML, a line of dashes, the text; two spaces or more part what stands apart.
"""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from expat.documents.reading.suggestion import Hints, Suggestion

FOLDER = Path(__file__).with_name("papers")
TODAY = date(2026, 11, 21)
FIGURES = ("amount", "currency", "invoice_date", "care_date", "provider", "invoice_number", "country")


class Paper(NamedTuple):
    """An invoice's text, what it says (None where it does not), and where the member lives, if that is needed."""

    name: str
    text: str
    says: dict[str, Any]
    hints: Hints


@cache
def papers() -> dict[str, Paper]:
    """All of them by name."""
    return {path.stem: _paper(path) for path in sorted(FOLDER.glob("*.txt"))}


def _paper(path: Path) -> Paper:
    head, _, text = path.read_text(encoding="utf-8").partition("\n---\n")
    said = tomllib.loads(head)
    says = {name: said.get(name) for name in FIGURES}
    return Paper(path.stem, text, {**says, "amount": Decimal(said["amount"])}, Hints(said.get("home")))


def wrong(suggestion: Suggestion, paper: Paper, but: tuple[str, ...] = ()) -> dict[str, Any]:
    """The figures whose first candidate is not what the paper says: what was proposed instead."""
    found = {name: getattr(suggestion, name) for name in FIGURES if name not in but}
    first = {name: candidates[0].value if candidates else None for name, candidates in found.items()}
    return {name: (value, "for", paper.says[name]) for name, value in first.items() if value != paper.says[name]}


def wrongly_sure(suggestion: Suggestion, paper: Paper) -> list[str]:
    """The figures that are called sure and are not what the paper says."""
    found = {name: getattr(suggestion, name) for name in FIGURES}
    return [name for name, told in found.items() if told and told[0].sure and told[0].value != paper.says[name]]
