"""What is past its promised day goes to the operator in one mail a day; names that came since are screened."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from expat.claims.contest import contest
from expat.complaints.complain import NewComplaint, complain
from expat.db import reading, transaction
from expat.jobs.daily import screening
from expat.jobs.daily.overdue import JOB
from expat.jobs.run import run_day
from expat.messages.write import write
from expat.screening.listing import standing
from expat.screening.lists import import_list
from expat.screening.reading import read
from expat.settings import Settings
from tests.approvals.asked import ask, asked
from tests.claims.household import at_home, send
from tests.jobs.clocked import body, household, mails, ran, runner
from tests.payments.insured import AT, visit
from tests.screening.lists import xml

TODAY = AT.date()  # Monday, 4 August 2025
DAY = timedelta(days=1)


def test_nothing_late_is_no_mail(engine: Engine) -> None:
    at_home(engine)
    ran(engine, JOB, TODAY)
    assert mails(engine) == []


@pytest.fixture
def late(engine: Engine) -> date:
    """A contest, a message, a request and a complaint, all of 4 August, and the day on which all of them are late."""
    home = at_home(engine)
    refused = send(engine, home.membership, "c", visit(home.member, "45.00 EUR", care="excluded.cosmetic"))
    with transaction(engine) as session:
        contest(session, refused.line_ids[0], "It was needed.", TODAY, AT, f"account:{home.account}")
        write(session, home.member, None, "Is it paid?", home.account, False, AT)
        new = NewComplaint("k1", home.member, "delay", "Nobody answers.")
        complain(session, home.membership, new, TODAY, AT, f"account:{home.account}")
    ask(engine, home.membership, asked(home.spouse, starts=TODAY + 60 * DAY))
    return TODAY + 60 * DAY


def test_what_is_late_is_counted_in_one_mail_a_day(engine: Engine, late: date) -> None:
    for _ in range(2):
        ran(engine, JOB, late)
    [mail] = mails(engine)
    assert mail.to_address == "desk@expat.example"
    for one in ("1 contested decision", "1 request for prior approval", "1 conversation", "1 complaint to ack"):
        assert one in body(mail)
    assert "/desk?by=contest" in body(mail)
    ran(engine, JOB, late + DAY)
    assert len(mails(engine)) == 2


def test_on_the_promised_day_it_is_not_late_yet(engine: Engine, late: date) -> None:
    promised = date(2025, 8, 6)  # two working days for a message
    ran(engine, JOB, promised)
    assert mails(engine) == []
    ran(engine, JOB, promised + DAY)
    assert "1 conversation" in body(mails(engine)[0])


def test_without_an_address_nobody_is_told(engine: Engine, late: date) -> None:
    mine = replace(runner(engine, late), settings=Settings(operator_email=None))
    assert run_day(mine, JOB, late).failed == 0
    assert mails(engine) == []


def test_names_are_screened_once_a_day_and_against_a_newer_list(engine: Engine) -> None:
    household(engine)  # Ada Lovelace, born on 2 May 1985
    ran(engine, screening.JOB, TODAY)
    with transaction(engine) as session:
        import_list(session, read("f.xml", xml()), AT, "test")
    ran(engine, screening.JOB, TODAY)  # the day is done
    with reading(engine) as session:
        assert standing(session) == []
    ran(engine, screening.JOB, TODAY + DAY)
    with reading(engine) as session:
        assert [row.name for row in standing(session)] == ["Ada Lovelace"]
