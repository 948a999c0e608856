"""Quotes as they were told. None is ever changed; whole ones may be erased once their time is over."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Date, ForeignKey, String
from sqlmodel import Field, SQLModel

from expat.db import Code, Id, Instant, Json


class Quote(SQLModel, table=True):
    """A quote (devis): what was asked, and the prices that were told, by formula.

    `key` names what was sent, so that it is kept once; `code` is what whoever asked reaches it by. `people` are roles
    and birth dates, the member first; `edition` the plan's edition that it was made with.
    """

    __tablename__ = "quote"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    key: str = Field(sa_column=Column(String(64), nullable=False, unique=True))
    code: str = Field(sa_column=Column(String(20), nullable=False, unique=True))
    plan: str = Field(sa_column=Column(Code, nullable=False))
    edition: str = Field(sa_column=Column(String(64), ForeignKey("plan_edition.key"), nullable=False))
    country: str = Field(sa_column=Column(String(2), nullable=False))
    zone: str = Field(sa_column=Column(Code, nullable=False))
    first_day: date = Field(sa_column=Column(Date, nullable=False))
    frequency: str = Field(sa_column=Column(Code, nullable=False))
    people: list[list[str]] = Field(sa_column=Column(Json, nullable=False))
    result: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    made_on: date = Field(sa_column=Column(Date, nullable=False))
    valid_until: date = Field(sa_column=Column(Date, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))
