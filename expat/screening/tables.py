"""Lists of sanctions as they were imported, what was screened against them, the matches, what people say of these."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from expat.db import Code, Id, Instant, Json


class SanctionsList(SQLModel, table=True):
    """A list as its source published it; of each source the newest published holds. Append-only."""

    __tablename__ = "sanctions_list"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    source: str = Field(sa_column=Column(Code, nullable=False))
    published_on: date = Field(sa_column=Column(Date, nullable=False))
    sha256: str = Field(sa_column=Column(String(64), nullable=False, unique=True))
    names: int = Field(nullable=False)
    imported_by: str = Field(sa_column=Column(Code, nullable=False))
    imported_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class SanctionedName(SQLModel, table=True):
    """A name of a list that holds; those of lists before are taken out. `folded` is what names are compared by.

    `births` are days (`1957-01-02`), years (`1957`) or spans of years (`1955-1958`); none: not known.
    """

    __tablename__ = "sanctioned_name"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    list_id: int = Field(sa_column=Column(Id, ForeignKey("sanctions_list.id"), nullable=False, index=True))
    entity: str = Field(sa_column=Column(Code, nullable=False))
    subject: str = Field(sa_column=Column(Code, nullable=False))
    name: str = Field(sa_column=Column(Text, nullable=False))
    folded: str = Field(sa_column=Column(Text, nullable=False))
    births: list[Any] = Field(sa_column=Column(Json, nullable=False))


class ScreeningRun(SQLModel, table=True):
    """What was looked at against the lists up to `list_id`: people and accounts up to these keys. Append-only."""

    __tablename__ = "screening_run"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    list_id: int = Field(sa_column=Column(Id, ForeignKey("sanctions_list.id"), nullable=False))
    people: int = Field(sa_column=Column(Id, nullable=False))
    accounts: int = Field(sa_column=Column(Id, nullable=False))
    looked: int = Field(nullable=False)
    hits: int = Field(nullable=False)
    run_by: str = Field(sa_column=Column(Code, nullable=False))
    run_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class ScreeningHit(SQLModel, table=True):
    """Somebody whose name resembles one of a list. Until a person lifts it, nothing is paid to him or her. Append-only.

    `kind` is person, account or applicant; `mark` is the hash of both sides, so that what was lifted is not found
    again while neither changes. `membership_id` and `provider` say whose payments it stops.
    """

    __tablename__ = "screening_hit"
    __table_args__ = (UniqueConstraint("mark"), Index("ix_screening_hit_subject", "kind", "key"))

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    mark: str = Field(sa_column=Column(String(64), nullable=False))
    list_id: int = Field(sa_column=Column(Id, ForeignKey("sanctions_list.id"), nullable=False))
    kind: str = Field(sa_column=Column(Code, nullable=False))
    key: str = Field(sa_column=Column(Code, nullable=False))
    membership_id: int | None = Field(default=None, sa_column=Column(Id, ForeignKey("membership.id"), index=True))
    provider: str | None = Field(default=None, sa_column=Column(Text, index=True))
    name: str = Field(sa_column=Column(Text, nullable=False))
    born: date | None = Field(default=None, sa_column=Column(Date))
    entity: str = Field(sa_column=Column(Code, nullable=False))
    listed: str = Field(sa_column=Column(Text, nullable=False))
    births: list[Any] = Field(sa_column=Column(Json, nullable=False))
    score: int = Field(nullable=False)
    found_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class ScreeningAnswer(SQLModel, table=True):
    """What a person says of a hit: `outcome` is lifted, for good, or confirmed (it goes on stopping). Append-only."""

    __tablename__ = "screening_answer"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    hit_id: int = Field(sa_column=Column(Id, ForeignKey("screening_hit.id"), nullable=False, index=True))
    outcome: str = Field(sa_column=Column(Code, nullable=False))
    why: str = Field(sa_column=Column(Text, nullable=False))
    answered_by: str = Field(sa_column=Column(Code, nullable=False))
    answered_at: datetime = Field(sa_column=Column(Instant, nullable=False))
