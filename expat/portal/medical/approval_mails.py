"""Mails that the medical department's acts bring: that there is something to read, and where; nothing about care."""

from __future__ import annotations

from expat.approvals.request import locked_request
from expat.mail.letters import paper_asked, request_answered
from expat.mail.outbox import put
from expat.payments.tell import Reader
from expat.portal.told import link, operator, patient_of
from expat.portal.work import db, now


def tell_answer(request_id: int, answer_id: int) -> None:
    """A request is granted or refused: the mail does not say which."""
    reader = _reader(request_id)
    if reader is not None:
        text = request_answered(reader.language, reader.name, _page(request_id), request_id, operator())
        key = f"approval:{request_id}:answer:{answer_id}"
        put(db(), key, "approval", reader.to, reader.language, *text, now())


def tell_paper(request_id: int, question_id: int) -> None:
    """A paper is asked for before a request is answered: the mail does not say which."""
    reader = _reader(request_id)
    if reader is not None:
        text = paper_asked(reader.language, reader.name, _page(request_id), operator())
        key = f"approval:{request_id}:paper:{question_id}"
        put(db(), key, "paper", reader.to, reader.language, *text, now())


def _reader(request_id: int) -> Reader | None:
    request = locked_request(db(), request_id)
    return patient_of(request.membership_id, request.person_id)


def _page(request_id: int) -> str:
    return link(f"/approvals/{request_id}")
