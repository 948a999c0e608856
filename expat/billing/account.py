"""A membership's premium account: what is open of each call, money that counts towards it, and what goes back.

Every amount is in EUR cents. What is paid counts towards the premiums that it names, then towards the oldest ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from expat import audit
from expat.billing.tables import PremiumAllocation, PremiumContest, PremiumContestAnswer, PremiumRefund
from expat.claims.dossier import Dossier
from expat.claims.rejudge import new_fact
from expat.db import is_postgresql, table_of
from expat.ledger.post import PREMIUM_REFUNDS, PREMIUMS_RECEIVABLE, Entry, Transaction, post
from expat.membership.changes import Acting
from expat.money import EUR
from expat.premiums.dunning import course
from expat.premiums.tables import Premium, PremiumEvent, PremiumOpen

_PREMIUM: Any = table_of(Premium)
_EVENT: Any = table_of(PremiumEvent)
_OPEN: Any = table_of(PremiumOpen)
_ALLOCATION: Any = table_of(PremiumAllocation)
_REFUND: Any = table_of(PremiumRefund)
_CONTEST: Any = table_of(PremiumContest)
_ANSWER: Any = table_of(PremiumContestAnswer)


class Open(NamedTuple):
    """A premium of which something is still to be paid, EUR cents."""

    premium: int
    due_on: date
    amount: int
    open: int


def open_premiums(session: Session, membership_id: int) -> list[Open]:
    """The called premiums of a membership that are not wholly paid, the oldest due first."""
    return [one for one in _accounts(session, membership_id) if one.open > 0]


def balance(session: Session, membership_id: int) -> int:
    """What is still to be paid in all, EUR cents."""
    return sum(one.open for one in _accounts(session, membership_id))


def allocate(
    session: Session, dossier: Dossier, cents: int, source: str, acting: Acting, first: Sequence[int] = ()
) -> int:
    """Count money towards the premiums named `first`, then the oldest; answers what is left over of it.

    A premium that is wholly paid by it is noted as paid on the day.
    """
    found = open_premiums(session, dossier.id)
    ordered = sorted(found, key=lambda one: (one.premium not in first, one.due_on, one.premium))
    for one in ordered:
        part = min(cents, one.open)
        if part <= 0:
            break
        values = {"premium_id": one.premium, "amount": part, "day": acting.day, "source": source,
                  "recorded_at": acting.at}  # fmt: skip
        session.execute(_ALLOCATION.insert().values(values))
        cents -= part
        if part == one.open:
            note(session, dossier, one.premium, "paid", acting)
    return cents


def take_back(session: Session, dossier: Dossier, source: str, undone_by: str, acting: Acting) -> int:
    """Undo what money counted towards: the bank took it back. Answers the cents; premiums that were paid by it fall
    due again on the day, and run their course anew (UNO-DUN-1). Again, it does nothing."""
    query = select(_ALLOCATION.c.premium_id, _ALLOCATION.c.amount).where(_ALLOCATION.c.source == source)
    undone = 0
    known = set(session.execute(select(_ALLOCATION.c.premium_id).where(_ALLOCATION.c.source == undone_by)).scalars())
    for row in session.execute(query.order_by(_ALLOCATION.c.id)).all():
        if row.premium_id in known:
            continue
        was_paid = _open_of(session, dossier.id, row.premium_id) == 0
        values = {"premium_id": row.premium_id, "amount": -row.amount, "day": acting.day, "source": undone_by,
                  "recorded_at": acting.at}  # fmt: skip
        session.execute(_ALLOCATION.insert().values(values))
        undone += row.amount
        if was_paid:
            note(session, dossier, row.premium_id, "returned", acting)
    return undone


def credit(session: Session, dossier: Dossier, cents: int, source: str, premium: int | None, acting: Acting) -> None:
    """Something is owed to the payer: it counts towards what is open, and what is left goes back."""
    left = allocate(session, dossier, cents, source, acting)
    if left:
        refund(session, dossier, left, source, "end" if premium is None else "change", premium, acting)


def refund(
    session: Session, dossier: Dossier, cents: int, source: str, reason: str, premium: int | None, acting: Acting
) -> None:
    """Owe premium back, by the day that the contract gives for it; `source` names what it comes of, once."""
    due_by = acting.day + timedelta(days=dossier.plan.on(acting.day)["membership.refund"].value)
    values = {
        "membership_id": dossier.id, "premium_id": premium, "source": source, "amount": cents, "reason": reason,
        "day": acting.day, "due_by": due_by, "recorded_at": acting.at,
    }  # fmt: skip
    key = session.execute(_REFUND.insert().values(values).returning(_REFUND.c.id)).scalar_one()
    booked = (Entry(PREMIUMS_RECEIVABLE, EUR, cents), Entry(PREMIUM_REFUNDS, EUR, -cents))
    post(session, [Transaction(f"refund:{key}", acting.day, booked)], acting.at)
    detail = {"cents": cents, "reason": reason, "due_by": due_by.isoformat()}
    audit.record(session, acting.at, acting.actor, "premium.refund", f"membership:{dossier.id}", **detail)


def note(session: Session, dossier: Dossier, premium: int, kind: str, acting: Acting) -> None:
    """Note what happened to a premium. Lines are judged again only where it changes what is covered."""
    values = {"premium_id": premium, "kind": kind, "happened_on": acting.day, "recorded_at": acting.at}
    session.execute(_EVENT.insert().values(values))
    if kind == "paid":
        session.execute(update(_OPEN).where(_OPEN.c.premium_id == premium).values(step="paid", next_on=None))
    elif kind == "returned":
        open_course(session, dossier, premium, acting.day)
        if _contest_waits(session, premium):
            session.execute(update(_OPEN).where(_OPEN.c.premium_id == premium).values(next_on=None))
    audit.record(session, acting.at, acting.actor, f"premium.{kind}", f"premium:{premium}")
    due_on, events = dossier.premiums.get(premium, (acting.day, []))
    dunned = course(dossier.plan.on(due_on), due_on, events)
    if dunned.suspension is not None and dunned.suspension.first <= acting.day:
        new_fact(session, dossier.id, acting.day, acting.at, acting.preference)


def open_course(session: Session, dossier: Dossier, premium: int, due_on: date) -> None:
    """A premium is to be paid by a day; its course begins with a reminder soon after (UNO-DUN-1)."""
    remind_on = due_on + timedelta(days=dossier.plan.on(due_on)["dunning.reminder"].value)
    begins = {"due_on": due_on, "step": "reminder", "next_on": remind_on}
    dialect: Any = postgresql if is_postgresql(session) else sqlite
    query = dialect.insert(_OPEN).values(premium_id=premium, membership_id=dossier.id, **begins)
    session.execute(query.on_conflict_do_update(index_elements=["premium_id"], set_=begins))


def _contest_waits(session: Session, premium: int) -> bool:
    answered = select(_ANSWER.c.premium_id).where(_ANSWER.c.premium_id == premium).exists()
    query = select(_CONTEST.c.premium_id).where(_CONTEST.c.premium_id == premium, ~answered)
    return session.execute(query).first() is not None


def _accounts(session: Session, membership_id: int) -> list[Open]:
    paid = select(_ALLOCATION.c.premium_id, func.sum(_ALLOCATION.c.amount).label("cents"))
    paid = paid.join(_PREMIUM, _PREMIUM.c.id == _ALLOCATION.c.premium_id)
    grouped = paid.where(_PREMIUM.c.membership_id == membership_id).group_by(_ALLOCATION.c.premium_id).subquery()
    query = select(_PREMIUM.c.id, _PREMIUM.c.due_on, _PREMIUM.c.amount, func.coalesce(grouped.c.cents, 0).label("paid"))
    query = query.outerjoin(grouped, grouped.c.premium_id == _PREMIUM.c.id)
    query = query.where(_PREMIUM.c.membership_id == membership_id, _PREMIUM.c.called_on.is_not(None))
    rows = session.execute(query.order_by(_PREMIUM.c.due_on, _PREMIUM.c.id)).all()
    return [Open(row.id, row.due_on, row.amount, row.amount - int(row.paid)) for row in rows]


def _open_of(session: Session, membership_id: int, premium: int) -> int:
    return next(one.open for one in _accounts(session, membership_id) if one.premium == premium)
