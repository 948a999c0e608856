"""The outbox."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, String, Text
from sqlmodel import Field, SQLModel

from expat.db import Code, Id, Instant


class OutgoingMail(SQLModel, table=True):
    """A mail to send; `key` names what it tells of, so that it is told once. `taken_at` is when a sender took it."""

    __tablename__ = "outgoing_mail"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    key: str = Field(sa_column=Column(String(100), nullable=False, unique=True))
    kind: str = Field(sa_column=Column(Code, nullable=False))
    to_address: str = Field(sa_column=Column(String(254), nullable=False, index=True))
    language: str = Field(sa_column=Column(String(2), nullable=False))
    subject: str = Field(sa_column=Column(Text, nullable=False))
    body: str = Field(sa_column=Column(Text, nullable=False))
    made_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    taken_at: datetime | None = Field(default=None, sa_column=Column(Instant, index=True))
    sent_at: datetime | None = Field(default=None, sa_column=Column(Instant, index=True))
    attempts: int = Field(default=0, nullable=False)
    problem: str | None = Field(default=None, sa_column=Column(Text))
