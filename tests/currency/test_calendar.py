"""TARGET's closing days, as the ECB announced them for 2026 and 2027."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from expat.currency.calendar import is_target_day, last_target_day

CLOSED = {
    2026: {"01-01", "04-03", "04-06", "05-01", "12-25"},
    2027: {"01-01", "03-26", "03-29"},
}


@pytest.mark.parametrize("year", [2026, 2027])
def test_target_is_closed_on_these_weekdays_and_no_others(year: int) -> None:
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(365))
    closed = {day.isoformat()[5:] for day in days if day.weekday() < 5 and not is_target_day(day)}
    assert closed == CLOSED[year]


@pytest.mark.parametrize("year", [2026, 2027])
def test_target_is_closed_at_weekends(year: int) -> None:
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(365))
    assert not any(is_target_day(day) for day in days if day.weekday() >= 5)


@pytest.mark.parametrize(
    ("day", "last"),
    [
        ("2026-04-02", "2026-04-02"),
        ("2026-04-06", "2026-04-02"),  # Easter: Friday to Monday
        ("2026-12-27", "2026-12-24"),
        ("2027-05-01", "2027-04-30"),
        ("2027-01-03", "2026-12-31"),
    ],
)
def test_the_last_day_that_target_was_open(day: str, last: str) -> None:
    assert last_target_day(date.fromisoformat(day)) == date.fromisoformat(last)
