"""Premiums and what happened to them; the events are append-only."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, Date, ForeignKey
from sqlmodel import Field, SQLModel

from expat.db import Code, Id, Instant


class Premium(SQLModel, table=True):
    """A premium that falls due on a day, for the days from `first_day` to `last_day`, in EUR cents.

    None where they are not known. `covers` is health, with assistance and liability, or prevoyance.
    `called_on` is the day of its call; one that was called is suspended only once its formal notice was sent (an
    event `noticed`)."""

    __tablename__ = "premium"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), nullable=False, index=True))
    due_on: date = Field(sa_column=Column(Date, nullable=False))
    first_day: date | None = Field(default=None, sa_column=Column(Date))
    last_day: date | None = Field(default=None, sa_column=Column(Date))
    amount: int | None = Field(default=None, sa_column=Column(BigInteger))
    called_on: date | None = Field(default=None, sa_column=Column(Date))
    covers: str = Field(
        default="health", sa_column=Column(Code, nullable=False, default="health", server_default="health")
    )
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class PremiumOpen(SQLModel, table=True):
    """A called premium that is not wholly paid: its next `step` (reminder, notice, suspension, termination) and when.

    `due_on` is the day from which its course counts. `next_on` is None while a contest is reviewed, and once
    nothing more comes: its step is then `paid`, or `over`.
    """

    __tablename__ = "premium_open"

    premium_id: int = Field(sa_column=Column(Id, ForeignKey("premium.id"), primary_key=True))
    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), nullable=False, index=True))
    due_on: date = Field(sa_column=Column(Date, nullable=False))
    step: str = Field(sa_column=Column(Code, nullable=False))
    next_on: date | None = Field(default=None, sa_column=Column(Date, index=True))


class PremiumEvent(SQLModel, table=True):
    """What happened: `kind` is paid, contested, upheld or granted (a person's decision on a contest)."""

    __tablename__ = "premium_event"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    premium_id: int = Field(sa_column=Column(Id, ForeignKey("premium.id"), nullable=False, index=True))
    kind: str = Field(sa_column=Column(Code, nullable=False))
    happened_on: date = Field(sa_column=Column(Date, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))
