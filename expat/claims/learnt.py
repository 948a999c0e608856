"""What was recorded of a membership after an instant: what it is, since when it is known, and who entered it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from expat.approvals.tables import ApprovalAnswer, ApprovalRequest
from expat.audit import AuditEntry
from expat.claims.dossier import Dossier
from expat.db import table_of
from expat.options.tables import Recharge
from expat.premiums.tables import Premium, PremiumEvent

_PREMIUM: Any = table_of(Premium)
_EVENT: Any = table_of(PremiumEvent)
_REQUEST: Any = table_of(ApprovalRequest)
_ANSWER: Any = table_of(ApprovalAnswer)
_RECHARGE: Any = table_of(Recharge)
_AUDIT: Any = table_of(AuditEntry)


class Learnt(NamedTuple):
    """Something recorded since: from when it holds (None: no day), since when it is known, and who entered it.

    `value` is as it is kept; `person` whom it is about, where it is about one; `until` where it ends.
    """

    kind: str
    value: str
    person: int | None
    holds_from: date | None
    until: date | None
    known_since: datetime
    by: str | None


def learnt(session: Session, now: Dossier, at: datetime, people: Collection[int]) -> tuple[Learnt, ...]:
    """Everything recorded after an instant, in that order; of requests and recharges those of `people` alone."""
    mine = f"membership:{now.id}"
    found: list[tuple[Learnt, str]] = []
    for row in now.changes:
        if row.recorded_at > at and row.refused is None:
            found.append((_of_change(row), mine))
    for row in now.people.values():
        if row.recorded_at > at:
            found.append((Learnt("person", row.role, row.id, row.covered_from, None, row.recorded_at, None), mine))
    found += [(one, f"premium:{key}") for key, one in _of_premiums(session, now.id, at)]
    found += [(one, f"approval:{key}") for key, one in _of_approvals(session, now.id, at, people)]
    found += [(one, f"recharge:{key}") for key, one in _of_recharges(session, now.id, at, people)]
    actors = _actors(session, found)
    return tuple(
        sorted(
            (one._replace(by=actors.get((subject, one.known_since))) for one, subject in found),
            key=lambda one: one.known_since,
        )
    )


def _of_change(row: Any) -> Learnt:
    return Learnt(row.kind, row.value, row.person_id, row.effective_from, row.effective_to, row.recorded_at, None)


def _of_premiums(session: Session, membership_id: int, at: datetime) -> list[tuple[int, Learnt]]:
    due = select(_PREMIUM).where(_PREMIUM.c.membership_id == membership_id, _PREMIUM.c.recorded_at > at)
    events = select(_EVENT, _PREMIUM.c.due_on).join(_PREMIUM, _PREMIUM.c.id == _EVENT.c.premium_id)
    events = events.where(_PREMIUM.c.membership_id == membership_id, _EVENT.c.recorded_at > at)
    found = [
        (row.id, Learnt("premium_due", "", None, row.due_on, None, row.recorded_at, None))
        for row in session.execute(due)
    ]
    return found + [
        (
            row.premium_id,
            Learnt(f"premium_{row.kind}", row.due_on.isoformat(), None, row.happened_on, None, row.recorded_at, None),
        )
        for row in session.execute(events)
    ]


def _of_approvals(
    session: Session, membership_id: int, at: datetime, people: Collection[int]
) -> list[tuple[int, Learnt]]:
    query = select(_ANSWER, _REQUEST.c.care, _REQUEST.c.person_id, _REQUEST.c.starts_on)
    query = query.join(_REQUEST, _REQUEST.c.id == _ANSWER.c.request_id)
    query = query.where(_REQUEST.c.membership_id == membership_id, _REQUEST.c.person_id.in_(people))
    return [
        (
            row.request_id,
            Learnt(
                "approval_granted" if row.granted else "approval_refused", row.care, row.person_id, row.starts_on, None,
                row.recorded_at, None,
            ),
        )
        for row in session.execute(query.where(_ANSWER.c.recorded_at > at))
    ]  # fmt: skip


def _of_recharges(
    session: Session, membership_id: int, at: datetime, people: Collection[int]
) -> list[tuple[int, Learnt]]:
    query = select(_RECHARGE).where(_RECHARGE.c.membership_id == membership_id, _RECHARGE.c.recorded_at > at)
    return [
        (row.id, Learnt("recharge", row.category, row.person_id, row.first_day, row.last_day, row.recorded_at, None))
        for row in session.execute(query.where(_RECHARGE.c.person_id.in_(people)))
    ]


def _actors(session: Session, found: Sequence[tuple[Learnt, str]]) -> dict[tuple[str, datetime], str]:
    """Who entered what, from the trail: the act on the same subject at the same instant."""
    subjects = {subject for _one, subject in found}
    if not subjects:
        return {}
    query = select(_AUDIT.c.subject, _AUDIT.c.at, _AUDIT.c.actor).where(_AUDIT.c.subject.in_(subjects))
    rows = session.execute(query.order_by(_AUDIT.c.id.desc()))
    return {(row.subject, row.at): row.actor for row in rows}
