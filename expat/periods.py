"""Calendar arithmetic as the contract counts it (UNO-TIME-1, UNO-TIME-2). Dates are calendar dates."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from expat.errors import BadInput

DAY = timedelta(days=1)
FOREVER = date.max
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)


class Period(NamedTuple):
    """Days from `first` to `last`, both included; `last` is `FOREVER` where no end is known."""

    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last


def plausible(day: date, where: str) -> date:
    """The day, if a person alive or insured can have it. Raises BadInput naming `where`."""
    if not EARLIEST <= day <= LATEST:
        raise BadInput(where, f"{day} cannot be right", f"a day from {EARLIEST} to {LATEST}")
    return day


def add_months(day: date, months: int) -> date:
    """The day `months` later (or earlier): same day of the month, or the month's last where it has none."""
    month = day.year * 12 + day.month - 1 + months
    year, month = divmod(month, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_years(day: date, years: int) -> date:
    """A birthday or an anniversary: 29 February is kept on 28 February in a year that has none."""
    return add_months(day, 12 * years)


def months_before(day: date, months: int) -> list[date]:
    """The days that are on `day` so many months later: several, or none, at the end of a month.

    >>> months_before(date(2026, 2, 28), 3)
    [datetime.date(2025, 11, 28), datetime.date(2025, 11, 29), datetime.date(2025, 11, 30)]
    """
    near = add_months(day, -months)
    return [found for n in range(4) if add_months(found := near + n * DAY, months) == day]


def age(born: date, day: date) -> int:
    """Completed years of age on a day."""
    years = day.year - born.year
    return years if add_years(born, years) <= day else years - 1


def month_end(day: date) -> date:
    """The last day of the month in which `day` lies."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def first_of_next_month(day: date) -> date:
    """The first day of the month after the one in which `day` lies."""
    return month_end(day) + DAY


def membership_year(joined: date, day: date) -> Period:
    """The membership year in which `day` lies (année glissante, UNO-TIME-2)."""
    years = day.year - joined.year
    if add_years(joined, years) > day:
        years -= 1
    return Period(add_years(joined, years), add_years(joined, years + 1) - DAY)


def next_anniversary(joined: date, day: date) -> date:
    """The first anniversary of `joined` on or after `day`; never `joined` itself."""
    years = max(day.year - joined.year, 1)
    while add_years(joined, years) < day:
        years += 1
    return add_years(joined, years)


def merged(periods: Iterable[Period]) -> tuple[Period, ...]:
    """The same days as few periods in order: overlapping and adjoining ones become one."""
    result: list[Period] = []
    for period in sorted(p for p in periods if p.first <= p.last):
        if result and (result[-1].last == FOREVER or period.first <= result[-1].last + DAY):
            result[-1] = Period(result[-1].first, max(result[-1].last, period.last))
        else:
            result.append(period)
    return tuple(result)


def clipped(periods: Iterable[Period], bounds: Period) -> tuple[Period, ...]:
    """What of `periods` lies within `bounds`."""
    cut = (Period(max(p.first, bounds.first), min(p.last, bounds.last)) for p in periods)
    return tuple(p for p in cut if p.first <= p.last)
