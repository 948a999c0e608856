"""Money for premiums as it comes and as banks take it back: payments, what they count towards, and the ledger's part.

Amounts are EUR cents. A payment counts on the day on which it came, whenever it became known (UNO-DUN-2); what is left
of it stays the membership's credit and counts towards the next call.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session

from expat import audit
from expat.billing.account import allocate, open_premiums, take_back
from expat.billing.tables import PremiumAllocation
from expat.billing.tell import tell_resumed
from expat.claims.dossier import Dossier
from expat.claims.rejudge import new_fact
from expat.collecting.tables import PremiumPayment, PremiumPaymentUndone
from expat.db import table_of
from expat.errors import NotFound
from expat.ledger.post import PREMIUMS_RECEIVABLE, Entry, Transaction, post
from expat.membership.changes import Acting, locked
from expat.money import EUR
from expat.periods import DAY
from expat.premiums.tables import Premium
from expat.settings import Settings

METHODS = ("transfer", "direct_debit", "hand")

_PAYMENT: Any = table_of(PremiumPayment)
_UNDONE: Any = table_of(PremiumPaymentUndone)
_ALLOCATION: Any = table_of(PremiumAllocation)
_PREMIUM: Any = table_of(Premium)


class Received(NamedTuple):
    """Money that came: for which membership, EUR cents, on what day, how; `source` names once what it was found by.

    `first` are the premiums that it names; `against` is the ledger's account that it came to.
    """

    membership: int
    cents: int
    day: date
    method: str
    source: str
    against: str
    first: Sequence[int] = ()
    entered_by: str | None = None
    confirmed_by: str | None = None


def receive(session: Session, one: Received, acting: Acting, chosen: Settings) -> int:
    """Note a payment and count it towards what it names, then the oldest; answers its key.

    A suspension that it ends is told. `acting.day` is today; the payment counts on its own day.
    """
    dossier = locked(session, one.membership)
    by = one.entered_by or acting.actor
    values = {
        "membership_id": one.membership, "premium_id": one.first[0] if one.first else None, "cents": one.cents,
        "received_on": one.day, "method": one.method, "source": one.source, "entered_by": by,
        "confirmed_by": one.confirmed_by, "recorded_at": acting.at,
    }  # fmt: skip
    key = int(session.execute(_PAYMENT.insert().values(values).returning(_PAYMENT.c.id)).scalar_one())
    booked = (Entry(one.against, EUR, one.cents), Entry(PREMIUMS_RECEIVABLE, EUR, -one.cents))
    post(session, [Transaction(f"received:payment:{key}", one.day, booked)], acting.at)
    audit.record(
        session, acting.at, acting.actor, "premium.received", f"payment:{key}", cents=one.cents,
        on=one.day.isoformat(), method=one.method, membership=one.membership,
    )  # fmt: skip
    _count(session, dossier, one.cents, f"payment:{key}", replace(acting, day=one.day), one.first, acting, chosen)
    return key


def undo(
    session: Session, payment_id: int, day: date, code: str | None, against: str, acting: Acting, chosen: Settings
) -> None:
    """The bank took a payment back, on a day, for a reason: premiums that it had paid fall due again on that day.

    Credit of other payments counts towards them at once. Undone again, it does nothing. Raises NotFound.
    """
    row = session.execute(select(_PAYMENT).where(_PAYMENT.c.id == payment_id)).first()
    if row is None:
        raise NotFound("payment", f"there is no payment {payment_id}")
    dossier = locked(session, row.membership_id)
    if session.execute(select(_UNDONE.c.payment_id).where(_UNDONE.c.payment_id == payment_id)).first():
        return
    values = {"payment_id": payment_id, "day": day, "code": code, "recorded_by": acting.actor, "recorded_at": acting.at}
    session.execute(_UNDONE.insert().values(values))
    booked = (Entry(PREMIUMS_RECEIVABLE, EUR, row.cents), Entry(against, EUR, -row.cents))
    post(session, [Transaction(f"returned:payment:{payment_id}", day, booked)], acting.at)
    audit.record(
        session, acting.at, acting.actor, "premium.payment_undone", f"payment:{payment_id}", cents=row.cents,
        code=code, on=day.isoformat(),
    )  # fmt: skip
    for source in _sources(session, payment_id):
        take_back(session, dossier, source, f"undone:{source}", replace(acting, day=day))
    use_credit(session, row.membership_id, day, acting, chosen)


def use_credit(session: Session, membership_id: int, day: date, acting: Acting, chosen: Settings) -> int:
    """Count what is left of a membership's payments towards what is open on a day, the oldest money first; answers the
    cents."""
    dossier, used = locked(session, membership_id), 0
    for payment, left in credits_of(session, membership_id):
        if not open_premiums(session, membership_id):
            break
        source = f"payment:{payment}:{len(_sources(session, payment)) + 1}"
        used += left - _count(session, dossier, left, source, replace(acting, day=day), (), acting, chosen)
        dossier = locked(session, membership_id)
    return used


def credits_of(session: Session, membership_id: int) -> list[tuple[int, int]]:
    """Payments of which something is left, with the cents that count towards nothing yet, the oldest first."""
    undone = select(_UNDONE.c.payment_id)
    mine = select(_PAYMENT.c.id, _PAYMENT.c.cents).where(
        _PAYMENT.c.membership_id == membership_id, _PAYMENT.c.id.not_in(undone)
    )
    found = []
    for row in session.execute(mine.order_by(_PAYMENT.c.id)).all():
        counted = select(func.coalesce(func.sum(_ALLOCATION.c.amount), 0)).where(_of(row.id))
        left = row.cents - int(session.execute(counted).scalar_one())
        if left > 0:
            found.append((row.id, left))
    return found


def with_credit(session: Session, after: int, most: int) -> Sequence[int]:
    """Memberships above `after` that have both credit and something open, in the order of their keys."""
    mine = _PREMIUM.c.membership_id == _PAYMENT.c.membership_id
    counted = select(func.coalesce(func.sum(_ALLOCATION.c.amount), 0))
    counted = counted.join(_PREMIUM, _PREMIUM.c.id == _ALLOCATION.c.premium_id).where(mine).correlate(_PAYMENT)
    of_payments = _ALLOCATION.c.source.like("payment:%") | _ALLOCATION.c.source.like("undone:payment:%")
    called = select(func.coalesce(func.sum(_PREMIUM.c.amount), 0)).where(mine, _PREMIUM.c.called_on.is_not(None))
    owing = called.correlate(_PAYMENT).scalar_subquery() > counted.scalar_subquery()
    stands = _PAYMENT.c.id.not_in(select(_UNDONE.c.payment_id))
    query = select(_PAYMENT.c.membership_id).where(_PAYMENT.c.membership_id > after, stands, owing)
    query = query.group_by(_PAYMENT.c.membership_id)
    query = query.having(func.sum(_PAYMENT.c.cents) > counted.where(of_payments).scalar_subquery())
    return session.execute(query.order_by(_PAYMENT.c.membership_id).limit(most)).scalars().all()


def _count(
    session: Session, dossier: Dossier, cents: int, source: str, when: Acting, first: Sequence[int], acting: Acting,
    chosen: Settings,
) -> int:  # fmt: skip
    """Count money on the day of `when`; what it changes up to today (`acting`) is judged again and told."""
    named = [*first, *(one.premium for one in open_premiums(session, dossier.id))][:1]
    tomorrow = acting.day + DAY
    was, begun = _suspended(dossier, tomorrow), _any_suspension(dossier, acting.day)
    left = allocate(session, dossier, cents, source, when, first)
    after = locked(session, dossier.id)
    if begun and when.day < acting.day and left != cents:
        new_fact(session, dossier.id, when.day, acting.at, acting.preference)  # known later than it happened
    if was and not _suspended(after, tomorrow) and named:
        tell_resumed(session, after, named[0], when.day, acting.at, chosen)
    return left


def _suspended(dossier: Dossier, day: date) -> bool:
    found = dossier.facts_on(dossier.plan.on(day))
    return any(day in one for one in found.suspensions)


def _any_suspension(dossier: Dossier, day: date) -> bool:
    return any(one.first <= day for one in dossier.facts_on(dossier.plan.on(day)).suspensions)


def _sources(session: Session, payment_id: int) -> list[str]:
    """The names under which a payment was counted, in order."""
    query = select(_ALLOCATION.c.source).where(_of(payment_id)).group_by(_ALLOCATION.c.source)
    return list(session.execute(query.order_by(func.min(_ALLOCATION.c.id))).scalars())


def _of(payment_id: Any) -> Any:
    name = f"payment:{payment_id}"
    return (_ALLOCATION.c.source == name) | _ALLOCATION.c.source.like(f"{name}:%")
