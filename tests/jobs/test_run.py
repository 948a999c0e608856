"""Each item of a job is done exactly once, whatever fails, is killed, is started twice, or is missed."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlmodel import Session

from expat import audit
from expat.audit import AuditEntry
from expat.db import open_engine, reading, table_of, transaction
from expat.documents.keys import Keys, new_key
from expat.errors import NotFound
from expat.jobs.job import Doing, Item, Job
from expat.jobs.lock import Turn
from expat.jobs.run import PAUSES, Runner, missed_days, retry_due, run_day
from expat.jobs.several import run_missed
from expat.jobs.status import failed_items, given_up, standings, try_again_now
from expat.jobs.tables import JobItem
from expat.settings import Settings

DAY = date(2026, 3, 2)
ENTRY, ITEM = table_of(AuditEntry), table_of(JobItem)


class Moved:
    """A clock that tests move."""

    def __init__(self, day: date = DAY) -> None:
        self.at = datetime(day.year, day.month, day.day, 6, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


def runner(engine: Engine, clock: Moved | None = None) -> Runner:
    return Runner(engine, clock or Moved(), Settings(), lambda: Keys.read(new_key()))


def keys(count: int) -> Any:
    """Finds as many items, two by two, keyed by the day."""

    def find(session: Session, day: date, after: int) -> Sequence[Item]:
        return [Item(n, f"thing:{n}:{day}") for n in range(after + 1, min(after + 3, count))]

    return find


def note(session: Session, item: Item, doing: Doing) -> Mapping[str, Any]:
    """Leaves one entry in the trail."""
    audit.record(session, doing.at, "jobs", "thing.done", item.key)
    return {"row": item.row}


def done(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return list(session.execute(select(ENTRY.c.subject).order_by(ENTRY.c.id)).scalars())


def test_every_item_is_done_once_however_often_the_day_is_run(engine: Engine) -> None:
    job = Job("things", keys(5), note)
    first, again = run_day(runner(engine), job, DAY), run_day(runner(engine), job, DAY)
    assert (first.done, again.done) == (5, 0)
    assert done(engine) == [f"thing:{n}:{DAY}" for n in range(5)]
    with reading(engine) as session:
        assert session.execute(select(ITEM.c.effect).order_by(ITEM.c.id)).scalars().first() == {"row": 0}


def test_what_fails_leaves_nothing_stops_nothing_and_is_tried_again(engine: Engine) -> None:
    clock, broken = Moved(), True

    def do(session: Session, item: Item, doing: Doing) -> Mapping[str, Any]:
        effect = note(session, item, doing)
        if item.row == 1 and broken:
            raise NotFound("account", "there is none", "an account")
        return effect

    job, mine = Job("things", keys(3), do), runner(engine, clock)
    ran = run_day(mine, job, DAY)
    assert (ran.done, ran.failed) == (2, 1)
    assert done(engine) == [f"thing:0:{DAY}", f"thing:2:{DAY}"]
    with reading(engine) as session:
        [waits] = failed_items(session)
        assert waits.error.startswith("NotFound: account")
        [stands] = standings(session, [job], DAY, clock())
        assert (stands.state, stands.waiting) == ("failing", 1)
    assert run_day(mine, job, DAY).failed == 0  # it waits for its pause to end
    assert retry_due(mine, [job]).failed == 0
    clock.at += PAUSES[0]
    assert retry_due(mine, [job]).failed == 1
    broken = False
    assert retry_due(mine, [job]).done == 0  # its second pause is longer
    with transaction(engine) as session:
        try_again_now(session, waits.id, clock())
    assert retry_due(mine, [job]).done == 1
    assert sorted(done(engine)) == [f"thing:{n}:{DAY}" for n in range(3)]
    with transaction(engine) as session, pytest.raises(NotFound, match="item"):
        try_again_now(session, waits.id, clock())


def test_missed_days_are_made_good_in_order_across_all_jobs(engine: Engine) -> None:
    first, second = Job("a", keys(1), note), Job("b", keys(1), note)
    latest = Job("c", keys(1), note, catch_up="last")
    mine, jobs = runner(engine), [first, second, latest]
    assert [(r.job, r.day) for r in run_missed(mine, jobs, DAY)] == [("a", DAY), ("b", DAY), ("c", DAY)]
    later = DAY + timedelta(days=3)
    assert len(missed_days(engine, first, later)) == 3
    order = [(r.job, (r.day - DAY).days) for r in run_missed(mine, jobs, later)]
    assert order == [("a", 1), ("b", 1), ("a", 2), ("b", 2), ("a", 3), ("b", 3), ("c", 3)]
    assert list(run_missed(mine, jobs, later)) == []


def test_a_job_whose_items_cannot_be_found_stops_no_other_and_catches_up(engine: Engine) -> None:
    lost = True

    def find(session: Session, day: date, after: int) -> Sequence[Item]:
        if lost:
            raise NotFound("rates", "cannot be reached", "later")
        return keys(1)(session, day, after)  # type: ignore[no-any-return]

    broken, sound, mine = Job("a", find, note), Job("b", keys(1), note), runner(engine)
    later = DAY + timedelta(days=1)
    assert [r.failed for r in run_missed(mine, [broken, sound], DAY)] == [1, 0]
    assert [(r.job, r.day) for r in run_missed(mine, [broken, sound], later)] == [("a", DAY), ("b", later)]
    with reading(engine) as session:
        assert {row.job for row in failed_items(session)} == {"a"}
    lost = False
    list(run_missed(mine, [broken, sound], later))
    with reading(engine) as session:
        assert list(failed_items(session)) == []
    assert done(engine).count(f"thing:0:{DAY}") == 2, "each of them did its day"


def test_a_run_that_is_told_to_stop_goes_on_where_it_was(engine: Engine) -> None:
    seen: list[int] = []

    def do(session: Session, item: Item, doing: Doing) -> Mapping[str, Any]:
        seen.append(item.row)
        return note(session, item, doing)

    job = Job("things", keys(4), do)
    stopping = Runner(engine, Moved(), Settings(), lambda: Keys.read(new_key()), lambda: len(seen) == 2)
    assert run_day(stopping, job, DAY).stopped
    assert missed_days(engine, job, DAY) == [DAY]
    run_day(runner(engine), job, DAY)
    assert seen == [0, 1, 2, 3]


def test_a_failing_round_ends_the_days_rounds_and_the_others_follow_once_it_is_made_good(engine: Engine) -> None:
    left = [1, 2, 3]

    def find(session: Session, day: date, after: int) -> Sequence[Item]:
        return [Item(max(after, 0) + 1, f"round:{day}:{max(after, 0) + 1}")] if left else []

    def do(session: Session, item: Item, doing: Doing) -> Mapping[str, Any]:
        if broken:
            raise NotFound("document", "it cannot be made blank", "one that can")
        return {"gone": left.pop()}

    broken, clock = True, Moved()
    job, mine = Job("rounds", find, do, catch_up="last", rounds=True), runner(engine, clock)
    ran = run_day(mine, job, DAY)
    assert (ran.done, ran.failed, ran.stopped) == (0, 1, False)
    assert missed_days(engine, job, DAY) == []
    clock.at += PAUSES[0]
    again = retry_due(mine, [job])
    assert (again.done, again.failed, left) == (0, 1, [1, 2, 3])
    broken = False
    clock.at += PAUSES[1]
    assert (retry_due(mine, [job]).done, left) == (3, [])


def test_what_a_newer_day_did_is_not_tried_again_for_an_older_one(engine: Engine) -> None:
    """But what is for one day of the week alone is not given up because of a day on which nothing was to do."""
    monday, tuesday = DAY, DAY + timedelta(days=1)
    broken, idle = True, True

    def do(session: Session, item: Item, doing: Doing) -> Mapping[str, Any] | None:
        if broken:
            raise NotFound("settlement", "another is open", "none")
        return None if idle else note(session, item, doing)

    latest, each = Job("latest", keys(1), do, catch_up="last"), Job("each", keys(1), do)
    whenever = Job("whenever", lambda _s, _d, after: [Item(1, "order:1")] if after < 1 else [], do, catch_up="last")
    clock, jobs = Moved(), [latest, each, whenever]
    mine = runner(engine, clock)
    for job in jobs:
        assert run_day(mine, job, monday).failed == 1
    clock.at, broken = clock.at + timedelta(days=1), False
    assert run_day(mine, latest, tuesday).done == 1
    broken = True
    assert retry_due(mine, jobs).failed == 3  # Tuesday came to nothing: Monday's is asked for again
    broken, idle, clock.at = False, False, clock.at + timedelta(days=1)
    assert run_day(mine, latest, tuesday + timedelta(days=1)).done == 1
    assert retry_due(mine, jobs).done == 2
    assert done(engine) == [f"thing:0:{tuesday + timedelta(days=1)}", f"thing:0:{monday}", "order:1"]
    with reading(engine) as session:
        [gone] = given_up(session)
        assert (gone.key, gone.effect) == (f"thing:0:{monday}", {"dropped": True}) and "another is open" in gone.error
        assert given_up(session, "each") == [] and failed_items(session) == []
        assert standings(session, [latest], tuesday, clock())[0].state == "well"


@pytest.mark.parametrize(("at", "today"), [(datetime(2026, 3, 5, 23, 30, tzinfo=UTC), date(2026, 3, 6)),
                                           (datetime(2026, 3, 1, 6, tzinfo=UTC), DAY)])  # fmt: skip
def test_what_is_made_good_afterwards_knows_the_day_on_which_it_is_done(at: datetime, today: date) -> None:
    doing = Doing(DAY, at, Settings(time_zone="Europe/Paris"), lambda: Keys.read(new_key()))
    assert (doing.day, doing.today) == (DAY, today)


def test_two_at_once_share_the_items_and_do_none_twice(engine: Engine) -> None:
    def do(session: Session, item: Item, doing: Doing) -> Mapping[str, Any]:
        time.sleep(0.005)
        return note(session, item, doing)

    job = Job("things", keys(20), do)
    both = [Thread(target=run_day, args=(runner(engine), job, DAY)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(done(engine)) == sorted(f"thing:{n}:{DAY}" for n in range(20))


def _killed(url: str, ready: Any) -> None:
    def do(session: Session, item: Item, doing: Doing) -> Mapping[str, Any]:
        effect = note(session, item, doing)
        if item.row == 3:
            session.flush()
            ready.set()
            time.sleep(60)
        return effect

    run_day(runner(open_engine(url)), Job("things", keys(6), do), DAY)


def test_a_process_that_is_killed_leaves_each_item_done_or_not_begun(engine: Engine) -> None:
    spawn = multiprocessing.get_context("spawn")
    ready = spawn.Event()
    process = spawn.Process(target=_killed, args=(engine.url.render_as_string(hide_password=False), ready))
    process.start()
    assert ready.wait(60)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert len(done(engine)) == 3
    run_day(runner(engine), Job("things", keys(6), note), DAY)
    assert done(engine) == [f"thing:{n}:{DAY}" for n in range(6)]
    with reading(engine) as session:
        assert session.execute(select(func.count()).select_from(ITEM)).scalar() == 6


def test_one_scheduler_has_the_turn_and_the_next_takes_over(engine: Engine) -> None:
    with Turn(engine) as first, Turn(engine) as second:
        assert first.mine() and first.mine()
        assert second.mine() is (engine.dialect.name == "sqlite")
        first.give_back()
        assert second.mine()
