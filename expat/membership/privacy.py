"""Adults who keep their own claims from the member, who then sees the sums alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import Row, bindparam, func, select
from sqlmodel import Session

from expat import audit
from expat.db import table_of
from expat.errors import BadInput, NotFound
from expat.membership.tables import InsuredPerson, Membership, PrivacyChoice
from expat.periods import add_years

ADULT = 18
Sight = Literal["all", "sums", "none"]

_PERSON: Any = table_of(InsuredPerson)
_CHOICE: Any = table_of(PrivacyChoice)
_MEMBERSHIP: Any = table_of(Membership)

_NEWEST = select(func.max(_CHOICE.c.id)).where(_CHOICE.c.person_id == _PERSON.c.id).correlate(_PERSON)
_PEOPLE = (
    select(_PERSON, _CHOICE.c.private)
    .outerjoin(_CHOICE, _CHOICE.c.id == _NEWEST.scalar_subquery())
    .order_by(_PERSON.c.id)
)
_VIEWER = select(_PERSON.c.membership_id).where(_PERSON.c.id == bindparam("viewer"))
_PEOPLE_AROUND = _PEOPLE.where(_PERSON.c.membership_id == _VIEWER.scalar_subquery())


class Visible(NamedTuple):
    """Whose claims an insured person sees whole, and of whom the sums alone; `adults` are those of `whole`.

    `people` are all of the membership (their rows), by key.
    """

    whole: frozenset[int]
    sums: frozenset[int]
    adults: frozenset[int]
    people: dict[int, Row[Any]]


def choose_privacy(session: Session, person_id: int, private: bool, day: date, at: datetime, actor: str) -> None:
    """An adult keeps his or her claims from the member, or no longer does; the newest choice holds.

    Raises NotFound, BadInput for the member and for who is under 18 on the day.
    """
    person = session.execute(select(_PERSON).where(_PERSON.c.id == person_id)).first()
    if person is None:
        raise NotFound("person", f"there is no insured person {person_id}")
    if person.role == "member":
        raise BadInput("person", "is the member", "another adult of the membership")
    if not is_adult(person, day):
        raise BadInput("person", f"is under {ADULT}", "an adult of the membership")
    lock = select(_MEMBERSHIP.c.id).where(_MEMBERSHIP.c.id == person.membership_id).with_for_update(key_share=True)
    session.execute(lock)
    if (person_id in _chosen(session, person.membership_id)) != private:
        session.execute(_CHOICE.insert().values(person_id=person_id, private=private, recorded_at=at))
        audit.record(session, at, actor, "privacy.chosen", f"insured_person:{person_id}", private=private)


def is_adult(person: Any, day: date) -> bool:
    """Whether an insured person (a row) is 18 or older on a day."""
    return bool(day >= add_years(person.born, ADULT))


def private_people(session: Session, membership_id: int, day: date) -> set[int]:
    """The adults of a membership who keep their claims from the member."""
    return {person.id for person in _people(session, membership_id) if _is_private(person, day)}


def adults(session: Session, membership_id: int, day: date) -> set[int]:
    """The people of a membership who are 18 or older on a day."""
    return {person.id for person in _people(session, membership_id) if is_adult(person, day)}


def visible_people(session: Session, viewer_id: int, day: date) -> Visible:
    """Whose claims an insured person sees, by one query; see `may_see`."""
    found = list(_sights(session, viewer_id, day))
    whole = [person for person, how in found if how == "all"]
    return Visible(
        frozenset(person.id for person in whole),
        frozenset(person.id for person, how in found if how == "sums"),
        frozenset(person.id for person in whole if is_adult(person, day)),
        {person.id: person for person, _how in found},
    )


def may_see(session: Session, viewer_id: int, owner_id: int, day: date) -> Sight:
    """What an insured person sees of another's claims: all, the sums alone, or none.

    One's own claims are seen whole. The member sees those of all others, and of a private adult the sums alone; nobody
    else sees another's: not a spouse the children's, who are the member's to look after.
    """
    return next((sight for person, sight in _sights(session, viewer_id, day) if person.id == owner_id), "none")


def _sights(session: Session, viewer_id: int, day: date) -> Iterable[tuple[Row[Any], Sight]]:
    people = session.execute(_PEOPLE_AROUND, {"viewer": viewer_id}).all()
    viewer = next((person for person in people if person.id == viewer_id), None)
    return [(person, _sight(viewer, person, day)) for person in people]


def _sight(viewer: Any, owner: Any, day: date) -> Sight:
    if viewer is None:
        return "none"
    if viewer.id == owner.id:
        return "all"
    if viewer.role != "member":
        return "none"
    return "sums" if _is_private(owner, day) else "all"


def _is_private(person: Any, day: date) -> bool:
    return bool(person.private) and person.role != "member" and is_adult(person, day)


def _people(session: Session, membership_id: int) -> list[Row[Any]]:
    """The people of a membership, each with his or her newest choice."""
    return list(session.execute(_PEOPLE.where(_PERSON.c.membership_id == membership_id)))


def _chosen(session: Session, membership_id: int) -> set[int]:
    return {person.id for person in _people(session, membership_id) if person.private}
