"""Appointing somebody: on the web by the member, or by the management unit for a paper; confirmed by another person."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from sqlalchemy import select

from expat.accounts.open import open_account
from expat.accounts.own import own_memberships
from expat.accounts.tables import Account, MandateAccount
from expat.db import table_of
from expat.mail.tables import OutgoingMail
from expat.representatives.decide import set_right
from expat.representatives.tables import Mandate, MandateStep
from tests.documents.samples import picture
from tests.portal.house import AT, PASSWORD, TODAY, Front, text_of
from tests.portal.test_acting import counted, mandate


def form(**changed: Any) -> dict[str, Any]:
    values = {
        "key": "k-1", "name": "Max Agent", "born": "1970-01-01", "street": "Quay", "building": "1", "town": "Berlin",
        "country": "DE", "from_day": TODAY.isoformat(), "rights": ["payouts"], "iban": "DE89370400440532013000",
        "bic": "COBADEFFXXX", "password": PASSWORD, "files": (BytesIO(picture("PNG")), "signed.png"),
    }  # fmt: skip
    return values | changed


def test_the_member_appoints_and_another_person_confirms(front: Front) -> None:
    member = front.client("member")
    sent = member.post("/cover/representatives/new?kind=agent", data=form())
    assert sent.status_code == 303, text_of(sent.text)
    key = int(sent.location.rpartition("/")[2])
    assert "waits for our check" in text_of(member.get(sent.location).text)
    desk = front.client("manager")
    assert "Max Agent" in text_of(desk.get("/desk/representatives").text)
    assert desk.post(f"/desk/representatives/{key}/confirm").status_code == 303
    assert "in force" in text_of(member.get(sent.location).text)
    with front.writing() as session:
        kinds = session.execute(select(table_of(MandateStep).c.kind)).scalars().all()
        mails = session.execute(select(table_of(OutgoingMail).c.key)).scalars().all()
        bound = session.execute(select(table_of(MandateAccount))).all()
    assert (kinds, bound) == (["confirmed"], [])  # an agent without a mail address is paid, and signs in nowhere
    assert {f"mandate:{key}:appointed", f"mandate:{key}:confirmed"} <= set(mails)


def test_an_appointment_needs_the_password_the_paper_and_a_good_account(front: Front) -> None:
    member = front.client("member")
    for changed, said in (
        ({"password": "wrong-wrong-wrong"}, "not your password"),
        ({"files": (BytesIO(b""), "")}, "add the paper"),
        ({"iban": "DE00370400440532013000"}, "This is no IBAN"),
        ({"rights": []}, "tick at least one"),
        ({"born": "2020-01-01"}, "adult"),
    ):
        answer = member.post("/cover/representatives/new?kind=agent", data=form(**changed))
        assert answer.status_code == 422, changed
        assert said in text_of(answer.text), (changed, text_of(answer.text))
    assert counted(front, Mandate) == 0


def test_who_recorded_a_court_s_paper_does_not_confirm_it(front: Front) -> None:
    values = form(person=str(front.spouse), rights=[], email="guardian@post.example", password="")
    first, second = front.client("manager"), front.client("manager2")
    sent = first.post("/desk/representatives/new?number=M-1&kind=legal", data=values)
    assert sent.status_code == 303, text_of(sent.text)
    key = int(sent.location.rpartition("/")[2])
    refused = first.post(f"/desk/representatives/{key}/confirm")
    assert refused.status_code == 409 and "a colleague confirms" in text_of(refused.text)
    assert second.post(f"/desk/representatives/{key}/confirm").status_code == 303
    with front.writing() as session:
        account = session.execute(
            select(table_of(Account)).where(table_of(Account).c.email == "guardian@post.example")
        ).one()
    assert account.roles == "representative"
    assert second.post(f"/desk/representatives/{key}/end", data={"why": "The guardianship ended."}).status_code == 303


def test_a_refusal_is_told_with_its_reason(front: Front) -> None:
    member = front.client("member")
    sent = member.post("/cover/representatives/new?kind=agent", data=form())
    key = sent.location.rpartition("/")[2]
    desk = front.client("manager")
    assert desk.post(f"/desk/representatives/{key}/refuse", data={"why": ""}).status_code == 422
    assert desk.post(f"/desk/representatives/{key}/refuse", data={"why": "It is not signed."}).status_code == 303
    assert "It is not signed." in text_of(member.get(sent.location).text)


def test_a_broker_has_access_at_once_and_no_staff_is_made_one_by_a_member(front: Front) -> None:
    member = front.client("member")
    values = {"key": "b", "name": "Broker & Co", "email": "broker@post.example", "rights": ["cover"],
              "from_day": TODAY.isoformat(), "password": PASSWORD}  # fmt: skip
    assert member.post("/cover/representatives/new?kind=broker", data=values).status_code == 303
    again = member.post(
        "/cover/representatives/new?kind=broker", data=values | {"key": "c", "email": "manager@test.example"}
    )
    assert again.status_code == 409
    with front.writing() as session:
        assert front.membership not in own_memberships(session, front.accounts["manager"])


def test_nobody_of_the_staff_decides_on_a_membership_for_which_he_or_she_acts(front: Front) -> None:
    with front.writing() as session:
        admin = open_account(session, "both@test.example", "Both", "en", ["manager"], AT, "test")
        front.accounts["both"] = admin
    mandate(front, "legal", email="both@test.example")
    assert front.client("both").get(f"/desk/memberships/{front.membership}").status_code in (403, 404)
    with front.writing() as session:
        assert front.membership in own_memberships(session, admin)


def test_another_adult_of_the_membership_appoints_nobody(front: Front) -> None:
    key = mandate(front, "broker", ("cover",))
    spouse = front.client("spouse")
    assert spouse.post("/cover/representatives/new?kind=agent", data=form()).status_code == 303
    assert counted(front, Mandate) == 1
    assert spouse.get(f"/cover/representatives/{key}").status_code == 404
    assert spouse.post(f"/cover/representatives/{key}/revoke").status_code == 404
    with front.writing() as session:
        assert not set_right(session, key, "cover", True, AT, "test")
