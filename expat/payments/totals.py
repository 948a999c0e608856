"""What a settlement pays, by currency."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session

from expat.claims.tables import ClaimLine
from expat.db import table_of
from expat.payments.tables import Payout

_PAYOUT: Any = table_of(Payout)
_LINE: Any = table_of(ClaimLine)


class Total(NamedTuple):
    """A currency's payouts and lines, their sum in its minor units and in cents of EUR, and the rate used."""

    currency: str
    payouts: int
    lines: int
    amount: int
    eur_cents: int
    rate: str


def totals_of(session: Session, settlement_id: int) -> list[Total]:
    """The totals of a settlement, in alphabetical order of the currencies."""
    mine = _PAYOUT.c.settlement_id == settlement_id
    paid = select(_PAYOUT.c.currency, func.count()).join(_LINE, _LINE.c.payout_id == _PAYOUT.c.id).where(mine)
    lines = {row[0]: row[1] for row in session.execute(paid.group_by(_PAYOUT.c.currency))}
    sums = (func.count(), func.sum(_PAYOUT.c.amount), func.sum(_PAYOUT.c.eur_cents), func.max(_PAYOUT.c.rate_note))
    query = select(_PAYOUT.c.currency, *sums).where(mine).group_by(_PAYOUT.c.currency).order_by(_PAYOUT.c.currency)
    return [
        Total(currency, count, lines.get(currency, 0), int(amount), int(cents), rate)
        for currency, count, amount, cents, rate in session.execute(query)
    ]
