"""Birthdays that end a cover for good, or the family tariff, are told sixty days before."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Engine

from expat.billing.terms import Terms, start_calling
from expat.db import transaction
from expat.jobs.daily.ages import JOBS
from expat.membership import leavings
from expat.membership.changes import add_school_certificate
from expat.membership.proofs import add_work_proof
from tests.jobs.clocked import CHILD, JOINED, SPOUSE, body, household, mails, ran, told_on
from tests.membership.ending import acting, dossier

ENDS, FAMILY = JOBS
BEFORE, DAY = timedelta(days=60), timedelta(days=1)


def test_a_spouse_s_cover_ends_on_the_eve_of_the_birthday(engine: Engine) -> None:
    made = household(engine, spouse=date(1956, 6, 15))
    last = date(2026, 6, 14)
    assert told_on(engine, ENDS, last - BEFORE - 2 * DAY, last - BEFORE + 2 * DAY) == [last - BEFORE]
    [mail] = mails(engine)
    assert mail.key == f"age:{made.people[SPOUSE]}:{last}"
    assert "14 June 2026" in body(mail) and "everybody" not in body(mail)


def test_a_student_s_cover_ends_with_the_last_birthday(engine: Engine) -> None:
    made = household(engine, child=date(1998, 5, 20))
    with transaction(engine) as session:
        add_school_certificate(session, made.membership_id, made.people[CHILD], 2025, acting(date(2025, 9, 1)))
    last = date(2026, 5, 20)
    assert told_on(engine, ENDS, last - BEFORE - DAY, last - BEFORE + DAY) == [last - BEFORE]


def test_the_member_s_last_age_ends_everybody_s_cover(engine: Engine) -> None:
    made = household(engine, member=date(1956, 4, 10))
    with transaction(engine) as session:
        for year in (2025, 2026):
            add_work_proof(session, made.membership_id, year, acting(date(2025, 2, 1)))
    last = date(2026, 5, 31)  # the end of the month after the 70th birthday
    assert told_on(engine, ENDS, last - BEFORE - DAY, last - BEFORE + DAY) == [last - BEFORE]
    assert "everybody" in body(mails(engine)[0])


def test_who_is_not_covered_to_that_day_is_told_nothing(engine: Engine) -> None:
    household(engine, member=date(1956, 4, 10))  # past the first age limit without a proof of work: covered no more
    ran(engine, ENDS, date(2026, 5, 31) - BEFORE)
    assert mails(engine) == []


def test_a_spouse_who_leaves_before_is_told_nothing(engine: Engine) -> None:
    made = household(engine, spouse=date(1956, 6, 15))
    with transaction(engine) as session:
        spouse, day = made.people[SPOUSE], date(2026, 1, 1)
        leavings.remove_person(session, made.membership_id, spouse, "removed", day, acting(day))
    ran(engine, ENDS, date(2026, 6, 14) - BEFORE)
    assert mails(engine) == []


def test_the_end_of_the_family_tariff_is_told_with_the_new_price(engine: Engine) -> None:
    made = household(engine, member=date(1961, 8, 20))
    with transaction(engine) as session:
        start_calling(session, dossier(session, made), Terms("yearly"), JOINED, acting(JOINED))
    birthday = date(2026, 8, 20)
    assert told_on(engine, FAMILY, birthday - BEFORE - DAY, birthday - BEFORE + DAY) == [birthday - BEFORE]
    assert "From 20 August 2026 your premium is" in body(mails(engine)[0])


def test_without_a_family_there_is_no_family_tariff_to_end(engine: Engine) -> None:
    made = household(engine, member=date(1961, 8, 20))
    with transaction(engine) as session:
        for person in (made.people[SPOUSE], made.people[CHILD]):
            leavings.remove_person(
                session, made.membership_id, person, "removed", date(2025, 6, 1), acting(date(2025, 6, 1))
            )
        start_calling(session, dossier(session, made), Terms("yearly"), JOINED, acting(JOINED))
    ran(engine, FAMILY, date(2026, 8, 20) - BEFORE)
    assert mails(engine) == []
