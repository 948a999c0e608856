"""TARGET: the days on which the ECB publishes rates, by the calendar of the `holidays` library."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from holidays import HolidayBase, financial_holidays

_SATURDAY = 5


@cache
def _closing_days() -> HolidayBase:
    return financial_holidays("ECB")


def is_weekend(day: date) -> bool:
    """Whether the day is a Saturday or a Sunday."""
    return day.weekday() >= _SATURDAY


def closing_day(day: date) -> str | None:
    """The English name of a TARGET closing day (Good Friday, Labour Day...); None for any other day."""
    return _closing_days().get(day)


def is_target_day(day: date) -> bool:
    """Whether TARGET is open, so that the ECB publishes rates of that day."""
    return not is_weekend(day) and closing_day(day) is None


def last_target_day(day: date) -> date:
    """The day itself, or else the last one before it, on which TARGET was open."""
    while not is_target_day(day):
        day -= timedelta(days=1)
    return day


def add_working_days(day: date, count: int) -> date:
    """The last of `count` working days after a day: days on which TARGET is open, the day itself not counted."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_target_day(day)
    return day
