"""The audit trail: who did what to what, and when. Append-only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column
from sqlmodel import Field, Session, SQLModel

from expat.db import Code, Id, Instant, Json, table_of


class AuditEntry(SQLModel, table=True):
    """One act: its instant, who acted, the act's name, what it concerns and the details that explain it."""

    __tablename__ = "audit_entry"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    actor: str = Field(sa_column=Column(Code, nullable=False))
    action: str = Field(sa_column=Column(Code, nullable=False))
    subject: str = Field(sa_column=Column(Code, nullable=False, index=True))
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))


def record(session: Session, at: datetime, actor: str, action: str, subject: str, **detail: Any) -> None:
    """Add one act to the trail; `subject` is a table's name and a key, such as `claim:17`."""
    record_all(session, at, actor, action, [(subject, detail)])


def record_all(
    session: Session, at: datetime, actor: str, action: str, subjects: list[tuple[str, dict[str, Any]]]
) -> None:
    """The same act on several subjects, in one statement."""
    rows = [{"at": at, "actor": actor, "action": action, "subject": s, "detail": d} for s, d in subjects]
    if rows:
        session.execute(table_of(AuditEntry).insert(), rows)
