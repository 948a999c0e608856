"""Property: what is refused or withdrawn changes nothing of the cover, nor of what any line is paid."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moneyed import Currency, Money
from sqlalchemy import Engine, select

from expat.amendments.decide import withdraw
from expat.amendments.kinds import Change, Derogation, Formula, Joins, Move, Stay
from expat.claims.intake import NewClaim, NewLine
from expat.claims.submit import submit
from expat.claims.tables import ClaimLine
from expat.db import table_of, transaction
from tests.amendments.asked import NEW_YORK, SINGAPORE, SPOUSE, acting, asks, dossier, insured, refuses
from tests.payments.insured import AT, RECEIVED, SOURCES, publish

FIRST = date(2025, 3, 1)
LINES = (("ambulatory.gp", "SN"), ("ambulatory.gp", "SG"), ("optical.glasses", "US"), ("wellbeing.osteopath", "SN"))

_home: dict[str, int] = {}


def changes(day: date) -> st.SearchStrategy[Change]:
    """Everything that waits for the medical department, asked for on a day."""
    born = st.integers(0, 400).map(lambda days: day - timedelta(days=days))
    return st.one_of(
        st.sampled_from(["3", "4"]).map(Formula),
        st.sampled_from([SINGAPORE, NEW_YORK]).map(Move),
        st.integers(90, 200).map(lambda days: Stay("US", day, day + timedelta(days=days))),
        born.map(lambda on: Joins("child", "Ann", "Lovelace", on)),
        st.just(SPOUSE),
        st.just(Derogation(1, "TH", day + timedelta(days=1), day + timedelta(days=60))),
    )


@st.composite
def asked(draw: Any) -> tuple[date, Change, int, bool]:
    """The day of a request, what is asked, after how many days it ends, and whether by a refusal."""
    day = date(2025, 5, 1) + timedelta(days=draw(st.integers(0, 90)))
    return day, draw(changes(day)), draw(st.integers(0, 60)), draw(st.booleans())


def home(engine: Engine) -> int:
    """A membership with lines of several countries and categories, made once for a database."""
    key = str(engine.url)
    if key not in _home:
        publish(engine)
        _home[key] = insured(engine)
        person = dossier(engine, _home[key]).member.id
        lines = [
            NewLine(
                person=person, care=care, first_day=RECEIVED - timedelta(days=n + 1), country=country,
                amount=Money(Decimal(100 + n), Currency("EUR")), invoice=f"F-{n}",
                documents=frozenset({"invoice", "prescription"}),
            )
            for n, (care, country) in enumerate(LINES)
        ]  # fmt: skip
        with transaction(engine) as session:
            submit(session, _home[key], NewClaim(lines, RECEIVED, "c-1"), AT, SOURCES)
    return _home[key]


def everything(engine: Engine, membership: int) -> tuple[Any, ...]:
    """The cover, the terms on many days, and where every line stands."""
    found = dossier(engine, membership)
    edition = found.plan.on(FIRST)
    days = [FIRST + timedelta(days=15 * n) for n in range(60)]
    terms = [[found.on(kind, day) for kind in ("formula", "zone", "residence")] for day in days]
    cover = {key: found.cover(key, edition) for key in found.people}
    with transaction(engine) as session:
        table = table_of(ClaimLine)
        lines = session.execute(select(table.c.id, table.c.status, table.c.reasons, table.c.cents)).all()
    return terms, cover, [tuple(row) for row in lines]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked())
def test_a_request_that_is_refused_or_withdrawn_changes_nothing(
    engine: Engine, what: tuple[date, Change, int, bool]
) -> None:
    day, change, later, by_refusal = what
    membership = home(engine)
    before = everything(engine, membership)
    done = asks(engine, membership, change, day, uuid4().hex)
    assert everything(engine, membership) == before
    on = day + timedelta(days=later)
    if by_refusal:
        refuses(engine, done.id, on)
    else:
        with transaction(engine) as session:
            withdraw(session, done.id, acting(on, "account:1"))
    assert everything(engine, membership) == before
