"""What a member sees of an adult who keeps claims private: the sums alone."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session

from expat.claims.tables import ClaimLine
from expat.db import table_of
from expat.money import from_minor

_LINE: Any = table_of(ClaimLine)


class PrivateSums(NamedTuple):
    """Of a person's care since a day: what was invoiced and what was paid, by currency."""

    invoiced: dict[str, Decimal]
    paid: dict[str, Decimal]


def private_sums(session: Session, persons: Collection[int], since: date) -> dict[int, PrivateSums]:
    """The sums of the persons' lines whose care began on or after the day, by person; by two queries."""
    if not persons:
        return {}
    invoiced = _summed(session, persons, since, _LINE.c.amount, _LINE.c.currency)
    paid = _summed(session, persons, since, _LINE.c.payout, _LINE.c.payout_currency)
    return {person: PrivateSums(invoiced.get(person, {}), paid.get(person, {})) for person in persons}


def _summed(
    session: Session, persons: Collection[int], since: date, amount: Any, currency: Any
) -> dict[int, dict[str, Decimal]]:
    mine = (_LINE.c.person_id.in_(persons), _LINE.c.first_day >= since, amount.is_not(None))
    query = select(_LINE.c.person_id, currency.label("currency"), func.sum(amount).label("units")).where(*mine)
    found: dict[int, dict[str, Decimal]] = {}
    for row in session.execute(query.group_by(_LINE.c.person_id, currency).order_by(currency)):
        found.setdefault(row.person_id, {})[row.currency] = from_minor(int(row.units), row.currency)
    return found
