"""Exchange rates, never changed (UNO-FX-3), and the operator's own that wait for a second person."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, String, Text
from sqlmodel import Field, SQLModel

from expat.db import Code, Exact, Id, Instant


class PublishedRate(SQLModel, table=True):
    """Units of a currency for 1 EUR, from one source, of one day. Append-only.

    A correction is a new row: of the rows for one currency, source and day the highest id holds.
    """

    __tablename__ = "rate"
    __table_args__ = (
        CheckConstraint("length(currency) = 3", name="currency"),
        Index(None, "currency", "published_on", "source"),
    )

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    currency: str = Field(sa_column=Column(String(3), nullable=False))
    value: Decimal = Field(sa_column=Column(Exact, nullable=False))
    source: str = Field(sa_column=Column(String(20), nullable=False))
    published_on: date = Field(sa_column=Column(Date, nullable=False))
    arrived_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    note: str | None = Field(default=None, sa_column=Column(Text))


class RateProposal(SQLModel, table=True):
    """An operator's own rate (units for 1 EUR), typed in by one person, confirmed by another."""

    __tablename__ = "rate_proposal"
    __table_args__ = (
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> entered_by", name="four_eyes"),
        CheckConstraint("(rate_id IS NULL) = (confirmed_by IS NULL)", name="confirmed_whole"),
    )

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    currency: str = Field(sa_column=Column(String(3), nullable=False))
    value: Decimal = Field(sa_column=Column(Exact, nullable=False))
    published_on: date = Field(sa_column=Column(Date, nullable=False))
    reason: str = Field(sa_column=Column(Text, nullable=False))
    entered_by: str = Field(sa_column=Column(Code, nullable=False))
    entered_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    confirmed_by: str | None = Field(default=None, sa_column=Column(Code))
    confirmed_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    rate_id: int | None = Field(default=None, sa_column=Column(Id, ForeignKey("rate.id")))


class DiscardedProposal(SQLModel, table=True):
    """A typed-in rate that is not to be confirmed, and why. Append-only; the proposal itself stays."""

    __tablename__ = "discarded_proposal"

    proposal_id: int = Field(sa_column=Column(Id, ForeignKey("rate_proposal.id"), primary_key=True))
    reason: str = Field(sa_column=Column(Text, nullable=False))
    discarded_by: str = Field(sa_column=Column(Code, nullable=False))
    discarded_at: datetime = Field(sa_column=Column(Instant, nullable=False))
