"""A settlement pays each line once: run twice, by two at once, or taken up after it was stopped."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from expat.claims.intake import NewClaim
from expat.claims.records import replayed
from expat.claims.submit import submit
from expat.claims.tables import CeilingUse, LineDecision
from expat.db import open_engine, table_of, transaction
from expat.errors import Conflict
from expat.ledger.post import CLAIMS_EXPENSE, balances, post
from expat.payments.settle import dry_run
from expat.payments.tables import Settlement
from expat.payments.totals import Total
from tests.payments.insured import (
    AT,
    DAY,
    LINE,
    RECEIVED,
    SOURCES,
    at_once,
    check_books,
    claim,
    insure,
    member_of,
    pay,
    payouts,
    publish,
    statuses,
    url_of,
    visit,
)  # fmt: skip

NEXT = DAY + timedelta(days=1)
SETTLEMENT: Any = table_of(Settlement)


class Killed(BaseException):
    """The process was stopped."""


def kill_after(batches: int) -> Any:
    """A log that stops the run after so many committed batches."""
    seen: list[str] = []

    def log(line: str) -> None:
        seen.append(line)
        if sum("batch" in one for one in seen) == batches:
            raise Killed

    return log


@pytest.fixture
def claimed(engine: Engine) -> Engine:
    """Six members, each with two visits accepted, half of them paid in SGD."""
    publish(engine)
    for n in range(6):
        membership = insure(engine, f"M{n}", "SGD" if n % 2 else "EUR")
        claim(engine, membership, f"c{n}", "45.00 EUR", "30.01 SGD")
    return engine


def test_run_twice_it_pays_once(claimed: Engine) -> None:
    first = pay(claimed)
    again = pay(claimed)
    assert (len(first.paid), first.memberships) == (12, 6)
    assert (again.paid, again.memberships, again.totals) == ([], 0, [])
    assert set(statuses(claimed)) == {"paid"}
    check_books(claimed)


def test_one_payout_for_each_payee_and_currency(claimed: Engine) -> None:
    claim(claimed, 1, "more", "12.00 EUR")
    done = pay(claimed)
    made = payouts(claimed)
    assert len(made) == 6
    assert len({(p.settlement_id, p.membership_id, p.payee, p.provider, p.currency) for p in made}) == 6
    assert made[0].amount == 4500 + 1200 + 2013  # 30.01 SGD ÷ 1.4906 = 20.1328...
    assert made[1].amount == 6708 + 3001  # 45.00 × 1.4906 = 67.077
    assert [t[:3] for t in done.totals] == [("EUR", 3, 7), ("SGD", 3, 6)]
    assert done.totals[1].rate == "1.4906 SGD per EUR, ecb, 2025-08-04"


def test_the_expense_is_what_the_ceilings_saw(claimed: Engine) -> None:
    pay(claimed)
    with transaction(claimed) as session:
        used = session.execute(select(func.sum(table_of(CeilingUse).c.paid))).scalar_one()
        assert balances(session)[CLAIMS_EXPENSE, "EUR"] == int(used)


def test_a_stopped_settlement_is_taken_up_where_it_stopped(claimed: Engine) -> None:
    with pytest.raises(Killed):
        pay(claimed, batch=2, log=kill_after(1))
    assert statuses(claimed).count("paid") == 4
    rest = pay(claimed, batch=2)
    assert (len(rest.paid), rest.memberships) == (8, 4)
    assert sum(t.lines for t in rest.totals) == 12
    assert len(payouts(claimed)) == 6
    check_books(claimed)


def test_a_batch_that_fails_leaves_nothing_of_itself(claimed: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    posted: list[Any] = []

    def fail_on_the_second(*given: Any) -> Any:
        posted.append(given)
        if len(posted) == 2:
            raise Killed
        return post(*given)

    monkeypatch.setattr("expat.payments.batch.post", fail_on_the_second)
    with pytest.raises(Killed):
        pay(claimed, batch=2)
    assert statuses(claimed).count("paid") == 4
    assert len(payouts(claimed)) == 2
    monkeypatch.undo()
    pay(claimed, batch=2)
    assert set(statuses(claimed)) == {"paid"}
    check_books(claimed)


def test_another_day_waits_until_the_open_one_is_finished(claimed: Engine) -> None:
    with pytest.raises(Killed):
        pay(claimed, batch=2, log=kill_after(2))
    with pytest.raises(Conflict, match="the settlement of 2025-08-04 is still open"):
        pay(claimed, NEXT)
    pay(claimed)
    claim(claimed, 1, "later", "9.00 EUR")
    assert pay(claimed, NEXT).totals == [Total("EUR", 1, 1, 900, 900, "1 EUR per EUR, euro, 2025-08-05")]
    check_books(claimed)


def test_the_log_tells_every_commit(claimed: Engine) -> None:
    said: list[str] = []
    progress: list[tuple[int, int]] = []
    pay(claimed, batch=4, log=said.append, progress=lambda done, total: progress.append((done, total)))
    assert said == [
        "settlement 1: opened, memberships 0/6",
        "settlement 1: batch committed, memberships 4/6",
        "settlement 1: batch committed, memberships 6/6",
        "settlement 1: closing",
        "settlement 1: closed",
    ]
    assert progress == [(4, 6), (6, 6)]


def test_a_dry_run_keeps_nothing_and_says_what_would_be_paid(claimed: Engine) -> None:
    looked = dry_run(claimed, DAY, AT, SOURCES)
    assert set(statuses(claimed)) == {"accepted"}
    assert payouts(claimed) == []
    done = pay(claimed)
    assert (looked.totals, len(looked.paid)) == (done.totals, 12)


def test_a_dry_run_can_look_past_a_settlement_that_is_open(claimed: Engine) -> None:
    with pytest.raises(Killed):
        pay(claimed, batch=2, log=kill_after(1))
    assert len(dry_run(claimed, NEXT, AT, SOURCES).paid) == 8
    assert len(pay(claimed).paid) == 8


def test_a_line_without_a_rate_waits_for_the_next_settlement_that_has_both(engine: Engine) -> None:
    publish(engine, SGD="1.4906")
    claim(engine, insure(engine, "M1", "SGD"), "c1", "45.00 EUR", "10.000 KWD")
    claim(engine, insure(engine, "M2", "JPY"), "c2", "10.000 KWD", "5.00 SGD")
    done = pay(engine)
    assert len(done.paid) == 1
    assert done.waiting == [("1/2", "KWD"), ("2/1", "JPY KWD"), ("2/2", "JPY")]
    assert statuses(engine) == ["paid", "accepted", "accepted", "accepted"]
    publish(engine, NEXT, KWD="0.35391")
    assert [(one.line, one.payee.currency) for one in pay(engine, NEXT).paid] == [(_line(engine, 1, 2), "SGD")]
    publish(engine, NEXT, JPY="171.23")
    assert len(pay(engine, NEXT).paid) == 2
    assert set(statuses(engine)) == {"paid"}
    check_books(engine)


def _line(engine: Engine, claim_id: int, position: int) -> int:
    with transaction(engine) as session:
        query = select(LINE.c.id).where(LINE.c.claim_id == claim_id, LINE.c.position == position)
        return int(session.execute(query).scalar_one())


def test_a_rate_older_than_seven_days_is_none(engine: Engine) -> None:
    publish(engine, SGD="1.4906")
    claim(engine, insure(engine, "M1", "SGD"), "c1", "45.00 EUR")
    assert dry_run(engine, DAY + timedelta(days=8), AT, SOURCES).paid == []
    assert len(pay(engine, DAY + timedelta(days=7)).paid) == 1


def test_every_decision_replays_to_the_same_result(claimed: Engine) -> None:
    claim(claimed, 1, "refused", "12.00 EUR", care="excluded.comfort")
    claim(claimed, 1, "pending", "12.00 EUR", documents=frozenset())
    pay(claimed)
    with transaction(claimed) as session:
        keys = list(session.execute(select(table_of(LineDecision).c.id)).scalars())
        assert len(keys) == 12 + 12 + 2
        for key in keys:
            kept, again = replayed(session, key)
            assert kept == again


def test_two_at_once_pay_once(claimed: Engine) -> None:
    at_once(_settle_elsewhere, [(url_of(claimed), 1), (url_of(claimed), 2)])
    assert len(payouts(claimed)) == 6
    assert set(statuses(claimed)) == {"paid"}
    check_books(claimed)


def test_claims_and_settlements_at_once_never_pass_a_ceiling(engine: Engine) -> None:
    publish(engine)
    membership = insure(engine, "M1")
    person = member_of(engine, membership)
    at_once(_claim_and_settle, [(url_of(engine), membership, person, name) for name in ("a", "b", "c")])
    pay(engine)
    with transaction(engine) as session:
        paid = session.execute(select(func.sum(LINE.c.cents)).where(LINE.c.status == "paid")).scalar_one()
        used = session.execute(select(table_of(CeilingUse).c.paid)).scalars().all()
    assert (int(paid), used) == (60000, [60000])  # the ceiling of the category
    check_books(engine)


def _settle_elsewhere(barrier: Any, url: str, batch: int) -> None:
    engine = open_engine(url)
    barrier.wait(60)
    pay(engine, batch=batch)


def _claim_and_settle(barrier: Any, url: str, membership: int, person: int, name: str) -> None:
    engine = open_engine(url)
    barrier.wait(60)
    for n in range(4):
        line = visit(
            person, "70.00 EUR", care="wellbeing.osteopath", first_day=date(2025, 7, 1 + n), invoice=f"{name}{n}"
        )
        with transaction(engine) as session:
            submit(session, membership, NewClaim([line], RECEIVED, f"{name}{n}"), AT, SOURCES)
        pay(engine)


def test_amounts_of_euros_are_exact(engine: Engine) -> None:
    publish(engine, SGD="3")
    claim(engine, insure(engine, "M1"), "c1", *["0.10 SGD"] * 3)
    done = pay(engine)
    assert [one.cents for one in done.paid] == [3, 3, 3]
    assert payouts(engine)[0].amount == 9
    assert Decimal(payouts(engine)[0].eur_cents) == 9
