"""Setting off and suspicions on the pages: announced, contested, answered; looked at, and never told to members."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from moneyed import Currency, Money
from sqlalchemy import select

from expat.accounts.tables import Account
from expat.claims.look_over import Store, look_over
from expat.claims.suspicions import held_lines
from expat.claims.tables import Suspicion
from expat.db import table_of
from expat.mail.tables import OutgoingMail
from expat.membership.changes import Acting
from expat.membership.tables import Member, Membership
from expat.portal.desk import recoveries as desk
from expat.recoveries.ask_back import ask_back
from expat.recoveries.set_off import of_recovery
from expat.recoveries.standing import RECOVER, decision, decisions_of
from tests.payments.insured import claim
from tests.portal.house import AT, TODAY, Front, text_of
from tests.portal.test_recoveries import SOURCES, paid

WHY = "It was to be back long ago."


@pytest.fixture
def owing(front: Front) -> tuple[Front, int]:
    """A member who is asked for 30 EUR."""
    with front.writing() as session:
        acting = Acting(TODAY, AT, SOURCES, f"account:{front.accounts['manager']}")
        key = ask_back(session, front.membership, Money(30, Currency("EUR")), "Why.", None, acting, "k")[0]
    return front, key


def announce(front: Front, key: int, **form: str) -> int:
    page = front.client("manager").get(f"/desk/recoveries/{front.membership}").get_data(as_text=True)
    sent = re.search(r'set-off".*?name="form_key" value="([0-9a-f]{32})"', page, re.S)
    assert sent is not None
    data = {"form_key": sent[1], "share": "40", "why": WHY, **form}
    return front.client("manager").post(f"/desk/recoveries/decisions/{key}/set-off", data=data).status_code


def test_a_set_off_is_announced_told_by_mail_and_contested(owing: tuple[Front, int]) -> None:
    front, key = owing
    assert announce(front, key, share="90") == 422
    assert announce(front, key, why="") == 422
    assert announce(front, key) == 303
    with front.writing() as session:
        mail = session.execute(
            select(table_of(OutgoingMail)).where(table_of(OutgoingMail).c.key.like("set_off:%"))
        ).one()
        found = of_recovery(session, decision(session, key))
    assert "40%" in mail.body
    assert found is not None
    assert (found.row.share, found.row.starts_on) == (40, TODAY + timedelta(days=31))
    member = front.client("member")
    assert "Set off against our payments to you" in text_of(member.get("/asked-back").get_data(as_text=True))
    where = f"/asked-back/{key}/set-off/contest"
    assert member.post(where, data={"why": ""}).status_code == 422
    assert member.post(where, data={"why": "I did pay."}).status_code == 303
    assert "nothing is kept back until we have answered" in text_of(member.get("/asked-back").get_data(as_text=True))
    assert front.client("stranger").post(where, data={"why": "x"}).status_code == 404
    listed = text_of(front.client("manager").get("/desk/recoveries").get_data(as_text=True))
    assert "set-off contested" in listed
    said = {"outcome": "upheld", "text": "The bank has nothing from you."}
    answer = f"/desk/recoveries/decisions/{key}/set-off/answer"
    assert front.client("manager").post(answer, data=said).status_code == 422
    assert front.client("manager2").post(answer, data=said).status_code == 303
    assert "Our answer" not in text_of(member.get("/asked-back").get_data(as_text=True))
    end = f"/desk/recoveries/decisions/{key}/set-off/end"
    assert front.client("manager").post(end, data={"why": "By transfer."}).status_code == 303
    assert front.client("manager").post(end, data={"why": "By transfer."}).status_code == 409


def test_nothing_is_set_off_of_which_the_member_cannot_be_told(owing: tuple[Front, int]) -> None:
    front, key = owing
    accounts, members = table_of(Account), table_of(Member)
    with front.writing() as session:
        session.execute(accounts.update().where(accounts.c.person_id.is_not(None)).values(closed_at=AT))
        session.execute(members.update().values(email=None))
    page = front.client("manager").get(f"/desk/recoveries/{front.membership}").get_data(as_text=True)
    sent = re.search(r'name="form_key" value="([0-9a-f]{32})"', page)
    assert sent is not None
    where, said = f"/desk/recoveries/decisions/{key}/set-off", {"form_key": sent[1], "share": "40", "why": WHY}
    refused = front.client("manager").post(where, data=said)
    assert refused.status_code == 422
    assert "The member cannot be told" in refused.get_data(as_text=True) and WHY in refused.get_data(as_text=True)
    assert "ne peut pas être informé" in front.client("manager", "fr").post(where, data=said).get_data(as_text=True)
    with front.writing() as session:
        assert of_recovery(session, decision(session, key)) is None
        session.execute(members.update().values(email="ada@post.example"))
    assert announce(front, key) == 303


def test_what_is_odd_is_seen_by_the_desk_alone_and_lifted_there(front: Front) -> None:
    done = claim(front.engine, front.membership, "a", "45.00 SGD", invoice=None, provider="Dr Tan", country="SG")
    again = claim(front.engine, front.membership, "b", "45.00 SGD", invoice=None, provider="Dr Tan", country="SG")
    store = Store(front.settings.document_folder, front.app.extensions["expat"].keys)
    with front.writing() as session:
        for one in (done, again):
            look_over(session, one.claim_id, store, AT)
        key = session.execute(select(table_of(Suspicion).c.id)).scalar_one()
        assert held_lines(session, [front.membership]) == {again.line_ids[0]}
    manager, page = front.client("manager"), f"/desk/claims/{again.claim_id}"
    assert "suspicion" in manager.get("/desk?by=suspicion").get_data(as_text=True)
    shown = manager.get(page).get_data(as_text=True)
    assert "Odd about this line" in shown
    assert "Ce que cette ligne a d’inhabituel" in front.client("manager", "fr").get(page).get_data(as_text=True)
    mine = text_of(front.client("member").get(f"/claims/{again.claim_id}").get_data(as_text=True))
    assert "checks this by" in mine
    assert "Odd" not in mine
    assert "Suspicion" not in mine
    seen = re.search(rf'name="odd-{key}-seen"[^>]*value="(\d+)"', shown)
    assert seen is not None
    form = {f"odd-{key}-seen": seen[1], f"odd-{key}-outcome": "lifted", f"odd-{key}-why": "Two visits of one day."}
    where = f"/desk/claims/{again.claim_id}/odd/{key}"
    assert manager.post(where, data={**form, f"odd-{key}-why": ""}).status_code == 422
    assert manager.post(where, data=form).status_code == 303
    assert manager.post(where, data=form).status_code == 422
    assert manager.post(f"/desk/claims/{done.claim_id}/odd/{key}", data=form).status_code == 404
    with front.writing() as session:
        assert held_lines(session, [front.membership]) == frozenset()
    assert "Two visits of one day." not in text_of(
        front.client("member").get(f"/claims/{again.claim_id}").get_data(as_text=True)
    )


def test_benefits_are_asked_back_once_a_renunciation_is_confirmed(front: Front) -> None:
    paid(front, "45.00", "30.00")
    table = table_of(Membership)
    with front.writing() as session:
        session.execute(
            table.update().where(table.c.id == front.membership).values(sold="distance", concluded_on=TODAY)
        )
    form = {"reason": "renunciation", "arrived": TODAY.isoformat(), "confirm": "1"}
    where = f"/desk/memberships/{front.membership}/ends/termination"
    assert front.client("manager").post(where, data=form).status_code == 303
    assert front.client("manager").post(where, data=form).status_code in (303, 422)
    with front.writing() as session:
        found = [one for one in decisions_of(session, front.membership) if one.row.kind == RECOVER]
    assert [(one.row.currency, one.row.amount) for one in found] == [("SGD", 6750)]
    assert found[0].due_on == TODAY + timedelta(days=30)
    assert "14 days" in found[0].row.reason
    assert "67.50 SGD" in text_of(front.client("member").get("/asked-back").get_data(as_text=True))


def test_each_list_of_what_is_asked_back_is_paged_by_itself(
    owing: tuple[Front, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    front, _key = owing
    with front.writing() as session:
        acting = Acting(TODAY, AT, SOURCES, f"account:{front.accounts['manager']}")
        ask_back(session, front.membership, Money(31, Currency("EUR")), "Why.", None, acting, "k31")
        for amount in (701, 702):  # another person releases these
            ask_back(session, front.membership, Money(amount, Currency("EUR")), "Why.", None, acting, f"k{amount}")
    monkeypatch.setattr(desk, "PAGE", 1)
    browser = front.client("manager")
    first = browser.get("/desk/recoveries").get_data(as_text=True)
    assert ("30.00 EUR" in text_of(first), "31.00 EUR" in text_of(first)) == (True, False)
    assert ("701.00 EUR" in text_of(first), "702.00 EUR" in text_of(first)) == (True, False)
    coming = re.search(r'href="(/desk/recoveries\?coming=\d+)"', first)
    assert coming is not None
    second = browser.get(coming[1]).get_data(as_text=True)
    assert ("30.00 EUR" in text_of(second), "31.00 EUR" in text_of(second)) == (False, True)
    assert "701.00 EUR" in text_of(second)
    waits = re.search(
        r'href="(/desk/recoveries\?waits=\d+(?:&amp;coming=\d+)?|/desk/recoveries\?[^"]*waits=\d+)"', second
    )
    assert waits is not None
    third = browser.get(waits[1].replace("&amp;", "&")).get_data(as_text=True)
    assert ("702.00 EUR" in text_of(third), "31.00 EUR" in text_of(third)) == (True, True)
