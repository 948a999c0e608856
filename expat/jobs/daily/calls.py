"""Premiums called in advance, and calls looked at again where something new is known (UNO-PREM-1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from expat.billing.calls import call, due_to_call, review
from expat.billing.tables import PremiumSchedule
from expat.billing.tell import tell_call
from expat.db import table_of
from expat.jobs.job import PAGE, Doing, Item, Job
from expat.membership.tables import Membership

_SCHEDULE: Any = table_of(PremiumSchedule)
_MEMBERSHIP: Any = table_of(Membership)


def _to_call(session: Session, day: date, after: int) -> Sequence[Item]:
    due = due_to_call(session, day, after, PAGE)
    rows = {
        row.membership_id: row for row in session.execute(select(_SCHEDULE).where(_SCHEDULE.c.membership_id.in_(due)))
    }
    return [Item(key, f"membership:{key}:{rows[key].next_from}:{rows[key].call_on}") for key in due]


def _call(session: Session, item: Item, doing: Doing) -> Mapping[str, Any] | None:
    called = call(session, item.row, doing.acting, doing.today)
    if called is not None:
        tell_call(session, item.row, called, doing.at, doing.settings)
    return None if called is None else {"premium": called.premium, "cents": called.cents}


def _to_review(session: Session, day: date, after: int) -> Sequence[Item]:
    changed = (
        select(_MEMBERSHIP.c.id, _MEMBERSHIP.c.facts_version)
        .join(_SCHEDULE, _SCHEDULE.c.membership_id == _MEMBERSHIP.c.id)
        .where(_SCHEDULE.c.facts_version != _MEMBERSHIP.c.facts_version, _MEMBERSHIP.c.id > after)
    )
    rows = session.execute(changed.order_by(_MEMBERSHIP.c.id).limit(PAGE))
    return [Item(row.id, f"membership:{row.id}:facts:{row.facts_version}") for row in rows]


def _review(session: Session, item: Item, doing: Doing) -> Mapping[str, Any] | None:
    called = review(session, item.row, doing.acting, doing.today)
    if called is not None:
        tell_call(session, item.row, called, doing.at, doing.settings)
    return None if called is None else {"premium": called.premium, "cents": called.cents}


JOBS = (
    Job("premium.review", _to_review, _review),
    Job("premium.calls", _to_call, _call),
)
