"""The audit trail: who did what to what, and when. Append-only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import Column, Row, Select, or_, select
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


_ENTRY: Any = table_of(AuditEntry)


@dataclass
class Behalf:
    """For whom somebody acts: under which mandate, for which membership; and what was done so far."""

    mandate: int
    membership: int
    acts: list[str] = field(default_factory=list)


_behalf: ContextVar[Behalf | None] = ContextVar("behalf", default=None)


def on_behalf(behalf: Behalf | None) -> None:
    """From now on, in this thread of execution, every act names the mandate under which it is done; None: no more."""
    _behalf.set(behalf)


def current_behalf() -> Behalf | None:
    """For whom somebody acts in this thread of execution."""
    return _behalf.get()


def record(session: Session, at: datetime, actor: str, action: str, subject: str, /, **detail: Any) -> None:
    """Add one act to the trail; `subject` is a table's name and a key, such as `claim:17`."""
    record_all(session, at, actor, action, [(subject, detail)])


def record_all(
    session: Session, at: datetime, actor: str, action: str, subjects: list[tuple[str, dict[str, Any]]]
) -> None:
    """The same act on several subjects, in one statement."""
    behalf = _behalf.get()
    if behalf is not None:
        behalf.acts.append(action)
        subjects = [(s, {"mandate": behalf.mandate, **d}) for s, d in subjects]
    rows = [{"at": at, "actor": actor, "action": action, "subject": s, "detail": d} for s, d in subjects]
    if rows:
        session.execute(table_of(AuditEntry).insert(), rows)


CSV_HEAD = ("id", "at", "actor", "action", "subject", "detail")
_SLICE = 1_000


@dataclass(frozen=True)
class Asked:
    """Which acts are looked for: all, or those of an actor, of an action, on a subject, from a day to a day.

    The days are those of the time zone. An action or a subject names what begins with it too: `claim` the subject
    `claim:17`, `approval` the action `approval.answered`.
    """

    actor: str | None = None
    action: str | None = None
    subject: str | None = None
    first: date | None = None
    last: date | None = None
    zone: str = "UTC"


def entries(session: Session, asked: Asked, before: int | None = None, most: int = 50) -> Sequence[Row[Any]]:
    """Acts, the newest first; `before` is the last row's id of the page above."""
    query = _found(asked).order_by(_ENTRY.c.id.desc()).limit(most)
    return session.execute(query if before is None else query.where(_ENTRY.c.id < before)).all()


def csv_rows(session: Session, asked: Asked) -> Iterator[Sequence[str]]:
    """The acts as rows of a CSV file, the oldest first, with its head; read slice by slice, however many they are."""
    yield CSV_HEAD
    after = 0
    while rows := session.execute(
        _found(asked).where(_ENTRY.c.id > after).order_by(_ENTRY.c.id).limit(_SLICE)
    ).all():  # fmt: skip
        for row in rows:
            detail = orjson.dumps(row.detail, option=orjson.OPT_SORT_KEYS).decode()
            cells = str(row.id), row.at.isoformat(), row.actor, row.action, row.subject, detail
            yield tuple(map(cell, cells))
        after = rows[-1].id


def cell(text: str) -> str:
    """A text as a cell that a spreadsheet does not take for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _found(asked: Asked) -> Select[Any]:
    query = select(_ENTRY)
    if asked.actor:
        query = query.where(_ENTRY.c.actor == asked.actor)
    if asked.action:
        query = query.where(_named(_ENTRY.c.action, asked.action, "."))
    if asked.subject:
        query = query.where(_named(_ENTRY.c.subject, asked.subject, ":"))
    if asked.first:
        query = query.where(_ENTRY.c.at >= _instant(asked.first, time.min, asked.zone))
    if asked.last:
        query = query.where(_ENTRY.c.at <= _instant(asked.last, time.max, asked.zone))
    return query


def _instant(day: date, clock: time, zone: str) -> datetime:
    """A time of a day in a zone, in UTC; on the first and the last day that there are UTC is near enough."""
    try:
        return datetime.combine(day, clock, ZoneInfo(zone)).astimezone(UTC)
    except OverflowError:
        return datetime.combine(day, clock, UTC)


def _named(column: Any, name: str, then: str) -> Any:
    return or_(column == name, column.startswith(name.rstrip(then) + then, autoescape=True))
