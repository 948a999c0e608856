"""What surrounds lines: papers that came, papers asked for, contests, and what undecided lines wait for; one query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select
from sqlmodel import Session

from expat.claims.asked import REQUESTS, PaperAsked, asked_by_line
from expat.claims.came import PAPERS, Came, came_by_line
from expat.claims.contest import CONTESTS, Contested, contested_by_line
from expat.claims.suspicions import SUSPECTED
from expat.claims.tables import LineDecision
from expat.db import table_of
from expat.gathered import Gathered

_DECISION = table_of(LineDecision)
_WAITING: Any = bindparam("waiting", expanding=True)

_NEWEST = select(func.max(_DECISION.c.id)).where(_DECISION.c.line_id.in_(_WAITING)).group_by(_DECISION.c.line_id)
_TRACES = select(_DECISION.c.line_id, _DECISION.c.trace).where(_DECISION.c.id.in_(_NEWEST))
_READ = Gathered(papers=PAPERS, asked=REQUESTS, contests=CONTESTS, traces=_TRACES, suspected=SUSPECTED)


class Around(NamedTuple):
    """What surrounds lines, each by line and in the order in which it came.

    `traces` are what the newest decisions on undecided lines looked at, `suspected` since when a line waits for a
    person's look.
    """

    papers: dict[int, list[Came]]
    asked: dict[int, list[PaperAsked]]
    contests: dict[int, list[Contested]]
    traces: dict[int, dict[str, Any]]
    suspected: dict[int, date]


def around(session: Session, rows: Sequence[Any]) -> Around:
    """What surrounds some lines (their rows)."""
    if not rows:
        return Around(defaultdict(list), defaultdict(list), {}, {}, {})
    waiting = [row.id for row in rows if row.status == "pending" or "rate_unavailable" in row.reasons.split()]
    found = _READ(session, {"lines": [row.id for row in rows], "waiting": waiting})
    return Around(
        came_by_line(found["papers"]),
        asked_by_line(found["asked"]),
        contested_by_line(found["contests"]),
        {row.line_id: row.trace for row in found["traces"]},
        _earliest(found["suspected"]),
    )


def _earliest(rows: Iterable[Any]) -> dict[int, date]:
    found: dict[int, date] = {}
    for row in rows:
        found[row.line_id] = min(row.since, found.get(row.line_id, row.since))
    return found
