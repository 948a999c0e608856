"""A request for prior approval: handed in once, its medical part sealed, one paper asked for at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from moneyed import Currency, Money
from sqlalchemy import Engine, func, select
from sqlmodel import Session

from expat.accounts.own import Own
from expat.approvals.file import NewFile, Paper, add_approval_document, submit_request
from expat.approvals.questions import ask_for_paper, questions_of
from expat.approvals.shown import request_shown
from expat.approvals.tables import ApprovalFile, ApprovalRequest
from expat.db import open_engine, table_of, transaction
from expat.errors import BadInput, Conflict, NotFound
from tests.approvals.asked import KEYS, START, account, acting, ask, asked, paper
from tests.payments.insured import at_once, insure, member_of, url_of

REQUEST, FILE = table_of(ApprovalRequest), table_of(ApprovalFile)
SAID = "Cardiac surgery, planned since the spring."


@pytest.fixture
def membership(engine: Engine) -> int:
    return insure(engine, "M1")


@pytest.fixture
def person(engine: Engine, membership: int) -> int:
    return member_of(engine, membership)


def whole(session: Session, person: int, **changed: Any) -> NewFile:
    """A request that says all that it can say."""
    cost = Money(Decimal("12500.50"), Currency("SGD"))
    new = NewFile("k1", asked(person), " Mount  Elizabeth ", "SG", cost, 9, None, SAID, [paper(session)])
    return replace(new, **changed)


def count(session: Session, table: Any) -> int:
    return int(session.execute(select(func.count()).select_from(table)).scalar_one())


def test_a_request_is_kept_as_it_was_sent(engine: Engine, membership: int, person: int) -> None:
    with transaction(engine) as session:
        key, again = submit_request(session, membership, whole(session, person), acting(), KEYS)
        shown = request_shown(session, key, KEYS, medical=True)
    assert not again
    assert shown.file is not None
    assert (shown.file.provider, shown.file.country, shown.file.days) == ("Mount Elizabeth", "SG", 9)
    assert (shown.file.cost, shown.file.currency) == (Decimal("12500.50"), "SGD")
    assert shown.file.medical == SAID
    assert [(p.paper.kind, p.paper.name) for p in shown.papers] == [("medical_report", "a report.pdf")]
    assert (shown.kind, shown.starts_on, shown.late, shown.answer) == ("planned", START, False, None)


def test_the_medical_text_does_not_lie_open_in_the_database(engine: Engine, membership: int, person: int) -> None:
    with transaction(engine) as session:
        submit_request(session, membership, whole(session, person), acting(), KEYS)
        sealed = session.execute(select(FILE.c.medical)).scalar_one()
    assert b"Cardiac" not in sealed


def test_sent_twice_is_once(engine: Engine, membership: int, person: int) -> None:
    with transaction(engine) as session:
        first = submit_request(session, membership, whole(session, person), acting(), KEYS)
    with transaction(engine) as session:
        second = submit_request(session, membership, whole(session, person), acting(minute=5), KEYS)
        assert (first[0], True) == second
        assert (count(session, REQUEST), count(session, FILE)) == (1, 1)


@pytest.mark.parametrize(
    "changed",
    [{"medical": "Something else"}, {"days": 10}, {"request": asked(1, "dental.crown")}, {"provider": "Raffles"}],
)
def test_a_key_that_comes_with_something_else_is_refused(
    engine: Engine, membership: int, person: int, changed: dict[str, Any]
) -> None:
    with transaction(engine) as session:
        submit_request(session, membership, whole(session, person), acting(), KEYS)
    with transaction(engine) as session, pytest.raises(Conflict, match="used for another request"):
        submit_request(session, membership, whole(session, person, **changed), acting(), KEYS)


def test_a_key_of_another_membership_tells_nothing_of_it(engine: Engine, membership: int, person: int) -> None:
    other = insure(engine, "M2")
    with transaction(engine) as session:
        submit_request(session, membership, whole(session, person), acting(), KEYS)
    with transaction(engine) as session, pytest.raises(Conflict):
        mine = whole(session, member_of(engine, membership))
        submit_request(session, other, replace(mine, request=asked(person)), acting(), KEYS)


def test_two_windows_that_send_at_once_make_one_request(engine: Engine, membership: int, person: int) -> None:
    at_once(_submit_elsewhere, [(url_of(engine), membership, person)] * 3)
    with transaction(engine) as session:
        assert (count(session, REQUEST), count(session, FILE)) == (1, 1)


def _submit_elsewhere(barrier: Any, url: str, membership: int, person: int) -> None:
    engine = open_engine(url)
    barrier.wait(60)
    with transaction(engine) as session:
        submit_request(session, membership, NewFile("same", asked(person)), acting(), KEYS)


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"key": ""}, "key"),
        ({"key": "k" * 41}, "key"),
        ({"country": "XX"}, "country"),
        ({"days": 0}, "days"),
        ({"sessions": 1000}, "sessions"),
        ({"cost": Money(Decimal("1.005"), Currency("EUR"))}, "cost"),
        ({"cost": Money(Decimal("-1"), Currency("EUR"))}, "cost"),
        ({"medical": "x" * 20_001}, "medical"),
        ({"papers": [Paper("x_ray", "x.pdf", "0" * 64)]}, "papers"),
        ({"papers": [Paper("quote", "x.pdf", "0" * 64)]}, "papers"),
        ({"request": asked(999)}, "person"),
        ({"request": asked(1, "space.travel")}, "care"),
        ({"request": asked(1, starts=date(1800, 1, 1))}, "starts"),
    ],
)
def test_what_cannot_be_right_is_refused_by_name(
    engine: Engine, membership: int, person: int, changed: dict[str, Any], where: str
) -> None:
    assert person == 1
    with pytest.raises(BadInput) as refusal, transaction(engine) as session:
        submit_request(session, membership, whole(session, person, **changed), acting(), KEYS)
    assert refusal.value.where == where
    with transaction(engine) as session:
        assert count(session, REQUEST) == 0


def test_a_text_that_a_database_cannot_keep_is_cleaned(engine: Engine, membership: int, person: int) -> None:
    key = ask(engine, membership, asked(person), provider="Mount\x00 Elizabeth\n2", medical="a\x00b")
    with transaction(engine) as session:
        file = request_shown(session, key, KEYS, medical=True).file
    assert file is not None and file.provider == "Mount Elizabeth 2"


def test_the_same_paper_is_kept_once(engine: Engine, membership: int, person: int) -> None:
    key = ask(engine, membership, asked(person))
    with transaction(engine) as session:
        assert add_approval_document(session, key, paper(session), acting())
        assert not add_approval_document(session, key, paper(session), acting(minute=1))
        assert len(request_shown(session, key, KEYS, medical=True).papers) == 1


def test_papers_have_an_end(engine: Engine, membership: int, person: int) -> None:
    key = ask(engine, membership, asked(person))
    with transaction(engine) as session:
        for n in range(20):
            add_approval_document(session, key, paper(session, content=f"page {n}"), acting())
        with pytest.raises(BadInput, match="many already"):
            add_approval_document(session, key, paper(session, content="page 20"), acting())


def test_one_paper_is_asked_for_once(engine: Engine, membership: int, person: int) -> None:
    key = ask(engine, membership, asked(person))
    with transaction(engine) as session:
        ask_for_paper(session, key, "medical_report", "of the cardiologist", acting())
        with pytest.raises(Conflict, match="asked for already"):
            ask_for_paper(session, key, "medical_report", "of somebody", acting(minute=1))


def test_a_question_is_answered_by_a_paper_of_its_kind_that_comes_after(
    engine: Engine, membership: int, person: int
) -> None:
    with transaction(engine) as session:
        early = paper(session, content="early")
    key = ask(engine, membership, asked(person), papers=[early])
    with transaction(engine) as session:
        ask_for_paper(session, key, "medical_report", "of the cardiologist", acting(minute=1))
        assert [q.is_open for q in questions_of(session, [key])] == [True]
        add_approval_document(session, key, paper(session, "quote", "a quote"), acting(minute=2))
        assert [q.is_open for q in questions_of(session, [key])] == [True]
        add_approval_document(session, key, paper(session, content="late"), acting(minute=3))
        add_approval_document(session, key, paper(session, content="later"), acting(minute=4))
        found = questions_of(session, [key])
        assert [q.answered_at for q in found] == [acting(minute=3).at]
        ask_for_paper(session, key, "medical_report", "the second page, too", acting(minute=5))
        assert [q.is_open for q in questions_of(session, [key])] == [False, True]


def test_what_is_no_question_is_refused(engine: Engine, membership: int, person: int) -> None:
    key = ask(engine, membership, asked(person))
    with transaction(engine) as session:
        for kind, text in (("x_ray", "?"), ("other", " "), ("quote", "x" * 1001)):
            with pytest.raises(BadInput):
                ask_for_paper(session, key, kind, text, acting())
        with pytest.raises(NotFound):
            ask_for_paper(session, key + 1, "quote", "", acting())
        with pytest.raises(NotFound):
            add_approval_document(session, key + 1, paper(session), acting())


def test_nobody_asks_themselves(engine: Engine, membership: int, person: int) -> None:
    key = ask(engine, membership, asked(person))
    with transaction(engine) as session:
        doctor = account(session, "doctor@example.org", person, "medical")
        with pytest.raises(Own):
            ask_for_paper(session, key, "quote", "", acting(actor=f"account:{doctor}"))


def test_a_request_that_prolongs_another_keeps_what_it_prolongs(engine: Engine, membership: int, person: int) -> None:
    base = ask(engine, membership, asked(person))
    more = asked(person, starts=START + timedelta(days=30), extends=base)
    key = ask(engine, membership, more, key="k2")
    with transaction(engine) as session:
        shown = request_shown(session, key, KEYS, medical=False)
    assert (shown.kind, shown.extends) == ("extension", base)
