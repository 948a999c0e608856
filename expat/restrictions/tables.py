"""Restrictions of the use of a person's data, on which grounds it was used meanwhile, and their ends. Append-only."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Column, Date, ForeignKey, Index, Text
from sqlmodel import Field, SQLModel

from expat.db import Code, Id, Instant


class Restriction(SQLModel, table=True):
    """From `since` on a person's data is kept and not used. `request_id` is the request that it was agreed to on."""

    __tablename__ = "restriction"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    person_id: int = Field(sa_column=Column(Id, ForeignKey("insured_person.id"), nullable=False, index=True))
    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), nullable=False, index=True))
    request_id: int = Field(sa_column=Column(Id, ForeignKey("data_request.id"), nullable=False, unique=True))
    since: date = Field(sa_column=Column(Date, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class RestrictionUse(SQLModel, table=True):
    """Somebody of the staff stated on which ground restricted data is used on a day, and for what."""

    __tablename__ = "restriction_use"
    __table_args__ = (Index("ix_restriction_use_person", "person_id", "used_on"),)

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    person_id: int = Field(sa_column=Column(Id, ForeignKey("insured_person.id"), nullable=False))
    ground: str = Field(sa_column=Column(Code, nullable=False))
    why: str = Field(sa_column=Column(Text, nullable=False))
    used_by: str = Field(sa_column=Column(Code, nullable=False))
    used_on: date = Field(sa_column=Column(Date, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class RestrictionEnd(SQLModel, table=True):
    """A restriction is lifted from `ends_on` on; the person was told on `told_on`, beforehand, with the reason."""

    __tablename__ = "restriction_end"

    restriction_id: int = Field(sa_column=Column(Id, ForeignKey("restriction.id"), primary_key=True))
    why: str = Field(sa_column=Column(Text, nullable=False))
    told_by: str = Field(sa_column=Column(Code, nullable=False))
    told_on: date = Field(sa_column=Column(Date, nullable=False))
    ends_on: date = Field(sa_column=Column(Date, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))
