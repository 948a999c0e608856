"""Live balances: what a person's ceilings hold on a day, on the terms that a line of that day would have."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from expat.adjudication.purses import Ceiling, ceiling_of
from expat.adjudication.waiting import formula_terms
from expat.claims.dossier import Dossier
from expat.periods import membership_year


class Balance(NamedTuple):
    """EUR of a category and membership year: own + carry-over + recharges, used, left. None: no ceiling of its own."""

    ceiling: Decimal | None
    used: Decimal
    left: Decimal | None


class Held(NamedTuple):
    """A category's balance, its purses (None: no ceiling of its own), and the formula on whose terms they are."""

    balance: Balance
    ceiling: Ceiling | None
    formula: str


def is_shown(dossier: Dossier, person: int, category: str, day: date) -> bool:
    """Whether a category can matter to a person: the plan names its role, or something was used or recharged of it."""
    if dossier.plan.on(day).shows(category, dossier.people[person].role):
        return True
    used = any(use.paid for (who, what, _), use in dossier.uses.items() if (who, what) == (person, category))
    return used or any((one.person, one.category) == (person, category) for one in dossier.recharges)


def terms_on(dossier: Dossier, person: int, category: str, day: date) -> str:
    """The formula on whose terms care of that day, with the cause illness, is judged (UNO-UP-1)."""
    edition = dossier.plan.on(day)
    membership, who = dossier.facts_on(edition), dossier.person_facts(person, edition)
    return formula_terms(edition, membership, who, category, day, "illness")[0]


def ceiling_on(dossier: Dossier, person: int, category: str, day: date) -> Ceiling | None:
    """The purses of a category on a day."""
    return held_on(dossier, person, category, day).ceiling


def balance_on(dossier: Dossier, person: int, category: str, day: date) -> Balance:
    """The balance of a category for the membership year in which the day lies."""
    return held_on(dossier, person, category, day).balance


def held_on(dossier: Dossier, person: int, category: str, day: date) -> Held:
    """The balance of a category on a day, its purses, and the formula on whose terms they are."""
    edition = dossier.plan.on(day)
    year = membership_year(dossier.joined, day).first
    used = Decimal(dossier.use(person, category, year).paid).scaleb(-2)
    formula = terms_on(dossier, person, category, day)
    ceiling = ceiling_of(edition, category, formula, dossier.purses(person, category, day), day)
    if ceiling is None:
        return Held(Balance(None, used, None), None, formula)
    overall = edition.overall_ceiling(formula).value - ceiling.purses.overall_used
    whole = ceiling.own + ceiling.carried + _recharged(dossier, person, category, day)
    return Held(Balance(whole, used, max(Decimal(0), min(ceiling.left, overall))), ceiling, formula)


def _recharged(dossier: Dossier, person: int, category: str, day: date) -> Decimal:
    """Of a valid recharge what other years left of it; of an expired one what was paid from it for this year."""
    year = membership_year(dossier.joined, day).first
    cents = 0
    for recharge in dossier.recharges:
        if recharge.person == person and recharge.category == category:
            own_year = recharge.used.get(year, 0)
            elsewhere = sum(recharge.used.values()) - own_year
            cents += recharge.amount - elsewhere if day in recharge.days else own_year
    return Decimal(cents).scaleb(-2)
