"""Contesting a decision, with a reason, within the time in which rights do not lapse; and a person's answer to it.

What was decided can be contested where it is less than what was asked for: a line that is refused, or of which a rule
took something off; of one that waits nothing is decided yet. A changed decision is made with the verbs of judging; the
answer says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, bindparam, select
from sqlmodel import Session

from expat import audit
from expat.claims.lines import STANDING, ref_of
from expat.claims.records import editions_of
from expat.claims.rejudge import locked_line
from expat.claims.tables import ClaimLine, Contest, ContestAnswer, LineDecision
from expat.claims.written import written
from expat.db import table_of
from expat.errors import BadInput, Conflict, NotFound
from expat.plans.edition import Edition
from expat.wording.reasons import contest_until

UPHELD, CHANGED = "upheld", "changed"

_CONTEST: Any = table_of(Contest)
_ANSWER: Any = table_of(ContestAnswer)
_DECISION: Any = table_of(LineDecision)
_LINE: Any = table_of(ClaimLine)
_LINES: Any = bindparam("lines", expanding=True)


class Contested(NamedTuple):
    """A contest of a line, and its answer; `answered_on` is None while it is open."""

    id: int
    line_id: int
    claim_id: int
    position: int
    membership_id: int
    person_id: int
    decision_id: int
    reason: str
    contested_by: str
    contested_on: date
    recorded_at: datetime
    outcome: str | None = None
    answer: str | None = None
    answered_by: str | None = None
    answered_on: date | None = None
    answered_at: datetime | None = None

    @property
    def ref(self) -> str:
        """How people name the line: `207/1`."""
        return f"{self.claim_id}/{self.position}"


def contest(session: Session, line_id: int, reason: str, day: date, at: datetime, actor: str) -> int:
    """Contest how a line stands; answers the contest's key. The same again, while it is open, is the same contest.

    Raises NotFound; BadInput where the reason is empty or too long; Conflict where nothing was taken off, where it is
    too late (the plan's `claim.prescription`), or where another contest of the line is open.
    """
    row = locked_line(session, line_id)
    why = written("reason", reason)
    if (open_one := _open(session, line_id)) is not None:
        return _same(open_one, why, actor)
    decision = _newest(session, line_id)
    edition = editions_of(session, {decision.edition})[decision.edition]
    until = contestable_until(row.status, decision, edition)
    if until is None:
        raise Conflict("line", f"{ref_of(line_id)} is {row.status}, nothing was taken off", "a line that was cut")
    if day > until:
        raise Conflict("line", f"the decision could be contested until {until}", "a decision that is not so old")
    values = {
        "line_id": line_id, "decision_id": decision.id, "reason": why, "contested_by": actor, "contested_on": day,
        "recorded_at": at,
    }  # fmt: skip
    key = int(session.execute(_CONTEST.insert().values(values).returning(_CONTEST.c.id)).scalar_one())
    audit.record(session, at, actor, "line.contested", f"line:{line_id}", contest=key, decision=decision.id)
    return key


def contestable_until(status: str, decision: Any, edition: Edition) -> date | None:
    """The last day on which a line's newest decision can be contested; None where nothing is decided or taken off.

    `decision` is its row, `edition` the one that it used (UNO-MEM-6; the contract's heading Prescription).
    """
    cut = any(step["before"] is not None for step in decision.trace["steps"])
    decided = status == "refused" or (status in STANDING and cut)
    return contest_until(decision.judged_on, edition) if decided else None


def answer_contest(
    session: Session, contest_id: int, outcome: str, answer: str, day: date, at: datetime, actor: str
) -> None:
    """Answer a contest, once: the decision is upheld, or was changed. Nobody answers a contest of his or her own.

    Raises NotFound, BadInput for an outcome or a text that cannot be, Conflict where it is answered or one's own.
    """
    found = contested(session, contest_id)
    locked_line(session, found.line_id)
    if outcome not in (UPHELD, CHANGED):
        raise BadInput("outcome", f"{outcome!r} is unknown", f"{UPHELD} or {CHANGED}")
    said = written("answer", answer)
    if actor == found.contested_by:
        raise Conflict("actor", "contested this decision", "another person, who answers it")
    if contested(session, contest_id).answered_on is not None:
        raise Conflict("contest", f"contest {contest_id} is answered", "one answer to each contest")
    values = {
        "contest_id": contest_id, "outcome": outcome, "answer": said, "answered_by": actor, "answered_on": day,
        "recorded_at": at,
    }  # fmt: skip
    session.execute(_ANSWER.insert().values(values))
    subject = f"line:{found.line_id}"
    audit.record(session, at, actor, "contest.answered", subject, contest=contest_id, outcome=outcome)


def contested(session: Session, contest_id: int) -> Contested:
    """A contest by its key. Raises NotFound."""
    row = session.execute(all_contests().where(_CONTEST.c.id == contest_id)).first()
    if row is None:
        raise NotFound("contest", f"there is no contest {contest_id}")
    return _contested(row)


def waiting_contests(session: Session, membership_id: int) -> list[Contested]:
    """The contests of a membership that have no answer yet, the oldest first."""
    query = _still_open(all_contests()).where(_LINE.c.membership_id == membership_id)
    return [_contested(row) for row in session.execute(query)]


def contested_by_line(rows: Iterable[Any]) -> dict[int, list[Contested]]:
    """The rows of `CONTESTS` by line."""
    found: dict[int, list[Contested]] = {}
    for row in rows:
        found.setdefault(row.line_id, []).append(_contested(row))
    return found


def all_contests() -> Select[Any]:
    """The statement that reads contests, with their lines and answers, the oldest first."""
    answer = ("outcome", "answer", "answered_by", "answered_on")
    return (
        select(
            _CONTEST, *(_LINE.c[n] for n in ("claim_id", "position", "membership_id", "person_id")),
            *(_ANSWER.c[n] for n in answer), _ANSWER.c.recorded_at.label("answered_at"),
        )
        .join(_LINE, _LINE.c.id == _CONTEST.c.line_id)
        .outerjoin(_ANSWER, _ANSWER.c.contest_id == _CONTEST.c.id)
        .order_by(_CONTEST.c.id)
    )  # fmt: skip


CONTESTS = all_contests().where(_CONTEST.c.line_id.in_(_LINES))


def _still_open(query: Select[Any]) -> Select[Any]:
    return query.where(_ANSWER.c.id.is_(None))


def _contested(row: Row[Any]) -> Contested:
    return Contested(**{name: getattr(row, name) for name in Contested._fields})


def _open(session: Session, line_id: int) -> Row[Any] | None:
    return session.execute(_still_open(all_contests()).where(_CONTEST.c.line_id == line_id)).first()


def _same(open_one: Row[Any], why: str, actor: str) -> int:
    if (open_one.reason, open_one.contested_by) != (why, actor):
        raise Conflict("contest", f"one of {open_one.contested_on} is open", "its answer first")
    return int(open_one.id)


def _newest(session: Session, line_id: int) -> Row[Any]:
    query = select(_DECISION).where(_DECISION.c.line_id == line_id).order_by(_DECISION.c.id.desc()).limit(1)
    return session.execute(query).one()
