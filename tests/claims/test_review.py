"""A reviewer accepts a part of an unreasonable cost; papers that come later are judged with it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, select

from expat.claims.papers import add_papers
from expat.claims.records import replayed
from expat.claims.review import accept_part
from expat.claims.tables import ClaimLine, LineDecision
from expat.db import open_engine, table_of, transaction
from expat.errors import BadInput, Conflict, NotFound
from tests.payments.insured import AT, DAY, SOURCES, at_once, claim, insure, pay, publish, url_of

LINE, DECISION = table_of(ClaimLine), table_of(LineDecision)


def _review(engine: Engine, line: int, accepted: str, why: str = "three times the usual price in Dakar") -> None:
    with transaction(engine) as session:
        accept_part(session, line, Decimal(accepted), why, DAY, AT, SOURCES, "ines")


def _line(engine: Engine, line: int) -> tuple[str, str, int | None]:
    with transaction(engine) as session:
        row = session.execute(select(LINE).where(LINE.c.id == line)).one()
        return row.status, row.reasons, row.cents


def test_what_the_reviewer_does_not_accept_is_taken_off_with_the_reason(engine: Engine) -> None:
    publish(engine)
    line = claim(engine, insure(engine, "A"), "c", "300.00 EUR").line_ids[0]
    _review(engine, line, "100.00")
    assert _line(engine, line) == ("accepted", "unreasonable_cost", 10_000)
    pay(engine)
    assert _line(engine, line) == ("paid", "unreasonable_cost", 10_000)
    with transaction(engine) as session:
        traces = session.execute(select(DECISION.c.trace).order_by(DECISION.c.id)).scalars().all()
    step = next(s for s in traces[-1]["steps"] if s["reason"] == "unreasonable_cost")
    assert step["looked_at"]["why"] == "three times the usual price in Dakar"
    assert (step["before"], step["after"]) == ("300/1", "100/1")


def test_nothing_accepted_refuses_the_line(engine: Engine) -> None:
    line = claim(engine, insure(engine, "A"), "c", "300.00 EUR").line_ids[0]
    _review(engine, line, "0.00")
    assert _line(engine, line) == ("refused", "unreasonable_cost", 0)


def test_a_review_that_cannot_be_right_changes_nothing(engine: Engine) -> None:
    line = claim(engine, insure(engine, "A"), "c", "300.00 EUR").line_ids[0]
    with pytest.raises(BadInput, match="from 0 to the amount invoiced"):
        _review(engine, line, "300.01")
    with pytest.raises(BadInput, match="the member will read"):
        _review(engine, line, "1.00", " ")
    with pytest.raises(NotFound, match="there is no line"):
        _review(engine, line + 1, "1.00")
    assert _line(engine, line) == ("accepted", "", 30_000)
    pay(engine)
    with pytest.raises(Conflict, match="is paid"):
        _review(engine, line, "1.00")


def test_a_prescription_that_comes_later_lets_the_line_be_paid(engine: Engine) -> None:
    membership = insure(engine, "A")
    papers = frozenset({"invoice"})
    line = claim(engine, membership, "c", "20.00 EUR", care="ambulatory.pharmacy", documents=papers).line_ids[0]
    assert _line(engine, line) == ("pending", "documents_missing", None)
    with transaction(engine) as session:
        add_papers(session, line, {"prescription": None}, DAY, AT, SOURCES)
    assert _line(engine, line) == ("accepted", "", 2_000)


def test_every_decision_that_was_kept_replays_to_the_same_result(engine: Engine) -> None:
    publish(engine)
    membership = insure(engine, "A", "SGD")
    claim(engine, membership, "c", "20.00 EUR", "33.35 SGD", "5000 JPY")
    claim(engine, membership, "d", "20.00 EUR", country="US")
    pay(engine)
    with transaction(engine) as session:
        kept = session.execute(select(DECISION.c.id)).scalars().all()
        assert len(kept) == 7
        for key in kept:
            before, after = replayed(session, key)
            assert before == after


def _add_paper(barrier: Any, url: str, line: int, kind: str) -> None:
    engine = open_engine(url)
    barrier.wait()
    with transaction(engine) as session:
        add_papers(session, line, {kind: None}, DAY, AT, SOURCES)
    engine.dispose()


def test_two_papers_that_come_at_once_are_both_there(engine: Engine) -> None:
    membership = insure(engine, "A")
    line = claim(engine, membership, "c", "20.00 EUR", care="ambulatory.pharmacy", documents=frozenset()).line_ids[0]
    assert _line(engine, line)[0] == "pending"
    at_once(_add_paper, [(url_of(engine), line, kind) for kind in ("invoice", "prescription")])
    assert _line(engine, line) == ("accepted", "", 2_000)


def test_a_second_review_is_a_second_decision(engine: Engine) -> None:
    line = claim(engine, insure(engine, "A"), "c", "300.00 EUR").line_ids[0]
    _review(engine, line, "200.00")
    _review(engine, line, "100.00")
    assert _line(engine, line) == ("accepted", "unreasonable_cost", 10_000)
    with transaction(engine) as session:
        assert len(session.execute(select(DECISION.c.id)).scalars().all()) == 3
