"""The one paper that the medical department asks for before it answers, and whether it came."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session

from expat import audit
from expat.accounts.own import refuse_own
from expat.approvals.file import check_kind, one_line
from expat.approvals.request import locked_request, newest_answer
from expat.approvals.tables import ApprovalDocument, ApprovalQuestion
from expat.db import table_of
from expat.errors import BadInput, Conflict
from expat.membership.changes import Acting

LONGEST = 1_000

_QUESTION, _DOCUMENT = table_of(ApprovalQuestion), table_of(ApprovalDocument)


class Question(NamedTuple):
    """A paper that the medical department asked for, and when one of its kind came after."""

    id: int
    request: int
    kind: str
    text: str
    asked_by: str
    asked_at: datetime
    answered_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether the paper is still to come."""
        return self.answered_at is None


def ask_for_paper(session: Session, request_id: int, kind: str, text: str, acting: Acting) -> int:
    """The medical department asks for one paper before it answers; answers the question's key.

    Raises BadInput, Own where the request is of one's own membership, Conflict where that paper is asked for already or
    the request is answered.
    """
    said = one_line(text)
    check_kind("kind", kind)
    if len(said) > LONGEST or (kind == "other" and not said):
        raise BadInput("text", "is empty or too long", f"which paper, in at most {LONGEST} characters")
    request = locked_request(session, request_id)
    refuse_own(session, request.membership_id, acting.actor)
    if newest_answer(session, request_id) is not None:
        raise Conflict("request", f"{request_id} is answered", "a request that waits for its answer")
    if any(q.kind == kind and q.is_open for q in questions_of(session, [request_id])):
        raise Conflict("kind", "this paper is asked for already", "wait for it, or ask for another kind")
    values = {
        "request_id": request_id, "kind": kind, "text": said, "asked_by": acting.actor, "recorded_at": acting.at,
    }  # fmt: skip
    key = int(session.execute(_QUESTION.insert().values(values).returning(_QUESTION.c.id)).scalar_one())
    audit.record(session, acting.at, acting.actor, "approval.paper_asked", f"approval:{request_id}", kind=kind)
    return key


def questions_of(session: Session, request_ids: Collection[int]) -> list[Question]:
    """The questions on requests, in the order asked; each is answered by the first paper of its kind after it."""
    came = (
        select(func.min(_DOCUMENT.c.recorded_at))
        .where(_DOCUMENT.c.request_id == _QUESTION.c.request_id, _DOCUMENT.c.kind == _QUESTION.c.kind)
        .where(_DOCUMENT.c.recorded_at > _QUESTION.c.recorded_at)
        .scalar_subquery()
    )
    query = select(_QUESTION, came.label("came")).where(_QUESTION.c.request_id.in_(list(request_ids)))
    return [
        Question(row.id, row.request_id, row.kind, row.text, row.asked_by, row.recorded_at, row.came)
        for row in session.execute(query.order_by(_QUESTION.c.id))
    ]
