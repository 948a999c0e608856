"""Employers who pay the premiums, whom they pay for, and what they announced: joiners, leavers and changes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Date, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from expat.db import Code, Id, Instant, Json


class Employer(SQLModel, table=True):
    """A third party that pays premiums for members and answers for them until the membership ends."""

    __tablename__ = "employer"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    number: str = Field(sa_column=Column(Code, nullable=False, unique=True))
    name: str = Field(sa_column=Column(Text, nullable=False))
    recorded_by: str = Field(sa_column=Column(Code, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class EmployerAccount(SQLModel, table=True):
    """An account that acts for an employer; each acts for one."""

    __tablename__ = "employer_account"

    account_id: int = Field(sa_column=Column(Id, ForeignKey("account.id"), primary_key=True))
    employer_id: int = Field(sa_column=Column(Id, ForeignKey("employer.id"), nullable=False, index=True))
    bound_by: str = Field(sa_column=Column(Code, nullable=False))
    bound_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class EmployerPays(SQLModel, table=True):
    """From a day on an employer pays for a membership, or no longer does (`pays` false). The newest holds.

    Append-only.
    """

    __tablename__ = "employer_pays"
    __table_args__ = (Index("ix_employer_pays_employer", "employer_id", "membership_id"),)

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    employer_id: int = Field(sa_column=Column(Id, ForeignKey("employer.id"), nullable=False))
    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), nullable=False, index=True))
    pays: bool = Field(nullable=False)
    from_day: date = Field(sa_column=Column(Date, nullable=False))
    recorded_by: str = Field(sa_column=Column(Code, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class EmployerUpload(SQLModel, table=True):
    """A file without an error, by the hash of its content: the same file is one upload of its employer.

    `content` is sealed, and kept only until the file is confirmed or dropped.
    """

    __tablename__ = "employer_upload"
    __table_args__ = (UniqueConstraint("employer_id", "sha256"),)

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    employer_id: int = Field(sa_column=Column(Id, ForeignKey("employer.id"), nullable=False))
    sha256: str = Field(sa_column=Column(String(64), nullable=False))
    name: str = Field(sa_column=Column(Text, nullable=False))
    joiners: int = Field(nullable=False)
    leavers: int = Field(nullable=False)
    changes: int = Field(nullable=False)
    content: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    uploaded_by: str = Field(sa_column=Column(Code, nullable=False))
    uploaded_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    confirmed_by: str | None = Field(default=None, sa_column=Column(Code))
    confirmed_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    dropped_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class AnnouncedJoiner(SQLModel, table=True):
    """Somebody whom an employer wants insured, as the file's row said. Append-only.

    Nobody is insured by it: the health declaration and the medical department's acceptance are still to come.
    """

    __tablename__ = "announced_joiner"
    __table_args__ = (UniqueConstraint("upload_id", "row"), Index("ix_announced_joiner_born", "employer_id", "born"))

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    upload_id: int = Field(sa_column=Column(Id, ForeignKey("employer_upload.id"), nullable=False))
    employer_id: int = Field(sa_column=Column(Id, ForeignKey("employer.id"), nullable=False))
    row: int = Field(nullable=False)
    family: str = Field(sa_column=Column(Code, nullable=False))
    role: str = Field(sa_column=Column(Code, nullable=False))
    first_name: str = Field(sa_column=Column(Text, nullable=False))
    last_name: str = Field(sa_column=Column(Text, nullable=False))
    born: date = Field(sa_column=Column(Date, nullable=False))
    nationality: str = Field(sa_column=Column(String(2), nullable=False))
    effective_on: date = Field(sa_column=Column(Date, nullable=False))
    email: str | None = Field(default=None, sa_column=Column(Text))
    language: str | None = Field(default=None, sa_column=Column(String(2)))
    residence: str | None = Field(default=None, sa_column=Column(String(2)))
    formula: str | None = Field(default=None, sa_column=Column(Code))
    zone: str | None = Field(default=None, sa_column=Column(Code))
    currency: str | None = Field(default=None, sa_column=Column(String(3)))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class AnnouncedChange(SQLModel, table=True):
    """Somebody leaves (`kind` leaver), or has another address or residence (`kind` change). Append-only."""

    __tablename__ = "announced_change"
    __table_args__ = (UniqueConstraint("upload_id", "row"),)

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    upload_id: int = Field(sa_column=Column(Id, ForeignKey("employer_upload.id"), nullable=False))
    employer_id: int = Field(sa_column=Column(Id, ForeignKey("employer.id"), nullable=False, index=True))
    row: int = Field(nullable=False)
    kind: str = Field(sa_column=Column(Code, nullable=False))
    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), nullable=False, index=True))
    day: date = Field(sa_column=Column(Date, nullable=False))
    content: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class AnnouncementStep(SQLModel, table=True):
    """How far a joiner or a change got: the newest holds; without one it is announced. Append-only."""

    __tablename__ = "announcement_step"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    joiner_id: int | None = Field(default=None, sa_column=Column(Id, ForeignKey("announced_joiner.id"), index=True))
    change_id: int | None = Field(default=None, sa_column=Column(Id, ForeignKey("announced_change.id"), index=True))
    state: str = Field(sa_column=Column(Code, nullable=False))
    membership_id: int | None = Field(default=None, sa_column=Column(Id, ForeignKey("membership.id")))
    effective_on: date | None = Field(default=None, sa_column=Column(Date))
    why: str = Field(default="", sa_column=Column(Text, nullable=False))
    noted_by: str = Field(sa_column=Column(Code, nullable=False))
    noted_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class InvitedApplication(SQLModel, table=True):
    """The application to which an announced joiner was invited, the family with the member; whether it is concluded is
    what the employer sees of it. Append-only."""

    __tablename__ = "invited_application"

    joiner_id: int = Field(sa_column=Column(Id, ForeignKey("announced_joiner.id"), primary_key=True))
    application_id: int = Field(sa_column=Column(Id, ForeignKey("application.id"), nullable=False, index=True))
    invited_at: datetime = Field(sa_column=Column(Instant, nullable=False))
