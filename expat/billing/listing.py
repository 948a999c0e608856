"""A membership's premiums as they stand, for its member and the management unit. EUR cents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlmodel import Session

from expat.billing.tables import PremiumAllocation, PremiumLine, PremiumRefund, PremiumSchedule
from expat.db import table_of
from expat.membership.tables import Member, Membership
from expat.periods import Period
from expat.premiums.tables import Premium, PremiumOpen

_PREMIUM: Any = table_of(Premium)
_LINE: Any = table_of(PremiumLine)
_ALLOCATION: Any = table_of(PremiumAllocation)
_REFUND: Any = table_of(PremiumRefund)
_OPEN: Any = table_of(PremiumOpen)
_SCHEDULE: Any = table_of(PremiumSchedule)
_MEMBERSHIP: Any = table_of(Membership)
_MEMBER: Any = table_of(Member)

FIRST = "first"  # the source of what came before cover began


@dataclass(frozen=True, slots=True)
class Account:
    """A called or a first premium: what it is for, what was paid of it, where its course stands (`step`, `next_on`).

    `covers` is health or prevoyance; `called_on` is None of a first premium, which was told and paid before cover.
    """

    id: int
    membership: int
    due_on: date
    called_on: date | None
    days: Period | None
    cents: int
    paid: int
    paid_on: date | None
    step: str
    next_on: date | None
    covers: str

    @property
    def open(self) -> int:
        """What is still to be paid."""
        return self.cents - self.paid

    @property
    def state(self) -> str:
        """paid, open (it is not due yet, or only just), late (its course runs), stopped (by a contest) or over."""
        if self.open <= 0:
            return "paid"
        if self.step == "reminder":
            return "open"
        if self.step == "over":
            return "over"
        return "late" if self.next_on is not None else "stopped"


def accounts(session: Session, membership_id: int, before: int | None = None, most: int = 24) -> list[Account]:
    """The premiums of a membership, called ones and the first, the newest at the top; `before` is the last one of the
    page above."""
    query = _accounts().where(_PREMIUM.c.membership_id == membership_id)
    query = query if before is None else query.where(_PREMIUM.c.id < before)
    return [_account(row) for row in session.execute(query.order_by(_PREMIUM.c.id.desc()).limit(most))]


def account(session: Session, premium_id: int) -> Account | None:
    """A called or a first premium; None where there is none of that key."""
    row = session.execute(_accounts().where(_PREMIUM.c.id == premium_id)).first()
    return None if row is None else _account(row)


def lines_of(session: Session, premium_id: int) -> Sequence[Any]:
    """The lines that a call is made of, in order."""
    return session.execute(select(_LINE).where(_LINE.c.premium_id == premium_id).order_by(_LINE.c.position)).all()


def money_of(session: Session, premium_id: int) -> Sequence[Any]:
    """What counted towards a premium, or was taken back, in order."""
    mine = select(_ALLOCATION).where(_ALLOCATION.c.premium_id == premium_id)
    return session.execute(mine.order_by(_ALLOCATION.c.id)).all()


def refunds_of(session: Session, membership_id: int) -> Sequence[Any]:
    """What goes back to whoever paid, the newest first."""
    mine = select(_REFUND).where(_REFUND.c.membership_id == membership_id)
    return session.execute(mine.order_by(_REFUND.c.id.desc())).all()


def next_call(session: Session, membership_id: int) -> Any:
    """When the next call comes, and from which day on it is; None where no premiums are called."""
    return session.execute(select(_SCHEDULE).where(_SCHEDULE.c.membership_id == membership_id)).first()


def unpaid(session: Session, after: int = 0, most: int = 50) -> Sequence[Any]:
    """Premiums whose course runs or is stopped, in the order of their next dates, with whose they are."""
    names = _MEMBERSHIP.c.number, _MEMBER.c.first_name, _MEMBER.c.last_name
    query = (
        select(_OPEN, _PREMIUM.c.amount, *names)
        .join(_PREMIUM, _PREMIUM.c.id == _OPEN.c.premium_id)
        .join(_MEMBERSHIP, _MEMBERSHIP.c.id == _OPEN.c.membership_id)
        .join(_MEMBER, _MEMBER.c.id == _MEMBERSHIP.c.member_id)
        .where(_OPEN.c.step.in_(("notice", "suspension", "termination")), _OPEN.c.premium_id > after)
    )
    return session.execute(query.order_by(_OPEN.c.premium_id).limit(most)).all()


def _accounts() -> Any:
    paid = select(
        _ALLOCATION.c.premium_id, func.sum(_ALLOCATION.c.amount).label("cents"), func.max(_ALLOCATION.c.day).label("on")
    ).group_by(_ALLOCATION.c.premium_id)
    sums = paid.subquery()
    mine = _ALLOCATION.c.premium_id == _PREMIUM.c.id, _ALLOCATION.c.source == FIRST
    came_first = exists().where(*mine).correlate(_PREMIUM)
    return (
        select(_PREMIUM, sums.c.cents, sums.c.on, _OPEN.c.step, _OPEN.c.next_on)
        .outerjoin(sums, sums.c.premium_id == _PREMIUM.c.id)
        .outerjoin(_OPEN, _OPEN.c.premium_id == _PREMIUM.c.id)
        .where(or_(_PREMIUM.c.called_on.is_not(None), came_first))
    )


def _account(row: Any) -> Account:
    days = Period(row.first_day, row.last_day) if row.first_day and row.last_day else None
    return Account(
        row.id, row.membership_id, row.due_on, row.called_on, days, row.amount, int(row.cents or 0), row.on,
        row.step or "paid", row.next_on, row.covers,
    )  # fmt: skip
