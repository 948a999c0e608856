"""Complaints: written once, with two clocks, answered by somebody else than who decided, and taken up again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select, update
from sqlmodel import Session

from expat.accounts.own import Own
from expat.accounts.tables import Account
from expat.audit import AuditEntry
from expat.claims.review import accept_part
from expat.complaints import commands
from expat.complaints.answer import OwnDecision, acknowledge, answer, ask, pass_to_mediator, reply, withdraw
from expat.complaints.clocks import clocks, mediator_until
from expat.complaints.complain import NewComplaint, Paper, complain
from expat.complaints.listing import complaint, complaints_of, open_complaints
from expat.currency.calendar import is_target_day
from expat.db import table_of, transaction
from expat.errors import BadInput, Conflict, NotFound
from expat.plans.loader import plan
from tests.claims.household import SCANS, Household, at_home, household, send
from tests.payments.insured import SOURCES, visit

SENT = date(2025, 8, 4)  # a Monday
AT = datetime(2025, 8, 4, 9, tzinfo=UTC)
EDITION = plan("expat-uno").on(SENT)
WRONG = NewComplaint("k1", 0, "delay", "Nobody answers.")


@pytest.fixture
def home(engine: Engine) -> Household:
    return at_home(engine)


@pytest.fixture
def session(engine: Engine, home: Household) -> Any:
    with Session(engine, expire_on_commit=False) as opened:
        yield opened
        opened.rollback()


def write(session: Session, home: Household, key: str = "k1", **more: Any) -> int:
    new = replace(WRONG, **{"key": key, "person": home.member, **more})
    return complain(session, home.membership, new, SENT, AT, f"account:{home.account}")[0]


def staff(home: Household) -> str:
    return f"account:{home.staff}"


def stands(session: Session, key: int) -> tuple[str, str | None, date | None]:
    one = complaint(session, key)
    return one.state, one.acts, one.due


def test_a_complaint_is_acknowledged_within_ten_days_and_answered_within_two_months(
    session: Session, home: Household
) -> None:
    key = write(session, home)
    assert stands(session, key) == ("received", "desk", date(2025, 8, 14))
    one = complaint(session, key)
    assert not one.is_late(date(2025, 8, 14)) and one.is_late(date(2025, 8, 15))
    assert (one.acknowledge_limit, one.past_limit(date(2025, 8, 18)), one.past_limit(date(2025, 8, 19))) == (
        date(2025, 8, 18), False, True,
    )  # fmt: skip
    assert acknowledge(session, key, SENT, AT, staff(home)) and not acknowledge(session, key, SENT, AT, staff(home))
    assert stands(session, key) == ("acknowledged", "desk", date(2025, 10, 4))
    answer(session, key, "partly", "We were slow.", date(2025, 10, 4), AT, staff(home))
    assert stands(session, key) == ("answered", None, None)
    assert not complaint(session, key).is_late(date(2030, 1, 1))


@given(st.dates(date(2010, 1, 1), date(2035, 12, 31)))
def test_the_clocks_hold_on_every_day(sent: date) -> None:
    ends = clocks(EDITION, sent)
    assert ends.acknowledge_by == sent + timedelta(days=10) <= ends.limit < ends.answer_by
    between = (sent + timedelta(days=n) for n in range(1, (ends.limit - sent).days + 1))
    assert sum(map(is_target_day, between)) == 10 and is_target_day(ends.limit)
    assert ends.answer_by < mediator_until(EDITION, sent)


def test_two_months_after_the_end_of_a_month_end_with_a_month() -> None:
    assert clocks(EDITION, date(2025, 12, 31)).answer_by == date(2026, 2, 28)


def test_a_question_stops_no_clock_and_an_answer_acknowledges(session: Session, home: Household) -> None:
    key = write(session, home)
    ask(session, key, "Which letter?", SENT, AT, staff(home))
    ask(session, key, " Which letter?\r\n", SENT, AT, staff(home))
    assert stands(session, key) == ("question", "member", date(2025, 10, 4))
    assert complaint(session, key).is_late(date(2025, 10, 5))
    with pytest.raises(Conflict, match="question"):
        ask(session, key, "And when?", SENT, AT, staff(home))
    for _ in range(2):
        reply(session, key, "That of May.", [Paper("may.pdf", SCANS[0])], SENT, AT, f"account:{home.account}")
    one = complaint(session, key)
    assert stands(session, key) == ("acknowledged", "desk", date(2025, 10, 4))
    assert [step.kind for step in one.steps] == ["acknowledged", "question", "reply"]
    assert [paper.name for paper in one.papers] == ["may.pdf"]


def test_what_is_added_before_the_acknowledgement_is_none(session: Session, home: Household) -> None:
    key = write(session, home)
    reply(session, key, "And again today.", [], SENT, AT, f"account:{home.account}")
    assert stands(session, key) == ("received", "desk", date(2025, 8, 14))


def test_the_same_form_twice_is_one_complaint(session: Session, home: Household) -> None:
    assert write(session, home) == write(session, home)
    with pytest.raises(Conflict, match="key"):
        write(session, home, text="Something else.")
    assert len(complaints_of(session, [home.member])) == 1


def test_a_complaint_is_about_what_is_of_the_membership(session: Session, engine: Engine, home: Household) -> None:
    session.commit()
    other = household(engine, "M2")
    theirs = send(engine, other.membership, "c", visit(other.member, "45.00 EUR")).claim_id
    with pytest.raises(NotFound, match="claim"):
        write(session, home, claim=theirs)
    with pytest.raises(NotFound, match="person"):
        complain(session, home.membership, replace(WRONG, person=other.member), SENT, AT, "x")


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"text": " "}, "text"),
        ({"subject": "weather"}, "subject"),
        ({"channel": "pigeon"}, "channel"),
        ({"sent_on": SENT + timedelta(days=1)}, "sent_on"),
        ({"sent_on": date(2023, 1, 1)}, "sent_on"),
        ({"papers": [Paper("x", "9" * 64)]}, "papers"),
        ({"key": "x" * 41}, "key"),
        ({"key": "\x00"}, "key"),
    ],
)
def test_what_cannot_be_is_refused(session: Session, home: Household, wrong: Any, where: str) -> None:
    with pytest.raises(BadInput) as refused:
        write(session, home, **wrong)
    assert refused.value.where == where


def test_a_letter_counts_from_the_day_it_was_sent(session: Session, home: Household) -> None:
    new = replace(WRONG, person=home.child, channel="letter", sent_on=date(2025, 7, 20))
    key, _ = complain(session, home.membership, new, SENT, AT, staff(home))
    assert complaint(session, key).answer_by == date(2025, 9, 20)
    assert complaint(session, key).is_late(SENT)


def test_an_answered_complaint_is_taken_up_again_once(session: Session, home: Household) -> None:
    key = write(session, home)
    with pytest.raises(Conflict, match="open"):
        write(session, home, "k2", reopens=key)
    answer(session, key, "rejected", "No.", SENT, AT, staff(home))
    again = write(session, home, "k2", reopens=key)
    assert complaint(session, key).reopened_as == again
    with pytest.raises(Conflict, match="taken up"):
        write(session, home, "k3", reopens=key)
    with pytest.raises(NotFound, match="reopens"):
        write(session, home, "k4", person=home.spouse, reopens=key)
    # who answered the first does not answer the second
    with pytest.raises(OwnDecision):
        answer(session, again, "rejected", "No.", SENT, AT, staff(home))
    answer(session, again, "upheld", "Yes.", SENT, AT, "account:99")


def test_nobody_answers_about_what_he_or_she_decided(session: Session, engine: Engine, home: Household) -> None:
    session.commit()
    sent = send(engine, home.membership, "c", visit(home.member, "45.00 EUR"))
    with transaction(engine) as deciding:
        accept_part(deciding, sent.line_ids[0], Decimal("40.00"), "too dear", SENT, AT, SOURCES, staff(home))
    key = write(session, home, claim=sent.claim_id)
    with pytest.raises(OwnDecision):
        answer(session, key, "rejected", "No.", SENT, AT, staff(home))
    answer(session, key, "upheld", "Yes.", SENT, AT, "account:99")


def test_nobody_acts_on_a_complaint_of_the_own_membership(session: Session, home: Household) -> None:
    key = write(session, home)
    account: Any = table_of(Account)
    session.execute(update(account).where(account.c.id == home.staff).values(person_id=home.spouse))
    for act in (acknowledge, lambda *a: answer(a[0], a[1], "upheld", "Yes.", *a[2:])):
        with pytest.raises(Own):
            act(session, key, SENT, AT, staff(home))


def test_what_is_closed_stays_closed(session: Session, home: Household) -> None:
    key = write(session, home)
    with pytest.raises(Conflict):
        pass_to_mediator(session, key, "", SENT, AT, staff(home))
    withdraw(session, key, SENT, AT, "account:1")
    withdraw(session, key, SENT, AT, "account:1")
    assert [step.kind for step in complaint(session, key).steps] == ["withdrawn"]
    for act in (lambda: answer(session, key, "upheld", "Yes.", SENT, AT, staff(home)),
                lambda: ask(session, key, "What?", SENT, AT, staff(home))):  # fmt: skip
        with pytest.raises(Conflict):
            act()


def test_the_mediator_takes_it_after_the_answer_or_once_that_is_late(session: Session, home: Household) -> None:
    answered, late = write(session, home), write(session, home, "k2")
    answer(session, answered, "rejected", "No.", SENT, AT, staff(home))
    pass_to_mediator(session, answered, "On 5 August.", SENT, AT, staff(home))
    pass_to_mediator(session, late, "", date(2025, 10, 5), AT, staff(home))
    assert {stands(session, key)[:2] for key in (answered, late)} == {("mediator", "mediator")}
    with pytest.raises(Conflict):
        withdraw(session, late, SENT, AT, "account:1")
    answer(session, late, "upheld", "You are right.", date(2025, 10, 6), AT, staff(home))  # it still is owed
    found = complaint(session, late)
    assert found.answer is not None and found.answer.outcome == "upheld" and found.state == "mediator"
    for key in (answered, late):
        with pytest.raises(Conflict):
            answer(session, key, "rejected", "No.", date(2025, 10, 7), AT, staff(home))
        with pytest.raises(Conflict):
            pass_to_mediator(session, key, "", date(2025, 10, 7), AT, staff(home))


def test_the_late_ones_stand_first_and_are_said_to_be(session: Session, home: Household) -> None:
    old, acknowledged, new = (
        write(session, home, key, sent_on=SENT - timedelta(days=days))
        for key, days in (("k1", 12), ("k2", 40), ("k3", 0))
    )
    acknowledge(session, acknowledged, SENT, AT, staff(home))
    found = open_complaints(session, SENT)
    assert [(one.id, one.is_late(SENT)) for one in found] == [(old, True), (new, False), (acknowledged, False)]


def test_the_trail_says_who_did_what_and_not_what_was_written(session: Session, home: Household) -> None:
    key = write(session, home)
    ask(session, key, "Which letter?", SENT, AT, staff(home))
    answer(session, key, "upheld", "A slow answer.", SENT, AT, staff(home))
    entry: Any = table_of(AuditEntry)
    rows = session.execute(select(entry).where(entry.c.subject == f"complaint:{key}").order_by(entry.c.id)).all()
    assert [row.action for row in rows] == [
        f"complaint.{word}" for word in ("received", "acknowledged", "asked", "answered")
    ]
    assert "slow" not in str([row.detail for row in rows]) and "letter" not in str([row.detail for row in rows])


def test_the_command_lists_what_waits(engine: Engine, home: Household, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "ready", lambda: engine)
    with transaction(engine) as session:
        write(session, home)
    told = CliRunner().invoke(commands.complaint, ["list", "--on", "2025-08-15"])
    assert told.exit_code == 0 and "1 open, 1 late" in told.output
    assert "0 late" in CliRunner().invoke(commands.complaint, ["list", "--on", "2025-08-14"]).output
