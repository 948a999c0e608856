"""What a person finds of a line that resembles another (UNO-DUP-1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from expat import audit
from expat.claims.elsewhere import elsewhere
from expat.claims.lines import key_of, ref_of
from expat.claims.rejudge import new_fact
from expat.claims.review import not_paid, reason, status_of
from expat.claims.suspicions import lift_alike
from expat.claims.tables import ClaimLine, DuplicateReview
from expat.db import table_of
from expat.errors import BadInput, Conflict

OUTCOMES = ("suspected", "duplicate", "distinct")

_LINE: Any = table_of(ClaimLine)
_REVIEW: Any = table_of(DuplicateReview)


def review_duplicate(
    session: Session,
    line_id: int,
    outcome: str,
    same_as: str | None,
    why: str,
    day: date,
    at: datetime,
    preference: Sequence[str],
    actor: str,
) -> str:
    """Keep what was found and judge again: a suspected duplicate waits, a duplicate is refused, a distinct line is
    judged on everything else. Answers how the line stands then; the newest finding holds.

    `same_as` names another line of the person, such as `207/1`, or one of another membership that this one repeats;
    the latter is named in the audit trail alone, since the member reads the finding. A distinct line need name none:
    it is then no duplicate of any. Raises NotFound, BadInput, Conflict where the line is paid or would be refused for
    one that was itself found to be a duplicate.
    """
    if outcome not in OUTCOMES:
        raise BadInput("outcome", f"{outcome!r} is unknown", f"one of {', '.join(OUTCOMES)}")
    told = reason(why)
    row = not_paid(session, line_id)
    other, hidden = _other(session, row, same_as, outcome)
    values = {
        "membership_id": row.membership_id, "line_id": line_id, "outcome": outcome,
        "same_as": None if hidden else other, "why": told, "reviewed_by": actor, "recorded_at": at,
    }  # fmt: skip
    session.execute(_REVIEW.insert(), values)
    audit.record(session, at, actor, "duplicate.reviewed", f"line:{line_id}", outcome=outcome, same_as=other, why=told)
    if outcome == "distinct":
        lift_alike(session, line_id, told, day, at, actor)
    new_fact(session, row.membership_id, day, at, preference, about=line_id)
    return status_of(session, line_id)


def _other(session: Session, row: Row[Any], same_as: str | None, outcome: str) -> tuple[str | None, bool]:
    """The other line as it is named, None where a distinct line names none; and whether the member may not read it."""
    if not same_as:
        if outcome == "distinct":
            return None, False
        raise BadInput("same_as", "is empty", "the line that this one repeats, such as 207/1")
    key = key_of(same_as, "same_as")
    if key == row.id:
        raise BadInput("same_as", f"{same_as} is the line itself", "another line of the same person")
    person = session.execute(select(_LINE.c.person_id).where(_LINE.c.id == key)).scalar()
    hidden = person != row.person_id
    if hidden and not any(other.ref == ref_of(key) for other in elsewhere(session, [row.id]).get(row.id, ())):
        raise BadInput("same_as", f"{same_as} is no line of this person", "another line of the same person")
    if outcome == "duplicate" and _found(session, key) == "duplicate":
        raise Conflict("same_as", f"{same_as} was found to be a duplicate itself", "the line that both repeat")
    return ref_of(key), hidden


def _found(session: Session, line_id: int) -> str | None:
    """What was last found of a line."""
    query = select(_REVIEW.c.outcome).where(_REVIEW.c.line_id == line_id).order_by(_REVIEW.c.id.desc())
    found: str | None = session.execute(query.limit(1)).scalar()
    return found
