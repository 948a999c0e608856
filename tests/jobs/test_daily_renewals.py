"""New membership years are told in time to end the membership, new prices before 1 January."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from expat.billing.terms import Terms, start_calling
from expat.db import transaction
from expat.jobs.daily.renewals import JOBS, last_notice
from expat.membership import ends
from expat.membership.join import Joined
from expat.periods import DAY, add_months, months_before
from tests.jobs.clocked import JOINED, body, household, mails, ran, told_on, use
from tests.membership.ending import acting, dossier

RENEWAL, PRICE = JOBS
ANNIVERSARY, TOLD = date(2026, 1, 1), date(2025, 10, 3)  # 90 days before


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(1, 24))
def test_the_days_so_many_months_before_are_those_and_no_others(day: date, months: int) -> None:
    around = [add_months(day, -months) + n * DAY for n in range(-40, 41)]
    assert months_before(day, months) == [one for one in around if add_months(one, months) == day]


def test_a_new_year_is_told_before_the_last_day_for_a_notice(engine: Engine) -> None:
    household(engine)
    assert told_on(engine, RENEWAL, date(2025, 10, 1), date(2025, 10, 5)) == [TOLD]
    text = body(mails(engine)[0])
    assert "goes on for another year from 1 January 2026" in text
    assert "your notice has to reach us by 1 November 2025" in text  # two months before the anniversary
    assert "as things stand" in text


def test_what_somebody_used_is_not_carried_over(engine: Engine) -> None:
    made = household(engine)
    for person in made.people:
        for category in ("wellbeing", "optical_dental"):
            use(engine, person, category, 1)
    ran(engine, RENEWAL, TOLD)
    assert "as things stand" not in body(mails(engine)[0])


def test_a_membership_that_ends_is_not_renewed(engine: Engine) -> None:
    made = household(engine)
    with transaction(engine) as session:
        ends.terminate(session, made.membership_id, "member", ANNIVERSARY, acting(date(2025, 9, 1)))
    assert told_on(engine, RENEWAL, TOLD, TOLD) == []


def test_the_last_day_for_a_notice_is_the_last_that_ends_it(engine: Engine) -> None:
    made = household(engine)
    with transaction(engine) as session:
        found = dossier(session, made)
        last = last_notice(found, ANNIVERSARY)
        assert ends.first_allowed(found, ends.End("member", ANNIVERSARY, last)) == ANNIVERSARY
        assert ends.first_allowed(found, ends.End("member", ANNIVERSARY, last + DAY)) > ANNIVERSARY


# --- the price of a new year ------------------------------------------------------------------------------------------


def called(engine: Engine, payer: str = "member", member: date = date(1985, 5, 2)) -> Joined:
    made = household(engine, member=member)
    with transaction(engine) as session:
        terms = Terms("quarterly", "transfer", payer)
        start_calling(session, dossier(session, made), terms, JOINED, acting(JOINED))
    return made


def test_the_price_of_a_new_year_is_told_thirty_days_before(engine: Engine) -> None:
    made = called(engine, member=date(1985, 6, 1))  # 40 on 1 January 2026
    household(engine, "M-2")  # without terms of payment
    assert told_on(engine, PRICE, date(2025, 12, 1), date(2025, 12, 3)) == [date(2025, 12, 2)]
    [mail] = mails(engine)
    assert mail.key == f"price:{made.membership_id}:2026-01-01"
    assert "From 1 January 2026 your premium is" in body(mail) and "instead of" in body(mail)


def test_who_does_not_pay_is_not_told_the_price(engine: Engine) -> None:
    called(engine, "employer")
    ran(engine, PRICE, date(2025, 12, 2))
    assert mails(engine) == []


def test_a_price_that_stays_is_told_as_one_that_stays(engine: Engine) -> None:
    called(engine)
    ran(engine, PRICE, date(2026, 12, 2))
    assert "stays at" in body(mails(engine)[0])
