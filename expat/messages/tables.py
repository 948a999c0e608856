"""Messages, append-only, and up to which one each side has read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Text
from sqlmodel import Field, SQLModel

from expat.db import Id, Instant


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


class MessageSeen(SQLModel, table=True):
    """Up to which message a side of a conversation has read."""

    __tablename__ = "message_seen"

    person_id: int = Field(sa_column=Column(Id, ForeignKey("insured_person.id"), primary_key=True))
    by_staff: bool = Field(primary_key=True)
    message_id: int = Field(sa_column=Column(Id, ForeignKey("message.id"), nullable=False))
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
