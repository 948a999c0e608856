"""Requests for approval and their answers; answers are append-only, the newest holds."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Column, Date, ForeignKey, Text
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
