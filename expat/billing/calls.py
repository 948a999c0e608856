"""Calling premiums in advance (UNO-PREM-1), with what earlier periods turned out to be worth.

A call is for the next period of a membership. What is known now may make an earlier period worth more or less than was
called for it: the difference is a line of the next call, or a call of its own where the next one is far off.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select, update
from sqlmodel import Session

from expat import audit
from expat.billing.account import credit, open_course
from expat.billing.options import option_lines
from expat.billing.tables import PremiumLine, PremiumSchedule
from expat.billing.terms import Terms, schedule_of, terms_of, terms_on
from expat.billing.worth import period_from, worth
from expat.claims.dossier import Dossier
from expat.db import table_of
from expat.ledger.post import PREMIUM_INCOME, PREMIUMS_RECEIVABLE, Entry, Transaction, post
from expat.membership import standing
from expat.membership.changes import Acting, locked
from expat.membership.leaving import as_if_paid
from expat.money import EUR
from expat.periods import DAY, Period, add_years
from expat.premiums.tables import Premium

HEALTH = "health"

_PREMIUM: Any = table_of(Premium)
_LINE: Any = table_of(PremiumLine)
_SCHEDULE: Any = table_of(PremiumSchedule)


class NewLine(NamedTuple):
    """A line to call: the period that its days belong to, and what they are worth; EUR cents."""

    kind: str
    period: Period
    days: Period
    cents: int
    explained: dict[str, Any]


class Called(NamedTuple):
    """What was called: the premium's key, its due day and EUR cents; none of a period that nobody is covered in."""

    premium: int
    due_on: date
    cents: int


def call(session: Session, membership_id: int, acting: Acting, told_on: date | None = None) -> Called | None:
    """Call the next period of a membership; None where it is not due to be called, or nobody is covered in it, so that
    calling ends. `told_on` is the day on which the call is really told, where that is later: it is due no sooner than
    so many days after (`premium.change_due`)."""
    dossier, stands, terms = _open(session, membership_id, acting.day)
    if stands.call_on is None or stands.call_on > acting.day:
        return None
    period = period_from(stands.next_from, dossier.joined, terms.frequency)
    lines = [*_lines(session, dossier, period, terms)]
    if not lines:
        _note(session, dossier, stands.next_from, None)
        return _settle_changes(session, dossier, acting, told_on, alone=True)
    changes = _changes(session, dossier, acting.day)
    soonest = _soonest(dossier, acting, told_on)
    called = _keep(session, dossier, max(period.first, soonest), [*lines, *changes], acting, period)
    following = period.last + DAY
    _note(session, dossier, following, following - _days(dossier, following, "premium.call_ahead"))
    return called


def review(session: Session, membership_id: int, acting: Acting, told_on: date | None = None) -> Called | None:
    """Look at a membership's calls again, as something new is known: resume or end them, and call or give back at
    once what earlier periods turned out to be worth, where the next call is far off."""
    dossier, stands, terms = _open(session, membership_id, acting.day)
    period = period_from(stands.next_from, dossier.joined, terms.frequency)
    goes_on = any(part.price is not None for part in worth(dossier, period, terms.frequency))
    ahead = stands.next_from - _days(dossier, stands.next_from, "premium.call_ahead")
    call_on = (stands.call_on or max(acting.day, ahead)) if goes_on else None
    _note(session, dossier, stands.next_from, call_on)
    far = call_on is None or call_on > acting.day + _days(dossier, acting.day, "premium.change_waits")
    return _settle_changes(session, dossier, acting, told_on, alone=far)


def period_worth(session: Session, dossier: Dossier, period: Period, frequency: str) -> int:
    """What a period that was called is worth by what is known, options with health included; EUR cents."""
    parts = worth(dossier, period, frequency, called=True)
    options = option_lines(session, dossier, period, frequency, parts)
    return sum(part.cents for part in parts) + sum(line[2] for line in options)


def due_to_call(session: Session, day: date, after: int, most: int) -> Sequence[int]:
    """Memberships whose next call is due by a day, in the order of their keys, those above `after`."""
    due = select(_SCHEDULE.c.membership_id).where(_SCHEDULE.c.call_on <= day, _SCHEDULE.c.membership_id > after)
    return session.execute(due.order_by(_SCHEDULE.c.membership_id).limit(most)).scalars().all()


def _open(session: Session, membership_id: int, day: date) -> tuple[Dossier, Any, Terms]:
    dossier = as_if_paid(locked(session, membership_id), day)
    stands = schedule_of(session, membership_id)
    return dossier, stands, terms_on(terms_of(session, membership_id), stands.next_from)


def _lines(session: Session, dossier: Dossier, period: Period, terms: Terms) -> Iterable[NewLine]:
    parts = worth(dossier, period, terms.frequency)
    if all(part.price is None for part in parts):
        return
    length = (period.last - period.first).days + 1
    for part in parts:
        if part.price is not None:
            yield NewLine("period", period, part.days, part.cents, part.explained(dossier, length))
    yield from (NewLine("option", *line) for line in option_lines(session, dossier, period, terms.frequency, parts))


def _changes(session: Session, dossier: Dossier, day: date) -> list[NewLine]:
    """What the periods that were called are worth now beside what they were computed at."""
    if standing.accepted(dossier.changes, "whole_premium"):
        return []  # renounced, sold at home, with a claim that was not known: all of it stays due (UNO-MEM-5)
    since = add_years(day, -dossier.plan.on(day)["claim.prescription"].value)  # what is older is out of time
    query = select(_LINE.c.period_from, _LINE.c.period_to, func.sum(_LINE.c.computed).label("before"))
    query = query.where(_LINE.c.membership_id == dossier.id, _LINE.c.period_to >= since)
    terms, found = terms_of(session, dossier.id), []
    for row in session.execute(query.group_by(_LINE.c.period_from, _LINE.c.period_to).order_by(_LINE.c.period_from)):
        period = Period(row.period_from, row.period_to)
        frequency = terms_on(terms, period.first).frequency
        now = period_worth(session, dossier, period, frequency)
        if now != int(row.before):
            length = (period.last - period.first).days + 1
            explained = {
                "before": int(row.before), "now": now,
                "parts": [part.explained(dossier, length) | {
                    "first": part.days.first.isoformat(), "last": part.days.last.isoformat(), "cents": part.cents,
                } for part in worth(dossier, period, frequency, called=True)],
            }  # fmt: skip
            found.append(NewLine("change", period, period, now - int(row.before), explained))
    return found


def _settle_changes(
    session: Session, dossier: Dossier, acting: Acting, told_on: date | None, alone: bool
) -> Called | None:
    """Call, or give back, what earlier periods turned out to be worth, by itself; it waits for the next call if not
    `alone`."""
    if not alone or not (changes := _changes(session, dossier, acting.day)):
        return None
    return _keep(session, dossier, _soonest(dossier, acting, told_on), changes, acting, None)


def _soonest(dossier: Dossier, acting: Acting, told_on: date | None) -> date:
    """The first day on which what is called now can be due."""
    return max(acting.day, told_on or acting.day) + _days(dossier, acting.day, "premium.change_due")


def _keep(
    session: Session, dossier: Dossier, due_on: date, lines: Sequence[NewLine], acting: Acting, period: Period | None
) -> Called:
    total = sum(line.cents for line in lines)
    values = {
        "membership_id": dossier.id, "due_on": due_on, "first_day": period.first if period else None,
        "last_day": period.last if period else None, "amount": max(total, 0), "called_on": acting.day,
        "covers": HEALTH, "recorded_at": acting.at,
    }  # fmt: skip
    key = int(session.execute(_PREMIUM.insert().values(values).returning(_PREMIUM.c.id)).scalar_one())
    session.execute(_LINE.insert(), [_row(dossier, key, n, line) for n, line in enumerate(lines, 1)])
    if total:
        booked = (Entry(PREMIUMS_RECEIVABLE, EUR, total), Entry(PREMIUM_INCOME, EUR, -total))
        post(session, [Transaction(f"called:premium:{key}", acting.day, booked)], acting.at)
    detail = {"due": due_on.isoformat(), "cents": total}
    audit.record(session, acting.at, acting.actor, "premium.called", f"premium:{key}", **detail)
    if total > 0:
        open_course(session, dossier, key, due_on)
    if total < 0:
        credit(session, dossier, -total, f"credit:premium:{key}", key, acting)
    return Called(key, due_on, max(total, 0))


def _row(dossier: Dossier, premium: int, position: int, line: NewLine) -> dict[str, Any]:
    return {
        "premium_id": premium, "position": position, "membership_id": dossier.id, "kind": line.kind,
        "period_from": line.period.first, "period_to": line.period.last, "first_day": line.days.first,
        "last_day": line.days.last, "amount": line.cents, "computed": line.cents, "explained": line.explained,
    }  # fmt: skip


def _note(session: Session, dossier: Dossier, next_from: date, call_on: date | None) -> None:
    values = {"next_from": next_from, "call_on": call_on, "facts_version": dossier.version}
    session.execute(update(_SCHEDULE).where(_SCHEDULE.c.membership_id == dossier.id).values(values))


def _days(dossier: Dossier, day: date, figure: str) -> timedelta:
    return timedelta(days=dossier.plan.on(day)[figure].value)
