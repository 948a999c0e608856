"""The same invoice on two memberships, as of both parents: the management unit sees it, no member does."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, event, select, update

from expat.audit import AuditEntry
from expat.claims.duplicates import review_duplicate
from expat.claims.elsewhere import Elsewhere, elsewhere
from expat.claims.lines import ref_of
from expat.claims.tables import ClaimLine, DuplicateReview, LineDecision
from expat.claims.worklist import worklist
from expat.db import table_of, transaction
from expat.errors import BadInput
from expat.wording.reasons import explain
from tests.claims.household import PROMISES, SCANS, Household, at_home, household, send
from tests.payments.insured import AT, DAY, SOURCES, pay, visit

LINE, DECISION, REVIEW = table_of(ClaimLine), table_of(LineDecision), table_of(DuplicateReview)
WHY = "Both parents sent the invoice of their child."


@pytest.fixture
def homes(engine: Engine) -> tuple[Household, Household]:
    """Two memberships, each with the child."""
    return at_home(engine), household(engine, "M2")


def hand_in(engine: Engine, home: Household, key: str = "k", amount: str = "45.00 EUR", **changed: Any) -> int:
    """A claim for the child of one line, answers its key."""
    values: dict[str, Any] = {"invoice": "F1", "provider": "Dr Diop", **changed}
    return send(engine, home.membership, key, visit(home.child, amount, **values)).line_ids[0]


def both(engine: Engine, homes: tuple[Household, Household], **second: Any) -> tuple[int, int]:
    return hand_in(engine, homes[0]), hand_in(engine, homes[1], **second)


def others(engine: Engine, line: int) -> list[Elsewhere]:
    with transaction(engine) as session:
        return elsewhere(session, [line]).get(line, [])


def flagged(engine: Engine) -> list[int]:
    with transaction(engine) as session:
        return [one.claim for one in worklist(session, DAY, PROMISES, "duplicate").claims]


def row(engine: Engine, line: int) -> Any:
    with transaction(engine) as session:
        return session.execute(select(LINE).where(LINE.c.id == line)).one()


def review(engine: Engine, line: int, outcome: str, same_as: str | None) -> str:
    with transaction(engine) as session:
        return review_duplicate(session, line, outcome, same_as, WHY, DAY, AT, SOURCES, "account:7")


def test_the_later_one_is_flagged_for_the_unit_and_nothing_is_refused(
    engine: Engine, homes: tuple[Household, Household]
) -> None:
    first, second = both(engine, homes)
    assert flagged(engine) == [2]
    (found,) = others(engine, second)
    assert (found.ref, found.number, found.person, found.same, found.open) == (
        ref_of(first), "M1", "Paul Lovelace", ("invoice",), True
    )  # fmt: skip
    assert [one.ref for one in others(engine, first)] == [ref_of(second)]
    assert (row(engine, second).status, row(engine, second).flags) == ("accepted", "")


@pytest.mark.parametrize(
    "changed",
    [
        {"invoice": "F2"}, {"invoice": None}, {"provider": "Dr Ba"}, {"amount": "45.01 EUR"}, {"amount": "45.00 USD"},
        {"first_day": DAY},
    ],
)  # fmt: skip
def test_another_number_provider_day_or_amount_is_another_invoice(
    engine: Engine, homes: tuple[Household, Household], changed: dict[str, Any]
) -> None:
    _, second = both(engine, homes, **changed)
    assert (others(engine, second), flagged(engine)) == ([], [])


@pytest.mark.parametrize("provider", ["DR DIOP", None])
def test_a_provider_that_is_not_named_or_in_capitals_is_the_same(
    engine: Engine, homes: tuple[Household, Household], provider: str | None
) -> None:
    _, second = both(engine, homes, provider=provider)
    assert len(others(engine, second)) == 1


def test_within_a_membership_the_plan_s_own_rule_looks(engine: Engine, homes: tuple[Household, Household]) -> None:
    first = hand_in(engine, homes[0])
    again = hand_in(engine, homes[0], "again")
    assert (others(engine, first), row(engine, again).reasons) == ([], "duplicate")


def test_the_very_same_paper_is_noticed_whatever_was_typed(engine: Engine, homes: tuple[Household, Household]) -> None:
    first = hand_in(engine, homes[0], invoice="F1", files={"invoice": SCANS[0]})
    second = hand_in(engine, homes[1], amount="46.00 EUR", invoice="F-1", files={"invoice": SCANS[0]})
    assert [(one.ref, one.same) for one in others(engine, second)] == [(ref_of(first), ("paper",))]
    assert flagged(engine) == [2]
    third = hand_in(engine, homes[1], "k2", files={"invoice": SCANS[0]}, provider=None)
    assert [(one.ref, one.same) for one in others(engine, third)] == [(ref_of(first), ("invoice", "paper"))]


def test_what_is_refused_elsewhere_is_paid_to_nobody_twice(engine: Engine, homes: tuple[Household, Household]) -> None:
    first, second = both(engine, homes)
    with transaction(engine) as session:
        session.execute(update(LINE).where(LINE.c.id == first).values(status="refused"))
    assert (others(engine, second), flagged(engine)) == ([], [])


def test_one_that_waits_is_flagged_when_the_later_one_was_paid(
    engine: Engine, homes: tuple[Household, Household]
) -> None:
    first = hand_in(engine, homes[0], documents=frozenset())
    hand_in(engine, homes[1])
    assert flagged(engine) == [2]
    pay(engine)
    assert (flagged(engine), row(engine, first).status) == ([1], "pending")


def test_what_is_found_to_be_distinct_is_flagged_no_more(engine: Engine, homes: tuple[Household, Household]) -> None:
    first, second = both(engine, homes)
    assert review(engine, second, "distinct", ref_of(first)) == "accepted"
    pay(engine)
    assert flagged(engine) == []
    assert [one.open for line in (first, second) for one in others(engine, line)] == [False, False]


def test_a_duplicate_of_another_membership_is_refused_without_a_word_of_the_other(
    engine: Engine, homes: tuple[Household, Household]
) -> None:
    first, second = both(engine, homes)
    assert review(engine, second, "suspected", ref_of(first)) == "pending"
    assert review(engine, second, "duplicate", ref_of(first)) == "refused"
    with transaction(engine) as session:
        assert set(session.execute(select(REVIEW.c.same_as)).scalars()) == {None}
        decisions = session.execute(select(DECISION).where(DECISION.c.line_id == second).order_by(DECISION.c.id)).all()
        told = session.execute(select(AuditEntry.detail).where(AuditEntry.action == "duplicate.reviewed")).scalars()
        assert {one["same_as"] for one in told} == {ref_of(first)}
    for decision in decisions[1:]:
        step = next(s for s in decision.trace["steps"] if s["gate"] == "duplicate")
        assert step["looked_at"]["same_as"] is None
        for language in ("en", "fr"):
            text = explain(step, language).text
            assert WHY.rstrip(".") in text and "None" not in text and ref_of(first) not in text
            assert not any(character.isdigit() for character in text)


def test_a_line_of_a_stranger_that_is_not_the_same_cannot_be_named(
    engine: Engine, homes: tuple[Household, Household]
) -> None:
    first, second = both(engine, homes, amount="46.00 EUR")
    with pytest.raises(BadInput, match="no line of this person"):
        review(engine, second, "duplicate", ref_of(first))


def test_all_lines_of_a_claim_are_compared_by_one_query(engine: Engine, homes: tuple[Household, Household]) -> None:
    lines = [hand_in(engine, homes[0], str(n), f"{n}.00 EUR", invoice=f"F{n}") for n in range(1, 6)]
    asked: list[str] = []
    with transaction(engine) as session:
        event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
        assert elsewhere(session, lines) == {}
        assert elsewhere(session, []) == {}
    assert len([text for text in asked if text.startswith("SELECT")]) == 1
