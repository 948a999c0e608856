"""Consents, requests about one's data with their answers, corrections, directives; what was erased. Append-only."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from expat.db import Code, Id, Instant, Json


class Consent(SQLModel, table=True):
    """A consent that was given or withdrawn: to what, on which text and in which language. The newest holds."""

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_person", "person_id", "purpose"),)

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    person_id: int = Field(sa_column=Column(Id, ForeignKey("insured_person.id"), nullable=False))
    purpose: str = Field(sa_column=Column(Code, nullable=False))
    given: bool = Field(nullable=False)
    version: str = Field(sa_column=Column(Code, nullable=False))
    language: str = Field(sa_column=Column(String(2), nullable=False))
    decided_on: date = Field(sa_column=Column(Date, nullable=False))
    decided_by: str = Field(sa_column=Column(Code, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class DataRequest(SQLModel, table=True):
    """What a person asks about his or her data: `kind` is rectification, objection, restriction, erasure or medical.

    A rectification names a `field` and the `value` that is right. `key` is that of the form: sent twice it is one.
    """

    __tablename__ = "data_request"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    key: str = Field(sa_column=Column(String(40), nullable=False, unique=True))
    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), nullable=False, index=True))
    person_id: int = Field(sa_column=Column(Id, ForeignKey("insured_person.id"), nullable=False, index=True))
    kind: str = Field(sa_column=Column(Code, nullable=False))
    field: str | None = Field(default=None, sa_column=Column(Code))
    value: str | None = Field(default=None, sa_column=Column(Text))
    text: str = Field(default="", sa_column=Column(Text, nullable=False))
    asked_by: str = Field(sa_column=Column(Code, nullable=False))
    asked_on: date = Field(sa_column=Column(Date, nullable=False))
    answer_by: date = Field(sa_column=Column(Date, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class DataRequestPaper(SQLModel, table=True):
    """A paper that proves what a request says, such as an identity card."""

    __tablename__ = "data_request_paper"
    __table_args__ = (UniqueConstraint("request_id", "sha256"), Index("ix_data_request_paper_sha256", "sha256"))

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    request_id: int = Field(sa_column=Column(Id, ForeignKey("data_request.id"), nullable=False))
    name: str = Field(sa_column=Column(Text, nullable=False))
    sha256: str = Field(sa_column=Column(String(64), ForeignKey("document.sha256"), nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class DataAnswer(SQLModel, table=True):
    """A person's answer to a request: `outcome` is done, partly or refused, with the reason. One to each request."""

    __tablename__ = "data_answer"

    request_id: int = Field(sa_column=Column(Id, ForeignKey("data_request.id"), primary_key=True))
    outcome: str = Field(sa_column=Column(Code, nullable=False))
    text: str = Field(sa_column=Column(Text, nullable=False))
    answered_by: str = Field(sa_column=Column(Code, nullable=False))
    answered_on: date = Field(sa_column=Column(Date, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class PersonCorrection(SQLModel, table=True):
    """What an insured person's row said before it was corrected, and what it says since."""

    __tablename__ = "person_correction"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    person_id: int = Field(sa_column=Column(Id, ForeignKey("insured_person.id"), nullable=False, index=True))
    request_id: int = Field(sa_column=Column(Id, ForeignKey("data_request.id"), nullable=False, unique=True))
    field: str = Field(sa_column=Column(Code, nullable=False))
    before: str | None = Field(default=None, sa_column=Column(Text))
    after: str = Field(sa_column=Column(Text, nullable=False))
    corrected_by: str = Field(sa_column=Column(Code, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class DataDirective(SQLModel, table=True):
    """What a person wants done with the data after his or her death. The newest holds; an empty one takes it back."""

    __tablename__ = "data_directive"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    person_id: int = Field(sa_column=Column(Id, ForeignKey("insured_person.id"), nullable=False, index=True))
    text: str = Field(sa_column=Column(Text, nullable=False))
    written_by: str = Field(sa_column=Column(Code, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Erasure(SQLModel, table=True):
    """The trail of an erasure: `what` of config/retention.toml on which ground, and how many rows of which table.

    `counts` are rows by table, and documents; nothing of what stood in them.
    """

    __tablename__ = "erasure"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    key: str = Field(sa_column=Column(String(40), nullable=False, unique=True))
    what: str = Field(sa_column=Column(Code, nullable=False))
    months: int = Field(sa_column=Column(Integer, nullable=False))
    basis: str = Field(sa_column=Column(Text, nullable=False))
    on_day: date = Field(sa_column=Column(Date, nullable=False))
    counts: dict[str, int] = Field(sa_column=Column(Json, nullable=False))
    erased_by: str = Field(sa_column=Column(Code, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Erasing(SQLModel, table=True):
    """An erasure that goes on: while there is one, the database lets columns become blank. It ends with its trail.

    It is written and taken out within one transaction, so that nobody else ever sees it.
    """

    __tablename__ = "erasing"

    key: str = Field(sa_column=Column(String(40), primary_key=True))


class ErasedMembership(SQLModel, table=True):
    """What of a membership was erased: `what` is medical, memberships or payments."""

    __tablename__ = "erased_membership"

    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), primary_key=True))
    what: str = Field(sa_column=Column(Code, primary_key=True))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))
