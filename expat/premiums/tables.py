"""Premiums and what happened to them; the events are append-only."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, Date, ForeignKey
from sqlmodel import Field, SQLModel

from expat.db import Code, Id, Instant


class Premium(SQLModel, table=True):
    """A premium that falls due on a day, for the days from `first_day` to `last_day`, in EUR cents.

    None where they are not known."""

    __tablename__ = "premium"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), nullable=False, index=True))
    due_on: date = Field(sa_column=Column(Date, nullable=False))
    first_day: date | None = Field(default=None, sa_column=Column(Date))
    last_day: date | None = Field(default=None, sa_column=Column(Date))
    amount: int | None = Field(default=None, sa_column=Column(BigInteger))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class PremiumEvent(SQLModel, table=True):
    """What happened: `kind` is paid, contested, upheld or granted (a person's decision on a contest)."""

    __tablename__ = "premium_event"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    premium_id: int = Field(sa_column=Column(Id, ForeignKey("premium.id"), nullable=False, index=True))
    kind: str = Field(sa_column=Column(Code, nullable=False))
    happened_on: date = Field(sa_column=Column(Date, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))
