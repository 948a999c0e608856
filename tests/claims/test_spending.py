"""What care cost over twelve months: spent = paid + awaited + left to pay, to the cent, in every breakdown."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine

from expat.claims.spending import Spending, Sum, spending
from expat.db import transaction
from expat.errors import NotFound
from tests.bench.ground import counted
from tests.claims.household import Household, at_home, send
from tests.payments.insured import DAY, SOURCES, pay, visit


@pytest.fixture
def home(engine: Engine) -> Household:
    return at_home(engine)


def spent(engine: Engine, home: Household, *persons: int, today: date = DAY, **options: Any) -> Spending:
    with transaction(engine) as session:
        return spending(session, home.membership, persons or home[1:5], today, SOURCES, **options)


def figures(one: Sum) -> tuple[int, int, int, int]:
    """Invoiced, paid, awaited and left to pay, in cents."""
    return one.invoiced, one.paid, one.awaited, one.left


def osteopath(person: int, amount: str, **changed: Any) -> Any:
    """A session, of which formula 4 pays at most 80 EUR."""
    return visit(person, amount, care="wellbeing.osteopath", **changed)


def test_what_is_paid_awaited_and_left_add_up_to_what_was_spent(engine: Engine, home: Household) -> None:
    lines = [
        visit(home.member, "45.00 EUR"),
        osteopath(home.member, "100.00 EUR"),
        visit(home.spouse, "30.00 EUR", care="dental.crown"),  # no approval: refused
        visit(home.child, "20.00 EUR", care="ambulatory.imaging", documents=frozenset()),  # waits for papers
    ]
    send(engine, home.membership, "k", *lines)
    pay(engine)
    send(engine, home.membership, "l", osteopath(home.spouse, "90.00 EUR"))
    found = spent(engine, home)
    assert figures(found.total) == (28500, 12500, 10000, 6000)
    assert {key: figures(one) for key, one in found.by_person.items()} == {
        home.member: (14500, 12500, 0, 2000),
        home.spouse: (12000, 0, 8000, 4000),
        home.child: (2000, 0, 2000, 0),
    }
    assert {key: figures(one) for key, one in found.by_category.items()} == {
        "ambulatory": (6500, 4500, 2000, 0),
        "wellbeing": (19000, 8000, 8000, 3000),
        "optical_dental": (3000, 0, 0, 3000),
    }
    assert (found.total.lines, found.total.estimate, found.invoiced) == (5, False, {"EUR": Decimal(285)})


def test_the_months_are_twelve_and_the_last_one_is_todays(engine: Engine, home: Household) -> None:
    days = [date(2025, 1, 1), date(2025, 7, 31), date(2025, 8, 1)]
    lines = [visit(home.member, f"{n}.00 EUR", first_day=day) for n, day in enumerate(days, start=1)]
    send(engine, home.membership, "k", *lines)
    found = spent(engine, home)
    assert (found.months.first, found.months.last) == (date(2024, 9, 1), date(2025, 8, 31))
    assert len(found.by_month) == 12
    months = {month: one.invoiced for month, one in found.by_month.items() if one.lines}
    assert months == {date(2025, 1, 1): 100, date(2025, 7, 1): 200, date(2025, 8, 1): 300}
    assert spent(engine, home, today=date(2026, 1, 31)).total.invoiced == 500
    assert spent(engine, home, today=date(2027, 1, 31)).total == Sum()


def test_a_foreign_invoice_paid_in_full_leaves_nothing_and_is_no_estimate(engine: Engine, home: Household) -> None:
    send(engine, home.membership, "k", visit(home.member, "120.00 SGD"))
    pay(engine)
    found = spent(engine, home)
    assert figures(found.total) == (8050, 8050, 0, 0)
    assert (found.total.estimate, found.rates, found.invoiced) == (False, {}, {"SGD": Decimal(120)})
    assert [one[:3] for one in found.converted] == [(1, "SGD", 1)]


def test_a_foreign_invoice_that_was_cut_is_an_estimate_at_todays_rate(engine: Engine, home: Household) -> None:
    send(engine, home.membership, "k", osteopath(home.member, "150.00 SGD"))
    pay(engine)
    found = spent(engine, home)
    assert figures(found.total) == (10063, 8000, 0, 2063)
    assert found.total.estimate
    assert (found.estimated, [one.currency for one in found.converted]) == ({"SGD": 1}, ["SGD"])
    assert {code: rate.value for code, rate in found.rates.items()} == {"SGD": Decimal("1.4906")}
    assert figures(found.by_currency["SGD"]) == figures(found.total)


def test_an_invoice_paid_in_its_own_currency_counts_at_the_rate_of_its_payment(engine: Engine) -> None:
    home = at_home(engine, currency="SGD")
    send(engine, home.membership, "k", osteopath(home.member, "150.00 SGD"))
    pay(engine)
    # long after: there is no rate of today, and none is needed
    found = spent(engine, home, today=date(2025, 12, 1))
    assert figures(found.total) == (10063, 8000, 0, 2063)
    assert found.total.estimate


def test_a_currency_without_a_rate_is_told_apart(engine: Engine, home: Household) -> None:
    send(engine, home.membership, "k", visit(home.member, "45.00 THB"), visit(home.member, "10.00 EUR"))
    found = spent(engine, home)
    assert (found.total.invoiced, found.without_rate) == (1000, {"THB": Decimal(45)})
    assert found.invoiced == {"THB": Decimal(45), "EUR": Decimal(10)}


def test_lines_that_were_paid_at_a_rate_are_counted_by_payout_and_currency(engine: Engine, home: Household) -> None:
    lines = [visit(home.member, f"{n}.00 {code}") for n, code in enumerate(("SGD", "SGD", "USD", "EUR"), start=1)]
    send(engine, home.membership, "k", *lines, visit(home.child, "7.00 SGD", first_day=date(2025, 8, 1)))
    pay(engine)
    send(engine, home.membership, "l", visit(home.member, "9.00 SGD"))
    found = spent(engine, home)
    assert sorted(one[:3] for one in found.converted) == [(1, "SGD", 3), (1, "USD", 1)]
    assert found.estimated == {"SGD": 1}
    assert (found.by_currency["SGD"].lines, found.by_currency["EUR"].lines) == (4, 1)


def test_what_was_claimed_twice_was_spent_once(engine: Engine, home: Household) -> None:
    for key in ("a", "b"):
        send(engine, home.membership, key, visit(home.member, "45.00 EUR", invoice="F1"))
    assert figures(spent(engine, home).total) == (4500, 0, 4500, 0)


def test_of_who_keeps_claims_private_the_sum_alone_is_told(engine: Engine, home: Household) -> None:
    send(engine, home.membership, "k", visit(home.member, "45.00 EUR"), osteopath(home.spouse, "10.00 SGD"))
    pay(engine)
    found = spent(engine, home, home.member, sums_only=[home.spouse])
    assert found.by_person[home.spouse].paid == 671
    assert found.total.paid == 4500 + 671
    assert set(found.by_category) == {"ambulatory"}
    assert set(found.by_currency) == set(found.invoiced) == {"EUR"}
    assert sum(one.lines for one in found.by_month.values()) == 1


def test_others_do_not_count_and_the_number_of_queries_is_fixed(engine: Engine, home: Household) -> None:
    costs = []
    for count in (1, 20):
        lines = [visit(home.child, f"{count}.{n:02} SGD") for n in range(count)]
        send(engine, home.membership, f"{count}", *lines)
        with counted(engine) as queries:
            assert spent(engine, home, home.member).total == Sum()
            spent(engine, home)
        costs.append(queries[0])
    assert costs[0] == costs[1]
    with pytest.raises(NotFound), transaction(engine) as session:
        spending(session, 99, [1], DAY, SOURCES)
