"""Rates that arrive: checked, kept beside what was there, never over it (UNO-FX-3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import Session, SQLModel

from expat.currency.tables import PublishedRate
from expat.db import advisory_lock
from expat.errors import BadInput
from expat.money import EUR, minor_units

_CHUNK = 10_000
_LOCK = 7_201_001
_SOURCE_LENGTH = 20
_RATE = SQLModel.metadata.tables[PublishedRate.__tablename__].c

_Key = tuple[str, str, date]


@dataclass(frozen=True, slots=True)
class NewRate:
    """A rate as a source gives it: units of `currency` for 1 EUR, published on a day."""

    currency: str
    value: Decimal
    source: str
    published_on: date
    note: str | None = None


def add_rates(session: Session, rows: Iterable[NewRate], arrived_at: datetime, *, only_missing: bool = False) -> int:
    """Keep rates and say how many were new; the value that already holds is skipped, another corrects it.

    With `only_missing` nothing is corrected: what was kept of that currency, source and day stays as it is.

    Raises BadInput, naming the row and the field, for a value that is not above zero, an unknown currency,
    the euro itself, a source without a name, or a day that had not come yet (UTC) when the rate arrived.
    """
    advisory_lock(session, _LOCK)  # two imports at once would both find a rate missing
    added = 0
    whole = (checked(f"rate {n} ({_named(row)})", row, arrived_at) for n, row in enumerate(rows, start=1))
    while chunk := list(islice(whole, _CHUNK)):
        holding = _holding(session, chunk)
        new = list(_changes(chunk, holding, arrived_at, only_missing))
        if new:
            session.execute(insert(PublishedRate), new)
        added += len(new)
    return added


def _named(row: NewRate) -> str:
    return f"{row.currency} of {row.published_on}, {row.source}"


def checked(where: str, row: NewRate, arrived_at: datetime) -> NewRate:
    """The rate, if it can be kept. Raises BadInput as `add_rates` says, with `where` before the field."""
    if not row.value.is_finite() or row.value <= 0:
        raise BadInput(f"{where}, value", f"{row.value} is no rate", "units for 1 EUR, above zero")
    if row.currency == EUR:
        raise BadInput(f"{where}, currency", "the euro has no rate", "a currency other than EUR")
    try:
        minor_units(row.currency)
    except BadInput as wrong:
        raise BadInput(f"{where}, currency", wrong.problem, wrong.expected) from wrong
    if not 0 < len(row.source) <= _SOURCE_LENGTH:
        raise BadInput(f"{where}, source", f"{row.source!r} is no source", f"1 to {_SOURCE_LENGTH} characters")
    if row.published_on > arrived_at.date():
        raise BadInput(f"{where}, published_on", "lies in the future", f"a day up to {arrived_at.date()}")
    return row


def _holding(session: Session, chunk: list[NewRate]) -> dict[_Key, Decimal]:
    """What holds now of the chunk's currencies, sources and days; the latest to arrive (highest id) wins."""
    days = [row.published_on for row in chunk]
    query = (
        select(_RATE.currency, _RATE.source, _RATE.published_on, _RATE.value)
        .where(
            _RATE.currency.in_({row.currency for row in chunk}),
            _RATE.source.in_({row.source for row in chunk}),
            _RATE.published_on.between(min(days), max(days)),
        )
        .order_by(_RATE.id)
    )
    return {(currency, source, day): value for currency, source, day, value in session.execute(query)}


def _changes(
    chunk: list[NewRate], holding: dict[_Key, Decimal], arrived_at: datetime, only_missing: bool
) -> Iterator[dict[str, Any]]:
    for row in chunk:
        key = (row.currency, row.source, row.published_on)
        held = holding.get(key)
        if held is None or (held != row.value and not only_missing):
            holding[key] = row.value
            yield {
                "currency": row.currency,
                "value": row.value,
                "source": row.source,
                "published_on": row.published_on,
                "arrived_at": arrived_at,
                "note": row.note,
            }
