"""Premiums as money: credit counted towards what is called, mandates that lapse, direct debits made for release."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from expat.billing.tables import PremiumMandate
from expat.collecting.batches import make_batches
from expat.collecting.debits import end_mandate
from expat.collecting.due import lapsed_mandates
from expat.collecting.receive import use_credit, with_credit
from expat.db import table_of
from expat.jobs.job import PAGE, Doing, Item, Job, once

_MANDATE: Any = table_of(PremiumMandate)


def _credit(session: Session, day: date, after: int) -> Sequence[Item]:
    return [Item(key, f"membership:{key}:credit:{day}") for key in with_credit(session, after, PAGE)]


def _use(session: Session, item: Item, doing: Doing) -> Mapping[str, Any]:
    return {"cents": use_credit(session, item.row, doing.day, doing.acting, doing.settings)}


def _lapsed(session: Session, day: date, after: int) -> Sequence[Item]:
    return [Item(row.id, f"mandate:{row.id}:lapses") for row in lapsed_mandates(session, day, after, PAGE)]


def _end(session: Session, item: Item, doing: Doing) -> Mapping[str, Any]:
    row = session.execute(select(_MANDATE.c.membership_id).where(_MANDATE.c.id == item.row)).one()
    ended = end_mandate(session, row.membership_id, "lapsed", None, doing.acting, doing.settings, item.row)
    return {"ended": ended}


def _make(session: Session, item: Item, doing: Doing) -> Mapping[str, Any]:
    return {"batches": make_batches(session, doing.settings.debit_lead_days, doing.acting)}


JOBS = (
    Job("premium.credit", _credit, _use),
    Job("premium.mandates", _lapsed, _end),
    Job("premium.debits", once("debits"), _make, catch_up="last"),
)
