"""The whole path of a three-line claim, submitted to settled with its ledger entries, in one process."""

from __future__ import annotations

import time

from sqlalchemy import Engine, text

from expat.payments.settle import settle
from tests.bench.figures import Figure
from tests.bench.ground import AT, DAY, SOURCES, counted, database, hand_in, portfolio

MEMBERS, CLAIMS = 100, 400


def measure() -> list[Figure]:
    """Claims a second and queries a claim, on both databases."""
    return [figure for kind in ("postgresql", "sqlite") for figure in _on(kind)]


def _on(kind: str) -> list[Figure]:
    with database(kind) as engine:
        if engine is None:
            return [Figure(f"path on {kind}", "not measured", "no server answered")]
        bare = _bare(engine)
        members = portfolio(engine, MEMBERS)
        _round(engine, members, 0, 50)
        with counted(engine) as count:
            took = _round(engine, members, 1000, CLAIMS)
        rate, queries = CLAIMS / took, count[0] / CLAIMS
        speed = Figure(
            f"path on {kind}",
            f"{rate:,.0f}",
            "claims a second, three lines each",
            f"{bare / rate:.1f} x",
            "one row a commit",
            "at least 100 a second" if kind == "postgresql" else "",
        )
        return [speed, Figure(f"queries on {kind}", f"{queries:.1f}", "queries a claim", "", "", "at most 15")]


def _round(engine: Engine, members: list, first: int, count: int) -> float:  # type: ignore[type-arg]
    begin = time.perf_counter()
    for number in range(first, first + count):
        hand_in(engine, members[number % len(members)], number)
    settle(engine, DAY, lambda: AT, SOURCES)
    return time.perf_counter() - begin


def _bare(engine: Engine) -> float:
    """Rows a second, each in a commit of its own: what the database gives at most."""
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE bare (a INTEGER, b TEXT)"))
    begin = time.perf_counter()
    for number in range(500):
        with engine.begin() as connection:
            connection.execute(text("INSERT INTO bare VALUES (:a, :b)"), {"a": number, "b": "x" * 100})
    return 500 / (time.perf_counter() - begin)
