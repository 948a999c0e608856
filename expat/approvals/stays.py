"""Stays whose granted days come to an end: an extension is asked for before they do (UNO-APP-4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import Session

from expat.adjudication.approval import covered_until, period_days
from expat.adjudication.facts import Approval
from expat.approvals.deadlines import extend_by
from expat.approvals.tables import ApprovalAnswer, ApprovalRequest
from expat.claims.dossier import Dossier
from expat.claims.load import load
from expat.db import table_of
from expat.periods import DAY, Period
from expat.plans.edition import Edition

# A period has thirty days: what began, or was granted, longer ago than two of them has ended.
_LOOKED_BACK = timedelta(days=62)

_REQUEST, _ANSWER = table_of(ApprovalRequest), table_of(ApprovalAnswer)


@dataclass(frozen=True, slots=True)
class Ending:
    """A stay under an approval: `ends` is the last day granted, with its extensions, where it began as planned.

    More days can be asked for until `extend_by`; `asked` is the request for them that waits for its answer.
    """

    request: int
    membership: int
    number: str
    person: int
    name: str
    care: str
    starts_on: date
    ends: date
    extend_by: date
    asked: int | None


def is_stay(edition: Edition, care: str) -> bool:
    """Whether a care, or a care of a family, is counted in days or nights."""
    return any(one.counted_in_days for one in edition.in_family(care))


def stay_ends(dossier: Dossier, request_id: int) -> date:
    """The last day that a granted request covers of a stay, with what it prolongs and what prolongs it."""
    known = {a.id: a for found in dossier.approvals.values() for a in found}
    base = _base(known, request_id)
    return covered_until(dossier.plan.on(base.starts_on), base.care, base.starts_on, base, list(known.values()))


def extension_days(dossier: Dossier, request_id: int) -> Period:
    """The days that an extension adds to a stay: from the end of the period that it was asked to prolong."""
    known = {a.id: a for found in dossier.approvals.values() for a in found}
    approval, base = known[request_id], _base(known, request_id)
    edition = dossier.plan.on(base.starts_on)
    before = [a for a in known.values() if a.id < request_id]
    first = covered_until(edition, approval.care, base.starts_on, base, before) + DAY
    return Period(first, first + timedelta(days=period_days(edition, approval)) - DAY)


def ending_stays(session: Session, today: date, within: int) -> list[Ending]:
    """Stays whose granted days end within so many days, or ended so lately that more can be asked for; soonest first.

    A fixed number of queries.
    """
    dossiers = load(session, _memberships(session, today, today + timedelta(days=within)))
    waiting = _waiting_extensions(session, list(dossiers))
    found = [one for dossier in dossiers.values() for one in _of(dossier, waiting)]
    near = (e for e in found if e.ends <= today + timedelta(days=within) and today <= e.extend_by)
    return sorted(near, key=lambda one: (one.ends, one.request))


def _memberships(session: Session, today: date, until: date) -> list[int]:
    since = today - _LOOKED_BACK
    recent = or_(_REQUEST.c.starts_on >= since, _ANSWER.c.decided_on >= since)
    query = select(_REQUEST.c.membership_id).join(_ANSWER, _ANSWER.c.request_id == _REQUEST.c.id)
    return list(
        session.execute(query.where(_ANSWER.c.granted, recent, _REQUEST.c.starts_on <= until).distinct()).scalars()
    )


def _waiting_extensions(session: Session, memberships: list[int]) -> dict[int, int]:
    """Requests without an answer, by the request that they prolong."""
    answered = select(_ANSWER.c.id).where(_ANSWER.c.request_id == _REQUEST.c.id).exists()
    query = select(_REQUEST.c.extends_id, _REQUEST.c.id).where(
        _REQUEST.c.membership_id.in_(memberships), _REQUEST.c.extends_id.is_not(None), ~answered
    )
    return {row.extends_id: row.id for row in session.execute(query)}


def _of(dossier: Dossier, waiting: dict[int, int]) -> list[Ending]:
    known = {a.id: a for found in dossier.approvals.values() for a in found}
    found = []
    for person_id, approvals in dossier.approvals.items():
        for base in (a for a in approvals if a.granted and _base(known, a.id) is a):
            edition = dossier.plan.on(base.starts_on)
            if not is_stay(edition, base.care):
                continue
            ends, person = stay_ends(dossier, base.id), dossier.people[person_id]
            chain = [key for key in known if _base(known, key) is base]
            found.append(
                Ending(
                    base.id, dossier.id, dossier.number, person_id, _name(person), base.care, base.starts_on, ends,
                    extend_by(edition, ends), next((waiting[key] for key in chain if key in waiting), None),
                )
            )  # fmt: skip
    return found


def _base(known: dict[int, Approval], request_id: int) -> Approval:
    approval = known[request_id]
    while approval.extends is not None and approval.extends in known:
        approval = known[approval.extends]
    return approval


def _name(person: Any) -> str:
    return f"{person.first_name} {person.last_name}".strip()
