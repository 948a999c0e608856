"""Complaints on the pages: written on a phone, followed with both clocks, answered at the desk, told by mail."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select, update

from expat.accounts.tables import Account
from expat.audit import AuditEntry
from expat.complaints.tables import Complaint
from expat.db import table_of
from expat.documents.store import read
from expat.mail.outbox import kept
from expat.portal.work import house
from tests.documents.samples import pdf
from tests.portal.house import Front, text_of
from tests.portal.records import Records
from tests.portal.test_messages import claim_of

WRITTEN = {"key": "c1", "subject": "delay", "text": "Six weeks without a word."}


def written(front: Front, name: str = "member", language: str = "en", **more: Any) -> int:
    answer = front.client(name, language).post("/complaints/new", data={**WRITTEN, **more})
    assert answer.status_code == 303, text_of(answer.text)
    return int(answer.location.rpartition("/")[2])


def mails(front: Front) -> list[Any]:
    with front.writing() as session:
        return list(kept(session))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_complaint_goes_to_the_desk_and_its_answer_comes_back(front: Front, language: str) -> None:
    member, desk = front.client("member", language), front.client("manager", language)
    english = language == "en"
    form = text_of(member.get("/complaints/new").text)
    assert ("14 August 2025" if english else "14 août 2025") in form, "ten days after the fourth"
    assert ("4 October 2025" if english else "4 octobre 2025") in form, "two months after the fourth"
    assert ("Contest it on the page of the claim" if english else "Contestez-la") in form
    key = written(front, language=language)
    for path in ("/complaints", f"/complaints/{key}"):
        page = text_of(member.get(path).text)
        assert ("14 August 2025" if english else "14 août 2025") in page
        assert ("4 October 2025" if english else "4 octobre 2025") in page
    assert "Médiation de l'Assurance" in text_of(member.get(f"/complaints/{key}").text)
    listed = desk.get("/desk/complaints").text
    assert "14/08/2025" in listed and f"/desk/complaints/{key}" in listed
    assert "Six weeks without a word." in desk.get(f"/desk/complaints/{key}").text

    assert desk.post(f"/desk/complaints/{key}/acknowledge").status_code == 303
    assert desk.post(f"/desk/complaints/{key}/acknowledge").status_code == 303
    assert desk.post(f"/desk/complaints/{key}/ask", data={"question": "Which claim?"}).status_code == 303
    assert "Which claim?" in member.get(f"/complaints/{key}").text
    assert member.post(f"/complaints/{key}/reply", data={"text": "All of them."}).status_code == 303
    said = {"outcome": "upheld", "reason": "We lost the letter."}
    assert desk.post(f"/desk/complaints/{key}/answer", data=said).status_code == 303
    page = text_of(member.get(f"/complaints/{key}").text)
    assert "We lost the letter." in page and ("You were right" if english else "Vous aviez raison") in page
    told = mails(front)
    assert [(mail.kind, mail.to_address, mail.language) for mail in told] == [
        ("complaint", "member@test.example", language)
    ] * 3
    assert not any("letter." in mail.body or "Which claim" in mail.body for mail in told)
    assert "4 October 2025" in told[-1].body.replace("\xa0", " ") or not english


def test_a_form_that_is_wrong_keeps_what_was_typed_and_the_papers(front: Front) -> None:
    member = front.client("member")
    paper = (BytesIO(pdf()), "letter.pdf")
    answer = member.post(
        "/complaints/new", data={**WRITTEN, "subject": "", "files": paper}, content_type="multipart/form-data"
    )
    assert answer.status_code == 422
    assert "Six weeks without a word." in answer.text and "letter.pdf is kept" in text_of(answer.text)
    carried = answer.text.partition('name="files" type="hidden" value="')[2].partition('"')[0]
    key = written(front, files=carried)
    assert "letter.pdf" in member.get(f"/complaints/{key}").text
    assert member.get(f"/complaints/{key}/papers/1").mimetype == "application/pdf"
    assert front.client("manager").get(f"/desk/complaints/{key}/papers/1").status_code == 200
    with front.writing() as session:
        entry: Any = table_of(AuditEntry)
        read = session.execute(select(entry.c.actor).where(entry.c.action == "document.read")).scalars().all()
    assert read == [f"account:{front.accounts['manager']}"]


def test_a_medical_paper_of_the_membership_does_not_open_to_the_desk_here_either(front: Front) -> None:
    records = Records(front)
    with front.writing() as session:
        kept_house = house(front.app)
        content = read(session, records.report, kept_house.settings.document_folder, kept_house.keys)
    paper = (BytesIO(content), "report.png")
    answer = front.client("member").post(
        "/complaints/new", data={**WRITTEN, "files": paper}, content_type="multipart/form-data"
    )
    key = int(answer.location.rpartition("/")[2])
    assert front.client("manager").get(f"/desk/complaints/{key}/papers/1").status_code == 404


def test_sent_twice_it_is_one(front: Front) -> None:
    assert written(front) == written(front)
    again = front.client("member").post("/complaints/new", data={**WRITTEN, "text": "Other words."})
    assert again.status_code == 409
    assert front.client("member").post("/complaints/new", data={**WRITTEN, "key": ""}).status_code == 422


def test_each_adult_reads_his_or_her_own_complaints(front: Front) -> None:
    key = written(front, "spouse")
    for name in ("member", "stranger"):
        assert front.client(name).get(f"/complaints/{key}").status_code == 404
        assert front.client(name).post(f"/complaints/{key}/reply", data={"text": "x"}).status_code == 404
        assert front.client(name).post(f"/complaints/{key}/withdraw").status_code == 404
    assert "Six weeks" in front.client("spouse").get(f"/complaints/{key}").text
    assert "Six weeks" not in front.client("member").get("/complaints").text


def test_only_claims_that_one_sees_can_be_named(front: Front) -> None:
    mine, theirs = (claim_of(front, person, membership) for person, membership in (
        (front.spouse, front.membership), (front.stranger, front.other_membership)
    ))  # fmt: skip
    wrong = front.client("member").post("/complaints/new", data={**WRITTEN, "about": f"claim:{theirs}"})
    assert wrong.status_code == 422
    assert (
        front.client("member").post("/complaints/new", data={**WRITTEN, "about": "claim:" + "9" * 30}).status_code
        == 422
    )
    page = front.client("member").get(f"/complaints/new?claim={mine}").text
    assert f'selected value="claim:{mine}"' in page and f"/claims/{mine}" in page
    key = written(front, about=f"claim:{mine}")
    assert f"/desk/claims/{mine}" in front.client("manager").get(f"/desk/complaints/{key}").text


def test_an_answered_complaint_is_taken_up_again_as_another(front: Front) -> None:
    key = written(front)
    desk, member = front.client("manager"), front.client("member")
    assert member.get(f"/complaints/new?reopens={key}").status_code == 200
    assert member.post("/complaints/new", data={**WRITTEN, "key": "c2", "reopens": str(key)}).status_code == 409
    desk.post(f"/desk/complaints/{key}/answer", data={"outcome": "rejected", "reason": "No."})
    again = written(front, key="c2", reopens=str(key))
    assert f"/complaints/{again}" in member.get(f"/complaints/{key}").text
    refused = desk.post(f"/desk/complaints/{again}/answer", data={"outcome": "rejected", "reason": "Still no."})
    assert refused.status_code == 409 and "You decided what this complaint is about" in text_of(refused.text)
    other = front.client("manager2").post(
        f"/desk/complaints/{again}/answer", data={"outcome": "upheld", "reason": "Yes."}
    )
    assert other.status_code == 303


def test_who_is_insured_here_does_not_answer_the_own_family(front: Front) -> None:
    key = written(front)
    accounts: Any = table_of(Account)
    with front.writing() as session:
        session.execute(
            update(accounts).where(accounts.c.id == front.accounts["manager"]).values(person_id=front.spouse)
        )
    desk = front.client("manager")
    assert desk.get(f"/desk/complaints/{key}").status_code == 403
    assert desk.post(f"/desk/complaints/{key}/acknowledge").status_code == 403
    assert desk.get(f"/desk/complaints/new?person={front.member}").status_code == 403
    assert f"/desk/complaints/{key}" not in desk.get("/desk/complaints").text


def test_the_desk_keys_a_letter_of_somebody_without_an_account(front: Front) -> None:
    desk = front.client("manager")
    path = f"/desk/complaints/new?person={front.child}"
    assert "Ann Lovelace" in text_of(desk.get(path).text)
    keyed = {**WRITTEN, "channel": "letter", "sent_on": "2025-07-20"}
    assert desk.post(path, data={**keyed, "sent_on": "2025-12-01"}).status_code == 422
    answer = desk.post(path, data=keyed)
    assert answer.status_code == 303
    assert "20 September 2025" in text_of(desk.get(answer.location).text)
    assert "late" in text_of(desk.get("/desk/complaints").text)
    assert "by letter" in text_of(front.client("member").get(f"/complaints/{answer.location.rpartition('/')[2]}").text)
    assert desk.get("/desk/complaints/new").status_code == 404
    assert desk.get("/desk/complaints/new?person=999999").status_code == 404


def test_what_the_desk_forgot_to_say_is_asked_for_again(front: Front) -> None:
    key = written(front)
    answer = front.client("manager").post(f"/desk/complaints/{key}/answer", data={"outcome": "", "reason": "Because."})
    assert answer.status_code == 422 and "Because." in answer.text
    with front.writing() as session:
        assert session.execute(select(table_of(Complaint).c.id)).scalars().all() == [key]


def test_a_late_complaint_says_so_to_both_and_may_go_to_the_mediator(front: Front) -> None:
    desk = front.client("manager")
    keyed = {**WRITTEN, "channel": "mail", "sent_on": "2025-05-20"}
    path = desk.post(f"/desk/complaints/new?person={front.member}", data=keyed).location
    assert "1 complaint is late" in text_of(desk.get("/desk/complaints").text)
    desk.post(f"{path}/acknowledge")
    mine = "/complaints/" + path.rpartition("/")[2]
    assert "we are late" in text_of(front.client("member").get(mine).text)
    assert desk.post(f"{path}/mediator", data={"note": "Sent on today."}).status_code == 303
    assert "Sent on today." in front.client("member").get(mine).text
    assert "Answer it" in text_of(desk.get(path).text)
    assert desk.post(f"{path}/answer", data={"outcome": "upheld", "reason": "You are right."}).status_code == 303
    page = text_of(front.client("member").get(mine).text)
    assert "You are right." in page and "The mediator has it now" in page
    assert "Answer it" not in text_of(desk.get(path).text)
    assert desk.post(f"{path}/answer", data={"outcome": "upheld", "reason": "Yes."}).status_code == 409


def test_a_complaint_that_is_withdrawn_needs_no_answer(front: Front) -> None:
    key = written(front)
    assert front.client("member").post(f"/complaints/{key}/withdraw").status_code == 303
    assert "No complaint waits" in text_of(front.client("manager").get("/desk/complaints").text)
    assert front.client("member").post(f"/complaints/{key}/reply", data={"text": "Wait."}).status_code == 409


@pytest.mark.parametrize("kind", ["claim", "request"])
@pytest.mark.parametrize("number", ["9" * 5000, "9" * 30, "9" * 15, "abc", "²", "-1"])
def test_a_complaint_about_what_cannot_be_is_shown_again(front: Front, kind: str, number: str) -> None:
    data = {**WRITTEN, "about": f"{kind}:{number}"}
    answer = front.client("member").post("/complaints/new", data=data, content_type="multipart/form-data")
    assert answer.status_code == 422 and WRITTEN["text"] in text_of(answer.text)
