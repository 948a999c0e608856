"""Accounts, their open sign-ins, what was tried, and the links that were mailed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, String, Text
from sqlmodel import Field, SQLModel

from expat.db import Code, Id, Instant


class Account(SQLModel, table=True):
    """Someone who signs in. `roles` are words; `person_id` is the insured person that the account belongs to.

    `totp_secret` is the second factor's secret, sealed with the document key; `totp_step` the last step that was used.
    """

    __tablename__ = "account"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    email: str = Field(sa_column=Column(String(254), nullable=False, unique=True))
    name: str = Field(sa_column=Column(Text, nullable=False))
    language: str = Field(sa_column=Column(String(2), nullable=False))
    roles: str = Field(sa_column=Column(Text, nullable=False))
    person_id: int | None = Field(default=None, sa_column=Column(Id, ForeignKey("insured_person.id"), index=True))
    password_hash: str | None = Field(default=None, sa_column=Column(Text))
    totp_secret: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    totp_step: int = Field(default=0, nullable=False)
    made_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    closed_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class SignIn(SQLModel, table=True):
    """An open or ended sign-in of an account, by the hash of the token that the browser holds."""

    __tablename__ = "sign_in"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    token_hash: str = Field(sa_column=Column(String(64), nullable=False, unique=True))
    account_id: int = Field(sa_column=Column(Id, ForeignKey("account.id"), nullable=False, index=True))
    second_factor: bool = Field(default=False, nullable=False)
    agent: str = Field(default="", sa_column=Column(Text, nullable=False))
    opened_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    seen_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class Attempt(SQLModel, table=True):
    """Something that is counted against a limit: `subject` is the hash of an address or of a network address."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_subject", "subject", "kind", "at"),)

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    subject: str = Field(sa_column=Column(String(64), nullable=False))
    kind: str = Field(sa_column=Column(Code, nullable=False))
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class MailedLink(SQLModel, table=True):
    """A link that was mailed to set a password; good once, until it expires."""

    __tablename__ = "mailed_link"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    token_hash: str = Field(sa_column=Column(String(64), nullable=False, unique=True))
    account_id: int = Field(sa_column=Column(Id, ForeignKey("account.id"), nullable=False, index=True))
    made_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    expires_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    used_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class MandateAccount(SQLModel, table=True):
    """The account that acts under a mandate, and for which membership. Append-only."""

    __tablename__ = "mandate_account"

    mandate_id: int = Field(sa_column=Column(Id, ForeignKey("mandate.id"), primary_key=True))
    account_id: int = Field(sa_column=Column(Id, ForeignKey("account.id"), nullable=False, index=True))
    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), nullable=False))
    bound_by: str = Field(sa_column=Column(Code, nullable=False))
    bound_at: datetime = Field(sa_column=Column(Instant, nullable=False))
