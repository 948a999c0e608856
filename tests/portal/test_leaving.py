"""Ending a membership on the pages: what it brings is seen first, it is confirmed, told, and can be taken back."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select, update

from expat.accounts.tables import Account
from expat.approvals.request import Answer, NewRequest, answer_request, request_approval
from expat.audit import AuditEntry
from expat.claims.intake import NewClaim
from expat.claims.load import load
from expat.claims.submit import submit
from expat.db import table_of
from expat.mail.tables import OutgoingMail
from expat.membership import standing
from expat.membership.changes import Acting, add_person
from expat.membership.join import NewPerson
from expat.membership.status import covered_on
from expat.membership.tables import CoverProof, Membership
from expat.payments.account_records import accounts_of, keep_account
from expat.payments.settle import settle
from expat.payments.tables import Payout
from expat.payments.tell import members_of
from expat.periods import Period
from expat.premiums.bill import premium_due, premium_event
from tests.documents.samples import pdf
from tests.payments.insured import FRENCH, visit
from tests.portal.house import AT, TODAY, Front, text_of

FIRST = date(2025, 10, 4)  # two months after the request
PAYOUTS: Any = table_of(Payout)


def acting() -> Acting:
    return Acting(TODAY, AT, ("ecb",), "test")


def ends_of(front: Front, membership: int) -> list[Any]:
    with front.writing() as session:
        return standing.terminations(load(session, [membership])[membership].changes)


def mails(front: Front, kind: str) -> list[Any]:
    table = table_of(OutgoingMail)
    with front.writing() as session:
        return list(session.execute(select(table).where(table.c.kind == kind).order_by(table.c.id)))


def plain(text: str) -> str:
    """A mail's text on one line."""
    return " ".join(text.replace("\xa0", " ").split())


def covered(front: Front, person: int, day: date) -> bool:
    with front.writing() as session:
        return covered_on(load(session, [front.membership])[front.membership], person, day)


# --- the member's pages -----------------------------------------------------------------------------------------------


def test_what_an_end_brings_is_seen_before_it_is_confirmed(front: Front) -> None:
    browser = front.client("member")
    assert "I go back to France for good" in text_of(browser.get("/cover/leave").text)
    page = text_of(browser.get("/cover/leave/look?reason=lost_status&effective=2025-08-10").text)
    assert "4 October 2025 is the first day without cover." in page
    assert "3 October 2025" in page  # everybody's last day
    assert "4 January 2026" in page  # three months for claims
    assert "You can change your mind until 3 October 2025." in page
    assert ends_of(front, front.membership) == []


def test_a_confirmed_end_counts_from_today_and_can_be_taken_back(front: Front) -> None:
    browser = front.client("member")
    form = {"reason": "lost_status", "effective": "2025-08-10", "confirm": "m-1"}
    for _ in range(2):  # sent twice
        assert browser.post("/cover/leave/look", data=form).status_code == 303
    [end] = ends_of(front, front.membership)
    assert (end.requested_on, end.effective_from) == (TODAY, FIRST)
    [mail] = mails(front, "leaving")
    assert "3 October 2025" in plain(mail.body) and "lost" not in mail.body.lower()
    page = text_of(browser.get("/cover/leave").text)
    assert "4 October 2025 is the first day without cover" in page and "until 3 October 2025" in page
    assert browser.post("/cover/leave/back").status_code == 303
    assert ends_of(front, front.membership) == []
    assert len(mails(front, "leaving")) == 2
    assert browser.post("/cover/leave/back").status_code == 303
    assert "nothing to take back" in text_of(browser.get("/cover/leave").text)


@pytest.mark.parametrize("typed", ["", "M-2", "yes"])
def test_without_the_right_number_nothing_ends(front: Front, typed: str) -> None:
    form = {"reason": "member", "effective": "", "confirm": typed}
    answer = front.client("member").post("/cover/leave/look", data=form)
    assert answer.status_code == 422
    assert ends_of(front, front.membership) == []


def test_a_wrong_day_is_said_beside_its_field(front: Front) -> None:
    form = {"reason": "lost_status", "effective": "soon", "confirm": "M-1"}
    answer = front.client("member").post("/cover/leave/look", data=form)
    assert answer.status_code == 422
    assert "Please give a date" in answer.text
    assert front.client("member").get("/cover/leave/look?reason=lost_status&effective=soon").status_code == 200


def test_another_adult_cannot_end_the_membership(front: Front) -> None:
    browser = front.client("spouse")
    for path in ("/cover/leave", "/cover/leave/look?reason=member"):
        assert browser.get(path).status_code == 303
    assert browser.post("/cover/leave/look", data={"reason": "member", "confirm": "M-1"}).status_code == 303
    assert ends_of(front, front.membership) == []


def sold(front: Front, how: str | None, concluded: date) -> None:
    table = table_of(Membership)
    with front.writing() as session:
        session.execute(
            update(table).where(table.c.id == front.membership).values(concluded_on=concluded, sold=how)
        )  # fmt: skip


def test_renouncing_shows_the_days_left_and_what_has_to_be_paid_back(front: Front) -> None:
    sold(front, "distance", TODAY - timedelta(days=10))
    with front.writing() as session:
        claim = NewClaim([visit(front.member, "80.00 EUR", country="SG")], TODAY, "c-1")
        submit(session, front.membership, claim, AT, ("ecb",))
        keep_account(session, FRENCH, AT, membership_id=front.membership)
    settle(front.engine, TODAY, lambda: AT, ("ecb",))
    browser = front.client("member")
    assert "5 days are left, today included." in text_of(browser.get("/cover/leave").text)
    page = text_of(browser.get("/cover/leave/look?reason=renunciation").text)
    assert "have to be paid back by 3 September 2025" in page
    assert "It cannot be taken back." in page
    assert browser.post("/cover/leave/look", data={"reason": "renunciation", "confirm": "M-1"}).status_code == 303
    assert not covered(front, front.member, TODAY)


def test_after_the_fourteen_days_renouncing_is_not_offered_and_refused(front: Front) -> None:
    sold(front, "distance", TODAY - timedelta(days=15))
    browser = front.client("member")
    assert "renounce" not in text_of(browser.get("/cover/leave").text)
    answer = browser.post("/cover/leave/look", data={"reason": "renunciation", "confirm": "M-1"})
    assert answer.status_code == 422 and "Too late to renounce" in answer.text


def test_sold_at_home_a_claim_takes_the_right_to_renounce_away(front: Front) -> None:
    sold(front, "at_home", TODAY - timedelta(days=3))
    with front.writing() as session:
        claim = NewClaim([visit(front.member, "80.00 EUR", country="SG")], TODAY, "c-1")
        submit(session, front.membership, claim, AT, ("ecb",))
    browser = front.client("member")
    assert "the right to renounce is gone" in text_of(browser.get("/cover/leave/look?reason=renunciation").text)
    assert browser.post("/cover/leave/look", data={"reason": "renunciation", "confirm": "M-1"}).status_code == 422
    assert covered(front, front.member, TODAY)


@pytest.mark.parametrize("typed", ["m 1", " M - 1 ", "M1"])
def test_the_number_may_be_typed_with_blanks_and_dashes(front: Front, typed: str) -> None:
    form = {"reason": "lost_status", "effective": "2025-11-10", "confirm": typed}
    assert front.client("member").post("/cover/leave/look", data=form).status_code == 303
    assert len(ends_of(front, front.membership)) == 1


@pytest.mark.parametrize(("language", "moved", "kept"), [
    ("en", "You asked for 10 August 2025; the contract allows 4 October 2025 at the earliest.",
     "from 20 August 2025 to 3 October 2025"),
    ("fr", "Vous avez demandé le 10 août 2025 ; le contrat permet au plus tôt le 4 octobre 2025.",
     "du 20 août 2025 au 3 octobre 2025"),
])  # fmt: skip
def test_a_day_that_the_contract_moves_is_said_and_until_when_france_counts_as_home(
    front: Front, language: str, moved: str, kept: str
) -> None:
    at = "/cover/leave/look?reason=return_to_france&effective=2025-08-10&returned=2025-08-20"
    page = " ".join(text_of(front.client("member", language).get(at).text).split())
    assert moved in page and kept in page


def test_a_return_keeps_the_cover_no_longer_than_the_contract_does(front: Front) -> None:
    at = "/cover/leave/look?reason=return_to_france&effective=2025-12-30&returned=2025-08-20"
    page = text_of(front.client("member").get(at).text)
    assert "You asked for 30 December 2025; after a return cover is kept until 19 November 2025 at the latest." in page


def test_premiums_and_approvals_after_the_end_are_told(front: Front) -> None:
    with front.writing() as session:
        key = premium_due(
            session, front.membership, date(2025, 7, 1), acting(), Period(date(2025, 7, 1), date(2025, 12, 31)), 184_00
        )
        premium_event(session, key, "paid", acting())
        new = NewRequest(front.member, "hospital.stay", date(2025, 11, 3))
        request = request_approval(session, front.membership, new, acting())
        answer_request(session, request, Answer(True, None, None, False, None), acting())
    page = text_of(front.client("member").get("/cover/leave/look?reason=lost_status").text)
    assert "95 days are covered (95.00 EUR)." in page  # 1 July to 3 October, of 184 days
    assert "89.00 EUR comes back, by 3 November 2025." in page
    assert "1 prior approval is for care after the end" in page


def test_the_pages_speak_french(front: Front) -> None:
    browser = front.client("member", "fr")
    page = text_of(browser.get("/cover/leave/look?reason=return_to_france").text)
    assert "premier jour sans couverture" in page
    for english in ("first day", "What it brings", "Premiums", "Keep the originals", "Confirm your"):
        assert english not in page


# --- proofs -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def student(front: Front) -> int:
    """A child who was 20 on 1 July 2025: covered to that day without a certificate."""
    with front.writing() as session:
        person = NewPerson("child", date(2005, 7, 1), "Tom", "Lovelace", covered_from=date(2024, 1, 1))
        return add_person(session, front.membership, person, acting()).key or 0


def test_a_certificate_is_asked_for_sent_and_brings_the_cover_back(front: Front, student: int) -> None:
    browser = front.client("member")
    page = browser.get("/cover/proofs").text
    assert "School certificate 2024–2025: Tom Lovelace" in text_of(page)
    assert not covered(front, student, TODAY)
    form = {"what": f"{student}-school-2024", "files": (BytesIO(pdf(7)), "certificate.pdf")}
    assert browser.post("/cover/proofs", data=form).status_code == 303
    assert "sent, we look at it" in text_of(browser.get("/cover/proofs").text)
    desk = front.client("manager")
    table = table_of(CoverProof)
    with front.writing() as session:
        row = session.execute(select(table)).one()
    page = text_of(desk.get(f"/desk/memberships/{front.membership}/ends").text)
    assert "certificate.pdf" in page
    assert desk.get(f"/documents/{row.sha256}/view").status_code == 200
    assert front.client("stranger").get(f"/documents/{row.sha256}/view").status_code == 404
    accept = {"proof": str(row.id), "answer": "accept"}
    for _ in range(2):
        assert desk.post(f"/desk/memberships/{front.membership}/ends/proofs", data=accept).status_code == 303
    assert covered(front, student, TODAY)


def test_a_proof_that_is_not_enough_is_told_with_the_reason(front: Front, student: int) -> None:
    form = {"what": f"{student}-school-2024", "files": (BytesIO(pdf(8)), "c.pdf")}
    front.client("member").post("/cover/proofs", data=form)
    desk, at = front.client("manager"), f"/desk/memberships/{front.membership}/ends/proofs"
    assert desk.post(at, data={"proof": "1", "answer": "refuse"}).status_code == 422
    why = {"proof": "1", "answer": "refuse", "why": "It names no school year."}
    assert desk.post(at, data=why).status_code == 303
    assert "It names no school year." in text_of(front.client("member").get("/cover/proofs").text)
    assert [mail.kind for mail in mails(front, "proof")] == ["proof"]
    assert not covered(front, student, TODAY)


@pytest.mark.parametrize("what", ["", "1-school-2024", "x", "3-work-2024"])
def test_what_is_not_asked_for_is_not_taken(front: Front, student: int, what: str) -> None:
    form = {"what": what, "files": (BytesIO(pdf(9)), "c.pdf")}
    assert front.client("member").post("/cover/proofs", data=form).status_code == 422
    answer = front.client("member").post("/cover/proofs", data={"what": f"{student}-school-2024"})
    assert answer.status_code == 422 and "Please choose a file." in answer.text


# --- the desk ---------------------------------------------------------------------------------------------------------


def test_the_desk_sees_first_and_records_then_from_the_day_the_letter_arrived(front: Front) -> None:
    browser, at = front.client("manager"), f"/desk/memberships/{front.membership}/ends/termination"
    form = {"reason": "lost_status", "arrived": "2025-07-30"}
    looked = browser.post(at, data=form)
    assert looked.status_code == 200 and "30 September 2025 is the first day without cover" in text_of(looked.text)
    assert ends_of(front, front.membership) == []
    assert browser.post(at, data={**form, "confirm": "yes"}).status_code == 303
    [end] = ends_of(front, front.membership)
    assert (end.requested_on, end.effective_from) == (date(2025, 7, 30), date(2025, 9, 30))
    table = table_of(AuditEntry)
    with front.writing() as session:
        row = session.execute(select(table).where(table.c.action == "membership.termination")).one()
    assert row.actor == f"account:{front.accounts['manager']}" and row.detail["arrived"] == "2025-07-30"
    assert browser.post(f"/desk/memberships/{front.membership}/ends/withdraw").status_code == 303
    assert ends_of(front, front.membership) == []


@pytest.mark.parametrize(
    "form",
    [
        {"reason": "lost_status", "arrived": "2025-08-05"},  # tomorrow
        {"reason": "lost_status", "arrived": "2023-12-31"},  # before joining
        {"reason": "lost_status", "arrived": ""},
        {"reason": "", "arrived": "2025-08-01"},
        {"reason": "boredom", "arrived": "2025-08-01"},
        {"reason": "renunciation", "arrived": "2025-08-01"},  # long over
    ],
)
def test_the_desk_is_told_what_is_wrong(front: Front, form: dict[str, str]) -> None:
    at = f"/desk/memberships/{front.membership}/ends/termination"
    assert front.client("manager").post(at, data={**form, "confirm": "yes"}).status_code == 422
    assert ends_of(front, front.membership) == []


def test_the_insurer_s_end_is_told_as_such(front: Front) -> None:
    form = {"reason": "omission", "arrived": "2025-08-04", "effective": "2025-08-20", "confirm": "yes"}
    at = f"/desk/memberships/{front.membership}/ends/termination"
    assert front.client("manager").post(at, data=form).status_code == 303
    [mail] = mails(front, "leaving")
    assert "19 August 2025" in plain(mail.body) and "letter with the reasons" in plain(mail.body)


def test_a_claim_that_nobody_knew_of_keeps_the_whole_premium_due(front: Front) -> None:
    sold(front, "at_home", TODAY - timedelta(days=3))
    with front.writing() as session:
        days = Period(date(2025, 7, 1), date(2025, 12, 31))
        key = premium_due(session, front.membership, date(2025, 7, 1), acting(), days, 184_00)
        premium_event(session, key, "paid", acting())
    browser, at = front.client("manager"), f"/desk/memberships/{front.membership}/ends/termination"
    form = {"reason": "renunciation", "arrived": "2025-08-04"}
    assert "150.00 EUR comes back" in text_of(browser.post(at, data=form).text)
    assert "comes back" not in text_of(browser.post(at, data={**form, "unknown_claim": "y"}).text)


def test_somebody_leaves(front: Front) -> None:
    browser, at = front.client("manager"), f"/desk/memberships/{front.membership}/ends/leaving"
    form = {
        "person": str(front.spouse), "reason": "separated", "effective": "2025-08-20", "arrived": "2025-08-04",
    }  # fmt: skip
    looked = text_of(browser.post(at, data=form).text)
    assert "Charles Lovelace 19 August 2025 19 August 2027" in looked
    assert covered(front, front.spouse, date(2025, 8, 20))
    assert browser.post(at, data={**form, "confirm": "yes"}).status_code == 303
    assert not covered(front, front.spouse, date(2025, 8, 20))
    assert covered(front, front.member, date(2025, 8, 20))
    assert browser.post(at, data={**form, "person": str(front.member)}).status_code == 422
    assert browser.post(at, data={**form, "person": str(front.child), "reason": "occupation"}).status_code == 422


DEATH = {
    "died_on": "2025-07-30", "told_by": "Charles, her husband", "contact_name": "Charles Lovelace",
    "contact_address": "1 Test Street\nSingapore", "contact_email": "charles@post.example", "language": "en",
}  # fmt: skip


def test_a_death_is_told_to_the_family_and_stops_payouts_until_the_estate_names_an_account(front: Front) -> None:
    with front.writing() as session:
        keep_account(session, FRENCH, AT - timedelta(days=5), membership_id=front.membership)
        claim = NewClaim([visit(front.spouse, "80.00 EUR", country="SG")], TODAY, "c-1")
        submit(session, front.membership, claim, AT, ("ecb",))
    browser, at = front.client("manager"), f"/desk/memberships/{front.membership}/ends"
    with front.writing() as session:
        request_approval(session, front.membership, NewRequest(front.member, "hospital.stay", TODAY), acting())
    looked = text_of(browser.post(f"{at}/death", data=DEATH).text)
    assert "Prior approval 1: " in looked and "No open claim" not in looked and "send you the sum" not in looked
    assert looked.index("What it brings") < looked.index("What is recorded")  # above the forms
    assert "30 September 2025" in looked and mails(front, "death") == []
    for _ in range(2):
        browser.post(f"{at}/death", data={**DEATH, "confirm": "yes"})
    [mail] = mails(front, "death")
    assert mail.to_address == "charles@post.example" and "covered to 30 September 2025" in plain(mail.body)
    assert not covered(front, front.member, date(2025, 7, 31)) and covered(front, front.spouse, date(2025, 9, 30))
    table = table_of(Account)
    with front.writing() as session:
        closed = session.execute(select(table.c.closed_at).where(table.c.person_id == front.member)).scalar_one()
        assert members_of(session, [front.membership]) == {}  # nobody writes to the dead
    assert closed is not None
    answer = browser.get(f"{at}/death.pdf")
    assert answer.status_code == 200 and answer.data.startswith(b"%PDF")

    settle(front.engine, TODAY, lambda: AT, ("ecb",))
    with front.writing() as session:
        payouts = session.execute(select(PAYOUTS).where(PAYOUTS.c.membership_id == front.membership)).all()
        assert payouts and accounts_of(session, payouts) == {}
        keep_account(session, FRENCH, AT + timedelta(days=400_0), membership_id=front.membership)
        assert len(accounts_of(session, payouts)) == len(payouts)


def test_there_is_no_letter_without_a_death(front: Front) -> None:
    at = f"/desk/memberships/{front.membership}/ends/death"
    assert front.client("manager").get(f"{at}.pdf").status_code == 404
    for wrong in ({"died_on": "2025-08-05"}, {"told_by": " "}, {"language": "xx"}, {"contact_address": ""}):
        assert front.client("manager").post(at, data={**DEATH, **wrong, "confirm": "yes"}).status_code == 422


def test_french_rights_that_reopen_end_the_kept_cover(front: Front) -> None:
    browser, at = front.client("manager"), f"/desk/memberships/{front.membership}/ends"
    browser.post(
        f"{at}/termination",
        data={
            "reason": "return_to_france",
            "arrived": "2025-08-04",
            "effective": "2025-11-03",
            "returned": "2025-08-10",
            "confirm": "yes",
        },
    )
    looked = browser.post(f"{at}/rights", data={"first": "2025-09-01"})
    assert looked.status_code == 200 and "1 September 2025 is the first day without cover." in text_of(looked.text)
    assert "31 August 2025" in text_of(looked.text) and covered(front, front.member, date(2025, 9, 1))
    for _ in range(2):
        assert browser.post(f"{at}/rights", data={"first": "2025-09-01", "confirm": "yes"}).status_code == 303
    assert covered(front, front.member, date(2025, 8, 31)) and not covered(front, front.member, date(2025, 9, 1))
    assert browser.post(f"{at}/rights", data={"first": "x"}).status_code == 422


@pytest.mark.parametrize("proof", ["", "x", "99999999999999999999999", "-1", "7"])
def test_a_proof_that_is_not_there_is_not_found(front: Front, proof: str) -> None:
    at = f"/desk/memberships/{front.membership}/ends/proofs"
    assert front.client("manager").post(at, data={"proof": proof, "answer": "accept"}).status_code == 404


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_leaving_that_was_a_mistake_is_taken_back_by_the_desk(front: Front, language: str) -> None:
    front.speak("manager", language)
    browser, at = front.client("manager", language), f"/desk/memberships/{front.membership}/ends"
    form = {
        "person": str(front.spouse), "reason": "occupation", "effective": "2025-06-01", "arrived": "2025-08-04",
        "confirm": "yes",
    }  # fmt: skip
    assert browser.post(f"{at}/leaving", data=form).status_code == 303
    assert not covered(front, front.spouse, TODAY)
    shown = browser.get(at).text
    assert ("It was a mistake" if language == "en" else "une erreur") in text_of(shown)
    [path] = {found for found in shown.split('"') if found.endswith("/withdraw") and "/leaving/" in found}
    for _ in range(2):
        assert browser.post(path).status_code == 303
    assert covered(front, front.spouse, TODAY)
    assert "/leaving/" not in browser.get(at).text.replace(f'{at}/leaving"', "")
    other = path.replace(f"/{front.membership}/", f"/{front.other_membership}/")
    assert browser.post(other).status_code == 404
    assert front.client("member").post(path).status_code == 403


def test_letters_that_no_database_keeps_are_left_out_of_a_death(front: Front) -> None:
    at = f"/desk/memberships/{front.membership}/ends/death"
    form = {**DEATH, "contact_address": "1 Test\x00 Street\nSingapore", "confirm": "yes"}
    assert front.client("manager").post(at, data=form).status_code == 303
