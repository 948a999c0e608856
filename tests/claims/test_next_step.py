"""Who acts next on a line, by when, in words of both languages."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine, select

from expat.approvals.request import NewRequest, request_approval
from expat.claims.asked import ask_paper
from expat.claims.contest import contest
from expat.claims.duplicates import review_duplicate
from expat.claims.next_step import STEPS, Known, NextStep, Request, _holds, known_of, next_step, of_claim
from expat.claims.originals import ask_originals
from expat.claims.tables import ClaimLine
from expat.currency.calendar import add_working_days
from expat.db import table_of, transaction
from expat.membership.changes import Acting
from expat.payments.account_records import keep_account
from expat.screening.answer import answer
from expat.screening.listing import standing
from expat.screening.lists import import_list
from expat.screening.reading import read
from expat.screening.screen import screen_all
from expat.wording import next_steps
from expat.wording.voice import voice
from tests.claims.household import PROMISES, Household, at_home, send
from tests.payments.insured import AT, DAY, FRENCH, RECEIVED, SOURCES, pay, visit
from tests.screening.lists import BORN, xml

LINE = table_of(ClaimLine)
LOOK_BY = date(2025, 8, 8)  # five working days after 1 August 2025, a Friday


@pytest.fixture
def home(engine: Engine) -> Household:
    return at_home(engine)


def steps(engine: Engine, payouts: dict[int, str] | None = None) -> list[NextStep]:
    """What comes next for every line, in order."""
    with transaction(engine) as session:
        rows = session.execute(select(LINE).order_by(LINE.c.id)).all()
        known = known_of(session, rows, PROMISES, payouts)
        return [next_step(row, known[row.id], PROMISES) for row in rows]


def test_an_accepted_line_waits_for_the_settlement_and_then_for_the_bank(engine: Engine, home: Household) -> None:
    send(engine, home.membership, "k", visit(home.member, "45.00 EUR"))
    assert steps(engine) == [NextStep("settle")]
    pay(engine)
    told = [steps(engine, {1: stage})[0].what for stage in ("made", "sent", "confirmed", "returned")]
    assert told == ["to_bank", "bank", "done", "other_account"]


def test_the_member_sends_the_papers_that_are_missing_and_those_asked_for(engine: Engine, home: Household) -> None:
    missing = visit(home.member, "45.00 EUR", care="ambulatory.laboratory", documents=frozenset())
    there = visit(home.member, "46.00 EUR")
    lines = send(engine, home.membership, "k", missing, there).line_ids
    with transaction(engine) as session:
        ask_paper(session, lines[1], "medical_report", "Which operation?", DAY, AT, SOURCES, "account:3")
    found = steps(engine)
    assert [one.papers for one in found] == [("invoice", "prescription"), ("medical_report",)]
    assert {(one.what, one.who) for one in found} == {("send_papers", "you")}
    assert of_claim(found).papers == ("invoice", "prescription", "medical_report")


def test_an_ambulance_waits_for_the_invoice_of_its_stay(engine: Engine, home: Household) -> None:
    send(engine, home.membership, "k", visit(home.member, "45.00 EUR", care="hospital.ambulance"))
    assert steps(engine) == [NextStep("send_stay")]


def test_the_medical_department_answers_the_request_that_a_refused_line_lacks(engine: Engine, home: Household) -> None:
    crown = visit(home.member, "45.00 EUR", care="dental.crown", first_day=date(2025, 7, 20))
    send(engine, home.membership, "k", crown)
    assert steps(engine) == [NextStep("refused")]
    with transaction(engine) as session:
        asked = NewRequest(home.member, "dental", date(2025, 7, 20))
        request_approval(session, home.membership, asked, Acting(RECEIVED, AT, SOURCES))
    assert steps(engine) == [NextStep("approve", LOOK_BY)]


def test_a_person_looks_at_what_may_be_a_duplicate(engine: Engine, home: Household) -> None:
    lines = [visit(home.member, "45.00 EUR", invoice=None) for _ in range(2)]
    done = send(engine, home.membership, "k", *lines)
    assert [one.what for one in steps(engine)] == ["settle", "look"]
    with transaction(engine) as session:
        args = ("suspected", "1/2", "Same day, same amount.", DAY, AT, SOURCES, "account:3")
        review_duplicate(session, done.line_ids[0], *args)
    assert steps(engine)[0] == NextStep("look", LOOK_BY)


def test_a_contest_is_answered_in_ten_working_days(engine: Engine, home: Household) -> None:
    crown = visit(home.member, "45.00 EUR", care="dental.crown")
    line = send(engine, home.membership, "k", crown).line_ids[0]
    with transaction(engine) as session:
        contest(session, line, "It was urgent.", DAY, AT, "account:1")
    assert steps(engine) == [NextStep("answer_contest", date(2025, 8, 18))]


def test_a_line_without_a_rate_says_of_which_currency(engine: Engine, home: Household) -> None:
    send(engine, home.membership, "k", visit(home.member, "45.00 THB"), visit(home.member, "45.00 EUR"))
    assert steps(engine) == [NextStep("wait_rate", currencies=("THB",)), NextStep("settle")]
    assert of_claim(steps(engine)).what == "wait_rate"


def test_originals_are_sent_and_nothing_waits_for_them(engine: Engine, home: Household) -> None:
    done = send(engine, home.membership, "k", visit(home.member, "2000.00 EUR"))
    with transaction(engine) as session:
        ask_originals(session, done.claim_id, DAY, AT, "online")
    assert steps(engine) == [NextStep("send_originals", papers=("original",))]


def test_what_the_insured_can_do_comes_before_what_others_do() -> None:
    found = [NextStep("settle"), NextStep("look", date(2025, 8, 9)), NextStep("look", LOOK_BY)]
    assert of_claim(found) == NextStep("look", LOOK_BY)
    assert of_claim([*found, NextStep("send_papers", papers=("invoice",))]).who == "you"


def test_a_paper_that_the_medical_department_asked_for_is_the_members_to_send() -> None:
    row = SimpleNamespace(status="refused", reasons="approval_missing", flags="")
    waits = Known(request=Request("member", DAY))
    assert next_step(row, waits, PROMISES) == NextStep("send_medical")


def test_a_refused_line_says_until_when_it_can_be_contested() -> None:
    row = SimpleNamespace(status="refused", reasons="late", flags="")
    assert next_step(row, Known(contest_until=DAY), PROMISES) == NextStep("refused", DAY)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("staff", [False, True])
@pytest.mark.parametrize("what", STEPS)
def test_every_step_is_said_in_both_languages(language: str, staff: bool, what: str) -> None:
    values: dict[str, Any] = {"papers": ("invoice",), "currencies": ("THB",)}
    for by in (None, LOOK_BY):
        for today in (LOOK_BY, DAY, date(2026, 1, 1)):
            text = next_steps.next_step(what, language, by=by, today=today, staff=staff, **values)
            assert text.endswith(".")
            assert "{" not in text
    assert next_steps.who(STEPS[what], language, staff)


def test_a_promise_that_was_not_kept_is_told_as_late() -> None:
    told = next_steps.next_step("look", "en", by=LOOK_BY, today=date(2025, 8, 9))
    assert told == f"A person was to look at this by {voice('en').day(LOOK_BY)}: it is late."
    told = next_steps.next_step("look", "fr", by=LOOK_BY, today=LOOK_BY)
    assert voice("fr").day(LOOK_BY) in told


def test_working_days_skip_weekends_and_days_on_which_banks_are_closed() -> None:
    assert add_working_days(date(2025, 8, 1), 1) == date(2025, 8, 4)
    assert add_working_days(date(2025, 8, 2), 1) == date(2025, 8, 4)
    assert add_working_days(date(2026, 4, 2), 2) == date(2026, 4, 8)  # Good Friday, Easter Monday
    assert add_working_days(date(2025, 12, 24), 1) == date(2025, 12, 29)
    assert add_working_days(date(2025, 8, 1), 0) == date(2025, 8, 1)


def test_a_hospital_whose_name_is_being_checked_is_paid_after_that_check(engine: Engine, home: Household) -> None:
    name = "Mount Doom Hospital"
    with transaction(engine) as session:
        import_list(session, read("eu.xml", xml(birth=BORN.replace("1985", "1911"))), AT, "ines")
        keep_account(session, FRENCH, AT, provider=name)
        screen_all(session, AT, "ines")
    stay = SimpleNamespace(
        id=1, membership_id=home.membership, provider=name, payee="provider", status="accepted", reasons="", flags="",
        received_on=RECEIVED,
    )  # fmt: skip
    visited = SimpleNamespace(**{**vars(stay), "id": 2, "payee": "member"})

    def told() -> list[NextStep]:
        with transaction(engine) as session:
            holds = _holds(session, [stay, visited])
        known = [Known(held_since=since, checked=done) for since, done in (holds.get(k, (None, False)) for k in (1, 2))]
        return [next_step(row, one, PROMISES) for row, one in zip((stay, visited), known, strict=True)]

    assert told() == [NextStep("check_payment", add_working_days(AT.date(), PROMISES.claim)), NextStep("settle")]
    with transaction(engine) as session:
        [hit] = standing(session)
        answer(session, hit.id, "confirmed", "the same", AT, "luc")
    assert told() == [NextStep("check_payment"), NextStep("settle")]
    with transaction(engine) as session:
        answer(session, hit.id, "lifted", "another one after all", AT, "luc")
    assert told() == [NextStep("settle"), NextStep("settle")]
