"""A paper that a reviewer asks for holds a line up until it comes; the originals of invoices hold nothing up."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from moneyed import Currency, Money
from pydantic import TypeAdapter
from sqlalchemy import Engine, func, select

from expat.adjudication.decide import decide
from expat.adjudication.facts import Facts
from expat.audit import AuditEntry
from expat.claims.asked import ask_paper, requests_of
from expat.claims.load import load
from expat.claims.originals import ONLINE_LIMIT, ask_originals, originals_wanted
from expat.claims.papers import add_papers
from expat.claims.records import editions_of, replayed, trace_json
from expat.claims.tables import ClaimLine, LineDecision, LineDocument, PaperRequest
from expat.db import open_engine, table_of, transaction
from expat.errors import BadInput, Conflict, NotFound
from expat.wording.reasons import explain
from tests.payments.insured import AT, DAY, RECEIVED, SOURCES, at_once, claim, insure, pay, publish, statuses, url_of

LINE, DECISION, ASKED = table_of(ClaimLine), table_of(LineDecision), table_of(PaperRequest)
WHY = "The stamp of the pharmacy cannot be read."


def ask(engine: Engine, line: int, kind: str = "invoice", why: str = WHY, day: date = DAY) -> str:
    with transaction(engine) as session:
        return ask_paper(session, line, kind, why, day, AT, SOURCES, "account:7")


def send(engine: Engine, line: int, *kinds: str, day: date = DAY) -> str:
    with transaction(engine) as session:
        return add_papers(session, line, dict.fromkeys(kinds), day, AT, SOURCES)


def row_of(engine: Engine, line: int) -> Any:
    with transaction(engine) as session:
        return session.execute(select(LINE).where(LINE.c.id == line)).one()


def newest(engine: Engine, line: int) -> Any:
    """The newest decision on a line."""
    with transaction(engine) as session:
        query = select(DECISION).where(DECISION.c.line_id == line).order_by(DECISION.c.id.desc())
        return session.execute(query).first()


@pytest.fixture
def line(engine: Engine) -> int:
    """A line that is accepted."""
    publish(engine)
    return claim(engine, insure(engine, "A"), "c", "20.00 EUR").line_ids[0]


def test_a_line_waits_for_what_was_asked_and_goes_on_when_it_comes(engine: Engine, line: int) -> None:
    assert ask(engine, line) == "pending"
    assert (row_of(engine, line).reasons, row_of(engine, line).cents) == ("documents_missing", None)
    pay(engine)
    assert statuses(engine) == ["pending"]
    assert send(engine, line, "invoice") == "accepted"
    pay(engine)
    assert statuses(engine) == ["paid"]


def test_the_invoice_that_the_line_has_already_does_not_answer(engine: Engine, line: int) -> None:
    with transaction(engine) as session:
        add_papers(session, line, {"invoice": None}, DAY, AT, SOURCES)
    assert ask(engine, line) == "pending"
    assert send(engine, line, "prescription") == "pending"
    assert send(engine, line, "invoice") == "accepted"


def test_the_member_reads_what_is_asked_when_and_why(engine: Engine, line: int) -> None:
    ask(engine, line)
    decision = newest(engine, line)
    step = decision.trace["steps"][-1]
    assert (step["rule"], step["reason"]) == ("UNO-DOC-1", "documents_missing")
    assert step["looked_at"] == {
        "needed": ["invoice"], "missing": ["invoice"], "asked": [["invoice", WHY, DAY.isoformat()]],
    }  # fmt: skip
    said = explain(step, "fr").sentence.replace("\u00a0", " ").replace("\u202f", " ")
    assert said == (
        "Pour régler cette ligne, il nous manque encore la facture détaillée et acquittée. "
        "Demande du 4 août 2025 (la facture détaillée et acquittée) : The stamp of the pharmacy cannot be read."
    )


def test_several_papers_are_asked_for_and_the_line_waits_for_the_last(engine: Engine, line: int) -> None:
    ask(engine, line, "medical_report", "How did it come about?")
    assert ask(engine, line, "other", "The boarding pass") == "pending"
    assert newest(engine, line).trace["steps"][-1]["looked_at"]["missing"] == ["medical_report", "other"]
    assert send(engine, line, "other") == "pending"
    assert newest(engine, line).trace["steps"][-1]["looked_at"]["missing"] == ["medical_report"]
    assert send(engine, line, "medical_report") == "accepted"


def test_each_paper_is_asked_for_once_until_it_comes(engine: Engine, line: int) -> None:
    ask(engine, line)
    with pytest.raises(Conflict, match="asked for already on 2025-08-04"):
        ask(engine, line, day=DAY + timedelta(days=1))
    send(engine, line, "invoice", day=DAY + timedelta(days=2))
    assert ask(engine, line, day=DAY + timedelta(days=3)) == "pending"
    with transaction(engine) as session:
        asked = requests_of(session, [line])[line]
    assert [(one.asked_on, one.answered_on) for one in asked] == [
        (DAY, DAY + timedelta(days=2)),
        (DAY + timedelta(days=3), None),
    ]
    assert {(one.kind, one.why, one.asked_by) for one in asked} == {("invoice", WHY, "account:7")}


def test_what_an_earlier_gate_refuses_stays_refused_until_it_no_longer_does(engine: Engine) -> None:
    line = claim(engine, insure(engine, "A"), "c", "20.00 EUR", country="US").line_ids[0]
    assert ask(engine, line, "cause_proof", "Was it an accident?") == "refused"
    with transaction(engine) as session:
        assert [one.kind for one in requests_of(session, [line])[line]] == ["cause_proof"]


def test_a_paid_line_is_asked_for_its_original_alone(engine: Engine, line: int) -> None:
    pay(engine)
    with pytest.raises(Conflict, match="is paid"):
        ask(engine, line)
    assert ask(engine, line, "original", "The amount was changed by hand") == "paid"
    with pytest.raises(Conflict, match="asked for already"):
        ask(engine, line, "original")
    assert row_of(engine, line).cents == 2_000
    assert send(engine, line, "original") == "paid"
    with transaction(engine) as session:
        assert requests_of(session, [line])[line][0].answered_on == DAY


def test_an_original_is_asked_for_within_twelve_months_and_holds_nothing_up(engine: Engine, line: int) -> None:
    with pytest.raises(Conflict, match="kept until 2026-08-01"):
        ask(engine, line, "original", day=date(2026, 8, 2))
    assert ask(engine, line, "original", day=date(2026, 8, 1)) == "accepted"
    pay(engine)
    assert statuses(engine) == ["paid"]


def test_a_request_that_cannot_be_right_changes_nothing(engine: Engine, line: int) -> None:
    with pytest.raises(BadInput, match="kind: 'selfie' is unknown"):
        ask(engine, line, "selfie")
    for why, problem in ((" ", "is empty"), ("x" * 2001, "is too long"), ("a\x00b", "is no text")):
        with pytest.raises(BadInput, match=f"why: {problem}"):
            ask(engine, line, why=why)
    with pytest.raises(NotFound, match="there is no line"):
        ask(engine, line + 1)
    with transaction(engine) as session:
        assert session.execute(select(func.count()).select_from(ASKED)).scalar_one() == 0


def test_who_asked_is_in_the_audit_trail(engine: Engine, line: int) -> None:
    ask(engine, line)
    entry = table_of(AuditEntry)
    with transaction(engine) as session:
        row = session.execute(select(entry).where(entry.c.action == "paper.asked")).one()
    assert (row.actor, row.subject, row.detail) == ("account:7", f"line:{line}", {"kind": "invoice", "why": WHY})


def _ask(barrier: Any, url: str, line: int) -> None:
    engine = open_engine(url)
    barrier.wait(60)
    try:
        ask(engine, line)
    except Conflict:
        engine.dispose()


def test_two_reviewers_who_ask_at_once_ask_once(engine: Engine, line: int) -> None:
    at_once(_ask, [(url_of(engine), line)] * 2)
    with transaction(engine) as session:
        assert len(requests_of(session, [line])[line]) == 1


def test_a_paper_may_be_confidential_and_a_medical_report_is(engine: Engine, line: int) -> None:
    paper = table_of(LineDocument)
    with transaction(engine) as session:
        papers = {"medical_report": None, "other": None, "prescription": None}
        add_papers(session, line, papers, DAY, AT, SOURCES, confidential=["other"])
        found = session.execute(select(paper.c.kind, paper.c.confidential)).all()
    assert {kind for kind, confidential in found if confidential} == {"medical_report", "other"}
    assert ("prescription", False) in {tuple(row) for row in found}


# --- originals above the limit for online claims ---


@pytest.mark.parametrize(
    ("amounts", "wanted"),
    [
        (["1500.00 EUR"], False),
        (["1500.01 EUR"], True),
        (["1000.00 EUR", "745.30 SGD"], False),  # 500.00 at the rate of the day
        (["1000.00 EUR", "745.31 SGD"], True),
        (["9000000 VND"], False),  # no rate that day: nothing is guessed
        (["9000000 VND", "1500.01 EUR"], True),
    ],
)
def test_the_originals_are_wanted_above_the_limit(engine: Engine, amounts: list[str], wanted: bool) -> None:
    publish(engine)
    membership = insure(engine, "A")
    money = [Money(value, Currency(code)) for value, code in (amount.split() for amount in amounts)]
    with transaction(engine) as session:
        dossier = load(session, [membership])[membership]
        assert originals_wanted(session, dossier, money, DAY, SOURCES) is wanted


def test_the_originals_of_a_claim_are_asked_for_once_and_it_is_paid_meanwhile(engine: Engine) -> None:
    publish(engine)
    sent = claim(engine, insure(engine, "A"), "c", "900.00 EUR", "700.00 EUR")
    with transaction(engine) as session:
        assert ask_originals(session, sent.claim_id, RECEIVED, AT, "account:3") == sent.line_ids
        assert ask_originals(session, sent.claim_id, RECEIVED, AT, "account:3") == ()
    pay(engine)
    assert statuses(engine) == ["paid", "paid"]
    assert send(engine, sent.line_ids[0], "original") == "paid"
    with transaction(engine) as session:
        asked = requests_of(session, sent.line_ids)
        assert ask_originals(session, sent.claim_id, DAY, AT, "ines") == ()
        with pytest.raises(NotFound, match="there is no claim 99"):
            ask_originals(session, 99, DAY, AT, "ines")
    assert [[one.answered_on for one in asked[line]] for line in sent.line_ids] == [[DAY], [None]]
    assert asked[sent.line_ids[0]][0].why == ONLINE_LIMIT


# --- replay ---


def test_decisions_replay_with_what_was_asked_and_those_of_before_without(engine: Engine, line: int) -> None:
    ask(engine, line)
    send(engine, line, "invoice")
    pay(engine)
    with transaction(engine) as session:
        rows = session.execute(select(DECISION).order_by(DECISION.c.id)).all()
        assert [row.status for row in rows] == ["accepted", "pending", "accepted", "accepted"]
        for row in rows:
            before, after = replayed(session, row.id)
            assert before == after
        edition = editions_of(session, [rows[0].edition])[rows[0].edition]
    kept = rows[0].facts
    for part, new in (("line", ("asked", "stay_why")), ("history", ("reviewed", "stay"))):
        for name in new:
            del kept[part][name]  # as a decision of before had it
    assert trace_json(decide(TypeAdapter(Facts).validate_python(kept), edition)) == rows[0].trace
