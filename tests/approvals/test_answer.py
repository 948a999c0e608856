"""The medical department's answer: with its reason, once, never to oneself; and what it does to the claims."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from expat.accounts.own import Own
from expat.approvals.answer import Answered, Given, answer_file
from expat.approvals.shown import read_file, request_shown
from expat.approvals.tables import AnswerReason, ApprovalAnswer, GuaranteeLetter
from expat.audit import AuditEntry
from expat.claims.tables import LineDecision
from expat.db import open_engine, table_of, transaction
from expat.errors import BadInput, Conflict, NotFound
from expat.membership.join import NewPerson
from expat.membership.tables import InsuredPerson
from tests.approvals.asked import KEYS, START, TODAY, account, acting, ask, asked, paper
from tests.payments.insured import at_once, claim, insure, member_of, publish, statuses, url_of

ANSWER, REASON, LETTER = table_of(ApprovalAnswer), table_of(AnswerReason), table_of(GuaranteeLetter)
SECRET = "The findings do not ask for surgery."


@pytest.fixture
def request_key(engine: Engine) -> int:
    """A request for a stay that was asked for in time."""
    membership = insure(engine, "M1")
    return ask(engine, membership, asked(member_of(engine, membership)))


def answer(engine: Engine, key: int, given: Given, day: date = TODAY, actor: str = "account:900") -> Answered:
    with transaction(engine) as session:
        return answer_file(session, key, given, acting(day, actor, 30), KEYS)


def test_a_grant_says_days_and_needs_no_reason(engine: Engine, request_key: int) -> None:
    done = answer(engine, request_key, Given(True, days=10))
    assert (done.code, done.worthless) == (None, None)
    with transaction(engine) as session:
        held = request_shown(session, request_key, KEYS, medical=True).answer
    assert held is not None
    assert (held.granted, held.days, held.direct, held.late, held.reason) == (True, 10, False, False, None)


def test_a_refusal_says_why_and_the_reason_is_sealed(engine: Engine, request_key: int) -> None:
    with pytest.raises(BadInput, match="why it is refused"):
        answer(engine, request_key, Given(False, "  "))
    done = answer(engine, request_key, Given(False, SECRET))
    assert done.worthless == "approval_refused"
    with transaction(engine) as session:
        assert b"findings" not in session.execute(select(REASON.c.reason)).scalar_one()
        held = request_shown(session, request_key, KEYS, medical=True).answer
    assert held is not None and held.reason == SECRET


def test_a_refusal_grants_nothing(engine: Engine, request_key: int) -> None:
    for more in ({"days": 3}, {"sessions": 3}, {"direct": True}, {"late": True}):
        with pytest.raises(BadInput, match="grants nothing"):
            answer(engine, request_key, Given(False, SECRET, **more))


@pytest.mark.parametrize("days", [0, 31])
def test_a_stay_is_granted_for_a_period_at_most(engine: Engine, request_key: int, days: int) -> None:
    with pytest.raises(BadInput, match="from 1 to 30"):
        answer(engine, request_key, Given(True, days=days))


def test_a_late_request_is_granted_expressly_and_with_a_reason_that_no_trace_shows(engine: Engine) -> None:
    publish(engine)
    membership = insure(engine, "M1")
    person = member_of(engine, membership)
    stay = {"care": "hospital.stay", "first_day": date(2025, 7, 1), "last_day": date(2025, 7, 2)}
    claim(engine, membership, "c1", "900.00 EUR", **stay)
    assert statuses(engine) == ["refused"]
    key = ask(engine, membership, asked(person, starts=date(2025, 7, 1)))
    with pytest.raises(BadInput, match="came late"):
        answer(engine, key, Given(True))
    with pytest.raises(BadInput, match="why a request that came late"):
        answer(engine, key, Given(True, late=True))
    assert answer(engine, key, Given(True, SECRET, late=True)).worthless is None
    assert statuses(engine) == ["accepted"]
    with transaction(engine) as session:
        kept = [repr(row) for row in session.execute(select(table_of(LineDecision)))]
        kept += [repr(row) for row in session.execute(select(ANSWER))]
        kept += [repr(row) for row in session.execute(select(table_of(AuditEntry)))]
        shown = request_shown(session, key, KEYS, medical=True)
    assert not any("findings" in text for text in kept)
    assert shown.late and shown.answer is not None and shown.answer.late and shown.answer.reason == SECRET


def test_direct_payment_makes_a_letter_at_once(engine: Engine, request_key: int) -> None:
    done = answer(engine, request_key, Given(True, direct=True))
    with transaction(engine) as session:
        assert session.execute(select(LETTER.c.code)).scalars().all() == [done.code]
        assert request_shown(session, request_key, KEYS, medical=False).code == done.code


def test_somebody_who_answered_meanwhile_is_not_overruled_unseen(engine: Engine, request_key: int) -> None:
    first = answer(engine, request_key, Given(True, direct=True))
    with pytest.raises(Conflict, match="answered meanwhile"):
        answer(engine, request_key, Given(False, SECRET))
    second = answer(engine, request_key, Given(False, SECRET, seen=first.answer))
    assert second.worthless == "approval_refused"
    with transaction(engine) as session:
        shown = request_shown(session, request_key, KEYS, medical=True)
    assert [a.granted for a in shown.answers] == [True, False]
    assert shown.code is None


def test_two_at_once_answer_once(engine: Engine, request_key: int) -> None:
    at_once(_answer_elsewhere, [(url_of(engine), request_key)] * 3)
    with transaction(engine) as session:
        assert session.execute(select(func.count()).select_from(ANSWER)).scalar_one() == 1
        assert session.execute(select(func.count()).select_from(LETTER)).scalar_one() == 1


def _answer_elsewhere(barrier: Any, url: str, key: int) -> None:
    engine = open_engine(url)
    barrier.wait(60)
    with suppress(Conflict), transaction(engine) as session:
        answer_file(session, key, Given(True, direct=True), acting(), KEYS)


def test_nobody_answers_for_themselves_or_their_family(engine: Engine) -> None:
    membership = insure(engine, "M1")
    person = member_of(engine, membership)
    key = ask(engine, membership, asked(person))
    spouse = NewPerson("spouse", date(1986, 1, 1), "Bo", "Lovelace")
    with transaction(engine) as session:
        values = {
            "membership_id": membership, "role": spouse.role, "first_name": "Bo", "last_name": "L",
            "born": spouse.born, "covered_from": date(2025, 1, 1), "recorded_at": acting().at,
        }  # fmt: skip
        table = table_of(InsuredPerson)
        second = session.execute(table.insert().values(values).returning(table.c.id)).scalar_one()
        doctors = [
            account(session, f"d{n}@example.org", who, "medical member") for n, who in enumerate((person, second))
        ]
        stranger = account(session, "d9@example.org", None, "medical")
    for doctor in doctors:
        with pytest.raises(Own):
            answer(engine, key, Given(True), actor=f"account:{doctor}")
    answer(engine, key, Given(True), actor=f"account:{stranger}")


def test_what_is_not_there_is_not_answered(engine: Engine, request_key: int) -> None:
    with pytest.raises(NotFound):
        answer(engine, request_key + 1, Given(True))


def test_reading_the_file_leaves_a_trace(engine: Engine, request_key: int) -> None:
    with transaction(engine) as session:
        read_file(session, request_key, "account:7", acting().at, KEYS)
    with transaction(engine) as session:
        entry = table_of(AuditEntry)
        query = select(entry.c.actor, entry.c.subject).where(entry.c.action == "approval.file_read")
        assert session.execute(query).all() == [("account:7", f"approval:{request_key}")]


def test_without_its_medical_part_a_request_says_dates_care_and_decision_alone(engine: Engine) -> None:
    membership = insure(engine, "M1")
    with transaction(engine) as session:
        papers = [paper(session)]
    key = ask(engine, membership, asked(member_of(engine, membership)), medical="A secret", papers=papers, provider="P")
    answer(engine, key, Given(False, SECRET))
    with transaction(engine) as session:
        shown = request_shown(session, key, KEYS, medical=False)
    assert (shown.file, shown.papers, shown.questions) == (None, (), ())
    assert "secret" not in repr(shown) and "findings" not in repr(shown)
    assert shown.answer is not None and not shown.answer.granted


def test_the_history_and_the_rule_stand_beside_a_request(engine: Engine, request_key: int) -> None:
    answer(engine, request_key, Given(True, days=5))
    second = ask(engine, 1, asked(1, "ambulatory.auxiliary"), key="k2")
    third = ask(engine, 1, asked(1, starts=START + timedelta(days=5), extends=request_key), key="k3")
    with transaction(engine) as session:
        shown = request_shown(session, third, KEYS, medical=True)
        series = request_shown(session, second, KEYS, medical=True)
    assert [(e.request, e.kind, e.granted, e.days) for e in shown.history] == [
        (second, "planned", None, None),
        (request_key, "planned", True, 5),
    ]
    assert (shown.rule.value, shown.rule.citation.heading) == (
        "always",
        "Entente préalable / Hospitalisation ou accouchement",
    )
    assert series.rule.value == "series"
    assert shown.stay_most == 30
