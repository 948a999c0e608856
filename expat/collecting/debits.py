"""What the bank says of direct debits: booked, or given back, and what a return brings for the mandate.

A return may be told before the booking that it undoes: whatever comes first, the ledger and the course are the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session

from expat import audit
from expat.bank.returns import consequence
from expat.billing.account import note, open_premiums
from expat.billing.mandates import mandate_for
from expat.billing.tables import PremiumMandate
from expat.collecting.receive import Received, receive, undo
from expat.collecting.tables import DebitItem
from expat.collecting.tell import tell_debit_returned, tell_mandate_ended
from expat.db import table_of
from expat.ledger.post import BANK, UNMATCHED, Entry, Transaction, post
from expat.membership.changes import Acting, locked
from expat.money import EUR
from expat.settings import Settings

_ITEM: Any = table_of(DebitItem)
_MANDATE: Any = table_of(PremiumMandate)


def item_of(session: Session, end_to_end_id: str | None) -> Any:
    """The direct debit of an end-to-end id that was sent; None where there is none."""
    if not end_to_end_id:
        return None
    mine = (_ITEM.c.end_to_end_id == end_to_end_id) & _ITEM.c.group_id.is_not(None)
    return session.execute(select(_ITEM).where(mine)).first()


def group_of(session: Session, payment_id: str | None) -> Sequence[Any]:
    """The direct debits that the bank books as one sum under a payment id."""
    if not payment_id:
        return []
    mine = select(_ITEM).where(_ITEM.c.group_id == payment_id)
    return session.execute(mine.order_by(_ITEM.c.id)).all()


def booked(session: Session, item: Any, day: date, source: str, acting: Acting, chosen: Settings) -> None:
    """The bank has booked a direct debit: its premium is paid on that day. One that came back before stays unpaid."""
    if item.returned_on is not None:
        both = (Entry(BANK, EUR, item.cents), Entry(UNMATCHED, EUR, -item.cents))
        post(session, [Transaction(f"booked:{source}:{item.id}", day, both)], acting.at)
        return
    name = f"{source}:{item.id}"
    one = Received(item.membership_id, item.cents, day, "direct_debit", name, BANK, (item.premium_id,))
    key = receive(session, one, acting, chosen)
    session.execute(update(_ITEM).where(_ITEM.c.id == item.id).values(payment_id=key))


def came_back(
    session: Session, item: Any, day: date, code: str | None, source: str, acting: Acting, chosen: Settings
) -> None:  # fmt: skip
    """The bank gave a direct debit back: the premium is due again on the day, the member is told why and how to pay.

    A code that ends the mandate ends it.
    """
    session.execute(update(_ITEM).where(_ITEM.c.id == item.id).values(returned_on=day, returned_code=code))
    if item.payment_id is not None:
        undo(session, item.payment_id, day, code, BANK, acting, chosen)
    else:
        both = (Entry(UNMATCHED, EUR, item.cents), Entry(BANK, EUR, -item.cents))
        post(session, [Transaction(f"returned:{source}", day, both)], acting.at)
        dossier, then = locked(session, item.membership_id), Acting(day, acting.at, acting.preference, acting.actor)
        if any(one.premium == item.premium_id for one in open_premiums(session, item.membership_id)):
            note(session, dossier, item.premium_id, "returned", then)
    audit.record(
        session, acting.at, acting.actor, "premium.debit_returned", f"premium:{item.premium_id}", code=code,
        on=day.isoformat(), cents=item.cents,
    )  # fmt: skip
    tell_debit_returned(session, item, code, acting.at, chosen)
    if consequence(code).mandate == "ended":
        end_mandate(session, item.membership_id, str(code), item.premium_id, acting, chosen, item.mandate_id)


def end_mandate(
    session: Session, membership: int, why: str, premium: int | None, acting: Acting, chosen: Settings, mandate: int
) -> bool:
    """End a mandate where it still stands, and tell how to pay from now on; answers whether it did."""
    standing = mandate_for(session, membership)
    if standing is None or standing.id != mandate:
        return False
    values = {
        "membership_id": membership, "reference": standing.reference, "holder": standing.holder,
        "iban": standing.iban, "signed_on": standing.signed_on, "ends": True, "why": why,
        "recorded_by": acting.actor, "recorded_at": acting.at,
    }  # fmt: skip
    key = session.execute(_MANDATE.insert().values(values).returning(_MANDATE.c.id)).scalar_one()
    audit.record(session, acting.at, acting.actor, "premium.mandate_ended", f"membership:{membership}", why=why)
    tell_mandate_ended(session, int(key), membership, premium, acting.at, chosen)
    return True
