"""Approvals that run out unused, and stays whose granted days end, are told in time."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Engine

from expat.approvals.answer import Given, answer_file
from expat.claims.intake import NewClaim
from expat.claims.submit import submit
from expat.db import transaction
from expat.jobs.daily.approvals import JOBS
from expat.membership.join import Joined
from expat.periods import add_months
from tests.approvals.asked import KEYS, START, acting, ask, asked
from tests.jobs.clocked import MEMBER, body, household, mails, ran, told_on
from tests.payments.insured import SOURCES, visit

UNUSED, STAYS = JOBS
DAY = timedelta(days=1)
LAST = add_months(START, 6)  # the last day to begin
TOLD = LAST - 21 * DAY


def granted(engine: Engine, made: Joined, given: Given | None = None, **more: Any) -> int:
    """A request of the member's for a stay in hospital from 20 August 2025 on, granted the day it was asked."""
    key = ask(engine, made.membership_id, asked(made.people[MEMBER], **more), f"k{made.membership_id}")
    with transaction(engine) as session:
        answer_file(session, key, given or Given(True, days=10), acting(actor="account:900", minute=30), KEYS)
    return key


def admitted(engine: Engine, made: Joined, first: date) -> None:
    with transaction(engine) as session:
        line = visit(
            made.people[MEMBER], "900.00 EUR", care="hospital.stay", first_day=first, last_day=first + DAY, quantity=2
        )
        submit(session, made.membership_id, NewClaim([line], first + 2 * DAY, "c"), acting().at, SOURCES)


def test_an_approval_that_was_not_used_is_told_three_weeks_before(engine: Engine) -> None:
    key = granted(engine, household(engine))
    assert told_on(engine, UNUSED, TOLD - DAY, TOLD + DAY) == [TOLD]
    [mail] = mails(engine)
    assert f"no. {key} has to begin on 20 February 2026" in body(mail)
    assert "hospital" not in body(mail)


def test_what_was_used_or_refused_is_not_told(engine: Engine) -> None:
    made = household(engine)
    granted(engine, made)
    admitted(engine, made, START)
    granted(engine, household(engine, "M-2"), Given(False, "No need was found."))
    ran(engine, UNUSED, TOLD)
    assert mails(engine) == []


def test_a_stay_is_told_five_days_before_its_granted_days_end(engine: Engine) -> None:
    key = granted(engine, household(engine))
    last = START + 9 * DAY
    assert told_on(engine, STAYS, last - 7 * DAY, last + DAY) == [last - 5 * DAY]
    [mail] = mails(engine)
    assert mail.key == f"stay:{key}:{last}"
    assert "end on 29 August 2025" in body(mail) and "ask for them by 31 August 2025" in body(mail)


def test_a_stay_that_is_over_or_whose_extension_is_asked_for_is_not_told(engine: Engine) -> None:
    first, second = household(engine), household(engine, "M-2")
    granted(engine, first)
    admitted(engine, first, START)
    key = granted(engine, second)
    day = date(2025, 8, 22)
    more = asked(second.people[MEMBER], starts=date(2025, 8, 30), extends=key)
    ask(engine, second.membership_id, more, "more", day)
    ran(engine, STAYS, START + 5 * DAY)
    assert mails(engine) == []
