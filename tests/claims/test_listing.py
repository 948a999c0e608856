"""A membership's claims in pages: the same cost however many there are."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine

from expat.claims.listing import Page, claims_of
from expat.db import transaction
from tests.bench.ground import counted
from tests.claims.household import PROMISES, Household, at_home, household, send
from tests.payments.insured import pay, visit


@pytest.fixture
def home(engine: Engine) -> Household:
    return at_home(engine)


def page(engine: Engine, home: Household, *persons: int, **options: Any) -> Page:
    with transaction(engine) as session:
        return claims_of(session, home.membership, persons, PROMISES, **options)


def several(engine: Engine, home: Household, count: int, person: int | None = None) -> list[int]:
    lines = [visit(person or home.member, "10.00 EUR", invoice=f"{person}-{n}") for n in range(count)]
    return [send(engine, home.membership, f"{person}-{n}", line).claim_id for n, line in enumerate(lines)]


def test_claims_come_in_pages_the_newest_first(engine: Engine, home: Household) -> None:
    keys = several(engine, home, 5)
    seen: list[int] = []
    before: int | None = None
    while True:
        found = page(engine, home, home.member, before=before, limit=2)
        seen += [claim.id for claim in found.claims]
        if (before := found.before) is None:
            break
    assert seen == keys[::-1]


def test_a_claim_shows_the_lines_of_who_may_be_seen_alone(engine: Engine, home: Household) -> None:
    mine, hers = visit(home.member, "10.00 EUR"), visit(home.spouse, "20.00 SGD", invoice="x")
    claim = send(engine, home.membership, "k", mine, hers).claim_id
    several(engine, home, 1, home.spouse)
    (listed,) = page(engine, home, home.member).claims
    assert (listed.id, listed.invoiced, [line.row.position for line in listed.lines]) == (claim, {"EUR": 10}, [1])
    both = page(engine, home, home.member, home.spouse).claims
    assert [one.invoiced for one in both] == [{"EUR": Decimal(10)}, {"EUR": Decimal(10), "SGD": Decimal(20)}]
    assert page(engine, home).claims == ()
    assert page(engine, household(engine, "M2"), home.member).claims == ()


def test_a_claim_says_how_it_stands_and_what_comes_next(engine: Engine, home: Household) -> None:
    lines = [
        visit(home.member, "10.00 EUR"),
        visit(home.member, "20.00 EUR", care="ambulatory.laboratory", documents=frozenset({"invoice"})),
    ]
    send(engine, home.membership, "k", *lines)
    pay(engine)
    (listed,) = page(engine, home, home.member, payouts={1: "sent"}).claims
    assert (listed.status, listed.invoiced, listed.paid) == ("pending", {"EUR": 30}, {"EUR": 10})
    assert [line.next_step.what for line in listed.lines] == ["bank", "send_papers"]
    assert (listed.next_step.what, listed.next_step.papers) == ("send_papers", ("prescription",))


def test_a_page_costs_the_same_number_of_queries_with_few_claims_and_with_many(engine: Engine, home: Household) -> None:
    costs = []
    for count in (2, 20):
        several(engine, home, count, home.member if count == 2 else home.child)
        with counted(engine) as queries:
            page(engine, home, home.member, home.child)
        costs.append(queries[0])
    assert costs[0] == costs[1]
