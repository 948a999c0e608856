"""The pages of premiums as money: a statement uploaded, what waits decided by two people, direct debits released."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from expat.bank.reference import premium_reference
from expat.billing.account import open_premiums
from expat.collecting.tables import DebitBatch
from expat.db import table_of
from tests.bank.bank_says import OURS, Entry, Tx, message
from tests.portal.collected import collected
from tests.portal.house import TODAY, Front, text_of
from tests.portal.test_premiums import called

BATCH: Any = table_of(DebitBatch)


@pytest.fixture
def house(front: Front) -> Front:
    """With the settings of who collects."""
    chosen = front.settings.model_copy(
        update={
            "operator_name": "Mutuelle", "operator_iban": OURS, "operator_bic": "AGRIFRPP", "operator_town": "Paris",
            "operator_country": "FR", "creditor_identifier": "FR72ZZZ123456",
        }
    )  # fmt: skip
    front.app.extensions["expat"].settings = chosen
    return front


def sent(content: bytes) -> dict[str, Any]:
    return {"file": (BytesIO(content), "s.xml")}


def paid(cents: str, text: str) -> Entry:
    return Entry(cents, booked=str(TODAY), value=str(TODAY), payments=(Tx(cents, text=(text,)),))


def left(front: Front) -> int:
    with front.writing() as session:
        return sum(one.open for one in open_premiums(session, front.membership))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_statement_is_read_and_what_it_leaves_is_decided_by_two_people(house: Front, language: str) -> None:
    key, before = called(house), left(house)
    clerk, other = house.client("accountant", language), house.client("manager", language)
    content = message(paid("10.00", premium_reference(key)), paid("5.00", "for Ada"))
    page = clerk.post("/money/premiums/statements", data=sent(content), follow_redirects=True)
    assert page.status_code == 200 and "for Ada" in page.text and left(house) == before - 1000
    again = clerk.post("/money/premiums/statements", data=sent(content), follow_redirects=True)
    assert ("read before" if language == "en" else "déjà été lu") in text_of(again.text)
    what = {"kind": "premium", "premium": premium_reference(key), "reason": "she wrote to us"}
    assert clerk.post("/money/premiums/waiting/2", data=what).status_code == 303
    mine = clerk.post("/money/premiums/proposals/1", data={"outcome": "confirmed"})
    assert mine.status_code == 422 and left(house) == before - 1000
    assert other.post("/money/premiums/proposals/1", data={"outcome": "confirmed"}).status_code == 303
    assert left(house) == before - 1500
    assert ("Every movement is matched" if language == "en" else "Tous les mouvements") in text_of(
        clerk.get("/money/premiums").text
    )
    assert other.post("/money/premiums/proposals/1", data={"outcome": "confirmed"}).status_code == 409


def test_a_file_that_cannot_be_read_says_where(house: Front) -> None:
    page = house.client("accountant").post("/money/premiums/statements", data=sent(b"<a/>"))
    assert page.status_code == 422 and "s.xml" in text_of(page.text)
    assert house.client("accountant").post("/money/premiums/statements", data={}).status_code == 422


@pytest.mark.parametrize("what", [{}, {"kind": "premium", "reason": "x"}, {"kind": "charges", "reason": "x"}])
def test_what_cannot_be_is_said_beside_its_field(house: Front, what: dict[str, str]) -> None:
    with house.writing() as session:
        keys = collected(session, house.membership, called(house))
    answer = house.client("accountant").post(f"/money/premiums/waiting/{keys['part_id']}", data=what)
    assert answer.status_code == 422 and 'class="error"' in answer.text


def test_a_payment_by_hand_and_a_refund_wait_for_a_second_person(house: Front) -> None:
    key, before = called(house), left(house)
    with house.writing() as session:
        keys = collected(session, house.membership, key)
    clerk, other = house.client("accountant"), house.client("manager")
    hand = {"premium": str(key), "amount": "12.00", "day": str(TODAY), "reason": "a cheque"}
    assert clerk.post("/money/premiums/by-hand", data=hand | {"amount": ""}).status_code == 422
    assert clerk.post("/money/premiums/by-hand", data=hand | {"premium": "RF00"}).status_code == 422
    assert clerk.post("/money/premiums/by-hand", data=hand).status_code == 303
    refund = f"/money/premiums/refunds/{keys['refund_id']}"
    assert clerk.post(refund, data={"day": str(TODAY), "reason": "to DE…"}).status_code == 303
    for proposal in (keys["proposal_id"] + 1, keys["proposal_id"] + 2):
        assert other.post(f"/money/premiums/proposals/{proposal}", data={"outcome": "confirmed"}).status_code == 303
    assert left(house) == before - 1200
    assert "Nothing is to be given back" in text_of(clerk.get("/money/premiums/refunds").text)


def test_a_batch_is_looked_at_by_one_and_released_by_another(house: Front) -> None:
    with house.writing() as session:
        key = collected(session, house.membership, called(house))["batch_id"]
    clerk, other, page = house.client("accountant"), house.client("manager"), f"/money/premiums/debits/{key}"
    assert clerk.get(f"{page}/file").status_code == 404
    assert clerk.post(f"{page}/look").status_code == 303
    assert "another person releases it" in text_of(clerk.get(page).text)
    assert clerk.post(f"{page}/release").status_code == 422
    assert other.post(f"{page}/release").status_code == 303  # what it collects is not what is open: it is withdrawn
    with house.writing() as session:
        assert session.execute(select(BATCH.c.withdrawn_at).where(BATCH.c.id == key)).scalar() is not None
    assert clerk.post(f"{page}/withdraw").status_code == 409
    assert house.client("member").get(page).status_code == 403
