"""Running a job's day: each item in a transaction of its own, together with the record that it is done.

A process that is killed leaves each item done with its record, or not at all. Two at once meet on the record's key:
the second waits for the first and then leaves the item to it. What fails is set aside with its error and does not
stop the others.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from expat.db import is_postgresql, reading, table_of, transaction
from expat.documents.keys import Keys
from expat.errors import BadInput
from expat.jobs.job import Doing, Item, Job
from expat.jobs.tables import JobDay, JobItem, JobRun
from expat.periods import DAY
from expat.settings import Settings

PAUSES = tuple(timedelta(minutes=m) for m in (5, 30, 120, 720, 1440))  # after the first failure, the second...
LONGEST_ERROR = 500
DROPPED = "dropped"  # the effect of an item that was given up; its last error stays with it
FINDING = "finding"  # in the key of what stands for a day whose items could not be found

_DAY: Any = table_of(JobDay)
_ITEM: Any = table_of(JobItem)
_RUN: Any = table_of(JobRun)

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Runner:
    """What runs jobs: the database, the one clock, the settings, and whether to stop after the present item."""

    engine: Engine
    clock: Clock
    settings: Settings
    keys: Callable[[], Keys]
    stop: Callable[[], bool] = field(default=lambda: False)

    def doing(self, day: date) -> Doing:
        """What an item of a day is done with, now."""
        return Doing(day, self.clock(), self.settings, self.keys)


@dataclass
class Ran:
    """What a run of a day came to: items done, failed, and skipped because another process has or had them."""

    job: str
    day: date
    done: int = 0
    failed: int = 0
    skipped: int = 0
    stopped: bool = False
    unfound: bool = False


def missed_days(engine: Engine, job: Job, today: date) -> list[date]:
    """The days that a job has not completed, in order, up to today: of a job that never ran, today alone."""
    mine = _DAY.c.job == job.name
    with reading(engine) as session:
        complete = select(func.max(_DAY.c.day)).where(mine, _DAY.c.completed_at.is_not(None))
        last: date | None = session.execute(complete).scalar()
        if last is None:  # from the first day that was begun
            begun: date | None = session.execute(select(func.min(_DAY.c.day)).where(mine)).scalar()
            last = (begun or today) - DAY
    if job.catch_up == "last":
        return [today] if last < today else []
    return [last + n * DAY for n in range(1, (today - last).days + 1)]


def run_day(runner: Runner, job: Job, day: date) -> Ran:
    """Do a job's items of a day, those that are not done yet. A day that is complete may be run again: it finds only
    what came to be due since."""
    ran = Ran(job.name, day)
    with transaction(runner.engine) as session:
        day_key = _open_day(session, job.name, day)
        run_key = _open_run(session, day_key, runner.clock())
    try:
        for item in _found(runner, job, day):
            if runner.stop():
                ran.stopped = True
                break
            _count(ran, came := do_item(runner, job, item, day))
            if job.rounds and came == "failed":
                break  # what it left would be found again, as often as it is asked for
    except Exception as wrong:  # its items cannot be found: the day stays open, the other jobs go on
        _set_aside(runner, job.name, Item(0, f"{FINDING}:{day}"), day, wrong)
        ran.failed, ran.unfound = ran.failed + 1, True
    with transaction(runner.engine) as session:
        _close(session, day_key, run_key, ran, runner.clock())
    return ran


def do_item(runner: Runner, job: Job, item: Item, day: date) -> str:
    """Do one item; answers done, failed or skipped (another has or had it)."""
    try:
        with transaction(runner.engine) as session:
            taken = _take(session, job.name, item, day, runner.clock())
            if taken is None:
                return "skipped"
            effect = job.do(session, item, runner.doing(day))
            if effect:
                session.execute(update(_ITEM).where(_ITEM.c.id == taken).values(effect=dict(effect)))
        return "done"
    except Exception as wrong:  # whatever one item brings, the others are done; it is kept, shown and tried again
        _set_aside(runner, job.name, item, day, wrong)
        return "failed"


def retry_due(runner: Runner, jobs: Sequence[Job]) -> Ran:
    """Try again what failed and whose pause is over, in the order of its days; drop what a newer day has overtaken.

    Where a round is made good, those that it had ended follow.
    """
    known, ran = {job.name: job for job in jobs}, Ran("retry", runner.clock().date())
    _drop_overtaken(runner, [job.name for job in jobs if job.catch_up == "last"])
    with reading(runner.engine) as session:
        waits = select(_ITEM).where(_ITEM.c.done_at.is_(None), _ITEM.c.retry_at <= runner.clock())
        rows = session.execute(waits.order_by(_ITEM.c.day, _ITEM.c.id)).all()
    for row in rows:
        if runner.stop():
            ran.stopped = True
            break
        if row.job in known and not row.key.startswith(f"{FINDING}:"):  # those the day itself tries again
            job = known[row.job]
            _count(ran, came := do_item(runner, job, Item(row.row_key, row.key), row.day))
            if job.rounds and came == "done":
                more = run_day(runner, job, row.day)
                ran.done, ran.failed, ran.stopped = ran.done + more.done, ran.failed + more.failed, more.stopped
    return ran


def _drop_overtaken(runner: Runner, jobs: Sequence[str]) -> None:
    """Give up failed items that are for a day of their own, of jobs whose older days have no meaning any more.

    A newer day overtakes them with an item of its own that came to something, or that waits itself: what is due on
    Mondays alone is not given up because of a Tuesday on which nothing was to do.
    """
    newer, newer_day = _ITEM.alias(), _DAY.alias()
    stands = or_(newer.c.effect.is_not(None), newer.c.done_at.is_(None))
    later = select(newer.c.id).where(newer.c.job == _ITEM.c.job, newer.c.day > _ITEM.c.day, stands).exists()
    found = newer_day.c.completed_at.is_not(None), newer_day.c.day > _ITEM.c.day
    sought = select(newer_day.c.id).where(newer_day.c.job == _ITEM.c.job, *found).exists()
    unfound = _ITEM.c.key.startswith(f"{FINDING}:") & sought
    failed = select(_ITEM.c.id, _ITEM.c.key, _ITEM.c.day).where(_ITEM.c.job.in_(jobs), _ITEM.c.done_at.is_(None))
    with reading(runner.engine) as session:
        rows = session.execute(failed.where(or_(later, unfound))).all()
    gone = [row.id for row in rows if str(row.day) in row.key]
    if gone:
        with transaction(runner.engine) as session:
            given_up = {"done_at": runner.clock(), "retry_at": None, "effect": {DROPPED: True}}
            session.execute(update(_ITEM).where(_ITEM.c.id.in_(gone), _ITEM.c.done_at.is_(None)).values(given_up))


def _found(runner: Runner, job: Job, day: date) -> Iterator[Item]:
    """The items of a day that are not done, page by page: memory does not grow with their number."""
    after = -1
    while True:
        with reading(runner.engine) as session:
            page = job.find(session, day, after)
            done = _done(session, job.name, page)
        if not page:
            return
        if page[-1].row <= after:
            raise BadInput(job.name, "finds the same items again", "items in the order of their rows")
        after = page[-1].row
        yield from (item for item in page if item.key not in done)


def _done(session: Session, job: str, page: Sequence[Item]) -> set[str]:
    """Keys of those that are done, or failed and wait for their pause to end."""
    keys = [item.key for item in page]
    known = or_(_ITEM.c.done_at.is_not(None), _ITEM.c.retry_at.is_not(None))
    return set(session.execute(select(_ITEM.c.key).where(_ITEM.c.job == job, _ITEM.c.key.in_(keys), known)).scalars())


def _take(session: Session, job: str, item: Item, day: date, at: datetime) -> int | None:
    """Note an item as done, in the transaction that does it; None where it is done already."""
    dialect: Any = postgresql if is_postgresql(session) else sqlite
    values = {"job": job, "key": item.key, "row_key": item.row, "day": day, "done_at": at, "attempts": 1}
    done = {"done_at": at, "attempts": _ITEM.c.attempts + 1, "error": None, "retry_at": None}
    query = dialect.insert(_ITEM).values(values)
    query = query.on_conflict_do_update(index_elements=["job", "key"], set_=done, where=_ITEM.c.done_at.is_(None))
    taken: int | None = session.execute(query.returning(_ITEM.c.id)).scalar()
    return taken


def _set_aside(runner: Runner, job: str, item: Item, day: date, wrong: Exception) -> None:
    with transaction(runner.engine) as session:
        at = runner.clock()
        tried = select(_ITEM.c.attempts).where(_ITEM.c.job == job, _ITEM.c.key == item.key)
        times = session.execute(tried).scalar() or 0
        failed = {
            "attempts": times + 1, "error": told(wrong), "failed_at": at,
            "retry_at": at + PAUSES[min(times, len(PAUSES) - 1)],
        }  # fmt: skip
        dialect: Any = postgresql if is_postgresql(session) else sqlite
        query = dialect.insert(_ITEM).values({"job": job, "key": item.key, "row_key": item.row, "day": day, **failed})
        session.execute(
            query.on_conflict_do_update(index_elements=["job", "key"], set_=failed, where=_ITEM.c.done_at.is_(None))
        )


def told(wrong: Exception) -> str:
    """An error as it is kept: its kind and what it says, never the values of a statement."""
    said = str(getattr(wrong, "orig", None) or wrong).strip().splitlines()
    return f"{type(wrong).__name__}: {said[0] if said else ''}"[:LONGEST_ERROR]


def _open_day(session: Session, job: str, day: date) -> int:
    dialect: Any = postgresql if is_postgresql(session) else sqlite
    session.execute(dialect.insert(_DAY).values(job=job, day=day).on_conflict_do_nothing(index_elements=["job", "day"]))
    return int(session.execute(select(_DAY.c.id).where(_DAY.c.job == job, _DAY.c.day == day)).scalar_one())


def _open_run(session: Session, day_key: int, at: datetime) -> int:
    values = {
        "job_day_id": day_key, "process": f"{socket.gethostname()}:{os.getpid()}", "started_at": at,
        "done": 0, "failed": 0, "skipped": 0,
    }  # fmt: skip
    return int(session.execute(_RUN.insert().values(values).returning(_RUN.c.id)).scalar_one())


def _close(session: Session, day_key: int, run_key: int, ran: Ran, at: datetime) -> None:
    counts = {"ended_at": at, "done": ran.done, "failed": ran.failed, "skipped": ran.skipped}
    session.execute(update(_RUN).where(_RUN.c.id == run_key).values(counts))
    if not ran.stopped and not ran.unfound:
        sought = _ITEM.c.key == f"{FINDING}:{ran.day}", _ITEM.c.job == ran.job
        session.execute(update(_ITEM).where(*sought).values(done_at=at, retry_at=None, error=None))
        first = _DAY.c.completed_at.is_(None)
        session.execute(update(_DAY).where(_DAY.c.id == day_key, first).values(completed_at=at))


def _count(ran: Ran, came: str) -> None:
    setattr(ran, came, getattr(ran, came) + 1)
