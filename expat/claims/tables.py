"""Claims, their lines and papers, the decisions on them, and what was used of each ceiling."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from expat.db import Code, Id, Instant, Json


class Claim(SQLModel, table=True):
    """A claim: one key from who sent it, and one fingerprint of its content where papers came with it."""

    __tablename__ = "claim"
    __table_args__ = (
        UniqueConstraint("membership_id", "idempotency_key"),
        UniqueConstraint("membership_id", "fingerprint"),
    )

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), nullable=False))
    idempotency_key: str = Field(sa_column=Column(String(100), nullable=False))
    content: str = Field(sa_column=Column(String(64), nullable=False))
    fingerprint: str | None = Field(default=None, sa_column=Column(String(64)))
    received_on: date = Field(sa_column=Column(Date, nullable=False))
    submitted_by: str = Field(sa_column=Column(Code, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class ClaimLine(SQLModel, table=True):
    """A line as it was handed in, and where it stands.

    `amount` and `accepted_amount` are in minor units of `currency`. From `status` on the columns follow the newest
    decision and the payout: cents in EUR, `payout` in minor units of `payout_currency`.
    """

    __tablename__ = "claim_line"
    __table_args__ = (
        Index("ix_claim_line_person_day", "person_id", "first_day"),
        Index("ix_claim_line_person_care", "person_id", "care"),
        Index("ix_claim_line_person_series", "person_id", "series"),
        Index("ix_claim_line_open", "status", "membership_id"),
        Index("ix_claim_line_payout", "payout_id"),
    )

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    claim_id: int = Field(sa_column=Column(Id, ForeignKey("claim.id"), nullable=False, index=True))
    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), nullable=False, index=True))
    person_id: int = Field(sa_column=Column(Id, ForeignKey("insured_person.id"), nullable=False))
    position: int = Field(nullable=False)
    received_on: date = Field(sa_column=Column(Date, nullable=False))
    care: str = Field(sa_column=Column(Code, nullable=False))
    first_day: date = Field(sa_column=Column(Date, nullable=False))
    last_day: date = Field(sa_column=Column(Date, nullable=False))
    quantity: int = Field(nullable=False)
    amount: int = Field(sa_column=Column(BigInteger, nullable=False))
    currency: str = Field(sa_column=Column(String(3), nullable=False))
    country: str = Field(sa_column=Column(String(2), nullable=False))
    cause: str = Field(sa_column=Column(Code, nullable=False))
    stay_days: int | None = Field(default=None)
    invoice: str | None = Field(default=None, sa_column=Column(Text))
    series: str | None = Field(default=None, sa_column=Column(Text))
    treatment_started: date | None = Field(default=None, sa_column=Column(Date))
    provider: str | None = Field(default=None, sa_column=Column(Text))
    accepted_amount: int | None = Field(default=None, sa_column=Column(BigInteger))
    accepted_why: str | None = Field(default=None, sa_column=Column(Text))
    documents: str = Field(default="", sa_column=Column(Text, nullable=False))
    status: str = Field(default="received", sa_column=Column(Code, nullable=False))
    reasons: str = Field(default="", sa_column=Column(Text, nullable=False))
    flags: str = Field(default="", sa_column=Column(Text, nullable=False))
    covered: int = Field(default=0, nullable=False)
    payee: str | None = Field(default=None, sa_column=Column(Code))
    cents: int | None = Field(default=None, sa_column=Column(BigInteger))
    payout: int | None = Field(default=None, sa_column=Column(BigInteger))
    payout_currency: str | None = Field(default=None, sa_column=Column(String(3)))
    payout_id: int | None = Field(default=None, sa_column=Column(Id))


class LineDocument(SQLModel, table=True):
    """A paper that came for a line: what it is, the kept file where there is one, and the day. Append-only."""

    __tablename__ = "line_document"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    line_id: int = Field(sa_column=Column(Id, ForeignKey("claim_line.id"), nullable=False, index=True))
    kind: str = Field(sa_column=Column(Code, nullable=False))
    sha256: str | None = Field(default=None, sa_column=Column(String(64), ForeignKey("document.sha256")))
    received_on: date = Field(sa_column=Column(Date, nullable=False))


class LineDecision(SQLModel, table=True):
    """A decision on a line, with the facts, the plan's edition and the trace. Append-only: a newer one supersedes."""

    __tablename__ = "line_decision"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    line_id: int = Field(sa_column=Column(Id, ForeignKey("claim_line.id"), nullable=False, index=True))
    settlement_id: int | None = Field(default=None, sa_column=Column(Id, ForeignKey("settlement.id")))
    judged_on: date = Field(sa_column=Column(Date, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    status: str = Field(sa_column=Column(Code, nullable=False))
    reasons: str = Field(sa_column=Column(Text, nullable=False))
    edition: str = Field(sa_column=Column(String(64), ForeignKey("plan_edition.key"), nullable=False))
    facts: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    trace: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))


class PlanEdition(SQLModel, table=True):
    """A plan's figures as decisions used them, by the hash of their content. Append-only."""

    __tablename__ = "plan_edition"

    key: str = Field(sa_column=Column(String(64), primary_key=True))
    plan: str = Field(sa_column=Column(Code, nullable=False))
    content: str = Field(sa_column=Column(Text, nullable=False))


class CeilingUse(SQLModel, table=True):
    """Cents paid for one person's care of a category in a membership year: a running total, never a sum over lines."""

    __tablename__ = "ceiling_use"

    person_id: int = Field(sa_column=Column(Id, ForeignKey("insured_person.id"), primary_key=True))
    category: str = Field(sa_column=Column(Code, primary_key=True))
    year_starts: date = Field(sa_column=Column(Date, primary_key=True))
    paid: int = Field(sa_column=Column(BigInteger, nullable=False))
    own: int = Field(sa_column=Column(BigInteger, nullable=False))
    carried: int = Field(sa_column=Column(BigInteger, nullable=False))
    complication: bool = Field(default=False, nullable=False)
