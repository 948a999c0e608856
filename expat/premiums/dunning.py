"""What an unpaid premium brings, day by day (UNO-DUN-1 to 3). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from expat.periods import DAY, FOREVER, Period
from expat.plans.edition import Edition


class Happened(NamedTuple):
    """Something that happened to a premium, and the day: called, noticed (the formal notice left), paid, returned (the
    bank took the payment back), contested, upheld or granted."""

    kind: str
    day: date


class Course(NamedTuple):
    """The dates that an unpaid premium brings, as far as they come; None for what does not.

    `before` are suspensions that a payment ended which the bank took back later.
    """

    notice_on: date | None
    suspension: Period | None
    terminated_on: date | None
    before: tuple[Period, ...] = ()

    @property
    def suspensions(self) -> tuple[Period, ...]:
        """All suspensions, in order."""
        return (*self.before, self.suspension) if self.suspension else self.before


NOTHING_COMES = Course(None, None, None)


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
    """The course of one premium: what a date brings happens at its start, before anything else of that day.

    A payment that the bank takes back leaves the premium due again on that day ⚖: its course begins anew. Of a premium
    that was called nothing comes before its formal notice was sent, and all is counted from that day.
    """
    ordered = sorted(events, key=lambda event: event.day)
    called, before = any(event.kind == "called" for event in ordered), list[Period]()
    found = NOTHING_COMES
    for due, happened in _falls_due(due_on, ordered):
        if found.suspension:
            before.append(found.suspension)
        found = _once(edition, due, happened, called)
        if found.terminated_on is not None:
            break  # no payment had ended it: nothing falls due anew
    return found._replace(before=tuple(before))


def _falls_due(due_on: date, ordered: list[Happened]) -> Iterator[tuple[date, list[Happened]]]:
    """Each day on which the premium falls due, with what happened until it does again."""
    happened: list[Happened] = []
    for event in ordered:
        if event.kind == "returned":
            yield due_on, happened
            due_on, happened = event.day, _still_contested(happened, event.day)
        else:
            happened.append(event)
    yield due_on, happened


def _still_contested(happened: list[Happened], day: date) -> list[Happened]:
    """A contest that nobody has decided on goes on when the premium falls due anew."""
    return [Happened("contested", day)] if is_contested(happened) else []


def is_contested(events: Iterable[Happened]) -> bool:
    """Whether a contest waits for a person's decision."""
    kinds = [event.kind for event in events if event.kind in ("contested", "upheld", "granted")]
    return bool(kinds) and kinds[-1] == "contested"


def _once(edition: Edition, due_on: date, events: list[Happened], called: bool) -> Course:
    planned = due_on + timedelta(days=edition["dunning.grace"].value) + DAY
    dates = _Dates(planned, FOREVER, FOREVER) if called else _after_notice(edition, planned)
    contested: date | None = None
    for event in events:
        standing = dates if contested is None else dates.moved(contested, _NEVER)
        if standing.termination <= event.day:
            return _course(standing, None)
        if event.kind in ("paid", "granted"):
            return _course(standing, event.day)
        if event.kind == "noticed" and called and dates.suspension == FOREVER:
            dates = _after_notice(edition, event.day)
        elif event.kind == "contested" and contested is None:
            contested = event.day
        elif event.kind == "upheld" and contested is not None:
            dates, contested = dates.moved(contested, event.day - contested), None
    return _course(dates if contested is None else dates.moved(contested, _NEVER), None)


def _after_notice(edition: Edition, notice: date) -> _Dates:
    return _Dates(
        notice,
        notice + timedelta(days=edition["dunning.suspension"].value),
        notice + timedelta(days=edition["dunning.termination"].value),
    )


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
