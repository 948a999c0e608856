"""Requests to change a membership, their answers, and postal addresses in versions. All of it is append-only."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Column, Date, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from expat.db import Code, Id, Instant, Json


class Amendment(SQLModel, table=True):
    """A request to change a membership (avenant). `kind` and `content` are those of `amendments.kinds`.

    `about` names what it would change: of a membership it is open once. `medical` is the health statement, sealed: the
    medical department alone reads it.
    """

    __tablename__ = "amendment"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), nullable=False, index=True))
    kind: str = Field(sa_column=Column(Code, nullable=False))
    about: str = Field(sa_column=Column(Text, nullable=False))
    content: Any = Field(sa_column=Column(Json, nullable=False))
    needs_medical: bool = Field(sa_column=Column(Boolean, nullable=False))
    asked_on: date = Field(sa_column=Column(Date, nullable=False))
    asked_by: str = Field(sa_column=Column(Code, nullable=False))
    key: str = Field(sa_column=Column(String(40), nullable=False, unique=True))
    medical: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class AmendmentAnswer(SQLModel, table=True):
    """What came of a request, once: `outcome` is agreed, refused or withdrawn; `effective_from` of one that is agreed.

    `reason` is a word of `amendments.decide`, `text` what the medical department writes to the member, sealed.
    """

    __tablename__ = "amendment_answer"

    amendment_id: int = Field(sa_column=Column(Id, ForeignKey("amendment.id"), primary_key=True))
    outcome: str = Field(sa_column=Column(Code, nullable=False))
    reason: str | None = Field(default=None, sa_column=Column(Code))
    text: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    effective_from: date | None = Field(default=None, sa_column=Column(Date))
    decided_on: date = Field(sa_column=Column(Date, nullable=False))
    decided_by: str = Field(sa_column=Column(Code, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class AmendmentDocument(SQLModel, table=True):
    """A paper of a request. One that is `medical` the medical department alone opens. Append-only."""

    __tablename__ = "amendment_document"
    __table_args__ = (UniqueConstraint("amendment_id", "kind", "sha256"),)

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    amendment_id: int = Field(sa_column=Column(Id, ForeignKey("amendment.id"), nullable=False))
    kind: str = Field(sa_column=Column(Code, nullable=False))
    name: str = Field(sa_column=Column(Text, nullable=False))
    sha256: str = Field(sa_column=Column(String(64), ForeignKey("document.sha256"), nullable=False, index=True))
    medical: bool = Field(sa_column=Column(Boolean, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class PostalAddress(SQLModel, table=True):
    """Where a member is written to, in versions: the newest holds; without one, what the member gave on joining."""

    __tablename__ = "postal_address"
    __table_args__ = (UniqueConstraint("member_id", "version"),)

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    member_id: int = Field(sa_column=Column(Id, ForeignKey("member.id"), nullable=False))
    version: int = Field(nullable=False)
    street: str = Field(sa_column=Column(Text, nullable=False))
    building: str | None = Field(default=None, sa_column=Column(Text))
    postcode: str | None = Field(default=None, sa_column=Column(Text))
    town: str = Field(sa_column=Column(Text, nullable=False))
    country: str = Field(sa_column=Column(String(2), nullable=False))
    amendment_id: int | None = Field(default=None, sa_column=Column(Id, ForeignKey("amendment.id")))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))
