"""Complaints, their papers and what happened to them. Append-only."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Column, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from expat.db import Code, Id, Instant


class Complaint(SQLModel, table=True):
    """A complaint of an insured person. Its clocks run from `sent_on`; their ends are kept as they were told.

    `key` is that of the form that it came with: sent twice it is one. `reopens_id` is the complaint that it takes up.
    """

    __tablename__ = "complaint"
    __table_args__ = (Index("ix_complaint_person", "person_id"),)

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    key: str = Field(sa_column=Column(String(40), nullable=False, unique=True))
    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), nullable=False, index=True))
    person_id: int = Field(sa_column=Column(Id, ForeignKey("insured_person.id"), nullable=False))
    subject: str = Field(sa_column=Column(Code, nullable=False))
    text: str = Field(sa_column=Column(Text, nullable=False))
    claim_id: int | None = Field(default=None, sa_column=Column(Id, ForeignKey("claim.id")))
    request_id: int | None = Field(default=None, sa_column=Column(Id, ForeignKey("approval_request.id")))
    reopens_id: int | None = Field(default=None, sa_column=Column(Id, ForeignKey("complaint.id"), unique=True))
    channel: str = Field(sa_column=Column(Code, nullable=False))
    written_by: str = Field(sa_column=Column(Code, nullable=False))
    sent_on: date = Field(sa_column=Column(Date, nullable=False))
    received_on: date = Field(sa_column=Column(Date, nullable=False))
    acknowledge_by: date = Field(sa_column=Column(Date, nullable=False))
    acknowledge_limit: date = Field(sa_column=Column(Date, nullable=False))
    answer_by: date = Field(sa_column=Column(Date, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class ComplaintStep(SQLModel, table=True):
    """What happened to a complaint: `kind` is acknowledged, question, reply, answered, mediator or withdrawn.

    `outcome` is that of an answer: upheld, partly or rejected. `text` is read by the person and the management unit.
    """

    __tablename__ = "complaint_step"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    complaint_id: int = Field(sa_column=Column(Id, ForeignKey("complaint.id"), nullable=False, index=True))
    kind: str = Field(sa_column=Column(Code, nullable=False))
    outcome: str | None = Field(default=None, sa_column=Column(Code))
    text: str = Field(default="", sa_column=Column(Text, nullable=False))
    done_by: str = Field(sa_column=Column(Code, nullable=False))
    done_on: date = Field(sa_column=Column(Date, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class ComplaintPaper(SQLModel, table=True):
    """A paper that came with a complaint, or with a reply."""

    __tablename__ = "complaint_paper"
    __table_args__ = (UniqueConstraint("complaint_id", "sha256"), Index("ix_complaint_paper_sha256", "sha256"))

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    complaint_id: int = Field(sa_column=Column(Id, ForeignKey("complaint.id"), nullable=False))
    name: str = Field(sa_column=Column(Text, nullable=False))
    sha256: str = Field(sa_column=Column(String(64), ForeignKey("document.sha256"), nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))
