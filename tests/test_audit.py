"""The audit trail, to read, filter and take out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine

from expat import audit
from expat.audit import Asked, csv_rows, entries, record
from expat.db import transaction

AT = datetime(2025, 8, 4, 23, 59, 59, 999_000, tzinfo=UTC)


@pytest.fixture
def trail(engine: Engine) -> Engine:
    """Acts of two people on consecutive days."""
    with transaction(engine) as session:
        for n in range(1, 21):
            actor, action = ("account:1", "approval.answered") if n % 2 else ("=ines", "approvals.x")
            record(session, AT + timedelta(days=n), actor, action, f"claim:{n}", why="=1+1", n=n)
    return engine


def found(engine: Engine, **asked: Any) -> list[str]:
    with transaction(engine) as session:
        return [row.subject for row in entries(session, Asked(**asked), most=100)]


def test_the_newest_stand_first_and_pages_follow_each_other(trail: Engine) -> None:
    with transaction(trail) as session:
        pages, last = [], None
        while page := entries(session, Asked(), last, 7):
            pages += [row.subject for row in page]
            last = page[-1].id
    assert pages == found(trail) == [f"claim:{n}" for n in range(20, 0, -1)]


def test_acts_are_found_by_who_what_and_on_what(trail: Engine) -> None:
    assert len(found(trail, actor="account:1")) == 10
    assert found(trail, actor="account") == []
    assert len(found(trail, action="approval")) == len(found(trail, action="approval.answered")) == 10
    assert found(trail, subject="claim:2") == ["claim:2"]
    assert len(found(trail, subject="claim")) == 20
    assert found(trail, subject="cl%") == []


def test_a_period_has_both_its_days_whole(trail: Engine) -> None:
    day = date(2025, 8, 6)
    assert found(trail, first=day, last=day) == ["claim:2"]
    assert len(found(trail, last=date.max)) == 20
    assert len(found(trail, first=date.min)) == 20


def test_csv_has_every_act_and_no_formula(trail: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "_SLICE", 7)
    with transaction(trail) as session:
        head, *rows = csv_rows(session, Asked())
    assert head == ("id", "at", "actor", "action", "subject", "detail")
    assert [row[4] for row in rows] == [f"claim:{n}" for n in range(1, 21)]
    assert orjson.loads(rows[0][5]) == {"n": 1, "why": "=1+1"}
    assert rows[1][2] == "'=ines"
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
