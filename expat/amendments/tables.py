"""Requests to change a membership, their answers, and postal addresses in versions. All of it is append-only."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, Column, Date, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from expat.db import Code, Exact, Id, Instant, Json


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


class AmendmentDeclaration(SQLModel, table=True):
    """The health declaration of somebody who is to be insured: answers sealed, who signed it, and the day. Append-only.

    `questions` is the day of the edition whose questions were asked.
    """

    __tablename__ = "amendment_declaration"

    amendment_id: int = Field(sa_column=Column(Id, ForeignKey("amendment.id"), primary_key=True))
    answers: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    questions: date = Field(sa_column=Column(Date, nullable=False))
    signed_by: str = Field(sa_column=Column(Text, nullable=False))
    signed_on: date = Field(sa_column=Column(Date, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class AmendmentOffer(SQLModel, table=True):
    """On what conditions somebody is accepted: a surcharge (a share), care that is left out, and its words, sealed.

    It counts once the member agrees. `text` is what the medical department writes, sealed. Append-only.
    """

    __tablename__ = "amendment_offer"

    amendment_id: int = Field(sa_column=Column(Id, ForeignKey("amendment.id"), primary_key=True))
    surcharge: Decimal | None = Field(default=None, sa_column=Column(Exact))
    care: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    words: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    text: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    offered_on: date = Field(sa_column=Column(Date, nullable=False))
    offered_by: str = Field(sa_column=Column(Code, nullable=False))
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
