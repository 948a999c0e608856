"""What is done with a complaint: acknowledged, asked about, answered, passed to the mediator, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import String, cast, literal, select
from sqlmodel import Session

from expat import audit
from expat.accounts.own import refuse_own
from expat.approvals.request import lock
from expat.audit import AuditEntry
from expat.claims.tables import ClaimLine
from expat.claims.written import written
from expat.complaints.complain import Paper, keep_papers
from expat.complaints.listing import Followed, complaint
from expat.complaints.tables import Complaint, ComplaintStep
from expat.db import table_of
from expat.errors import BadInput, Conflict

OUTCOMES = ("upheld", "partly", "rejected")
# What somebody decides of a claim or a request, as the trail names it.
DECISIONS = ("approval.answered", "contest.answered", "duplicate.reviewed", "line.reviewed", "stay.reviewed")

_STEP: Any = table_of(ComplaintStep)
_COMPLAINT: Any = table_of(Complaint)
_LINE: Any = table_of(ClaimLine)
_ENTRY: Any = table_of(AuditEntry)


class OwnDecision(Conflict):
    """Somebody would answer a complaint about what he or she decided."""


def acknowledge(session: Session, complaint_id: int, day: date, at: datetime, actor: str) -> bool:
    """Tell that it came; answers whether this was the first time. Raises NotFound, Own, Conflict where it is closed."""
    return _acknowledge(session, _by_staff(session, complaint_id, actor), day, at, actor)


def ask(session: Session, complaint_id: int, text: str, day: date, at: datetime, actor: str) -> None:
    """Ask the person something before the answer; the clocks go on. The same again is the same question.

    Raises NotFound, Own, BadInput for the text, Conflict where it is closed or another question is open.
    """
    said = written("text", text)
    found = _by_staff(session, complaint_id, actor)
    if found.state == "question":
        if found.steps[-1].text == said:
            return
        raise Conflict("text", "a question is open already", "its reply first")
    _acknowledge(session, found, day, at, actor)
    _step(session, complaint_id, "question", day, at, actor, text=said)
    audit.record(session, at, actor, "complaint.asked", f"complaint:{complaint_id}")


def reply(
    session: Session, complaint_id: int, text: str, papers: Sequence[Paper], day: date, at: datetime, actor: str
) -> None:
    """The person replies, or adds something. The same again is the same reply. Raises NotFound, BadInput, Conflict."""
    said = written("text", text)
    found = _locked(session, complaint_id)
    keep_papers(session, complaint_id, papers, at)
    if found.steps and (found.steps[-1].kind, found.steps[-1].text) == ("reply", said):
        return
    _step(session, complaint_id, "reply", day, at, actor, text=said)
    audit.record(session, at, actor, "complaint.replied", f"complaint:{complaint_id}")


def answer(session: Session, complaint_id: int, outcome: str, reason: str, day: date, at: datetime, actor: str) -> None:
    """Answer it, once: upheld, partly upheld or rejected, with the reason; also where the mediator took it unanswered.

    Raises NotFound; Own for a complaint of the own membership; OwnDecision where it is about what one decided;
    BadInput; Conflict where it is closed.
    """
    if outcome not in OUTCOMES:
        raise BadInput("outcome", f"{outcome!r} is unknown", f"one of {', '.join(OUTCOMES)}")
    said = written("reason", reason)
    found = _by_staff(session, complaint_id, actor, closed=True)
    if not found.is_unanswered:
        _refuse_closed(found)
    refuse_own_decision(session, found, actor)
    _acknowledge(session, found, day, at, actor)
    _step(session, complaint_id, "answered", day, at, actor, outcome, said)
    audit.record(session, at, actor, "complaint.answered", f"complaint:{complaint_id}", outcome=outcome)


def pass_to_mediator(session: Session, complaint_id: int, text: str, day: date, at: datetime, actor: str) -> None:
    """Note that the mediator has it: after the answer, or once that is late. Raises NotFound, Own, Conflict."""
    found = _by_staff(session, complaint_id, actor, closed=True)
    if found.is_with_mediator or found.state == "withdrawn" or (found.is_open and day <= found.answer_by):
        raise Conflict("complaint", f"complaint {complaint_id} is {found.state}", "one that is answered, or late")
    said = written("text", text) if text.strip() else ""
    _step(session, complaint_id, "mediator", day, at, actor, text=said)
    audit.record(session, at, actor, "complaint.mediated", f"complaint:{complaint_id}")


def withdraw(session: Session, complaint_id: int, day: date, at: datetime, actor: str) -> None:
    """The person takes it back; twice is once. Raises NotFound, Conflict where it is answered."""
    lock(session, complaint(session, complaint_id).membership_id)
    found = complaint(session, complaint_id)
    if found.state == "withdrawn":
        return
    _refuse_closed(found)
    _step(session, complaint_id, "withdrawn", day, at, actor)
    audit.record(session, at, actor, "complaint.withdrawn", f"complaint:{complaint_id}")


def refuse_own_decision(session: Session, found: Followed, actor: str) -> None:
    """Raise OwnDecision where the trail shows that somebody decided what a complaint is about."""
    if is_own_decision(session, found, actor):
        raise OwnDecision("by", "decided what this is about", "a colleague answers it")


def is_own_decision(session: Session, found: Followed, actor: str) -> bool:
    """Whether somebody decided what a complaint is about: on its claim, its request, or its former complaint."""
    subjects = [f"approval:{found.request_id}"] if found.request_id is not None else []
    if found.claim_id is not None:
        subjects.append(f"claim:{found.claim_id}")
        named = literal("line:") + cast(_LINE.c.id, String)
        subjects += session.execute(select(named).where(_LINE.c.claim_id == found.claim_id)).scalars()
    decided = select(_ENTRY.c.id).where(
        _ENTRY.c.subject.in_(subjects), _ENTRY.c.actor == actor, _ENTRY.c.action.in_(DECISIONS)
    )
    if subjects and session.execute(decided.limit(1)).first() is not None:
        return True
    return actor in _answered_before(session, found.reopens_id)


def _answered_before(session: Session, reopens_id: int | None) -> set[str]:
    """Who answered the complaints that this one takes up, one after the other."""
    found: set[str] = set()
    while reopens_id is not None:
        by = select(_STEP.c.done_by).where(_STEP.c.complaint_id == reopens_id, _STEP.c.kind == "answered")
        found |= set(session.execute(by).scalars())
        reopens_id = session.execute(select(_COMPLAINT.c.reopens_id).where(_COMPLAINT.c.id == reopens_id)).scalar()
    return found


def _by_staff(session: Session, complaint_id: int, actor: str, closed: bool = False) -> Followed:
    """The complaint, its membership locked; nobody acts on one of the own membership. Raises Conflict where closed."""
    found = _locked(session, complaint_id, closed)
    refuse_own(session, found.membership_id, actor)
    return found


def _locked(session: Session, complaint_id: int, closed: bool = False) -> Followed:
    lock(session, complaint(session, complaint_id).membership_id)
    found = complaint(session, complaint_id)
    if not closed:
        _refuse_closed(found)
    return found


def _refuse_closed(found: Followed) -> None:
    if not found.is_open:
        raise Conflict("complaint", f"complaint {found.id} is {found.state}", "one that is open")


def _acknowledge(session: Session, found: Followed, day: date, at: datetime, actor: str) -> bool:
    if found.acknowledged_on is not None:
        return False
    _step(session, found.id, "acknowledged", day, at, actor)
    audit.record(session, at, actor, "complaint.acknowledged", f"complaint:{found.id}")
    return True


def _step(
    session: Session, complaint_id: int, kind: str, day: date, at: datetime, actor: str,
    outcome: str | None = None, text: str = "",
) -> None:  # fmt: skip
    values = {
        "complaint_id": complaint_id, "kind": kind, "outcome": outcome, "text": text, "done_by": actor, "done_on": day,
        "recorded_at": at,
    }  # fmt: skip
    session.execute(_STEP.insert().values(values))
