"""Approvals that run out unused, and stays whose granted days end: more is to be asked for in time (UNO-APP-3, 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlmodel import Session

from expat.approvals.deadlines import begin_by, extend_by
from expat.approvals.stays import ending_stays, stay_ends
from expat.approvals.tables import ApprovalAnswer, ApprovalRequest
from expat.claims.dossier import Dossier
from expat.claims.tables import ClaimLine
from expat.db import table_of
from expat.jobs.daily.telling import dossier_of, of_each_plan, page, reader_of, tell
from expat.jobs.job import PAGE, Doing, Item, Job
from expat.mail.clock_letters import approval_runs_out, days_run_out
from expat.membership.leaving import as_if_paid
from expat.membership.status import covered_on
from expat.membership.tables import Membership
from expat.periods import months_before
from expat.plans.edition import Edition
from expat.plans.loader import plan

_REQUEST: Any = table_of(ApprovalRequest)
_ANSWER: Any = table_of(ApprovalAnswer)
_LINE: Any = table_of(ClaimLine)
_MEMBERSHIP: Any = table_of(Membership)


def _used() -> Any:
    """Whether a line of the person is known for what a request is about, that began under it."""
    same = or_(_LINE.c.care == _REQUEST.c.care, _LINE.c.care.startswith(_REQUEST.c.care + "."))
    mine = (_LINE.c.person_id == _REQUEST.c.person_id) & (_LINE.c.first_day >= _REQUEST.c.starts_on)
    return select(_LINE.c.id).where(mine, same).correlate(_REQUEST).exists()


# --- not used -------------------------------------------------------------------------------------------------------


def _run_out(session: Session, day: date, after: int) -> Sequence[Item]:
    def started(edition: Edition) -> Any:
        last = day + timedelta(days=edition["notice.approval"].value)
        return _REQUEST.c.starts_on.in_(months_before(last, edition["approval.valid"].value))

    newest = select(func.max(_ANSWER.c.id)).where(_ANSWER.c.request_id == _REQUEST.c.id).correlate(_REQUEST)
    query = (
        select(_REQUEST.c.id)
        .join(_MEMBERSHIP, _MEMBERSHIP.c.id == _REQUEST.c.membership_id)
        .join(_ANSWER, _ANSWER.c.id == newest.scalar_subquery())
        .where(_ANSWER.c.granted, _REQUEST.c.extends_id.is_(None), _REQUEST.c.id > after, ~_used())
        .where(of_each_plan(session, day, started))
    )
    rows = session.execute(query.order_by(_REQUEST.c.id).limit(PAGE)).scalars()
    return [Item(key, f"request:{key}:{day}") for key in rows]


def _tell_unused(session: Session, item: Item, doing: Doing) -> Mapping[str, Any] | None:
    row = session.execute(select(_REQUEST).where(_REQUEST.c.id == item.row)).one()
    dossier = as_if_paid(dossier_of(session, row.membership_id), doing.day)
    approval = next(one for one in dossier.approvals[row.person_id] if one.id == item.row)
    last = begin_by(dossier.plan.on(row.starts_on), approval)
    reader = reader_of(session, dossier.id, row.person_id, doing.day)
    if reader is None or not covered_on(dossier, row.person_id, last):
        return None
    link, operator = page(doing, f"approvals/{item.row}"), doing.settings.operator_name
    text = approval_runs_out(reader.language, reader.name, link, item.row, last, operator)
    return tell(session, doing, reader, f"approval:{item.row}:{last}", "approval", text)


# --- stays ----------------------------------------------------------------------------------------------------------


def _end_soon(session: Session, day: date, after: int) -> Sequence[Item]:
    """Stays whose granted days end within the longest time before which any plan's operator tells."""
    names = session.execute(select(_MEMBERSHIP.c.plan).distinct()).scalars().all()
    within = max((plan(name).on(day)["notice.stay"].value for name in names), default=0)
    asked = (one for one in ending_stays(session, day, within) if one.asked is None and one.request > after)
    found = sorted(asked, key=lambda one: one.request)
    return [Item(one.request, f"stay:{one.request}:{one.ends}") for one in found[:PAGE]]


def _tell_stay(session: Session, item: Item, doing: Doing) -> Mapping[str, Any] | None:
    row = session.execute(select(_REQUEST, _used().label("used")).where(_REQUEST.c.id == item.row)).one()
    dossier = dossier_of(session, row.membership_id)
    reader = reader_of(session, dossier.id, row.person_id, doing.day)
    if reader is None or row.used or not _covered(dossier, row.person_id, doing.day):
        return None
    ends = stay_ends(dossier, item.row)
    ask_by, link = extend_by(dossier.plan.on(row.starts_on), ends), page(doing, f"approvals/{item.row}")
    text = days_run_out(reader.language, reader.name, link, item.row, ends, ask_by, doing.settings.operator_name)
    return tell(session, doing, reader, f"stay:{item.row}:{ends}", "approval", text)


def _covered(dossier: Dossier, person: int, day: date) -> bool:
    return covered_on(as_if_paid(dossier, day), person, day)


JOBS = (
    Job("notice.approvals", _run_out, _tell_unused),
    Job("notice.stays", _end_soon, _tell_stay, catch_up="last"),
)
