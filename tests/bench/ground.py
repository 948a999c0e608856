"""Databases and members to measure on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from moneyed import Currency, Money
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import OperationalError

from expat.claims.intake import NewClaim, NewLine
from expat.claims.submit import submit
from expat.currency.rates import NewRate, add_rates
from expat.db import open_engine, transaction
from expat.membership.join import Joined, NewMembership, NewPerson, join
from expat.tables import METADATA

AT = datetime(2026, 10, 30, 12, tzinfo=UTC)
DAY = date(2026, 10, 30)
JOINED = date(2000, 1, 1)
SOURCES = ("operator", "ecb", "parity")
POSTGRESQL = os.environ.get("EXPAT_TEST_POSTGRESQL_URL", "postgresql://root@127.0.0.1/postgres")


@contextmanager
def database(kind: str) -> Iterator[Engine | None]:
    """An empty database with every table; None where no PostgreSQL answers."""
    if kind == "sqlite":
        with TemporaryDirectory() as folder:
            engine = open_engine(f"sqlite:///{Path(folder) / 'bench.sqlite3'}")
            METADATA.create_all(engine)
            yield engine
            engine.dispose()
        return
    name = f"expat_bench_{os.getpid()}"
    admin = open_engine(POSTGRESQL, isolation_level="AUTOCOMMIT")
    try:
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
    except OperationalError:
        yield None
        return
    engine = open_engine(admin.url.set(database=name).render_as_string(hide_password=False))
    METADATA.create_all(engine)
    yield engine
    engine.dispose()
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def portfolio(engine: Engine, count: int) -> list[Joined]:
    """Memberships in Senegal, formula 4, paid in Singapore dollars, at a rate of the day."""
    people = (NewPerson("member", date(1985, 5, 2)), NewPerson("spouse", date(1986, 1, 1)))
    with transaction(engine) as session:
        add_rates(session, [NewRate("SGD", Decimal("1.4473"), "ecb", DAY)], AT)
        return [
            join(session, NewMembership(f"B{i:05}", "expat-uno", JOINED, "4", "A", "SN", people, "SGD"), AT)
            for i in range(count)
        ]


def claim(member: Joined, number: int) -> NewClaim:
    """A claim of three lines, each kind of care under a ceiling that many of them never reach."""
    day = DAY - timedelta(days=number % 500)
    care = ("ambulatory.gp", "ambulatory.laboratory", "ambulatory.pharmacy")
    amount = Money(Decimal("1.50"), Currency("SGD"))
    papers = frozenset({"invoice", "prescription"})
    lines = [NewLine(member.people[0], c, day, amount, "SN", documents=papers, invoice=f"{number}-{c}") for c in care]
    return NewClaim(lines, DAY, f"claim-{number}", "bench")


def hand_in(engine: Engine, member: Joined, number: int) -> None:
    """Submit a claim in a transaction of its own."""
    with transaction(engine) as session:
        submit(session, member.membership_id, claim(member, number), AT, SOURCES)


@contextmanager
def counted(engine: Engine) -> Iterator[list[int]]:
    """The number of statements sent to the database."""
    count = [0]

    def seen(*_: object) -> None:
        count[0] += 1

    event.listen(engine, "before_cursor_execute", seen)
    yield count
    event.remove(engine, "before_cursor_execute", seen)
