"""Requests for prior approval as lists: what the medical department answers next, and what the member follows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlmodel import Session

from expat.adjudication import facts
from expat.approvals.answer import came_in_time
from expat.approvals.deadlines import Asked, Promise, answer_by, begin_by, extend_by
from expat.approvals.questions import Question, questions_of
from expat.approvals.stays import is_stay, stay_ends
from expat.approvals.tables import (
    ApprovalAnswer,
    ApprovalDocument,
    ApprovalFile,
    ApprovalQuestion,
    ApprovalRequest,
    GuaranteeLetter,
)
from expat.claims.dossier import Dossier
from expat.claims.load import load
from expat.db import table_of
from expat.membership.tables import InsuredPerson, Membership
from expat.periods import DAY

_REQUEST, _ANSWER, _FILE = table_of(ApprovalRequest), table_of(ApprovalAnswer), table_of(ApprovalFile)
_DOCUMENT, _QUESTION, _LETTER = table_of(ApprovalDocument), table_of(ApprovalQuestion), table_of(GuaranteeLetter)
_PERSON, _MEMBERSHIP = table_of(InsuredPerson), table_of(Membership)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that waits for its answer: whose it is, what for, and by when who acts.

    `kind` is planned, emergency or extension; `late` says that it came late; `acts` is medical, or member while
    `question` (the kind of a paper) is open; `due` is the day by which the answer is promised.
    """

    request: int
    membership: int
    number: str
    person: int
    name: str
    care: str
    kind: str
    requested_on: date
    starts_on: date
    days: int | None
    late: bool
    acts: str
    due: date
    overdue: bool
    question: str | None
    papers: int
    extends: int | None


@dataclass(frozen=True, slots=True)
class Followed:
    """A request as the member follows it; its management unit may see this much too, and no more.

    `state` is waiting, paper_asked, granted, late (granted, but asked for too late) or refused; `acts` says who is next
    (medical, member or nobody) and `by` until when. `begin_by` is the last day for the care to begin, `covered_until`
    the last of the days granted of a stay and `extend_by` the last on which more can be asked for. `answer` is the key
    of the answer that holds, `code` stands on its guarantee letter.
    """

    request: int
    person: int
    care: str
    kind: str
    requested_on: date
    starts_on: date
    state: str
    acts: str | None
    by: date | None
    question: Question | None
    answer: int | None
    answered_on: date | None
    days: int | None
    sessions: int | None
    direct: bool
    code: str | None
    begin_by: date | None
    covered_until: date | None
    extend_by: date | None
    extends: int | None


def worklist(session: Session, today: date, promise: Promise) -> list[Waiting]:
    """Every request without an answer, those that the medical department can answer first, by the day promised.

    A fixed number of queries, and one for each extension.
    """
    rows = session.execute(_unanswered()).all()
    questions, dossiers = _questions(session, rows), load(session, {row.membership_id for row in rows})
    found = [_waiting(session, dossiers[row.membership_id], row, questions, today, promise) for row in rows]
    return sorted(found, key=lambda one: (one.acts == "member", one.due, one.request))


def approvals_of(
    session: Session, dossier: Dossier, persons: Collection[int], today: date, promise: Promise
) -> list[Followed]:
    """The requests of some persons of a membership, the newest first, with what comes next."""
    query = select(_REQUEST).where(_REQUEST.c.membership_id == dossier.id, _REQUEST.c.person_id.in_(list(persons)))
    rows = session.execute(query.order_by(_REQUEST.c.id.desc())).all()
    if not rows:
        return []
    questions, answers = _questions(session, rows), newest_answers(session, [row.id for row in rows])
    return [_followed(session, dossier, row, questions[row.id], answers.get(row.id), today, promise) for row in rows]


def newest_answers(session: Session, request_ids: Collection[int]) -> dict[int, Row[Any]]:
    """The answer that holds, of each request that has one, with its letter's code (by the request's key)."""
    query = (
        select(_ANSWER, _LETTER.c.code)
        .outerjoin(_LETTER, _LETTER.c.answer_id == _ANSWER.c.id)
        .where(_ANSWER.c.request_id.in_(list(request_ids)))
        .order_by(_ANSWER.c.id)
    )
    return {row.request_id: row for row in session.execute(query)}


def kind_of(request: Any) -> str:
    """Of a request's row: planned, emergency or extension."""
    if request.extends_id is not None:
        return "extension"
    return "emergency" if request.emergency else "planned"


def due_on(request: Any, questions: Iterable[Question], promise: Promise) -> date:
    """By when a request is to be answered: counted anew from the day on which the last paper asked for came."""
    came = [q.answered_at.date() for q in questions if q.answered_at is not None]
    since = max([request.requested_on, *came])
    return answer_by(Asked(request.starts_on, since, request.emergency or request.extends_id is not None), promise)


def _unanswered() -> Select[Any]:
    papers = select(func.count()).where(_DOCUMENT.c.request_id == _REQUEST.c.id).scalar_subquery()
    answered = select(_ANSWER.c.id).where(_ANSWER.c.request_id == _REQUEST.c.id).exists()
    return (
        select(
            _REQUEST, _PERSON.c.first_name, _PERSON.c.last_name, _MEMBERSHIP.c.number,
            func.coalesce(_FILE.c.days, _FILE.c.sessions).label("wanted"), papers.label("papers"),
        )
        .join(_PERSON, _PERSON.c.id == _REQUEST.c.person_id)
        .join(_MEMBERSHIP, _MEMBERSHIP.c.id == _REQUEST.c.membership_id)
        .outerjoin(_FILE, _FILE.c.request_id == _REQUEST.c.id)
        .where(~answered)
        .order_by(_REQUEST.c.id)
    )  # fmt: skip


def _questions(session: Session, rows: Iterable[Row[Any]]) -> dict[int, list[Question]]:
    found: dict[int, list[Question]] = defaultdict(list)
    for question in questions_of(session, [row.id for row in rows]):
        found[question.request].append(question)
    return found


def _open(questions: Iterable[Question]) -> Question | None:
    return next((q for q in questions if q.is_open), None)


def _waiting(
    session: Session, dossier: Dossier, row: Row[Any], asked: dict[int, list[Question]], today: date, promise: Promise
) -> Waiting:
    question, due = _open(asked[row.id]), due_on(row, asked[row.id], promise)
    name = f"{row.first_name} {row.last_name}".strip()
    return Waiting(
        row.id, row.membership_id, row.number, row.person_id, name, row.care, kind_of(row), row.requested_on,
        row.starts_on, row.wanted, not came_in_time(session, dossier, row), "member" if question else "medical", due,
        question is None and due < today, question.kind if question else None, row.papers, row.extends_id,
    )  # fmt: skip


def _followed(
    session: Session, dossier: Dossier, row: Row[Any], asked: list[Question], answer: Row[Any] | None, today: date,
    promise: Promise,
) -> Followed:  # fmt: skip
    question = _open(asked) if answer is None else None
    state = _state(session, dossier, row, question, answer)
    acts, by = _next(row, asked, question, answer, today, promise)
    holds = answer if answer is not None and state == "granted" else None
    begin, until, extend = _granted_days(dossier, row, holds)
    return Followed(
        row.id, row.person_id, row.care, kind_of(row), row.requested_on, row.starts_on, state, acts, by, question,
        answer.id if answer else None, answer.decided_on if answer else None, holds.days if holds else None,
        holds.sessions if holds else None, bool(holds and holds.direct), holds.code if holds else None, begin, until,
        extend, row.extends_id,
    )  # fmt: skip


def _state(session: Session, dossier: Dossier, row: Any, question: Question | None, answer: Any) -> str:
    if answer is None:
        return "paper_asked" if question else "waiting"
    if not answer.granted:
        return "refused"
    return "granted" if answer.override or came_in_time(session, dossier, row) else "late"


def _next(
    row: Any, asked: list[Question], question: Question | None, answer: Any, today: date, promise: Promise
) -> tuple[str | None, date | None]:
    """Who acts next, and by when; a paper is wanted before the care begins."""
    if answer is not None:
        return None, None
    if question is not None:
        return "member", row.starts_on - DAY if row.starts_on > today else None
    return "medical", due_on(row, asked, promise)


def _granted_days(dossier: Dossier, row: Any, answer: Any) -> tuple[date | None, date | None, date | None]:
    if answer is None:
        return None, None, None
    edition = dossier.plan.on(row.starts_on)
    approval = facts.Approval(
        row.id, row.care, row.requested_on, row.starts_on, True, row.emergency, answer.days, extends=row.extends_id
    )
    begin = begin_by(edition, approval) if row.extends_id is None else None
    until = stay_ends(dossier, row.id) if is_stay(edition, row.care) else None
    return begin, until, extend_by(edition, until) if until else None
