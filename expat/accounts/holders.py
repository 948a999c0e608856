"""The insured people for whom an account can be opened: adults, found by membership number or name."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Row, func, or_, select
from sqlmodel import Session

from expat.accounts.tables import Account
from expat.db import table_of
from expat.membership.tables import InsuredPerson, Member, Membership
from expat.periods import add_years

ADULT = 18  # years
MOST = 20

_ACCOUNT: Any = table_of(Account)
_MEMBER: Any = table_of(Member)
_MEMBERSHIP: Any = table_of(Membership)
_PERSON: Any = table_of(InsuredPerson)


class Holder(NamedTuple):
    """An insured adult; `email` is the address that is known (the member's alone), `account` the one that is open."""

    id: int
    name: str
    role: str
    membership: str
    language: str
    email: str
    account: int | None


_QUERY = (
    select(_PERSON, _MEMBERSHIP.c.number, _MEMBER.c.language, _MEMBER.c.email)
    .join(_MEMBERSHIP, _MEMBERSHIP.c.id == _PERSON.c.membership_id)
    .join(_MEMBER, _MEMBER.c.id == _MEMBERSHIP.c.member_id)
    .order_by(_MEMBERSHIP.c.number, _PERSON.c.id)
)


def find_holders(session: Session, text: str, today: date) -> list[Holder]:
    """Adults whose membership number or name has every word of the text; nobody for no text."""
    query = _QUERY.where(_PERSON.c.born <= add_years(today, -ADULT))
    for word in text.split():
        named = (c.icontains(word, autoescape=True) for c in (_PERSON.c.first_name, _PERSON.c.last_name))
        query = query.where(or_(func.lower(_MEMBERSHIP.c.number) == word.lower(), *named))
    return _holders(session, list(session.execute(query.limit(MOST)))) if text.split() else []


def holder(session: Session, person_id: int, today: date) -> Holder | None:
    """An insured adult by the person's key."""
    query = _QUERY.where(_PERSON.c.id == person_id, _PERSON.c.born <= add_years(today, -ADULT))
    return next(iter(_holders(session, list(session.execute(query)))), None)


def _holders(session: Session, rows: list[Row[Any]]) -> list[Holder]:
    mine = (_ACCOUNT.c.person_id.in_([row.id for row in rows]), _ACCOUNT.c.closed_at.is_(None))
    query = select(_ACCOUNT.c.person_id, func.max(_ACCOUNT.c.id)).where(*mine).group_by(_ACCOUNT.c.person_id)
    accounts = {row[0]: row[1] for row in session.execute(query)}
    return [
        Holder(
            row.id, f"{row.first_name} {row.last_name}", row.role, row.number, row.language,
            (row.email or "") if row.role == "member" else "", accounts.get(row.id),
        )
        for row in rows
    ]  # fmt: skip
