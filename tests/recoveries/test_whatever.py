"""What holds whatever was claimed, in whatever order it was paid, and whatever turns out to be wrong."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlmodel import Session

from expat.db import transaction
from expat.ledger.post import ASKED_BACK, balances, out_of_balance
from expat.recoveries.decide import New, decide, release
from expat.recoveries.find import look_again
from expat.recoveries.follow import record_repayment
from expat.recoveries.standing import COMPLEMENT, RECOVER, decision, open_differences
from tests.payments.insured import claim, insure, pay, publish
from tests.recoveries.undue import LATER, LINE, TODAY, acting, bank_paid, change, lines

number = count(1)
EASY = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
CARE = ("ambulatory.gp", "wellbeing.osteopath", "optical.glasses")
visits = st.tuples(
    st.sampled_from(CARE), st.integers(1, 90_000), st.sampled_from(["EUR", "SGD", "JPY"]), st.integers(0, 200)
)
claims = st.lists(visits, min_size=1, max_size=5)


def _insured(engine: Engine, visits: list[tuple[str, int, str, int]], currency: str) -> int:
    n = next(number)
    if not lines(engine):
        publish(engine)
    key = insure(engine, f"W-{n}", currency)
    for place, (care, units, code, after) in enumerate(visits):
        amount = f"{units}" if code == "JPY" else f"{units // 100}.{units % 100:02d}"
        day = date(2025, 1, 2) + timedelta(days=after)
        claim(engine, key, f"w{n}-{place}", f"{amount} {code}", care=care, first_day=day, cause="accident", quantity=3)
        if place % 2:
            pay(engine)
    pay(engine)
    bank_paid(engine)
    return key


@EASY
@given(claims, st.sampled_from(["EUR", "SGD"]))
def test_nothing_differs_while_nothing_new_is_known(
    engine: Engine, visits: list[tuple[str, int, str, int]], currency: str
) -> None:
    key = _insured(engine, visits, currency)
    with transaction(engine) as session:
        assert look_again(session, key, TODAY, LATER, "account:901") == []


@EASY
@given(
    claims, st.sampled_from(["EUR", "SGD"]), st.integers(0, 220), st.lists(st.integers(1, 100), max_size=3)
)  # fmt: skip
def test_no_more_is_asked_back_than_was_paid_and_once_it_is_back_nothing_is_owed(
    engine: Engine, visits: list[tuple[str, int, str, int]], currency: str, ended: int, parts: list[int]
) -> None:
    key = _insured(engine, visits, currency)
    with transaction(engine) as session:
        change(session, key, "termination", "false_declaration", date(2025, 1, 2) + timedelta(days=ended))
        look_again(session, key, TODAY, LATER, "account:901")
        found = open_differences(session, key)
        paid = {line.id: (line.cents, line.payout) for line in lines_in(session, key)}
        for row in found:
            assert (row.paid_cents, row.paid) == paid[row.line_id]
            assert row.due >= 0
            assert row.due_cents >= 0
        over, under = [r.id for r in found if r.due < r.paid], [r.id for r in found if r.due > r.paid]
        for kind, rows in ((RECOVER, over), (COMPLEMENT, under)):
            if rows:
                _decided(session, key, kind, rows, parts)
        assert open_differences(session, key) == []
        assert look_again(session, key, TODAY, LATER, "account:901") == []
        assert out_of_balance(session) == []
        assert {a: v for (a, _c), v in balances(session).items() if a == ASKED_BACK and v} == {}


def _decided(session: Session, key: int, kind: str, rows: list[int], parts: list[int]) -> None:
    new = New(f"w-{next(number)}", kind, "It was not due.")
    made = decide(session, key, dict.fromkeys(rows), new, acting())
    if decision(session, made).row.needs_release:
        release(session, made, acting("account:902"))
    for place, part in enumerate([*parts, 10**12] if kind == RECOVER else []):
        left = decision(session, made).left
        if left:
            record_repayment(session, made, min(part, left), TODAY, f"T-{place}", acting())


def lines_in(session: Session, key: int) -> list[Any]:
    return list(session.execute(select(LINE).where(LINE.c.membership_id == key)))
