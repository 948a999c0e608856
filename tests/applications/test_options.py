"""Options chosen on joining: their conditions, their prices, and what becomes of them on conclusion."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import Session

from expat.applications.conclude import conclude
from expat.applications.eligible import problems
from expat.applications.form import Person, Residence, kept_step, read_form
from expat.applications.hand_in import agree
from expat.applications.happened import events_of
from expat.applications.listing import first_premiums
from expat.claims.load import load
from expat.db import table_of
from expat.errors import BadInput
from expat.ledger.post import balances
from expat.membership.ends import paid_until
from expat.options.choose import held_on, options_of
from expat.options.chosen import Chosen, first_instalment, options, prevoyance_begins
from expat.periods import DAY as ONE
from expat.plans.loader import plan
from expat.premiums.tables import Premium, PremiumEvent
from expat.premiums.tariff import Insured
from tests.applications.applying import CHILD, DAY, KEYS, MEMBER, SPOUSE, acting, handed_in
from tests.applications.test_path import CASHIER, accept, due

EDITION = plan("expat-uno").on(DAY)
ALL = Chosen(True, "us_canada", 100_000, True, 50_000, 60, 30)
MAN = Insured("member", MEMBER.born)
WIFE, KID = Insured("spouse", SPOUSE.born), Insured("child", CHILD.born)


def prices(chosen: Chosen, *people: Insured) -> dict[str, Decimal]:
    return {one.kind: one.yearly for one in options(EDITION, chosen, people or (MAN,), DAY)}


def test_each_option_has_the_sample_tariffs_price() -> None:
    """34 on 1 January: 1.2 per 1000 of 100 000, 0.6 per 1000 of 50 000, 95 per 10 of 60 a day after 30 days."""
    assert prices(ALL, MAN, KID) == {
        "assistance": 210, "liability": 110, "death": 120, "education": 60, "accident": 30, "incapacity": 570,
    }  # fmt: skip
    assert prices(Chosen(assistance=True)) == {"assistance": 90}
    assert prices(Chosen(assistance=True), MAN, WIFE) == {"assistance": 150}
    assert prices(Chosen()) == {}


@pytest.mark.parametrize(
    ("chosen", "where"),
    [(Chosen(liability="moon"), "liability"), (Chosen(death=1), "death"), (Chosen(allowance=30), "deductible")],
)
def test_what_the_plan_does_not_offer_is_refused(chosen: Chosen, where: str) -> None:
    with pytest.raises(BadInput) as wrong:
        prices(chosen)
    assert wrong.value.where == where


@given(
    st.sampled_from([0, 25_000, 300_000]), st.sampled_from([0, 50_000]), st.sampled_from([0, 30, 120]),
    st.sampled_from([30, 60]), st.dates(date(1966, 1, 2), date(2007, 1, 1)),
)  # fmt: skip
def test_the_first_payment_of_prevoyance_is_half_a_year_of_it(
    death: int, accident: int, allowance: int, days: int, born: date
) -> None:
    found = options(
        EDITION, Chosen(True, "world", death, False, accident, allowance, days), [MAN._replace(born=born)], DAY
    )
    yearly = sum((one.yearly for one in found if one.kind in ("death", "accident", "incapacity")), Decimal())
    assert abs(first_instalment(EDITION, found) * 2 - yearly) <= Decimal("0.01")


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_prevoyance_begins_with_a_month_and_never_before_the_membership(effect: date) -> None:
    begins = prevoyance_begins(effect)
    assert begins.day == 1 and effect <= begins and (begins - effect).days < 31


def against(chosen: Chosen, *people: Person, activity: str = "employed") -> list[str]:
    content = {
        "people": [kept_step(one) for one in people or (MEMBER,)], "options": chosen._asdict(),
        "residence": kept_step(Residence("SG", activity, DAY)),
    }  # fmt: skip
    return [one.word for one in problems(EDITION, read_form(content), DAY + ONE) if one.where == "options"]


def test_prevoyance_is_for_members_who_work_and_join_before_sixty() -> None:
    """Who turns 60 between the first day of cover and the first of the month is too old for prévoyance alone."""
    old = MEMBER._replace(born=date(1965, 8, 20))
    assert against(Chosen(death=25_000), old) == ["prevoyance_too_old"]
    assert against(Chosen(assistance=True, liability="world"), old) == []
    assert against(Chosen(accident=25_000), activity="none") == ["prevoyance_needs_work"]


def test_some_options_go_only_with_others() -> None:
    assert against(Chosen(education=True), MEMBER, CHILD) == ["education_needs_death"]
    assert against(Chosen(death=25_000, education=True)) == ["education_needs_child"]
    assert against(Chosen(allowance=30, deductible=30)) == ["incapacity_needs_death"]
    assert against(ALL, MEMBER, CHILD) == []


def test_what_is_chosen_is_told_with_the_offer_and_kept_on_conclusion(session: Session) -> None:
    key = handed_in(session, MEMBER, CHILD._replace(key="p2"), options=ALL._asdict())
    accept(session, key)
    amount = due(session, key)
    done = conclude(session, key, amount, acting(CASHIER), KEYS)
    held = options_of(session, done.membership)
    assert [one.kind for one in held] == ["assistance", "liability", "death", "education", "accident", "incapacity"]
    assert {one.first_day for one in held[:2]} == {done.effect}
    assert {one.first_day for one in held[2:]} == {date(2025, 9, 1)}
    assert held[2].terms == {"capital": 100_000} and held[2].yearly == 120_00
    assert [one.kind for one in held_on(held, done.effect)] == [one.kind for one in held]


def test_the_first_premium_is_the_covers_and_apart_from_it_prevoyances(session: Session) -> None:
    """Care 1150 × 2.4 × 1.35 and liability 60, a quarter of both with its factor; half a year of 120 besides."""
    key = handed_in(session, options=Chosen(liability="world", death=100_000)._asdict())
    accept(session, key)
    amount = due(session, key)
    quarter = ((Decimal("1150") * Decimal("2.4") * Decimal("1.35") + 60) * Decimal("1.02") / 4).quantize(
        Decimal("0.01")
    )
    assert amount == quarter + 60
    done = conclude(session, key, amount, acting(CASHIER), KEYS)
    table = table_of(Premium)
    rows = session.execute(select(table).order_by(table.c.id)).all()
    assert [(row.covers, row.first_day, row.last_day) for row in rows] == [
        ("health", done.effect, date(2025, 11, 4)),
        ("prevoyance", date(2025, 9, 1), date(2026, 2, 28)),
    ]
    assert sum(row.amount for row in rows) == amount * 100
    assert session.execute(select(table_of(PremiumEvent).c.kind)).scalars().all() == ["paid", "paid"]
    dossier = load(session, [done.membership])[done.membership]
    assert paid_until(dossier, done.effect) == date(2025, 11, 4)  # prévoyance keeps nobody's care covered
    booked = balances(session)
    assert booked["bank", "EUR"] == amount * 100, "both parts reach the ledger"
    assert booked.get(("premiums_receivable", "EUR"), 0) == 0


def test_without_options_nothing_is_different(session: Session) -> None:
    key = handed_in(session)
    accept(session, key)
    assert first_premiums(session)[0].amount == Decimal("950.13")
    done = conclude(session, key, due(session, key), acting(CASHIER), KEYS)
    assert options_of(session, done.membership) == []


def test_the_medical_department_can_refuse_prevoyance_and_accept_the_rest(session: Session) -> None:
    """Without the death option neither the annuity nor incapacity; the applicant agrees before it counts."""
    key = handed_in(session, MEMBER, CHILD._replace(key="p2"), options=ALL._asdict())
    accept(session, key, refused_options=("death",))
    offer = events_of(session, [key])[key][-1]
    assert [one["kind"] for one in offer.detail["options"]] == ["assistance", "liability", "accident"]
    assert first_premiums(session) == []
    agree(session, key, offer.id, acting())
    done = conclude(session, key, due(session, key), acting(CASHIER), KEYS)
    assert [one.kind for one in options_of(session, done.membership)] == ["assistance", "liability", "accident"]


def test_what_needs_no_medical_selection_is_not_refused_for_health(session: Session) -> None:
    key = handed_in(session, options=Chosen(assistance=True)._asdict())
    with pytest.raises(BadInput):
        accept(session, key, refused_options=("assistance",))
