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


def terms_on(dossier: Dossier, person: int, category: str, day: date) -> str:
    """The formula on whose terms care of that day, with the cause illness, is judged (UNO-UP-1)."""
    edition = dossier.plan.on(day)
    membership, who = dossier.facts_on(edition), dossier.person_facts(person, edition)
    return formula_terms(edition, membership, who, category, day, "illness")[0]


def ceiling_on(dossier: Dossier, person: int, category: str, day: date) -> Ceiling | None:
    """The purses of a category on a day."""
    edition = dossier.plan.on(day)
    purses = dossier.purses(person, category, day)
    return ceiling_of(edition, category, terms_on(dossier, person, category, day), purses, day)


def balance_on(dossier: Dossier, person: int, category: str, day: date) -> Balance:
    """The balance of a category for the membership year in which the day lies."""
    edition = dossier.plan.on(day)
    year = membership_year(dossier.joined, day).first
    used = Decimal(dossier.use(person, category, year).paid).scaleb(-2)
    formula = terms_on(dossier, person, category, day)
    ceiling = ceiling_on(dossier, person, category, day)
    if ceiling is None:
        return Balance(None, used, None)
    overall = edition.overall_ceiling(formula).value - ceiling.purses.overall_used
    left = max(Decimal(0), min(ceiling.left, overall))
    return Balance(ceiling.own + ceiling.carried + _recharged(dossier, person, category, day), used, left)


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
