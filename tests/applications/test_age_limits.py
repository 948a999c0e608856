"""Who may join, on both sides of each birthday that decides (UNO-MEM-1, UNO-MEM-2, UNO-MEM-3)."""

from __future__ import annotations

from datetime import date

import pytest

from expat.applications.eligible import problems, student
from expat.applications.form import Filled, Person
from expat.plans.loader import plan

FIRST = date(2025, 9, 1)  # the first day of cover
EDITION = plan("expat-uno").on(FIRST)


def against(role: str, born: date, first: date = FIRST) -> list[str]:
    """The words of what speaks against somebody of a role and birth, were cover to begin on that day."""
    member = Person("p1", "member", "Ada", "Lovelace", date(1985, 5, 2), "FR")
    one = Person("p2", role, "Zoé", "Martin", born, "FR", relation="married", since=date(2020, 1, 1))
    people = (one,) if role == "member" else (member, one)
    form = Filled(people, None, None, None, None, None)
    return [found.word for found in problems(EDITION, form, first) if found.where == "p2"]


@pytest.mark.parametrize(
    ("role", "born", "wrong"),
    [
        ("member", date(2007, 9, 1), []),  # 18 on the first day
        ("member", date(2007, 9, 2), ["member_too_young"]),
        ("member", date(1965, 9, 2), []),  # 59, and 60 the day after
        ("member", date(1965, 9, 1), ["member_too_old"]),
        ("spouse", date(2007, 9, 1), []),
        ("spouse", date(2007, 9, 2), ["spouse_too_young"]),
        ("spouse", date(1955, 9, 2), []),  # the eve of the 70th birthday is the first day, and the last
        ("spouse", date(1955, 9, 1), ["spouse_too_old"]),
        ("child", date(1997, 9, 1), []),  # 28 on the first day, which is the last that can be covered
        ("child", date(1997, 8, 31), ["child_too_old"]),
        ("child", date(2025, 9, 1), []),
        ("child", date(2025, 9, 2), ["not_born"]),
    ],
)
def test_each_age_is_that_of_the_first_day(role: str, born: date, wrong: list[str]) -> None:
    assert against(role, born) == wrong


def test_of_29_february_the_birthday_is_the_last_day_of_the_month() -> None:
    assert against("member", date(2008, 2, 29), date(2026, 2, 27)) == ["member_too_young"]
    assert against("member", date(2008, 2, 29), date(2026, 2, 28)) == []


@pytest.mark.parametrize(("first", "asked"), [(date(2025, 3, 15), False), (date(2025, 3, 16), True)])
def test_past_the_20th_birthday_a_child_needs_a_school_certificate(first: date, asked: bool) -> None:
    child = Person("p2", "child", "Ann", "Lovelace", date(2005, 3, 15), "FR")
    assert student(EDITION, child, first) is asked
