"""Names to check: who lifts them, and that the member reads nothing of it but that a person checks the payment."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from moneyed import Currency, Money
from sqlalchemy import select

from expat.accounts.open import set_roles
from expat.claims.intake import NewClaim, NewLine
from expat.claims.submit import submit
from expat.db import table_of, transaction
from expat.payments.settle import settle
from expat.payments.tables import Payout
from expat.screening.lists import import_list
from expat.screening.reading import read
from expat.screening.screen import screen_all
from tests.portal.house import AT, TODAY, Front, text_of
from tests.screening.lists import xml

WHERE = "/desk/screening"
SOURCES = ("ecb",)


@pytest.fixture
def held(front: Front) -> Front:
    """A claim of the family is accepted, and the member's name is like one of a list."""
    line = NewLine(
        front.spouse, "ambulatory.gp", date(2025, 7, 1), Money(Decimal("80.00"), Currency("SGD")), "SG",
        documents=frozenset({"invoice"}), provider="Dr Tan",
    )  # fmt: skip
    with transaction(front.engine) as session:
        submit(session, front.membership, NewClaim([line], TODAY, "c-1"), AT, SOURCES)
        import_list(session, read("f.xml", xml()), AT, "test")
        assert screen_all(session, AT, "test").hits == 1
    return front


def paid(front: Front) -> int:
    settle(front.engine, TODAY, lambda: AT, SOURCES)
    with transaction(front.engine) as session:
        return len(session.execute(select(table_of(Payout))).all())


@pytest.mark.parametrize("name", ["manager", "accountant"])
def test_a_match_is_lifted_with_a_reason_and_then_is_paid(held: Front, name: str) -> None:
    assert paid(held) == 0
    browser = held.client(name)
    page = text_of(browser.get(WHERE).text)
    assert "Ada Lovelace" in page and "to be looked at" in page and "European Union" in page
    for data in ({"outcome": "lifted", "why": ""}, {"why": "w"}, {"outcome": "lifted", "why": "w\x07"}):
        assert browser.post(f"{WHERE}/1", data=data).status_code == 422
    assert browser.post(f"{WHERE}/1", data={"outcome": "never", "why": "w"}).status_code == 422
    assert browser.post(f"{WHERE}/1", data={"outcome": "confirmed", "why": "No passport yet."}).status_code == 303
    assert paid(held) == 0
    assert browser.post(f"{WHERE}/1", data={"outcome": "lifted", "why": "Another passport."}).status_code == 303
    assert "No name waits." in text_of(browser.get(WHERE).text)
    assert "Another passport." in text_of(browser.get(f"{WHERE}/1").text)
    assert paid(held) == 1
    assert browser.get(f"{WHERE}/99").status_code == 404


@pytest.mark.parametrize(("language", "told"), [
    ("en", "a person of the management unit checks this payment by 11 August 2025"),
    ("fr", "une personne de l'unité de gestion vérifie ce paiement au plus tard le 11 août 2025"),
])  # fmt: skip
def test_the_member_reads_that_a_person_checks_and_nothing_else(held: Front, language: str, told: str) -> None:
    paid(held)
    browser = held.client("member", language)
    pages = [browser.get(address).text for address in ("/claims", "/claims/1", "/", "/messages", "/statements")]
    assert told in text_of("".join(pages))
    for word in ("sanction", "EU.27.28", "European Union", "Union européenne", "resembl", "ressembl", "liste de"):
        assert all(word not in page for page in pages), word


@pytest.mark.parametrize(("language", "told"), [
    ("en", "a person of the management unit checks this payment."),
    ("fr", "une personne de l'unité de gestion vérifie ce paiement."),
])  # fmt: skip
def test_once_a_match_is_confirmed_no_day_is_promised(held: Front, language: str, told: str) -> None:
    said = {"outcome": "confirmed", "why": "The same passport."}
    assert held.client("manager").post(f"{WHERE}/1", data=said).status_code == 303
    page = text_of(held.client("member", language).get("/claims/1").text)
    assert told in page and "11 August 2025" not in page and "11 août 2025" not in page
    assert "the match is right" not in page
    assert "the match is right" in text_of(held.client("manager").get("/desk/claims/1").text)


def test_the_desk_reads_why_a_payment_waits(held: Front) -> None:
    assert "The payment waits for a check of names" in text_of(held.client("manager").get("/desk/claims/1").text)


def test_a_match_of_the_own_membership_is_a_colleague_s(held: Front) -> None:
    with transaction(held.engine) as session:
        set_roles(session, held.accounts["member"], ["member", "manager"], AT, "test")
    browser = held.client("member")
    page = text_of(browser.get(WHERE).text)
    assert "a colleague answers" in page and "EU.27.28" not in page
    for method in ("GET", "POST"):
        answer = browser.open(f"{WHERE}/1", method=method, data={"outcome": "lifted", "why": "It is not me."})
        assert answer.status_code in (403, 409) and "EU.27.28" not in answer.text
    assert paid(held) == 0
