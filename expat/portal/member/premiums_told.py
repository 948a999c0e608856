"""The premiums of a membership as its member reads them: for which days, how much, paid when, or what is next."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from expat.claims.dossier import Dossier
from expat.periods import Period
from expat.premiums.dunning import course


class PremiumTold(NamedTuple):
    """A premium: EUR cents where they are known, and the day of its payment or else that of the suspension."""

    due_on: date
    days: Period | None
    cents: int | None
    paid_on: date | None
    suspended_on: date | None


def premiums_of(dossier: Dossier) -> list[PremiumTold]:
    """The premiums that fell due, the newest first."""
    found = [_told(dossier, key) for key in dossier.premiums]
    return sorted(found, key=lambda one: one.due_on, reverse=True)


def _told(dossier: Dossier, key: int) -> PremiumTold:
    due_on, events = dossier.premiums[key]
    held = dossier.periods.get(key)
    paid = min((event.day for event in events if event.kind in ("paid", "granted")), default=None)
    suspension = course(dossier.plan.on(due_on), due_on, events).suspension
    return PremiumTold(
        due_on, Period(held.first, held.last) if held else None, held.cents if held else None, paid,
        suspension.first if suspension and paid is None else None,
    )  # fmt: skip
