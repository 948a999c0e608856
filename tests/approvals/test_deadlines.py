"""The days that count for prior approval, shown before anybody misses one."""

from __future__ import annotations

from datetime import date

from expat.adjudication.facts import Approval
from expat.approvals.deadlines import (
    Asked,
    Promise,
    answer_by,
    begin_by,
    earliest_admission,
    earliest_start,
    extend_by,
)
from tests.facts import edition

PROMISE = Promise(planned=5, emergency=1)
MONDAY, FRIDAY = date(2025, 6, 2), date(2025, 6, 6)


def test_planned_care_can_begin_ten_days_after_the_request() -> None:
    assert earliest_start(edition(), "hospitalisation", MONDAY) == date(2025, 6, 12)


def test_an_emergency_is_reported_within_two_days_of_the_admission() -> None:
    assert earliest_admission(edition(), date(2025, 6, 4)) == MONDAY


def test_an_appliance_is_asked_for_on_the_day_of_its_purchase_at_the_latest() -> None:
    assert earliest_start(edition(), "appliances", MONDAY) == MONDAY


def test_an_extension_is_asked_for_within_two_days_of_the_end() -> None:
    assert extend_by(edition(), date(2025, 7, 1)) == date(2025, 7, 3)


def test_care_begins_within_six_months() -> None:
    granted = Approval(1, "dental.crown", date(2025, 8, 1), date(2025, 8, 31), True)
    assert begin_by(edition(), granted) == date(2026, 2, 28)


def test_an_answer_is_promised_in_working_days() -> None:
    assert answer_by(Asked(date(2025, 7, 30), FRIDAY, False), PROMISE) == date(2025, 6, 13)


def test_an_emergency_is_answered_on_the_next_day_whatever_day_that_is() -> None:
    assert answer_by(Asked(FRIDAY, FRIDAY, True), PROMISE) == date(2025, 6, 7)


def test_an_answer_comes_before_care_that_is_still_to_come() -> None:
    assert answer_by(Asked(date(2025, 6, 5), MONDAY, False), PROMISE) == date(2025, 6, 4)
    assert answer_by(Asked(date(2025, 5, 30), MONDAY, False), PROMISE) == date(2025, 6, 9)
