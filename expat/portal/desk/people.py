"""Whose something is: an insured person, by name, with the membership."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from expat.claims.dossier import Dossier
from expat.db import table_of
from expat.membership.tables import InsuredPerson, Membership

_PERSON: Any = table_of(InsuredPerson)
_MEMBERSHIP: Any = table_of(Membership)


class Whose(NamedTuple):
    """An insured person and the membership."""

    person: int
    name: str
    role: str
    membership: int
    number: str


def name_in(dossier: Dossier, person_id: int) -> str:
    """Somebody's name in a membership."""
    row = dossier.people[person_id]
    return f"{row.first_name} {row.last_name}".strip() or str(person_id)


def whose(session: Session, person_id: int) -> Whose | None:
    """An insured person by the key."""
    query = select(_PERSON, _MEMBERSHIP.c.number).join(_MEMBERSHIP, _MEMBERSHIP.c.id == _PERSON.c.membership_id)
    row = session.execute(query.where(_PERSON.c.id == person_id)).first()
    if row is None:
        return None
    return Whose(row.id, f"{row.first_name} {row.last_name}".strip(), row.role, row.membership_id, row.number)


def numbers_of(session: Session, memberships: Collection[int]) -> dict[int, str]:
    """The numbers of memberships with the member's name, by their keys."""
    query = select(_MEMBERSHIP.c.id, _MEMBERSHIP.c.number, _PERSON.c.first_name, _PERSON.c.last_name)
    query = query.join(_PERSON, (_PERSON.c.membership_id == _MEMBERSHIP.c.id) & (_PERSON.c.role == "member"))
    rows = session.execute(query.where(_MEMBERSHIP.c.id.in_(memberships)))
    return {row.id: f"{row.number} {row.first_name} {row.last_name}".strip() for row in rows}
