"""What a membership costs: compositions, ages, surcharges and instalments (UNO-PREM-1, UNO-MEM-4)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expat.errors import BadInput
from expat.premiums.tariff import Insured, Price, price, pro_rata
from tests.facts import edition

ON = date(2026, 3, 1)
EDITION = edition(ON)
MEMBER = Insured("member", date(1985, 5, 2))  # 40 on 1 January 2026
SPOUSE = Insured("spouse", date(1990, 1, 1))  # 36
CHILD = Insured("child", date(2015, 6, 1))
FREQUENCIES = EDITION["premium.frequencies"].value

adults = st.dates(date(1956, 1, 2), date(2008, 3, 1))
surcharges = st.none() | st.integers(0, 200).map(lambda percent: Decimal(percent).scaleb(-2))
a_child = st.builds(Insured, st.just("child"), st.dates(date(1999, 1, 1), ON), surcharges, st.just(""))
children = st.lists(a_child, max_size=5)
households = st.builds(
    lambda born, extra, spouse, others: [
        Insured("member", born, extra),
        *([Insured("spouse", spouse)] if spouse else []),
        *others,
    ],
    adults,
    surcharges,
    st.none() | adults,
    children,
)


def yearly(*people: Insured, formula: str = "1", zone: str = "A", on: date = ON) -> Decimal:
    return price(edition(on), formula, zone, people, on, "yearly").yearly


def whats(found: Price) -> list[str]:
    return [item.what for item in found.items]


def test_the_member_alone_pays_the_band_of_the_age_on_1_january() -> None:
    found = price(EDITION, "3", "B", [MEMBER], ON, "yearly")
    assert found.yearly == found.instalment == Decimal("4860")  # 1500 x 2.4 x 1.35
    (item,) = found.items
    assert (item.what, item.age, item.base.value, item.amount) == ("single", 40, 1500, 4860)
    assert [(f.name, str(f.value)) for f in item.factors] == [
        ("premium.formula_factor.3", "2.4"),
        ("premium.zone_factor.B", "1.35"),
        ("premium.single", "1.0"),
    ]
    assert item.base.citation.origin == "sample"


@pytest.mark.parametrize(
    ("born", "amount"),
    [("1986-01-01", 1500), ("1986-01-02", 1150), ("1966-12-31", 2100), ("1966-01-01", 3000), ("2008-03-01", 900)],
)
def test_a_birthday_on_1_january_counts_one_a_day_later_does_not(born: str, amount: int) -> None:
    assert yearly(Insured("member", date.fromisoformat(born))) == amount


def test_a_couple_pays_each_at_his_or_her_own_age() -> None:
    assert yearly(MEMBER, SPOUSE) == 1500 + 1150


def test_with_children_the_family_pays_a_multiple_of_the_members_own_rate() -> None:
    assert yearly(MEMBER, SPOUSE, CHILD) == yearly(MEMBER, SPOUSE, CHILD, CHILD) == Decimal("3900")


@pytest.mark.parametrize(("count", "amount"), [(1, 1500 + 450), (5, 1500 + 5 * 450), (6, 3900)])
def test_a_parent_alone_pays_the_family_tariff_or_each_child_whichever_is_less(count: int, amount: int) -> None:
    assert yearly(MEMBER, *[CHILD] * count) == amount


def test_from_the_members_65th_birthday_there_is_no_family_tariff() -> None:
    old = Insured("member", date(1961, 6, 15))  # 64 on 1 January, 65 on 15 June
    eve, day = date(2026, 6, 14), date(2026, 6, 15)
    assert yearly(old, SPOUSE, CHILD, on=eve) == 3000 * Decimal("2.6")
    assert yearly(old, SPOUSE, CHILD, on=day) == 3000 + 1150 + 450
    assert yearly(old, CHILD, CHILD, on=day) == 3000 + 2 * 450


def test_a_surcharge_stands_on_the_persons_own_part() -> None:
    loaded = SPOUSE._replace(surcharge=Decimal("0.25"))
    assert yearly(MEMBER, loaded) == 1500 + 1150 + Decimal("287.5")
    family = price(EDITION, "1", "A", [MEMBER, loaded, CHILD], ON, "yearly")
    assert whats(family) == ["family", "surcharge"]
    assert family.items[1].person == 1
    assert family.yearly == 3900 + Decimal("375")  # a quarter of the member's own rate


@pytest.mark.parametrize(
    ("frequency", "count", "instalment"),
    [("yearly", 1, "4860.00"), ("half_yearly", 2, "2454.30"), ("quarterly", 4, "1239.30")],
)
def test_instalments_carry_the_frequencys_factor(frequency: str, count: int, instalment: str) -> None:
    found = price(EDITION, "3", "B", [MEMBER], ON, frequency)
    assert (found.instalments, found.instalment) == (count, Decimal(instalment))


@pytest.mark.parametrize(
    ("people", "where"),
    [
        ([], "people"),
        ([SPOUSE], "people"),
        ([MEMBER, MEMBER], "people"),
        ([MEMBER, SPOUSE, SPOUSE], "people"),
        ([MEMBER, Insured("uncle", ON)], "people.1.role"),
        ([Insured("member", date(2008, 3, 2))], "people.0.born"),
        ([MEMBER, Insured("spouse", date(2010, 1, 1))], "people.1.born"),
        ([Insured("member", date(1954, 12, 31))], "people.0.born"),
        ([MEMBER, Insured("child", date(2026, 3, 2))], "people.1.born"),
        ([MEMBER._replace(surcharge=Decimal(-1))], "people.0.surcharge"),
        ([MEMBER._replace(surcharge=Decimal("NaN"))], "people.0.surcharge"),
    ],
)
def test_people_who_cannot_be_priced_are_named(people: list[Insured], where: str) -> None:
    with pytest.raises(BadInput) as wrong:
        price(EDITION, "1", "A", people, ON, "yearly")
    assert wrong.value.where == where


@pytest.mark.parametrize(
    ("formula", "zone", "frequency", "where"),
    [("5", "A", "yearly", "formula"), ("1", "D", "yearly", "zone"), ("1", "A", "monthly", "frequency")],
)
def test_words_that_the_plan_does_not_know_are_named(formula: str, zone: str, frequency: str, where: str) -> None:
    with pytest.raises(BadInput) as wrong:
        price(EDITION, formula, zone, [MEMBER], ON, frequency)
    assert wrong.value.where == where


@given(households, st.sampled_from(EDITION.formulas), st.sampled_from("ABC"), st.sampled_from(FREQUENCIES))
def test_the_lines_make_the_year_and_the_instalments_make_it_to_the_cent(
    people: list[Insured], formula: str, zone: str, frequency: str
) -> None:
    found = price(EDITION, formula, zone, people, ON, frequency)
    assert sum(item.amount for item in found.items) == found.yearly > 0
    for item in found.items:
        product = Decimal(item.base.value)
        for factor in item.factors:
            product *= factor.value
        assert product == item.amount
    whole = found.yearly * found.instalment_factor.value
    assert abs(found.instalment * found.instalments - whole) <= found.instalments * Decimal("0.005")


@given(households)
def test_a_higher_formula_or_a_wider_zone_never_costs_less(people: list[Insured]) -> None:
    by_formula = [yearly(*people, formula=f) for f in EDITION.formulas]
    by_zone = [yearly(*people, zone=z) for z in "ABC"]
    assert by_formula == sorted(by_formula)
    assert by_zone == sorted(by_zone)


@given(households)
def test_one_more_child_never_costs_less(people: list[Insured]) -> None:
    if any(p.role == "child" for p in people):
        assert yearly(*people) <= yearly(*people, CHILD)


def test_a_part_of_a_year_is_rounded_half_up() -> None:
    assert pro_rata(Decimal("4860"), 14, 365) == Decimal("186.41")
    assert pro_rata(Decimal("4860"), 0, 365) == 0
    assert pro_rata(Decimal("4860"), 366, 366) == Decimal("4860.00")
    assert pro_rata(Decimal("0.73"), 5, 730) == Decimal("0.01")  # exactly half a cent


@given(st.integers(1, 10**7), st.integers(365, 366), st.data())
def test_the_days_before_and_after_make_the_year(cents: int, of: int, data: st.DataObject) -> None:
    days = data.draw(st.integers(0, of))
    amount = Decimal(cents).scaleb(-2)
    assert abs(pro_rata(amount, days, of) + pro_rata(amount, of - days, of) - amount) <= Decimal("0.01")


@pytest.mark.parametrize(("days", "of"), [(-1, 365), (366, 365), (0, 0)])
def test_more_days_than_the_year_has_are_refused(days: int, of: int) -> None:
    with pytest.raises(BadInput):
        pro_rata(Decimal(100), days, of)
