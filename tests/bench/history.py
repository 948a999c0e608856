"""What a claim costs a member with 10,000 earlier lines, against one with 10."""

from __future__ import annotations

import time
from statistics import median

from sqlalchemy import Engine, text

from expat.membership.join import Joined
from expat.payments.settle import settle
from tests.bench.figures import Figure
from tests.bench.ground import AT, DAY, SOURCES, database, hand_in, portfolio

SHORT, LONG, CLAIMS = 4, 3_334, 60


def measure() -> list[Figure]:
    """The ratio of the medians, the two members served in turn."""
    return [figure for kind in ("postgresql", "sqlite") for figure in _on(kind)]


def _on(kind: str) -> list[Figure]:
    with database(kind) as engine:
        if engine is None:
            return [Figure(f"history on {kind}", "not measured", "no server answered")]
        short, long = portfolio(engine, 2)
        _grow(engine, short, SHORT)
        _grow(engine, long, LONG)
        times: dict[Joined, list[float]] = {short: [], long: []}
        for number in range(20_000, 20_000 + CLAIMS):
            for member in (short, long) if number % 2 else (long, short):
                begin = time.perf_counter()
                hand_in(engine, member, number)
                settle(engine, DAY, lambda: AT, SOURCES)
                times[member].append(time.perf_counter() - begin)
        ratio = median(times[long]) / median(times[short])
        return [
            Figure(
                f"history on {kind}", f"{1000 * median(times[long]):.1f}", "ms a claim after 10,000 lines",
                f"{ratio:.2f} x", "after 10 lines", "at most 1.3 x",
            )
        ]  # fmt: skip


def _grow(engine: Engine, member: Joined, claims: int) -> None:
    for number in range(claims):
        hand_in(engine, member, number)
    settle(engine, DAY, lambda: AT, SOURCES)
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))
