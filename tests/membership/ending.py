"""A family whose membership ends in every way, for the tests of ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from sqlmodel import Session

from expat.claims.dossier import Dossier
from expat.claims.load import load
from expat.membership.changes import Acting
from expat.membership.join import Joined, NewMembership, NewPerson, join
from expat.membership.status import covered_on

JOINED = date(2024, 1, 1)


def acting(day: date) -> Acting:
    """Somebody who acts at noon of a day."""
    return Acting(day, datetime.combine(day, time(12), UTC), ("ecb",), "desk")


def family(session: Session, born: date = date(1985, 5, 2), number: str = "M-1", **more: Any) -> Joined:
    """A member, a spouse and a child, joined on 1 January 2024."""
    people = (
        NewPerson("member", born, "Ada", "Lovelace"),
        NewPerson("spouse", date(1986, 1, 1), "Charles", "Lovelace"),
        NewPerson("child", date(2005, 3, 15), "Ann", "Lovelace"),
    )
    new = NewMembership(number, "expat-uno", more.pop("joined", JOINED), "3", "B", "SG", people, **more)
    return join(session, new, datetime(2024, 1, 1, tzinfo=UTC))


def dossier(session: Session, made: Joined) -> Dossier:
    """What is known of the family now."""
    return load(session, [made.membership_id])[made.membership_id]


def covered(session: Session, made: Joined, day: date) -> list[bool]:
    """Whether member, spouse and child are covered on a day."""
    found = dossier(session, made)
    return [covered_on(found, person, day) for person in made.people]
