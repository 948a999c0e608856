"""What holds for a membership whatever is claimed, and in whatever order it is settled."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moneyed import Currency, Money
from sqlalchemy import Engine, func, select

from expat.claims.intake import NewClaim, NewLine
from expat.claims.load import load
from expat.claims.submit import submit
from expat.claims.tables import CeilingUse, ClaimLine
from expat.currency.rates import NewRate, add_rates
from expat.db import table_of, transaction
from expat.ledger.post import balances, out_of_balance
from expat.ledger.tables import LedgerEntry, LedgerTransaction
from expat.membership.changes import Acting, change_formula
from expat.membership.join import NewMembership, NewPerson, join
from expat.options.recharge import buy_recharge
from expat.options.tables import Recharge
from expat.payments.settle import settle
from expat.payments.tables import Payout
from expat.periods import add_years, membership_year
from expat.plans.loader import plan

JOINED = date(2023, 1, 1)
SOURCES = ("ecb",)
CARE = ("wellbeing.osteopath", "dental.care", "optical.glasses", "maternity.followup", "ambulatory.gp")
LINE, PAYOUT, USE, RECHARGE = (table_of(t) for t in (ClaimLine, Payout, CeilingUse, Recharge))
number = count(1)


@dataclass(frozen=True)
class Visit:
    """A line to be claimed: who, what, when (days after joining), how much, in what, and why."""

    person: int
    care: str
    after: int
    cents: int
    currency: str
    cause: str


visits = st.builds(
    Visit,
    person=st.integers(0, 1),
    care=st.sampled_from(CARE),
    after=st.integers(0, 1000),
    cents=st.integers(1, 200_000),
    currency=st.sampled_from(["EUR", "SGD", "JPY"]),
    cause=st.sampled_from(["illness", "accident", "complication"]),
)
claims = st.lists(visits, min_size=1, max_size=4)
steps = st.lists(claims | st.sampled_from(["settle", "recharge", "upgrade"]), min_size=2, max_size=10)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps)
def test_no_order_of_claims_and_settlements_pays_above_a_ceiling(engine: Engine, story: list[object]) -> None:
    day, membership, people = date(2026, 1, 5), *_joined(engine)
    for step in [*story, "settle", "settle"]:
        day += timedelta(days=1)
        at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        acting = Acting(day, at, SOURCES)
        if isinstance(step, list):
            lines = [_line(visit, people) for visit in step]
            with transaction(engine) as session:
                submit(session, membership, NewClaim(lines, day, f"k{next(number)}"), at, SOURCES)
        elif step == "settle":
            settle(engine, day, lambda at=at: at, SOURCES)  # type: ignore[misc]
        elif step == "recharge":
            with transaction(engine) as session:
                buy_recharge(session, membership, people[0], "wellbeing", acting)
        else:
            with transaction(engine) as session:
                change_formula(session, membership, "4", True, acting)
        _check(engine, membership)


def _joined(engine: Engine) -> tuple[int, tuple[int, ...]]:
    at = datetime(2023, 1, 1, 12, tzinfo=UTC)
    people = (NewPerson("member", date(1985, 5, 2)), NewPerson("spouse", date(1986, 1, 1)))
    rates = [
        NewRate("SGD", Decimal("1.4473"), "ecb", date(2026, 1, 5)),
        NewRate("JPY", Decimal("162.5"), "ecb", date(2026, 1, 5)),
    ]
    with transaction(engine) as session:
        add_rates(session, rates, datetime(2026, 1, 5, 12, tzinfo=UTC))
        new = NewMembership(f"P{next(number)}", "expat-uno", JOINED, "3", "A", "SN", people)
        done = join(session, new, at)
    return done.membership_id, done.people


def _line(visit: Visit, people: tuple[int, ...]) -> NewLine:
    cents = visit.cents if visit.currency != "JPY" else visit.cents * 100
    amount = Money(Decimal(cents).scaleb(0 if visit.currency == "JPY" else -2), Currency(visit.currency))
    day = JOINED + timedelta(days=visit.after)
    return NewLine(people[visit.person], visit.care, day, amount, "SN", cause=visit.cause)


def _check(engine: Engine, membership: int) -> None:
    with transaction(engine) as session:
        rows = session.execute(select(LINE).where(LINE.c.membership_id == membership)).all()
        paid = [r for r in rows if r.status == "paid"]
        _check_ceilings(load(session, [membership])[membership], paid)
        payouts = session.execute(select(PAYOUT).where(PAYOUT.c.membership_id == membership)).all()
        assert sum(p.eur_cents for p in payouts) == sum(r.cents for r in paid)
        for payout in payouts:
            assert payout.amount == sum(r.payout for r in paid if r.payout_id == payout.id)
        assert all(r.payout_id for r in paid)
        assert not any(r.payout_id for r in rows if r.status != "paid")
        assert out_of_balance(session) == []
        totals: dict[str, int] = defaultdict(int)
        for (_account, currency), amount in balances(session).items():
            totals[currency] += amount
        assert not any(totals.values())
        assert _expense_of(session, [p.id for p in payouts]) == sum(r.cents for r in paid)


def _expense_of(session, payouts: list[int]) -> int:  # type: ignore[no-untyped-def]
    entry, posted = table_of(LedgerEntry), table_of(LedgerTransaction)
    query = select(func.coalesce(func.sum(entry.c.amount), 0)).join(posted, posted.c.id == entry.c.transaction_id)
    mine = [f"settled:payout:{p}" for p in payouts]
    return int(
        session.execute(query.where(entry.c.account == "claims_expense", posted.c.reference.in_(mine))).scalar_one()
    )


def _check_ceilings(dossier, paid) -> None:  # type: ignore[no-untyped-def]
    edition = plan("expat-uno").on(JOINED)
    sums: dict[tuple[int, str, date], int] = defaultdict(int)
    for row in paid:
        year = membership_year(JOINED, row.first_day).first
        sums[row.person_id, edition.care[row.care].category, year] += row.cents
    for (person, category, year), cents in sums.items():
        assert dossier.use(person, category, year).paid == cents
        formula = dossier.on("formula", add_years(year, 1) - timedelta(days=1))
        own = edition.category_ceiling(category, formula).value  # type: ignore[union-attr]
        complication = any(
            r.cause == "complication" and r.person_id == person and r.care.startswith("maternity") for r in paid
        )
        most = own * (2 if category == "maternity" and complication else 1)
        if category in edition["carry_over.categories"].value and year > JOINED:
            most += own / 2
        most += sum(
            Decimal(r.amount).scaleb(-2) for r in dossier.recharges if (r.person, r.category) == (person, category)
        )
        assert Decimal(cents).scaleb(-2) <= most
