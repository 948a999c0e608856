"""Papers on the pages: with messages, with ends, by post, and of an estate; what is medical opens to few."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from expat.amendments.ask import NewAmendment, ask
from expat.amendments.kinds import Formula, Joins
from expat.amendments.papers import papers_of
from expat.approvals.file import NewFile, submit_request
from expat.approvals.request import NewRequest
from expat.documents.store import keep
from expat.membership.changes import Acting
from expat.membership.end_papers import papers_of_ends
from expat.membership.ends import terminate
from expat.messages.read import conversation
from expat.payments.account_records import versions_of
from expat.payments.estate import estates_of
from tests.documents.samples import pdf, picture
from tests.portal.house import AT, TODAY, Front, text_of

DEATH = {
    "died_on": TODAY.isoformat(), "told_by": "Charles", "contact_name": "Charles", "contact_address": "1 High Street",
    "language": "en", "confirm": "yes",
}  # fmt: skip
NOTARY = {
    "payee_is": "notary", "currency": "EUR", "holder": "Maître Dubois", "iban": "FR7630006000011234567890189",
    "town": "Lyon", "country": "FR",
}  # fmt: skip


def acting(front: Front, who: str = "member") -> Acting:
    return Acting(TODAY, AT, ("ecb",), f"account:{front.accounts[who]}")


def file(content: bytes | None = None, name: str = "scan.pdf") -> tuple[BytesIO, str]:
    return BytesIO(content or pdf()), name


def post(front: Front, belongs: str, kind: str, **more: Any) -> Any:
    """The desk puts a scan where it belongs."""
    data = {"belongs": belongs, "kind": kind, "came_on": TODAY.isoformat(), "files": [file()], **more}
    return front.client("manager").post(f"/desk/memberships/{front.membership}/post", data=data)


# --- messages ---


def test_papers_of_a_message_open_to_the_desk_unless_they_are_for_the_medical_adviser(front: Front) -> None:
    member, desk, doctor = (front.client(name) for name in ("member", "manager", "medical"))
    plain = {"text": "The lease", "files": [file(), file(picture("PNG"), "page 2.png")]}
    assert member.post("/messages", data=plain).status_code == 303
    secret = {"text": "For the doctor", "medical": "y", "files": [file(picture("JPEG"), "report.jpg")]}
    assert member.post("/messages", data=secret).status_code == 303
    with front.writing() as session:
        lease, report = (one.papers for one in conversation(session, front.member).messages)
    assert [paper.name for paper in lease] == ["scan.pdf", "page 2.png"]
    there = f"/desk/messages/{front.member}/papers"
    assert desk.get(f"{there}/{lease[0].id}").status_code == 200
    assert desk.get(f"{there}/{report[0].id}").status_code == 404
    assert desk.get(f"/documents/{report[0].sha256}").status_code == 404
    assert "report.jpg" not in desk.get(f"/desk/messages/{front.member}").text
    assert member.get(f"/messages/papers/{report[0].id}").status_code == 200
    for other in ("spouse", "stranger"):
        assert front.client(other).get(f"/messages/papers/{lease[0].id}").status_code == 404

    waits = f"/medical/memberships/papers/{report[0].id}"
    assert waits in doctor.get("/medical/memberships").text
    assert "For the doctor" in doctor.get(waits).text
    assert doctor.get(f"{waits}/file").mimetype == "image/jpeg"
    assert doctor.post(waits).status_code == 303
    assert waits not in doctor.get("/medical/memberships").text
    assert doctor.get(f"/medical/memberships/papers/{lease[0].id}").status_code == 404


def test_a_refused_file_loses_neither_the_text_nor_the_other_file(front: Front) -> None:
    member = front.client("member")
    bad = {"text": "Both of them", "files": [file(), file(b"MZ not a picture", "virus.exe")]}
    page = member.post("/messages", data=bad)
    assert page.status_code == 422
    assert "Both of them" in page.text and "scan.pdf is kept" in text_of(page.text) and "virus.exe" in page.text
    carried = page.text.partition('name="files_kept" value="')[2].partition('"')[0]
    assert member.post("/messages", data={"text": "Both of them", "files_kept": carried}).status_code == 303
    with front.writing() as session:
        [one] = conversation(session, front.member).messages
    assert [paper.name for paper in one.papers] == ["scan.pdf"]
    assert front.client("spouse").post("/messages", data={"text": "x", "files_kept": carried}).status_code == 303
    with front.writing() as session:
        assert conversation(session, front.spouse).messages[0].papers == ()  # another's list is none


def test_the_desk_answers_with_papers(front: Front) -> None:
    desk, there = front.client("manager"), f"/desk/messages/{front.member}"
    assert desk.post(there, data={"text": "The form", "files": [file()]}).status_code == 303
    with front.writing() as session:
        [paper] = conversation(session, front.member).messages[0].papers
    assert front.client("member").get(f"/messages/papers/{paper.id}").status_code == 200


# --- ends ---


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_is_missing_is_said_before_an_end_is_asked_for(front: Front, language: str) -> None:
    member = front.client("member", language)
    page = text_of(member.get("/cover/leave/look?reason=lost_status").text)
    assert ("Still missing" if language == "en" else "Il manque encore") in page
    form = {"reason": "lost_status", "effective": TODAY.isoformat(), "confirm": "M-1", "files": [file()]}
    assert member.post("/cover/leave/look", data=form).status_code == 303
    with front.writing() as session:
        assert [paper.kind for paper in papers_of_ends(session, front.membership)] == ["status_proof"]
    again = text_of(member.get("/cover/leave").text)
    assert "scan.pdf" in again and ("Still missing" if language == "en" else "Il manque encore") not in again


def test_the_desk_sees_the_proof_of_an_end_and_says_if_it_is_not_enough(front: Front) -> None:
    member, desk = front.client("member"), front.client("manager")
    with front.writing() as session:
        terminate(session, front.membership, "return_to_france", TODAY, acting(front))
    ends = f"/desk/memberships/{front.membership}/ends"
    assert "proof missing" in text_of(desk.get(ends).text)
    assert member.post("/cover/leave/proof", data={}).status_code == 422
    assert member.post("/cover/leave/proof", data={"files": [file()]}).status_code == 303
    assert "Proof of the return to France" in text_of(desk.get("/desk/certificates").text)
    with front.writing() as session:
        [paper] = papers_of_ends(session, front.membership)
    assert desk.get(f"/documents/{paper.sha256}").status_code == 200
    assert front.client("stranger").get(f"/documents/{paper.sha256}").status_code == 404
    answer = f"{ends}/papers/{paper.id}"
    desk.post(answer, data={"enough": "no"})  # without a word why
    assert "Proof of the return" in text_of(desk.get("/desk/certificates").text)
    assert desk.post(answer, data={"enough": "no", "why": "It names no day"}).status_code == 303
    told = text_of(member.get("/cover/leave").text)
    assert "It names no day" in told and "Still missing" in told
    assert "Nothing waits" in text_of(desk.get("/desk/certificates").text)


# --- what came by post ---


def test_a_letter_and_its_papers_are_put_with_the_request_they_came_for(front: Front) -> None:
    with front.writing() as session:
        keys = front.app.extensions["expat"].keys
        someone = Joins("child", "Zoé", "Martin", TODAY.replace(year=2015), prior_cover_attested_on=TODAY)
        asked = ask(session, front.membership, NewAmendment("a-1", someone), acting(front, "manager"), keys).id
    page = text_of(front.client("manager").get(f"/desk/memberships/{front.membership}/post").text)
    assert "Certificate of earlier cover" in page  # without it the waits run: it is asked for here
    assert post(front, f"amendment:{asked}", "prior_cover").status_code == 303
    assert post(front, f"amendment:{asked}", "prior_cover").status_code == 303  # once is enough
    assert post(front, f"amendment:{asked}", "letter", files=[file(picture("PNG"))]).status_code == 303
    assert post(front, f"amendment:{asked}", "medical_report", files=[file(picture("JPEG"))]).status_code == 303
    with front.writing() as session:
        papers = papers_of(session, asked)
    assert [(paper.kind, paper.medical) for paper in papers] == [
        ("prior_cover", False), ("letter", False), ("medical_report", True),
    ]  # fmt: skip
    there = f"/desk/memberships/{front.membership}/changes/{asked}/papers"
    assert front.client("manager").get(f"{there}/{papers[1].id}").status_code == 200
    assert front.client("manager").get(f"{there}/{papers[2].id}").status_code == 404  # in the envelope
    assert front.client("medical").get(f"/medical/amendments/{asked}/papers/{papers[2].id}").status_code == 200


def test_the_letter_of_a_request_that_took_effect_at_once_can_still_be_put_with_it(front: Front) -> None:
    with front.writing() as session:
        keys = front.app.extensions["expat"].keys
        done = ask(session, front.membership, NewAmendment("a-2", Formula("2")), acting(front, "manager"), keys)
    assert done.agreed
    assert post(front, f"amendment:{done.id}", "letter").status_code == 303
    assert post(front, f"amendment:{done.id}", "other").status_code == 422
    with front.writing() as session:
        assert [paper.kind for paper in papers_of(session, done.id)] == ["letter"]


def test_papers_for_an_approval_go_into_the_medical_departments_envelope(front: Front) -> None:
    with front.writing() as session:
        request = NewRequest(front.member, "hospital.stay", TODAY, True, None)
        keys = front.app.extensions["expat"].keys
        key, _ = submit_request(session, front.membership, NewFile("k", request), acting(front), keys)
    assert post(front, f"approval:{key}", "quote").status_code == 303
    with front.writing() as session:
        digest = keep(session, pdf(), front.settings.document_folder, keys, AT)
    assert front.client("manager").get(f"/documents/{digest}").status_code == 404
    assert front.client("medical").get(f"/documents/{digest}").status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [{"belongs": "end:99"}, {"kind": "nonsense"}, {"files": []}, {"came_on": "2099-01-01"}, {"belongs": ""},
     {"files": b"<html>"}],
)  # fmt: skip
def test_what_is_wrong_with_the_post_is_said(front: Front, wrong: dict[str, Any]) -> None:
    with front.writing() as session:
        end = terminate(session, front.membership, "lost_status", TODAY, acting(front)).key
    sent = {"belongs": f"end:{end}", "kind": "letter", **wrong}
    if isinstance(sent.get("files"), bytes):
        sent["files"] = [file(sent["files"], "x.html")]
    assert post(front, sent.pop("belongs"), sent.pop("kind"), **sent).status_code == 422
    with front.writing() as session:
        assert papers_of_ends(session, front.membership) == []


def test_another_memberships_post_is_not_reached(front: Front) -> None:
    assert front.client("member").get(f"/desk/memberships/{front.membership}/post").status_code == 403
    assert front.client("manager").get("/desk/memberships/99999/post").status_code == 404


# --- the estate ---


def test_two_people_enter_the_account_of_an_estate(front: Front) -> None:
    first, second = front.client("manager"), front.client("manager2")
    page = f"/desk/memberships/{front.membership}/estate"
    assert first.get(page).status_code == 404  # nobody has died
    assert first.post(f"/desk/memberships/{front.membership}/ends/death", data=DEATH).status_code == 303
    assert page in first.get(f"/desk/memberships/{front.membership}/ends").text
    assert first.post(page, data=NOTARY).status_code == 422  # without the notary's paper
    wrong = first.post(page, data={**NOTARY, "iban": "FR7630006000011234567890188", "files": [file()]})
    assert wrong.status_code == 422 and "no IBAN" in wrong.text and "scan.pdf is kept" in text_of(wrong.text)
    assert first.post(page, data={**NOTARY, "files": [file()]}).status_code == 303
    with front.writing() as session:
        [one] = estates_of(session, front.membership)
        before = versions_of(session, front.membership)
    assert first.post(f"{page}/{one.id}/confirm").status_code == 409
    with front.writing() as session:
        assert versions_of(session, front.membership) == before
    assert "Maître Dubois" in second.get("/desk/certificates").text
    assert second.get(f"{page}/{one.id}/paper").status_code == 200
    assert second.post(f"{page}/{one.id}/confirm").status_code == 303
    with front.writing() as session:
        assert versions_of(session, front.membership)[0].account.holder == "Maître Dubois"


def test_an_estates_account_that_is_wrong_is_rejected_with_its_reason(front: Front) -> None:
    first, second = front.client("manager"), front.client("manager2")
    page = f"/desk/memberships/{front.membership}/estate"
    first.post(f"/desk/memberships/{front.membership}/ends/death", data=DEATH)
    first.post(page, data={**NOTARY, "files": [file()]})
    with front.writing() as session:
        [one] = estates_of(session, front.membership)
    assert second.post(f"{page}/{one.id}/reject", data={}).status_code == 422
    assert second.post(f"{page}/{one.id}/reject", data={"why": "Another holder on the deed"}).status_code == 303
    assert "Another holder on the deed" in text_of(first.get(page).text)
    assert second.post(f"{page}/{one.id}/confirm").status_code == 409
