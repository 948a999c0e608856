"""What a person finds of a line that resembles another: it waits, is refused, or is judged as a line of its own."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, select

from expat.claims.duplicates import review_duplicate
from expat.claims.intake import NewClaim
from expat.claims.lines import ref_of
from expat.claims.records import replayed
from expat.claims.submit import submit
from expat.claims.tables import ClaimLine, DuplicateReview, LineDecision
from expat.db import table_of, transaction
from expat.errors import BadInput, Conflict, NotFound
from expat.membership.tables import InsuredPerson
from expat.wording.reasons import explain
from tests.payments.insured import AT, DAY, SOURCES, claim, insure, pay, publish, visit

LINE, DECISION, REVIEW = table_of(ClaimLine), table_of(LineDecision), table_of(DuplicateReview)
WHY = "The receipt shows the same number of the till."


def review(engine: Engine, line: int, outcome: str, same_as: str | None = None, why: str = WHY) -> str:
    with transaction(engine) as session:
        return review_duplicate(session, line, outcome, same_as, why, DAY, AT, SOURCES, "account:7")


def stands(engine: Engine, line: int) -> tuple[str, str, str]:
    with transaction(engine) as session:
        row = session.execute(select(LINE).where(LINE.c.id == line)).one()
        return row.status, row.reasons, row.flags


def last_step(engine: Engine, line: int) -> dict[str, Any]:
    with transaction(engine) as session:
        query = select(DECISION.c.trace).where(DECISION.c.line_id == line).order_by(DECISION.c.id.desc())
        steps: list[dict[str, Any]] = session.execute(query).scalars().first()["steps"]
    return steps[-1]


@pytest.fixture
def twins(engine: Engine) -> tuple[int, int]:
    """Two accepted lines that look alike, without an invoice number: the second is flagged."""
    publish(engine)
    membership = insure(engine, "A")
    first = claim(engine, membership, "c", "45.00 EUR", invoice=None).line_ids[0]
    second = claim(engine, membership, "d", "45.00 EUR", invoice=None).line_ids[0]
    assert stands(engine, second) == ("accepted", "", "possible_duplicate")
    return first, second


def test_a_suspected_duplicate_waits_and_is_not_paid(engine: Engine, twins: tuple[int, int]) -> None:
    first, second = twins
    assert review(engine, second, "suspected", ref_of(first)) == "pending"
    assert stands(engine, second) == ("pending", "possible_duplicate", "")
    pay(engine)
    assert [stands(engine, line)[0] for line in twins] == ["paid", "pending"]


def test_a_duplicate_is_refused_and_the_member_reads_of_what_and_why(engine: Engine, twins: tuple[int, int]) -> None:
    first, second = twins
    review(engine, second, "suspected", ref_of(first))
    assert review(engine, second, "duplicate", ref_of(first)) == "refused"
    assert stands(engine, second) == ("refused", "duplicate", "")
    step = last_step(engine, second)
    assert step["rule"] == "UNO-DUP-1"
    assert explain(step, "en").text == (
        "A person compared this line with line 1 of claim 1: it is the same care, claimed twice. The reviewer's "
        "reason: The receipt shows the same number of the till. If these are two different visits, send us the "
        "invoice of each, with its own number."
    )
    pay(engine)
    assert [stands(engine, line)[0] for line in twins] == ["paid", "refused"]


def test_a_distinct_line_is_flagged_no_more_and_neither_is_the_other(engine: Engine, twins: tuple[int, int]) -> None:
    first, second = twins
    assert review(engine, second, "distinct", ref_of(first)) == "accepted"
    assert [stands(engine, line) for line in twins] == [("accepted", "", "")] * 2
    pay(engine)
    assert [stands(engine, line) for line in twins] == [("paid", "", "")] * 2


def test_two_visits_on_one_invoice_are_both_paid_once_a_person_says_so(engine: Engine) -> None:
    publish(engine)
    membership = insure(engine, "A")
    first, second = claim(engine, membership, "c", "45.00 EUR", "45.00 EUR", invoice="F1").line_ids
    assert stands(engine, second) == ("refused", "duplicate", "")
    review(engine, second, "distinct", ref_of(first))
    pay(engine)
    assert [stands(engine, line) for line in (first, second)] == [("paid", "", "")] * 2
    third = claim(engine, membership, "d", "45.00 EUR", invoice="F1").line_ids[0]
    assert stands(engine, third) == ("refused", "duplicate", "")


def test_the_newest_finding_holds(engine: Engine, twins: tuple[int, int]) -> None:
    first, second = twins
    for outcome, status in (("duplicate", "refused"), ("distinct", "accepted"), ("suspected", "pending")):
        assert review(engine, second, outcome, ref_of(first)) == status
    with transaction(engine) as session:
        kept = session.execute(select(REVIEW.c.outcome, REVIEW.c.same_as, REVIEW.c.reviewed_by)).all()
    assert [tuple(row) for row in kept] == [(o, "1/1", "account:7") for o in ("duplicate", "distinct", "suspected")]


def test_a_finding_that_cannot_be_right_changes_nothing(engine: Engine, twins: tuple[int, int]) -> None:
    first, second = twins
    someone = claim(engine, insure(engine, "B"), "c", "45.00 EUR").line_ids[0]
    for outcome, same_as, why, wrong in (
        ("maybe", ref_of(first), WHY, "outcome: 'maybe' is unknown"),
        ("duplicate", None, WHY, "same_as: is empty"),
        ("suspected", "", WHY, "same_as: is empty"),
        ("duplicate", "one", WHY, "same_as: 'one' is no line"),
        ("duplicate", ref_of(second), WHY, "is the line itself"),
        ("duplicate", "99/1", WHY, "99/1 is no line of this person"),
        ("distinct", ref_of(someone), WHY, "is no line of this person"),
        ("duplicate", ref_of(first), " ", "why: is empty"),
    ):
        with pytest.raises(BadInput, match=wrong):
            review(engine, second, outcome, same_as, why)
    with pytest.raises(NotFound, match="there is no line"):
        review(engine, 99_001, "distinct")
    assert stands(engine, second) == ("accepted", "", "possible_duplicate")


def test_two_lines_are_not_refused_for_each_other(engine: Engine, twins: tuple[int, int]) -> None:
    first, second = twins
    review(engine, second, "duplicate", ref_of(first))
    with pytest.raises(Conflict, match="was found to be a duplicate itself"):
        review(engine, first, "duplicate", ref_of(second))
    assert stands(engine, first)[0] == "accepted"


def test_a_line_of_another_person_of_the_membership_is_not_compared(engine: Engine) -> None:
    membership = insure(engine, "A")
    with transaction(engine) as session:
        spouse = {
            "membership_id": membership, "role": "spouse", "first_name": "S", "last_name": "L", "born": DAY,
            "covered_from": DAY, "recorded_at": AT,
        }  # fmt: skip
        session.execute(table_of(InsuredPerson).insert(), spouse)
    lines = [visit(person, "45.00 EUR") for person in (1, 2)]
    with transaction(engine) as session:
        mine, hers = submit(session, membership, NewClaim(lines, DAY, "c"), AT, SOURCES).line_ids
    with pytest.raises(BadInput, match="is no line of this person"):
        review(engine, mine, "duplicate", ref_of(hers))


def test_a_paid_line_is_left_alone(engine: Engine, twins: tuple[int, int]) -> None:
    first, second = twins
    pay(engine)
    with pytest.raises(Conflict, match="is paid"):
        review(engine, second, "duplicate", ref_of(first))


def test_decisions_with_a_finding_replay(engine: Engine, twins: tuple[int, int]) -> None:
    first, second = twins
    for outcome in ("suspected", "duplicate", "distinct"):
        review(engine, second, outcome, ref_of(first))
    with transaction(engine) as session:
        for key in session.execute(select(DECISION.c.id)).scalars().all():
            before, after = replayed(session, key)
            assert before == after
