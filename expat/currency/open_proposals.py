"""Typed-in rates that wait for a second person, beside the rate that they would follow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session, col

from expat.currency.rates import Rate, rates_on
from expat.currency.tables import DiscardedProposal, RateProposal

LOOKED_BACK = 400  # days in which a rate before is looked for: a rare currency has one a year
NOTABLE = Decimal("0.05")  # a share: a rate that moved by more was perhaps mistyped


class OpenProposal(NamedTuple):
    """A proposal (units for 1 EUR) that nobody has confirmed, and what held before it, if anything did."""

    id: int
    currency: str
    value: Decimal
    published_on: date
    reason: str
    entered_by: str
    entered_at: datetime
    before: Rate | None

    @property
    def change(self) -> Decimal | None:
        """By which share it differs from the rate before, rounded to a thousandth; None where there was none."""
        return None if self.before is None else change(self.value, self.before.value)


def open_proposals(session: Session, preference: Sequence[str]) -> list[OpenProposal]:
    """What waits to be confirmed, the oldest first; of a currency and day only the last that was typed in.

    Where that one was discarded, none of the day waits: those before it had been typed in anew.
    """
    newest = select(func.max(RateProposal.id)).group_by(col(RateProposal.currency), col(RateProposal.published_on))
    query = select(RateProposal).where(col(RateProposal.id).in_(newest), col(RateProposal.confirmed_by).is_(None))
    query = query.where(col(RateProposal.id).not_in(select(col(DiscardedProposal.proposal_id))))
    return [
        OpenProposal(
            one.id or 0, one.currency, one.value, one.published_on, one.reason, one.entered_by, one.entered_at,
            rate_before(session, one.currency, one.published_on, preference),
        )
        for one in session.scalars(query.order_by(col(RateProposal.id)))
    ]  # fmt: skip


def rate_before(session: Session, currency: str, day: date, preference: Sequence[str]) -> Rate | None:
    """The last rate up to a day, however old within reason."""
    return rates_on(session, [currency], day, preference, LOOKED_BACK).get(currency)


def change(value: Decimal, before: Decimal) -> Decimal:
    """By which share of `before` a value differs from it, rounded to a thousandth."""
    return (value / before - 1).quantize(Decimal("0.001"))
