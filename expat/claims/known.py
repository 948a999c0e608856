"""What was known of a membership on a day and had been decided, beside what is known today; what was learnt since.

Every fact has the day from which it holds and the instant at which it was recorded. What we knew on a day is what was
recorded by its end; what held on that day is read from it. Decisions are those that had been made by then.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Row, func, select
from sqlmodel import Session

from expat.approvals.tables import ApprovalAnswer, ApprovalRequest
from expat.claims.dossier import Dossier
from expat.claims.learnt import Learnt, learnt
from expat.claims.load import load
from expat.claims.tables import Claim, ClaimLine, LineDecision
from expat.currency.euro_area import payout_currency
from expat.db import table_of
from expat.errors import NotFound
from expat.membership.status import covered_on, status_on
from expat.periods import Period

CHOICES = ("formula", "zone", "residence", "payout_currency")
MOST = 100  # lines on a page

_LINE: Any = table_of(ClaimLine)
_CLAIM: Any = table_of(Claim)
_DECISION: Any = table_of(LineDecision)
_REQUEST: Any = table_of(ApprovalRequest)
_ANSWER: Any = table_of(ApprovalAnswer)


class Held(NamedTuple):
    """What held on the day as known then and as known today; None where nothing was known."""

    kind: str
    then: str | None
    now: str


class PersonHeld(NamedTuple):
    """Whether a person was covered on the day, and from when to when, as known then and as known today."""

    person: Any
    then: bool | None
    days_then: tuple[Period, ...]
    now: bool
    days_now: tuple[Period, ...]


class PremiumHeld(NamedTuple):
    """What had become of a premium by the day, and by today: its last event, None where there was none."""

    due_on: date
    then: str | None
    now: str | None


class ApprovalHeld(NamedTuple):
    """Whether a request for prior approval had been granted; None while it was not answered."""

    request: int
    person: int
    care: str
    starts_on: date
    then: bool | None
    now: bool | None


class Stood(NamedTuple):
    """How a line stood by a decision: minor units of `currency`, None where nothing is to be paid."""

    status: str
    reasons: str
    amount: int | None
    currency: str | None
    judged_on: date


class LineHeld(NamedTuple):
    """A line (its row) by the decision that held then, and the one that holds today; `keyed_at` is the instant at which
    its claim was recorded, which can lie after the day on which we received it."""

    row: Any
    then: Stood
    now: Stood
    keyed_at: datetime


@dataclass(frozen=True)
class Known:
    """A membership on a day, as known at `at`, the end of that day, beside what is known today.

    `then` is None where nothing was known. `more` is the last line's key where more lines were known than are shown;
    `since` counts the lines that came later.
    """

    day: date
    at: datetime
    then: Dossier | None
    now: Dossier
    held: tuple[Held, ...]
    people: tuple[PersonHeld, ...]
    premiums: tuple[PremiumHeld, ...]
    approvals: tuple[ApprovalHeld, ...]
    lines: tuple[LineHeld, ...]
    more: int | None
    since: int
    learnt: tuple[Learnt, ...]


def end_of(day: date, zone: str) -> datetime:
    """The last instant of a day by the clock of a zone."""
    return datetime.combine(day, time.max, ZoneInfo(zone)).astimezone(UTC)


def known(
    session: Session, membership_id: int, day: date, zone: str, people: Collection[int] | None = None, after: int = 0
) -> Known:
    """What was known of a membership at the end of a day; of `people` alone the lines and requests. Raises NotFound.

    `after` is the key of the last line of the page before.
    """
    now = load(session, [membership_id]).get(membership_id)
    if now is None:
        raise NotFound("membership", f"there is no membership {membership_id}")
    at = end_of(day, zone)
    then = load(session, [membership_id], known_at=at).get(membership_id)
    seen = frozenset(now.people if people is None else people)
    lines, more = _lines(session, membership_id, at, seen, after)
    return Known(
        day, at, then, now, _held(then, now, day), _people(then, now, day), _premiums(then, now),
        _approvals(session, membership_id, at, seen), lines, more, _since(session, membership_id, at, seen),
        learnt(session, now, at, seen),
    )  # fmt: skip


# --- what held ----------------------------------------------------------------------------------------------------


def _held(then: Dossier | None, now: Dossier, day: date) -> tuple[Held, ...]:
    before, today = _choices(then, day), _choices(now, day)
    return tuple(Held(kind, before.get(kind), today[kind]) for kind in today)


def _choices(dossier: Dossier | None, day: date) -> dict[str, str]:
    if dossier is None or not all(dossier.timeline(kind) for kind in CHOICES):
        return {}
    found = {kind: dossier.on(kind, day) for kind in CHOICES}
    found["payout_currency"] = payout_currency(found["payout_currency"], found["residence"], day)
    return {"status": status_on(dossier, day), **found}


def _people(then: Dossier | None, now: Dossier, day: date) -> tuple[PersonHeld, ...]:
    found = []
    for key, person in now.people.items():
        known_then = then is not None and key in then.people
        covered, days = _cover(then, key, day) if then is not None and known_then else (None, ())
        covered_now, days_now = _cover(now, key, day)
        found.append(PersonHeld(person, covered, days, covered_now, days_now))
    return tuple(found)


def _cover(dossier: Dossier, person: int, day: date) -> tuple[bool, tuple[Period, ...]]:
    return covered_on(dossier, person, day), dossier.cover(person, dossier.plan.on(max(day, dossier.joined)))


def _premiums(then: Dossier | None, now: Dossier) -> tuple[PremiumHeld, ...]:
    """The premiums that were known then, the newest first."""
    if then is None:
        return ()
    found = [
        PremiumHeld(due_on, _last(events), _last(now.premiums[key][1]))
        for key, (due_on, events) in then.premiums.items()
    ]
    return tuple(sorted(found, key=lambda one: one.due_on, reverse=True))


def _last(events: Sequence[Any]) -> str | None:
    return events[-1].kind if events else None


def _approvals(session: Session, membership_id: int, at: datetime, people: Collection[int]) -> tuple[ApprovalHeld, ...]:
    query = select(_REQUEST).where(_REQUEST.c.membership_id == membership_id, _REQUEST.c.recorded_at <= at)
    rows = session.execute(query.where(_REQUEST.c.person_id.in_(people)).order_by(_REQUEST.c.id.desc())).all()
    answers = select(_ANSWER.c.request_id, _ANSWER.c.granted, _ANSWER.c.recorded_at).order_by(_ANSWER.c.id)
    then: dict[int, bool] = {}
    now: dict[int, bool] = {}
    for row in session.execute(answers.where(_ANSWER.c.request_id.in_([row.id for row in rows]))):
        now[row.request_id] = row.granted
        if row.recorded_at <= at:
            then[row.request_id] = row.granted
    return tuple(
        ApprovalHeld(row.id, row.person_id, row.care, row.starts_on, then.get(row.id), now.get(row.id)) for row in rows
    )


# --- lines --------------------------------------------------------------------------------------------------------


def _lines(
    session: Session, membership_id: int, at: datetime, people: Collection[int], after: int
) -> tuple[tuple[LineHeld, ...], int | None]:
    came = select(_LINE, _CLAIM.c.recorded_at.label("keyed_at")).join(_CLAIM, _CLAIM.c.id == _LINE.c.claim_id)
    came = came.where(_LINE.c.membership_id == membership_id, _CLAIM.c.recorded_at <= at, _LINE.c.id > after)
    rows = session.execute(came.where(_LINE.c.person_id.in_(people)).order_by(_LINE.c.id).limit(MOST + 1)).all()
    keys = [row.id for row in rows[:MOST]]
    then, now = _decisions(session, keys, at), _decisions(session, keys, None)
    found = tuple(LineHeld(row, then[row.id], now[row.id], row.keyed_at) for row in rows[:MOST] if row.id in then)
    return found, keys[-1] if len(rows) > MOST else None


def _decisions(session: Session, keys: Sequence[int], at: datetime | None) -> dict[int, Stood]:
    """The newest decision on each line that had been made at an instant; today's where none is named."""
    newest = select(func.max(_DECISION.c.id)).where(_DECISION.c.line_id.in_(keys)).group_by(_DECISION.c.line_id)
    if at is not None:
        newest = newest.where(_DECISION.c.recorded_at <= at)
    query = select(_DECISION).where(_DECISION.c.id.in_(newest))
    return {row.line_id: _stood(row) for row in session.execute(query)}


def _stood(row: Row[Any]) -> Stood:
    trace = row.trace
    settled = row.settlement_id is not None and row.status == "accepted" and trace["payout"] is not None
    return Stood(
        "paid" if settled else row.status, row.reasons, trace["payout"], trace["payout_currency"], row.judged_on
    )


def _since(session: Session, membership_id: int, at: datetime, people: Collection[int]) -> int:
    query = select(func.count()).select_from(_LINE).join(_CLAIM, _CLAIM.c.id == _LINE.c.claim_id)
    query = query.where(_LINE.c.membership_id == membership_id, _LINE.c.person_id.in_(people))
    return int(session.execute(query.where(_CLAIM.c.recorded_at > at)).scalar_one())
