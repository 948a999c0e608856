"""Waiting periods that end are told on their day, as the judging engine counts them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Engine

from expat.db import transaction
from expat.jobs.daily.waits import JOB
from expat.jobs.several import run_missed
from expat.membership import ends
from expat.membership.changes import change_formula
from tests.jobs.clocked import body, household, mails, ran, runner, told_on
from tests.membership.ending import acting


def test_a_wait_that_ends_is_told_on_its_day_for_each_person(engine: Engine) -> None:
    household(engine)
    three_months = date(2025, 4, 1)
    assert told_on(engine, JOB, date(2025, 3, 30), date(2025, 4, 3)) == [three_months] * 3
    mail = mails(engine)[0]
    assert mail.to_address == "M-1@post.example"
    assert "A waiting period of Ada Lovelace ended. What begins on 1 April 2025 or later" in body(mail)
    for word in ("hospital", "ambulatory", "maternity", "dental"):  # nothing about care
        assert word not in body(mail).lower()


def test_what_ends_with_nothing_that_opens_is_not_told(engine: Engine) -> None:
    household(engine, formula="1")  # hospitalisation alone: nothing opens after six or ten months
    assert told_on(engine, JOB, date(2025, 6, 29), date(2025, 7, 2)) == []
    assert told_on(engine, JOB, date(2025, 10, 31), date(2025, 11, 2)) == []


def test_after_a_higher_formula_its_own_waits_are_told(engine: Engine) -> None:
    made = household(engine, formula="1")
    with transaction(engine) as session:
        change_formula(session, made.membership_id, "2", True, acting(date(2025, 11, 1)))  # from 1 January 2026 on
    assert told_on(engine, JOB, date(2026, 3, 31), date(2026, 4, 2)) == [date(2026, 4, 1)] * 3


def test_who_is_no_longer_covered_is_told_nothing(engine: Engine) -> None:
    made = household(engine)
    with transaction(engine) as session:
        ends.terminate(session, made.membership_id, "lost_status", date(2025, 1, 10), acting(date(2025, 1, 10)))
    assert told_on(engine, JOB, date(2025, 4, 1), date(2025, 4, 1)) == []


def test_days_that_were_missed_are_made_good_in_their_order(engine: Engine) -> None:
    household(engine)
    ran(engine, JOB, date(2025, 3, 30))
    days = [one.day for one in run_missed(runner(engine, date(2025, 4, 3)), [JOB], date(2025, 4, 3))]
    assert days == [date(2025, 3, 31), *(date(2025, 4, n) for n in (1, 2, 3))]
    assert {mail.key.rpartition(":")[2] for mail in mails(engine)} == {"2025-04-01"}
