"""Asking for prior approval, and the medical department's answer (UNO-APP-2 to 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, func, select
from sqlmodel import Session

from expat import audit
from expat.adjudication import facts
from expat.adjudication.approval import asked_in_time, covered_until, extension_in_time, last_start
from expat.approvals.tables import ApprovalAnswer, ApprovalRequest
from expat.claims.dossier import Dossier
from expat.claims.load import load
from expat.claims.rejudge import new_fact
from expat.claims.tables import ClaimLine
from expat.db import table_of
from expat.errors import BadInput, NotFound
from expat.membership.changes import Acting
from expat.membership.tables import Membership
from expat.periods import plausible

_REQUEST: Any = table_of(ApprovalRequest)
_ANSWER: Any = table_of(ApprovalAnswer)
_MEMBERSHIP: Any = table_of(Membership)


@dataclass(frozen=True)
class NewRequest:
    """A request for prior approval. `care` is a code or a family; `starts_on` the admission of an emergency."""

    person: int
    care: str
    starts_on: date
    emergency: bool = False
    extends: int | None = None


@dataclass(frozen=True)
class Answer:
    """The medical department's answer. `override` is its reason for granting a request that came late."""

    granted: bool
    days: int | None = None
    sessions: int | None = None
    direct: bool = False
    override: str | None = None


def request_approval(session: Session, membership_id: int, new: NewRequest, acting: Acting) -> int:
    """Keep a request; answers its key. Until it is answered there is no approval. Raises BadInput."""
    dossier = _dossier(session, membership_id)
    plausible(new.starts_on, "starts")
    if new.person not in dossier.people:
        raise BadInput("person", "is not insured by this membership", "one of its insured persons")
    if not dossier.plan.on(new.starts_on).in_family(new.care):
        raise BadInput("care", f"{new.care!r} is no care or family of the plan", "such as hospital or dental.crown")
    if new.extends is not None:
        prolonged = session.get(ApprovalRequest, new.extends)
        if prolonged is None or prolonged.person_id != new.person:
            raise BadInput("extends", "is no request for this person", "the request that it prolongs")
    values = {
        "membership_id": membership_id, "person_id": new.person, "care": new.care, "requested_on": acting.day,
        "starts_on": new.starts_on, "emergency": new.emergency, "extends_id": new.extends, "recorded_at": acting.at,
    }  # fmt: skip
    key = int(session.execute(_REQUEST.insert().values(values).returning(_REQUEST.c.id)).scalar_one())
    audit.record(session, acting.at, acting.actor, "approval.requested", f"approval:{key}")
    return key


def answer_request(session: Session, request_id: int, answer: Answer, acting: Acting) -> str | None:
    """Keep the answer and judge the unpaid lines again; answers why the request is worth nothing, or None."""
    request = session.get(ApprovalRequest, request_id)
    if request is None:
        raise NotFound("approval", f"there is no request {request_id}")
    keep_answer(session, request_id, answer, acting)
    return judge_again(session, request, acting)


def keep_answer(session: Session, request_id: int, answer: Answer, acting: Acting) -> int:
    """Keep an answer, without judging anything again; answers its key. Raises BadInput."""
    _check(answer)
    values = {
        "request_id": request_id, "decided_on": acting.day, "granted": answer.granted, "days": answer.days,
        "sessions": answer.sessions, "direct": answer.direct, "override": answer.override,
        "decided_by": acting.actor, "recorded_at": acting.at,
    }  # fmt: skip
    key = int(session.execute(_ANSWER.insert().values(values).returning(_ANSWER.c.id)).scalar_one())
    subject = f"approval:{request_id}"
    audit.record(session, acting.at, acting.actor, "approval.answered", subject, granted=answer.granted)
    return key


def judge_again(session: Session, request: Any, acting: Acting) -> str | None:
    """Judge the unpaid lines on the newest answer; answers why the request (its row) is worth nothing, or None."""
    new_fact(session, request.membership_id, acting.day, acting.at, acting.preference)
    dossier = _dossier(session, request.membership_id)
    return verdict(dossier, request.id, claimed_stays(session, request) if request.extends_id is not None else ())


def lock(session: Session, membership_id: int) -> None:
    """Hold the membership until the transaction ends: whoever changes something of it waits here."""
    session.execute(select(_MEMBERSHIP.c.id).where(_MEMBERSHIP.c.id == membership_id).with_for_update(key_share=True))


def locked_request(session: Session, request_id: int) -> Row[Any]:
    """A request, its membership locked. Raises NotFound."""
    query = select(_REQUEST).where(_REQUEST.c.id == request_id)
    request = session.execute(query).first()
    if request is None:
        raise NotFound("approval", f"there is no request {request_id}")
    lock(session, request.membership_id)
    return request


def newest_answer(session: Session, request_id: int) -> int | None:
    """The key of the answer that holds; None while there is none."""
    found: int | None = session.execute(
        select(func.max(_ANSWER.c.id)).where(_ANSWER.c.request_id == request_id)
    ).scalar()
    return found


def verdict(dossier: Dossier, request_id: int, stays: Sequence[date] = ()) -> str | None:
    """Why an answered request is worth nothing: `approval_refused`, `approval_late`, or None.

    `stays` are the first days of stays that are claimed: what an extension prolongs can run from one of them.
    """
    approval = next(a for found in dossier.approvals.values() for a in found if a.id == request_id)
    if not approval.granted:
        return "approval_refused"
    return None if in_time(dossier, approval, stays) else "approval_late"


def in_time(dossier: Dossier, approval: facts.Approval, stays: Sequence[date] = ()) -> bool:
    """Whether a request came in time (UNO-APP-2, UNO-APP-4), answered or not, were it granted."""
    edition = dossier.plan.on(approval.starts_on)
    if approval.extends is None:
        category = edition.in_family(approval.care)[0].category
        return asked_in_time(edition, approval, category, approval.starts_on)
    known = {a.id: a for found in dossier.approvals.values() for a in found if a.id != approval.id}
    base = _base(known, approval)
    latest = last_start(edition, base)
    ends = (
        covered_until(edition, approval.care, day, base, list(known.values()))
        for day in (base.starts_on, *stays)
        if base.starts_on <= day <= latest
    )
    return any(extension_in_time(edition, approval, end) for end in ends)


def _base(known: dict[int, facts.Approval], approval: facts.Approval) -> facts.Approval:
    """The approval that an extension prolongs in the end."""
    while approval.extends is not None and approval.extends in known:
        approval = known[approval.extends]
    return approval


def claimed_stays(session: Session, request: Any) -> list[date]:
    """The first days of the person's claimed care that the request names: a period can run from there (UNO-APP-4)."""
    line = table_of(ClaimLine)
    query = select(line.c.first_day, line.c.care).where(line.c.person_id == request.person_id)
    named = (line.c.care == request.care) | line.c.care.startswith(request.care + ".", autoescape=True)
    return sorted(day for day, _care in session.execute(query.where(named)))


def _check(answer: Answer) -> None:
    if answer.days is not None and answer.days < 1:
        raise BadInput("days", f"{answer.days}", "a whole number of days from 1 on")
    if answer.sessions is not None and answer.sessions < 1:
        raise BadInput("sessions", f"{answer.sessions}", "a whole number of acts from 1 on")


def _dossier(session: Session, membership_id: int) -> Dossier:
    found = load(session, [membership_id], lock=True).get(membership_id)
    if found is None:
        raise NotFound("membership", f"there is no membership {membership_id}")
    return found
