"""The ledger takes what balances, per currency, and never changes it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from expat.errors import NotFound
from expat.ledger.kept import kept_transaction
from expat.ledger.post import (
    BANK,
    BENEFITS_PAYABLE,
    CLAIMS_EXPENSE,
    EXCHANGE,
    EXCHANGE_DIFFERENCES,
    Entry,
    Transaction,
    Unbalanced,
    balances,
    check_balanced,
    confirmed,
    out_of_balance,
    post,
    reverse,
    settled,
)

DAY = date(2025, 8, 4)
AT = datetime(2025, 8, 4, 12, tzinfo=UTC)
CENTS = st.integers(1, 10**12)


def test_a_payout_in_another_currency_meets_the_expense_on_the_exchange_account(session: Session) -> None:
    post(session, [settled("settled:payout:1", DAY, 5243, "SGD", 7815)], AT)
    assert balances(session) == {
        (CLAIMS_EXPENSE, "EUR"): 5243,
        (EXCHANGE, "EUR"): -5243,
        (EXCHANGE, "SGD"): 7815,
        (BENEFITS_PAYABLE, "SGD"): -7815,
    }


def test_confirmed_from_an_account_in_that_currency_the_debt_is_gone(session: Session) -> None:
    post(session, [settled("s", DAY, 5243, "SGD", 7815), confirmed("c", DAY, 5243, "SGD", 7815, None)], AT)
    assert balances(session)[BENEFITS_PAYABLE, "SGD"] == 0
    assert balances(session)[BANK, "SGD"] == -7815


@pytest.mark.parametrize(("debited", "difference"), [(5260, 17), (5200, -43), (5243, 0)])
def test_confirmed_by_a_debit_in_euros_the_exchange_account_is_closed(
    session: Session, debited: int, difference: int
) -> None:
    post(session, [settled("s", DAY, 5243, "SGD", 7815), confirmed("c", DAY, 5243, "SGD", 7815, debited)], AT)
    found = balances(session)
    assert (found[EXCHANGE, "SGD"], found[EXCHANGE, "EUR"], found[BENEFITS_PAYABLE, "SGD"]) == (0, 0, 0)
    assert found[BANK, "EUR"] == -debited
    assert found.get((EXCHANGE_DIFFERENCES, "EUR"), 0) == difference


def test_a_cent_of_rounding_in_euros_is_a_difference(session: Session) -> None:
    post(session, [settled("s", DAY, 901, "EUR", 900)], AT)
    assert balances(session) == {
        (CLAIMS_EXPENSE, "EUR"): 901,
        (EXCHANGE_DIFFERENCES, "EUR"): -1,
        (BENEFITS_PAYABLE, "EUR"): -900,
    }


@given(CENTS, CENTS, CENTS, st.sampled_from(["EUR", "SGD", "JPY"]))
def test_everything_that_is_posted_balances(cents: int, amount: int, debited: int, currency: str) -> None:
    check_balanced(settled("s", DAY, cents, currency, amount))
    check_balanced(confirmed("c", DAY, cents, currency, amount, None))
    check_balanced(confirmed("c", DAY, cents, currency, amount, debited))


def test_a_reversal_is_the_opposite_and_names_what_it_undoes(session: Session) -> None:
    post(session, [settled("s", DAY, 5243, "SGD", 7815)], AT)
    reverse(session, "s", DAY, AT)
    assert set(balances(session).values()) == {0}
    assert kept_transaction(session, "reversal:s").reverses == "s"
    assert kept_transaction(session, "s").reversed_by == "reversal:s"
    assert out_of_balance(session) == []


def test_what_is_not_known_cannot_be_reversed_or_shown(session: Session) -> None:
    with pytest.raises(NotFound):
        reverse(session, "s", DAY, AT)
    with pytest.raises(NotFound):
        kept_transaction(session, "s")


def test_a_reference_is_posted_once(session: Session) -> None:
    transaction = settled("s", DAY, 900, "EUR", 900)
    post(session, [transaction], AT)
    with pytest.raises(IntegrityError):
        post(session, [transaction], AT)


def test_a_transaction_that_was_reversed_cannot_be_reversed_again(session: Session) -> None:
    post(session, [settled("s", DAY, 900, "EUR", 900)], AT)
    reverse(session, "s", DAY, AT)
    with pytest.raises(IntegrityError):
        reverse(session, "s", DAY, AT)


@pytest.mark.parametrize(
    "entries",
    [
        (Entry(BANK, "EUR", 1),),
        (Entry(BANK, "EUR", 1), Entry(EXCHANGE, "SGD", -1)),
        (Entry("petty_cash", "EUR", 1), Entry(BANK, "EUR", -1)),
    ],
)
def test_what_does_not_balance_or_names_no_account_is_not_posted(session: Session, entries: tuple[Entry, ...]) -> None:
    with pytest.raises(Unbalanced):
        post(session, [settled("s", DAY, 900, "EUR", 900), Transaction("t", DAY, entries)], AT)
    assert balances(session) == {}
