"""What members can ask to change, typed: kept as JSON, read back as it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import TypeAdapter


@dataclass(frozen=True)
class Formula:
    """Another formula, from the next anniversary on (UNO-UP-1)."""

    to: str


@dataclass(frozen=True)
class Address:
    """Where the member is written to."""

    street: str
    town: str
    country: str
    building: str | None = None
    postcode: str | None = None


@dataclass(frozen=True)
class Move:
    """Another country of residence with its address; the zone follows, unless the one of now covers it and is kept.

    `first` is the day on which one moves; None where it is that of the request.
    """

    address: Address
    keep_zone: bool = False
    first: date | None = None


@dataclass(frozen=True)
class Stay:
    """So long a stay outside the zone that it needs another one, the residence staying as it is (UNO-TERR-3)."""

    country: str
    first: date
    last: date


@dataclass(frozen=True)
class Joins:
    """A spouse or a child to insure (UNO-MEM-2). `tie` is marriage, pacs or cohabiting, of a spouse alone."""

    role: str
    first_name: str
    last_name: str
    born: date
    nationality: str | None = None
    tie: str | None = None
    married_on: date | None = None
    prior_cover_attested_on: date | None = None
    no_occupation: bool = False


@dataclass(frozen=True)
class Leaves:
    """A spouse or a child who is no longer to be insured from `first` on, for a reason of `membership.ends`."""

    person: int
    reason: str
    first: date


@dataclass(frozen=True)
class Derogation:
    """Care of a person in a country of the zone that is neither the residence's nor next to it (UNO-TERR-4)."""

    person: int
    country: str
    first: date
    last: date


Change = Formula | Address | Move | Stay | Joins | Leaves | Derogation
KINDS: dict[str, type[Change]] = {
    "formula": Formula, "move": Move, "stay": Stay, "spouse": Joins, "child": Joins, "leaves": Leaves,
    "derogation": Derogation,
    "address": Address,
}  # fmt: skip
TIES = ("marriage", "pacs", "cohabiting")
LEAVING = ("separated", "moved_out", "occupation", "removed")  # what a member says; a death is told to a person


def kind_of(change: Change) -> str:
    """The kind under which a change is kept."""
    if isinstance(change, Joins):
        return change.role
    return next(kind for kind, of in KINDS.items() if isinstance(change, of))


def content_of(change: Change) -> dict[str, Any]:
    """A change as its table keeps it."""
    kept: dict[str, Any] = TypeAdapter(type(change)).dump_python(change, mode="json")
    return kept


def read_change(kind: str, content: dict[str, Any]) -> Change:
    """A change that was kept."""
    found: Change = TypeAdapter(KINDS[kind]).validate_python(content)
    return found
