"""The jobs of a day on a real database: what each finds, does once, and tells."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from expat.currency.arrivals import NewRate, add_rates
from expat.currency.tables import PublishedRate
from expat.db import reading, table_of, transaction
from expat.documents.keys import Keys, new_key
from expat.errors import NotFound
from expat.jobs.catalogue import JOBS, job_named
from expat.jobs.daily import rates
from expat.jobs.run import Runner, run_day
from expat.jobs.scheduler import Clockwork
from expat.mail.tables import OutgoingMail
from expat.settings import Settings
from tests.jobs.test_run import Moved

FRIDAY, SATURDAY, MONDAY = date(2026, 3, 6), date(2026, 3, 7), date(2026, 3, 9)
MAIL, RATE = table_of(OutgoingMail), table_of(PublishedRate)


def runner(engine: Engine, folder: Path, day: date = FRIDAY, hour: int = 6) -> Runner:
    clock = Moved(day)
    clock.at = clock.at.replace(hour=hour)
    chosen = Settings(operator_email="desk@expat.example", document_folder=folder)
    return Runner(engine, clock, chosen, lambda: Keys.read(new_key()))


def test_each_job_has_a_name_of_its_own_and_is_found_by_it() -> None:
    assert len({job.name for job in JOBS}) == len(JOBS)
    assert [job_named(job.name) for job in JOBS] == list(JOBS)
    with pytest.raises(NotFound, match=r"premium\.calls"):
        job_named("nothing")


def test_on_an_empty_database_every_job_runs_and_finds_little(engine: Engine, tmp_path: Path) -> None:
    mine = runner(engine, tmp_path)
    for job in JOBS:
        if job.name != "rates.fetch":
            assert run_day(mine, job, FRIDAY).failed == 0, job.name


class Source:
    """An online source that has one day's rates."""

    name = "forex-python"

    def __init__(self, _timeout: float, day: date = FRIDAY) -> None:
        self.day = day

    def fetch(self, day: date) -> list[NewRate]:
        return [NewRate("SGD", Decimal("1.45"), self.name, self.day)]


def test_a_day_s_rates_are_fetched_once_and_not_on_a_closing_day(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rates, "ForexPython", Source)
    mine = runner(engine, tmp_path)
    assert run_day(mine, rates.FETCH, FRIDAY).done == 1
    assert run_day(mine, rates.FETCH, FRIDAY).done == 0
    assert run_day(mine, rates.FETCH, SATURDAY).done == 0
    assert run_day(mine, rates.FETCH, MONDAY).failed == 1  # it still has Friday's: asked again later
    with reading(engine) as session:
        assert session.execute(select(RATE.c.published_on)).scalars().all() == [FRIDAY]


def test_where_no_rates_came_the_operator_is_told_once(engine: Engine, tmp_path: Path) -> None:
    with transaction(engine) as session:
        add_rates(session, [NewRate("SGD", Decimal("1.45"), "ecb", FRIDAY)], Moved(FRIDAY).at)
    assert run_day(runner(engine, tmp_path), rates.ALARM, MONDAY).done == 0
    for _ in range(2):
        run_day(runner(engine, tmp_path), rates.ALARM, date(2026, 3, 10))
    with reading(engine) as session:
        [mail] = session.execute(select(MAIL)).all()
    assert mail.to_address == "desk@expat.example" and "9 March 2026" in mail.subject


def test_what_is_due_waits_for_its_time_of_the_day(engine: Engine, tmp_path: Path) -> None:
    told: list[str] = []
    for hour, first in ((2, None), (6, "rates.alarm"), (16, "rates.fetch")):
        clockwork = Clockwork(runner(engine, tmp_path, SATURDAY, hour), JOBS, lambda ran: told.append(ran.job))
        told.clear()
        clockwork.tick()
        clockwork.turn.give_back()
        assert (told[0] if told else None) == first
    assert told == ["rates.fetch"]
