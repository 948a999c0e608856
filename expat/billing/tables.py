"""How premiums are called and what each call is made of; what was paid of it, and what goes back. EUR cents.

All but the schedule is append-only.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from expat.db import Code, Id, Instant, Json


class PremiumTerms(SQLModel, table=True):
    """How a membership pays from a day on: how often, by `direct_debit` or `transfer`, and who: `member`, `employer`.

    `holds_from` is the first day of a period. Of several for one day the newest holds.
    """

    __tablename__ = "premium_terms"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), nullable=False, index=True))
    frequency: str = Field(sa_column=Column(Code, nullable=False))
    method: str = Field(sa_column=Column(Code, nullable=False))
    payer: str = Field(sa_column=Column(Code, nullable=False))
    holds_from: date = Field(sa_column=Column(Date, nullable=False))
    recorded_by: str = Field(sa_column=Column(Code, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class PremiumSchedule(SQLModel, table=True):
    """Where calling stands: the first day of the next period, and the day on which it is called.

    `call_on` is None once nothing more is called. `facts_version` is what of the membership was known when its calls
    were last worked out.
    """

    __tablename__ = "premium_schedule"

    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), primary_key=True))
    next_from: date = Field(sa_column=Column(Date, nullable=False))
    call_on: date | None = Field(default=None, sa_column=Column(Date, index=True))
    facts_version: int = Field(sa_column=Column(Integer, nullable=False))


class PremiumLine(SQLModel, table=True):
    """One line of a call: the days that it is for, the period that these days belong to, and its amount.

    `kind` is period, change (the period is worth something else by what is known now) or told (a first premium as it
    was told). `computed` is what the days were worth by what was known: a later change is the difference from it.
    `explained` holds the tariff's arithmetic.
    """

    __tablename__ = "premium_line"
    __table_args__ = (UniqueConstraint("premium_id", "position"),)

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    premium_id: int = Field(sa_column=Column(Id, ForeignKey("premium.id"), nullable=False))
    position: int = Field(sa_column=Column(Integer, nullable=False))
    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), nullable=False, index=True))
    kind: str = Field(sa_column=Column(Code, nullable=False))
    period_from: date = Field(sa_column=Column(Date, nullable=False))
    period_to: date = Field(sa_column=Column(Date, nullable=False))
    first_day: date = Field(sa_column=Column(Date, nullable=False))
    last_day: date = Field(sa_column=Column(Date, nullable=False))
    amount: int = Field(sa_column=Column(BigInteger, nullable=False))
    computed: int = Field(sa_column=Column(BigInteger, nullable=False))
    explained: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))


class PremiumAllocation(SQLModel, table=True):
    """Money that counts towards a premium: above zero paid, below zero taken back (a direct debit that returned).

    `source` is what it came of, such as `payment:17` or `credit:premium:9`; each counts once towards a premium.
    """

    __tablename__ = "premium_allocation"
    __table_args__ = (UniqueConstraint("premium_id", "source"),)

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    premium_id: int = Field(sa_column=Column(Id, ForeignKey("premium.id"), nullable=False))
    amount: int = Field(sa_column=Column(BigInteger, nullable=False))
    day: date = Field(sa_column=Column(Date, nullable=False))
    source: str = Field(sa_column=Column(Code, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class PremiumRefund(SQLModel, table=True):
    """Premium that goes back to whoever paid it, by a day. `reason` is change, end or overpaid, `premium_id` the call
    that it comes of."""

    __tablename__ = "premium_refund"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), nullable=False, index=True))
    premium_id: int | None = Field(default=None, sa_column=Column(Id, ForeignKey("premium.id")))
    source: str = Field(sa_column=Column(Code, nullable=False, unique=True))
    amount: int = Field(sa_column=Column(BigInteger, nullable=False))
    reason: str = Field(sa_column=Column(Code, nullable=False))
    day: date = Field(sa_column=Column(Date, nullable=False))
    due_by: date = Field(sa_column=Column(Date, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class PremiumMandate(SQLModel, table=True):
    """A mandate to collect a membership's premiums by SEPA direct debit; the newest of a membership holds.

    `ends`: no account any more, `why` says what ended it (the member, the bank's return code, the membership's end).
    A new account under the same reference is a row of its own, with `original_iban` the one before.
    """

    __tablename__ = "premium_mandate"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), nullable=False, index=True))
    reference: str = Field(sa_column=Column(String(35), nullable=False))
    holder: str = Field(sa_column=Column(Text, nullable=False))
    iban: str = Field(sa_column=Column(String(34), nullable=False))
    original_iban: str | None = Field(default=None, sa_column=Column(String(34)))
    signed_on: date = Field(sa_column=Column(Date, nullable=False))
    ends: bool = Field(sa_column=Column(Boolean, nullable=False, default=False))
    why: str | None = Field(default=None, sa_column=Column(Code))
    recorded_by: str = Field(sa_column=Column(Code, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class PremiumContest(SQLModel, table=True):
    """Why somebody contests what an unpaid premium brings (UNO-DUN-3); one for each premium."""

    __tablename__ = "premium_contest"

    premium_id: int = Field(sa_column=Column(Id, ForeignKey("premium.id"), primary_key=True))
    reason: str = Field(sa_column=Column(Text, nullable=False))
    contested_by: str = Field(sa_column=Column(Code, nullable=False))
    contested_on: date = Field(sa_column=Column(Date, nullable=False))
    answer_by: date = Field(sa_column=Column(Date, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class PremiumContestAnswer(SQLModel, table=True):
    """A person's decision on a contest: `outcome` is upheld (the dates move) or granted (the course ends), and why."""

    __tablename__ = "premium_contest_answer"

    premium_id: int = Field(sa_column=Column(Id, ForeignKey("premium_contest.premium_id"), primary_key=True))
    outcome: str = Field(sa_column=Column(Code, nullable=False))
    answer: str = Field(sa_column=Column(Text, nullable=False))
    answered_by: str = Field(sa_column=Column(Code, nullable=False))
    answered_on: date = Field(sa_column=Column(Date, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))
