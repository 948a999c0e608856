"""What the overview and its neighbours show of a membership, from its dossier alone: no query, whatever the history.

Amounts are EUR.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from expat.claims.balances import held_on
from expat.claims.dossier import Dossier
from expat.claims.waits import shown_categories
from expat.letters.cover import product
from expat.membership import standing
from expat.membership.status import covered_on, status_on
from expat.money import CENTS
from expat.options.recharge import Offer, offer
from expat.payments.statement import name_of
from expat.periods import Period, membership_year
from expat.premiums.dunning import Happened, course, is_contested

CHOICES = ("formula", "zone", "residence", "payout_currency", "termination")


class Overdue(NamedTuple):
    """A premium that is not paid: the day of the formal notice, of the suspension and of the end that it brings.

    `contested`: a person is asked to look at it, and has not decided."""

    premium: int
    due_on: date
    notice_on: date | None
    suspended_from: date | None
    ends_on: date | None
    contested: bool


class Change(NamedTuple):
    """Something that holds from a day to come: `kind` as a membership's changes name it."""

    kind: str
    value: str
    first: date


@dataclass(frozen=True, slots=True)
class State:
    """A membership on a day. `status` is active, suspended, terminated or not_started."""

    number: str
    plan: str
    status: str
    joined: date
    year: Period
    formula: str
    zone: str
    residence: str
    suspended: Period | None
    ended_on: date | None
    overdue: tuple[Overdue, ...]
    changes: tuple[Change, ...]


class Someone(NamedTuple):
    """An insured person: `days` are those of the cover that holds on the day, or else of the next or the last one."""

    id: int
    name: str
    first_name: str
    role: str
    born: date
    covered: bool
    days: Period | None


class Recharged(NamedTuple):
    """A recharge that is valid: all of it, what is left, and the last day on which care can begin."""

    amount: Decimal
    left: Decimal
    last: date


@dataclass(frozen=True, slots=True)
class Bar:
    """A ceiling of a person and membership year; `category` is None for the overall one.

    `kind` is ceiling, none (no ceiling of its own) or uncovered. `whole` is all that there is for the year, `own_left`
    and `carried_left` what the purses still hold, `left` what can still be paid, below the overall ceiling.
    """

    category: str | None
    kind: str
    used: Decimal
    whole: Decimal = Decimal(0)
    own: Decimal = Decimal(0)
    own_left: Decimal = Decimal(0)
    carried: Decimal = Decimal(0)
    carried_left: Decimal = Decimal(0)
    recharges: tuple[Recharged, ...] = ()
    left: Decimal = Decimal(0)
    terms: str | None = None
    offer: Offer | None = None

    @property
    def cents(self) -> int:
        """All of it, in cents."""
        return _cents(self.whole)

    @property
    def parts(self) -> list[tuple[int, str, str]]:
        """The bar from left to right, in cents: used, the year's own, the carry-over, the recharges."""
        recharged = sum(_cents(r.left) for r in self.recharges)
        own, carried = _cents(self.own_left), _cents(self.carried_left)
        used = max(0, self.cents - own - carried - recharged)
        return [(used, "used", ""), (own, "room", ""), (carried, "carried", ""), (recharged, "recharged", "")]

    @property
    def share(self) -> Decimal:
        """What is used of the whole, as a share, to the per cent below."""
        return Decimal(int(100 * self.used / self.whole)).scaleb(-2) if self.whole else Decimal(0)

    @property
    def capped(self) -> bool:
        """Whether the overall ceiling leaves less than the category's own purses hold."""
        held = self.own_left + self.carried_left + sum((r.left for r in self.recharges), Decimal(0))
        return self.category is not None and self.left < held


# --- the membership ------------------------------------------------------------------------------------------------


def state_of(dossier: Dossier, day: date, language: str) -> State:
    """Where a membership stands on a day, and what is to come."""
    facts = dossier.facts_on(dossier.plan.on(day))
    suspended = next((period for period in facts.suspensions if day in period), None)
    ended = facts.terminated_on if facts.terminated_on is not None and facts.terminated_on <= day else None
    return State(
        dossier.number, product(dossier, language), status_on(dossier, day), dossier.joined,
        membership_year(dossier.joined, max(day, dossier.joined)), dossier.on("formula", day), dossier.on("zone", day),
        dossier.on("residence", day), suspended, ended, tuple(_overdue(dossier, day)), tuple(_to_come(dossier, day)),
    )  # fmt: skip


def people_of(dossier: Dossier, day: date, language: str) -> list[Someone]:
    """The insured persons; the end that an unpaid premium would bring is no end before it comes."""
    paid, edition = _as_if_paid(dossier, day), dossier.plan.on(day)
    return [
        Someone(
            key, name_of(row, language), row.first_name or name_of(row, language), row.role, row.born,
            covered_on(dossier, key, day), _nearest(paid.cover(key, edition), day),
        )
        for key, row in dossier.people.items()
    ]  # fmt: skip


def _nearest(cover: tuple[Period, ...], day: date) -> Period | None:
    """The cover of the day, else the next one, else the last."""
    ahead = (days for days in cover if days.last >= day)
    return next(ahead, cover[-1] if cover else None)


def _as_if_paid(dossier: Dossier, day: date) -> Dossier:
    """The dossier without the premiums that would end the membership on a day to come: a payment can prevent it."""
    kept = {key: premium for key, premium in dossier.premiums.items() if not _ends_ahead(dossier, *premium, day)}
    return replace(dossier, premiums=kept, _cache={}) if kept != dossier.premiums else dossier


def _ends_ahead(dossier: Dossier, due_on: date, events: list[Happened], day: date) -> bool:
    ends = course(dossier.plan.on(due_on), due_on, events).terminated_on
    return ends is not None and ends > day


def _overdue(dossier: Dossier, day: date) -> Iterator[Overdue]:
    """Premiums that fell due before the day, are not paid, and whose course goes on."""
    for key, (due_on, events) in dossier.premiums.items():
        if due_on >= day or any(event.kind in ("paid", "granted") for event in events):
            continue
        found = course(dossier.plan.on(due_on), due_on, events)
        if found.terminated_on is not None and found.terminated_on <= day:
            continue
        since = found.suspension.first if found.suspension else None
        yield Overdue(key, due_on, found.notice_on, since, found.terminated_on, is_contested(events))


def _to_come(dossier: Dossier, day: date) -> Iterator[Change]:
    found = [c for c in dossier.changes if c.refused is None and c.effective_from > day and c.kind in CHOICES]
    ends = {c.id for c in standing.terminations(dossier.changes)[:1]}  # of several the first holds
    for change in sorted(found, key=lambda c: (c.effective_from, c.id)):
        if change.kind == "termination" and change.id not in ends:
            continue
        if change.effective_from > dossier.joined:
            yield Change(change.kind, change.value, change.effective_from)


# --- ceilings ------------------------------------------------------------------------------------------------------


def bars_of(dossier: Dossier, person: int, day: date, sums_alone: bool = False) -> list[Bar]:
    """A person's ceilings on a day, the overall one first; with `sums_alone` that one only."""
    categories = [] if sums_alone else shown_categories(dossier, person, day)
    return [overall_of(dossier, person, day), *(_bar(dossier, person, category, day) for category in categories)]


def overall_of(dossier: Dossier, person: int, day: date) -> Bar:
    """The overall ceiling of a person in the membership year of the day."""
    year = membership_year(dossier.joined, day)
    most: Decimal = dossier.plan.on(day).overall_ceiling(dossier.on("formula", day)).value
    used = dossier.overall_used(person, year.first)
    left = max(Decimal(0), most - used)
    return Bar(None, "ceiling", used, most, most, left, left=left)


def _bar(dossier: Dossier, person: int, category: str, day: date) -> Bar:
    held, ceiling, terms = held_on(dossier, person, category, day)
    formula = dossier.on("formula", day)
    if not dossier.plan.on(day).covers_category(category, terms):
        return Bar(category, "uncovered", held.used, terms=formula)
    if ceiling is None or held.ceiling is None or held.left is None:
        return Bar(category, "none", held.used)
    recharges = tuple(Recharged(r.amount, r.amount - r.used, r.days.last) for r in ceiling.recharges)
    return Bar(
        category, "ceiling", held.used, held.ceiling, ceiling.own, ceiling.own_left, ceiling.carried,
        ceiling.carried_left, recharges, held.left, terms if terms != formula else None,
        _worth_offering(offer(dossier, person, category, day)),
    )  # fmt: skip


def _worth_offering(found: Offer) -> Offer | None:
    return found if found.refused is None else None


def _cents(amount: Decimal) -> int:
    return int(amount.scaleb(CENTS))
