"""Posting: every transaction sums to zero in each of its currencies, and none is ever changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlmodel import Session

from expat.db import table_of
from expat.errors import NotFound
from expat.ledger.tables import LedgerEntry, LedgerTransaction

CLAIMS_EXPENSE = "claims_expense"
BENEFITS_PAYABLE = "benefits_payable"
BANK = "bank"
EXCHANGE = "exchange"
EXCHANGE_DIFFERENCES = "exchange_differences"
ASKED_BACK = "asked_back"
PREMIUMS_RECEIVABLE = "premiums_receivable"
PREMIUM_INCOME = "premium_income"
PREMIUM_REFUNDS = "premium_refunds"
UNMATCHED = "unmatched_receipts"
BANK_CHARGES = "bank_charges"
ACCOUNTS = (
    CLAIMS_EXPENSE, BENEFITS_PAYABLE, ASKED_BACK, BANK, EXCHANGE, EXCHANGE_DIFFERENCES,
    PREMIUMS_RECEIVABLE, PREMIUM_INCOME, PREMIUM_REFUNDS, UNMATCHED, BANK_CHARGES,
)  # fmt: skip

_TRANSACTION = table_of(LedgerTransaction)
_ENTRY = table_of(LedgerEntry)


@dataclass(frozen=True, slots=True)
class Entry:
    """An amount on an account, in minor units of its currency: debit above zero, credit below."""

    account: str
    currency: str
    amount: int


@dataclass(frozen=True, slots=True)
class Transaction:
    """What happened, named once by its reference (such as `settled:payout:17`), and its entries."""

    reference: str
    day: date
    entries: tuple[Entry, ...]
    reverses_id: int | None = None


class Unbalanced(Exception):
    """A transaction does not sum to zero in one of its currencies: a defect of ours, never a person's mistake."""


def check_balanced(transaction: Transaction) -> None:
    """Raise Unbalanced unless the entries sum to zero in every currency and name known accounts."""
    sums: dict[str, int] = defaultdict(int)
    for entry in transaction.entries:
        if entry.account not in ACCOUNTS:
            raise Unbalanced(f"{transaction.reference}: {entry.account} is no account")
        sums[entry.currency] += entry.amount
    if wrong := {currency: total for currency, total in sums.items() if total}:
        raise Unbalanced(f"{transaction.reference}: {wrong}")


def post(session: Session, transactions: Sequence[Transaction], at: datetime) -> list[int]:
    """Append transactions and their entries; answers their keys, in order."""
    if not transactions:
        return []
    for transaction in transactions:
        check_balanced(transaction)
    rows = [
        {"reference": t.reference, "day": t.day, "reverses_id": t.reverses_id, "recorded_at": at} for t in transactions
    ]
    query = _TRANSACTION.insert().returning(_TRANSACTION.c.id, sort_by_parameter_order=True)
    keys = list(session.execute(query, rows).scalars())
    entries = [
        {"transaction_id": key, "account": e.account, "currency": e.currency, "amount": e.amount}
        for key, t in zip(keys, transactions, strict=True)
        for e in t.entries
    ]
    session.execute(_ENTRY.insert(), entries)
    return keys


def reverse(session: Session, reference: str, day: date, at: datetime) -> int:
    """Undo a transaction by its opposite: nothing is edited. Raises NotFound."""
    row = session.execute(select(_TRANSACTION).where(_TRANSACTION.c.reference == reference)).first()
    if row is None:
        raise NotFound("reference", f"the ledger has no transaction {reference!r}")
    found = session.execute(select(_ENTRY).where(_ENTRY.c.transaction_id == row.id).order_by(_ENTRY.c.id))
    entries = tuple(Entry(e.account, e.currency, -e.amount) for e in found)
    return post(session, [Transaction(f"reversal:{reference}", day, entries, row.id)], at)[0]


def balances(session: Session) -> dict[tuple[str, str], int]:
    """The balance of every account and currency, in minor units."""
    query = select(_ENTRY.c.account, _ENTRY.c.currency, func.sum(_ENTRY.c.amount))
    grouped = query.group_by(_ENTRY.c.account, _ENTRY.c.currency).order_by(_ENTRY.c.currency, _ENTRY.c.account)
    return {(account, currency): int(total) for account, currency, total in session.execute(grouped)}


def out_of_balance(session: Session) -> list[str]:
    """The references of transactions that do not sum to zero in a currency: none, ever."""
    query = (
        select(_TRANSACTION.c.reference)
        .join(_ENTRY, _ENTRY.c.transaction_id == _TRANSACTION.c.id)
        .group_by(_TRANSACTION.c.reference, _ENTRY.c.currency)
        .having(func.sum(_ENTRY.c.amount) != 0)
    )
    return list(session.execute(query).scalars())


def settled(reference: str, day: date, eur_cents: int, currency: str, amount: int) -> Transaction:
    """A payout that a settlement owes: the expense in EUR, the debt in the payout's currency.

    Two currencies meet on the exchange account, which holds what was owed in one against the other.
    """
    if currency == "EUR":
        entries: Iterable[Entry] = (
            Entry(CLAIMS_EXPENSE, "EUR", eur_cents),
            *difference(amount - eur_cents),
            Entry(BENEFITS_PAYABLE, "EUR", -amount),
        )
    else:
        entries = (
            Entry(CLAIMS_EXPENSE, "EUR", eur_cents),
            Entry(EXCHANGE, "EUR", -eur_cents),
            Entry(EXCHANGE, currency, amount),
            Entry(BENEFITS_PAYABLE, currency, -amount),
        )
    return Transaction(reference, day, tuple(entries))


def confirmed(
    reference: str, day: date, eur_cents: int, currency: str, amount: int, debited_eur: int | None
) -> Transaction:
    """The bank has paid: from an account in the payout's currency, or by debiting EUR at its own rate.

    In the second case the exchange account is closed at the settlement's rate, and what the bank's differs by
    goes to exchange differences.
    """
    if currency == "EUR" or debited_eur is None:
        paid = (Entry(BENEFITS_PAYABLE, currency, amount), Entry(BANK, currency, -amount))
        return Transaction(reference, day, paid)
    entries = (
        Entry(BENEFITS_PAYABLE, currency, amount),
        Entry(EXCHANGE, currency, -amount),
        Entry(EXCHANGE, "EUR", eur_cents),
        *difference(debited_eur - eur_cents),
        Entry(BANK, "EUR", -debited_eur),
    )
    return Transaction(reference, day, entries)


def difference(cents: int) -> tuple[Entry, ...]:
    """What exchange leaves over, in EUR cents; no entry where that is nothing."""
    return (Entry(EXCHANGE_DIFFERENCES, "EUR", cents),) if cents else ()
