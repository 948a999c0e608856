"""Differences between what was paid and what is due, what people decided on them, and what became of it since."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from expat.db import Code, Id, Instant, Json


class LookedAgain(SQLModel, table=True):
    """Up to which of a membership's facts its paid lines were judged again; the newest holds. Append-only."""

    __tablename__ = "looked_again"

    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), primary_key=True))
    facts_version: int = Field(primary_key=True)
    looked_on: date = Field(sa_column=Column(Date, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Difference(SQLModel, table=True):
    """A paid line that would be decided otherwise on what is known now. Append-only, a line's newest holds.

    `paid_cents` is what stands as paid after what was asked back or added before, `due_cents` what is due, in EUR
    cents; `paid` and `due` the same in minor units of the `currency` that was paid, at the rates of that day. They are
    equal where an earlier difference is gone. `trace` is the decision that would be made, `cause` what brought it: the
    newest fact that was recorded after the payment, such as `termination:17`, or a contest, which a person answered.
    """

    __tablename__ = "difference"
    __table_args__ = (Index("ix_difference_line", "line_id"),)

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), nullable=False, index=True))
    line_id: int = Field(sa_column=Column(Id, ForeignKey("claim_line.id"), nullable=False))
    decision_id: int = Field(sa_column=Column(Id, ForeignKey("line_decision.id"), nullable=False))
    paid_cents: int = Field(sa_column=Column(BigInteger, nullable=False))
    due_cents: int = Field(sa_column=Column(BigInteger, nullable=False))
    currency: str = Field(sa_column=Column(String(3), nullable=False))
    paid: int = Field(sa_column=Column(BigInteger, nullable=False))
    due: int = Field(sa_column=Column(BigInteger, nullable=False))
    reasons: str = Field(default="", sa_column=Column(Text, nullable=False))
    edition: str = Field(sa_column=Column(String(64), ForeignKey("plan_edition.key"), nullable=False))
    trace: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    cause: str = Field(sa_column=Column(Code, nullable=False))
    found_on: date = Field(sa_column=Column(Date, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Recovery(SQLModel, table=True):
    """What a person decided on differences of one membership: `kind` is recover, complement or waive. Append-only.

    `amount` is in minor units of `currency`, the one that was paid; `eur_cents` what it counts in EUR. With
    `needs_release` it holds once another person released it. `clause` is the contract's heading that it rests on.
    """

    __tablename__ = "recovery"
    __table_args__ = (Index("ix_recovery_membership", "membership_id"),)

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), nullable=False))
    form_key: str = Field(sa_column=Column(String(40), nullable=False, unique=True))
    kind: str = Field(sa_column=Column(Code, nullable=False))
    currency: str = Field(sa_column=Column(String(3), nullable=False))
    amount: int = Field(sa_column=Column(BigInteger, nullable=False))
    eur_cents: int = Field(sa_column=Column(BigInteger, nullable=False))
    reason: str = Field(sa_column=Column(Text, nullable=False))
    clause: str = Field(default="", sa_column=Column(Text, nullable=False))
    due_on: date | None = Field(default=None, sa_column=Column(Date))
    contest_until: date | None = Field(default=None, sa_column=Column(Date))
    needs_release: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=sa.false()))
    decided_by: str = Field(sa_column=Column(Code, nullable=False))
    decided_on: date = Field(sa_column=Column(Date, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class RecoveryLine(SQLModel, table=True):
    """What a decision means for one line, in minor units of the decision's currency and in EUR cents. Append-only."""

    __tablename__ = "recovery_line"

    recovery_id: int = Field(sa_column=Column(Id, ForeignKey("recovery.id"), primary_key=True))
    line_id: int = Field(sa_column=Column(Id, ForeignKey("claim_line.id"), primary_key=True, index=True))
    difference_id: int | None = Field(default=None, sa_column=Column(Id, ForeignKey("difference.id"), index=True))
    amount: int = Field(sa_column=Column(BigInteger, nullable=False))
    eur_cents: int = Field(sa_column=Column(BigInteger, nullable=False))


class RecoveryInstalment(SQLModel, table=True):
    """A part of what is asked back and the day by which it is to arrive. Append-only."""

    __tablename__ = "recovery_instalment"

    recovery_id: int = Field(sa_column=Column(Id, ForeignKey("recovery.id"), primary_key=True))
    position: int = Field(primary_key=True)
    due_on: date = Field(sa_column=Column(Date, nullable=False))
    amount: int = Field(sa_column=Column(BigInteger, nullable=False))


class RecoveryEvent(SQLModel, table=True):
    """What became of a decision since: `kind` is released, refused (by who should release it), contested, upheld,
    withdrawn, repaid (to the operator's account), paid (a complement, to the member), set_off (kept back of a payout),
    given_back (that payout was returned: below zero) or settled (a complement, in a payout). Append-only.

    `amount` is in minor units of the decision's currency; `reference` is the bank's, or names the payout, such as
    `payout:17`; one of each kind once.
    """

    __tablename__ = "recovery_event"
    __table_args__ = (UniqueConstraint("recovery_id", "kind", "reference"),)

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    recovery_id: int = Field(sa_column=Column(Id, ForeignKey("recovery.id"), nullable=False, index=True))
    kind: str = Field(sa_column=Column(Code, nullable=False))
    reference: str = Field(default="", sa_column=Column(String(80), nullable=False))
    amount: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    happened_on: date = Field(sa_column=Column(Date, nullable=False))
    text: str = Field(default="", sa_column=Column(Text, nullable=False))
    recorded_by: str = Field(sa_column=Column(Code, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class SetOff(SQLModel, table=True):
    """A person's decision to set what is asked back off against coming payouts: so many percent of each at most, from
    the day that the member was told of. Append-only; the newest of a recovery holds.
    """

    __tablename__ = "set_off"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    recovery_id: int = Field(sa_column=Column(Id, ForeignKey("recovery.id"), nullable=False, index=True))
    form_key: str = Field(sa_column=Column(String(40), nullable=False, unique=True))
    share: int = Field(nullable=False)
    starts_on: date = Field(sa_column=Column(Date, nullable=False))
    contest_until: date = Field(sa_column=Column(Date, nullable=False))
    reason: str = Field(sa_column=Column(Text, nullable=False))
    clause: str = Field(sa_column=Column(Text, nullable=False))
    decided_by: str = Field(sa_column=Column(Code, nullable=False))
    decided_on: date = Field(sa_column=Column(Date, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class SetOffEvent(SQLModel, table=True):
    """What became of a set-off since: contested, upheld, or ended (by a contest, or by who manages it). Append-only."""

    __tablename__ = "set_off_event"
    __table_args__ = (UniqueConstraint("set_off_id", "kind"),)

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    set_off_id: int = Field(sa_column=Column(Id, ForeignKey("set_off.id"), nullable=False))
    kind: str = Field(sa_column=Column(Code, nullable=False))
    text: str = Field(sa_column=Column(Text, nullable=False))
    happened_on: date = Field(sa_column=Column(Date, nullable=False))
    recorded_by: str = Field(sa_column=Column(Code, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))
