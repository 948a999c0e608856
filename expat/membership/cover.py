"""From which to which day a person is covered (UNO-FORCE-1, UNO-MEM-3). Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from expat.periods import DAY, FOREVER, Period, add_months, add_years, clipped, first_of_next_month, merged, month_end
from expat.plans.edition import Edition


def member_last_day(edition: Edition, born: date, working: bool) -> date:
    """The member's last covered day: the end of the month after the one of the 65th, or working the 70th, birthday."""
    age = edition["membership.working_until" if working else "membership.member_until"].value
    return month_end(first_of_next_month(add_years(born, age)))


def covered_days(
    edition: Edition,
    role: str,
    born: date,
    within: Period,
    working: bool = False,
    school_years: Collection[int] = (),
) -> tuple[Period, ...]:
    """The days on which a person is covered, within what the membership covers (its first to its last day).

    A child past the 20th birthday is covered on the days whose school year has its certificate, whenever that came.
    """
    if role == "member":
        return clipped([Period(within.first, member_last_day(edition, born, working))], within)
    if role == "spouse":
        eve = add_years(born, edition["membership.spouse_until"].value) - DAY
        return clipped([Period(within.first, eve)], within)
    birthday = add_years(born, edition["membership.child_until"].value)
    student = Period(birthday + DAY, add_years(born, edition["membership.student_until"].value))
    years = clipped([school_year(edition, year) for year in school_years], student)
    return clipped(merged([Period(date.min, birthday), *years]), within)


def school_year(edition: Edition, year: int) -> Period:
    """The school year that begins in `year`."""
    month = edition["membership.school_year_starts"].value
    return Period(date(year, month, 1), date(year + 1, month, 1) - DAY)


def first_covered_day(
    edition: Edition, role: str, born: date, joined: date, requested_on: date | None, asked_from: date | None
) -> date:
    """The first day of someone who joins with the membership, or was born after it: never before joining or birth.

    It is as asked; for a newborn asked for in time the birth; for one asked for later the day after the request.
    """
    first = joined
    if asked_from is not None:
        first = asked_from
    elif requested_on is not None and born >= joined and not is_newborn(edition, role, born, requested_on):
        first = requested_on + DAY
    return max(first, joined, born)


def is_newborn(edition: Edition, role: str, born: date, requested_on: date) -> bool:
    """UNO-WAIT-2: a child whose request came within 3 months of the birth is covered from birth."""
    return role == "child" and requested_on <= add_months(born, edition["waiver.newborn"].value)


def whole_year_covered(cover: tuple[Period, ...], year: Period) -> bool:
    """Whether a person was covered on every day of a membership year; a suspension does not break it."""
    return any(p.first <= year.first and (p.last == FOREVER or year.last <= p.last) for p in cover)
