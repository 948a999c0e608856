"""Members, memberships, insured persons and what changes over time. Changes and proofs are append-only."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from expat.db import Code, Exact, Id, Instant, Json


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
    which its lines were judged: where they differ, the lines are judged again.

    `concluded_on` is the date on the certificate (where unknown, `joined` counts), `sold` is distance or at_home
    (UNO-MEM-5), None where neither is known."""

    __tablename__ = "membership"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    number: str = Field(sa_column=Column(Code, nullable=False, unique=True))
    member_id: int = Field(sa_column=Column(Id, ForeignKey("member.id"), nullable=False, index=True))
    plan: str = Field(sa_column=Column(Code, nullable=False))
    joined: date = Field(sa_column=Column(Date, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    facts_version: int = Field(default=0, nullable=False)
    judged_version: int = Field(default=0, nullable=False)
    concluded_on: date | None = Field(default=None, sa_column=Column(Date))
    sold: str | None = Field(default=None, sa_column=Column(Code))


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
    """Something that holds from a day on. Refused requests are kept with their reason. `kind` is

    - formula, zone, residence, payout_currency: what the member chose;
    - derogation: care in a third country, to `effective_to` (UNO-TERR-4);
    - school_year: the year that a certificate is for; working: the calendar year that a proof of work is for, or
      "true" for every year; proof_withdrawn: the key of one of these, which proves nothing from `effective_from` on;
    - termination: its reason, `effective_from` the first day without cover; termination_withdrawn: its key;
    - whole_premium: renounced with a claim that the member did not know of, so that the premium stays due (UNO-MEM-5);
    - returned: the member's return to France for good; rights_reopened: the first day of French rights again;
    - left: why a person is no longer insured, `effective_from` the first day without cover; left_withdrawn: its key;
    - death: of the member, from the day after; the others stay covered to `effective_to` (UNO-MEM-3).
    """

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


class CoverProof(SQLModel, table=True):
    """A paper that somebody sent so that cover goes on: `kind` is school (a certificate for the school year that
    begins in `year`) or work (proof of the member's work in the calendar year). Append-only."""

    __tablename__ = "cover_proof"
    __table_args__ = (UniqueConstraint("person_id", "kind", "year", "sha256"),)

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), nullable=False, index=True))
    person_id: int = Field(sa_column=Column(Id, ForeignKey("insured_person.id"), nullable=False))
    kind: str = Field(sa_column=Column(Code, nullable=False))
    year: int = Field(sa_column=Column(Integer, nullable=False))
    sha256: str = Field(sa_column=Column(String(64), ForeignKey("document.sha256"), nullable=False, index=True))
    name: str = Field(sa_column=Column(Text, nullable=False))
    sent_by: str = Field(sa_column=Column(Code, nullable=False))
    sent_on: date = Field(sa_column=Column(Date, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class CoverProofAnswer(SQLModel, table=True):
    """What the management unit made of a proof: accepted, or not, and why. Append-only, one for each proof."""

    __tablename__ = "cover_proof_answer"

    proof_id: int = Field(sa_column=Column(Id, ForeignKey("cover_proof.id"), primary_key=True))
    accepted: bool = Field(sa_column=Column(Boolean, nullable=False))
    why: str | None = Field(default=None, sa_column=Column(Text))
    answered_by: str = Field(sa_column=Column(Code, nullable=False))
    answered_on: date = Field(sa_column=Column(Date, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class DeathReport(SQLModel, table=True):
    """The member's death as it was told, and whom of the family we write to. Append-only, one for each membership."""

    __tablename__ = "death_report"

    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), primary_key=True))
    person_id: int = Field(sa_column=Column(Id, ForeignKey("insured_person.id"), nullable=False))
    died_on: date = Field(sa_column=Column(Date, nullable=False))
    told_by: str = Field(sa_column=Column(Text, nullable=False))
    told_on: date = Field(sa_column=Column(Date, nullable=False))
    contact_name: str = Field(sa_column=Column(Text, nullable=False))
    contact_email: str | None = Field(default=None, sa_column=Column(Text))
    contact_address: str = Field(sa_column=Column(Text, nullable=False))
    language: str = Field(sa_column=Column(String(2), nullable=False))
    recorded_by: str = Field(sa_column=Column(Code, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class NamedExclusion(SQLModel, table=True):
    """Care that an insured person agreed to leave out, in the words that he or she agreed to (sealed). Append-only."""

    __tablename__ = "named_exclusion"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    person_id: int = Field(sa_column=Column(Id, ForeignKey("insured_person.id"), nullable=False, index=True))
    care: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    words: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    holds_from: date = Field(sa_column=Column(Date, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class EndPaper(SQLModel, table=True):
    """A paper of an end or a leaving (a `membership_change`): the letter that asked for it, a proof of the return to
    France or of the lost status. `sent_on` is the day on which it reached us. Append-only."""

    __tablename__ = "end_paper"
    __table_args__ = (UniqueConstraint("change_id", "kind", "sha256"), Index("ix_end_paper_sha256", "sha256"))

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), nullable=False, index=True))
    change_id: int = Field(sa_column=Column(Id, ForeignKey("membership_change.id"), nullable=False))
    person_id: int = Field(sa_column=Column(Id, ForeignKey("insured_person.id"), nullable=False))
    kind: str = Field(sa_column=Column(Code, nullable=False))
    name: str = Field(sa_column=Column(Text, nullable=False))
    sha256: str = Field(sa_column=Column(String(64), ForeignKey("document.sha256"), nullable=False))
    sent_by: str = Field(sa_column=Column(Code, nullable=False))
    sent_on: date = Field(sa_column=Column(Date, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class EndPaperAnswer(SQLModel, table=True):
    """What the management unit made of a proof of an end: enough, or not, and why. Append-only, one for each paper."""

    __tablename__ = "end_paper_answer"

    paper_id: int = Field(sa_column=Column(Id, ForeignKey("end_paper.id"), primary_key=True))
    accepted: bool = Field(sa_column=Column(Boolean, nullable=False))
    why: str | None = Field(default=None, sa_column=Column(Text))
    answered_by: str = Field(sa_column=Column(Code, nullable=False))
    answered_on: date = Field(sa_column=Column(Date, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))
