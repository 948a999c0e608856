"""Claims, their lines and papers, the decisions on them, and what was used of each ceiling."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, Index, String, Text, UniqueConstraint
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
        Index("ix_claim_line_person_claim", "person_id", "claim_id"),
        Index("ix_claim_line_invoice", "invoice", "amount", "currency"),
        Index("ix_claim_line_amount", "amount", "currency"),
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
    __table_args__ = (Index("ix_line_document_sha256", "sha256"),)

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    line_id: int = Field(sa_column=Column(Id, ForeignKey("claim_line.id"), nullable=False, index=True))
    kind: str = Field(sa_column=Column(Code, nullable=False))
    sha256: str | None = Field(default=None, sa_column=Column(String(64), ForeignKey("document.sha256")))
    received_on: date = Field(sa_column=Column(Date, nullable=False))
    confidential: bool = Field(
        default=False, sa_column=Column(Boolean, nullable=False, server_default=sa.false())
    )  # for the medical department and the person alone


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


class ClaimDraft(SQLModel, table=True):
    """A claim that is being filled in. Its key becomes the claim's: sent twice, it is one claim.

    `version` counts what was kept, so that two windows do not overwrite each other.
    """

    __tablename__ = "claim_draft"

    key: str = Field(sa_column=Column(String(40), primary_key=True))
    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), nullable=False))
    account_id: int = Field(sa_column=Column(Id, ForeignKey("account.id"), nullable=False, index=True))
    content: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    version: int = Field(default=1, nullable=False)
    made_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    changed_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    claim_id: int | None = Field(default=None, sa_column=Column(Id, ForeignKey("claim.id")))
    dropped_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class DraftDocument(SQLModel, table=True):
    """A paper that was added to a draft: its kept content, what it is, and the name that its sender gave it."""

    __tablename__ = "draft_document"
    __table_args__ = (UniqueConstraint("draft_key", "sha256"), Index("ix_draft_document_sha256", "sha256"))

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    draft_key: str = Field(sa_column=Column(String(40), ForeignKey("claim_draft.key"), nullable=False))
    sha256: str = Field(sa_column=Column(String(64), ForeignKey("document.sha256"), nullable=False))
    kind: str = Field(sa_column=Column(Code, nullable=False))
    name: str = Field(sa_column=Column(Text, nullable=False))
    confidential: bool = Field(default=False, nullable=False)
    added_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class PaperRequest(SQLModel, table=True):
    """A paper that the management unit asked for, beyond those that the care needs. Append-only.

    It is answered when a paper of its kind comes for the line after `after_document`, the newest that the line had
    when it was asked. One for the `original` of an invoice holds up no payment.
    """

    __tablename__ = "paper_request"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), nullable=False, index=True))
    line_id: int = Field(sa_column=Column(Id, ForeignKey("claim_line.id"), nullable=False, index=True))
    kind: str = Field(sa_column=Column(Code, nullable=False))
    why: str = Field(sa_column=Column(Text, nullable=False))
    asked_by: str = Field(sa_column=Column(Code, nullable=False))
    asked_on: date = Field(sa_column=Column(Date, nullable=False))
    after_document: int | None = Field(default=None, sa_column=Column(Id, ForeignKey("line_document.id")))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class DuplicateReview(SQLModel, table=True):
    """What a person says of a line that resembles another: `outcome` is suspected, duplicate or distinct.

    Append-only, the newest holds.
    """

    __tablename__ = "duplicate_review"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), nullable=False, index=True))
    line_id: int = Field(sa_column=Column(Id, ForeignKey("claim_line.id"), nullable=False, index=True))
    outcome: str = Field(sa_column=Column(Code, nullable=False))
    same_as: str | None = Field(default=None, sa_column=Column(Code))
    why: str = Field(sa_column=Column(Text, nullable=False))
    reviewed_by: str = Field(sa_column=Column(Code, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class StayReview(SQLModel, table=True):
    """What a person says of the stay that a line belongs to: its length in `days`; None: several stays, not one.

    It stands before the length that was declared with the line. Append-only, the newest holds.
    """

    __tablename__ = "stay_review"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), nullable=False, index=True))
    line_id: int = Field(sa_column=Column(Id, ForeignKey("claim_line.id"), nullable=False, index=True))
    days: int | None = Field(default=None)
    why: str = Field(sa_column=Column(Text, nullable=False))
    reviewed_by: str = Field(sa_column=Column(Code, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Contest(SQLModel, table=True):
    """A member's objection to the decision on a line, with the reason. Append-only; a person answers it."""

    __tablename__ = "contest"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    line_id: int = Field(sa_column=Column(Id, ForeignKey("claim_line.id"), nullable=False, index=True))
    decision_id: int = Field(sa_column=Column(Id, ForeignKey("line_decision.id"), nullable=False))
    reason: str = Field(sa_column=Column(Text, nullable=False))
    contested_by: str = Field(sa_column=Column(Code, nullable=False))
    contested_on: date = Field(sa_column=Column(Date, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class ContestAnswer(SQLModel, table=True):
    """A person's answer to a contest: `outcome` is upheld (the decision stands) or changed. One to each contest."""

    __tablename__ = "contest_answer"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    contest_id: int = Field(sa_column=Column(Id, ForeignKey("contest.id"), nullable=False, unique=True))
    outcome: str = Field(sa_column=Column(Code, nullable=False))
    answer: str = Field(sa_column=Column(Text, nullable=False))
    answered_by: str = Field(sa_column=Column(Code, nullable=False))
    answered_on: date = Field(sa_column=Column(Date, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class LookedOver(SQLModel, table=True):
    """Up to which paper a claim was looked over for what is odd about it (0: it has none). Append-only."""

    __tablename__ = "looked_over"

    claim_id: int = Field(sa_column=Column(Id, ForeignKey("claim.id"), primary_key=True))
    paper_id: int = Field(sa_column=Column(Id, primary_key=True))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Suspicion(SQLModel, table=True):
    """Something odd about a line, which a person looks at; nothing is decided by it. Append-only.

    `facts` are what was compared, `grave` whether the line is not paid before the look. `mark` names it once.
    """

    __tablename__ = "suspicion"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    mark: str = Field(sa_column=Column(String(64), nullable=False, unique=True))
    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), nullable=False, index=True))
    line_id: int = Field(sa_column=Column(Id, ForeignKey("claim_line.id"), nullable=False, index=True))
    kind: str = Field(sa_column=Column(Code, nullable=False))
    grave: bool = Field(sa_column=Column(Boolean, nullable=False))
    facts: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    found_on: date = Field(sa_column=Column(Date, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class SuspicionAnswer(SQLModel, table=True):
    """What a person made of a suspicion: `outcome` is lifted or kept. Append-only, the newest holds."""

    __tablename__ = "suspicion_answer"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    suspicion_id: int = Field(sa_column=Column(Id, ForeignKey("suspicion.id"), nullable=False, index=True))
    outcome: str = Field(sa_column=Column(Code, nullable=False))
    why: str = Field(sa_column=Column(Text, nullable=False))
    answered_by: str = Field(sa_column=Column(Code, nullable=False))
    answered_on: date = Field(sa_column=Column(Date, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))
