"""A simulation tells what a settlement would pay, by the same judging, and saves nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from expat.approvals.request import NewRequest, request_approval
from expat.approvals.tables import ApprovalRequest
from expat.claims.intake import NewLine
from expat.claims.papers import add_papers
from expat.claims.simulate import Simulated, simulate, with_papers
from expat.claims.tables import ClaimLine
from expat.db import table_of, transaction
from expat.errors import BadInput, NotFound
from expat.membership.changes import Acting
from expat.wording.reasons import explain
from tests.a_story import everything
from tests.claims.household import Household, at_home, send
from tests.payments.insured import AT, DAY, SOURCES, pay, payouts, visit

MARCH = date(2026, 3, 10)


@pytest.fixture
def home(engine: Engine) -> Household:
    return at_home(engine)


def ask(engine: Engine, home: Household, *lines: NewLine, **options: Any) -> list[Simulated]:
    with transaction(engine) as session:
        return simulate(session, home.membership, lines, DAY, SOURCES, **options)


def osteopath(person: int, amount: str, **changed: Any) -> NewLine:
    """A session: formula 4 pays up to 80 EUR for each and 600 EUR a year."""
    return visit(person, amount, care="wellbeing.osteopath", **changed)


def test_nothing_is_saved(engine: Engine, home: Household) -> None:
    before = everything(engine)
    ask(engine, home, visit(home.member, "45.00 EUR"), visit(home.spouse, "20.00 SGD", care="dental.crown"))
    assert everything(engine) == before


def test_a_crown_in_march_needs_an_approval_and_pays_once_it_is_granted(engine: Engine, home: Household) -> None:
    crown = visit(home.member, "1200.00 SGD", care="dental.crown", first_day=MARCH)
    (refused,) = ask(engine, home, crown)
    assert (refused.status, refused.reasons, refused.paid) == ("refused", ("approval_missing",), Decimal(0))
    (step,) = [step for step in refused.trace["steps"] if step["reason"]]
    assert "needs prior approval" in explain(step, "en", refused.edition, refused.currency).sentence
    (paid,) = ask(engine, home, crown, assume_approved=True)
    assert (paid.status, paid.reasons, paid.needed) == ("accepted", (), ("invoice",))
    assert (paid.paid, paid.paid_in, paid.eur) == (Decimal("805.04"), "EUR", Decimal("805.04"))
    assert (paid.invoiced, paid.counts, paid.share) == (Decimal("1200.00"), Decimal("1200.00"), Decimal(0))
    assert paid.invoice_rate is not None
    assert (paid.invoice_rate.value, paid.invoice_rate.published_on) == (Decimal("1.4906"), DAY)
    assert paid.balance is not None
    # 2026 is another membership year: 2,000 EUR of its own and half of 2025's, which nobody used
    assert (paid.balance.ceiling, paid.balance.left) == (Decimal(3000), Decimal("2194.96"))


def test_what_was_asked_for_and_not_decided_is_not_an_approval(engine: Engine, home: Household) -> None:
    with transaction(engine) as session:
        asked = NewRequest(home.member, "dental.crown", MARCH)
        request_approval(session, home.membership, asked, Acting(DAY, AT, SOURCES))
    crown = visit(home.member, "100.00 EUR", care="dental.crown", first_day=MARCH)
    assert [one.status for one in ask(engine, home, crown)] == ["refused"]
    assert [one.status for one in ask(engine, home, crown, assume_approved=True)] == ["accepted"]
    with transaction(engine) as session:
        assert session.execute(select(func.count()).select_from(table_of(ApprovalRequest))).scalar_one() == 1


def test_it_says_which_papers_are_missing_and_what_it_pays_with_them(engine: Engine, home: Household) -> None:
    came = frozenset({"invoice"})
    tests = visit(home.member, "60.00 EUR", care="ambulatory.laboratory", documents=came)
    (waits,) = ask(engine, home, tests)
    assert (waits.status, waits.missing, waits.needed) == ("pending", ("prescription",), ("invoice", "prescription"))
    assert (waits.paid, waits.counts, waits.share) == (None, None, None)
    (whole,) = ask(engine, home, tests, papers_complete=True)
    assert (whole.status, whole.missing, whole.paid) == ("accepted", (), Decimal("60.00"))


def test_an_ambulance_pays_where_its_stay_is_taken_as_known(engine: Engine, home: Household) -> None:
    ambulance = visit(home.member, "300.00 EUR", care="hospital.ambulance", first_day=MARCH)
    (alone,) = ask(engine, home, ambulance, papers_complete=True)
    assert (alone.status, alone.missing, alone.paid) == ("pending", ("admission_or_discharge",), None)
    (with_stay,) = ask(engine, home, ambulance, papers_complete=True, assume_stay=True)
    assert (with_stay.status, with_stay.paid) == ("accepted", Decimal("300.00"))
    stay = replace(ambulance, care="hospital.stay", quantity=1)
    (unapproved,) = ask(engine, home, stay, papers_complete=True, assume_stay=True)
    assert unapproved.reasons == ("approval_missing",)


def test_a_kept_line_that_waits_tells_what_it_pays_with_its_papers(engine: Engine, home: Household) -> None:
    waiting = visit(home.member, "50.00 EUR", care="ambulatory.pharmacy", documents=frozenset({"invoice"}))
    done = send(engine, home.membership, "k", waiting)
    before = everything(engine)
    with transaction(engine) as session:
        found = with_papers(session, home.membership, done.line_ids, DAY, SOURCES)
    assert [(one.status, one.paid, one.paid_in) for one in found.values()] == [("accepted", Decimal("50.00"), "EUR")]
    assert everything(engine) == before
    with transaction(engine) as session:
        add_papers(session, done.line_ids[0], {"prescription": None}, DAY, AT, SOURCES)
    pay(engine)
    with transaction(engine) as session:
        row = session.execute(select(table_of(ClaimLine))).one()
    assert (row.status, row.payout, row.payout_currency) == ("paid", 5000, "EUR")


def test_lines_use_up_a_ceiling_one_after_the_other(engine: Engine, home: Household) -> None:
    told = ask(engine, home, *[osteopath(home.member, "400.00 EUR", quantity=5) for _ in range(3)])
    assert [one.paid for one in told] == [Decimal(400), Decimal(200), Decimal(0)]
    assert [one.share for one in told] == [Decimal(0), Decimal(200), Decimal(400)]
    assert [one.balance.left for one in told if one.balance] == [Decimal(200), Decimal(0), Decimal(0)]


def test_what_waits_for_the_settlement_goes_first_and_the_settlement_pays_what_was_told(
    engine: Engine, home: Household
) -> None:
    waiting = [osteopath(home.member, "400.00 EUR", quantity=5, invoice="1")]
    send(engine, home.membership, "a", *waiting)
    new = osteopath(home.member, "300.00 EUR", quantity=4, invoice="2")
    other = osteopath(home.spouse, "300.00 EUR", quantity=4, invoice="3")
    told = ask(engine, home, new, other)
    assert [one.paid for one in told] == [Decimal(200), Decimal(300)]
    send(engine, home.membership, "b", new, other, received_on=DAY)
    pay(engine)
    assert [payout.amount for payout in payouts(engine)] == [40000 + 20000 + 30000]


def test_after_a_settlement_it_tells_the_same_as_before_it(engine: Engine, home: Household) -> None:
    send(engine, home.membership, "a", osteopath(home.member, "400.00 EUR", quantity=5, invoice="1"))
    new = osteopath(home.member, "300.00 EUR", quantity=4, invoice="2")
    (before,) = ask(engine, home, new)
    pay(engine)
    (after,) = ask(engine, home, new)
    assert (before.paid, before.share, before.balance) == (after.paid, after.share, after.balance)


def test_care_to_come_is_received_when_it_ends_and_care_long_ago_is_late(engine: Engine, home: Household) -> None:
    far = visit(home.member, "45.00 EUR", first_day=date(2029, 1, 1))
    (one,) = ask(engine, home, far)
    assert (one.status, one.line.received_on) == ("accepted", date(2029, 1, 1))
    with transaction(engine) as session:
        (late,) = simulate(session, home.membership, [visit(home.member, "45.00 EUR")], date(2029, 1, 1), SOURCES)
    assert late.reasons == ("late",)


def test_without_a_rate_no_amount_is_guessed(engine: Engine, home: Household) -> None:
    (one,) = ask(engine, home, visit(home.member, "45.00 THB"))
    assert (one.status, one.reasons, one.paid, one.eur) == ("accepted", ("rate_unavailable",), None, None)


def test_the_same_invoice_again_is_a_duplicate(engine: Engine, home: Household) -> None:
    line = visit(home.member, "45.00 EUR", invoice="F1")
    send(engine, home.membership, "a", line)
    (again,) = ask(engine, home, line)
    assert again.reasons == ("duplicate",)


def test_wrong_input_is_named_as_in_a_claim(engine: Engine, home: Household) -> None:
    with pytest.raises(BadInput, match=r"lines\[0\].care"):
        ask(engine, home, visit(home.member, "45.00 EUR", care="magic"))
    with pytest.raises(NotFound), transaction(engine) as session:
        simulate(session, 99, [visit(home.member, "45.00 EUR")], DAY, SOURCES)
