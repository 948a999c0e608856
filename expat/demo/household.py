"""What the demo makes up: households with what happens to them, and the invoices that they hand in. Plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from expat.membership.join import NewPerson


@dataclass(frozen=True)
class Item:
    """A line of an invoice: the care, its wording on the paper, and what it costs in the invoice's currency."""

    care: str
    label: str
    first_day: date
    amount: Decimal
    quantity: int = 1
    last_day: date | None = None
    cause: str = "illness"
    stay_days: int | None = None
    series: str | None = None
    started: date | None = None
    papers: frozenset[str] | None = None


@dataclass(frozen=True)
class Invoice:
    """An invoice: who wrote it for whom, its lines, the day on which it reached the operator, and how it came."""

    person: int
    provider: str
    street: str
    town: str
    country: str
    language: str
    currency: str
    number: str
    day: date
    received: date
    items: tuple[Item, ...]
    paper: str = "pdf"
    layout: int = 0
    direct: bool = False
    before: bool = False

    @property
    def total(self) -> Decimal:
        """What the invoice asks for."""
        return sum((item.amount for item in self.items), Decimal(0))


@dataclass(frozen=True)
class Event:
    """Something that happens to a household on a day: a verb of `happenings` and its values."""

    day: date
    verb: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Household:
    """A membership before it is concluded: its people and those who come `later`, its life, its invoices."""

    number: str
    joined: date
    formula: str
    zone: str
    residence: str
    paid_in: str
    language: str
    people: tuple[NewPerson, ...]
    address: Mapping[str, str]
    account: Mapping[str, str | None]
    later: tuple[NewPerson, ...] = ()
    events: tuple[Event, ...] = ()
    invoices: tuple[Invoice, ...] = ()

    def person(self, place: int) -> NewPerson:
        """One of the people, those who come later counted after the others."""
        return (*self.people, *self.later)[place]

    def name(self, place: int) -> str:
        """First and last name of one of the people."""
        who = self.person(place)
        return f"{who.first_name} {who.last_name}"
