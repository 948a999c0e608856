"""A transaction as the ledger keeps it."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from expat.db import table_of
from expat.errors import NotFound
from expat.ledger.post import Entry
from expat.ledger.tables import LedgerEntry, LedgerTransaction

_TRANSACTION = table_of(LedgerTransaction)
_ENTRY = table_of(LedgerEntry)


class Kept(NamedTuple):
    """A transaction as it stands in the ledger, what it reverses, and what reverses it."""

    reference: str
    day: date
    recorded_at: datetime
    entries: tuple[Entry, ...]
    reverses: str | None
    reversed_by: str | None


def kept_transaction(session: Session, reference: str) -> Kept:
    """The transaction of a reference. Raises NotFound."""
    row = session.execute(select(_TRANSACTION).where(_TRANSACTION.c.reference == reference)).first()
    if row is None:
        raise NotFound("reference", f"the ledger has no transaction {reference!r}", "such as settled:payout:17")
    found = session.execute(select(_ENTRY).where(_ENTRY.c.transaction_id == row.id).order_by(_ENTRY.c.id))
    name = select(_TRANSACTION.c.reference)
    reverses = session.execute(name.where(_TRANSACTION.c.id == row.reverses_id)).scalar()
    reversed_by = session.execute(name.where(_TRANSACTION.c.reverses_id == row.id)).scalar()
    entries = tuple(Entry(e.account, e.currency, e.amount) for e in found)
    return Kept(row.reference, row.day, row.recorded_at, entries, reverses, reversed_by)
