"""Limits that hold on every machine: what was tried is counted in the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, func, select
from sqlmodel import Session

from expat.accounts.tables import Attempt
from expat.db import advisory_lock, table_of

_ATTEMPT: Any = table_of(Attempt)


@dataclass(frozen=True)
class Limit:
    """So many attempts of a kind, by one subject, in so many minutes."""

    kind: str
    most: int
    minutes: int

    @property
    def span(self) -> timedelta:
        return timedelta(minutes=self.minutes)


PASSWORD = Limit("password", 5, 15)  # wrong passwords of one address
CODE = Limit("code", 5, 15)  # wrong second factors of one account
NETWORK = Limit("network", 50, 15)  # wrong passwords and codes from one network address
LINK = Limit("link", 3, 60)  # password links to one address
LINKS = Limit("links", 20, 60)  # password links asked for from one network address
GUARANTEE = Limit("guarantee", 30, 15)  # guarantee codes looked up from one network address
QUOTE = Limit("quote", 30, 60)  # quotes asked for from one network address
QUOTE_CODE = Limit("quote_code", 30, 15)  # wrong codes of quotes from one network address
QUOTE_FILE = Limit("quote_file", 60, 15)  # quotes as PDF from one network address
QUOTE_MAIL = Limit("quote_mail", 3, 60)  # quotes mailed to one address
QUOTE_MAILS = Limit("quote_mails", 10, 60)  # quotes mailed from one network address


def note(session: Session, limit: Limit, subject: str, at: datetime) -> None:
    """Count one attempt; what is too old to count any more is forgotten."""
    session.execute(_ATTEMPT.insert().values(subject=_hash(subject), kind=limit.kind, at=at))
    old = delete(_ATTEMPT).where(_ATTEMPT.c.kind == limit.kind, _ATTEMPT.c.subject == _hash(subject))
    session.execute(old.where(_ATTEMPT.c.at <= at - limit.span))


def take(session: Session, limit: Limit, subject: str, at: datetime) -> bool:
    """Count one attempt if there is room for it; whether there was. Of many at once no more get through."""
    advisory_lock(session, int(_hash(f"{limit.kind} {subject}")[:15], 16))
    if reached(session, limit, subject, at):
        return False
    note(session, limit, subject, at)
    return True


def reached(session: Session, limit: Limit, subject: str, at: datetime) -> bool:
    """Whether the subject has to wait."""
    query = select(func.count()).select_from(_ATTEMPT)
    mine = query.where(_ATTEMPT.c.subject == _hash(subject), _ATTEMPT.c.kind == limit.kind)
    return bool(session.execute(mine.where(_ATTEMPT.c.at > at - limit.span)).scalar_one() >= limit.most)


def forget(session: Session, limit: Limit, subject: str) -> None:
    """Start counting afresh, after a success."""
    session.execute(delete(_ATTEMPT).where(_ATTEMPT.c.subject == _hash(subject), _ATTEMPT.c.kind == limit.kind))


def _hash(subject: str) -> str:
    return sha256(subject.casefold().encode()).hexdigest()
