"""The steps of an unpaid premium as they come (UNO-DUN-1 to 3): reminder, formal notice, suspension, termination.

The dates are those of `premiums.dunning`; here is what is done on them. A step that is due while a contest is reviewed
waits for the person's decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select, update
from sqlmodel import Session

from expat.billing.account import open_premiums
from expat.claims.dossier import Dossier
from expat.claims.rejudge import new_fact
from expat.db import table_of
from expat.membership.changes import Acting, locked
from expat.periods import DAY, add_months
from expat.premiums.bill import premium_event
from expat.premiums.dunning import Course, course
from expat.premiums.tables import PremiumOpen

STEPS = ("reminder", "notice", "suspension", "termination")
NOTICE = STEPS[1]
OVER = "over"

_OPEN: Any = table_of(PremiumOpen)


class Step(NamedTuple):
    """A step that was taken: which, of what premium, EUR cents still open, and the dates that follow from it."""

    kind: str
    membership: int
    premium: int
    cents: int
    due_on: date
    notice_on: date
    suspension: date | None
    termination: date | None
    claims_until: date | None = None


def steps_due(session: Session, day: date, after: int, most: int) -> Sequence[Any]:
    """Open premiums whose next step is due by a day, in the order of their keys, those above `after`.

    But for formal notices: they are taken when their letters are handed to the post, see `notices_due`.
    """
    due = select(_OPEN).where(_OPEN.c.next_on <= day, _OPEN.c.premium_id > after, _OPEN.c.step != NOTICE)
    return session.execute(due.order_by(_OPEN.c.premium_id).limit(most)).all()


def notices_due(session: Session, day: date) -> Sequence[Any]:
    """Open premiums whose formal notice is due by a day, those of one membership behind each other."""
    due = select(_OPEN).where(_OPEN.c.next_on <= day, _OPEN.c.step == NOTICE)
    return session.execute(due.order_by(_OPEN.c.membership_id, _OPEN.c.premium_id)).all()


def take_step(session: Session, premium_id: int, letter_day: date, acting: Acting) -> Step | None:
    """Take the step of a premium that is due on the day; None where it is not, or no longer.

    `letter_day` is the day on which a letter really leaves: a formal notice that leaves late counts from then.
    """
    membership = session.execute(select(_OPEN.c.membership_id).where(_OPEN.c.premium_id == premium_id)).scalar()
    if membership is None:
        return None
    dossier = locked(session, membership)
    row = session.execute(select(_OPEN).where(_OPEN.c.premium_id == premium_id)).first()  # once it is locked
    if row is None or row.next_on is None or row.next_on > acting.day:
        return None
    found = _course(dossier, premium_id)
    planned = planned_on(dossier, row, found)
    if planned is None or planned > acting.day:  # a contest stopped it, or moved it
        _next(session, premium_id, row.step, planned)
        return None
    cents = next((one.open for one in open_premiums(session, membership) if one.premium == premium_id), 0)
    if cents == 0:
        _next(session, premium_id, "paid", None)
        return None
    if row.step == "notice":
        premium_event(session, premium_id, "noticed", replace(acting, day=letter_day))
        found = _course(locked(session, membership), premium_id)
    elif (
        row.step != "reminder"
    ):  # a suspension or a termination changes what is covered, and with the next review what is owed
        new_fact(session, membership, acting.day, acting.at, acting.preference)
    following = STEPS[STEPS.index(row.step) + 1] if row.step != STEPS[-1] else OVER
    _next(session, premium_id, following, _date_of(dossier, following, row, found))
    return _step(dossier, row, cents, found, letter_day)


def planned_on(dossier: Dossier, row: Any, found: Course) -> date | None:
    """The day of an open premium's next step as things stand; None while a contest stops it, or where none comes."""
    if row.step != "reminder":
        return _date_of(dossier, row.step, row, found)
    first: date = row.due_on + timedelta(days=dossier.plan.on(row.due_on)["dunning.reminder"].value)
    return first if row.next_on is not None and found.notice_on is not None else None


def _date_of(dossier: Dossier, step: str, row: Any, found: Course) -> date | None:
    if step == "notice":
        return found.notice_on
    if step == "suspension":
        return found.suspension.first if found.suspension else None
    return found.terminated_on if step == "termination" else None


def _course(dossier: Dossier, premium_id: int) -> Course:
    due_on, events = dossier.premiums[premium_id]
    return course(dossier.plan.on(due_on), due_on, events)


def _step(dossier: Dossier, row: Any, cents: int, found: Course, letter_day: date) -> Step:
    grace = timedelta(days=dossier.plan.on(row.due_on)["dunning.grace"].value)
    ended = found.terminated_on
    within = dossier.plan.on(ended)["claim.submit_after_termination"].value if ended else 0
    return Step(
        row.step, dossier.id, row.premium_id, cents, row.due_on, found.notice_on or row.due_on + grace + DAY,
        found.suspension.first if found.suspension else None, ended, add_months(ended, within) if ended else None,
    )  # fmt: skip


def _next(session: Session, premium_id: int, step: str, on: date | None) -> None:
    mine = _OPEN.c.premium_id == premium_id
    session.execute(update(_OPEN).where(mine).values(step=step, next_on=on))
