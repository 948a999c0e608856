"""Payouts go into a bank file once, come back by their reference, and one bad account stops no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, select

from expat.approvals.request import Answer, NewRequest, answer_request, request_approval
from expat.audit import AuditEntry
from expat.db import open_engine, table_of, transaction
from expat.errors import BadInput, NotFound
from expat.ledger.post import BANK, EXCHANGE, EXCHANGE_DIFFERENCES, balances
from expat.membership.changes import Acting
from expat.payments.account_records import accounts_of, keep_account
from expat.payments.bank_files import read_back
from expat.payments.find import find_payout
from expat.payments.payouts import Confirmed, HandedOut, bank_files, confirm, returned
from expat.payments.references import end_to_end_id
from expat.payments.tables import BankFileRecord
from tests.payments.insured import (
    AT,
    DAY,
    DEBTOR,
    FRENCH,
    PAYOUT,
    SINGAPORE,
    SOURCES,
    at_once,
    check_books,
    claim,
    insure,
    member_of,
    pay,
    payouts,
    publish,
    url_of,
)  # fmt: skip

LATER = DAY + timedelta(days=3)
FILE: Any = table_of(BankFileRecord)


def hand_out(engine: Engine, day: date = DAY) -> HandedOut:
    with transaction(engine) as session:
        return bank_files(session, day, AT, DEBTOR)


def confirm_all(engine: Engine, name: str, **more: Any) -> Confirmed:
    with transaction(engine) as session:
        return confirm(session, name, LATER, AT, **more)


def send_back(engine: Engine, payout: int, day: date = LATER) -> bool:
    with transaction(engine) as session:
        return returned(session, payout, day, AT, "AC04 closed account")


@pytest.fixture
def paid(engine: Engine) -> Engine:
    """Two members who were paid 45.00 EUR and 78.15 SGD."""
    publish(engine)
    claim(engine, insure(engine, "M1", "EUR", FRENCH), "c1", "45.00 EUR")
    claim(engine, insure(engine, "M2", "SGD", SINGAPORE), "c2", "78.15 SGD")
    pay(engine)
    return engine


def test_euros_to_sepa_and_the_rest_go_into_two_files_once(paid: Engine) -> None:
    done = hand_out(paid)
    assert [(f.kind, f.count, f.totals) for f in done.files] == [
        ("sepa", 1, {"EUR": Decimal("45.00")}),
        ("international", 1, {"SGD": Decimal("78.15")}),
    ]
    assert done.left == []
    again = hand_out(paid)
    assert (again.files, again.left) == ([], [])


def test_the_files_are_kept_as_handed_out_and_name_the_payouts(paid: Engine) -> None:
    done = hand_out(paid)
    with transaction(paid) as session:
        kept = {row.name: row for row in session.execute(select(FILE))}
        assert {name: row.content for name, row in kept.items()} == {f.name: f.content for f in done.files}
        for row in kept.values():
            for reference, amount, currency in read_back(row.content):
                found = find_payout(session, reference)
                assert found.file == row.name
                assert Decimal(found.amount).scaleb(-2) == amount
                assert found.currency == currency
                assert found.lines in (("1/1",), ("2/1",))


def test_the_payee_reads_the_membership_and_the_day_of_the_settlement(paid: Engine) -> None:
    assert b"<Ustrd>M1 2025-08-04</Ustrd>" in hand_out(paid).files[0].content


def test_one_bad_account_stops_no_other(paid: Engine) -> None:
    no_bank = replace(SINGAPORE, bic=None, bank_name=None)
    claim(paid, insure(paid, "M3", "SGD", no_bank), "c3", "10.00 SGD")
    claim(paid, insure(paid, "M4"), "c4", "11.00 EUR")
    pay(paid, DAY + timedelta(days=1))
    done = hand_out(paid)
    assert sum(f.count for f in done.files) == 2
    assert [(left.membership, left.reason.partition(":")[0]) for left in done.left] == [
        ("M3", "bic"),
        ("M4", "account"),
    ]
    with transaction(paid) as session:
        keep_account(session, SINGAPORE, AT, membership_id=3)
    assert [(f.kind, f.count) for f in hand_out(paid).files] == [("international", 1)]


def test_a_wrong_debtor_is_told_and_nothing_is_handed_out(paid: Engine) -> None:
    with pytest.raises(BadInput, match="debtor iban"), transaction(paid) as session:
        bank_files(session, DAY, AT, replace(DEBTOR, iban="FR00"))
    assert len(hand_out(paid).files) == 2


def test_payouts_of_an_open_settlement_are_not_taken(paid: Engine) -> None:
    claim(paid, 1, "c9", "20.00 EUR")

    def die(line: str) -> None:
        if "closing" in line:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pay(paid, LATER, log=die)
    assert sorted(f.count for f in hand_out(paid).files) == [1, 1]
    pay(paid, LATER)
    assert [f.count for f in hand_out(paid).files] == [1]


def test_nothing_is_sent_for_a_payout_of_zero(engine: Engine) -> None:
    publish(engine, JPY="171.23", KWD="0.35391")
    claim(engine, insure(engine, "M1", "JPY", SINGAPORE), "c1", "0.001 KWD")
    pay(engine)
    assert [f.count for f in hand_out(engine).files] == [1 for p in payouts(engine) if p.amount]


def test_the_newest_account_holds(paid: Engine) -> None:
    moved = replace(FRENCH, holder="Ada Lovelace")
    with transaction(paid) as session:
        keep_account(session, moved, AT, membership_id=1)
        found = accounts_of(session, session.execute(select(PAYOUT)).all())
    assert {key: known.account for key, known in found.items()} == {1: moved, 2: SINGAPORE}


def test_every_field_of_an_account_comes_back(engine: Engine) -> None:
    whole = replace(
        SINGAPORE, clearing=("SGIBG", "7171001"), bank_name="DBS", bank_town="Singapore", street="Orchard Road",
        building="1", postcode="238801",
    )  # fmt: skip
    publish(engine)
    claim(engine, insure(engine, "M1", "SGD", whole), "c1", "10.00 SGD")
    pay(engine)
    with transaction(engine) as session:
        assert [known.account for known in accounts_of(session, payouts(engine)).values()] == [whole]


def test_a_hospital_is_paid_to_its_own_account(engine: Engine) -> None:
    publish(engine)
    membership = insure(engine, "M1", "EUR", FRENCH)
    acting = Acting(date(2025, 6, 1), AT, SOURCES)
    with transaction(engine) as session:
        new = NewRequest(member_of(engine, membership), "hospital", date(2025, 7, 1), False, None)
        request = request_approval(session, membership, new, acting)
        answer_request(session, request, Answer(True, None, None, True, None), acting)
    claim(engine, membership, "c1", "900.00 SGD", care="hospital.surgery", provider="Raffles Hospital")
    pay(engine)
    assert [(p.payee, p.provider, p.currency) for p in payouts(engine)] == [("hospital", "Raffles Hospital", "SGD")]
    assert "Raffles Hospital" in hand_out(engine).left[0].reason
    with transaction(engine) as session:
        keep_account(session, SINGAPORE, AT, provider="Raffles Hospital")
    assert hand_out(engine).files[0].totals == {"SGD": Decimal("900.00")}


def test_confirming_posts_once(paid: Engine) -> None:
    sepa, _abroad = hand_out(paid).files
    assert confirm_all(paid, sepa.name) == Confirmed([1], [])
    assert confirm_all(paid, sepa.name) == Confirmed([], [1])
    with transaction(paid) as session:
        assert balances(session)[BANK, "EUR"] == -4500
        assert confirm(session, [1, 2], LATER, AT) == Confirmed([2], [1])
        assert balances(session)[BANK, "SGD"] == -7815
    assert [p.confirmed_on for p in payouts(paid)] == [LATER, LATER]
    check_books(paid)


def test_what_the_banks_own_rate_differs_by_is_an_exchange_difference(paid: Engine) -> None:
    abroad = hand_out(paid).files[1]
    assert payouts(paid)[1].eur_cents == 5243
    confirm_all(paid, abroad.name, debited_eur={2: Decimal("52.60")})
    with transaction(paid) as session:
        found = balances(session)
    assert (found[BANK, "EUR"], found[EXCHANGE_DIFFERENCES, "EUR"]) == (-5260, 17)
    assert (found[EXCHANGE, "SGD"], found[EXCHANGE, "EUR"]) == (0, 0)
    check_books(paid)


@pytest.mark.parametrize(
    ("debited", "words"),
    [({1: Decimal(9)}, "not among"), ({2: Decimal(0)}, "above zero"), ({2: Decimal("1.001")}, "decimals")],
)
def test_a_wrong_debit_is_refused(paid: Engine, debited: dict[int, Decimal], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        confirm_all(paid, hand_out(paid).files[1].name, debited_eur=debited)
    assert payouts(paid)[1].confirmed_on is None


def test_what_cannot_be_confirmed_is_refused(paid: Engine) -> None:
    with pytest.raises(NotFound, match="no bank file"):
        confirm_all(paid, "EXP-1.xml")
    with transaction(paid) as session, pytest.raises(NotFound, match="no payout 99"):
        confirm(session, [99], LATER, AT)
    with transaction(paid) as session, pytest.raises(BadInput, match="in no bank file"):
        confirm(session, [1], LATER, AT)
    name = hand_out(paid).files[0].name
    with transaction(paid) as session, pytest.raises(BadInput, match="lies before"):
        confirm(session, name, DAY - timedelta(days=1), AT)


def test_a_returned_payment_is_reversed_and_waits_for_another_account(paid: Engine) -> None:
    first = hand_out(paid).files[0]
    confirm_all(paid, first.name)
    assert send_back(paid, 1)
    assert not send_back(paid, 1)
    check_books(paid)
    waiting = hand_out(paid, LATER)
    assert (waiting.files, waiting.left[0].reason.partition(";")[2]) == ([], " another account")
    with transaction(paid) as session:
        keep_account(session, replace(FRENCH, holder="Ada Lovelace"), AT, membership_id=1)
    second = hand_out(paid, LATER).files[0]
    assert second.name != first.name
    assert read_back(second.content) == read_back(first.content)
    assert confirm_all(paid, first.name) == Confirmed([], [])
    assert confirm_all(paid, second.name) == Confirmed([1], [])
    check_books(paid)
    with transaction(paid) as session:
        assert balances(session)[BANK, "EUR"] == -4500
        trail = select(AuditEntry.action).where(AuditEntry.subject == "payout:1").order_by(AuditEntry.id)  # type: ignore[call-overload, arg-type]
        sent = ["payout.sent", "payout.confirmed"]
        assert list(session.execute(trail).scalars()) == ["payout.made", *sent, "payout.returned", *sent]


def test_the_return_of_an_earlier_sending_does_not_touch_the_new_one(paid: Engine) -> None:
    hand_out(paid)
    send_back(paid, 1)
    with transaction(paid) as session:
        keep_account(session, FRENCH, AT, membership_id=1)
    hand_out(paid, LATER)
    with pytest.raises(BadInput, match="lies before"):
        send_back(paid, 1, DAY)
    assert payouts(paid)[0].bank_file_id is not None


def test_a_payment_that_never_left_cannot_come_back(paid: Engine) -> None:
    with pytest.raises(BadInput, match="in no bank file"):
        send_back(paid, 1)


@pytest.mark.parametrize("reference", ["EXP0000001234-83", "rent", "", end_to_end_id(77)])
def test_a_reference_that_names_no_payout_is_refused(paid: Engine, reference: str) -> None:
    with transaction(paid) as session, pytest.raises(BadInput):
        find_payout(session, reference)


def test_an_account_has_one_owner(engine: Engine) -> None:
    with transaction(engine) as session:
        for owner in ({}, {"membership_id": 1, "provider": "Raffles Hospital"}):
            with pytest.raises(BadInput, match="no owner, or two"):
                keep_account(session, FRENCH, AT, **owner)  # type: ignore[arg-type]
        with pytest.raises(NotFound):
            keep_account(session, FRENCH, AT, membership_id=1)


def test_two_at_once_put_no_payout_in_two_files(engine: Engine) -> None:
    publish(engine)
    for n in range(12):
        claim(engine, insure(engine, f"M{n}", "EUR", FRENCH), f"c{n}", "45.00 EUR")
    pay(engine)
    at_once(_hand_out_elsewhere, [(url_of(engine),)] * 3)
    with transaction(engine) as session:
        contents = session.execute(select(FILE.c.content)).scalars()
        references = [reference for content in contents for reference, _amount, _currency in read_back(content)]
    assert sorted(references) == [end_to_end_id(n) for n in range(1, 13)]


def _hand_out_elsewhere(barrier: Any, url: str) -> None:
    engine = open_engine(url)
    barrier.wait(60)
    hand_out(engine)
