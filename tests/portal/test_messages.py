"""Messages: a member writes, the management unit answers, each reads only what is his or her own."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import update

from expat.accounts.tables import Account
from expat.claims.intake import NewClaim
from expat.claims.submit import submit
from expat.db import table_of
from expat.mail.outbox import kept
from expat.messages.read import unread, waiting
from expat.messages.write import write
from tests.portal.house import AT, TODAY, Front, text_of
from tests.portal.test_desk import RECEIVED, SOURCES, visit


def claim_of(front: Front, person: int, membership: int) -> int:
    """A claim of a person."""
    with front.writing() as session:
        return submit(session, membership, NewClaim([visit(person)], RECEIVED, uuid4().hex), AT, SOURCES).claim_id


def unread_by(front: Front, person: int, staff: bool) -> int:
    with front.writing() as session:
        return unread(session, [person], by_staff=staff).get(person, 0)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_message_goes_to_the_desk_and_its_answer_comes_back(front: Front, language: str) -> None:
    member, desk = front.client("member", language), front.client("manager", language)
    empty = text_of(member.get("/messages").text)
    assert ("not written to us yet" if language == "en" else "pas encore écrit") in empty
    assert member.post("/messages", data={"text": "Is a photograph enough?"}).status_code == 303
    listed = desk.get("/desk/messages").text
    assert "Is a photograph enough?" in listed and f"/desk/messages/{front.member}" in listed
    assert "06/08/2025" in listed, "two working days after the fourth"
    assert ("6 August 2025" if language == "en" else "6 août 2025") in text_of(member.get("/messages").text)
    assert unread_by(front, front.member, staff=True) == 1
    assert "Is a photograph enough?" in desk.get(f"/desk/messages/{front.member}").text
    assert unread_by(front, front.member, staff=True) == 0
    assert desk.post(f"/desk/messages/{front.member}", data={"text": "It is."}).status_code == 303
    assert unread_by(front, front.member, staff=False) == 1
    page = text_of(member.get("/messages").text)
    assert "It is." in page and ("new" if language == "en" else "nouveau") in page.split()
    assert unread_by(front, front.member, staff=False) == 0
    with front.writing() as session:
        assert waiting(session, TODAY, 2) == []
        (mail,) = kept(session)
    assert (mail.to_address, mail.language) == ("member@test.example", language)
    assert "It is." not in mail.body and "/messages" in mail.body


def test_a_message_that_is_sent_twice_is_one(front: Front) -> None:
    member = front.client("member")
    for _ in range(2):
        member.post("/messages", data={"text": "Good morning."})
    assert member.get("/messages").text.count("Good morning.") == 1


@pytest.mark.parametrize("text", ["", "   ", "x" * 4001, "with a\x07bell"])
def test_a_message_that_cannot_be_kept_is_refused_and_stays_in_the_form(front: Front, text: str) -> None:
    answer = front.client("member").post("/messages", data={"text": text})
    assert answer.status_code == 422
    assert text.strip() in answer.text
    refused = front.client("manager").post(f"/desk/messages/{front.member}", data={"text": text})
    assert refused.status_code == 422


def test_a_message_can_be_about_a_claim_of_one_s_own_alone(front: Front) -> None:
    mine = claim_of(front, front.member, front.membership)
    other = claim_of(front, front.stranger, front.other_membership)
    member, spouse = front.client("member"), front.client("spouse")
    assert f"About claim {mine}." in text_of(member.get(f"/messages?claim={mine}").text)
    assert member.post(f"/messages?claim={mine}", data={"text": "Why so little?"}).status_code == 303
    assert f"/desk/claims/{mine}" in front.client("manager").get(f"/desk/messages/{front.member}").text
    assert member.get(f"/messages?claim={other}").status_code == 404
    assert member.post(f"/messages?claim={other}", data={"text": "Mine?"}).status_code == 404
    assert spouse.get(f"/messages?claim={mine}").status_code == 404, "a spouse does not see the member's claims"


def test_each_adult_has_a_conversation_of_his_or_her_own(front: Front) -> None:
    front.client("spouse").post("/messages", data={"text": "Between us."})
    assert "Between us." not in front.client("member").get("/messages").text
    assert "Between us." in front.client("spouse").get("/messages").text


def test_long_conversations_come_in_pages(front: Front) -> None:
    with front.writing() as session:
        for n in range(60):
            write(session, front.member, None, f"Message number {n}.", front.accounts["member"], False, AT)
    for browser, path in ((front.client("member"), "/messages"), (front.client("manager"), None)):
        path = path or f"/desk/messages/{front.member}"
        newest = browser.get(path).text
        assert "Message number 59." in newest and "Message number 9." not in newest
        older = newest.split("before=")[1].split('"')[0].split("&")[0]
        assert "Message number 9." in browser.get(f"{path}?before={older}").text


def test_nobody_reads_nor_answers_the_own_conversation_as_staff_and_an_unknown_person_has_none(front: Front) -> None:
    front.client("member").post("/messages", data={"text": "Please approve it."})
    accounts: Any = table_of(Account)
    with front.writing() as session:
        mine = update(accounts).where(accounts.c.id == front.accounts["manager"])
        session.execute(mine.values(person_id=front.spouse))
    desk = front.client("manager")
    own = desk.get(f"/desk/messages/{front.member}")
    assert own.status_code == 403 and "a colleague looks after it" in text_of(own.text)
    listed = desk.get("/desk/messages").text
    assert "Please approve it." not in listed and f"/desk/messages/{front.member}" not in listed
    assert "a colleague answers" in text_of(listed)
    assert "Please approve it." in front.client("manager2").get("/desk/messages").text
    assert desk.post(f"/desk/messages/{front.member}", data={"text": "Approved."}).status_code == 403
    assert (unread_by(front, front.member, staff=False), unread_by(front, front.member, staff=True)) == (0, 1)
    assert desk.get("/desk/messages/999999").status_code == 404
    with front.writing() as session:
        assert kept(session) == []
