"""Whose data is restricted on a day, and whether somebody stated a ground to use it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, or_, select
from sqlmodel import Session

from expat.db import table_of
from expat.membership.tables import InsuredPerson
from expat.restrictions.tables import Restriction, RestrictionEnd, RestrictionUse

_RESTRICTION: Any = table_of(Restriction)
_END: Any = table_of(RestrictionEnd)
_USE: Any = table_of(RestrictionUse)
_PERSON: Any = table_of(InsuredPerson)


class Standing(NamedTuple):
    """A restriction; `told_on` and `ends_on` are None until its end was told, with `why`."""

    id: int
    person_id: int
    membership_id: int
    request_id: int
    name: str
    since: date
    told_on: date | None
    ends_on: date | None
    why: str | None

    def holds(self, day: date) -> bool:
        """Whether it stands on a day."""
        return self.since <= day and (self.ends_on is None or day < self.ends_on)


def restrictions_of(session: Session, persons: Collection[int]) -> list[Standing]:
    """Every restriction that people ever had, the newest first."""
    query = _all().where(_RESTRICTION.c.person_id.in_(list(persons))).order_by(_RESTRICTION.c.id.desc())
    return _read(session, query)


def restricted_in(session: Session, memberships: Collection[int], day: date) -> list[Standing]:
    """The restrictions that stand on a day in memberships."""
    keys = list(memberships)
    return _read(session, _all().where(_RESTRICTION.c.membership_id.in_(keys), stands(day))) if keys else []


def is_restricted(session: Session, person_id: int, day: date) -> bool:
    """Whether the use of a person's data is restricted on a day."""
    return any(one.holds(day) for one in restrictions_of(session, [person_id]))


def restricted_people(day: date) -> Any:
    """The keys of the people whose data is restricted on a day: for the queries that leave them out."""
    return _joined(select(_RESTRICTION.c.person_id)).where(stands(day))


def restricted_memberships(day: date) -> Any:
    """The keys of the memberships in which somebody's data is restricted on a day."""
    return _joined(select(_RESTRICTION.c.membership_id)).where(stands(day))


def stands(day: date) -> Any:
    """Whether a restriction of the query stands on a day."""
    return (_RESTRICTION.c.since <= day) & or_(_END.c.ends_on.is_(None), _END.c.ends_on > day)


def stated(session: Session, persons: Collection[int], actor: str, day: date) -> dict[int, str]:
    """For whose data somebody stated a ground on a day, and which one."""
    query = select(_USE.c.person_id, _USE.c.ground).where(
        _USE.c.person_id.in_(list(persons)), _USE.c.used_by == actor, _USE.c.used_on == day
    )
    return {row.person_id: row.ground for row in session.execute(query.order_by(_USE.c.id))}


def uses_of(session: Session, person_id: int) -> Sequence[Any]:
    """On which grounds a person's data was used while it was restricted, the newest first."""
    return session.execute(select(_USE).where(_USE.c.person_id == person_id).order_by(_USE.c.id.desc())).all()


def _joined(query: Select[Any]) -> Select[Any]:
    return query.select_from(_RESTRICTION.outerjoin(_END, _END.c.restriction_id == _RESTRICTION.c.id))


def _all() -> Select[Any]:
    columns = (
        *(_RESTRICTION.c[name] for name in ("id", "person_id", "membership_id", "request_id", "since")),
        *(_END.c[name] for name in ("told_on", "ends_on", "why")),
        *(_PERSON.c[name] for name in ("first_name", "last_name")),
    )
    return _joined(select(*columns)).join(_PERSON, _PERSON.c.id == _RESTRICTION.c.person_id)


def _read(session: Session, query: Select[Any]) -> list[Standing]:
    return [
        Standing(
            row.id, row.person_id, row.membership_id, row.request_id, f"{row.first_name} {row.last_name}".strip(),
            row.since, row.told_on, row.ends_on, row.why,
        )
        for row in session.execute(query)
    ]  # fmt: skip
