"""What is odd about a line, where it stands, and what a person makes of it; nothing is decided by a machine.

A grave suspicion holds up the payment of its line until a person looked: lifted, the next settlement pays the line;
kept, it goes on waiting while that person asks for papers, or decides on the line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Date, Row, and_, bindparam, exists, func, or_, select, type_coerce
from sqlmodel import Session

from expat import audit
from expat.claims.rejudge import locked_line
from expat.claims.tables import Suspicion, SuspicionAnswer
from expat.claims.written import written
from expat.db import table_of
from expat.errors import BadInput, Conflict, NotFound

LIFTED, KEPT = "lifted", "kept"
OUTCOMES = (LIFTED, KEPT)

_SUSPICION: Any = table_of(Suspicion)
_ANSWER: Any = table_of(SuspicionAnswer)


class Suspected(NamedTuple):
    """A suspicion (its row), and the answers to it, the newest last."""

    row: Row[Any]
    answers: tuple[Row[Any], ...]

    @property
    def outcome(self) -> str:
        """What a person made of it: lifted, kept, or nothing yet."""
        return str(self.answers[-1].outcome) if self.answers else ""

    @property
    def since(self) -> date:
        """The day from which the promise to look counts."""
        found: date = self.answers[-1].answered_on if self.answers else self.row.found_on
        return found


def suspicions_of(session: Session, lines: Collection[int]) -> dict[int, list[Suspected]]:
    """What is odd about lines, by line, in the order found; two queries."""
    rows = session.execute(select(_SUSPICION).where(_SUSPICION.c.line_id.in_(list(lines))).order_by(_SUSPICION.c.id))
    several = rows.all()
    answers: dict[int, list[Row[Any]]] = defaultdict(list)
    if several:
        query = select(_ANSWER).where(_ANSWER.c.suspicion_id.in_([row.id for row in several]))
        for row in session.execute(query.order_by(_ANSWER.c.id)):
            answers[row.suspicion_id].append(row)
    found: dict[int, list[Suspected]] = defaultdict(list)
    for row in several:
        found[row.line_id].append(Suspected(row, tuple(answers[row.id])))
    return found


def held_lines(session: Session, memberships: Collection[int]) -> frozenset[int]:
    """The lines of memberships that are not paid before a person looked."""
    query = select(_SUSPICION.c.line_id).where(
        _SUSPICION.c.membership_id.in_(list(memberships)), _SUSPICION.c.grave, ~newest_is(LIFTED)
    )
    return frozenset(session.execute(query).scalars())


def newest_is(outcome: str) -> Any:
    """Whether the newest answer to a suspicion (of the query) is that."""
    later = _ANSWER.alias()
    none_later = ~exists().where(later.c.suspicion_id == _ANSWER.c.suspicion_id, later.c.id > _ANSWER.c.id)
    return exists().where(_ANSWER.c.suspicion_id == _SUSPICION.c.id, _ANSWER.c.outcome == outcome, none_later)


_LAST_ANSWERED = select(func.max(_ANSWER.c.answered_on)).where(_ANSWER.c.suspicion_id == _SUSPICION.c.id)
_SINCE = func.coalesce(_LAST_ANSWERED.correlate(_SUSPICION).scalar_subquery(), _SUSPICION.c.found_on)
# Lines (`lines`) that wait for a person's look, and from which day the promise counts, one row a suspicion.
SUSPECTED = select(_SUSPICION.c.line_id, type_coerce(_SINCE, Date).label("since")).where(
    _SUSPICION.c.line_id.in_(bindparam("lines", expanding=True)), _SUSPICION.c.grave, ~newest_is(LIFTED)
)


def to_look_at(line: Any) -> tuple[Any, Any]:
    """The suspicions about a line (its columns) that a person is to look at, and since when: one that nobody answered,
    or a grave one that was kept while the line waits.
    """
    answered = exists().where(_ANSWER.c.suspicion_id == _SUSPICION.c.id)
    waits = line.status.in_(("accepted", "pending"))
    open_ = and_(~answered, line.status != "refused")
    condition = and_(_SUSPICION.c.line_id == line.id, or_(open_, and_(_SUSPICION.c.grave, newest_is(KEPT), waits)))
    return condition, _SINCE


def answer_suspicion(
    session: Session, suspicion_id: int, outcome: str, why: str, day: date, at: datetime, actor: str
) -> None:
    """Keep what a person makes of a suspicion, with the reason, which members do not read.

    Raises NotFound, BadInput, Conflict where it is answered so already.
    """
    if outcome not in OUTCOMES:
        raise BadInput("outcome", f"{outcome!r} is unknown", f"one of {', '.join(OUTCOMES)}")
    row = session.execute(select(_SUSPICION).where(_SUSPICION.c.id == suspicion_id)).first()
    if row is None:
        raise NotFound("suspicion", f"there is no suspicion {suspicion_id}")
    locked_line(session, row.line_id)
    found = next(one for one in suspicions_of(session, [row.line_id])[row.line_id] if one.row.id == suspicion_id)
    if found.outcome == outcome == LIFTED:
        raise Conflict("suspicion", "it is lifted already", "one that stands")
    keep_answer(session, suspicion_id, row.line_id, outcome, written("why", why), day, at, actor)


def keep_answer(
    session: Session, suspicion_id: int, line_id: int, outcome: str, why: str, day: date, at: datetime, actor: str
) -> None:
    """Keep an answer that was checked."""
    values = {
        "suspicion_id": suspicion_id, "outcome": outcome, "why": why, "answered_by": actor, "answered_on": day,
        "recorded_at": at,
    }  # fmt: skip
    session.execute(_ANSWER.insert().values(values))
    audit.record(session, at, actor, f"suspicion.{outcome}", f"line:{line_id}", suspicion=suspicion_id)


def lift_alike(session: Session, line_id: int, why: str, day: date, at: datetime, actor: str) -> None:
    """A person found a line to be distinct: what is suspected because it resembles another is lifted with it."""
    for one in suspicions_of(session, [line_id])[line_id]:
        if one.row.kind in ("resembles", "same_document", "same_invoice") and one.outcome != LIFTED:
            keep_answer(session, one.row.id, line_id, LIFTED, why, day, at, actor)
