"""Letters that go by post: what each says, and in which batch it was handed to the post service. Append-only."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Date, ForeignKey, String, UniqueConstraint
from sqlmodel import Field, SQLModel

from expat.db import Code, Id, Instant, Json


class PostalLetter(SQLModel, table=True):
    """A letter on a premium: `kind` is notice (mise en demeure) or termination, `day` its date.

    `facts` is what it tells, as it stood when it was written; its words come when it is typeset.
    """

    __tablename__ = "postal_letter"
    __table_args__ = (UniqueConstraint("premium_id", "kind", "day"),)

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    kind: str = Field(sa_column=Column(Code, nullable=False))
    premium_id: int = Field(sa_column=Column(Id, ForeignKey("premium.id"), nullable=False))
    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), nullable=False, index=True))
    day: date = Field(sa_column=Column(Date, nullable=False))
    language: str = Field(sa_column=Column(String(2), nullable=False))
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class PostalBatch(SQLModel, table=True):
    """Letters that were handed to the post service together on a day; `number` counts the day's batches from 1."""

    __tablename__ = "postal_batch"
    __table_args__ = (UniqueConstraint("day", "number"),)

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    day: date = Field(sa_column=Column(Date, nullable=False))
    number: int = Field(nullable=False)
    made_by: str = Field(sa_column=Column(Code, nullable=False))
    made_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class PostedLetter(SQLModel, table=True):
    """That a letter was handed over, in one batch only, and to whom it was addressed."""

    __tablename__ = "posted_letter"

    letter_id: int = Field(sa_column=Column(Id, ForeignKey("postal_letter.id"), primary_key=True))
    batch_id: int = Field(sa_column=Column(Id, ForeignKey("postal_batch.id"), nullable=False, index=True))
    recipient: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
