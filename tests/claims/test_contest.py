"""A decision can be contested for two years, by line, and a person other than who contested it answers, once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from expat.claims.contest import all_contests, answer_contest, contest, contested
from expat.claims.tables import Contest
from expat.db import open_engine, table_of, transaction
from expat.errors import BadInput, Conflict, NotFound
from expat.periods import add_years
from tests.claims.household import Household, at_home, send
from tests.payments.insured import AT, DAY, RECEIVED, at_once, pay, statuses, url_of, visit

WHY = "The crown was planned before the operation.\nPlease look again."
MEMBER, STAFF = "account:1", "account:3"


@pytest.fixture
def home(engine: Engine) -> Household:
    return at_home(engine, formula="3")


def make(engine: Engine, line: int, why: str = WHY, day: date = DAY, actor: str = MEMBER) -> int:
    with transaction(engine) as session:
        return contest(session, line, why, day, AT, actor)


def answer(engine: Engine, key: int, outcome: str = "upheld", text: str = "As before.", actor: str = STAFF) -> None:
    with transaction(engine) as session:
        answer_contest(session, key, outcome, text, DAY + timedelta(days=2), AT, actor)


def refused(engine: Engine, home: Household) -> int:
    """A line that is refused: a crown without an approval."""
    line = visit(home.member, "400.00 EUR", care="dental.crown", first_day=date(2025, 7, 20))
    return send(engine, home.membership, "refused", line).line_ids[0]


def test_a_refused_line_is_contested_and_answered_once(engine: Engine, home: Household) -> None:
    line = refused(engine, home)
    key = make(engine, line)
    with transaction(engine) as session:
        assert [row.id for row in session.execute(all_contests()) if row.answered_on is None] == [key]
        found = contested(session, key)
    assert (found.line_id, found.ref, found.reason, found.contested_on) == (line, "1/1", WHY, DAY)
    assert (found.person_id, found.membership_id, found.answered_on) == (home.member, home.membership, None)
    answer(engine, key, "changed", "You are right.")
    with transaction(engine) as session:
        seen = contested(session, key)
    assert (seen.outcome, seen.answer, seen.answered_by) == ("changed", "You are right.", STAFF)
    with pytest.raises(Conflict, match="is answered"):
        answer(engine, key)


def test_a_line_that_was_cut_can_be_contested_and_one_that_is_paid_whole_cannot(
    engine: Engine, home: Household
) -> None:
    cut = visit(home.member, "100.00 EUR", invoice="1")  # formula 3 pays 90 %, at most 60 EUR
    whole = visit(home.member, "40.00 EUR", care="wellbeing.osteopath", invoice="2")
    lines = send(engine, home.membership, "k", cut, whole).line_ids
    pay(engine)
    assert statuses(engine) == ["paid", "paid"]
    assert make(engine, lines[0]) == 1
    with pytest.raises(Conflict, match="nothing was taken off"):
        make(engine, lines[1])


def test_a_line_that_waits_for_papers_is_not_decided_and_cannot_be_contested(engine: Engine, home: Household) -> None:
    line = visit(home.member, "40.00 EUR", documents=frozenset())
    with pytest.raises(Conflict, match="is pending"):
        make(engine, send(engine, home.membership, "k", line).line_ids[0])


def test_a_line_that_was_cut_can_be_contested_before_it_is_paid(engine: Engine, home: Household) -> None:
    cut = visit(home.member, "100.00 EUR")
    assert make(engine, send(engine, home.membership, "k", cut).line_ids[0]) == 1


def test_the_same_contest_again_is_one_and_another_one_waits_for_its_answer(engine: Engine, home: Household) -> None:
    line = refused(engine, home)
    first = make(engine, line)
    assert make(engine, line, f"  {WHY}\n") == first
    with pytest.raises(Conflict, match="is open"):
        make(engine, line, "Another reason")
    answer(engine, first)
    assert make(engine, line, "Another reason") != first


def test_a_decision_can_be_contested_for_two_years_to_the_day(engine: Engine, home: Household) -> None:
    line, last = refused(engine, home), add_years(RECEIVED, 2)
    with pytest.raises(Conflict, match=f"contested until {last}"):
        make(engine, line, day=last + timedelta(days=1))
    assert make(engine, line, day=last) == 1


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 4001, "a\x00b"])
def test_a_contest_has_a_reason_and_an_answer_has_words(engine: Engine, home: Household, text: str) -> None:
    line = refused(engine, home)
    with pytest.raises(BadInput, match="reason:"):
        make(engine, line, text)
    key = make(engine, line)
    with pytest.raises(BadInput, match="answer:"):
        answer(engine, key, text=text)


def test_nobody_answers_a_contest_of_ones_own(engine: Engine, home: Household) -> None:
    key = make(engine, refused(engine, home))
    with pytest.raises(Conflict, match="another person"):
        answer(engine, key, actor=MEMBER)
    with pytest.raises(BadInput, match="outcome:"):
        answer(engine, key, "perhaps")


def test_what_is_not_there_is_not_contested(engine: Engine, home: Household) -> None:
    with pytest.raises(NotFound):
        make(engine, 99_001)
    with pytest.raises(NotFound):
        answer(engine, 7)


def _contest_at_once(barrier: Any, url: str, line: int, why: str) -> None:
    barrier.wait(60)
    try:
        make(open_engine(url), line, why)
    except Conflict:
        assert why == "other"


def test_of_contests_at_the_same_time_one_is_kept(engine: Engine, home: Household) -> None:
    line = refused(engine, home)
    at_once(_contest_at_once, [(url_of(engine), line, WHY)] * 3)
    with transaction(engine) as session:
        assert session.execute(select(func.count()).select_from(table_of(Contest))).scalar_one() == 1
