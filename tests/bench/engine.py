"""How many lines a core judges in a second, with the full trace, against the bare arithmetic of a benefit."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from expat.adjudication.decide import decide
from expat.adjudication.facts import (
    Approval,
    Facts,
    History,
    Line,
    Membership,
    Person,
    Purses,
    RateUsed,
    Since,
)
from expat.periods import Period
from expat.plans.edition import Edition
from expat.plans.loader import plan
from tests.bench.figures import Figure, seconds

LINES = 5_000
CARE = ("ambulatory.gp", "ambulatory.laboratory", "dental.care", "wellbeing.osteopath", "hospital.stay", "dental.crown")
JOINED = date(2022, 1, 1)


def facts(count: int, edition: Edition) -> list[Facts]:
    """Lines of many kinds for one member, as judging gets them."""
    chance = random.Random(1)
    choices = (Since(JOINED, "2"), Since(date(2024, 1, 1), "3"))
    membership = Membership(JOINED, choices, (Since(JOINED, "B"),), (Since(JOINED, "SG"),))
    person = Person("member", date(1985, 5, 2), (Period(JOINED, date(2050, 6, 30)),))
    approvals = (Approval(1, "hospital", date(2025, 5, 1), date(2025, 6, 1), True),)
    rate = RateUsed("SGD", Decimal("1.4473"), "ecb", date(2025, 7, 31))
    purses = Purses(own_used=Decimal("12.00"), overall_used=Decimal("120.00"))
    found = []
    for _ in range(count):
        day = date(2025, 6, 1) + timedelta(days=chance.randrange(60))
        care, amount = chance.choice(CARE), Decimal(chance.randrange(1000, 90000)) / 100
        papers = frozenset({"invoice", "prescription"})
        line = Line(1, care, day, day, 1, amount, "SGD", "SG", date(2025, 8, 1), documents=papers)
        known = approvals if care.startswith("hospital") else ()
        history = History(stay_first_day=day)
        found.append(
            Facts(
                line, person, membership, known, (), history, purses, False, date(2025, 8, 1), "SGD", rate, rate,
                edition.key,
            )
        )  # fmt: skip
    return found


def measure() -> list[Figure]:
    """Lines judged in a second."""
    edition = plan("expat-uno").on(date(2025, 6, 1))
    lines = facts(LINES, edition)

    def judged() -> None:
        for one in lines:
            decide(one, edition)

    def plain() -> None:
        rate, share, cap, cent = Decimal("1.4473"), Decimal("0.90"), Decimal(60), Decimal("0.01")
        for one in lines:
            eur = min(one.line.amount / rate * share, cap)
            (eur * rate).quantize(cent, ROUND_HALF_UP)

    took, bare = seconds(judged), seconds(plain)
    return [
        Figure(
            "engine", f"{LINES / took:,.0f}", "lines judged a second, full trace", f"{took / bare:.1f} x",
            "the bare arithmetic of a benefit", "at least 10,000 a second",
        )
    ]  # fmt: skip
