"""Mandates: who acts for whom, for what and since when; their papers, rights, steps, and whom payouts went to.

All are append-only: what was appointed, confirmed and revoked is evidence.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from expat.db import Code, Id, Instant


class Mandate(SQLModel, table=True):
    """Somebody who is to act (mandataire, représentant légal, courtier): `kind` is agent, legal or broker.

    An agent and a broker act for the member; a legal representative for the insured person `person_id`. It holds from
    `from_day` to `until`, both included, once it is confirmed and unless it is refused or revoked. `born` is None for a
    firm. `channel` is web (the member appointed) or post (the management unit recorded a paper).
    """

    __tablename__ = "mandate"
    __table_args__ = (UniqueConstraint("membership_id", "form_key"),)

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), nullable=False, index=True))
    person_id: int | None = Field(default=None, sa_column=Column(Id, ForeignKey("insured_person.id")))
    kind: str = Field(sa_column=Column(Code, nullable=False))
    name: str = Field(sa_column=Column(Text, nullable=False))
    firm: bool = Field(sa_column=Column(Boolean, nullable=False))
    born: date | None = Field(default=None, sa_column=Column(Date))
    street: str | None = Field(default=None, sa_column=Column(Text))
    postcode: str | None = Field(default=None, sa_column=Column(Text))
    town: str | None = Field(default=None, sa_column=Column(Text))
    country: str | None = Field(default=None, sa_column=Column(String(2)))
    email: str | None = Field(default=None, sa_column=Column(String(254)))
    language: str = Field(sa_column=Column(String(2), nullable=False))
    from_day: date = Field(sa_column=Column(Date, nullable=False))
    until: date | None = Field(default=None, sa_column=Column(Date))
    channel: str = Field(sa_column=Column(Code, nullable=False))
    form_key: str = Field(sa_column=Column(Code, nullable=False))
    entered_by: str = Field(sa_column=Column(Code, nullable=False))
    entered_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class MandateRight(SQLModel, table=True):
    """A right that is given or taken; of each the newest holds. A legal representative has them all, without rows."""

    __tablename__ = "mandate_right"
    __table_args__ = (Index("ix_mandate_right_mandate", "mandate_id", "what"),)

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    mandate_id: int = Field(sa_column=Column(Id, ForeignKey("mandate.id"), nullable=False))
    what: str = Field(sa_column=Column(Code, nullable=False))
    given: bool = Field(sa_column=Column(Boolean, nullable=False))
    recorded_by: str = Field(sa_column=Column(Code, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class MandateStep(SQLModel, table=True):
    """What became of a mandate: confirmed, refused or revoked; `why` is told to the member."""

    __tablename__ = "mandate_step"
    __table_args__ = (UniqueConstraint("mandate_id", "kind"),)

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    mandate_id: int = Field(sa_column=Column(Id, ForeignKey("mandate.id"), nullable=False))
    kind: str = Field(sa_column=Column(Code, nullable=False))
    why: str = Field(default="", sa_column=Column(Text, nullable=False))
    noted_on: date = Field(sa_column=Column(Date, nullable=False))
    noted_by: str = Field(sa_column=Column(Code, nullable=False))
    noted_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class MandatePaper(SQLModel, table=True):
    """The signed paper, or a court's or an authority's, by the hash of its content."""

    __tablename__ = "mandate_paper"
    __table_args__ = (UniqueConstraint("mandate_id", "sha256"), Index("ix_mandate_paper_sha256", "sha256"))

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    mandate_id: int = Field(sa_column=Column(Id, ForeignKey("mandate.id"), nullable=False))
    name: str = Field(sa_column=Column(Text, nullable=False))
    sha256: str = Field(sa_column=Column(String(64), ForeignKey("document.sha256"), nullable=False))
    sent_by: str = Field(sa_column=Column(Code, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class MandatePayee(SQLModel, table=True):
    """The account of an agent for payouts. It is never changed: another account is another appointment."""

    __tablename__ = "mandate_payee"

    mandate_id: int = Field(sa_column=Column(Id, ForeignKey("mandate.id"), primary_key=True))
    account_id: int = Field(sa_column=Column(Id, ForeignKey("payout_account.id"), nullable=False, unique=True))
    recorded_by: str = Field(sa_column=Column(Code, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class MandatePayout(SQLModel, table=True):
    """A payout whose payee is an agent, as of the day of its settlement."""

    __tablename__ = "mandate_payout"

    payout_id: int = Field(sa_column=Column(Id, ForeignKey("payout.id"), primary_key=True))
    mandate_id: int = Field(sa_column=Column(Id, ForeignKey("mandate.id"), nullable=False, index=True))
