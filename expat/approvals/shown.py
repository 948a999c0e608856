"""A request for prior approval with its whole file, for the person concerned and the medical department.

Whoever else may see that there is one (the management unit) gets dates, care and decision: see `listing.approvals_of`,
or `request_shown` without its medical part. Reading the medical part leaves a trace: `read_file`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from expat import audit
from expat.approvals.answer import came_in_time
from expat.approvals.answer import sealed_under as answer_sealed_under
from expat.approvals.file import Paper, sealed_under
from expat.approvals.listing import kind_of, newest_answers
from expat.approvals.questions import Question, questions_of
from expat.approvals.tables import AnswerReason, ApprovalAnswer, ApprovalDocument, ApprovalFile, ApprovalRequest
from expat.claims.dossier import Dossier
from expat.claims.load import load
from expat.db import table_of
from expat.documents.keys import Keys
from expat.errors import NotFound
from expat.money import from_minor
from expat.plans.edition import Edition
from expat.plans.figures import Used

_REQUEST, _ANSWER, _FILE = table_of(ApprovalRequest), table_of(ApprovalAnswer), table_of(ApprovalFile)
_DOCUMENT, _REASON = table_of(ApprovalDocument), table_of(AnswerReason)
_STRICTEST = ("none", "series", "always")


@dataclass(frozen=True, slots=True)
class KeptPaper:
    """A paper of a request and when it came."""

    paper: Paper
    came_at: datetime


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """An answer that was given; `late` grants a request that came late. The newest holds."""

    id: int
    decided_on: date
    decided_by: str
    granted: bool
    days: int | None
    sessions: int | None
    direct: bool
    late: bool
    reason: str | None


@dataclass(frozen=True, slots=True)
class Earlier:
    """Another request of the same person; `granted` is None while it waits for its answer."""

    request: int
    care: str
    kind: str
    requested_on: date
    starts_on: date
    granted: bool | None
    days: int | None
    sessions: int | None
    extends: int | None


@dataclass(frozen=True, slots=True)
class FileShown:
    """What the file says; `cost` is in `currency`."""

    provider: str
    country: str | None
    cost: Decimal | None
    currency: str | None
    days: int | None
    sessions: int | None
    medical: str
    submitted_by: str
    submitted_at: datetime


@dataclass(frozen=True, slots=True)
class RequestShown:
    """A request. `rule` is the plan's figure that asks for approval (none, series or always) with its citation.

    Without the medical part `file` is None, there are neither papers nor questions, and answers have no reason.
    """

    request: int
    membership: int
    number: str
    person: int
    name: str
    role: str
    born: date
    care: str
    kind: str
    requested_on: date
    starts_on: date
    extends: int | None
    late: bool
    rule: Used
    stay_most: int
    code: str | None
    answers: tuple[AnswerShown, ...]
    history: tuple[Earlier, ...]
    file: FileShown | None
    papers: tuple[KeptPaper, ...]
    questions: tuple[Question, ...]

    @property
    def answer(self) -> AnswerShown | None:
        """The answer that holds."""
        return self.answers[-1] if self.answers else None

    @property
    def question(self) -> Question | None:
        """The paper that is still awaited."""
        return next((q for q in self.questions if q.is_open), None) if not self.answers else None


def read_file(session: Session, request_id: int, reader: str, at: datetime, keys: Keys) -> RequestShown:
    """The whole request, for a reader such as `account:12`, whose reading the audit trail keeps. Raises NotFound."""
    shown = request_shown(session, request_id, keys, medical=True)
    audit.record(session, at, reader, "approval.file_read", f"approval:{request_id}")
    return shown


def membership_of(session: Session, request_id: int) -> int:
    """Whose request it is. Raises NotFound."""
    found = session.execute(select(_REQUEST.c.membership_id).where(_REQUEST.c.id == request_id)).scalar()
    if found is None:
        raise _unknown(request_id)
    return int(found)


def _unknown(request_id: int) -> NotFound:
    return NotFound("approval", f"there is no request {request_id}")


def request_shown(session: Session, request_id: int, keys: Keys, medical: bool) -> RequestShown:
    """A request with or without its medical part. Raises NotFound, Damaged where what was sealed was altered."""
    request = session.execute(select(_REQUEST).where(_REQUEST.c.id == request_id)).first()
    if request is None:
        raise _unknown(request_id)
    dossier = load(session, [request.membership_id])[request.membership_id]
    person, edition = dossier.people[request.person_id], dossier.plan.on(request.starts_on)
    holds = newest_answers(session, [request_id]).get(request_id)
    return RequestShown(
        request.id, dossier.id, dossier.number, person.id, f"{person.first_name} {person.last_name}".strip(),
        person.role, person.born, request.care, kind_of(request), request.requested_on, request.starts_on,
        request.extends_id, not came_in_time(session, dossier, request), rule_of(edition, request.care),
        int(edition["approval.stay"].value), holds.code if holds else None,
        _answers(session, request_id, keys if medical else None), _history(session, dossier, request),
        _file(session, request_id, keys) if medical else None, _papers(session, request_id) if medical else (),
        tuple(questions_of(session, [request_id])) if medical else (),
    )  # fmt: skip


def rule_of(edition: Edition, care: str) -> Used:
    """The figure that says whether a care needs approval; of a family, the strictest."""
    return max((one.approval for one in edition.in_family(care)), key=lambda used: _STRICTEST.index(used.value))


def _answers(session: Session, request_id: int, keys: Keys | None) -> tuple[AnswerShown, ...]:
    query = (
        select(_ANSWER, _REASON.c.reason)
        .outerjoin(_REASON, _REASON.c.answer_id == _ANSWER.c.id)
        .where(_ANSWER.c.request_id == request_id)
        .order_by(_ANSWER.c.id)
    )
    return tuple(
        AnswerShown(
            row.id, row.decided_on, row.decided_by, row.granted, row.days, row.sessions, row.direct,
            row.override is not None, _reason(row, keys),
        )
        for row in session.execute(query)
    )  # fmt: skip


def _reason(row: Row[Any], keys: Keys | None) -> str | None:
    if keys is None or not row.reason:  # empty once it was erased
        return None
    return keys.unseal(row.reason, answer_sealed_under(row.id)).decode()


def _history(session: Session, dossier: Dossier, request: Row[Any]) -> tuple[Earlier, ...]:
    """The person's other requests, the newest first."""
    mine = (_REQUEST.c.person_id == request.person_id) & (_REQUEST.c.id != request.id)
    rows = session.execute(select(_REQUEST).where(mine).order_by(_REQUEST.c.id.desc())).all()
    answered = {a.id: a for a in dossier.approvals[request.person_id]}
    found = []
    for row in rows:
        answer = answered.get(row.id)
        found.append(
            Earlier(
                row.id, row.care, kind_of(row), row.requested_on, row.starts_on, answer.granted if answer else None,
                answer.days if answer else None, answer.sessions if answer else None, row.extends_id,
            )
        )  # fmt: skip
    return tuple(found)


def _file(session: Session, request_id: int, keys: Keys) -> FileShown | None:
    row = session.execute(select(_FILE).where(_FILE.c.request_id == request_id)).first()
    if row is None:
        return None
    cost = from_minor(row.cost, row.currency) if row.cost is not None else None
    medical = keys.unseal(row.medical, sealed_under(row.key)).decode() if row.medical else ""
    return FileShown(
        row.provider, row.country, cost, row.currency, row.days, row.sessions, medical, row.submitted_by,
        row.recorded_at,
    )  # fmt: skip


def _papers(session: Session, request_id: int) -> tuple[KeptPaper, ...]:
    query = select(_DOCUMENT).where(_DOCUMENT.c.request_id == request_id).order_by(_DOCUMENT.c.id)
    return tuple(KeptPaper(Paper(r.kind, r.name, r.sha256), r.recorded_at) for r in session.execute(query))
