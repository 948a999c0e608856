"""Settlements, the payouts that they make, and the bank files that carry these."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from expat.db import Code, Id, Instant, Json


class Settlement(SQLModel, table=True):
    """A run that pays what is accepted, at the rates of `day`. At most one is open; one that died is taken up again."""

    __tablename__ = "settlement"
    __table_args__ = (
        Index(
            "uq_settlement_open",
            "open",
            unique=True,
            sqlite_where=text("open"),
            postgresql_where=text("open"),
        ),
    )

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    day: date = Field(sa_column=Column(Date, nullable=False, index=True))
    open: bool = Field(default=True, nullable=False)
    started_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class SettledMembership(SQLModel, table=True):
    """A membership that a settlement is through with: written with its payouts, so that it is settled once."""

    __tablename__ = "settled_membership"

    settlement_id: int = Field(sa_column=Column(Id, ForeignKey("settlement.id"), primary_key=True))
    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), primary_key=True))


class Payout(SQLModel, table=True):
    """What one payee gets in one currency from one settlement, in minor units; `eur_cents` is what it counts in EUR.

    `bank_file_id` and `account_id` say in which file it went to which account last. One that the bank returned
    has no file again, keeps that account and has `returned_on`: it waits for another account.
    """

    __tablename__ = "payout"
    __table_args__ = (UniqueConstraint("settlement_id", "membership_id", "payee", "provider", "currency"),)

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    settlement_id: int = Field(sa_column=Column(Id, ForeignKey("settlement.id"), nullable=False, index=True))
    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), nullable=False, index=True))
    payee: str = Field(sa_column=Column(Code, nullable=False))
    provider: str = Field(default="", sa_column=Column(Text, nullable=False))
    currency: str = Field(sa_column=Column(String(3), nullable=False))
    amount: int = Field(sa_column=Column(BigInteger, nullable=False))
    eur_cents: int = Field(sa_column=Column(BigInteger, nullable=False))
    rate_id: int | None = Field(default=None, sa_column=Column(Id))
    rate_note: str = Field(default="", sa_column=Column(Text, nullable=False))
    bank_file_id: int | None = Field(default=None, sa_column=Column(Id, ForeignKey("bank_file.id"), index=True))
    account_id: int | None = Field(default=None, sa_column=Column(Id, ForeignKey("payout_account.id")))
    confirmed_on: date | None = Field(default=None, sa_column=Column(Date))
    returned_on: date | None = Field(default=None, sa_column=Column(Date))


class BankFileRecord(SQLModel, table=True):
    """A file that was made for the bank, kept as it was handed out; `day` is the day of execution that it asks for."""

    __tablename__ = "bank_file"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    name: str = Field(sa_column=Column(String(80), nullable=False, unique=True))
    kind: str = Field(sa_column=Column(Code, nullable=False))
    day: date = Field(sa_column=Column(Date, nullable=False))
    count: int = Field(nullable=False)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    made_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class SettlementOrder(SQLModel, table=True):
    """A settlement that one person prepared and another released (four eyes). `preview` is what was looked at.

    One that is neither released nor withdrawn is waiting; of a day there is at most one that waits. `memberships` are
    those that its settlement is through with, `progressed_at` the instant of the newest batch.
    """

    __tablename__ = "settlement_order"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    day: date = Field(sa_column=Column(Date, nullable=False))
    prepared_by: str = Field(sa_column=Column(Code, nullable=False))
    prepared_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    preview: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    released_by: str | None = Field(default=None, sa_column=Column(Code))
    released_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    withdrawn_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    settlement_id: int | None = Field(default=None, sa_column=Column(Id, ForeignKey("settlement.id")))
    memberships: int = Field(default=0, nullable=False)
    progressed_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    problem: str | None = Field(default=None, sa_column=Column(Text))


class SettlementLook(SQLModel, table=True):
    """A look at what a settlement would pay, which somebody asked for and a process of its own takes.

    Without `order_id` it ends in an order that waits for release, `made_id`. With one it releases that order, where it
    pays what was prepared or the preview whose mark is `seen`; else `changed` is what it would pay now.
    """

    __tablename__ = "settlement_look"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    day: date = Field(sa_column=Column(Date, nullable=False))
    order_id: int | None = Field(default=None, sa_column=Column(Id, ForeignKey("settlement_order.id")))
    seen: str | None = Field(default=None, sa_column=Column(String(32)))
    asked_by: str = Field(sa_column=Column(Code, nullable=False))
    asked_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    done: int = Field(default=0, nullable=False)
    total: int = Field(default=0, nullable=False)
    progressed_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    ended_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    made_id: int | None = Field(default=None, sa_column=Column(Id, ForeignKey("settlement_order.id")))
    changed: dict[str, Any] | None = Field(default=None, sa_column=Column(Json))
    problem: str | None = Field(default=None, sa_column=Column(Text))
