"""From which to which day a person is covered (UNO-FORCE-1, UNO-MEM-3). Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from expat.periods import DAY, FOREVER, Period, add_months, add_years, clipped, first_of_next_month, merged, month_end
from expat.plans.edition import Edition


def member_last_day(edition: Edition, born: date, working: bool) -> date:
    """The member's last covered day: the end of the month after the one of the 65th, or working the 70th, birthday."""
    age = edition["membership.working_until" if working else "membership.member_until"].value
    return month_end(first_of_next_month(add_years(born, age)))


def member_days(edition: Edition, born: date, work: Collection[Period] = ()) -> tuple[Period, ...]:
    """The days on which a member's age allows cover: to the first limit, then the days with a proof of work."""
    until = member_last_day(edition, born, False)
    later = Period(until + DAY, member_last_day(edition, born, True))
    return merged([Period(date.min, until), *clipped(work, later)])


def covered_days(
    edition: Edition, role: str, born: date, within: Iterable[Period], school: Collection[Period] = ()
) -> tuple[Period, ...]:
    """The days on which a person is covered, within those that the membership covers from his or her first day on.

    A child past the 20th birthday is covered on the days that a certificate proves, whenever that came.
    """
    own = _by_age(edition, role, born, school)
    return tuple(days for bounds in within for days in clipped(own, bounds))


def _by_age(edition: Edition, role: str, born: date, school: Collection[Period]) -> tuple[Period, ...]:
    """The days on which a person's age allows cover; the member's are those of the membership already."""
    if role == "member":
        return (Period(date.min, FOREVER),)
    if role == "spouse":
        return (Period(date.min, add_years(born, edition["membership.spouse_until"].value) - DAY),)
    birthday = child_last_day(edition, born)
    student = Period(birthday + DAY, student_last_day(edition, born))
    return merged([Period(date.min, birthday), *clipped(school, student)])


def child_last_day(edition: Edition, born: date) -> date:
    """A child's last covered day without a school certificate: the 20th birthday."""
    return add_years(born, edition["membership.child_until"].value)


def student_last_day(edition: Edition, born: date) -> date:
    """A child's last covered day whatever the certificates: the 28th birthday."""
    return add_years(born, edition["membership.student_until"].value)


def school_year(edition: Edition, year: int) -> Period:
    """The school year that begins in `year`."""
    month = edition["membership.school_year_starts"].value
    return Period(date(year, month, 1), date(year + 1, month, 1) - DAY)


def work_year(value: str) -> Period:
    """The days that a proof of work is for: a calendar year; "true" is every year."""
    return Period(date.min, FOREVER) if value == "true" else Period(date(int(value), 1, 1), date(int(value), 12, 31))


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
    """Whether a person was covered on every day of a membership year; a suspension does not break it, a gap does."""
    return any(p.first <= year.first and (p.last == FOREVER or year.last <= p.last) for p in cover)
