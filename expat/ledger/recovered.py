"""What becomes of benefits after they were settled: asked back, given up, repaid, or added to.

Amounts are in minor units of the currency that was paid, `eur_cents` what they count in EUR. Two currencies meet on the
exchange account, as where a settlement pays.
"""

from __future__ import annotations

from datetime import date

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
