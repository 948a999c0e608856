"""What the jobs did: for which day, which items, and which runs. An item that is done never changes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from expat.db import Code, Id, Instant, Json


class JobDay(SQLModel, table=True):
    """A day of a job. `completed_at` is when each of its items had been done or set aside; days are done in order."""

    __tablename__ = "job_day"
    __table_args__ = (UniqueConstraint("job", "day"),)

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    job: str = Field(sa_column=Column(Code, nullable=False))
    day: date = Field(sa_column=Column(Date, nullable=False))
    completed_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class JobItem(SQLModel, table=True):
    """One thing that a job did, named once by what it is and for which day, in the transaction of what it did.

    One that failed has no `done_at`: its last error and when it is tried again. `effect` names what came of it; of one
    that failed and was dropped, since a newer day did its work, the last error stays.
    """

    __tablename__ = "job_item"
    __table_args__ = (UniqueConstraint("job", "key"), Index("ix_job_item_open", "done_at", "retry_at"))

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    job: str = Field(sa_column=Column(Code, nullable=False))
    key: str = Field(sa_column=Column(String(80), nullable=False))
    row_key: int = Field(sa_column=Column(BigInteger, nullable=False))
    day: date = Field(sa_column=Column(Date, nullable=False))
    done_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    effect: dict[str, Any] | None = Field(default=None, sa_column=Column(Json))
    attempts: int = Field(default=1, nullable=False)
    error: str | None = Field(default=None, sa_column=Column(Text))
    failed_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    retry_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class JobRun(SQLModel, table=True):
    """One go at a day of a job by one process: how long it took, and how many items it did, failed, or skipped because
    another had them.

    A run that was killed has no end.
    """

    __tablename__ = "job_run"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    job_day_id: int = Field(sa_column=Column(Id, ForeignKey("job_day.id"), nullable=False, index=True))
    process: str = Field(sa_column=Column(Text, nullable=False))
    started_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    done: int = Field(sa_column=Column(Integer, nullable=False))
    failed: int = Field(sa_column=Column(Integer, nullable=False))
    skipped: int = Field(sa_column=Column(Integer, nullable=False))
