"""Whose data are given: the circles around somebody, and the rules that say which rows of a table are in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, false, or_, select
from sqlmodel import Session

from expat.db import table_named
from expat.errors import NotFound
from expat.membership.privacy import visible_people

Where = Callable[[Any, "Circles"], Any]
Label = Callable[[Any], str]  # of a row: what its sealed text is sealed under


@dataclass(frozen=True)
class Circles:
    """Whose data are given: `own` are oneself and the minors for whom one acts, `seen` also the adults who do not keep
    their claims to themselves. `membership` is given to its member alone; everybody in it knows the `household`.
    """

    own: frozenset[int]
    seen: frozenset[int]
    membership: frozenset[int]
    household: frozenset[int]

    def of(self, name: str) -> list[int]:
        """The keys of a circle."""
        found: frozenset[int] = getattr(self, name)
        return sorted(found)


@dataclass(frozen=True)
class Kept:
    """The rows of a table that concern somebody. `without` are columns that are not given: secrets and what is sealed.

    `sealed` are columns that are opened, with what they are sealed under.
    """

    where: Where
    without: tuple[str, ...] = ()
    sealed: dict[str, Label] = field(default_factory=dict)


def circles_of(session: Session, person_id: int, membership_id: int, is_member: bool, day: Any) -> Circles:
    """What an insured person may be given on a day. Raises NotFound where nobody of that key is insured."""
    seen = visible_people(session, person_id, day)
    if person_id not in seen.whole:
        raise NotFound("person", f"there is no insured person {person_id}")
    own = frozenset({person_id}) | (seen.whole - seen.adults)
    mine = frozenset({membership_id}) if is_member else frozenset()
    return Circles(own, seen.whole, mine, frozenset({membership_id}))


def circles_for_medical(person_id: int) -> Circles:
    """What the medical department gives of one person."""
    alone = frozenset({person_id})
    return Circles(alone, alone, frozenset(), frozenset())


def of(column: str, circle: str) -> Where:
    """Rows whose column is one of a circle's keys."""
    return lambda table, circles: table.c[column].in_(circles.of(circle))


def under(column: str, parent: str, circle: str = "own") -> Where:
    """Rows that belong to a row of another table whose person is in a circle."""

    def where(table: Any, circles: Circles) -> Any:
        above = table_named(parent)
        return table.c[column].in_(select(above.c.id).where(above.c.person_id.in_(circles.of(circle))))

    return where


def any_of(*found: Where) -> Where:
    """Rows that one of the rules gives."""
    return lambda table, circles: or_(*(where(table, circles) for where in found))


def all_of(*found: Where) -> Where:
    """Rows that each of the rules gives."""
    return lambda table, circles: and_(*(where(table, circles) for where in found))


def empty(column: str) -> Where:
    """Rows whose column says nothing."""
    return lambda table, _circles: table.c[column].is_(None)


def is_false(column: str) -> Where:
    """Rows whose column says no."""
    return lambda table, _circles: table.c[column].is_(false())


def is_not(column: str, word: str) -> Where:
    """Rows whose column is not a word."""
    return lambda table, _circles: table.c[column] != word
