"""Who is mailed when the medical department answers a request or asks for a paper, and that the mail says no more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from expat.accounts.tables import Account
from expat.approvals.file import NewFile, submit_request
from expat.approvals.request import NewRequest
from expat.db import table_of
from expat.mail.outbox import kept
from expat.membership.changes import Acting
from expat.membership.privacy import choose_privacy
from tests.portal.house import AT, TODAY, Front

SOURCES = ("ecb",)
REFUSAL = {"decision": "refuse", "reason": "Zebulonitis is not covered"}
QUESTION = {"decision": "ask", "paper": "medical_report", "paper_text": "on Zebulonitis"}
_ACCOUNT: Any = table_of(Account)


def request_for(front: Front, person: int) -> int:
    """A request for a stay in hospital, with a medical part."""
    new = NewFile(
        f"r-{person}", NewRequest(person, "hospital.stay", TODAY + timedelta(days=30)), "Clinic Zebulon", "SG",
        medical="Zebulonitis",
    )  # fmt: skip
    with front.writing() as session:
        acting = Acting(TODAY, AT, SOURCES, f"account:{front.accounts['member']}")
        keys = front.app.extensions["expat"].keys
        return submit_request(session, front.membership, new, acting, keys)[0]


def answer(front: Front, request: int, form: dict[str, str]) -> int:
    return front.client("medical").post(f"/medical/approvals/{request}", data=form).status_code


def mails(front: Front) -> list[Any]:
    with front.writing() as session:
        return list(kept(session))


def without_account(front: Front, name: str) -> None:
    with front.writing() as session:
        session.execute(update(_ACCOUNT).where(_ACCOUNT.c.id == front.accounts[name]).values(closed_at=AT))


@pytest.mark.parametrize(
    ("person", "closed", "told"),
    [
        ("member", "", "member@test.example"),
        ("member", "member", "ada@post.example"),
        ("spouse", "", "spouse@test.example"),
        ("spouse", "spouse", "member@test.example"),
        ("child", "", "member@test.example"),
        ("child", "member", "ada@post.example"),
    ],
)
def test_an_answer_is_told_to_the_person_or_to_the_member_in_his_or_her_place(
    front: Front, person: str, closed: str, told: str
) -> None:
    request = request_for(front, getattr(front, person))
    if closed:
        without_account(front, closed)
    assert answer(front, request, REFUSAL) == 303
    assert [mail.to_address for mail in mails(front)] == [told]


@pytest.mark.parametrize(("closed", "told"), [(False, ["spouse@test.example"]), (True, [])])
def test_of_a_private_adult_nobody_else_is_told(front: Front, closed: bool, told: list[str]) -> None:
    with front.writing() as session:
        choose_privacy(session, front.spouse, True, TODAY, AT, "test")
    request = request_for(front, front.spouse)
    if closed:
        without_account(front, "spouse")
    assert answer(front, request, REFUSAL) == 303
    assert [mail.to_address for mail in mails(front)] == told


@pytest.mark.parametrize(
    ("form", "language", "subject"),
    [
        (REFUSAL, "en", "An answer to your request no. {request}"),
        (REFUSAL, "fr", "Une réponse à votre demande n° {request}"),
        (QUESTION, "en", "One more paper, please"),
        (QUESTION, "fr", "Une pièce à nous envoyer"),
    ],
)
def test_the_mail_says_in_the_readers_language_where_to_look_and_nothing_about_care(
    front: Front, form: dict[str, str], language: str, subject: str
) -> None:
    request = request_for(front, front.spouse)
    front.speak("spouse", language)
    assert answer(front, request, form) == 303
    (mail,) = mails(front)
    assert (mail.language, mail.subject.replace("\u00a0", " ")) == (language, subject.format(request=request))
    assert f"/approvals/{request}" in mail.body
    assert not [word for word in ("Zebulon", "hospital", "hospitalisation", "refus") if word in mail.body]


def test_each_answer_and_each_question_is_told_once_and_a_refused_form_tells_nothing(front: Front) -> None:
    request = request_for(front, front.member)
    assert answer(front, request, QUESTION) == 303
    assert answer(front, request, QUESTION) == 409
    assert answer(front, request, {"decision": "refuse"}) == 422
    assert answer(front, request, REFUSAL) == 303
    assert answer(front, request, REFUSAL) == 409
    assert [mail.key.rpartition(":")[0] for mail in reversed(mails(front))] == [
        f"approval:{request}:paper", f"approval:{request}:answer",
    ]  # fmt: skip
