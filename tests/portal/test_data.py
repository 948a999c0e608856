"""My data on the pages: taken away whole, consents at once, requests answered by the desk or the medical department."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from moneyed import Currency, Money
from sqlalchemy import select, update

from expat.accounts.tables import Account
from expat.audit import AuditEntry
from expat.claims.intake import NewClaim, NewLine
from expat.claims.submit import submit
from expat.db import table_of
from expat.mail.outbox import kept
from expat.membership.changes import Acting
from expat.membership.tables import InsuredPerson
from expat.personal_data.consents import allowed
from expat.recoveries.decide import refuse, release
from tests.documents.samples import pdf
from tests.portal.house import AT, TODAY, Front, text_of
from tests.portal.records import Records
from tests.portal.test_recoveries import ask, decided, forged, paid

MULTIPART = "multipart/form-data"


def proof() -> tuple[BytesIO, str]:
    return BytesIO(pdf(205)), "passport.pdf"


def trail(front: Front, action: str) -> list[Any]:
    entry: Any = table_of(AuditEntry)
    with front.writing() as session:
        return list(session.execute(select(entry).where(entry.c.action == action)))


def asked(front: Front, kind: str, name: str = "member", **more: Any) -> str:
    """A request that was sent; answers its number."""
    person = {"member": front.member, "spouse": front.spouse}[name]
    data = {"key": f"k-{kind}", "person": str(person), "text": "Please.", **more}
    answer = front.client(name).post(f"/data/new?kind={kind}", data=data, content_type=MULTIPART)
    assert answer.status_code == 303, text_of(answer.text)
    return str(answer.location.rpartition("/")[2])


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_says_what_is_kept_how_long_and_on_what_ground(front: Front, language: str) -> None:
    page = text_of(front.client("member", language).get("/data").text)
    for word in ("Code de commerce, art. L123-22", "Code civil, art. 2224", "www.cnil.fr"):
        assert word in page
    assert ("10 years after the payment" if language == "en" else "10 ans après le paiement") in page
    assert (
        "2 years after the end of the membership" if language == "en" else "2 ans après la fin de l'adhésion"
    ) in page


@pytest.mark.parametrize("language", ["en", "fr"])
def test_everything_is_taken_away_in_one_file(front: Front, language: str) -> None:
    records = Records(front)
    answer = front.client("member", language).post("/data/export")
    assert answer.status_code == 200 and answer.mimetype == "application/zip"
    assert (
        "no-store" in answer.headers["Cache-Control"]
        and "data-M-1-2025-08-04.zip" in answer.headers["Content-Disposition"]
    )
    file = ZipFile(BytesIO(answer.data))
    data = json.loads(file.read("data.json"))
    assert file.read("summary.pdf").startswith(b"%PDF")
    assert records.diagnosis in str(data["tables"]["approval_file"]), "her own request"
    # the report of Charles is confidential: it is his
    invoice = "documents/2025-07-25 Invoice.pdf" if language == "en" else "documents/2025-07-25 Facture.pdf"
    assert invoice in file.namelist() and records.family["sha256"] not in str(file.namelist())
    (named,) = {row["file"] for row in data["tables"]["line_document"] if row["kind"] == "invoice"}
    assert named == invoice
    assert {row["kind"] for row in data["tables"]["line_document"]} >= {"invoice"}
    assert "medical_report" not in {row["kind"] for row in data["tables"]["line_document"]}
    (kept_act,) = trail(front, "data.exported")
    assert (kept_act.subject, kept_act.actor) == (
        f"insured_person:{front.member}",
        f"account:{front.accounts['member']}",
    )
    his = json.loads(ZipFile(BytesIO(front.client("spouse").post("/data/export").data)).read("data.json"))
    assert records.diagnosis not in str(his)
    assert "medical_report" in {row["kind"] for row in his["tables"]["line_document"]}


def test_a_consent_holds_at_once_and_is_taken_back_at_once(front: Front) -> None:
    member = front.client("member")
    assert member.post("/data/consents", data={"purpose": "offers", "given": "yes"}).status_code == 303
    with front.writing() as session:
        assert allowed(session, front.member, "offers", TODAY) and not allowed(session, front.member, "surveys", TODAY)
    assert "Given on 4 August 2025" in text_of(member.get("/data").text)
    assert "agreed" in text_of(front.client("manager").get(f"/desk/data-requests/people/{front.member}").text)
    member.post("/data/consents", data={"purpose": "offers", "given": "no"})
    with front.writing() as session:
        assert not allowed(session, front.member, "offers", TODAY)
    assert "Taken back on 4 August 2025" in text_of(member.get("/data").text)
    assert member.post("/data/consents", data={"purpose": "everything", "given": "yes"}).status_code == 404


def test_a_correction_needs_a_paper_and_a_person_decides(front: Front) -> None:
    member, desk = front.client("member"), front.client("manager")
    path, data = "/data/new?kind=rectification", {"key": "r1", "person": str(front.member), "field": "last_name"}
    bare = member.post(path, data={**data, "name": "Byron"}, content_type=MULTIPART)
    assert bare.status_code == 422 and "identity card" in text_of(bare.text) and 'value="Byron"' in bare.text
    empty = member.post(path, data={**data, "files": proof()}, content_type=MULTIPART)
    assert empty.status_code == 422 and "passport.pdf is kept" in text_of(empty.text)
    answer = member.post(path, data={**data, "name": "Byron", "files": proof()}, content_type=MULTIPART)
    number = answer.location.rpartition("/")[2]
    assert "4 September 2025" in text_of(member.get(f"/data/{number}").text)
    page = desk.get(f"/desk/data-requests/{number}").text
    assert "Byron" in page and f"/desk/data-requests/{number}/papers/1" in page
    assert desk.get(f"/desk/data-requests/{number}/papers/1").status_code == 200
    assert desk.post(f"/desk/data-requests/{number}", data={"outcome": "done", "text": ""}).status_code == 422
    said = {"outcome": "done", "text": "By your passport."}
    assert desk.post(f"/desk/data-requests/{number}", data=said).status_code == 303
    assert desk.post(f"/desk/data-requests/{number}", data=said).status_code == 409
    with front.writing() as session:
        person: Any = table_of(InsuredPerson)
        assert session.execute(select(person.c.last_name).where(person.c.id == front.member)).scalar() == "Byron"
        assert [mail.kind for mail in kept(session)] == ["data"]
        assert "Byron" not in kept(session)[0].body
    assert "By your passport." in member.get(f"/data/{number}").text
    assert "No request about data waits" in text_of(desk.get("/desk/data-requests").text)


def test_medical_details_are_made_by_the_medical_department_for_the_person(front: Front) -> None:
    records = Records(front)
    number = asked(front, "medical", text="")
    member, doctor = front.client("member"), front.client("medical")
    assert member.post(f"/data/medical/{number}").status_code == 404, "not answered yet"
    assert front.client("manager").get(f"/desk/data-requests/{number}").status_code == 404
    assert f"/medical/export/{number}" in doctor.get("/medical/export").text
    made = doctor.post(f"/medical/export/{number}/file")
    assert records.diagnosis in str(json.loads(ZipFile(BytesIO(made.data)).read("data.json")))
    assert doctor.post(f"/medical/export/{number}", data={"outcome": "done", "text": "Here it is."}).status_code == 303
    given = member.post(f"/data/medical/{number}")
    assert records.diagnosis in str(json.loads(ZipFile(BytesIO(given.data)).read("data.json")))
    for name in ("spouse", "stranger"):
        assert front.client(name).post(f"/data/medical/{number}").status_code == 404
    assert [row.actor for row in trail(front, "data.medical_exported")] == [
        f"account:{front.accounts[name]}" for name in ("medical", "member")
    ]


def test_each_adult_has_requests_of_his_or_her_own(front: Front) -> None:
    number = asked(front, "objection", "spouse")
    for name in ("member", "stranger"):
        assert front.client(name).get(f"/data/{number}").status_code == 404
    other = {"key": "x", "person": str(front.spouse), "text": "Delete it."}
    assert front.client("member").post("/data/new?kind=erasure", data=other).status_code == 422
    child = {"key": "y", "person": str(front.child), "text": "Delete it."}
    assert front.client("member").post("/data/new?kind=erasure", data=child).status_code == 303
    assert front.client("member").get("/data/new?kind=gossip").status_code == 404
    for kind in ("rectification", "objection", "restriction", "erasure", "medical"):
        assert front.client("member", "fr").get(f"/data/new?kind={kind}").status_code == 200


def test_directives_are_kept_and_read_once_somebody_has_died(front: Front) -> None:
    member, desk = front.client("member"), front.client("manager")
    assert member.post("/data/directives", data={"text": "Give it to Charles."}).status_code == 303
    assert "Give it to Charles." in member.get("/data").text
    path = f"/desk/data-requests/people/{front.member}"
    assert "Give it to Charles." not in desk.get(path).text
    assert "Give it to Charles." in desk.post(f"{path}/directives").text
    assert [row.actor for row in trail(front, "data.directive_read")] == [f"account:{front.accounts['manager']}"]
    assert member.post("/data/directives", data={"text": "x" * 5000}).status_code == 422


def test_who_is_insured_here_does_not_answer_the_own_family(front: Front) -> None:
    number, medical = asked(front, "erasure"), asked(front, "medical")
    accounts: Any = table_of(Account)
    with front.writing() as session:
        for name in ("manager", "medical"):
            mine = accounts.c.id == front.accounts[name]
            session.execute(update(accounts).where(mine).values(person_id=front.spouse))
    desk, doctor = front.client("manager"), front.client("medical")
    assert desk.get(f"/desk/data-requests/{number}").status_code == 403
    assert desk.post(f"/desk/data-requests/{number}", data={"outcome": "done", "text": "x"}).status_code == 403
    assert desk.get(f"/desk/data-requests/people/{front.member}").status_code == 403
    assert doctor.post(f"/medical/export/{medical}/file").status_code == 403
    assert doctor.post(f"/medical/export/{medical}", data={"outcome": "done", "text": "x"}).status_code == 403


def held(answer: Any) -> Any:
    """The tables of a file that was downloaded."""
    assert answer.status_code == 200
    return json.loads(ZipFile(BytesIO(answer.data)).read("data.json"))["tables"]


@pytest.mark.parametrize("outcome", ["partly", "refused"])
def test_medical_details_are_downloaded_only_where_all_of_them_are_given(front: Front, outcome: str) -> None:
    Records(front)
    number = asked(front, "medical", text="")
    said = {"outcome": outcome, "text": "Without the notes on somebody else."}
    assert front.client("medical").post(f"/medical/export/{number}", data=said).status_code == 303
    page = front.client("member").get(f"/data/{number}").text
    assert "Download the medical details" not in page
    assert ("sends you the part" in text_of(page)) == (outcome == "partly")
    assert front.client("member").post(f"/data/medical/{number}").status_code == 404


def test_what_came_after_the_answer_is_not_in_the_medical_details(front: Front) -> None:
    records = Records(front)
    number = asked(front, "medical", text="")
    said = {"outcome": "done", "text": "Here it is."}
    assert front.client("medical").post(f"/medical/export/{number}", data=said).status_code == 303
    line = NewLine(
        front.member, "ambulatory.gp", date(2025, 7, 1), Money(Decimal("80.00"), Currency("SGD")), "SG",
        documents=frozenset({"invoice"}), provider="Dr Later",
    )  # fmt: skip
    with front.writing() as session:
        submit(session, front.membership, NewClaim([line], TODAY, "later"), AT + timedelta(days=1), ("ecb",))
    given = held(front.client("member").post(f"/data/medical/{number}"))
    assert records.diagnosis in str(given) and "Dr Later" not in str(given)
    assert "Dr Later" in str(held(front.client("medical").post(f"/medical/export/{number}/file")))


def test_nobody_is_given_what_another_adult_did(front: Front) -> None:
    spouse = front.client("spouse")
    spouse.post("/data/consents", data={"purpose": "offers", "given": "yes"})
    spouse.post("/data/directives", data={"text": "A wish of my own."})
    number = asked(front, "medical", "spouse", text="")
    said = {"outcome": "done", "text": "Here it is."}
    front.client("medical").post(f"/medical/export/{number}", data=said)
    assert spouse.post(f"/data/medical/{number}").status_code == 200
    about = f"insured_person:{front.spouse}"
    his = [row["action"] for row in held(spouse.post("/data/export"))["audit_entry"] if row["subject"] == about]
    assert "data.medical_exported" in his and len(his) >= 3
    hers = held(front.client("member").post("/data/export"))
    assert [row for row in hers["audit_entry"] if row["subject"] == about] == []
    assert {row["id"] for row in hers["insured_person"]} >= {front.member, front.spouse}  # that he is insured she knows


def test_what_is_asked_back_is_given_once_it_holds(front: Front) -> None:
    """More than one person may decide alone: another one has to release it, and until then the member knows nothing."""
    paid(front, *["80.00"] * 12)
    forged(front)
    front.client("manager").post("/desk/recoveries/look")
    tables = ("recovery", "recovery_line", "recovery_event", "difference")

    def told() -> list[int]:
        given = held(front.client("member").post("/data/export"))
        assert not [row for row in given["audit_entry"] if row["subject"].startswith("recovery:")] or given["recovery"]
        return [len(given[name]) for name in tables]

    assert told() == [0] * 4
    assert ask(front).status_code == 303
    (one,) = decided(front)
    assert one.state == "to_release" and told() == [0] * 4
    with front.writing() as session:
        release(session, one.row.id, Acting(TODAY, AT, ("ecb",), f"account:{front.accounts['accountant']}"))
    assert [n > 0 for n in told()] == [True] * 4


def test_what_was_not_released_is_not_given(front: Front) -> None:
    paid(front, *["80.00"] * 12)
    forged(front)
    front.client("manager").post("/desk/recoveries/look")
    assert ask(front).status_code == 303
    (one,) = decided(front)
    with front.writing() as session:
        acting = Acting(TODAY, AT, ("ecb",), f"account:{front.accounts['accountant']}")
        refuse(session, one.row.id, "The certificate was a real one.", acting)
    given = held(front.client("member").post("/data/export"))
    assert "a real one" not in str(given) and given["recovery"] == given["recovery_event"] == given["difference"] == []
