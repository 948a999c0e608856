"""Settlements by four eyes, what goes to the bank and comes back, rates that two people make, the ledger to read."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from expat.audit import AuditEntry
from expat.currency.rates import rates_on
from expat.currency.tables import RateProposal
from expat.db import table_of
from expat.ledger.post import Entry, Transaction, out_of_balance, post
from expat.payments import looks, orders
from expat.payments.account_records import keep_account
from expat.payments.references import end_to_end_id
from expat.payments.settle import settle
from expat.payments.tables import BankFileRecord, Payout, Settlement, SettlementLook, SettlementOrder
from expat.portal.work import now
from tests.payments.insured import SINGAPORE, check_books, claim
from tests.portal.house import AT, TODAY, Front, text_of

SOURCES = ("ecb",)
PAGES = (
    "/settlements", "/settlements/1", "/settlements/1?state=sent", "/settlements/orders/1", "/settlements/bank",
    "/settlements/payouts/1", "/settlements/payouts/find", "/rates", "/rates?currency=XOF", "/rates?currency=AED",
    "/ledger", "/ledger/transactions/settled:payout:1",
)  # fmt: skip


@pytest.fixture(autouse=True)
def at_once(front: Front, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What is started in the background is done at once, and remembered."""
    started: list[int] = []

    def run(order: int) -> None:
        started.append(order)
        orders.run_order(front.engine, order, lambda: now_of(front), SOURCES)

    def look(key: int) -> None:
        if (order := looks.take_look(front.engine, key, lambda: now_of(front), SOURCES)) is not None:
            run(order)

    monkeypatch.setattr(orders, "start_in_background", run)
    monkeypatch.setattr(looks, "start_look", look)
    return started


def owed(front: Front) -> None:
    """A claim of the family, paid in SGD, which has no bank account, and one of a member who has one, in EUR."""
    claim(front.engine, front.membership, "family", "80.00 SGD", country="SG")
    claim(front.engine, front.other_membership, "other", "50.00 EUR")


def settled(front: Front) -> None:
    """Both are settled."""
    owed(front)
    settle(front.engine, TODAY, lambda: AT, SOURCES)


def post_to(browser: FlaskClient, path: str, **form: str) -> Any:
    return browser.post(path, data=form)


def prepared(front: Front, by: str = "accountant") -> str:
    """The page of an order that somebody prepared today."""
    answer = post_to(front.client(by), "/settlements/orders", day=TODAY.isoformat())
    return followed(front, by, answer)


def followed(front: Front, by: str, answer: Any) -> str:
    """The page to which a look leads, once it is taken."""
    assert answer.status_code == 303, text_of(answer.text)
    there = front.client(by).get(answer.location)
    return str(there.location if there.status_code == 303 else answer.location)


def released(front: Front, by: str, where: str, act: str = "release", **form: str) -> str:
    """What somebody reads who releases an order, or takes up one that lapsed."""
    browser = front.client(by)
    answer = post_to(browser, f"{where}/{act}", **form)
    assert answer.status_code == 303, text_of(answer.text)
    return str(browser.get(answer.location, follow_redirects=True).text)


def all_of(front: Front, model: Any) -> list[Any]:
    with front.writing() as session:
        return list(session.execute(select(table_of(model)).order_by(table_of(model).c.id)))


def audited(front: Front, action: str) -> list[Any]:
    return [row for row in all_of(front, AuditEntry) if row.action == action]


# Four eyes


def test_one_prepares_and_another_releases(front: Front, at_once: list[int]) -> None:
    owed(front)
    where = prepared(front)
    own = front.client("accountant").get(where)
    assert "You prepared this settlement, so you cannot release it" in text_of(own.text)
    assert "/release" not in own.text
    assert post_to(front.client("accountant"), f"{where}/release").status_code == 422
    assert at_once == []
    seen = text_of(front.client("manager").get(where).text)
    assert "1 EUR = 1.4906 SGD: European Central Bank, 4 August 2025" in seen
    assert post_to(front.client("manager"), f"{where}/release").status_code == 303
    assert at_once == [1]
    assert [row.open for row in all_of(front, Settlement)] == [False]
    assert len(all_of(front, Payout)) == 2
    check_books(front.engine)
    (order,) = all_of(front, SettlementOrder)
    assert (order.prepared_by, order.released_by) == tuple(
        f"account:{front.accounts[name]}" for name in ("accountant", "manager")
    )
    assert "The Accountant" in text_of(front.client("manager").get(where).text)


def test_two_members_of_one_department_are_four_eyes_too(front: Front, at_once: list[int]) -> None:
    owed(front)
    where = prepared(front, "accountant")
    assert post_to(front.client("accountant2"), f"{where}/release").status_code == 303


@pytest.mark.parametrize(
    ("days", "told"), [(1, "This day has not come yet"), (-30, "is settled already: choose that day or a later one")]
)
def test_a_day_that_cannot_be_settled_is_refused_and_stays_typed(front: Front, days: int, told: str) -> None:
    settled(front)
    day = (TODAY + timedelta(days=days)).isoformat()
    answer = post_to(front.client("manager"), "/settlements/orders", day=day)
    assert answer.status_code == 422
    assert told in text_of(answer.text)
    assert f'value="{day}"' in answer.text
    assert all_of(front, SettlementOrder) == []


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_look_is_followed_and_one_that_stopped_is_taken_again(
    front: Front, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    owed(front)
    asked: list[int] = []
    monkeypatch.setattr(looks, "start_look", asked.append)
    browser = front.client("accountant", language)
    where = post_to(browser, "/settlements/orders", day=TODAY.isoformat()).location
    assert 'hx-trigger="every 1s"' in browser.get(where).text
    assert "HX-Refresh" not in browser.get(f"{where}/progress").headers
    with front.writing() as session:
        session.execute(
            insert(table_of(SettlementLook)).values(
                day=TODAY, asked_by="account:1", asked_at=now_of(front) - timedelta(hours=1), done=1, total=9
            )
        )
    told = {"en": "The look stopped half-way", "fr": "L'examen s'est arrêté en chemin"}[language]
    assert told in text_of(browser.get("/settlements/looks/2").text)
    assert browser.get("/settlements/looks/2/progress").headers["HX-Refresh"] == "true"
    assert [looks.take_look(front.engine, asked[0], lambda: now_of(front), SOURCES) for _ in range(2)] == [None, None]
    assert browser.get(where).location == "/settlements/orders/1"
    assert len(all_of(front, SettlementOrder)) == 1


def test_two_looks_at_a_day_make_one_order(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    owed(front)
    asked: list[int] = []
    monkeypatch.setattr(looks, "start_look", asked.append)
    for name in ("accountant", "manager"):
        post_to(front.client(name), "/settlements/orders", day=TODAY.isoformat())
    for key in asked:
        looks.take_look(front.engine, key, lambda: now_of(front), SOURCES)
    assert [row.made_id for row in all_of(front, SettlementLook)] == [1, 1]
    assert len(all_of(front, SettlementOrder)) == 1


def test_what_goes_wrong_during_a_look_is_told(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    owed(front)
    asked: list[int] = []
    monkeypatch.setattr(looks, "start_look", asked.append)
    browser = front.client("accountant")
    where = post_to(browser, "/settlements/orders", day=TODAY.isoformat()).location
    settle(front.engine, TODAY, lambda: AT, SOURCES)
    later = now_of(front) - timedelta(days=400)
    looks.take_look(front.engine, asked[0], lambda: later, SOURCES)
    assert "It stopped because of this" in text_of(browser.get(where).text)
    assert all_of(front, SettlementOrder) == []


def test_prepared_twice_it_is_one_order(front: Front, at_once: list[int]) -> None:
    owed(front)
    assert prepared(front) == prepared(front)
    assert len(all_of(front, SettlementOrder)) == 1


def test_released_twice_it_runs_once(front: Front, at_once: list[int]) -> None:
    owed(front)
    where = prepared(front)
    answers = [post_to(front.client("manager"), f"{where}/release").status_code for _ in range(2)]
    assert answers == [303, 303]
    assert at_once == [1]


def test_what_changed_since_is_seen_before_it_is_released(front: Front, at_once: list[int]) -> None:
    owed(front)
    where = prepared(front)
    claim(front.engine, front.other_membership, "late", "70.00 EUR")
    first = released(front, "manager", where)
    assert "released now, it would pay this" in text_of(first)
    assert at_once == []
    claim(front.engine, front.other_membership, "later", "71.00 EUR")
    second = released(front, "manager", where, seen=mark(first))
    assert "released now, it would pay this" in text_of(second), "it changed once more"
    assert at_once == []
    assert "Released: the settlement runs." in text_of(released(front, "manager", where, seen=mark(second)))
    assert at_once == [1]


def mark(page: str) -> str:
    """What tells the preview on a page from others."""
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen is not None
    return seen[1]


def test_withdrawn_nothing_is_paid(front: Front, at_once: list[int]) -> None:
    owed(front)
    where = prepared(front)
    assert post_to(front.client("accountant"), f"{where}/withdraw").status_code == 303
    answer = front.client("manager").post(f"{where}/release", follow_redirects=True)
    assert "It waits no more" in text_of(answer.text)
    assert (at_once, all_of(front, Payout)) == ([], [])


def test_a_settlement_that_stopped_is_taken_up_again(front: Front, at_once: list[int]) -> None:
    owed(front)
    where = prepared(front)
    with front.writing() as session:
        orders.release(session, 1, "account:77", AT - timedelta(hours=9), TODAY)
    page = front.client("manager").get(where)
    assert "stopped" in text_of(page.text)
    assert post_to(front.client("manager"), f"{where}/go-on").status_code == 303
    assert len(all_of(front, Payout)) == 2
    assert post_to(front.client("manager"), f"{where}/go-on").status_code == 409


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_settlement_that_stopped_before_it_began_is_looked_at_and_released_again(
    front: Front, at_once: list[int], language: str
) -> None:
    owed(front)
    where = prepared(front)
    with front.writing() as session:
        orders.release(session, 1, "account:77", now_of(front) - timedelta(minutes=2), TODAY)
    claim(front.engine, front.other_membership, "late", "70.00 EUR")
    own = front.client("accountant")
    assert f"{where}/go-on" not in own.get(where).text
    assert post_to(own, f"{where}/go-on").status_code == 422, "who prepared it takes it up"
    manager = front.client("manager", language)
    assert f"{where}/go-on" in manager.get(where).text
    first = manager.get(post_to(manager, f"{where}/go-on").location, follow_redirects=True).text
    assert (at_once, all_of(front, Payout)) == ([], [])
    told = {"en": "released now, it would pay this", "fr": "libéré maintenant, il paierait ceci"}[language]
    assert told in text_of(first)
    assert post_to(manager, f"{where}/go-on", seen=mark(first)).status_code == 303
    assert at_once == [1]
    (order,) = all_of(front, SettlementOrder)
    assert order.released_by == f"account:{front.accounts['manager']}"
    assert len(audited(front, "settlement_order.released")) == 2


def test_lines_without_a_rate_are_named_with_the_reason(front: Front, at_once: list[int]) -> None:
    claim(front.engine, front.other_membership, "dinars", "900.00 RSD")
    page = text_of(front.client("accountant").get(prepared(front)).text)
    assert "Serbian Dinar (RSD) – 1 line" in page
    assert "There is no rate of RSD on 4 August 2025: lines that need it wait." in page
    assert "Nothing to pay." in page


def test_the_progress_is_followed_until_it_ends(front: Front, at_once: list[int]) -> None:
    owed(front)
    where = prepared(front)
    with front.writing() as session:
        orders.release(session, 1, "account:77", now_of(front), TODAY)
    part = front.client("manager").get(f"{where}/progress", headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert 'hx-trigger="every 2s"' in part.text
    assert "HX-Refresh" not in part.headers
    assert "<noscript><meta http-equiv" in front.client("manager").get(where).text
    orders.run_order(front.engine, 1, lambda: now_of(front), SOURCES)
    assert front.client("manager").get(f"{where}/progress").headers["HX-Refresh"] == "true"


def now_of(front: Front) -> Any:
    with front.app.app_context():
        return now()


# The bank


def test_files_are_made_downloaded_and_confirmed(front: Front) -> None:
    settled(front)
    accountant = front.client("accountant")
    page = text_of(accountant.get("/settlements/bank").text)
    assert "1 payment can be sent: 45.00 EUR" in page
    assert "There is no bank account. The member enters one" in page
    assert post_to(accountant, "/settlements/bank", day=TODAY.isoformat()).status_code == 303
    (file,) = all_of(front, BankFileRecord)
    assert (front.settings.bank_folder / file.name).read_bytes() == file.content
    where = f"/settlements/bank/files/{file.name}"
    assert accountant.get(f"{where}/download").data == file.content
    assert len(audited(front, "bank_file.downloaded")) == 1
    assert post_to(accountant, f"{where}/confirm", day=TODAY.isoformat()).status_code == 303
    again = accountant.post(f"{where}/confirm", data={"day": TODAY.isoformat()}, follow_redirects=True)
    assert "1 payment was confirmed before" in text_of(again.text)
    assert [row.confirmed_on for row in all_of(front, Payout) if row.bank_file_id] == [TODAY]
    check_books(front.engine)


def test_made_twice_nothing_is_sent_twice(front: Front) -> None:
    settled(front)
    for _ in range(2):
        post_to(front.client("accountant"), "/settlements/bank", day=TODAY.isoformat())
    assert len(all_of(front, BankFileRecord)) == 1


def test_settings_that_files_need_are_named(front: Front) -> None:
    settled(front)
    front.settings.operator_iban = None
    page = front.client("accountant").get("/settlements/bank")
    assert "EXPAT_OPERATOR_IBAN" in page.text
    assert "Make the files" not in page.text
    assert post_to(front.client("accountant"), "/settlements/bank", day=TODAY.isoformat()).status_code == 422


@pytest.mark.parametrize(
    ("day", "told"), [("2025-08-03", "cannot have paid before"), ("2025-08-05", "not come yet"), ("soon", "a date")]
)
def test_a_day_on_which_the_bank_cannot_have_paid_is_refused(front: Front, day: str, told: str) -> None:
    settled(front)
    post_to(front.client("accountant"), "/settlements/bank", day=TODAY.isoformat())
    (file,) = all_of(front, BankFileRecord)
    answer = post_to(front.client("accountant"), f"/settlements/bank/files/{file.name}/confirm", day=day)
    assert answer.status_code == 422
    assert told in text_of(answer.text)
    assert f'value="{day}"' in answer.text
    assert [row.confirmed_on for row in all_of(front, Payout)] == [None, None]


def test_the_euros_that_the_bank_took_are_posted_and_a_mistyped_line_is_named(front: Front) -> None:
    settled(front)
    with front.writing() as session:
        keep_account(session, SINGAPORE, AT, membership_id=front.membership)
    accountant = front.client("accountant")
    post_to(accountant, "/settlements/bank", day=TODAY.isoformat())
    name = next(row.name for row in all_of(front, BankFileRecord) if row.kind == "international")
    payout = next(row for row in all_of(front, Payout) if row.currency == "SGD")
    wrong = f"{end_to_end_id(payout.id)} 54.10\nEXP1 9"
    answer = post_to(accountant, f"/settlements/bank/files/{name}/confirm", day=TODAY.isoformat(), debited=wrong)
    assert answer.status_code == 422
    assert "Line 2: write the reference" in text_of(answer.text)
    assert "EXP1 9" in answer.text
    right = f"{end_to_end_id(payout.id)} 54.10 EUR"
    answer = post_to(accountant, f"/settlements/bank/files/{name}/confirm", day=TODAY.isoformat(), debited=right)
    assert answer.status_code == 303
    page = text_of(accountant.get("/ledger?account=exchange_differences").text)
    assert "confirmed:payout" in page


def test_a_payment_that_came_back_waits_for_another_account(front: Front) -> None:
    settled(front)
    accountant = front.client("accountant")
    post_to(accountant, "/settlements/bank", day=TODAY.isoformat())
    payout = next(row for row in all_of(front, Payout) if row.bank_file_id)
    where = f"/settlements/payouts/{payout.id}"
    kept = post_to(accountant, f"{where}/returned", day="2025-08-01", reason="AC04 closed")
    assert kept.status_code == 422
    assert "AC04 closed" in kept.text
    assert post_to(accountant, f"{where}/returned", day=TODAY.isoformat(), reason="").status_code == 422
    assert post_to(accountant, f"{where}/returned", day=TODAY.isoformat(), reason="AC04 closed").status_code == 303
    page = text_of(accountant.get(where).text)
    assert "It came back on 4 August 2025 and waits for another account" in page
    assert "The bank says: AC04 closed" in page
    assert "The bank returned it on 4 August 2025" in text_of(accountant.get("/settlements/bank").text)
    check_books(front.engine)


def test_a_payment_is_found_by_the_bank_s_reference(front: Front) -> None:
    settled(front)
    accountant = front.client("accountant")
    found = accountant.get(f"/settlements/payouts/find?reference={end_to_end_id(1).lower()}")
    assert found.location == "/settlements/payouts/1"
    for wrong, told in ((end_to_end_id(999), "no payment with this reference"), ("EXP1", "mistyped")):
        answer = accountant.get(f"/settlements/payouts/find?reference={wrong}")
        assert answer.status_code == 422
        assert told in text_of(answer.text)
        assert f'value="{wrong}"' in answer.text


# What is nobody's business


def test_the_statement_is_for_the_management_unit_and_each_reading_is_kept(front: Front) -> None:
    settled(front)
    assert front.client("accountant").get("/settlements/payouts/1/statement.pdf").status_code == 403
    assert "statement.pdf" not in front.client("accountant").get("/settlements/1").text
    answer = front.client("manager").get("/settlements/payouts/1/statement.pdf")
    assert answer.data.startswith(b"%PDF")
    (reading,) = audited(front, "statement.read")
    assert (reading.actor, reading.subject) == (f"account:{front.accounts['manager']}", "payout:1")


def test_no_page_about_money_names_care(front: Front) -> None:
    settled(front)
    prepared(front)
    for path in PAGES:
        answer = front.client("accountant").get(path)
        assert answer.status_code == 200, path
        page = text_of(answer.text).lower()
        assert "practitioner" not in page, path
        assert "ambulatory" not in page, path
        assert "lovelace" not in page, path


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_pages_speak_both_languages(front: Front, language: str) -> None:
    settled(front)
    prepared(front)
    browser = front.client("accountant", language)
    for path in PAGES:
        answer = browser.get(path)
        assert answer.status_code == 200, path
        assert f'<html lang="{language}"' in answer.text, path


# Rates

RATE = {"currency": "GEL", "value": "3.1", "published_on": TODAY.isoformat(), "reason": "National Bank of Georgia"}


def test_a_typed_rate_counts_once_another_person_confirms_it(front: Front) -> None:
    assert post_to(front.client("accountant"), "/rates/proposals", **RATE).status_code == 303
    own = front.client("accountant").get("/rates")
    assert "You typed it in: another person confirms it." in text_of(own.text)
    assert "/rates/proposals/1/confirm" not in own.text
    assert post_to(front.client("accountant"), "/rates/proposals/1/confirm").status_code == 422
    other = front.client("manager")
    assert "/rates/proposals/1/confirm" in other.get("/rates").text
    assert post_to(other, "/rates/proposals/1/confirm", currency="GEL").status_code == 303
    with front.writing() as session:
        assert rates_on(session, ["GEL"], TODAY, ("operator",))["GEL"].value == Decimal("3.1")
    page = text_of(other.get("/rates?currency=GEL").text)
    assert "National Bank of Georgia (The Accountant, The Manager)" in page, "names, not the accounts' numbers"
    assert post_to(other, "/rates/proposals/1/confirm").status_code == 409


@pytest.mark.parametrize("name", ["accountant", "manager"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_typed_rate_is_discarded_by_either_person_with_a_reason(front: Front, name: str, language: str) -> None:
    assert post_to(front.client("accountant"), "/rates/proposals", **RATE).status_code == 303
    browser = front.client(name, language)
    assert "/rates/proposals/1/discard" in browser.get("/rates").text
    without = post_to(browser, "/rates/proposals/1/discard", currency="GEL", reason=" ")
    assert without.status_code == 422 and re.search(r'<details class="act" open', without.text)
    done = browser.post(
        "/rates/proposals/1/discard", data={"currency": "GEL", "reason": "A digit too many."}, follow_redirects=True
    )
    assert ("is discarded" if language == "en" else "est écarté") in text_of(done.text)
    assert "/rates/proposals/1/" not in done.text
    assert post_to(front.client("manager"), "/rates/proposals/1/confirm").status_code == 409
    assert post_to(browser, "/rates/proposals/1/discard", reason="Again.").status_code == 409
    assert post_to(browser, "/rates/proposals/9/discard", reason="None.").status_code == 404
    assert len(all_of(front, RateProposal)) == 1


def test_a_rate_far_from_the_last_one_is_sent_twice(front: Front) -> None:
    far = {**RATE, "currency": "USD", "value": "11.565"}
    first = post_to(front.client("accountant"), "/rates/proposals", **far)
    assert first.status_code == 422
    page = text_of(first.text)
    assert "This is +900% away from the last rate (1 EUR = 1.1565 USD: European Central Bank, 4 August 2025)" in page
    checked = re.search(r'name="checked" value="([^"]+)"', first.text)
    assert checked is not None
    typed_anew = post_to(front.client("accountant"), "/rates/proposals", **far | {"value": "12"}, checked=checked[1])
    assert typed_anew.status_code == 422, "what was checked is another rate"
    assert post_to(front.client("accountant"), "/rates/proposals", **far, checked=checked[1]).status_code == 303
    assert "far away: check it" in text_of(front.client("manager").get("/rates").text)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"value": "abc"}, "Please give an amount"),
        ({"value": "0"}, "above zero"),
        ({"currency": "EUR"}, "choose one of the list"),
        ({"published_on": "2025-08-05"}, "not come yet"),
        ({"published_on": "31/12/2024"}, "give a date"),
        ({"reason": " "}, "fill this in"),
    ],
)
def test_a_rate_that_cannot_be_is_refused_and_stays_typed(front: Front, changed: dict[str, str], told: str) -> None:
    answer = post_to(front.client("accountant"), "/rates/proposals", **RATE | changed)
    assert answer.status_code == 422
    assert told in text_of(answer.text)
    for value in (RATE | changed).values():
        assert value in answer.text
    assert all_of(front, RateProposal) == []


def test_of_one_day_the_last_that_was_typed_in_is_left_to_confirm(front: Front) -> None:
    for value in ("3.1", "3.2"):
        post_to(front.client("accountant"), "/rates/proposals", **RATE | {"value": value})
    page = front.client("manager").get("/rates").text
    assert "3.2 GEL" in page
    assert "3.1 GEL" not in page


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("currency=USD&on=2025-08-03", "3 August 2025 is a weekend day"),
        ("currency=USD", "It was published on that very day."),
        ("currency=XOF", "Fixed parity since 1 January 1999: 1 EUR = 655.957 XOF"),
        ("currency=AED", "The parity with the US dollar is fixed; the dollar's own rate of 4 August 2025 is used."),
        ("currency=RSD", "There is no rate of RSD on 4 August 2025"),
        ("currency=USD&on=2025-09-30", "The last one is of 4 August 2025; a rate holds for 7 days."),
    ],
)
def test_why_the_rate_of_a_day_is_that_one(front: Front, query: str, told: str) -> None:
    front.settings.rate_sources = ("ecb", "parity")
    assert told in text_of(front.client("manager").get(f"/rates?{query}").text)


def test_the_history_stands_in_a_table_behind_the_chart(front: Front) -> None:
    page = front.client("manager").get("/rates?currency=SGD&from=2025-07-28&to=2025-08-04").text
    assert re.findall(r'data-day="([\d-]+)" data-value="1.4906"', page) == ["2025-08-04", "2025-08-01", "2025-07-28"]


@pytest.mark.parametrize("query", ["from=2025-08-04&to=2025-08-01", "from=1990-01-01", "to=never", "currency=%00"])
def test_a_period_that_cannot_be_shown_is_refused(front: Front, query: str) -> None:
    assert front.client("manager").get(f"/rates?{query}").status_code == 422


# The ledger


def test_the_ledger_is_for_the_accountant(front: Front) -> None:
    settled(front)
    for path in ("/ledger", "/ledger/export.csv", "/ledger/transactions/settled:payout:1"):
        assert front.client("manager").get(path).status_code == 403
        assert front.client("accountant").get(path).status_code == 200


def test_entries_are_filtered(front: Front) -> None:
    settled(front)
    accountant = front.client("accountant")
    one = text_of(accountant.get("/ledger?reference=settled:payout:1&account=claims_expense").text)
    assert "settled:payout:1 Benefits (expense)" in one
    assert "settled:payout:2" not in one
    assert "No entry fits" in text_of(accountant.get("/ledger?currency=jpy").text)
    assert "No entry fits" in text_of(accountant.get("/ledger?from=2025-08-05").text)
    assert accountant.get("/ledger?from=yesterday").status_code == 422
    assert "balanced in every currency" in text_of(accountant.get("/ledger").text)


def test_pages_of_the_ledger_follow_each_other(front: Front) -> None:
    entries = (Entry("bank", "EUR", 1), Entry("exchange", "EUR", -1))
    with front.writing() as session:
        post(session, [Transaction(f"test:{n}", TODAY, entries) for n in range(40)], AT)
    accountant = front.client("accountant")
    first = accountant.get("/ledger").text
    older = re.search(r'href="([^"]+)" rel="next"', first)
    assert older is not None
    second = accountant.get(older[1]).text
    seen = re.findall(r"transactions/(test:\d+)", first) + re.findall(r"transactions/(test:\d+)", second)
    assert seen == [f"test:{n}" for n in range(39, -1, -1) for _side in range(2)]


def test_the_export_keeps_the_filter_and_is_noted(front: Front) -> None:
    settled(front)
    answer = front.client("accountant").get("/ledger/export.csv?account=claims_expense")
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert {row["account"] for row in rows} == {"claims_expense"}
    assert [row["debit"] for row in rows] == ["48.30", "45.00"]
    assert "attachment" in answer.headers["Content-Disposition"]
    assert audited(front, "ledger.exported")[0].detail == {"account": "claims_expense"}


def test_no_text_of_the_export_is_taken_for_a_formula_and_numbers_stay_numbers(front: Front) -> None:
    entries = (Entry("bank", "EUR", 100), Entry("exchange", "EUR", -100))
    with front.writing() as session:
        post(session, [Transaction("=cmd|' /C calc'!A0", TODAY, entries)], AT)
    rows = list(csv.DictReader(io.StringIO(front.client("accountant").get("/ledger/export.csv").text.lstrip("\ufeff"))))
    assert {row["reference"] for row in rows} == {"'=cmd|' /C calc'!A0"}
    assert [(row["debit"], row["credit"]) for row in rows] == [("1.00", ""), ("", "1.00")]


@pytest.mark.parametrize(
    "path",
    [
        "/settlements/99", "/settlements/1?state=x", "/settlements/orders/99", "/settlements/payouts/99",
        "/settlements/payouts/0", "/settlements/bank/files/no.xml", "/settlements/bank/files/%00",
        "/settlements?before=x", "/ledger/transactions/nothing", "/ledger/transactions/%00",
        "/settlements/99999999999999999999",
    ],
)  # fmt: skip
def test_what_does_not_exist_is_not_found(front: Front, path: str) -> None:
    settled(front)
    assert front.client("accountant").get(path).status_code == 404


def test_the_books_balance_after_everything(front: Front, at_once: list[int]) -> None:
    owed(front)
    post_to(front.client("manager"), f"{prepared(front)}/release")
    with front.writing() as session:
        assert out_of_balance(session) == []
