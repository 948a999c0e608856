"""On the operator's days a settlement is prepared by itself, and waits for a person to release it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, select

from expat.db import reading, table_of, transaction
from expat.errors import BadInput
from expat.jobs.daily import settlement
from expat.jobs.daily.settlement import JOBS
from expat.jobs.run import retry_due, run_day
from expat.payments import commands
from expat.payments.looks import take_look
from expat.payments.orders import prepare, release
from expat.payments.tables import SettlementLook, SettlementOrder
from expat.settings import Settings
from tests.jobs.clocked import body, mails, ran, runner
from tests.payments.insured import DAY, FRENCH, SOURCES, claim, insure, publish
from tests.payments.test_orders import LUC

PREPARE, LOOK, WAITS = JOBS
TUESDAY = DAY + timedelta(days=1)
ON = {"settle_on": ("tue", "fri")}
LOOKS, ORDERS = table_of(SettlementLook), table_of(SettlementOrder)


@pytest.fixture
def claimed(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """A member with a visit that is accepted; looks that are to be started are taken at once."""
    publish(engine)
    claim(engine, insure(engine, "M1", "EUR", FRENCH), "c", "45.00 EUR")

    def at_once(look: int) -> None:
        started.append(look)

    started.clear()
    monkeypatch.setattr(settlement, "start_look", at_once)
    return engine


started: list[int] = []


def the_day(engine: Engine, day: date) -> None:
    for job in JOBS:
        ran(engine, job, day, **ON)


def orders(engine: Engine) -> list[tuple[date, str]]:
    with reading(engine) as session:
        return [(row.day, row.prepared_by) for row in session.execute(select(ORDERS).order_by(ORDERS.c.id))]


@pytest.mark.parametrize(("weekdays", "asked"), [("tue,fri", 1), ("mon,fri", 0), ("", 0)])
def test_it_is_asked_for_once_on_the_operator_s_days(claimed: Engine, weekdays: str, asked: int) -> None:
    for _ in range(2):
        for job in JOBS:
            ran(claimed, job, TUESDAY, settle_on=weekdays)
    with reading(claimed) as session:
        assert len(session.execute(select(LOOKS)).all()) == asked == len(started)


def test_a_settlement_that_failed_is_not_asked_for_beside_that_of_the_next_day(
    claimed: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_args: object) -> None:
        raise BadInput("settlement", "another is open", "none")

    both = {"settle_on": ("mon", "tue")}
    with monkeypatch.context() as failing:
        failing.setattr(settlement, "ask_to_prepare", busy)
        assert run_day(runner(claimed, DAY, **both), PREPARE, DAY).failed == 1
    ran(claimed, PREPARE, TUESDAY, **both)
    again = retry_due(runner(claimed, TUESDAY, **both), JOBS)
    assert (again.done, again.failed) == (0, 0)
    with reading(claimed) as session:
        assert session.execute(select(LOOKS.c.day)).scalars().all() == [TUESDAY]


def taken(engine: Engine) -> None:
    """What the look's own process does."""
    at = datetime(TUESDAY.year, TUESDAY.month, TUESDAY.day, 7, tzinfo=UTC)
    take_look(engine, started[-1], lambda: at, SOURCES)


def test_the_order_waits_for_a_person_and_the_operator_is_told_once(claimed: Engine) -> None:
    the_day(claimed, TUESDAY)
    taken(claimed)
    assert orders(claimed) == [(TUESDAY, "jobs")]
    assert mails(claimed) == []
    for day in (TUESDAY, TUESDAY + timedelta(days=1)):
        the_day(claimed, day)
    [mail] = mails(claimed)
    assert "It would pay 1 line." in body(mail) and "/settlements/orders/1" in body(mail)
    with transaction(claimed) as session:
        release(session, 1, LUC, datetime(2025, 8, 5, 9, tzinfo=UTC), TUESDAY)


def test_the_look_s_process_tells_at_its_end(claimed: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    the_day(claimed, TUESDAY)
    chosen = Settings(operator_email="desk@expat.example", rate_sources=SOURCES)
    monkeypatch.setattr(commands, "ready", lambda: claimed)
    monkeypatch.setattr(commands, "settings", lambda: chosen)
    done = CliRunner().invoke(commands.settle, ["--look", str(started[-1])])
    assert "has ended" in done.output
    [mail] = mails(claimed)
    assert mail.key == "settlement_order:1"


def test_a_settlement_that_a_person_prepared_is_left_to_that_person(claimed: Engine) -> None:
    at = datetime(TUESDAY.year, TUESDAY.month, TUESDAY.day, 3, tzinfo=UTC)
    prepare(claimed, TUESDAY, TUESDAY, at, SOURCES, LUC)
    the_day(claimed, TUESDAY)
    assert orders(claimed) == [(TUESDAY, LUC)]
    assert started == mails(claimed) == []


def test_an_unknown_weekday_is_refused() -> None:
    with pytest.raises(ValueError, match="settle_on"):
        Settings(settle_on="tuesday")
