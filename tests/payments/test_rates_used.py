"""Every rate that paid lines were converted at is named once, with its source, publication, lines and payouts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import Engine

from expat.claims.spending import spending
from expat.db import transaction
from expat.payments.rates_used import RateUsed, rates_used
from tests.bench.ground import counted
from tests.claims.household import Household, at_home, send
from tests.payments.insured import DAY, SOURCES, pay, visit


def used(engine: Engine, home: Household) -> list[RateUsed]:
    with transaction(engine) as session:
        return rates_used(session, spending(session, home.membership, home[1:5], DAY, SOURCES).converted)


def test_a_rate_is_named_once_however_many_lines_it_served(engine: Engine) -> None:
    home = at_home(engine)
    send(engine, home.membership, "k", *(visit(home.member, f"{n}.00 SGD") for n in (10, 20, 30)))
    send(engine, home.membership, "l", visit(home.spouse, "5.00 USD"), visit(home.spouse, "6.00 EUR"))
    pay(engine)
    sgd, usd = used(engine, home)
    assert (sgd.currency, sgd.value, sgd.source, sgd.lines) == ("SGD", Decimal("1.4906"), "ecb", 3)
    assert sgd.payouts == usd.payouts == ((1, DAY),)
    assert (usd.currency, usd.lines) == ("USD", 1)
    assert sgd.published_on <= DAY


def test_payments_of_several_days_at_one_rate_are_one_row(engine: Engine) -> None:
    """The rate of a day holds until another is published."""
    home = at_home(engine)
    days = (DAY, date(2025, 8, 5))
    for n, day in enumerate(days):
        send(engine, home.membership, f"{n}", visit(home.member, f"{n + 10}.00 SGD"))
        pay(engine, day)
    (rate,) = used(engine, home)
    assert (rate.lines, rate.published_on) == (2, days[0])
    assert sorted(day for _, day in rate.payouts) == list(days)


def test_one_query_however_many_payments_and_none_for_euros(engine: Engine) -> None:
    home = at_home(engine)
    send(engine, home.membership, "e", visit(home.member, "10.00 EUR"))
    pay(engine)
    with transaction(engine) as session, counted(engine) as queries:
        assert rates_used(session, spending(session, home.membership, home[1:5], DAY, SOURCES).converted) == []
    before = queries[0]
    send(engine, home.membership, "f", visit(home.member, "10.00 SGD"), visit(home.member, "10.00 USD"))
    pay(engine)
    with transaction(engine) as session, counted(engine) as queries:
        assert len(rates_used(session, spending(session, home.membership, home[1:5], DAY, SOURCES).converted)) == 2
    assert queries[0] == before + 1
