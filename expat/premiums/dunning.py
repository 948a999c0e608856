"""What an unpaid premium brings, day by day (UNO-DUN-1 to 3). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from expat.periods import DAY, FOREVER, Period
from expat.plans.edition import Edition


class Happened(NamedTuple):
    """Something that happened to a premium: paid, contested, upheld or granted, and the day."""

    kind: str
    day: date


class Course(NamedTuple):
    """The dates that an unpaid premium brings, as far as they come; None for what does not."""

    notice_on: date | None
    suspension: Period | None
    terminated_on: date | None


class _Dates(NamedTuple):
    notice: date
    suspension: date
    termination: date

    def moved(self, after: date, days: timedelta) -> _Dates:
        """Dates that had not come on `after` move by as many days; None of days: they do not come."""
        return _Dates(*(d if d <= after else _later(d, days) for d in self))


_NEVER = timedelta.max


def _later(day: date, days: timedelta) -> date:
    return FOREVER if days == _NEVER or day == FOREVER else day + days


def course(edition: Edition, due_on: date, events: Iterable[Happened]) -> Course:
    """The course of one premium: what a date brings happens at its start, before anything else of that day."""
    notice = due_on + timedelta(days=edition["dunning.grace"].value) + DAY
    dates = _Dates(
        notice,
        notice + timedelta(days=edition["dunning.suspension"].value),
        notice + timedelta(days=edition["dunning.termination"].value),
    )
    contested: date | None = None
    for event in sorted(events, key=lambda e: e.day):
        standing = dates if contested is None else dates.moved(contested, _NEVER)
        if standing.termination <= event.day:
            return _course(standing, None)
        if event.kind in ("paid", "granted"):
            return _course(standing, event.day)
        if event.kind == "contested" and contested is None:
            contested = event.day
        elif event.kind == "upheld" and contested is not None:
            dates, contested = dates.moved(contested, event.day - contested), None
    return _course(dates if contested is None else dates.moved(contested, _NEVER), None)


def _course(dates: _Dates, ended_on: date | None) -> Course:
    """The course as it stands, ended by a payment (or a decision for the member) on a day."""
    end = ended_on or FOREVER
    notice = dates.notice if dates.notice <= end and dates.notice != FOREVER else None
    if dates.suspension > end or dates.suspension == FOREVER:
        return Course(notice, None, None)
    if ended_on is not None:
        return Course(notice, Period(dates.suspension, ended_on), None)
    last = dates.termination - DAY if dates.termination != FOREVER else FOREVER
    return Course(notice, Period(dates.suspension, last), dates.termination if last != FOREVER else None)
