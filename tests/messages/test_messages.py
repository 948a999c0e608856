"""Messages with the management unit: kept as written, read or not, and answered in time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError

from expat.db import open_engine, transaction
from expat.documents.tables import Document
from expat.errors import BadInput, NotFound
from expat.messages.read import (
    Waiting,
    conversation,
    for_the_medical_department,
    paper_of,
    unread,
    waiting,
    waiting_count,
)
from expat.messages.write import NewPaper, mark_seen, take_note, write
from tests.claims.household import Household, at_home, household, send
from tests.payments.insured import AT, at_once, url_of, visit

A, B = "7" * 64, "8" * 64
TODAY = AT.date()  # Monday, 4 August 2025


@pytest.fixture
def home(engine: Engine) -> Household:
    return at_home(engine)


def say(
    engine: Engine, home: Household, said: str, staff: bool = False, at: datetime = AT, claim: int | None = None
) -> int:
    """A message of the member's, or an answer to it."""
    with transaction(engine) as session:
        return write(session, home.member, claim, said, home.staff if staff else home.account, staff, at)


def who_waits(engine: Engine, today: date = TODAY) -> list[Waiting]:
    with transaction(engine) as session:
        return waiting(session, today, 2)


def test_a_conversation_is_read_in_pages_in_the_order_written(engine: Engine, home: Household) -> None:
    keys = [say(engine, home, f"message {n}", staff=n % 2 == 1) for n in range(5)]
    with transaction(engine) as session:
        newest = conversation(session, home.member, limit=3)
        older = conversation(session, home.member, limit=3, before=newest.before)
        assert conversation(session, home.spouse).messages == ()
    assert [one.id for one in newest.messages] == keys[2:]
    assert [one.id for one in older.messages] == keys[:2]
    assert (older.before, [one.author for one in older.messages]) == (None, ["member 0", "manager 2"])


def test_a_message_can_be_about_a_claim_of_the_membership_and_of_no_other(engine: Engine, home: Household) -> None:
    claim = send(engine, home.membership, "k", visit(home.member, "45.00 EUR")).claim_id
    say(engine, home, "When?", claim=claim)
    other = household(engine, "M2")
    with pytest.raises(NotFound, match="claim"):
        say(engine, other, "When?", claim=claim)
    with pytest.raises(NotFound, match="person"), transaction(engine) as session:
        write(session, 99, None, "When?", home.account, False, AT)


@pytest.mark.parametrize("said", ["", " \r\n ", "x" * 4001, "a\x00b", "\ud800"])
def test_a_message_has_1_to_4000_characters(engine: Engine, home: Household, said: str) -> None:
    with pytest.raises(BadInput, match="text"):
        say(engine, home, said)
    assert say(engine, home, "x" * 4000) == 1


def test_a_button_that_is_pressed_twice_sends_once(engine: Engine, home: Household) -> None:
    assert say(engine, home, "Hello") == say(engine, home, " Hello\r\n") == 1
    assert say(engine, home, "Hello", staff=True) == 2
    assert say(engine, home, "Hello") == 3


def _say_elsewhere(barrier: Any, url: str, home: Household) -> None:
    engine = open_engine(url)
    barrier.wait(60)
    say(engine, home, "Hello")


def test_pressed_twice_at_the_same_instant_it_sends_once(engine: Engine, home: Household) -> None:
    at_once(_say_elsewhere, [(url_of(engine), home)] * 4)
    with transaction(engine) as session:
        assert [one.text for one in conversation(session, home.member).messages] == ["Hello"]


def test_each_side_knows_what_it_has_not_read(engine: Engine, home: Household) -> None:
    first = say(engine, home, "one")
    say(engine, home, "two")
    with transaction(engine) as session:
        assert unread(session, [home.member, home.spouse], by_staff=True) == {home.member: 2}
        assert unread(session, [home.member], by_staff=False) == {}
        mark_seen(session, home.member, True, first, AT)
        assert unread(session, [home.member], by_staff=True) == {home.member: 1}
    say(engine, home, "answer", staff=True)
    with transaction(engine) as session:
        assert unread(session, [home.member], by_staff=True) == {}
        assert unread(session, [home.member], by_staff=False) == {home.member: 1}
        assert [one.read for one in conversation(session, home.member).messages] == [True, True, False]


def test_what_was_read_stays_read(engine: Engine, home: Household) -> None:
    keys = [say(engine, home, f"{n}") for n in range(2)]
    with transaction(engine) as session:
        for key in reversed(keys):
            mark_seen(session, home.member, True, key, AT)
        assert unread(session, [home.member], by_staff=True) == {}
        with pytest.raises(NotFound):
            mark_seen(session, home.spouse, True, keys[0], AT)


def test_a_conversation_waits_from_its_first_message_without_an_answer(engine: Engine, home: Household) -> None:
    say(engine, home, "one")
    say(engine, home, "answer", staff=True)
    assert who_waits(engine) == []
    since = AT + timedelta(days=1)
    first = say(engine, home, "two", at=since)
    say(engine, home, "three", at=since + timedelta(days=1))
    (one,) = who_waits(engine)
    assert (one.person, one.number, one.name, one.text) == (home.member, "M1", "Ada Lovelace", "three")
    assert (one.since, one.messages, one.first) == (since, 2, first)
    assert (one.due, one.overdue) == (date(2025, 8, 7), False)
    assert who_waits(engine, date(2025, 8, 8))[0].overdue


def test_the_longest_waiting_comes_first_in_pages(engine: Engine, home: Household) -> None:
    homes = [home, household(engine, "M2"), household(engine, "M3")]
    for one in (homes[1], homes[2], homes[0], homes[1]):
        say(engine, one, f"from {one.membership}", at=AT + timedelta(minutes=one.membership))
    assert [one.membership for one in who_waits(engine)] == [2, 3, 1]
    with transaction(engine) as session:
        (first,) = waiting(session, TODAY, 2, limit=1)
        assert [one.membership for one in waiting(session, TODAY, 2, after=first.first)] == [3, 1]
        assert waiting_count(session) == 3


def test_no_message_is_ever_changed(engine: Engine, home: Household) -> None:
    say(engine, home, "one")
    with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
        connection.execute(text("UPDATE message SET text = 'two'"))


# --- papers ---


def kept(engine: Engine, *digests: str) -> None:
    with transaction(engine) as session:
        for digest in digests:
            session.add(Document(sha256=digest, media_type="image/png", size=1, stored_at=AT, key_id="k"))


def test_papers_come_with_a_message_each_content_once(engine: Engine, home: Household) -> None:
    kept(engine, A, B)
    papers = [NewPaper("a.png", A), NewPaper("again.png", A), NewPaper("scan.png", B, medical=True)]
    with transaction(engine) as session:
        key = write(session, home.member, None, "Here they are", home.account, False, AT, papers)
    with transaction(engine) as session:
        same = write(session, home.member, None, "Here they are", home.account, False, AT, papers)
        other = write(session, home.member, None, "Here they are", home.account, False, AT, papers[:1])
    assert same == key != other
    with transaction(engine) as session:
        first, second = conversation(session, home.member).messages
    assert [(paper.sha256, paper.medical) for paper in first.papers] == [(A, False), (B, True)]
    assert [paper.sha256 for paper in second.papers] == [A]


def test_what_was_not_kept_or_is_too_much_is_not_sent(engine: Engine, home: Household) -> None:
    for papers in ([NewPaper("x", "9" * 64)], [NewPaper("x", f"{n:064}") for n in range(11)]):
        with pytest.raises(BadInput, match=r"kept|at most 10"), transaction(engine) as session:
            write(session, home.member, None, "Here", home.account, False, AT, papers)
    with transaction(engine) as session:
        assert conversation(session, home.member).messages == ()


def test_a_medical_paper_waits_for_the_medical_department_until_it_is_taken_note_of(
    engine: Engine, home: Household
) -> None:
    kept(engine, A, B)
    with transaction(engine) as session:
        write(session, home.member, None, "Two", home.account, False, AT, [NewPaper("a", A), NewPaper("b", B, True)])
    with transaction(engine) as session:
        [one] = for_the_medical_department(session)
        assert (one.sha256, for_the_medical_department(session, [one.membership_id])) == (B, [])
        assert take_note(session, one.id, "account:9", AT)
        assert not take_note(session, one.id, "account:9", AT)
        assert for_the_medical_department(session) == []
        assert [two.id for two in for_the_medical_department(session, taken=True)] == [one.id]
        with pytest.raises(NotFound):
            take_note(session, one.id - 1, "account:9", AT)  # the other one is not medical


def test_a_paper_that_came_once_for_the_medical_department_stays_closed_to_the_unit(
    engine: Engine, home: Household
) -> None:
    kept(engine, A)
    with transaction(engine) as session:
        write(session, home.member, None, "For the doctor", home.account, False, AT, [NewPaper("a", A, True)])
        write(session, home.member, None, "The same again", home.account, False, AT, [NewPaper("a", A)])
        write(session, home.spouse, None, "Mine", home.spouse_account, False, AT, [NewPaper("a", A)])
        found = [paper_of(session, key) for key in (1, 2, 3)]
        assert [(one.medical, one.secret) for one in found if one] == [(True, True), (False, True), (False, False)]
        assert paper_of(session, 4) is None
