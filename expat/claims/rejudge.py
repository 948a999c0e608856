"""Judging again: a new fact re-judges every line of the membership that is not paid, in the order received."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, bindparam, select, update
from sqlmodel import Session

from expat.claims.dossier import Dossier
from expat.claims.history import load_related
from expat.claims.judge import Judged, judge, rates_for
from expat.claims.lines import UNPAID, LineState, from_row
from expat.claims.load import load
from expat.claims.records import keep_decisions, standing
from expat.claims.tables import ClaimLine
from expat.db import table_of
from expat.errors import NotFound
from expat.membership.tables import Membership

_LINE, _MEMBERSHIP = table_of(ClaimLine), table_of(Membership)


def new_fact(
    session: Session,
    membership_id: int,
    day: date,
    at: datetime,
    preference: Sequence[str],
    about: int | None = None,
) -> None:
    """Something new is known about a membership: judge its unpaid lines again as of a day.

    The line that it is `about`, where there is one, has a new decision even where it stands as before: its trace
    tells what is known now.
    """
    mine = update(_MEMBERSHIP).where(_MEMBERSHIP.c.id == membership_id)
    session.execute(mine.values(facts_version=_MEMBERSHIP.c.facts_version + 1))
    dossier = load(session, [membership_id], lock=True)[membership_id]
    rejudge_loaded(session, dossier, day, at, preference, about=about)
    session.execute(mine.values(judged_version=dossier.version))


def locked_line(session: Session, line_id: int) -> Row[Any]:
    """A line as it stands once its membership is locked: whoever changes a line waits here. Raises NotFound."""
    membership = session.execute(select(_LINE.c.membership_id).where(_LINE.c.id == line_id)).scalar()
    if membership is None:
        raise NotFound("line", f"there is no line {line_id}")
    lock = select(_MEMBERSHIP.c.id).where(_MEMBERSHIP.c.id == membership).with_for_update(key_share=True)
    session.execute(lock)
    return session.execute(select(_LINE).where(_LINE.c.id == line_id)).one()


def rejudge_loaded(
    session: Session,
    dossier: Dossier,
    day: date,
    at: datetime,
    preference: Sequence[str],
    only: Sequence[str] = UNPAID,
    about: int | None = None,
) -> None:
    """Judge a membership's unpaid lines again, in the order received; a decision is kept where the outcome changed,
    and for the line that the new fact is `about`."""
    lines = unpaid_lines(session, [dossier.id], only)
    if not lines:
        return
    before = {id(line): line.standing for line in lines}
    related = load_related(session, {dossier.id: dossier}, lines)
    rates = rates_for(session, {dossier.id: dossier}, lines, day, preference)
    judged = [judge(dossier, line, related, rates, day) for line in lines]
    changed = [j for j in judged if before[id(j.line)] != j.line.standing or j.line.id == about]
    keep_decisions(session, [(_key(j.line), j) for j in changed], day, at)
    note_standing(session, changed)


def unpaid_lines(session: Session, memberships: Sequence[int], status: Sequence[str]) -> list[LineState]:
    """The lines of memberships that have one of the statuses, in the order received."""
    table = table_of(ClaimLine)
    query = select(table).where(table.c.membership_id.in_(memberships), table.c.status.in_(status))
    return sorted((from_row(row) for row in session.execute(query)), key=lambda line: line.order)


def note_standing(session: Session, judged: Sequence[Judged]) -> None:
    """Bring the lines' columns up to their newest decisions."""
    table = table_of(ClaimLine)
    if judged:
        names = standing(judged[0])
        query = update(table).where(table.c.id == bindparam("key")).values({n: bindparam(f"new_{n}") for n in names})
        rows = [{"key": j.line.id, **{f"new_{n}": v for n, v in standing(j).items()}} for j in judged]
        session.connection().execute(query, rows)


def _key(line: LineState) -> int:
    assert line.id is not None
    return line.id
