"""What holds for every line, whatever its facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from expat.adjudication.decide import GATES, decide
from expat.adjudication.facts import (
    Approval,
    Asked,
    Derogation,
    Facts,
    History,
    Person,
    Purses,
    RateUsed,
    Recharge,
    Reviewed,
    ShownStay,
    Since,
)
from expat.adjudication.rules import REASONS
from expat.claims.records import facts_json, trace_json
from expat.money import current_currencies, from_minor, minor_units
from expat.periods import Period, add_months
from expat.plans.edition import revived
from expat.plans.schema import CAUSES
from tests.facts import JOINED, edition, facts, line, membership

EDITION = edition()
DAYS = st.dates(date(2023, 12, 1), date(2026, 12, 31))
CARE = st.sampled_from([*EDITION.care, "excluded.cosmetic"])
MONEY = st.integers(1, 10_000_000).map(lambda cents: Decimal(cents).scaleb(-2))
FINDINGS = [Reviewed(outcome, "1/1", "a reason") for outcome in ("suspected", "duplicate", "distinct")]
RATES = st.decimals(Decimal("0.0001"), Decimal("30000"), places=4)


@st.composite
def some_facts(draw: st.DrawFn) -> Facts:
    """Facts of every kind: places, causes, approvals, histories, purses, rates that are there or not."""
    day = draw(DAYS)
    quantity = draw(st.integers(1, 45))
    amount = draw(MONEY)
    one = line(
        care=draw(CARE),
        first_day=day,
        last_day=day + timedelta(days=quantity - 1),
        quantity=quantity,
        amount=amount,
        currency=draw(st.sampled_from(["EUR", "SGD"])),
        country=draw(st.sampled_from(["SN", "ML", "FR", "US", "SG", "DE"])),
        cause=draw(st.sampled_from(sorted(CAUSES))),
        stay_days=draw(st.none() | st.integers(0, 120)),
        received_on=day + timedelta(days=draw(st.integers(0, 900))),
        documents=draw(st.sampled_from([frozenset(), frozenset({"invoice"}), line().documents])),
        accepted_amount=draw(st.none() | st.integers(0, int(amount * 100)).map(lambda c: Decimal(c).scaleb(-2))),
        asked=draw(st.sampled_from([(), (), (Asked("invoice", "a reason", day), Asked("other", "a reason", day))])),
        stay_why=draw(st.sampled_from([None, None, "a reason"])),
    )
    upgrade = draw(st.sampled_from([(), (Since(date(2025, 1, 1), "4"),), (Since(date(2025, 1, 1), "2"),)]))
    start = draw(st.sampled_from([JOINED, date(2025, 3, 10)]))
    rate = draw(st.none() | RATES)
    used = 100 * draw(st.integers(0, 20_000))
    return facts(
        line=one,
        person=Person("spouse", date(1980, 2, 29), (Period(start, date(2026, 6, 30)),), requested_on=start),
        membership=membership(
            formulas=(Since(JOINED, "3"), *upgrade),
            zones=(Since(JOINED, "A"), Since(date(2025, 6, 1), draw(st.sampled_from("ABC")))),
            suspensions=draw(st.sampled_from([(), (Period(date(2025, 8, 1), date(2025, 8, 20)),)])),
            terminated_on=draw(st.none() | st.just(date(2026, 7, 1))),
        ),
        approvals=draw(st.lists(some_approval(day), max_size=3).map(tuple)),
        derogations=draw(st.sampled_from([(), (Derogation("DE", date(2025, 1, 1), Period(day, day)),)])),
        history=History(
            stay_first_day=day,
            series_acts=draw(st.integers(0, 9)),
            lifetime_days=draw(st.integers(0, 30)),
            reviewed=draw(st.sampled_from([None, None, *FINDINGS])),
            stay=draw(st.none() | st.integers(0, 200).map(lambda n: _shown(day, n))),
        ),
        purses=Purses(
            own_used=Decimal(used).scaleb(-2),
            overall_used=Decimal(draw(st.integers(0, 60_000_000))).scaleb(-2),
            carry_from=draw(st.none() | st.just(Decimal(300))),
            recharges=(
                Recharge(7, Period(day, add_months(day, 12)), Decimal(300), Decimal(draw(st.integers(0, 300)))),
            ),
        ),
        invoice_rate=None if rate is None else RateUsed(one.currency, rate, "ecb", day),
        payout_rate=None if rate is None else RateUsed("EUR", Decimal(1), "euro", day),
    )  # fmt: skip


def _shown(day: date, days: int) -> ShownStay:
    """A stay that claims show, until a day of care."""
    return ShownStay(Period(day - timedelta(days=days), day), "1/1", "2/1")


def some_approval(day: date) -> st.SearchStrategy[Approval]:
    """A request around a day of care."""
    near = st.integers(-40, 10).map(lambda n: day + timedelta(days=n))
    return st.builds(
        Approval,
        id=st.integers(1, 3),
        care=st.sampled_from(["hospital", "dental.crown", "hospital.stay", "maternity", "ambulatory.auxiliary"]),
        requested_on=near,
        starts_on=near,
        granted=st.booleans(),
        emergency=st.booleans(),
        days=st.none() | st.integers(1, 60),
        sessions=st.none() | st.integers(1, 12),
        override=st.none() | st.just("a reason"),
        direct=st.booleans(),
        extends=st.none() | st.integers(1, 3),
    )


@given(some_facts())
def test_invoiced_minus_every_reduction_is_what_is_paid(one: Facts) -> None:
    decision = decide(one, EDITION)
    taken = sum(((s.before or 0) - (s.after or 0) for s in decision.reductions), Fraction(0))
    if decision.benefit is not None:
        rate = Fraction(one.invoice_rate.value) if one.invoice_rate and decision.benefit else Fraction(1)
        assert Fraction(one.line.amount) - taken == decision.benefit * rate


@given(some_facts())
def test_never_more_than_was_spent_and_never_above_a_purse(one: Facts) -> None:
    decision = decide(one, EDITION)
    if decision.benefit:
        assert one.invoice_rate is not None
        assert decision.benefit <= Fraction(one.line.amount) / Fraction(one.invoice_rate.value)
        overall = EDITION.overall_ceiling(decision.formula or "").value - one.purses.overall_used
        assert decision.cents is not None
        assert Decimal(decision.cents).scaleb(-2) <= overall
    if decision.split is not None:
        assert decision.cents == decision.split.own + decision.split.carried + sum(
            c for _, c in decision.split.recharges
        )


@given(some_facts())
def test_nothing_is_paid_inside_a_wait_without_a_waiver(one: Facts) -> None:
    decision = decide(one, EDITION)
    care = EDITION.care.get(one.line.care)
    if decision.status == "accepted" and care is not None and decision.benefit:
        months = EDITION["waiting.months"].value[care.category]
        waited = one.line.first_day >= add_months(one.person.cover[0].first, months)
        assert waited or (one.line.cause in ("accident", "unexpected_illness") and care.category != "maternity")


@given(some_facts())
def test_the_trace_is_whole_and_ends_where_the_decision_falls(one: Facts) -> None:
    decision = decide(one, EDITION)
    gates = list(dict.fromkeys(s.gate for s in decision.steps))
    known = ["duplicate", "in_force", "suspended", "in_time", "excluded", "formula", "age", "territory", "waiting",
             "approval", "documents", "limits", "benefit", "category_ceiling", "overall_ceiling", "payout"]  # fmt: skip
    assert gates == [g for g in known if g in gates]
    assert gates == known[: len(gates)] or decision.status == "accepted"
    assert set(decision.reasons) <= set(REASONS)
    assert (decision.status == "refused") == (decision.steps[-1].result == "refused")
    assert len(GATES) == 15


@given(some_facts())
def test_a_kept_decision_replays_to_the_same_result(one: Facts) -> None:
    kept = TypeAdapter(Facts).validate_python(facts_json(one))
    assert trace_json(decide(kept, revived(EDITION.content))) == trace_json(decide(one, EDITION))


@pytest.mark.parametrize("currency", current_currencies())
@settings(max_examples=50)  # of each currency, of which there are more than 150
@given(units=st.integers(1, 10**12), rate=st.decimals(Decimal("0.000001"), Decimal("900000"), places=6))
def test_full_reimbursement_in_the_invoice_currency_pays_the_invoice(currency: str, units: int, rate: Decimal) -> None:
    """UNO-FX-4, for hospital surgery on formula 4: all of the cost, in the currency in which it was invoiced."""
    at_rate = RateUsed(currency, rate, "ecb", date(2025, 6, 13))
    amount = from_minor(units, currency)
    if Fraction(amount) / Fraction(rate) > 900_000:
        amount = from_minor(1, currency)
        units = 1
        if Fraction(amount) / Fraction(rate) > 900_000:
            return
    approval = Approval(1, "hospital", date(2025, 5, 1), date(2025, 6, 1), True)
    one = facts(
        line=line(care="hospital.surgery", amount=amount, currency=currency),
        approvals=(approval,),
        payout_currency=currency,
        invoice_rate=at_rate,
        payout_rate=at_rate,
    )
    decision = decide(one, EDITION)
    assert decision.status == "accepted"
    assert decision.reasons == ()
    assert (decision.payout, decision.payout_currency) == (units, currency)
    assert minor_units(currency) in (0, 2, 3, 4)
    assert decide(replace(one, payout_rate=None), EDITION).reasons == ("rate_unavailable",)


@given(some_facts())
def test_what_a_person_waits_for_is_never_paid(one: Facts) -> None:
    decision = decide(one, EDITION)
    found = one.history.reviewed
    if one.line.asked or (found is not None and found.outcome != "distinct"):
        assert decision.status in ("pending", "refused")


@given(some_facts())
def test_a_flag_changes_nothing_else(one: Facts) -> None:
    decision = decide(one, EDITION)
    without = decide(replace(one, history=replace(one.history, stay=None)), EDITION)
    assert "possible_long_stay" not in without.flags
    assert replace(decision, flags=(), steps=()) == replace(without, flags=(), steps=())
    if "possible_long_stay" in decision.flags:
        assert one.history.stay is not None and one.line.stay_why is None
        days = one.history.stay.days
        assert (days.last - days.first).days + 1 >= EDITION["territory.temporary_stay"].value
