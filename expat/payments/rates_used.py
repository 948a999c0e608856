"""The exchange rates that lines were paid at, each with its source and publication: one row for each rate."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlmodel import Session

from expat.claims.spending import Converted
from expat.claims.tables import ClaimLine, LineDecision
from expat.db import table_of
from expat.payments.tables import Payout, Settlement

_PAYOUT: Any = table_of(Payout)
_SETTLEMENT: Any = table_of(Settlement)
_LINE: Any = table_of(ClaimLine)
_DECISION: Any = table_of(LineDecision)

_PAID_BY = (  # the decision that the payout's settlement paid keeps the rates that it used
    select(_LINE.c.payout_id, _LINE.c.currency, _SETTLEMENT.c.day, _DECISION.c.facts)
    .join(_PAYOUT, _PAYOUT.c.id == _LINE.c.payout_id)
    .join(_SETTLEMENT, _SETTLEMENT.c.id == _PAYOUT.c.settlement_id)
    .join(_DECISION, (_DECISION.c.line_id == _LINE.c.id) & (_DECISION.c.settlement_id == _PAYOUT.c.settlement_id))
    .where(_LINE.c.id.in_(bindparam("lines", expanding=True)))
    .order_by(_LINE.c.currency, _SETTLEMENT.c.day.desc(), _LINE.c.payout_id, _DECISION.c.id)
)


class RateUsed(NamedTuple):
    """Units of `currency` for 1 EUR, and the lines that it served; `payouts` are keys with the day of settlement."""

    currency: str
    value: Decimal
    source: str
    published_on: date
    lines: int
    payouts: tuple[tuple[int, date], ...]


def rates_used(session: Session, converted: Collection[Converted]) -> list[RateUsed]:
    """The rates from the invoices' currencies to EUR, by currency, the newest first; one query.

    A settlement has one rate of each currency, so that one line of a payout tells that of all.
    """
    if not converted:
        return []
    lines = {(one.payout, one.currency): one.lines for one in converted}
    found: dict[tuple[Any, ...], RateUsed] = {}
    for row in session.execute(_PAID_BY, {"lines": [one.line for one in converted]}):
        rate = row.facts["invoice_rate"]
        key = (row.currency, rate["value"], rate["source"], rate["published_on"])
        first = RateUsed(
            row.currency, Decimal(rate["value"]), rate["source"], date.fromisoformat(rate["published_on"]), 0, ()
        )
        known, paid = found.get(key, first), (row.payout_id, row.day)
        if paid not in known.payouts:
            more = lines[row.payout_id, row.currency]
            found[key] = known._replace(lines=known.lines + more, payouts=(*known.payouts, paid))
    return list(found.values())
