"""What a statement tells beside its lines: complements that the payout pays, and what is set off of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from expat.db import table_of
from expat.money import EUR, from_minor
from expat.payments.setting_off import COMPLEMENT
from expat.payments.statement_rates import RateShown, rate_shown
from expat.payments.tables import PayoutPart
from expat.recoveries.standing import GIVEN_BACK, SET_OFF
from expat.recoveries.tables import Recovery

_PART: Any = table_of(PayoutPart)
_RECOVERY: Any = table_of(Recovery)


@dataclass(frozen=True, slots=True)
class Part:
    """A complement, or what is set off: `amount` in the payout's currency; `moved`, of the decision with that key, and
    `remains` of it, in the decision's. `rates` are those that changed one into the other.
    """

    recovery: int
    amount: Decimal
    moved: Decimal
    currency: str
    remains: Decimal
    rates: tuple[RateShown, ...]


def parts_of(session: Session, payouts: Collection[int]) -> dict[int, list[Row[Any]]]:
    """The parts of payouts, with the currency of the decision, by the payout's key; by one query."""
    query = select(_PART, _RECOVERY.c.currency.label("owed_in")).join(_RECOVERY, _RECOVERY.c.id == _PART.c.recovery_id)
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in session.execute(query.where(_PART.c.payout_id.in_(list(payouts))).order_by(_PART.c.id)):
        found[row.payout_id].append(row)
    return found


def added(rows: Sequence[Row[Any]], currency: str) -> tuple[Part, ...]:
    """The complements of a payout in that currency."""
    return tuple(_part(row, currency, date.min, "") for row in rows if row.kind == COMPLEMENT)


def kept_back(rows: Sequence[Row[Any]], currency: str, day: date, language: str) -> tuple[Part, ...]:
    """What is set off of a payout of that day; what was given back as the bank returned it is not."""
    given = {row.recovery_id for row in rows if row.kind == GIVEN_BACK}
    return tuple(
        _part(row, currency, day, language) for row in rows if row.kind == SET_OFF and row.recovery_id not in given
    )


def _part(row: Row[Any], currency: str, day: date, language: str) -> Part:
    rates = tuple(rate_shown(rate, day, language) for rate in row.rates if rate["currency"] != EUR)
    return Part(
        row.recovery_id, from_minor(row.amount, currency), from_minor(row.moved, row.owed_in), row.owed_in,
        from_minor(row.remains, row.owed_in), rates,
    )  # fmt: skip
