"""Members, memberships, insured persons and what changes over time. Changes and proofs are append-only."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Column, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from expat.db import Code, Exact, Id, Instant


class Member(SQLModel, table=True):
    """The adhérent: who signed, is written to, and is paid."""

    __tablename__ = "member"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    first_name: str = Field(sa_column=Column(Text, nullable=False))
    last_name: str = Field(sa_column=Column(Text, nullable=False))
    language: str = Field(sa_column=Column(String(2), nullable=False))
    email: str | None = Field(default=None, sa_column=Column(Text))
    street: str | None = Field(default=None, sa_column=Column(Text))
    building: str | None = Field(default=None, sa_column=Column(Text))
    postcode: str | None = Field(default=None, sa_column=Column(Text))
    town: str | None = Field(default=None, sa_column=Column(Text))
    country: str | None = Field(default=None, sa_column=Column(String(2)))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Membership(SQLModel, table=True):
    """A membership (adhésion) of a plan. `facts_version` counts the facts known about it, `judged_version` those on
    which its lines were judged: where they differ, the lines are judged again."""

    __tablename__ = "membership"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    number: str = Field(sa_column=Column(Code, nullable=False, unique=True))
    member_id: int = Field(sa_column=Column(Id, ForeignKey("member.id"), nullable=False, index=True))
    plan: str = Field(sa_column=Column(Code, nullable=False))
    joined: date = Field(sa_column=Column(Date, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    facts_version: int = Field(default=0, nullable=False)
    judged_version: int = Field(default=0, nullable=False)


class InsuredPerson(SQLModel, table=True):
    """Someone whom the membership insures (bénéficiaire), from `covered_from` on."""

    __tablename__ = "insured_person"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), nullable=False, index=True))
    role: str = Field(sa_column=Column(Code, nullable=False))
    first_name: str = Field(sa_column=Column(Text, nullable=False))
    last_name: str = Field(sa_column=Column(Text, nullable=False))
    born: date = Field(sa_column=Column(Date, nullable=False))
    nationality: str | None = Field(default=None, sa_column=Column(String(2)))
    covered_from: date = Field(sa_column=Column(Date, nullable=False))
    requested_on: date | None = Field(default=None, sa_column=Column(Date))
    married_on: date | None = Field(default=None, sa_column=Column(Date))
    prior_cover_attested_on: date | None = Field(default=None, sa_column=Column(Date))
    surcharge: Decimal | None = Field(default=None, sa_column=Column(Exact))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class MembershipChange(SQLModel, table=True):
    """Something that holds from a day on: `kind` is formula, zone, residence, payout_currency, termination,
    school_year, working or derogation (care in a third country, to `effective_to`; UNO-TERR-4).
    Refused requests are kept with their reason."""

    __tablename__ = "membership_change"
    __table_args__ = (Index("ix_membership_change_membership", "membership_id", "kind"),)

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), nullable=False))
    person_id: int | None = Field(default=None, sa_column=Column(Id, ForeignKey("insured_person.id")))
    kind: str = Field(sa_column=Column(Code, nullable=False))
    value: str = Field(sa_column=Column(Text, nullable=False))
    requested_on: date = Field(sa_column=Column(Date, nullable=False))
    effective_from: date = Field(sa_column=Column(Date, nullable=False))
    effective_to: date | None = Field(default=None, sa_column=Column(Date))
    refused: str | None = Field(default=None, sa_column=Column(Code))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class PayoutAccount(SQLModel, table=True):
    """Where payouts go, in versions: the newest of a membership (or of a provider of care) holds."""

    __tablename__ = "payout_account"
    __table_args__ = (UniqueConstraint("membership_id", "provider", "version"),)

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    membership_id: int | None = Field(default=None, sa_column=Column(Id, ForeignKey("membership.id")))
    provider: str | None = Field(default=None, sa_column=Column(Text, index=True))
    version: int = Field(nullable=False)
    holder: str = Field(sa_column=Column(Text, nullable=False))
    iban: str | None = Field(default=None, sa_column=Column(String(34)))
    number: str | None = Field(default=None, sa_column=Column(String(34)))
    bic: str | None = Field(default=None, sa_column=Column(String(11)))
    clearing_system: str | None = Field(default=None, sa_column=Column(String(5)))
    clearing_member: str | None = Field(default=None, sa_column=Column(String(35)))
    bank_name: str | None = Field(default=None, sa_column=Column(Text))
    bank_town: str | None = Field(default=None, sa_column=Column(Text))
    bank_country: str | None = Field(default=None, sa_column=Column(String(2)))
    street: str | None = Field(default=None, sa_column=Column(Text))
    building: str | None = Field(default=None, sa_column=Column(Text))
    postcode: str | None = Field(default=None, sa_column=Column(Text))
    town: str = Field(sa_column=Column(Text, nullable=False))
    country: str = Field(sa_column=Column(String(2), nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class PrivacyChoice(SQLModel, table=True):
    """Whether an adult keeps his or her own claims from the member, who then sees the sums alone.

    Append-only, the newest holds.
    """

    __tablename__ = "privacy_choice"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    person_id: int = Field(sa_column=Column(Id, ForeignKey("insured_person.id"), nullable=False, index=True))
    private: bool = Field(nullable=False)
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))
