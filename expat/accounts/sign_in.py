"""Signing in and out: a sign-in is a row, so that it can be ended from anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlmodel import Session

from expat import audit
from expat.accounts.tables import Account, SignIn
from expat.db import table_of
from expat.membership.tables import InsuredPerson

STAFF = frozenset({"medical", "manager", "accountant", "admin"})
SECOND_FACTOR = STAFF | {"employer"}  # an employer sees the names of all whom it pays for
ROLES = ("member", "medical", "manager", "accountant", "admin", "applicant", "employer", "representative")
SEEN_EVERY = timedelta(minutes=1)

_ACCOUNT: Any = table_of(Account)
_SIGN_IN: Any = table_of(SignIn)
_PERSON: Any = table_of(InsuredPerson)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is signed in. `person` and `membership` are those that the account belongs to."""

    sign_in: int
    account: int
    email: str
    name: str
    language: str
    roles: frozenset[str]
    second_factor: bool
    enrolled: bool
    person: int | None
    membership: int | None
    person_role: str | None
    seen_at: datetime

    @property
    def actor(self) -> str:
        """How the audit trail names who acts."""
        return f"account:{self.account}"

    @property
    def is_staff(self) -> bool:
        """Whether a role works on other people's files."""
        return bool(self.roles & STAFF)

    @property
    def half_way(self) -> bool:
        """Whether the second factor is still to come."""
        return (bool(self.roles & SECOND_FACTOR) or self.enrolled) and not self.second_factor


def open_sign_in(session: Session, account_id: int, agent: str, at: datetime, second_factor: bool = False) -> str:
    """Open a sign-in of an account; answers the token for the browser, of which only the hash is kept."""
    token = token_urlsafe(32)
    values = {
        "token_hash": hash_of(token), "account_id": account_id, "agent": agent[:200], "opened_at": at, "seen_at": at,
        "second_factor": second_factor,
    }  # fmt: skip
    session.execute(_SIGN_IN.insert().values(values))
    audit.record(session, at, f"account:{account_id}", "account.signed_in", f"account:{account_id}")
    return token


_FOUND = (
    select(
        _SIGN_IN.c.id, _SIGN_IN.c.second_factor, _SIGN_IN.c.opened_at, _SIGN_IN.c.seen_at,
        _ACCOUNT.c.id.label("account_id"), _ACCOUNT.c.email, _ACCOUNT.c.name, _ACCOUNT.c.language, _ACCOUNT.c.roles,
        _ACCOUNT.c.totp_secret.is_not(None).label("enrolled"), _PERSON.c.id.label("person_id"),
        _PERSON.c.membership_id, _PERSON.c.role.label("person_role"),
    )
    .join(_ACCOUNT, _ACCOUNT.c.id == _SIGN_IN.c.account_id)
    .outerjoin(_PERSON, _PERSON.c.id == _ACCOUNT.c.person_id)
    .where(_SIGN_IN.c.ended_at.is_(None), _ACCOUNT.c.closed_at.is_(None))
    .where(_SIGN_IN.c.token_hash == bindparam("token"))
)  # fmt: skip


def signed_in(session: Session, token: str, at: datetime, idle: timedelta, longest: timedelta) -> SignedIn | None:
    """Who holds the token, unless the sign-in was ended, lay idle or lasted too long."""
    row = session.execute(_FOUND, {"token": hash_of(token)}).first()
    if row is None or at - row.seen_at > idle or at - row.opened_at > longest:
        return None
    return SignedIn(
        row.id, row.account_id, row.email, row.name, row.language, frozenset(row.roles.split()), row.second_factor,
        bool(row.enrolled), row.person_id, row.membership_id, row.person_role, row.seen_at,
    )  # fmt: skip


def touch(session: Session, sign_in: int, at: datetime) -> None:
    """Note that the sign-in is in use."""
    session.execute(update(_SIGN_IN).where(_SIGN_IN.c.id == sign_in).values(seen_at=at))


def note_second_factor(session: Session, who: SignedIn, agent: str, at: datetime) -> str:
    """Go from the half-open sign-in to a full one, with a fresh token."""
    end(session, who.sign_in, at)
    return open_sign_in(session, who.account, agent, at, second_factor=True)


def end(session: Session, sign_in: int, at: datetime) -> None:
    """End one sign-in."""
    session.execute(update(_SIGN_IN).where(_SIGN_IN.c.id == sign_in, _SIGN_IN.c.ended_at.is_(None)).values(ended_at=at))


def end_all(session: Session, account_id: int, at: datetime, actor: str) -> None:
    """End every sign-in of an account, on whatever machine."""
    mine = update(_SIGN_IN).where(_SIGN_IN.c.account_id == account_id, _SIGN_IN.c.ended_at.is_(None))
    session.execute(mine.values(ended_at=at))
    audit.record(session, at, actor, "account.signed_out_everywhere", f"account:{account_id}")


def open_ones(session: Session, account_id: int, since: datetime) -> list[Any]:
    """The sign-ins of an account that are open and were used after `since`, the newest first."""
    query = select(_SIGN_IN).where(_SIGN_IN.c.account_id == account_id, _SIGN_IN.c.ended_at.is_(None))
    return list(session.execute(query.where(_SIGN_IN.c.seen_at > since).order_by(_SIGN_IN.c.id.desc())))


def hash_of(token: str) -> str:
    """What is kept of a token."""
    return sha256(token.encode()).hexdigest()
