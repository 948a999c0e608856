"""Restricting the use of a person's data, using it on a stated ground, and lifting it once the person was told."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from expat import audit
from expat.db import table_of
from expat.errors import BadInput, Conflict, NotFound
from expat.places import shipped
from expat.restrictions.standing import Standing, is_restricted, restrictions_of, stated
from expat.restrictions.tables import Restriction, RestrictionEnd, RestrictionUse

# RGPD, art. 18(2): on these grounds, and no others, restricted data is used.
GROUNDS = ("consent", "legal_claims", "protection", "public_interest")
LONGEST = 500

_RESTRICTION: Any = table_of(Restriction)
_END: Any = table_of(RestrictionEnd)
_USE: Any = table_of(RestrictionUse)


@cache
def notice_days() -> int:
    """How many days before a restriction ends the person is told (`config/personal_data.toml`)."""
    text = (shipped("config") / "personal_data.toml").read_text(encoding="utf-8")
    return int(tomllib.loads(text)["restriction"]["notice_days"])


def restrict(
    session: Session, person_id: int, membership_id: int, request_id: int, day: date, at: datetime, actor: str
) -> None:
    """Let a restriction that was agreed to stand from a day on."""
    values = {
        "person_id": person_id, "membership_id": membership_id, "request_id": request_id, "since": day,
        "recorded_at": at,
    }  # fmt: skip
    session.execute(_RESTRICTION.insert().values(values))
    audit.record(session, at, actor, "restriction.begun", f"insured_person:{person_id}", request=request_id)


def use(session: Session, person_id: int, ground: str, why: str, day: date, at: datetime, actor: str) -> bool:
    """State on which ground restricted data is used for the rest of the day; answers whether that is new.

    Raises BadInput for the ground and for what it is for, Conflict where nothing is restricted.
    """
    if ground not in GROUNDS:
        raise BadInput("ground", f"{ground!r} is unknown", f"one of {', '.join(GROUNDS)}")
    said = _said(why)
    if not is_restricted(session, person_id, day):
        raise Conflict("person", f"the data of person {person_id} is not restricted", "nothing to state")
    if stated(session, [person_id], actor, day).get(person_id) == ground:
        return False
    values = {
        "person_id": person_id, "ground": ground, "why": said, "used_by": actor, "used_on": day, "recorded_at": at,
    }  # fmt: skip
    session.execute(_USE.insert().values(values))
    audit.record(session, at, actor, "restriction.used", f"insured_person:{person_id}", kind=ground)
    return True


def tell_end(session: Session, restriction_id: int, why: str, day: date, at: datetime, actor: str) -> Standing:
    """Announce that a restriction is lifted: it goes on standing for the days of notice (RGPD, art. 18(3)).

    The caller tells the person, who is told before anything is used again. Raises BadInput for the reason, NotFound,
    Conflict where its end was told before.
    """
    said = _said(why)
    person = session.execute(select(_RESTRICTION.c.person_id).where(_RESTRICTION.c.id == restriction_id)).scalar()
    if person is None:
        raise NotFound("restriction", f"there is no restriction {restriction_id}")
    known = session.execute(select(_END.c.ends_on).where(_END.c.restriction_id == restriction_id)).scalar()
    if known is not None:
        raise Conflict("restriction", f"its end was told: it ends on {known}", "one end to each restriction")
    values = {
        "restriction_id": restriction_id, "why": said, "told_by": actor, "told_on": day,
        "ends_on": day + timedelta(days=notice_days()), "recorded_at": at,
    }  # fmt: skip
    session.execute(_END.insert().values(values))
    audit.record(session, at, actor, "restriction.end_told", f"insured_person:{person}", ends=str(values["ends_on"]))
    return next(one for one in restrictions_of(session, [person]) if one.id == restriction_id)


def _said(why: str) -> str:
    said = " ".join(why.split())
    if not 0 < len(said) <= LONGEST or "\x00" in said:
        raise BadInput("why", "is empty, too long or cannot be kept", f"1 to {LONGEST} characters")
    return said
