"""What an end would bring, figure by figure; nothing is kept by looking."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from expat.claims.dossier import Dossier, PaidFor, RechargeState
from expat.membership.ends import Death, End, Leaving
from expat.membership.join import Joined
from expat.membership.leaving import AT_HOME_HEADING, Consequences, consequences
from expat.periods import Period
from expat.premiums.dunning import Happened
from tests.membership.ending import dossier, family

DAY = date(2024, 6, 1)
HALF_YEAR = PaidFor(date(2024, 1, 1), date(2024, 6, 30), 182_00)  # 182 days, a euro each


@pytest.fixture
def made(session: Session) -> Joined:
    return family(session)


@pytest.fixture
def found(session: Session, made: Joined) -> Dossier:
    held = dossier(session, made)
    held.periods[1] = HALF_YEAR
    held.premiums[1] = (date(2024, 1, 1), [Happened("paid", date(2024, 1, 1))])
    return held


def looked(found: Dossier, reason: str, arrived: date, **more: Any) -> Consequences:
    unknown = more.pop("unknown_claim", False)
    return consequences(found, End(reason, arrived, arrived, **more), arrived, (), unknown)


def test_looking_keeps_nothing(found: Dossier) -> None:
    before = list(found.changes)
    looked(found, "lost_status", DAY)
    assert found.changes == before
    assert found.cover(found.member.id, found.plan.on(DAY))[0].last > date(2040, 1, 1)


def test_everybody_s_last_day_and_the_day_for_claims(found: Dossier, made: Joined) -> None:
    told = looked(found, "lost_status", DAY)
    assert told.first_day_without == date(2024, 8, 1)
    assert {one.last_day for one in told.people} == {date(2024, 7, 31)}
    assert {one.claims_until for one in told.people} == {date(2024, 11, 1)}
    assert told.withdraw_until == date(2024, 7, 31)


@pytest.mark.parametrize(
    ("arrived", "covered", "refunded"),
    [
        (date(2024, 1, 1), 0, "182.00"),
        (date(2024, 1, 11), 10, "172.00"),
        (date(2024, 1, 15), 14, "168.00"),
    ],
)
def test_a_renunciation_costs_the_days_covered_alone(
    found: Dossier, arrived: date, covered: int, refunded: str
) -> None:
    told = looked(found, "renunciation", arrived)
    assert told.refused is None and told.premiums is not None
    assert [part.covered for part in told.premiums] == [covered]
    assert told.refunded == Decimal(refunded)
    assert told.refund_by is not None and (told.refund_by - arrived).days == 30
    assert told.withdraw_until is None


def test_sold_at_home_a_claim_that_nobody_knew_of_keeps_the_whole_premium_due(found: Dossier) -> None:
    found.sold = "at_home"
    told = looked(found, "renunciation", date(2024, 1, 11), unknown_claim=True)
    assert told.refunded == 0 and told.heading == AT_HOME_HEADING
    assert looked(found, "renunciation", date(2024, 1, 11), known_claim=True).refused == "renunciation_claim_known"


@pytest.mark.parametrize(("sold", "returned"), [("distance", "54.00"), ("at_home", "0"), (None, "0")])
def test_benefits_are_returned_after_a_sale_at_a_distance_alone(
    found: Dossier, made: Joined, sold: str | None, returned: str
) -> None:
    found.sold = sold
    found.use(made.people[0], "ambulatory", date(2024, 1, 1)).paid = 54_00
    told = looked(found, "renunciation", date(2024, 1, 11))
    assert told.benefits_returned == Decimal(returned)
    assert told.benefits_by == (date(2024, 2, 10) if sold == "distance" else None)


def test_an_unpaid_premium_is_due_for_the_days_covered(found: Dossier) -> None:
    found.premiums[1] = (date(2024, 1, 1), [])
    told = looked(found, "renunciation", date(2024, 1, 11))
    assert (told.owed, told.refunded) == (Decimal("10.00"), 0)


def test_without_a_known_period_the_premium_is_worked_out_by_hand(session: Session, made: Joined) -> None:
    told = looked(dossier(session, made), "renunciation", date(2024, 1, 11))
    assert told.premiums is None and told.refund_by == date(2024, 2, 10)


def test_what_is_left_of_a_recharge_is_lost(found: Dossier, made: Joined) -> None:
    days = Period(date(2024, 5, 1), date(2025, 4, 30))
    found.recharges.append(RechargeState(1, made.people[1], "wellbeing", days, 300_00, {date(2024, 1, 1): 54_00}))
    [lost] = looked(found, "lost_status", DAY).recharges
    assert (lost.person, lost.left) == (made.people[1], Decimal("246.00"))


def test_somebody_s_leaving_touches_that_person_alone_and_is_no_termination(found: Dossier, made: Joined) -> None:
    told = consequences(found, Leaving(made.people[1], "separated", date(2024, 7, 1), DAY), DAY)
    [one] = told.people
    assert (one.person, one.last_day, one.claims_until) == (made.people[1], date(2024, 6, 30), date(2026, 6, 30))
    assert not told.is_termination and told.premiums == ()


def test_a_death_leaves_the_others_the_period_paid_for(found: Dossier, made: Joined) -> None:
    told = consequences(found, Death(date(2024, 5, 20), DAY), DAY)
    assert [one.last_day for one in told.people] == [date(2024, 5, 20), date(2024, 6, 30), date(2024, 6, 30)]
    assert next(one.claims_until for one in told.people) == date(2026, 5, 20)
    assert told.premiums == ()  # the family uses what was paid


def test_who_was_insured_alone_gets_the_rest_of_the_premium_back_to_the_estate(found: Dossier, made: Joined) -> None:
    found.people = {made.people[0]: found.people[made.people[0]]}
    told = consequences(found, Death(date(2024, 5, 20), DAY), DAY)
    assert told.refunded == Decimal("41.00")  # 21 May to 30 June


def test_an_unpaid_premium_that_has_not_ended_anything_does_not_move_the_last_day(found: Dossier) -> None:
    found.premiums[2] = (DAY, [])
    told = looked(found, "member", DAY)
    assert {one.last_day for one in told.people} == {date(2024, 12, 31)}


@given(arrived=st.dates(date(2024, 1, 1), date(2024, 1, 15)), cents=st.integers(0, 10_000_00))
def test_what_is_due_and_what_comes_back_are_the_premium(arrived: date, cents: int) -> None:
    from expat.membership.leaving import PremiumPart
    from expat.premiums.tariff import pro_rata

    whole, covered = Decimal(cents).scaleb(-2), (arrived - date(2024, 1, 1)).days
    part = PremiumPart(Period(date(2024, 1, 1), date(2024, 6, 30)), covered, pro_rata(whole, covered, 182), whole)
    assert part.due + part.refunded == whole and part.owed == 0
