"""Settlements on the operator's days (EXPAT_SETTLE_ON): prepared by themselves, released by a person.

A look at what would be paid is asked for in one item and started in the next, once it stands in the database: it is
taken by a process of its own, which tells the operator at its end (`expat settle --look`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, get_args

from sqlalchemy import select
from sqlmodel import Session

from expat.db import table_of
from expat.jobs.job import PAGE, Doing, Item, Job, once
from expat.payments.looks import ask_to_prepare, start_look
from expat.payments.orders import waiting_for
from expat.payments.prepared import BY_ITSELF, orders_waiting, tell_waiting
from expat.payments.tables import SettlementLook
from expat.settings import Weekday

WEEKDAYS = get_args(Weekday)

_LOOK: Any = table_of(SettlementLook)


def _prepare(session: Session, item: Item, doing: Doing) -> Mapping[str, Any] | None:
    """Raises BadInput while another settlement is open: it is asked again later."""
    if WEEKDAYS[doing.day.weekday()] not in doing.settings.settle_on:
        return None
    if (waits := waiting_for(session, doing.day)) is not None:
        return {"order": waits}
    return {"look": ask_to_prepare(session, doing.day, doing.day, doing.at, BY_ITSELF)}


def _asked_for(session: Session, day: date, after: int) -> Sequence[Item]:
    """Looks that the jobs asked for and that have not ended."""
    query = select(_LOOK.c.id).where(_LOOK.c.asked_by == BY_ITSELF, _LOOK.c.ended_at.is_(None), _LOOK.c.id > after)
    rows = session.execute(query.order_by(_LOOK.c.id).limit(PAGE)).scalars()
    return [Item(key, f"look:{key}:{day}") for key in rows]


def _start(session: Session, item: Item, doing: Doing) -> Mapping[str, Any]:
    start_look(item.row)
    return {"look": item.row}


def _waiting(session: Session, day: date, after: int) -> Sequence[Item]:
    return [Item(key, f"order:{key}") for key in orders_waiting(session, after, PAGE)]


def _tell(session: Session, item: Item, doing: Doing) -> Mapping[str, Any] | None:
    """What the look's own process did not come to tell."""
    told = tell_waiting(session, item.row, doing.at, doing.settings)
    return {"mail": told} if told is not None else None


JOBS = (
    Job("settlement.prepare", once("settle"), _prepare, catch_up="last"),
    Job("settlement.look", _asked_for, _start, catch_up="last"),
    Job("settlement.waits", _waiting, _tell, catch_up="last"),
)
