"""Applications to join, what happened to them, their papers, health declarations, consents and mandates.

All but the form itself is append-only.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Date, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from expat.db import Code, Id, Instant, Json


class Application(SQLModel, table=True):
    """A request to join (demande d'adhésion). `content` is the form as it stands, by step, nothing medical in it.

    It moves until it is handed in; `version` counts what was saved, `membership_id` is what came of it.
    """

    __tablename__ = "application"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    account_id: int = Field(sa_column=Column(Id, ForeignKey("account.id"), nullable=False, index=True))
    plan: str = Field(sa_column=Column(Code, nullable=False))
    content: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    version: int = Field(default=0, nullable=False)
    made_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    changed_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    membership_id: int | None = Field(default=None, sa_column=Column(Id, ForeignKey("membership.id"), index=True))


class ApplicationEvent(SQLModel, table=True):
    """What happened to an application. `kind` is handed_in, asked, answered, declared_again, accepted, agreed, refused,
    withdrawn, lapsed or concluded. Append-only.

    `detail` is for everybody who acts on it. `told` is sealed, for the applicant and the medical department; `reason`
    is sealed, for the medical department alone. Of the kinds that end it there is one at most (`once`).
    """

    __tablename__ = "application_event"
    __table_args__ = (UniqueConstraint("application_id", "once"),)

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    application_id: int = Field(sa_column=Column(Id, ForeignKey("application.id"), nullable=False))
    kind: str = Field(sa_column=Column(Code, nullable=False))
    once: str | None = Field(default=None, sa_column=Column(Code))
    day: date = Field(sa_column=Column(Date, nullable=False))
    actor: str = Field(sa_column=Column(Code, nullable=False))
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    told: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    reason: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class HealthDeclaration(SQLModel, table=True):
    """A person's health declaration (déclaration de santé): answers sealed, who signed it, and the day. Append-only.

    `person` is the person's key in the application, `questions` the day of the edition whose questions were asked.
    The newest of a person holds.
    """

    __tablename__ = "health_declaration"
    __table_args__ = (Index("ix_health_declaration_application", "application_id", "person"),)

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    application_id: int = Field(sa_column=Column(Id, ForeignKey("application.id"), nullable=False))
    person: str = Field(sa_column=Column(Code, nullable=False))
    answers: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    questions: date = Field(sa_column=Column(Date, nullable=False))
    signed_by: str = Field(sa_column=Column(Text, nullable=False))
    signed_on: date = Field(sa_column=Column(Date, nullable=False))
    actor: str = Field(sa_column=Column(Code, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class ApplicationDocument(SQLModel, table=True):
    """A paper of an application; `medical` ones are read by the applicant and the medical department. Append-only."""

    __tablename__ = "application_document"
    __table_args__ = (UniqueConstraint("application_id", "kind", "person", "sha256"),)

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    application_id: int = Field(sa_column=Column(Id, ForeignKey("application.id"), nullable=False))
    kind: str = Field(sa_column=Column(Code, nullable=False))
    person: str = Field(sa_column=Column(Code, nullable=False))
    name: str = Field(sa_column=Column(Text, nullable=False))
    sha256: str = Field(sa_column=Column(String(64), ForeignKey("document.sha256"), nullable=False, index=True))
    medical: bool = Field(default=False, nullable=False)
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class ApplicationConsent(SQLModel, table=True):
    """What an applicant agreed to, word for word: `kind`, the text's version, the text, and the day. Append-only."""

    __tablename__ = "application_consent"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    application_id: int = Field(sa_column=Column(Id, ForeignKey("application.id"), nullable=False, index=True))
    kind: str = Field(sa_column=Column(Code, nullable=False))
    version: str = Field(sa_column=Column(Code, nullable=False))
    language: str = Field(sa_column=Column(String(2), nullable=False))
    text: str = Field(sa_column=Column(Text, nullable=False))
    given_on: date = Field(sa_column=Column(Date, nullable=False))
    actor: str = Field(sa_column=Column(Code, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class DebitMandate(SQLModel, table=True):
    """A mandate to collect premiums by SEPA direct debit, as it was signed. Append-only, the newest holds."""

    __tablename__ = "debit_mandate"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    application_id: int = Field(sa_column=Column(Id, ForeignKey("application.id"), nullable=False, index=True))
    reference: str = Field(sa_column=Column(String(35), nullable=False, unique=True))
    holder: str = Field(sa_column=Column(Text, nullable=False))
    iban: str = Field(sa_column=Column(String(34), nullable=False))
    text: str = Field(sa_column=Column(Text, nullable=False))
    language: str = Field(sa_column=Column(String(2), nullable=False))
    signed_on: date = Field(sa_column=Column(Date, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class DeclarationLink(SQLModel, table=True):
    """A link by which an adult of an application signs the own declaration alone; worth nothing once it is signed."""

    __tablename__ = "declaration_link"

    token_hash: str = Field(sa_column=Column(String(64), primary_key=True))
    application_id: int = Field(sa_column=Column(Id, ForeignKey("application.id"), nullable=False, index=True))
    person: str = Field(sa_column=Column(Code, nullable=False))
    made_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    expires_at: datetime = Field(sa_column=Column(Instant, nullable=False))
