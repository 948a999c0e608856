"""What becomes of benefits after they were settled: asked back, given up, repaid, set off, or added to.

Amounts are in minor units of the currency that was paid, `eur_cents` what they count in EUR. Two currencies meet on the
exchange account, as where a settlement pays.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from expat.ledger.post import (
    ASKED_BACK,
    BANK,
    BENEFITS_PAYABLE,
    CLAIMS_EXPENSE,
    EXCHANGE,
    Entry,
    Transaction,
    difference,
)
from expat.money import EUR


def asked_back(reference: str, day: date, eur_cents: int, currency: str, amount: int) -> Transaction:
    """Benefits that a member is to give back: less expense, and a debt of the member's."""
    return Transaction(reference, day, _against_expense(ASKED_BACK, -eur_cents, currency, -amount))


def given_up(reference: str, day: date, eur_cents: int, currency: str, amount: int) -> Transaction:
    """What was asked back and is no longer: the opposite."""
    return Transaction(reference, day, _against_expense(ASKED_BACK, eur_cents, currency, amount))


def added(reference: str, day: date, eur_cents: int, currency: str, amount: int) -> Transaction:
    """Benefits that are due beside those that were settled."""
    return Transaction(reference, day, _against_expense(BENEFITS_PAYABLE, eur_cents, currency, amount))


def repaid(
    reference: str, day: date, eur_cents: int, currency: str, amount: int, credited_eur: int | None
) -> Transaction:
    """Money that came back, in the currency asked for; `credited_eur` where the bank changed it into EUR itself."""
    if currency == "EUR" or credited_eur is None:
        return Transaction(
            reference, day, (Entry(BANK, currency, amount), Entry(ASKED_BACK, currency, -amount))
        )  # fmt: skip
    entries = (
        Entry(ASKED_BACK, currency, -amount),
        Entry(EXCHANGE, currency, amount),
        Entry(EXCHANGE, "EUR", -eur_cents),
        *difference(eur_cents - credited_eur),
        Entry(BANK, "EUR", credited_eur),
    )
    return Transaction(reference, day, entries)


class Side(NamedTuple):
    """A sum in minor units of its currency, and what it counts in EUR cents."""

    currency: str
    amount: int
    eur_cents: int


def set_off(reference: str, day: date, kept_back: Side, owed: Side) -> Transaction:
    """A part of a payout that is kept back against what a member owes; below zero, it is given back.

    Where the currencies differ the exchange account takes each at what it counts, and exchange differences the rest.
    """
    of_payout = _changed(BENEFITS_PAYABLE, kept_back)
    of_debt = _changed(ASKED_BACK, Side(owed.currency, -owed.amount, -owed.eur_cents))
    counted = _in_eur(kept_back) - _in_eur(owed)
    return Transaction(reference, day, (*of_payout, *of_debt, *difference(-counted)))


def _changed(account: str, side: Side) -> tuple[Entry, ...]:
    """An entry and, in another currency than EUR, what changes it into EUR."""
    entry = Entry(account, side.currency, side.amount)
    if side.currency == EUR:
        return (entry,)
    return entry, Entry(EXCHANGE, side.currency, -side.amount), Entry(EXCHANGE, EUR, side.eur_cents)


def _in_eur(side: Side) -> int:
    return side.amount if side.currency == EUR else side.eur_cents


def _against_expense(account: str, eur_cents: int, currency: str, amount: int) -> tuple[Entry, ...]:
    """An expense in EUR (below zero: less of it) against an account in the currency that was paid."""
    if currency == "EUR":
        left = difference(amount - eur_cents)
        return Entry(CLAIMS_EXPENSE, "EUR", eur_cents), *left, Entry(account, "EUR", -amount)
    return (
        Entry(CLAIMS_EXPENSE, "EUR", eur_cents),
        Entry(EXCHANGE, "EUR", -eur_cents),
        Entry(EXCHANGE, currency, amount),
        Entry(account, currency, -amount),
    )
