"""Members who ask for prior approval, for the tests of asking and answering."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from expat.accounts.tables import Account
from expat.approvals.file import NewFile, Paper, submit_request
from expat.approvals.request import NewRequest
from expat.db import table_of, transaction
from expat.documents.keys import Keys, new_key
from expat.documents.tables import Document
from expat.membership.changes import Acting
from tests.payments.insured import SOURCES

KEYS = Keys.read(new_key())
TODAY = date(2025, 8, 4)  # a Monday
START = date(2025, 8, 20)


def acting(day: date = TODAY, actor: str = "account:900", minute: int = 0) -> Acting:
    """Somebody who acts on a day; later acts of the same day have later minutes."""
    return Acting(day, datetime(day.year, day.month, day.day, 9, minute, tzinfo=UTC), SOURCES, actor)


def paper(session: Session, kind: str = "medical_report", content: str = "a report") -> Paper:
    """A paper whose document is kept."""
    digest = sha256(content.encode()).hexdigest()
    row = {
        "sha256": digest, "media_type": "application/pdf", "size": 1, "stored_at": acting().at, "key_id": "k",
    }  # fmt: skip
    if session.get(Document, digest) is None:
        session.execute(table_of(Document).insert(), row)
    return Paper(kind, f"{content}.pdf", digest)


def asked(person: int, care: str = "hospital", starts: date = START, **more: Any) -> NewRequest:
    """A request for care of a person."""
    return NewRequest(person, care, starts, **more)


def ask(engine: Engine, membership: int, request: NewRequest, key: str = "k1", day: date = TODAY, **more: Any) -> int:
    """Hand in a request with a file; answers its key."""
    with transaction(engine) as session:
        new = NewFile(key, request, **more)
        return submit_request(session, membership, new, acting(day, "account:1"), KEYS)[0]


def account(session: Session, email: str, person: int | None, roles: str = "member", language: str = "fr") -> int:
    """An account; answers its key."""
    row = {
        "email": email, "name": "Zoë M", "language": language, "roles": roles, "person_id": person, "totp_step": 0,
        "made_at": acting().at,
    }  # fmt: skip
    table = table_of(Account)
    return int(session.execute(table.insert().values(row).returning(table.c.id)).scalar_one())


def days_after(day: date, days: int) -> date:
    """A day so many days later."""
    return day + timedelta(days=days)
