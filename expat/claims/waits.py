"""Waits that still run for a person, as gate 9 counts them, and when each opens (UNO-WAIT-1, 2, 4, UNO-UP-1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from expat.adjudication.waiting import cause_lifts, formula_terms, waiver, zone_wait
from expat.claims.balances import is_shown
from expat.claims.dossier import Dossier
from expat.periods import add_months


class Wait(NamedTuple):
    """A wait that still runs: `kind` is initial, zone (for care in a dearer zone) or formula (`terms` hold till then).

    `lifted` says that an accident or an unexpected illness is covered all the same.
    """

    category: str
    kind: str
    opens: date
    days: int
    lifted: bool
    terms: str | None = None


def shown_categories(dossier: Dossier, person: int, day: date) -> list[str]:
    """The categories that can matter to a person."""
    return [category for category in dossier.plan.words.categories if is_shown(dossier, person, category, day)]


def waits_of(dossier: Dossier, person: int, day: date) -> list[Wait]:
    """The waits that still run for a person, the first to end first; what the formula does not cover has none."""
    categories = shown_categories(dossier, person, day)
    found = [wait for category in categories for wait in _waits(dossier, person, category, day)]
    return sorted(found, key=lambda wait: wait.opens)


def _waits(dossier: Dossier, person: int, category: str, day: date) -> Iterator[Wait]:
    edition = dossier.plan.on(day)
    who, membership = dossier.person_facts(person, edition), dossier.facts_on(edition)
    ahead = any(days.last >= day for days in dossier.cover(person, edition))
    if not ahead or not edition.covers_category(category, dossier.on("formula", day)):
        return
    lifted = all(cause_lifts(edition, category, cause) for cause in edition["waiver.causes"].value)
    opens = add_months(who.cover[0].first, edition.waiting_months(category).value)
    if day < opens and waiver(edition, who, category) is None:
        yield Wait(category, "initial", opens, (opens - day).days, lifted)
    zone = zone_wait(edition, membership, who, category, day)
    if zone is not None:
        yield Wait(category, "zone", zone.opens, (zone.opens - day).days, lifted)
    terms, formula = formula_terms(edition, membership, who, category, day, "illness")
    if formula is not None:
        yield Wait(category, "formula", formula.opens, (formula.opens - day).days, lifted, terms)
