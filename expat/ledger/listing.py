"""The ledger's entries, to read page by page and to take out as CSV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, or_, select
from sqlmodel import Session

from expat.db import table_of
from expat.ledger.tables import LedgerEntry, LedgerTransaction
from expat.money import from_minor, number

CSV_HEAD = ("id", "reference", "day", "recorded_at", "account", "currency", "debit", "credit")
SLICE = 1_000

_TRANSACTION: Any = table_of(LedgerTransaction)
_ENTRY: Any = table_of(LedgerEntry)


@dataclass(frozen=True)
class Asked:
    """Which entries are looked for: all, or those of an account, a currency, a reference, from a day to a day.

    A reference names what begins with it too: `settled` every settlement's, `settled:payout:17` one transaction's.
    """

    account: str | None = None
    currency: str | None = None
    reference: str | None = None
    first: date | None = None
    last: date | None = None


class Listed(NamedTuple):
    """An entry with its transaction; `amount` is in minor units of the currency, debit above zero."""

    id: int
    reference: str
    day: date
    recorded_at: datetime
    account: str
    currency: str
    amount: int


def entries(session: Session, asked: Asked, before: int | None = None, most: int = 50) -> list[Listed]:
    """Entries, the newest first; `before` is the last row's id of the page above."""
    query = _found(asked).order_by(_ENTRY.c.id.desc()).limit(most)
    return [_listed(row) for row in session.execute(query if before is None else query.where(_ENTRY.c.id < before))]


def csv_rows(session: Session, asked: Asked) -> Iterator[Sequence[str]]:
    """The entries as rows of a CSV file, the oldest first, with its head; read slice by slice, however many they are.

    Amounts have a decimal point and the currency's own decimals.
    """
    yield CSV_HEAD
    after = 0
    while rows := session.execute(_found(asked).where(_ENTRY.c.id > after).order_by(_ENTRY.c.id).limit(SLICE)).all():
        yield from (_cells(_listed(row)) for row in rows)
        after = rows[-1].id


def _cells(one: Listed) -> tuple[str, ...]:
    amount = number(from_minor(abs(one.amount), one.currency), one.currency)
    debit, credit = (amount, "") if one.amount >= 0 else ("", amount)
    day, recorded = one.day.isoformat(), one.recorded_at.isoformat()
    return str(one.id), one.reference, day, recorded, one.account, one.currency, debit, credit


def _listed(row: Row[Any]) -> Listed:
    return Listed(row.id, row.reference, row.day, row.recorded_at, row.account, row.currency, int(row.amount))


def _found(asked: Asked) -> Select[Any]:
    query = select(
        _ENTRY.c.id, _TRANSACTION.c.reference, _TRANSACTION.c.day, _TRANSACTION.c.recorded_at, _ENTRY.c.account,
        _ENTRY.c.currency, _ENTRY.c.amount,
    ).join(_TRANSACTION, _TRANSACTION.c.id == _ENTRY.c.transaction_id)  # fmt: skip
    if asked.account:
        query = query.where(_ENTRY.c.account == asked.account)
    if asked.currency:
        query = query.where(_ENTRY.c.currency == asked.currency)
    if asked.reference:
        name, reference = asked.reference.rstrip(":"), _TRANSACTION.c.reference
        query = query.where(or_(reference == name, reference.startswith(name + ":", autoescape=True)))
    if asked.first:
        query = query.where(_TRANSACTION.c.day >= asked.first)
    if asked.last:
        query = query.where(_TRANSACTION.c.day <= asked.last)
    return query
