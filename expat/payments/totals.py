"""What a settlement pays, by currency."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session

from expat.claims.tables import ClaimLine
from expat.db import table_of
from expat.payments.tables import Payout

_PAYOUT: Any = table_of(Payout)
_LINE: Any = table_of(ClaimLine)


class Total(NamedTuple):
    """A currency's payouts and lines, their sum in its minor units and in cents of EUR, and the rate used.

    `set_off` of the sum is kept back against what is asked back: the rest is transferred.
    """

    currency: str
    payouts: int
    lines: int
    amount: int
    eur_cents: int
    rate: str
    set_off: int = 0


def totals_of(session: Session, settlement_id: int) -> list[Total]:
    """The totals of a settlement, in alphabetical order of the currencies."""
    return totals_by_settlement(session, [settlement_id]).get(settlement_id, [])


def totals_by_settlement(session: Session, settlements: Collection[int]) -> dict[int, list[Total]]:
    """The totals of several settlements; one without a payout is absent."""
    mine, key, currency = _PAYOUT.c.settlement_id.in_(settlements), _PAYOUT.c.settlement_id, _PAYOUT.c.currency
    paid = select(key, currency, func.count()).join(_LINE, _LINE.c.payout_id == _PAYOUT.c.id).where(mine)
    lines = {(row[0], row[1]): row[2] for row in session.execute(paid.group_by(key, currency))}
    sums = (
        func.count(), func.sum(_PAYOUT.c.amount), func.sum(_PAYOUT.c.eur_cents), func.max(_PAYOUT.c.rate_note),
        func.sum(_PAYOUT.c.set_off),
    )  # fmt: skip
    query = select(key, currency, *sums).where(mine).group_by(key, currency).order_by(key, currency)
    found: dict[int, list[Total]] = {}
    for settlement, code, count, amount, cents, rate, kept in session.execute(query):
        total = Total(code, count, lines.get((settlement, code), 0), int(amount), int(cents), rate, int(kept))
        found.setdefault(settlement, []).append(total)
    return found


def summed(several: Iterable[Total]) -> list[Total]:
    """Totals of parts of a settlement as one total for each currency, in alphabetical order."""
    found: dict[str, Total] = {}
    for one in several:
        before = found.get(one.currency, Total(one.currency, 0, 0, 0, 0, one.rate))
        found[one.currency] = Total(
            one.currency, before.payouts + one.payouts, before.lines + one.lines, before.amount + one.amount,
            before.eur_cents + one.eur_cents, max(before.rate, one.rate), before.set_off + one.set_off,
        )  # fmt: skip
    return [found[code] for code in sorted(found)]
