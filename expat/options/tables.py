"""Recharges On Demand, for which membership year they were used, and the options that were chosen on joining."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Date, ForeignKey, UniqueConstraint
from sqlmodel import Field, SQLModel

from expat.db import Code, Id, Instant, Json


class Recharge(SQLModel, table=True):
    """A recharge of one person's category: cents added, price in cents, for care that begins on its days.

    `form_key` is that of the form that it was bought with: the same form sent again buys nothing more.
    """

    __tablename__ = "recharge"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), nullable=False, index=True))
    person_id: int = Field(sa_column=Column(Id, ForeignKey("insured_person.id"), nullable=False))
    category: str = Field(sa_column=Column(Code, nullable=False))
    first_day: date = Field(sa_column=Column(Date, nullable=False))
    last_day: date = Field(sa_column=Column(Date, nullable=False))
    amount: int = Field(sa_column=Column(BigInteger, nullable=False))
    price: int = Field(sa_column=Column(BigInteger, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    form_key: str | None = Field(default=None, sa_column=Column(Code, unique=True, index=True))


class RechargeUse(SQLModel, table=True):
    """Cents of a recharge that were paid for care of a membership year; a running total."""

    __tablename__ = "recharge_use"

    recharge_id: int = Field(sa_column=Column(Id, ForeignKey("recharge.id"), primary_key=True))
    year_starts: date = Field(sa_column=Column(Date, primary_key=True))
    used: int = Field(sa_column=Column(BigInteger, nullable=False))


class ChosenOption(SQLModel, table=True):
    """An option that was chosen, from its first day on: its `kind` and `terms` are those of `options.chosen`, `yearly`
    its price then, in EUR cents. One of prévoyance names the member, whom alone it covers. Append-only.
    """

    __tablename__ = "chosen_option"
    __table_args__ = (UniqueConstraint("membership_id", "kind", "first_day"),)

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), nullable=False, index=True))
    person_id: int | None = Field(default=None, sa_column=Column(Id, ForeignKey("insured_person.id")))
    kind: str = Field(sa_column=Column(Code, nullable=False))
    terms: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    first_day: date = Field(sa_column=Column(Date, nullable=False))
    yearly: int = Field(sa_column=Column(BigInteger, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))
