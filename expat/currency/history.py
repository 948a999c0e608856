"""Every rate that was kept for a currency, corrected ones included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlmodel import Session, col

from expat.currency.tables import PublishedRate


@dataclass(frozen=True, slots=True)
class KeptRate:
    """A row as it arrived (units for 1 EUR); `holds` is false once a later row corrects it."""

    id: int
    published_on: date
    source: str
    value: Decimal
    arrived_at: datetime
    note: str | None
    holds: bool


def kept(session: Session, currency: str, start: date, end: date) -> list[KeptRate]:
    """The rates published from `start` to `end`, both included, in order of day, source and arrival."""
    query = (
        select(PublishedRate)
        .where(col(PublishedRate.currency) == currency, col(PublishedRate.published_on).between(start, end))
        .order_by(col(PublishedRate.published_on), col(PublishedRate.source), col(PublishedRate.id))
    )
    rows = session.scalars(query).all()
    latest = {(row.published_on, row.source): row.id for row in rows}
    return [
        KeptRate(
            row.id or 0,
            row.published_on,
            row.source,
            row.value,
            row.arrived_at,
            row.note,
            latest[row.published_on, row.source] == row.id,
        )
        for row in rows
    ]
