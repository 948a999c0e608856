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

    `set_off` of `amount` is kept back against what is asked back: the rest is transferred.

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
    set_off: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default="0"))
    rate_id: int | None = Field(default=None, sa_column=Column(Id))
    rate_note: str = Field(default="", sa_column=Column(Text, nullable=False))
    bank_file_id: int | None = Field(default=None, sa_column=Column(Id, ForeignKey("bank_file.id"), index=True))
    account_id: int | None = Field(default=None, sa_column=Column(Id, ForeignKey("payout_account.id")))
    confirmed_on: date | None = Field(default=None, sa_column=Column(Date))
    returned_on: date | None = Field(default=None, sa_column=Column(Date))


class PayoutPart(SQLModel, table=True):
    """What a payout has beside its lines: `kind` is complement (added to it), set_off (kept back) or given_back, once
    the bank returned it. Append-only.

    `amount` is in minor units of the payout's currency, `eur_cents` what it counts of the payout; `moved` is in minor
    units of the decision's currency, `moved_cents` what it counts of that. `rates` are the rates that it was converted
    at, as decisions keep theirs; `remains` is what of the decision is left after it.
    """

    __tablename__ = "payout_part"
    __table_args__ = (UniqueConstraint("payout_id", "recovery_id", "kind"),)

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    payout_id: int = Field(sa_column=Column(Id, ForeignKey("payout.id"), nullable=False, index=True))
    recovery_id: int = Field(sa_column=Column(Id, ForeignKey("recovery.id"), nullable=False, index=True))
    kind: str = Field(sa_column=Column(Code, nullable=False))
    amount: int = Field(sa_column=Column(BigInteger, nullable=False))
    eur_cents: int = Field(sa_column=Column(BigInteger, nullable=False))
    moved: int = Field(sa_column=Column(BigInteger, nullable=False))
    moved_cents: int = Field(sa_column=Column(BigInteger, nullable=False))
    remains: int = Field(sa_column=Column(BigInteger, nullable=False))
    rates: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


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


class EstateAccount(SQLModel, table=True):
    """The account that the estate of a member who died asks to be paid to, as one person recorded it. Append-only.

    `account` is `check_account`'s values, `currency` what it is paid in, `payee_is` what the holder is to the estate;
    `sha256` is the notary's paper that shows it.
    """

    __tablename__ = "estate_account"
    __table_args__ = (Index("ix_estate_account_sha256", "sha256"),)

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), nullable=False, index=True))
    payee_is: str = Field(sa_column=Column(Code, nullable=False))
    currency: str = Field(sa_column=Column(String(3), nullable=False))
    account: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    name: str = Field(sa_column=Column(Text, nullable=False))
    sha256: str = Field(sa_column=Column(String(64), ForeignKey("document.sha256"), nullable=False))
    recorded_by: str = Field(sa_column=Column(Code, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class EstateAccountAnswer(SQLModel, table=True):
    """What a second person made of an estate's account: confirmed, kept as `account_id`; or not, and why. Once."""

    __tablename__ = "estate_account_answer"

    estate_id: int = Field(sa_column=Column(Id, ForeignKey("estate_account.id"), primary_key=True))
    account_id: int | None = Field(default=None, sa_column=Column(Id, ForeignKey("payout_account.id")))
    why: str | None = Field(default=None, sa_column=Column(Text))
    answered_by: str = Field(sa_column=Column(Code, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))
