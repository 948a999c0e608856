"""A whole file: its rows, and what they say together with each other and with what is known. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from expat.db import table_of
from expat.employers.columns import CHANGE, JOINER, LEAVER, folded
from expat.employers.listing import covered_by, open_joiners, standing_end
from expat.employers.reading import Fault, read
from expat.employers.rows import Row, looked_at
from expat.membership.tables import InsuredPerson, Membership, MembershipChange
from expat.plans.loader import plan

PLAN = "expat-uno"
SLICE = 500

_PERSON: Any = table_of(InsuredPerson)
_CHANGE: Any = table_of(MembershipChange)
_MEMBERSHIP: Any = table_of(Membership)


@dataclass
class Looked:
    """A file that was looked at: its rows, and its faults in the order of the rows."""

    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def of(self, action: str) -> list[Row]:
        """The rows that announce something."""
        return [row for row in self.rows if row.action == action]


def look(session: Session, employer_id: int, content: bytes, today: date) -> Looked:
    """Everything that is wrong in a file, by row and column; without a fault it can be confirmed."""
    table = read(content)
    edition = plan(PLAN).on(today)
    rows = [looked_at(number, cells, table.titles, edition, today) for number, cells in table.rows]
    _families(rows)
    _twice(rows)
    _known(session, employer_id, rows)
    _insured(session, employer_id, rows)
    place = {title: i for i, title in enumerate(table.titles.values())}
    found = table.faults + [fault for row in rows for fault in row.faults]
    return Looked(rows, sorted(found, key=lambda fault: (fault.row, place.get(fault.column, -1))))


def _families(rows: Iterable[Row]) -> None:
    """A family has one member, and at most one spouse; nobody joins without a member."""
    members: dict[str, int] = {}
    spouses: dict[str, int] = {}
    joiners = [row for row in rows if row.action == JOINER]
    for row in joiners:
        for role, seen in (("member", members), ("spouse", spouses)):
            family = row.text.get("family")
            if row.role == role and family:
                if family in seen:
                    row.wrong("role", f"two_{role}s", family=family, other=str(seen[family]))
                seen.setdefault(family, row.number)
    for row in joiners:
        alone = "membership" not in row.text and row.text.get("family") not in members
        if row.role in ("spouse", "child") and alone:
            row.wrong("family", "without_member")
        elif row.role == "member" and "membership" in row.text:
            row.wrong("membership", "has_member")


def _who(row: Row) -> tuple[str, str, date] | None:
    first, last, born = row.text.get("first_name"), row.text.get("last_name"), row.day.get("born")
    return (folded(last), folded(first), born) if first and last and born else None


def _twice(rows: Iterable[Row]) -> None:
    seen: dict[Any, int] = {}
    for row in rows:
        if row.action == JOINER:
            key: Any = _who(row)
        else:
            key = (row.action, row.text["membership"].casefold()) if "membership" in row.text else None
        if key is not None and seen.setdefault(key, row.number) != row.number:
            column = "last_name" if row.action == JOINER else "membership"
            row.wrong(column, "twice", other=str(seen[key]))


def _known(session: Session, employer_id: int, rows: Sequence[Row]) -> None:
    """Membership numbers are of those whom the employer pays for, and whoever leaves was there."""
    named = [row for row in rows if "membership" in row.text and row.action in (JOINER, LEAVER, CHANGE)]
    paid = covered_by(session, employer_id) if named else {}
    by_number = {one.number.casefold(): one for one in paid.values()}
    for row in named:
        one = by_number.get(row.text["membership"].casefold())
        day = row.day.get("effective")
        if one is None:
            row.wrong("membership", "unknown_membership")
        elif one.ends_on is not None and row.action != CHANGE:
            row.wrong("membership", "ended", ends=one.ends_on.isoformat())
        elif day is not None and day < one.joined and row.action != JOINER:
            row.wrong("effective", "before_joining", joined=one.joined.isoformat())


def insured_as(session: Session, first_name: str, last_name: str, born: date) -> list[str]:
    """The numbers of the memberships without an end in which somebody is insured: for the management unit alone."""
    found = _people(session, [born]).get((folded(last_name), folded(first_name), born), set())
    query = select(_MEMBERSHIP.c.number).where(_MEMBERSHIP.c.id.in_(sorted(found))).order_by(_MEMBERSHIP.c.number)
    return list(session.execute(query).scalars())


def _insured(session: Session, employer_id: int, rows: Sequence[Row]) -> None:
    """Nobody joins whom the employer pays for already, or who was announced already.

    That somebody is insured elsewhere is nothing that an employer may learn: the management unit finds it.
    """
    wanted = {who: row for row in rows if row.action == JOINER and (who := _who(row)) is not None}
    if not wanted:
        return
    born = sorted({who[2] for who in wanted})
    announced = {
        (folded(one.last_name), folded(one.first_name), one.born) for one in open_joiners(session, employer_id)
    }
    paid, insured = covered_by(session, employer_id).keys(), set()
    for start in range(0, len(born), SLICE):
        insured |= {who for who, held in _people(session, born[start : start + SLICE]).items() if held & paid}
    for who, row in wanted.items():
        if who in insured:
            row.wrong("last_name", "already_insured")
        elif who in announced:
            row.wrong("last_name", "already_announced")


def _people(session: Session, born: Sequence[date]) -> dict[tuple[str, str, date], set[int]]:
    """Insured people born on the days, with their memberships that have no end."""
    ended = select(_CHANGE.c.id).where(_CHANGE.c.membership_id == _PERSON.c.membership_id, standing_end())
    query = select(_PERSON.c.last_name, _PERSON.c.first_name, _PERSON.c.born, _PERSON.c.membership_id)
    found: dict[tuple[str, str, date], set[int]] = {}
    for row in session.execute(query.where(_PERSON.c.born.in_(born), ~ended.exists())):
        found.setdefault((folded(row.last_name), folded(row.first_name), row.born), set()).add(row.membership_id)
    return found
