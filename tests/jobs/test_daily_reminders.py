"""What was begun or asked for and left lying is told once to who left it, when its time has come."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from expat.approvals.file import add_approval_document
from expat.approvals.questions import ask_for_paper
from expat.claims.asked import ask_paper
from expat.claims.drafts import drop_draft, keep_draft, start_draft
from expat.claims.intake import NewClaim
from expat.claims.papers import add_papers
from expat.claims.submit import submit
from expat.db import table_of, transaction
from expat.jobs.daily import recharges
from expat.jobs.daily.reminders import JOBS
from expat.membership import ends
from expat.membership.join import Joined
from expat.options.tables import Recharge, RechargeUse
from tests.approvals.asked import account, acting, ask, asked, paper
from tests.jobs.clocked import JOINED, MEMBER, body, household, mails, ran, told_on
from tests.membership.ending import acting as somebody
from tests.payments.insured import AT, SOURCES, visit

DRAFTS, PAPERS = JOBS
DAY = timedelta(days=1)
TOUCHED = date(2025, 8, 4)
LEFT, LATER = TOUCHED + 7 * DAY, TOUCHED + 10 * DAY
KEY = "0123456789abcdef0123456789abcdef"


# --- claims that were begun -------------------------------------------------------------------------------------------


@pytest.fixture
def begun(engine: Engine) -> int:
    """A claim that a member began on 4 August, in French; the key of the account."""
    made = household(engine)
    with transaction(engine) as session:
        key = account(session, "ada@post.example", made.people[MEMBER])
        start_draft(session, made.membership_id, key, AT, KEY)
        keep_draft(session, KEY, key, {"amount": "45"}, 1, AT)
    return key


def test_a_claim_that_was_begun_is_told_a_week_later_in_the_reader_s_language(engine: Engine, begun: int) -> None:
    assert told_on(engine, DRAFTS, LEFT - DAY, LEFT + DAY) == [LEFT]
    [mail] = mails(engine)
    assert (mail.to_address, mail.language) == ("ada@post.example", "fr")
    assert "sans l’envoyer" in body(mail)


def test_what_was_touched_again_or_thrown_away_is_not_told_then(engine: Engine, begun: int) -> None:
    with transaction(engine) as session:
        keep_draft(session, KEY, begun, {"amount": "46"}, 2, AT + DAY)
    assert told_on(engine, DRAFTS, LEFT, LEFT + DAY) == [LEFT + DAY]
    with transaction(engine) as session:
        drop_draft(session, KEY, begun, AT + 9 * DAY)
    assert told_on(engine, DRAFTS, LEFT + 9 * DAY, LEFT + 9 * DAY) == []


def test_a_form_that_was_only_opened_is_not_told(engine: Engine) -> None:
    made = household(engine)
    with transaction(engine) as session:
        key = account(session, "ada@post.example", made.people[MEMBER])
        start_draft(session, made.membership_id, key, AT, KEY)
    ran(engine, DRAFTS, LEFT)
    assert mails(engine) == []


# --- papers that were asked for ---------------------------------------------------------------------------------------


def waiting_line(engine: Engine, made: Joined) -> tuple[int, int]:
    """A claim's line of which a paper was asked for on 4 August: the keys of both."""
    with transaction(engine) as session:
        line = visit(made.people[MEMBER], "20.00 EUR")
        sent = submit(session, made.membership_id, NewClaim([line], date(2025, 8, 1), "c"), AT, SOURCES)
        ask_paper(session, sent.line_ids[0], "prescription", "It is missing.", TOUCHED, AT, SOURCES, "account:7")
    return sent.claim_id, sent.line_ids[0]


def test_a_paper_that_has_not_come_is_told_ten_days_later(engine: Engine) -> None:
    claim, _line = waiting_line(engine, household(engine))
    assert told_on(engine, PAPERS, LATER - DAY, LATER + DAY) == [LATER]
    text = body(mails(engine)[0])
    assert f"On 4 August 2025 we asked for a paper for your claim no. {claim}." in text
    assert "prescription" not in text


def test_one_that_came_is_not_told(engine: Engine) -> None:
    _claim, line = waiting_line(engine, household(engine))
    with transaction(engine) as session:
        add_papers(session, line, {"prescription": None}, TOUCHED + DAY, AT + DAY, SOURCES)
    ran(engine, PAPERS, LATER)
    assert mails(engine) == []


@pytest.mark.parametrize("came", [False, True])
def test_papers_of_requests_for_approval_too(engine: Engine, came: bool) -> None:
    made = household(engine)
    key = ask(engine, made.membership_id, asked(made.people[MEMBER]))
    with transaction(engine) as session:
        ask_for_paper(session, key, "medical_report", "", acting(actor="account:900", minute=5))
        if came:
            add_approval_document(session, key, paper(session), acting(TOUCHED + DAY, "account:1"))
    assert told_on(engine, PAPERS, LATER, LATER + DAY) == ([] if came else [LATER])


# --- recharges --------------------------------------------------------------------------------------------------------


def recharged(engine: Engine, made: Joined, used: int) -> date:
    """A recharge of 400 EUR of which some cents are used; the last day that it counts for."""
    last, recharge = date(2026, 8, 4), table_of(Recharge)
    row = {
        "membership_id": made.membership_id, "person_id": made.people[MEMBER], "category": "optical_dental",
        "first_day": TOUCHED, "last_day": last, "amount": 40_000, "price": 4_000,
        "recorded_at": datetime(2025, 8, 4, tzinfo=UTC),
    }  # fmt: skip
    with transaction(engine) as session:
        key = session.execute(recharge.insert().values(row).returning(recharge.c.id)).scalar_one()
        session.execute(table_of(RechargeUse).insert(), {"recharge_id": key, "year_starts": JOINED, "used": used})
    return last


def test_a_recharge_is_told_thirty_days_before_it_expires_with_what_is_left(engine: Engine) -> None:
    last = recharged(engine, household(engine), 10_050)
    day = last - 30 * DAY
    assert told_on(engine, recharges.JOB, day - DAY, day + DAY) == [day]
    text = body(mails(engine)[0]).replace("\u00a0", " ")
    assert "299.50 EUR is left" in text and "4 August 2026" in text and "dental" not in text


def test_one_that_is_used_up_or_of_who_has_left_is_not(engine: Engine) -> None:
    last = recharged(engine, household(engine), 40_000)
    gone = household(engine, "M-2")
    recharged(engine, gone, 0)
    with transaction(engine) as session:
        ends.terminate(session, gone.membership_id, "lost_status", TOUCHED, somebody(TOUCHED))
    ran(engine, recharges.JOB, last - 30 * DAY)
    assert mails(engine) == []
