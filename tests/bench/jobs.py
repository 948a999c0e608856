"""A day's jobs over 10,000 and 100,000 memberships on PostgreSQL, against plain inserts of as many rows.

The plain side writes the same number of rows, one statement each, with a commit for as many rows as an item writes:
what any program must do that does one thing at a time and loses none of them.
"""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, func, select, text

from expat.billing.tables import PremiumSchedule, PremiumTerms
from expat.billing.worth import period_from
from expat.db import open_engine, table_of
from expat.documents.keys import Keys, new_key
from expat.jobs.catalogue import JOBS
from expat.jobs.run import Runner, run_day
from expat.membership.tables import InsuredPerson, Member, Membership, MembershipChange
from expat.settings import Settings
from expat.tables import METADATA
from tests.bench.figures import Figure
from tests.bench.ground import database

SIZES = (10_000, 100_000)
DAY = date(2026, 10, 30)
AT = datetime(2026, 10, 30, 5, tzinfo=UTC)
SLICE = 5_000
WANTED = 5


def measure() -> list[Figure]:
    """The largest size as a ratio to plain inserts, and how memory grew from the smallest to it."""
    found = [_measured(size) for size in SIZES]
    if any(one is None for one in found):
        return [Figure("a day's jobs", "not measured", "no PostgreSQL answered")]
    (_, _, _, small), (took, plain, items, large) = (one for one in found if one is not None)
    return [
        Figure(
            f"a day's jobs, {SIZES[1]:,} memberships", f"{took:.1f}", f"s for {items:,} items", f"{took / plain:.2f} x",
            "plain inserts of as many rows", f"at most {WANTED} x",
        ),
        Figure(
            "memory of a day's jobs", f"{large / 1024:.0f}", f"MB with {SIZES[1]:,} memberships",
            f"{large / small:.2f} x", f"with {SIZES[0]:,}", "about 1 x",
        ),
    ]  # fmt: skip


def _measured(size: int) -> tuple[float, float, int, int] | None:
    with database("postgresql") as engine:
        if engine is None:
            return None
        _fill(engine, size)
        before = _rows(engine)
        spawn = multiprocessing.get_context("spawn")
        with spawn.Pool(1) as pool:  # a process of its own, whose memory is its own
            took, items, memory = pool.apply(_run, (engine.url.render_as_string(hide_password=False),))
        written = _rows(engine) - before
        return took, _plain(engine, written, max(1, written // max(1, items))), items, memory


def _run(url: str) -> tuple[float, int, int]:
    engine = open_engine(url)
    runner = Runner(engine, lambda: AT, Settings(), lambda: Keys.read(new_key()))
    begin = time.perf_counter()
    ran = [run_day(runner, job, DAY) for job in JOBS if job.name != "rates.fetch"]  # no source is asked
    took = time.perf_counter() - begin
    assert not any(one.failed for one in ran), [(one.job, one.failed) for one in ran]
    return took, sum(one.done for one in ran), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _rows(engine: Engine) -> int:
    with engine.connect() as connection:
        return sum(
            connection.execute(select(func.count()).select_from(table)).scalar_one() for table in METADATA.sorted_tables
        )


def _plain(engine: Engine, rows: int, each: int) -> float:
    insert = text("INSERT INTO plain (a, b, c, d, e) VALUES (:a, 'premium.called', :d, 29325, 'membership:17')")
    with engine.begin() as connection:
        connection.execute(
            text("CREATE TABLE plain (id bigserial PRIMARY KEY, a bigint, b text, c date, d bigint, e text)")
        )
    begin = time.perf_counter()
    with engine.connect() as connection:
        for n in range(rows):
            connection.execute(insert, {"a": n, "d": DAY})
            if n % each == each - 1:
                connection.commit()
        connection.commit()
    return time.perf_counter() - begin


def _fill(engine: Engine, size: int) -> None:
    """Single members, each called every quarter from a first day of his or her own."""
    for start in range(1, size + 1, SLICE):
        keys = range(start, min(start + SLICE, size + 1))
        with engine.begin() as connection:
            for model, make in (
                (Member, _member), (Membership, _membership), (InsuredPerson, _person), (MembershipChange, _choices),
                (PremiumTerms, _terms), (PremiumSchedule, _schedule),
            ):  # fmt: skip
                rows = [row for key in keys for row in make(key)]
                connection.execute(table_of(model).insert(), rows)
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))


def _joined(key: int) -> date:
    return date(2024, 1, 1) + timedelta(days=key % 365)


def _member(key: int) -> Sequence[dict[str, Any]]:
    return [{"id": key, "first_name": "Ada", "last_name": f"L{key}", "language": "en", "email": f"a{key}@example.org",
             "recorded_at": AT}]  # fmt: skip


def _membership(key: int) -> Sequence[dict[str, Any]]:
    return [{"id": key, "number": f"B{key}", "member_id": key, "plan": "expat-uno", "joined": _joined(key),
             "recorded_at": AT}]  # fmt: skip


def _person(key: int) -> Sequence[dict[str, Any]]:
    return [{"id": key, "membership_id": key, "role": "member", "first_name": "Ada", "last_name": f"L{key}",
             "born": date(1970 + key % 25, 1 + key % 12, 1 + key % 28), "covered_from": _joined(key),
             "recorded_at": AT}]  # fmt: skip


def _choices(key: int) -> Sequence[dict[str, Any]]:
    values = {"formula": str(1 + key % 4), "zone": "ABC"[key % 3], "residence": "SG", "payout_currency": "EUR"}
    return [{"membership_id": key, "kind": kind, "value": value, "requested_on": _joined(key),
             "effective_from": _joined(key), "recorded_at": AT} for kind, value in values.items()]  # fmt: skip


def _terms(key: int) -> Sequence[dict[str, Any]]:
    return [{"membership_id": key, "frequency": "quarterly", "method": "transfer", "payer": "member",
             "holds_from": _joined(key), "recorded_by": "bench", "recorded_at": AT}]  # fmt: skip


def _schedule(key: int) -> Sequence[dict[str, Any]]:
    first = _joined(key)
    while first - timedelta(days=30) < DAY:
        first = period_from(first, _joined(key), "quarterly").last + timedelta(days=1)
    return [{"membership_id": key, "next_from": first, "call_on": first - timedelta(days=30), "facts_version": 0}]
