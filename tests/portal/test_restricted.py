"""Restricted data on the staff's pages: a ground first, which leaves a trail; lifted once the person was told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from werkzeug.routing import Rule

from expat.applications.tables import Application
from expat.db import table_of
from expat.mail.outbox import kept
from expat.membership.changes import Acting
from expat.membership.tables import Membership
from expat.messages.tables import Message, MessagePaper
from expat.personal_data.consents import addressees, allowed, decide
from expat.personal_data.requests import NewDataRequest, answer, ask
from expat.portal.access import roles_of
from expat.portal.restricted import STAFF, UNGUARDED
from expat.restrictions.standing import is_restricted
from expat.restrictions.tables import RestrictionUse
from tests.portal.house import AT, TODAY, Front, text_of
from tests.portal.records import Records
from tests.portal.test_data import trail

WHY = {"ground": "legal_claims", "why": "The court asks for the file."}


def restrict(front: Front, person: int) -> None:
    """The use of somebody's data is restricted, as was asked for."""
    manager = f"account:{front.accounts['manager']}"
    with front.writing() as session:
        new = NewDataRequest(f"r-{person}", person, "restriction", "Until my name is right.")
        key, _ = ask(session, new, TODAY, AT, "account:1")
        answer(session, key, "done", "Agreed.", Acting(TODAY, AT, ("ecb",), manager))


@pytest.mark.parametrize(("language", "word"), [("en", "restricted"), ("fr", "limité")])
def test_before_a_page_shows_restricted_data_its_reader_states_a_ground(front: Front, language: str, word: str) -> None:
    restrict(front, front.spouse)
    desk, path = front.client("manager", language), f"/desk/memberships/{front.membership}"
    sent = desk.get(path)
    assert sent.status_code == 303 and f"/restricted/{front.spouse}?next=" in sent.location
    page = desk.get(sent.location)
    assert word in text_of(page.text) and "Charles" in text_of(page.text)
    assert desk.post(f"/restricted/{front.spouse}", data={"next": path}).status_code == 422
    on = desk.post(f"/restricted/{front.spouse}", data={**WHY, "next": path})
    assert (on.status_code, on.location) == (303, path)
    shown = desk.get(path)
    assert shown.status_code == 200 and 'role="note"' in shown.text and word in text_of(shown.text)
    (kept_act,) = trail(front, "restriction.used")
    assert kept_act.subject == f"insured_person:{front.spouse}" and kept_act.detail == {"kind": "legal_claims"}
    # a colleague states a ground of his or her own, for the messages of a person too
    other = front.client("manager2")
    assert other.get(f"/desk/messages/{front.spouse}").status_code == 303
    assert other.get(f"/desk/messages/{front.member}").status_code == 200, "hers are not restricted"
    assert other.post(f"/desk/messages/{front.spouse}", data={"text": "Hello"}).status_code == 303
    assert front.client("manager").get(f"/desk/memberships/{front.other_membership}").status_code == 200


def test_a_ground_holds_for_a_day_and_leads_to_our_own_pages_alone(front: Front) -> None:
    restrict(front, front.spouse)
    desk = front.client("manager")
    out = desk.post(f"/restricted/{front.spouse}", data={**WHY, "next": "//evil.example/"})
    assert out.location == "/"
    with front.writing() as session:
        uses: Any = table_of(RestrictionUse)
        assert session.execute(select(uses.c.used_on, uses.c.why)).all() == [(TODAY, WHY["why"])]
    assert desk.post(f"/restricted/{front.member}", data=WHY).status_code == 404, "nothing is restricted"


def test_the_person_reads_what_it_was_used_for_and_is_told_before_it_ends(front: Front) -> None:
    restrict(front, front.member)
    front.client("manager").post(f"/restricted/{front.member}", data=WHY)
    page = text_of(front.client("member").get("/data").text)
    assert "The use of your data is restricted" in page and WHY["why"] in page
    desk, path = front.client("manager"), f"/desk/data-requests/people/{front.member}"
    assert WHY["why"] in text_of(desk.get(path).text), "exercising one's rights needs no ground"
    assert desk.post(f"{path}/lift", data={"why": ""}).status_code == 422
    assert desk.post(f"{path}/lift", data={"why": "Your name is right now."}).status_code == 303
    assert desk.post(f"{path}/lift", data={"why": "Again."}).status_code == 409
    with front.writing() as session:
        (mail,) = kept(session)
        assert "12 August 2025" in mail.body.replace("\xa0", " ") and "name" not in mail.subject
        assert is_restricted(session, front.member, TODAY + timedelta(days=7))
        assert not is_restricted(session, front.member, TODAY + timedelta(days=8))
    assert "Your name is right now." in text_of(front.client("member").get("/data").text)


def test_nobody_is_written_to_whose_data_is_restricted_or_who_objected(front: Front) -> None:
    with front.writing() as session:
        for person in (front.member, front.spouse):
            decide(session, person, "offers", True, "en", TODAY, AT, "account:1")
        assert [one.email for one in addressees(session, "offers", TODAY)] == [
            "member@test.example", "spouse@test.example",
        ]  # fmt: skip
    restrict(front, front.spouse)
    sent = {"key": "o", "person": str(front.member), "text": "No offers."}
    assert front.client("member").post("/data/new?kind=objection", data=sent).status_code == 303
    with front.writing() as session:
        assert addressees(session, "offers", TODAY) == []
        assert not allowed(session, front.member, "offers", TODAY), "at once, before anybody answers"


# --- every page of the staff that names somebody ---


def named_by_staff(front: Front) -> list[tuple[Rule, str, str]]:
    """The staff's routes whose address names something, with a method and with a role that may."""
    found = []
    for rule in front.app.url_map.iter_rules():
        staff = roles_of(front.app, rule.endpoint) & STAFF
        if rule.arguments and staff and rule.endpoint != "static":
            found += [(rule, method, min(staff)) for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}]
    return found


def test_every_page_of_the_staff_asks_for_a_ground_or_says_why_not(front: Front) -> None:
    records = Records(front)
    joined(front, records)
    for person in (front.member, front.spouse):
        restrict(front, person)
    used: set[str] = set()
    silent = []
    for rule, method, role in named_by_staff(front):
        group = rule.endpoint.rpartition(".")[0]
        if excepted := {group, rule.endpoint} & UNGUARDED.keys():
            used |= excepted
            continue
        answer = front.client(role).open(records.address(rule), method=method)
        if answer.status_code != 303 or "/restricted/" not in answer.location:
            silent.append((rule.endpoint, method, answer.status_code))
    assert silent == []
    # the others name nothing in their addresses
    groups = {rule.endpoint.rpartition(".")[0] for rule in front.app.url_map.iter_rules()}
    assert set(UNGUARDED) - used <= groups and all(UNGUARDED.values())


def joined(front: Front, records: Records) -> None:
    """The application became the family's membership, its draft is keyed, and a medical paper came with a message."""
    records.keys["desk_keying"] = records.draft
    with front.writing() as session:
        mine = table_of(Application).c.id == records.family["application_id"]
        session.execute(update(table_of(Application)).where(mine).values(membership_id=front.membership))
        message = table_of(Message).insert().values(
            membership_id=front.membership, person_id=front.member, account_id=front.accounts["member"], at=AT,
            from_staff=False, text="My report.",
        ).returning(table_of(Message).c.id)  # fmt: skip
        paper = {"name": "r.png", "sha256": records.report, "medical": True, "recorded_at": AT}
        key = session.execute(message).scalar_one()
        made = table_of(MessagePaper).insert().values(message_id=key, **paper).returning(table_of(MessagePaper).c.id)
        records.family["paper_id"] = session.execute(made).scalar_one()


def test_a_number_or_a_person_after_the_question_mark_counts_too(front: Front) -> None:
    restrict(front, front.spouse)
    desk, at = front.client("manager"), f"/restricted/{front.spouse}"
    with front.writing() as session:
        table: Any = table_of(Membership)
        number = session.execute(select(table.c.number).where(table.c.id == front.membership)).scalar_one()
    for path in (f"/desk/representatives/of?number={number}", f"/desk/representatives/new?number=+{number}",
                 f"/desk/complaints/new?person={front.spouse}"):  # fmt: skip
        assert at in (desk.get(path).location or ""), path
    assert desk.get(f"/desk/complaints/new?person={front.member}").status_code == 200, "hers are not restricted"
    for path in ("/desk/complaints/new?person=x", "/desk/complaints/new", "/desk/representatives/of?number=%00"):
        assert desk.get(path).status_code == 404, path
