"""Accounts to choose from, and who stands behind the actors of the audit trail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, or_, select
from sqlmodel import Session

from expat.accounts.tables import Account
from expat.db import table_of
from expat.membership.tables import InsuredPerson, Membership

PAGE = 50
ACTOR = "account:"

_ACCOUNT: Any = table_of(Account)
_PERSON: Any = table_of(InsuredPerson)
_MEMBERSHIP: Any = table_of(Membership)
_SEARCHED = (_ACCOUNT.c.email, _ACCOUNT.c.name, _MEMBERSHIP.c.number)


class Listed(NamedTuple):
    """An account as a list shows it; `person` and `membership` (its number) where it belongs to an insured person."""

    id: int
    email: str
    name: str
    language: str
    roles: tuple[str, ...]
    person: int | None
    insured: str
    membership: str | None
    has_password: bool
    second_factor: bool
    made_at: datetime
    closed_at: datetime | None


_LISTED = (
    select(
        _ACCOUNT, _PERSON.c.first_name, _PERSON.c.last_name, _MEMBERSHIP.c.number,
        _ACCOUNT.c.password_hash.is_not(None).label("has_password"),
        _ACCOUNT.c.totp_secret.is_not(None).label("enrolled"),
    )
    .outerjoin(_PERSON, _PERSON.c.id == _ACCOUNT.c.person_id)
    .outerjoin(_MEMBERSHIP, _MEMBERSHIP.c.id == _PERSON.c.membership_id)
)  # fmt: skip


def list_accounts(
    session: Session, text: str = "", role: str = "", closed: bool = False, before: int | None = None, most: int = PAGE
) -> list[Listed]:
    """Accounts with all words of `text` in address, name or membership number, the newest first, before a key."""
    query = _LISTED.where(_ACCOUNT.c.closed_at.is_not(None) if closed else _ACCOUNT.c.closed_at.is_(None))
    for word in text.split():
        query = query.where(or_(*(c.icontains(word, autoescape=True) for c in _SEARCHED)))
    if role:
        padded = " " + _ACCOUNT.c.roles + " "
        query = query.where(padded.contains(f" {role} ", autoescape=True))
    if before is not None:
        query = query.where(_ACCOUNT.c.id < before)
    return _listed(session, query.order_by(_ACCOUNT.c.id.desc()).limit(most))


def listed_account(session: Session, account_id: int) -> Listed | None:
    """One account, as lists show it."""
    return next(iter(_listed(session, _LISTED.where(_ACCOUNT.c.id == account_id))), None)


def _listed(session: Session, query: Select[Any]) -> list[Listed]:
    return [
        Listed(
            row.id, row.email, row.name, row.language, tuple(row.roles.split()), row.person_id,
            f"{row.first_name} {row.last_name}" if row.person_id else "", row.number, bool(row.has_password),
            bool(row.enrolled), row.made_at, row.closed_at,
        )
        for row in session.execute(query)
    ]  # fmt: skip


def names_of(session: Session, actors: Iterable[str]) -> dict[str, str]:
    """The names of those actors that are accounts (`account:12`); others, such as `command`, are absent."""
    keys = {int(key) for actor in actors if (key := actor.removeprefix(ACTOR)) != actor and key.isdecimal()}
    if not keys:
        return {}
    query = select(_ACCOUNT.c.id, _ACCOUNT.c.name).where(_ACCOUNT.c.id.in_(keys))
    return {f"{ACTOR}{row.id}": row.name for row in session.execute(query)}


def actors_named(session: Session, text: str, most: int = 20) -> list[str]:
    """The actors (`account:12`) whose name or address has a text in it."""
    named = or_(*(c.icontains(text, autoescape=True) for c in (_ACCOUNT.c.name, _ACCOUNT.c.email)))
    keys = session.execute(select(_ACCOUNT.c.id).where(named).order_by(_ACCOUNT.c.id).limit(most)).scalars()
    return [f"{ACTOR}{key}" for key in keys]
