"""The papers that came for lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlmodel import Session

from expat.claims.tables import LineDocument
from expat.db import table_of

_PAPER = table_of(LineDocument)
_LINES: Any = bindparam("lines", expanding=True)

PAPERS = select(_PAPER).where(_PAPER.c.line_id.in_(_LINES)).order_by(_PAPER.c.id)


class Came(NamedTuple):
    """A paper that came for a line: what it is, the kept document where there is one, and the day."""

    kind: str
    sha256: str | None
    received_on: date
    confidential: bool


def papers_of(session: Session, line_ids: Collection[int]) -> dict[int, list[Came]]:
    """The papers of lines, by line, in the order in which they came."""
    return came_by_line(session.execute(PAPERS, {"lines": list(line_ids)}))


def came_by_line(rows: Iterable[Any]) -> dict[int, list[Came]]:
    """The rows of `PAPERS` by line."""
    found: dict[int, list[Came]] = defaultdict(list)
    for row in rows:
        found[row.line_id].append(Came(row.kind, row.sha256, row.received_on, row.confidential))
    return found
