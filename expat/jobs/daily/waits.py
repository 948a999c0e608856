"""Waiting periods that end: the member is told on the day on which something opens (UNO-WAIT-1, 4, UNO-UP-1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, or_, select
from sqlmodel import Session

from expat.claims.waits import waits_of
from expat.db import table_of
from expat.jobs.daily.telling import dossier_with, member_reader, named, of_each_plan, page, tell
from expat.jobs.job import PAGE, Doing, Item, Job
from expat.mail.clock_letters import wait_over
from expat.membership.status import covered_on
from expat.membership.tables import InsuredPerson, Membership, MembershipChange
from expat.periods import DAY, months_before
from expat.plans.edition import Edition

_PERSON: Any = table_of(InsuredPerson)
_MEMBERSHIP: Any = table_of(Membership)
_CHANGE: Any = table_of(MembershipChange)


def _may_open(session: Session, day: date, after: int) -> Sequence[Item]:
    """People whose cover began, or whose formula or zone changed, as many months before as some category waits."""

    def started(edition: Edition) -> Any:
        waits = {months for months in edition["waiting.months"].value.values() if months}
        days = sorted({start for months in waits for start in months_before(day, months)})
        changed = select(_CHANGE.c.membership_id).where(
            _CHANGE.c.kind.in_(("formula", "zone")), _CHANGE.c.refused.is_(None), _CHANGE.c.effective_from.in_(days)
        )
        return or_(_PERSON.c.covered_from.in_(days), _PERSON.c.membership_id.in_(changed))

    query = select(_PERSON.c.id).join(_MEMBERSHIP, _MEMBERSHIP.c.id == _PERSON.c.membership_id)
    query = query.where(and_(_PERSON.c.id > after, of_each_plan(session, day, started)))
    rows = session.execute(query.order_by(_PERSON.c.id).limit(PAGE)).scalars()
    return [Item(key, f"person:{key}:{day}") for key in rows]


def _tell(session: Session, item: Item, doing: Doing) -> Mapping[str, Any] | None:
    dossier, day = dossier_with(session, item.row), doing.day
    if not covered_on(dossier, item.row, day):
        return None
    still = {(wait.category, wait.kind) for wait in waits_of(dossier, item.row, day)}
    before = waits_of(dossier, item.row, day - DAY)
    opened = sorted({w.category for w in before if w.opens == day and (w.category, w.kind) not in still})
    reader = member_reader(session, dossier.id)
    if not opened or reader is None:
        return None
    text = wait_over(
        reader.language, reader.name, page(doing, "simulate"), named(dossier, item.row, reader), day,
        doing.settings.operator_name,
    )  # fmt: skip
    tell(session, doing, reader, f"wait:{item.row}:{day}", "wait", text)
    return {"opened": opened}


JOB = Job("notice.waits", _may_open, _tell)
