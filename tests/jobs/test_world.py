"""A world that lives for months, undisturbed, killed again and again, and run by two at once: the same outcome.

EXPAT_TEST_THOROUGH=1 lets 2,000 memberships live for two years, with 100 kills; otherwise it is a small world.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import Engine

from expat.db import open_engine, reading
from expat.jobs.run import missed_days
from expat.ledger.post import PREMIUM_INCOME, out_of_balance
from tests.jobs.world import World, accounted_for, business, daily, run_day

THOROUGH = bool(os.environ.get("EXPAT_TEST_THOROUGH"))
SIZE, DAYS, KILLS = (2_000, 730, 100) if THOROUGH else (8, 90, 5)


@pytest.fixture(scope="module")
def undisturbed(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, ...]]:
    """What becomes of the world when nothing happens to it."""
    file = tmp_path_factory.mktemp("world") / "expat.sqlite3"
    file.write_bytes(sqlite_template.read_bytes())
    engine = open_engine(f"sqlite:///{file}")
    world = World(engine, SIZE)
    world.begin()
    world.live(DAYS)
    with reading(engine) as session:
        assert out_of_balance(session) == []
    held = accounted_for(engine)
    assert held["booked"][PREMIUM_INCOME, "EUR"] == -held["called"]
    found = business(engine)
    engine.dispose()
    return found


def test_everything_is_accounted_for(undisturbed: list[tuple[str, ...]]) -> None:
    kinds = {row[0] for row in undisturbed}
    assert kinds >= {"premium", "event", "line", "allocation", "schedule", "mail", "balance"}
    events = {row[5] for row in undisturbed if row[0] == "event"}
    assert events >= {"paid", "noticed"}
    names = [row for row in undisturbed if row[0] == "premium"]
    assert len(names) == len(set(names)), "no premium is called twice"


def test_killed_again_and_again_the_outcome_is_the_same(engine: Engine, undisturbed: list[tuple[str, ...]]) -> None:
    chance = random.Random(7)
    days = set(chance.sample(range(DAYS), KILLS))
    lived = lives(engine, lambda e, day, n: _killed(e, day, chance) if n in days else run_day(e, day))
    assert lived == undisturbed


def test_two_schedulers_at_once_do_nothing_twice(engine: Engine, undisturbed: list[tuple[str, ...]]) -> None:
    def both(on: Engine, day: date, n: int) -> None:
        if n % 10:
            run_day(on, day)
            return
        two = [Thread(target=run_day, args=(on, day)) for _ in range(2)]
        for one in two:
            one.start()
        for one in two:
            one.join()
        run_day(on, day)

    assert lives(engine, both) == undisturbed


def lives(engine: Engine, jobs: Callable[[Engine, date, int], None]) -> list[tuple[str, ...]]:
    world, days = World(engine, SIZE), iter(range(DAYS))
    world.begin()
    world.live(DAYS, lambda on, day: jobs(on, day, next(days)))
    return business(engine)


def _killed(engine: Engine, day: date, chance: random.Random) -> None:
    """The day's jobs in a process that is killed at some moment, and again, until a run gets through."""
    url = engine.url.render_as_string(hide_password=False)
    wait = 0.0
    while any(missed_days(engine, job, day) for job in daily()):
        child = os.fork()
        if child == 0:
            try:
                run_day(open_engine(url), day)
            finally:
                os._exit(0)
        wait += chance.uniform(0.02, 0.3)
        time.sleep(wait)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
