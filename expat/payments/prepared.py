"""Orders that were prepared by themselves: the operator is told once of each that waits for somebody to release it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from expat.db import table_of
from expat.mail.clock_letters import settlement_waits
from expat.mail.outbox import put
from expat.payments.looks import look_of
from expat.payments.orders import order_of
from expat.payments.preview import Preview
from expat.payments.tables import SettlementOrder
from expat.settings import Settings

BY_ITSELF = "jobs"  # who prepares where no person does

_ORDER: Any = table_of(SettlementOrder)


def orders_waiting(session: Session, after: int, most: int) -> Sequence[int]:
    """The keys above `after` of orders that were prepared by themselves and wait for their release."""
    waits = (_ORDER.c.prepared_by == BY_ITSELF) & _ORDER.c.released_at.is_(None) & _ORDER.c.withdrawn_at.is_(None)
    query = select(_ORDER.c.id).where(waits, _ORDER.c.id > after).order_by(_ORDER.c.id).limit(most)
    return session.execute(query).scalars().all()


def tell_waiting(session: Session, order_id: int, at: datetime, chosen: Settings) -> int | None:
    """Tell the operator's address that an order waits; answers the mail's key, None where it was told or nobody is to
    be told. Raises NotFound."""
    order = order_of(session, order_id)
    if chosen.operator_email is None or order.released_at is not None or order.withdrawn_at is not None:
        return None
    link = f"{chosen.base_url.rstrip('/')}/settlements/orders/{order_id}"
    text = settlement_waits(chosen.language, order.day, Preview.from_json(order.preview).lines, link)
    key = f"settlement_order:{order_id}"
    return put(session, key, "settlement", chosen.operator_email, chosen.language, *text, at)


def tell_looked(session: Session, look_id: int, at: datetime, chosen: Settings) -> None:
    """Tell of the order in which a look ended that no person asked for; of any other look nothing. Raises NotFound."""
    look = look_of(session, look_id)
    if look.asked_by == BY_ITSELF and look.made_id is not None:
        tell_waiting(session, look.made_id, at, chosen)
