"""Requests for approval and their answers; answers are append-only, the newest holds."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from expat.db import Code, Id, Instant


class ApprovalRequest(SQLModel, table=True):
    """A request for prior approval. `starts_on` is the planned start, or the admission of an emergency."""

    __tablename__ = "approval_request"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), nullable=False, index=True))
    person_id: int = Field(sa_column=Column(Id, ForeignKey("insured_person.id"), nullable=False))
    care: str = Field(sa_column=Column(Code, nullable=False))
    requested_on: date = Field(sa_column=Column(Date, nullable=False))
    starts_on: date = Field(sa_column=Column(Date, nullable=False))
    emergency: bool = Field(default=False, nullable=False)
    extends_id: int | None = Field(default=None, sa_column=Column(Id, ForeignKey("approval_request.id")))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class ApprovalAnswer(SQLModel, table=True):
    """The medical department's answer, with what it grants. `override` is its reason for granting a late request."""

    __tablename__ = "approval_answer"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    request_id: int = Field(sa_column=Column(Id, ForeignKey("approval_request.id"), nullable=False, index=True))
    decided_on: date = Field(sa_column=Column(Date, nullable=False))
    granted: bool = Field(nullable=False)
    days: int | None = Field(default=None)
    sessions: int | None = Field(default=None)
    direct: bool = Field(default=False, nullable=False)
    override: str | None = Field(default=None, sa_column=Column(Text))
    decided_by: str = Field(sa_column=Column(Code, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class ApprovalFile(SQLModel, table=True):
    """What a request says beside its dates: provider, place and cost, and the medical part, sealed. Append-only.

    `cost` is in minor units of `currency`; `medical` is read by the person and the medical department alone.
    """

    __tablename__ = "approval_file"

    request_id: int = Field(sa_column=Column(Id, ForeignKey("approval_request.id"), primary_key=True))
    submitted_by: str = Field(sa_column=Column(Code, nullable=False))
    key: str = Field(sa_column=Column(String(40), nullable=False, unique=True))
    provider: str = Field(default="", sa_column=Column(Text, nullable=False))
    country: str | None = Field(default=None, sa_column=Column(String(2)))
    cost: int | None = Field(default=None, sa_column=Column(BigInteger))
    currency: str | None = Field(default=None, sa_column=Column(String(3)))
    days: int | None = Field(default=None)
    sessions: int | None = Field(default=None)
    medical: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class ApprovalDocument(SQLModel, table=True):
    """A paper of a request: medical report, quote... Append-only; the person and the medical department read it."""

    __tablename__ = "approval_document"
    __table_args__ = (UniqueConstraint("request_id", "sha256"), Index("ix_approval_document_sha256", "sha256"))

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    request_id: int = Field(sa_column=Column(Id, ForeignKey("approval_request.id"), nullable=False))
    kind: str = Field(sa_column=Column(Code, nullable=False))
    name: str = Field(sa_column=Column(Text, nullable=False))
    sha256: str = Field(sa_column=Column(String(64), ForeignKey("document.sha256"), nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class ApprovalQuestion(SQLModel, table=True):
    """A paper that the medical department asked for before it answers. Append-only."""

    __tablename__ = "approval_question"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    request_id: int = Field(sa_column=Column(Id, ForeignKey("approval_request.id"), nullable=False, index=True))
    kind: str = Field(sa_column=Column(Code, nullable=False))
    text: str = Field(sa_column=Column(Text, nullable=False))
    asked_by: str = Field(sa_column=Column(Code, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class AnswerReason(SQLModel, table=True):
    """Why the medical department answered so, in words for the person, sealed. Append-only."""

    __tablename__ = "answer_reason"

    answer_id: int = Field(sa_column=Column(Id, ForeignKey("approval_answer.id"), primary_key=True))
    reason: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class GuaranteeLetter(SQLModel, table=True):
    """A guarantee letter (lettre de prise en charge) of a granted answer, with the code that a hospital checks."""

    __tablename__ = "guarantee_letter"

    answer_id: int = Field(sa_column=Column(Id, ForeignKey("approval_answer.id"), primary_key=True))
    code: str = Field(sa_column=Column(String(20), nullable=False, unique=True))
    made_at: datetime = Field(sa_column=Column(Instant, nullable=False))
