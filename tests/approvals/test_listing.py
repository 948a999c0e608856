"""The lists that people work from: what the medical department answers next, what a member follows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from expat.approvals.answer import Given, answer_file
from expat.approvals.deadlines import Promise
from expat.approvals.file import add_approval_document
from expat.approvals.listing import Followed, Waiting, approvals_of, worklist
from expat.approvals.questions import ask_for_paper
from expat.approvals.stays import ending_stays, extension_days
from expat.claims.load import load
from expat.db import transaction
from expat.wording import approvals_shown as words
from expat.wording.catalogue import LANGUAGES
from tests.approvals.asked import KEYS, START, TODAY, acting, ask, asked, paper
from tests.payments.insured import insure, member_of

PROMISE = Promise(planned=5, emergency=1)


@pytest.fixture
def membership(engine: Engine) -> int:
    return insure(engine, "M1")


@pytest.fixture
def person(engine: Engine, membership: int) -> int:
    return member_of(engine, membership)


def waiting(engine: Engine, today: date = TODAY) -> list[Waiting]:
    with transaction(engine) as session:
        return worklist(session, today, PROMISE)


def followed(engine: Engine, membership: int, person: int, today: date = TODAY) -> list[Followed]:
    with transaction(engine) as session:
        return approvals_of(session, load(session, [membership])[membership], [person], today, PROMISE)


def give(engine: Engine, key: int, given: Given, day: date = TODAY) -> None:
    with transaction(engine) as session:
        answer_file(session, key, given, acting(day, minute=50), KEYS)


def test_what_waits_is_listed_by_the_day_promised(engine: Engine, membership: int, person: int) -> None:
    planned = ask(engine, membership, asked(person), "k1")
    late = ask(engine, membership, asked(person, starts=TODAY + timedelta(days=3)), "k2")
    emergency = ask(engine, membership, asked(person, starts=TODAY, emergency=True), "k3")
    found = waiting(engine)
    assert [(w.request, w.kind, w.due, w.late) for w in found] == [
        (emergency, "emergency", date(2025, 8, 5), False),
        (late, "planned", date(2025, 8, 6), True),
        (planned, "planned", date(2025, 8, 11), False),
    ]
    assert {(w.number, w.name, w.acts, w.overdue) for w in found} == {("M1", "Ada Lovelace", "medical", False)}
    assert [w.overdue for w in waiting(engine, date(2025, 8, 7))] == [True, True, False]


def test_what_is_answered_waits_no_longer(engine: Engine, membership: int, person: int) -> None:
    give(engine, ask(engine, membership, asked(person)), Given(True))
    assert waiting(engine) == []


def test_while_a_paper_is_awaited_the_member_acts_and_then_the_promise_counts_anew(
    engine: Engine, membership: int, person: int
) -> None:
    key = ask(engine, membership, asked(person))
    later = ask(engine, membership, asked(person, "dental.implant"), "k2")
    with transaction(engine) as session:
        ask_for_paper(session, key, "quote", "with the number of days", acting(minute=1))
    found = waiting(engine, date(2025, 9, 30))
    assert [(w.request, w.acts, w.question, w.overdue) for w in found] == [
        (later, "medical", None, True),
        (key, "member", "quote", False),
    ]
    arrived = date(2025, 8, 7)
    with transaction(engine) as session:
        add_approval_document(session, key, paper(session, "quote"), acting(arrived))
    one = next(w for w in waiting(engine, arrived) if w.request == key)
    assert (one.acts, one.due, one.papers) == ("medical", date(2025, 8, 14), 1)


def test_the_list_is_read_by_as_many_queries_for_two_as_for_ten(engine: Engine) -> None:
    counted = []
    for n in range(10):
        membership = insure(engine, f"W{n}")
        ask(engine, membership, asked(member_of(engine, membership)), f"k{n}")
        if n in (1, 9):
            counted.append(queries(engine))
    assert counted[0] == counted[1]


def queries(engine: Engine) -> int:
    seen: list[Any] = []

    def note(*given: Any) -> None:
        seen.append(given)

    event.listen(engine, "before_cursor_execute", note)
    waiting(engine)
    event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def test_a_member_sees_who_acts_next_and_by_when(engine: Engine, membership: int, person: int) -> None:
    key = ask(engine, membership, asked(person))
    assert [(f.state, f.acts, f.by) for f in followed(engine, membership, person)] == [
        ("waiting", "medical", date(2025, 8, 11))
    ]
    with transaction(engine) as session:
        ask_for_paper(session, key, "quote", "", acting(minute=1))
    one = followed(engine, membership, person)[0]
    assert (one.state, one.acts, one.by) == ("paper_asked", "member", START - timedelta(days=1))
    assert one.question is not None and one.question.kind == "quote"


def test_a_granted_stay_says_its_days_and_until_when_it_can_be_prolonged(
    engine: Engine, membership: int, person: int
) -> None:
    give(engine, ask(engine, membership, asked(person)), Given(True, days=10, direct=True))
    one = followed(engine, membership, person)[0]
    assert (one.state, one.acts, one.days, one.direct) == ("granted", None, 10, True)
    assert one.code is not None and one.answer is not None
    assert (one.begin_by, one.covered_until, one.extend_by) == (
        date(2026, 2, 20),
        date(2025, 8, 29),
        date(2025, 8, 31),
    )


def test_other_care_has_no_days_of_a_stay(engine: Engine, membership: int, person: int) -> None:
    give(engine, ask(engine, membership, asked(person, "dental.implant")), Given(True))
    one = followed(engine, membership, person)[0]
    assert (one.begin_by, one.covered_until, one.extend_by) == (date(2026, 2, 20), None, None)


def test_a_refused_request_grants_nothing(engine: Engine, membership: int, person: int) -> None:
    give(engine, ask(engine, membership, asked(person)), Given(False, "no"))
    one = followed(engine, membership, person)[0]
    assert (one.state, one.days, one.code, one.begin_by) == ("refused", None, None, None)


def test_each_follows_the_persons_that_they_may(engine: Engine, membership: int, person: int) -> None:
    ask(engine, membership, asked(person))
    assert followed(engine, membership, person + 1) == []
    other = insure(engine, "M2")
    assert followed(engine, other, person) == []


def test_extensions_of_stays_come_back_before_they_end(engine: Engine, membership: int, person: int) -> None:
    base = ask(engine, membership, asked(person))
    ask(engine, membership, asked(person, "dental.implant"), "tooth")
    give(engine, base, Given(True, days=10))
    assert endings(engine, date(2025, 8, 25)) == []
    ends, extend = date(2025, 8, 29), date(2025, 8, 31)
    assert endings(engine, date(2025, 8, 26)) == [(base, ends, extend, None)]
    more = ask(engine, membership, asked(person, starts=ends, extends=base), "k2", day=date(2025, 8, 27))
    assert endings(engine, date(2025, 8, 31)) == [(base, ends, extend, more)]
    assert endings(engine, date(2025, 9, 1)) == []
    give(engine, more, Given(True, days=20), date(2025, 8, 28))
    assert endings(engine, date(2025, 9, 17)) == [(base, date(2025, 9, 18), date(2025, 9, 20), None)]
    with transaction(engine) as session:
        dossier = load(session, [membership])[membership]
    assert extension_days(dossier, more) == (date(2025, 8, 30), date(2025, 9, 18))
    assert [f.covered_until for f in followed(engine, membership, person)] == [
        date(2025, 9, 18), None, date(2025, 9, 18),
    ]  # fmt: skip


def endings(engine: Engine, today: date) -> list[tuple[int, date, date, int | None]]:
    with transaction(engine) as session:
        return [(e.request, e.ends, e.extend_by, e.asked) for e in ending_stays(session, today, 3)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_is_listed_has_words(language: str) -> None:
    for table, say in (
        (words.PAPERS, words.paper),
        (words.KINDS, words.kind),
        (words.STATES, words.state),
        (words.RULES, words.rule),
        (words.GUARANTEES, words.guarantee),
    ):
        assert all(say(word, language) for word in table)
    assert words.next_step(None, None, language) == ""
    for acts in ("medical", "member"):
        assert words.next_step(acts, TODAY, language) != words.next_step(acts, None, language)
    assert "2025" in words.planned_from(START, TODAY, 10, language)
    assert "2025" in words.emergency_since(TODAY, 48, language)
    assert "2025" in words.extend_by(TODAY, START, language)
    assert words.guaranteed_days(TODAY, START, True, language) != words.guaranteed_days(TODAY, START, False, language)
    assert words.planned_from(TODAY, TODAY, 0, language)
    assert words.begin_by(TODAY, language)
