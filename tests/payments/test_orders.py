"""Settlements by order: prepared by one person, released by another, run once however often it is started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from expat.audit import AuditEntry
from expat.db import now, open_engine, table_of, transaction
from expat.errors import BadInput, Conflict, NotFound
from expat.payments import orders
from expat.payments.listing import file_made, files_made, payouts_of, settlements
from expat.payments.orders import (
    Progress,
    changed_since,
    prepare,
    progress,
    release,
    release_seen,
    run_order,
    start_in_background,
    withdraw,
)
from expat.payments.payouts import bank_files
from expat.payments.preview import CurrencyTotal, Preview
from expat.payments.settle import settle
from expat.payments.tables import SettlementOrder
from tests.payments.insured import (
    AT,
    DAY,
    DEBTOR,
    FRENCH,
    SOURCES,
    at_once,
    check_books,
    claim,
    insure,
    payouts,
    publish,
    statuses,
    url_of,
)  # fmt: skip
from tests.payments.test_settle import Killed, kill_after

INES, LUC = "account:1", "account:2"
ORDER = table_of(SettlementOrder)


@pytest.fixture
def claimed(engine: Engine) -> Engine:
    """Six members, each with two visits accepted, half of them paid in SGD."""
    publish(engine)
    for n in range(6):
        membership = insure(engine, f"M{n}", "SGD" if n % 2 else "EUR", FRENCH)
        claim(engine, membership, f"c{n}", "45.00 EUR", "30.01 SGD")
    return engine


def prepared(engine: Engine, day: date = DAY, today: date = DAY, by: str = INES) -> int:
    return prepare(engine, day, today, AT, SOURCES, by)


def released(engine: Engine, by: str = LUC, at: datetime = AT) -> int:
    """An order that a second person released."""
    key = prepared(engine)
    with transaction(engine) as session:
        release(session, key, by, at, DAY)
    return key


def run(engine: Engine, key: int, **options: Any) -> Any:
    return run_order(engine, key, lambda: AT, SOURCES, **options)


def how_far(engine: Engine, key: int, after: timedelta = timedelta(0)) -> Progress:
    with transaction(engine) as session:
        return progress(session, key, AT + after)


def state(engine: Engine, key: int, after: timedelta = timedelta(0)) -> tuple[str, int, int]:
    found = how_far(engine, key, after)
    return found.state, found.done, found.total


def test_an_order_shows_what_would_be_paid_and_pays_nothing(claimed: Engine) -> None:
    claim(claimed, 1, "thai", "100.00 THB")
    key = prepared(claimed)
    with transaction(claimed) as session:
        kept = Preview.from_json(orders.order_of(session, key).preview)
    assert [(t.currency, t.payouts, t.lines, t.amount, t.eur) for t in kept.totals] == [
        ("EUR", 3, 6, "195.39", "195.39"),
        ("SGD", 3, 6, "291.27", "195.39"),
    ]
    assert kept.totals[1].rate == "1.4906 SGD per EUR, ecb, 2025-08-04"
    assert (kept.memberships, kept.lines, kept.refused, kept.waiting) == (6, 12, 0, {"THB": ["7/1"]})
    assert payouts(claimed) == []
    assert state(claimed, key) == ("waiting", 0, 6)


def test_a_preview_is_kept_as_text_and_comes_back_whole() -> None:
    total = CurrencyTotal("JPY", 1, 2, "1500", "9.00", "171.23 JPY per EUR, ecb, 2025-08-04")
    preview = Preview(DAY, 3, 2, 1, (total,), {"THB": ["7/1"]})
    assert Preview.from_json(preview.as_json()) == preview


def test_of_a_day_one_order_waits(claimed: Engine) -> None:
    key = prepared(claimed)
    with pytest.raises(Conflict, match=f"order {key} of {DAY} waits already"):
        prepared(claimed)
    with transaction(claimed) as session:
        withdraw(session, key, LUC, AT)
    assert prepared(claimed) != key
    assert state(claimed, key)[0] == "withdrawn"


def test_two_who_prepare_at_once_make_one_order(claimed: Engine) -> None:
    at_once(_prepare_elsewhere, [(url_of(claimed),)] * 2)
    with transaction(claimed) as session:
        assert session.execute(select(func.count()).select_from(ORDER)).scalar_one() == 1


def _prepare_elsewhere(barrier: Any, url: str) -> None:
    engine = open_engine(url)
    barrier.wait(60)
    with suppress(Conflict):
        prepared(engine)


def test_a_day_that_cannot_be_settled_is_refused(claimed: Engine) -> None:
    with pytest.raises(BadInput, match="has not come yet"):
        prepared(claimed, DAY + timedelta(days=1))
    settle(claimed, DAY, lambda: AT, SOURCES)
    with pytest.raises(BadInput, match="lies before the settlement of 2025-08-04"):
        prepared(claimed, DAY - timedelta(days=1))
    assert prepared(claimed)


def test_while_a_settlement_of_another_day_is_open_none_is_prepared(claimed: Engine) -> None:
    with pytest.raises(Killed):
        settle(claimed, DAY, lambda: AT, SOURCES, batch=2, log=kill_after(1))
    with pytest.raises(BadInput, match="is still open"):
        prepared(claimed, DAY + timedelta(days=1), DAY + timedelta(days=1))


def test_whoever_prepared_an_order_does_not_release_it(claimed: Engine) -> None:
    key = prepared(claimed)
    with transaction(claimed) as session, pytest.raises(BadInput, match="another person releases it"):
        release(session, key, INES.upper(), AT, DAY)
    with pytest.raises(Conflict, match="not released"):
        run(claimed, key)
    assert statuses(claimed) == ["accepted"] * 12


def test_an_order_is_released_once(claimed: Engine) -> None:
    key = released(claimed)
    with transaction(claimed) as session, pytest.raises(Conflict, match="was released already"):
        release(session, key, "account:3", AT, DAY)
    with transaction(claimed) as session, pytest.raises(NotFound):
        release(session, key + 1, LUC, AT, DAY)


def test_two_who_release_at_once_release_it_once(claimed: Engine) -> None:
    key = prepared(claimed)
    at_once(_release_elsewhere, [(url_of(claimed), key, f"account:{n}") for n in (2, 3, 4)])
    with transaction(claimed) as session:
        entry = table_of(AuditEntry)
        acts = select(entry.c.actor).where(entry.c.action == "settlement_order.released")
        assert session.execute(acts).scalars().all() == [orders.order_of(session, key).released_by]


def _release_elsewhere(barrier: Any, url: str, key: int, by: str) -> None:
    engine = open_engine(url)
    barrier.wait(60)
    with suppress(Conflict), transaction(engine) as session:
        release(session, key, by, AT, DAY)


def test_a_withdrawn_order_is_not_released_and_does_not_run(claimed: Engine) -> None:
    key = prepared(claimed)
    with transaction(claimed) as session:
        withdraw(session, key, INES, AT)
    with transaction(claimed) as session, pytest.raises(Conflict, match="withdrawn already"):
        release(session, key, LUC, AT, DAY)
    with transaction(claimed) as session, pytest.raises(Conflict, match="withdrawn already"):
        withdraw(session, key, LUC, AT)
    with pytest.raises(Conflict):
        run(claimed, key)


def test_a_released_order_is_withdrawn_until_it_pays(claimed: Engine) -> None:
    key = released(claimed)
    with transaction(claimed) as session:
        withdraw(session, key, LUC, AT)
    with pytest.raises(Conflict):
        run(claimed, key)
    again = released(claimed)
    run(claimed, again)
    with transaction(claimed) as session, pytest.raises(Conflict, match="was begun already"):
        withdraw(session, again, LUC, AT)


def test_what_was_accepted_since_shows_before_the_release(claimed: Engine) -> None:
    key = prepared(claimed)
    assert not changed_since(claimed, key, AT, SOURCES).differs
    claim(claimed, 1, "more", "12.00 EUR")
    changed = changed_since(claimed, key, AT, SOURCES)
    assert changed.differs
    assert (changed.before.totals[0].amount, changed.now.totals[0].amount) == ("195.39", "207.39")


def test_an_order_runs_in_the_name_of_who_released_it(claimed: Engine) -> None:
    key = released(claimed)
    assert state(claimed, key) == ("released", 0, 6)
    done = run(claimed, key, batch=2)
    assert len(done.paid) == 12
    assert state(claimed, key) == ("done", 6, 6)
    check_books(claimed)
    with transaction(claimed) as session:
        entry = table_of(AuditEntry)
        acts = select(entry.c.action, entry.c.actor).where(entry.c.action.startswith("settlement"))
        assert session.execute(acts.order_by(entry.c.id)).all() == [
            ("settlement_order.prepared", INES),
            ("settlement_order.released", LUC),
            ("settlement.opened", LUC),
            ("settlement.closed", LUC),
        ]


def test_run_again_it_does_nothing(claimed: Engine) -> None:
    key = released(claimed)
    run(claimed, key)
    claim(claimed, 1, "more", "12.00 EUR")
    assert run(claimed, key) is None
    assert statuses(claimed).count("paid") == 12


def test_stopped_half_way_it_says_so_and_goes_on(claimed: Engine) -> None:
    key = released(claimed)
    with pytest.raises(Killed):
        run(claimed, key, batch=2, log=kill_after(1))
    assert state(claimed, key) == ("running", 2, 6)
    assert state(claimed, key, timedelta(minutes=2)) == ("stopped", 2, 6)
    run(claimed, key, batch=2)
    assert state(claimed, key, timedelta(days=2)) == ("done", 6, 6)
    assert len(payouts(claimed)) == 6
    check_books(claimed)


def test_one_that_was_never_started_has_stopped_after_a_while(claimed: Engine) -> None:
    key = released(claimed)
    assert state(claimed, key, timedelta(minutes=2))[0] == "stopped"


def stopped_before_it_began(engine: Engine, failed: bool) -> int:
    """A released order whose run failed at once, or was never started; another claim is accepted since."""
    key = released(engine)
    if failed:
        with transaction(engine) as session:
            orders._set(session, key, problem="the database is away", progressed_at=AT)
    claim(engine, 1, "more", "12.00 EUR")
    return key


@pytest.mark.parametrize("failed", [True, False])
def test_one_that_stopped_before_it_began_pays_nothing_that_no_second_person_has_seen(
    claimed: Engine, failed: bool
) -> None:
    key = stopped_before_it_began(claimed, failed)
    later = AT + timedelta(minutes=2)
    with pytest.raises(Conflict, match="stopped before it began"):
        run_order(claimed, key, lambda: later, SOURCES)
    changed = release_seen(claimed, key, LUC, later, DAY, SOURCES, None)
    assert changed is not None
    with pytest.raises(Conflict, match="stopped before it began"):
        run_order(claimed, key, lambda: later, SOURCES)
    with pytest.raises(BadInput, match="another person releases it"):
        release_seen(claimed, key, INES, later, DAY, SOURCES, changed.now.mark)
    assert payouts(claimed) == []
    assert release_seen(claimed, key, "account:3", later, DAY, SOURCES, changed.now.mark) is None
    assert state(claimed, key, timedelta(minutes=2)) == ("released", 0, 6)
    run_order(claimed, key, lambda: later, SOURCES)
    with transaction(claimed) as session:
        assert orders.order_of(session, key).released_by == "account:3"
    assert statuses(claimed) == ["paid"] * 13
    check_books(claimed)


def test_what_stands_in_the_way_is_told(claimed: Engine) -> None:
    key = released(claimed)
    later = DAY + timedelta(days=1)
    with pytest.raises(Killed):
        settle(claimed, later, lambda: AT, SOURCES, batch=2, log=kill_after(1))
    with pytest.raises(Conflict):
        run(claimed, key)
    found = how_far(claimed, key)
    assert (found.state, found.settlement) == ("failed", None)
    assert found.problem is not None and "2025-08-05 is still open" in found.problem


def test_two_that_run_one_order_at_once_pay_once(claimed: Engine) -> None:
    key = released(claimed)
    at_once(_run_elsewhere, [(url_of(claimed), key)] * 2)
    assert state(claimed, key) == ("done", 6, 6)
    assert len(payouts(claimed)) == 6
    check_books(claimed)


def test_one_that_another_run_ends_while_this_one_begins_keeps_its_settlement(
    claimed: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = released(claimed)

    def late(*arguments: Any) -> Any:
        monkeypatch.setattr(orders, "settle", settle)
        assert run(claimed, key) is not None
        return settle(*arguments)

    monkeypatch.setattr(orders, "settle", late)
    assert run(claimed, key) is None
    assert state(claimed, key) == ("done", 6, 6)
    with transaction(claimed) as session:
        assert len(settlements(session)) == 1


def _run_elsewhere(barrier: Any, url: str, key: int) -> None:
    engine = open_engine(url)
    barrier.wait(60)
    run(engine, key, batch=1)


@pytest.mark.timeout(240)
def test_killed_while_it_runs_the_next_run_pays_the_rest(engine: Engine, tmp_path: Path) -> None:
    publish(engine)
    for n in range(40):
        claim(engine, insure(engine, f"M{n}"), f"c{n}", "45.00 EUR")
    key = released(engine, at=now())
    log = tmp_path / "log"
    process = subprocess.Popen(command(key, "--batch", "1", "--log", str(log)), env=surroundings(engine))
    wait_for(lambda: log.is_file() and "batch" in log.read_text())
    process.send_signal(signal.SIGKILL)
    process.wait()
    halfway = how_far(engine, key)
    assert 0 < halfway.done < 40
    assert (halfway.total, len(payouts(engine))) == (40, halfway.done)
    subprocess.run(command(key), env=surroundings(engine), check=True, stdout=subprocess.DEVNULL)
    assert state(engine, key) == ("done", 40, 40)
    assert len(payouts(engine)) == 40
    check_books(engine)


@pytest.mark.timeout(240)
def test_the_page_starts_it_and_looks_after_nothing(claimed: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    key = released(claimed, at=now())
    for name, value in surroundings(claimed).items():
        monkeypatch.setenv(name, value)
    start_in_background(key)
    start_in_background(key)
    wait_for(lambda: how_far(claimed, key).state == "done")
    assert len(payouts(claimed)) == 6
    check_books(claimed)


def command(key: int, *more: str) -> list[str]:
    return [sys.executable, "-m", "expat", "settle", "--order", str(key), *more]


def surroundings(engine: Engine) -> dict[str, str]:
    return {**os.environ, "EXPAT_DATABASE_URL": url_of(engine), "EXPAT_RATE_SOURCES": ",".join(SOURCES)}


def wait_for(reached: Any) -> None:
    deadline = time.monotonic() + 90
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_settlements_payouts_and_files_are_listed(claimed: Engine) -> None:
    settle(claimed, DAY, lambda: AT, SOURCES)
    with transaction(claimed) as session:
        bank_files(session, DAY, AT, DEBTOR)
    with transaction(claimed) as session:
        (one,) = settlements(session)
        assert (one.day, one.open, one.payouts) == (DAY, False, 6)
        first = payouts_of(session, one.id, most=4)
        rest = payouts_of(session, one.id, after=first[-1].id, most=4)
        assert [p.number for p in (*first, *rest)] == [f"M{n}" for n in range(6)]
        files = files_made(session)
        assert {p.file for p in first if p.currency == "EUR"} <= {file.name for file in files}
        assert file_made(session, files[0].name).startswith(b"<?xml")
        assert [file.confirmed for file in files] == [0] * len(files)
        with pytest.raises(NotFound):
            payouts_of(session, one.id + 1)
        with pytest.raises(NotFound):
            file_made(session, "none")
