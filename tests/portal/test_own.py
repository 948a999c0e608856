"""What is one's own and what is another's: medical files of adults, records of staff who are insured, drafts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from expat.accounts.open import set_roles
from expat.accounts.tables import Account
from expat.approvals.answer import Given, answer_file
from expat.approvals.file import NewFile, Paper, submit_request
from expat.approvals.questions import ask_for_paper
from expat.approvals.request import NewRequest
from expat.audit import AuditEntry
from expat.claims.drafts import keep_draft, start_draft
from expat.db import table_of
from expat.documents.store import keep
from expat.membership.changes import Acting
from expat.portal.work import house
from tests.documents.samples import pdf
from tests.portal.house import AT, TODAY, Front, text_of
from tests.portal.records import Records

ILL = "a relapse in her left lung"
ASKED = "the letter of the lung specialist"


def acting(front: Front, name: str) -> Acting:
    return Acting(TODAY, AT, ("ecb",), f"account:{front.accounts[name]}")


def request_of(front: Front, person: int) -> tuple[int, str]:
    """A request for prior approval with a report; answers its number and the report's hash."""
    keys, folder = house(front.app).keys, front.settings.document_folder
    with front.writing() as session:
        report = keep(session, pdf(301), folder, keys, AT)
        wanted = NewRequest(person, "hospital.stay", TODAY + timedelta(days=30))
        papers = [Paper("medical_report", "lung.pdf", report)]
        file = NewFile(f"k{person}", wanted, "Clinic Sana", "SG", medical=ILL, papers=papers)
        return submit_request(session, front.membership, file, acting(front, "member"), keys)[0], report


def answered(front: Front, request: int, given: Given) -> None:
    with front.writing() as session:
        answer_file(session, request, given, acting(front, "medical"), house(front.app).keys)


def readings(front: Front) -> set[str]:
    """Who read a request's file."""
    with front.writing() as session:
        entry = table_of(AuditEntry)
        return set(session.execute(select(entry.c.actor).where(entry.c.action == "approval.file_read")).scalars())


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_medical_part_of_a_request_is_not_shown_to_another_adult(front: Front, language: str) -> None:
    request, report = request_of(front, front.spouse)
    with front.writing() as session:
        ask_for_paper(session, request, "other", ASKED, acting(front, "medical"))
    browser = front.client("member", language)
    page = browser.get(f"/approvals/{request}")
    assert page.status_code == 200 and "Charles" in text_of(page.text)
    assert not any(kept in page.text for kept in (ILL, ASKED, "lung.pdf", report, "Clinic Sana"))
    assert ("Charles Lovelace alone" if language == "en" else "réservée à Charles Lovelace") in text_of(page.text)
    assert readings(front) == set(), "nothing medical was read"
    mine = front.client("spouse", language).get(f"/approvals/{request}").text
    assert all(kept in mine for kept in (ILL, ASKED, "lung.pdf", report))
    assert readings(front) == {f"account:{front.accounts['spouse']}"}
    answered(front, request, Given(False, f"Not for {ILL}."))
    assert ILL not in browser.get(f"/approvals/{request}").text


def test_the_medical_part_of_a_child_s_request_is_shown_to_the_member(front: Front) -> None:
    request, report = request_of(front, front.child)
    page = front.client("member").get(f"/approvals/{request}").text
    assert ILL in page and report in page


def test_the_guarantee_letter_of_another_adult_is_there_for_the_member(front: Front) -> None:
    request, _ = request_of(front, front.spouse)
    answered(front, request, Given(True, days=5, direct=True))
    browser = front.client("member")
    assert "guarantee.pdf" in browser.get(f"/approvals/{request}").text
    assert browser.get(f"/approvals/{request}/guarantee.pdf").mimetype == "application/pdf"


def test_a_spouse_asks_for_approval_for_oneself_alone(front: Front) -> None:
    choices = front.client("spouse").get("/approvals/new").text
    assert "Charles Lovelace" in choices and "Ada Lovelace</option>" not in choices
    sent = {"person": str(front.member), "care": "hospital.stay", "kind": "planned", "key": "a" * 32}
    assert front.client("spouse").post("/approvals/new", data=sent).status_code == 422


@pytest.mark.parametrize("who", ["member", "spouse"])
def test_the_medical_department_does_not_read_requests_of_the_own_membership(front: Front, who: str) -> None:
    request, report = request_of(front, front.spouse)
    accounts: Any = table_of(Account)
    with front.writing() as session:
        doctor = update(accounts).where(accounts.c.id == front.accounts["medical"])
        session.execute(doctor.values(person_id=getattr(front, who)))
    browser = front.client("medical")
    for answer in (
        browser.get(f"/medical/approvals/{request}"),
        browser.post(f"/medical/approvals/{request}", data={}),
        browser.post(f"/medical/approvals/{request}", data={"decision": "grant"}),
    ):
        assert answer.status_code == 403 and "a colleague looks after it" in text_of(answer.text)
        assert ILL not in answer.text
    assert readings(front) == set(), "it was refused before it was read"
    assert browser.get(f"/documents/{report}").status_code == 404
    listed = browser.get("/medical")
    assert listed.status_code == 200 and f"/medical/approvals/{request}" not in listed.text
    assert browser.get("/medical/approvals/999999").status_code == 404


def test_the_statement_of_an_own_payout_does_not_open_to_staff(front: Front) -> None:
    path = f"/settlements/payouts/{Records(front).family['payout_id']}/statement.pdf"
    assert front.client("manager").get(path).mimetype == "application/pdf"
    with front.writing() as session:
        set_roles(session, front.accounts["member"], ["member", "manager"], AT, "test")
    answer = front.client("member").get(path)
    assert answer.status_code == 403 and "a colleague looks after it" in text_of(answer.text)
    assert front.client("manager").get("/settlements/payouts/999999/statement.pdf").status_code == 404


def test_drafts_keyed_for_others_do_not_stand_among_one_s_own(front: Front) -> None:
    account, keyed, own = front.accounts["stranger"], "e" * 32, "f" * 32
    typed = {"lines": [{"care": "ambulatory.specialist", "amount": "12.34", "currency": "SGD"}]}
    with front.writing() as session:
        set_roles(session, account, ["member", "manager"], AT, "test")
        for key, membership in ((keyed, front.membership), (own, front.other_membership)):
            start_draft(session, membership, account, AT, key)
            keep_draft(session, key, account, typed, 1, AT)
    browser = front.client("stranger")
    for path in ("/claims", "/home"):
        page = browser.get(path)
        assert page.status_code == 200 and keyed not in page.text and own in page.text, path
    waiting = browser.get("/desk/keying").text
    assert keyed in waiting and own not in waiting
