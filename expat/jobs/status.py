"""What the jobs did and what waits: for `expat jobs status` and the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, func, select
from sqlmodel import Session

from expat.db import table_of
from expat.errors import NotFound
from expat.jobs.job import Job
from expat.jobs.tables import JobDay, JobItem, JobRun

_DAY: Any = table_of(JobDay)
_ITEM: Any = table_of(JobItem)
_RUN: Any = table_of(JobRun)

STALE = timedelta(hours=6)  # a run that says nothing for so long was killed


@dataclass(frozen=True, slots=True)
class Standing:
    """How a job stands: its last complete day, its last run, and how many of its items failed and wait.

    `state` is never (it has not run), running, killed, behind (days are missing), failing (items wait) or well.
    """

    job: str
    state: str
    complete_to: date | None
    started_at: datetime | None
    ended_at: datetime | None
    done: int
    failed: int
    waiting: int
    days_behind: int

    @property
    def took(self) -> timedelta | None:
        """How long the last run took; None while it runs."""
        return None if self.started_at is None or self.ended_at is None else self.ended_at - self.started_at


def standings(session: Session, jobs: Sequence[Job], today: date, at: datetime) -> list[Standing]:
    """Each job as it stands, in the order in which they run."""
    last = select(_DAY.c.job, func.max(_DAY.c.day)).where(_DAY.c.completed_at.is_not(None)).group_by(_DAY.c.job)
    open_ = select(_ITEM.c.job, func.count()).where(_ITEM.c.done_at.is_(None)).group_by(_ITEM.c.job)
    complete: dict[str, date] = {row[0]: row[1] for row in session.execute(last)}
    waiting: dict[str, int] = {row[0]: row[1] for row in session.execute(open_)}
    newest = select(func.max(_RUN.c.id)).join(_DAY, _DAY.c.id == _RUN.c.job_day_id).group_by(_DAY.c.job)
    query = select(_RUN, _DAY.c.job).join(_DAY, _DAY.c.id == _RUN.c.job_day_id).where(_RUN.c.id.in_(newest))
    runs = {row.job: row for row in session.execute(query)}
    return [_standing(job, runs.get(job.name), complete.get(job.name), waiting.get(job.name, 0), today, at)
            for job in jobs]  # fmt: skip


def _standing(job: Job, run: Row[Any] | None, complete: date | None, waits: int, today: date, at: datetime) -> Standing:
    behind = 0 if complete is None else max(0, (today - complete).days)
    if run is None:
        return Standing(job.name, "never", complete, None, None, 0, 0, waits, behind)
    if run.ended_at is None:
        state = "killed" if at - run.started_at > STALE else "running"
    elif waits:
        state = "failing"
    else:
        state = "behind" if behind > 1 else "well"
    return Standing(job.name, state, complete, run.started_at, run.ended_at, run.done, run.failed, waits, behind)


def failed_items(session: Session, job: str | None = None, most: int = 100) -> Sequence[Row[Any]]:
    """Items that failed and wait, the oldest first: their errors, and when they are tried again."""
    query = select(_ITEM).where(_ITEM.c.done_at.is_(None)).order_by(_ITEM.c.failed_at, _ITEM.c.id).limit(most)
    return session.execute(query if job is None else query.where(_ITEM.c.job == job)).all()


def given_up(session: Session, job: str | None = None, most: int = 30) -> Sequence[Row[Any]]:
    """Items that failed and were dropped, since a newer day did their work: their last errors, the newest first."""
    query = select(_ITEM).where(_ITEM.c.done_at.is_not(None), _ITEM.c.error.is_not(None))
    query = query.order_by(_ITEM.c.done_at.desc(), _ITEM.c.id.desc()).limit(most)
    return session.execute(query if job is None else query.where(_ITEM.c.job == job)).all()


def runs_of(session: Session, job: str, most: int = 30) -> Sequence[Row[Any]]:
    """The runs of a job with their days, the newest first."""
    query = select(_RUN, _DAY.c.day).join(_DAY, _DAY.c.id == _RUN.c.job_day_id).where(_DAY.c.job == job)
    return session.execute(query.order_by(_RUN.c.id.desc()).limit(most)).all()


def try_again_now(session: Session, item: int, at: datetime) -> None:
    """Let a failed item be tried again with the next tick. Raises NotFound."""
    mine = and_(_ITEM.c.id == item, _ITEM.c.done_at.is_(None))
    query = _ITEM.update().where(mine).values(retry_at=at).returning(_ITEM.c.id)
    if session.execute(query).first() is None:
        raise NotFound("item", f"no item {item} failed", "one of `expat jobs failed`")
