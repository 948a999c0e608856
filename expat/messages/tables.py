"""Messages, append-only, and up to which one each side has read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from expat.db import Code, Id, Instant


class Message(SQLModel, table=True):
    """A message in an insured person's conversation with the management unit; `claim_id` is what it is about."""

    __tablename__ = "message"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), nullable=False, index=True))
    person_id: int = Field(sa_column=Column(Id, ForeignKey("insured_person.id"), nullable=False, index=True))
    claim_id: int | None = Field(default=None, sa_column=Column(Id, ForeignKey("claim.id")))
    account_id: int = Field(sa_column=Column(Id, ForeignKey("account.id"), nullable=False))
    from_staff: bool = Field(nullable=False)
    text: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class MessagePaper(SQLModel, table=True):
    """A paper that came with a message. One that is `medical` opens to the person and the medical department alone;
    the management unit sees that there is one. Append-only."""

    __tablename__ = "message_paper"
    __table_args__ = (UniqueConstraint("message_id", "sha256"), Index("ix_message_paper_sha256", "sha256"))

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    message_id: int = Field(sa_column=Column(Id, ForeignKey("message.id"), nullable=False))
    name: str = Field(sa_column=Column(Text, nullable=False))
    sha256: str = Field(sa_column=Column(String(64), ForeignKey("document.sha256"), nullable=False))
    medical: bool = Field(sa_column=Column(Boolean, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class MessagePaperTaken(SQLModel, table=True):
    """That the medical department has taken note of a medical paper of a message. Append-only, once for each."""

    __tablename__ = "message_paper_taken"

    paper_id: int = Field(sa_column=Column(Id, ForeignKey("message_paper.id"), primary_key=True))
    taken_by: str = Field(sa_column=Column(Code, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class MessageSeen(SQLModel, table=True):
    """Up to which message a side of a conversation has read."""

    __tablename__ = "message_seen"

    person_id: int = Field(sa_column=Column(Id, ForeignKey("insured_person.id"), primary_key=True))
    by_staff: bool = Field(primary_key=True)
    message_id: int = Field(sa_column=Column(Id, ForeignKey("message.id"), nullable=False))
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
