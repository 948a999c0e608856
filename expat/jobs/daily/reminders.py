"""Reminders of what the member left lying: a claim that was begun, a paper that was asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Row, and_, func, select, union
from sqlmodel import Session

from expat.accounts.tables import Account
from expat.approvals.tables import ApprovalAnswer, ApprovalDocument, ApprovalQuestion, ApprovalRequest
from expat.claims.findings import ANSWERED_ON, ORIGINAL
from expat.claims.lines import UNPAID
from expat.claims.tables import ClaimDraft, ClaimLine, DraftDocument, PaperRequest
from expat.db import table_of
from expat.jobs.daily.telling import of_each_plan, page, reader_of, tell
from expat.jobs.job import PAGE, Doing, Item, Job
from expat.mail.clock_letters import draft_waits, paper_waits
from expat.membership.tables import InsuredPerson, Membership
from expat.payments.tell import Reader
from expat.periods import DAY
from expat.plans.edition import Edition

_ACCOUNT: Any = table_of(Account)
_DRAFT: Any = table_of(ClaimDraft)
_PAPER: Any = table_of(DraftDocument)
_ASKED: Any = table_of(PaperRequest)
_LINE: Any = table_of(ClaimLine)
_QUESTION: Any = table_of(ApprovalQuestion)
_CAME: Any = table_of(ApprovalDocument)
_REQUEST: Any = table_of(ApprovalRequest)
_ANSWER: Any = table_of(ApprovalAnswer)
_PERSON: Any = table_of(InsuredPerson)
_MEMBERSHIP: Any = table_of(Membership)


def _within(instant: Any, day: date) -> Any:
    """Whether an instant lies on a day, in UTC."""
    first = datetime.combine(day, time(), UTC)
    return and_(instant >= first, instant < first + DAY)


# --- claims that were begun -----------------------------------------------------------------------------------------


def _drafts_left(session: Session, day: date) -> Any:
    """Drafts that were last touched as long ago as the operator's figure says, and hold something."""

    def touched(edition: Edition) -> Any:
        return _within(_DRAFT.c.changed_at, day - timedelta(days=edition["notice.draft"].value))

    papers = select(_PAPER.c.id).where(_PAPER.c.draft_key == _DRAFT.c.key).exists()
    return (
        select(_DRAFT.c.account_id, _DRAFT.c.key, _DRAFT.c.content, papers.label("papers"))
        .join(_MEMBERSHIP, _MEMBERSHIP.c.id == _DRAFT.c.membership_id)
        .where(_DRAFT.c.claim_id.is_(None), _DRAFT.c.dropped_at.is_(None), of_each_plan(session, day, touched))
    )


def _begun(session: Session, day: date, after: int) -> Sequence[Item]:
    left = _drafts_left(session, day).subquery()
    query = (
        select(_ACCOUNT.c.id)
        .where(_ACCOUNT.c.id > after, _ACCOUNT.c.id.in_(select(left.c.account_id)))
        .where(_ACCOUNT.c.closed_at.is_(None), _ACCOUNT.c.person_id.is_not(None))
    )
    rows = session.execute(query.order_by(_ACCOUNT.c.id).limit(PAGE)).scalars()
    return [Item(key, f"account:{key}:{day}") for key in rows]


def _tell_draft(session: Session, item: Item, doing: Doing) -> Mapping[str, Any] | None:
    account = session.execute(select(_ACCOUNT).where(_ACCOUNT.c.id == item.row)).one()
    mine = _drafts_left(session, doing.day).where(_DRAFT.c.account_id == item.row)
    if not any(row.content or row.papers for row in session.execute(mine)) or "member" not in account.roles.split():
        return None
    reader = Reader(account.email, account.name, account.language)
    text = draft_waits(reader.language, reader.name, page(doing, "claims"), doing.settings.operator_name)
    return tell(session, doing, reader, f"drafts:{item.row}:{doing.day}", "draft", text)


# --- papers that were asked for -------------------------------------------------------------------------------------


def _papers_of_claims(session: Session, day: date) -> Any:
    """Papers of claims that were asked for so long ago and have not come: `person_id`, `claim`, `asked_on`."""

    def asked(edition: Edition) -> Any:
        return _ASKED.c.asked_on == day - timedelta(days=edition["notice.paper"].value)

    open_one = _LINE.c.status.in_(UNPAID) | (_ASKED.c.kind == ORIGINAL)
    return (
        select(_LINE.c.person_id, _LINE.c.claim_id.label("claim"), _ASKED.c.asked_on)
        .join(_ASKED, _ASKED.c.line_id == _LINE.c.id)
        .join(_MEMBERSHIP, _MEMBERSHIP.c.id == _LINE.c.membership_id)
        .where(ANSWERED_ON.is_(None), open_one, of_each_plan(session, day, asked))
        .distinct()
    )


def _papers_of_requests(session: Session, day: date) -> Any:
    """The same for requests for prior approval: `person_id`, `request`, `asked_at`."""

    def asked(edition: Edition) -> Any:
        return _within(_QUESTION.c.recorded_at, day - timedelta(days=edition["notice.paper"].value))

    came = select(_CAME.c.id).where(
        _CAME.c.request_id == _QUESTION.c.request_id, _CAME.c.kind == _QUESTION.c.kind,
        _CAME.c.recorded_at > _QUESTION.c.recorded_at,
    )  # fmt: skip
    answered = select(_ANSWER.c.id).where(_ANSWER.c.request_id == _QUESTION.c.request_id)
    asked_at = func.min(_QUESTION.c.recorded_at).label("asked_at")
    return (
        select(_REQUEST.c.person_id, _REQUEST.c.id.label("request"), asked_at)
        .join(_QUESTION, _QUESTION.c.request_id == _REQUEST.c.id)
        .join(_MEMBERSHIP, _MEMBERSHIP.c.id == _REQUEST.c.membership_id)
        .where(~came.exists(), ~answered.exists(), of_each_plan(session, day, asked))
        .group_by(_REQUEST.c.person_id, _REQUEST.c.id)
    )


def _asked(session: Session, day: date, after: int) -> Sequence[Item]:
    claims, requests = _papers_of_claims(session, day).subquery(), _papers_of_requests(session, day).subquery()
    people = union(select(claims.c.person_id), select(requests.c.person_id)).subquery()
    query = select(people.c.person_id).where(people.c.person_id > after).order_by(people.c.person_id).limit(PAGE)
    return [Item(key, f"person:{key}:{day}") for key in session.execute(query).scalars()]


def _tell_papers(session: Session, item: Item, doing: Doing) -> Mapping[str, Any] | None:
    """One mail for each claim and each request of the person that still waits for a paper."""
    owner = select(_PERSON.c.membership_id).where(_PERSON.c.id == item.row)
    reader = reader_of(session, session.execute(owner).scalar_one(), item.row, doing.day)
    if reader is None:
        return None
    claims = _papers_of_claims(session, doing.day).where(_LINE.c.person_id == item.row)
    requests = _papers_of_requests(session, doing.day).where(_REQUEST.c.person_id == item.row)
    told = [_tell_claim(session, doing, reader, row) for row in session.execute(claims).all()]
    told += [_tell_request(session, doing, reader, row) for row in session.execute(requests).all()]
    return {"mails": sum(told)}


def _tell_claim(session: Session, doing: Doing, reader: Reader, row: Row[Any]) -> bool:
    link, operator = page(doing, f"claims/{row.claim}"), doing.settings.operator_name
    text = paper_waits(reader.language, reader.name, link, row.claim, None, row.asked_on, operator)
    key = f"paper:claim:{row.claim}:{row.person_id}:{row.asked_on}"
    return tell(session, doing, reader, key, "paper", text) is not None


def _tell_request(session: Session, doing: Doing, reader: Reader, row: Row[Any]) -> bool:
    link, operator = page(doing, f"approvals/{row.request}"), doing.settings.operator_name
    asked_on = row.asked_at.date()
    text = paper_waits(reader.language, reader.name, link, None, row.request, asked_on, operator)
    return tell(session, doing, reader, f"paper:request:{row.request}:{asked_on}", "paper", text) is not None


JOBS = (
    Job("remind.drafts", _begun, _tell_draft),
    Job("remind.papers", _asked, _tell_papers),
)
