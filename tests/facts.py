"""Facts for tests: a member in Senegal on formula 4 who needs nothing but an invoice, and what to change of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from expat.adjudication.facts import Facts, History, Line, Membership, Person, Purses, RateUsed, Since
from expat.periods import Period
from expat.plans.edition import Edition
from expat.plans.loader import plan

JOINED = date(2024, 1, 1)
DAY = date(2025, 6, 15)
EURO = RateUsed("EUR", Decimal(1), "euro", DAY)


def edition(day: date = DAY) -> Edition:
    """The plan as it holds on a day."""
    return plan("expat-uno").on(day)


def line(**changed: Any) -> Line:
    """A line of 50 EUR for a doctor's visit."""
    whole = Line(
        person=1,
        care="ambulatory.gp",
        first_day=DAY,
        last_day=DAY,
        quantity=1,
        amount=Decimal("50.00"),
        currency="EUR",
        country="SN",
        received_on=date(2025, 7, 1),
        documents=frozenset({"invoice", "prescription", "cause_proof"}),
    )
    return replace(whole, **changed)


def membership(**changed: Any) -> Membership:
    """Formula 4, zone A, in Senegal since 2024."""
    timeline = {"formulas": "4", "zones": "A", "residences": "SN"}
    chosen = {name: (Since(JOINED, value),) for name, value in timeline.items()}
    return Membership(JOINED, **{**chosen, **changed})


def facts(**changed: Any) -> Facts:
    """The facts of that line, with what is to be different."""
    whole = Facts(
        line=line(),
        person=Person("member", date(1985, 5, 2), (Period(JOINED, date(2050, 6, 30)),)),
        membership=membership(),
        approvals=(),
        derogations=(),
        history=History(stay_first_day=DAY),
        purses=Purses(),
        bordering=False,
        judged_on=date(2025, 7, 1),
        payout_currency="EUR",
        invoice_rate=EURO,
        payout_rate=EURO,
        edition_key=edition().key,
    )
    return replace(whole, **changed)
