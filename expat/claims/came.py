"""The papers that came for lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from expat.claims.tables import LineDocument
from expat.db import table_of

_PAPER = table_of(LineDocument)


class Came(NamedTuple):
    """A paper that came for a line: what it is, the kept document where there is one, and the day."""

    kind: str
    sha256: str | None
    received_on: date
    confidential: bool


def papers_of(session: Session, line_ids: Collection[int]) -> dict[int, list[Came]]:
    """The papers of lines, by line, in the order in which they came."""
    found: dict[int, list[Came]] = defaultdict(list)
    query = select(_PAPER).where(_PAPER.c.line_id.in_(line_ids)).order_by(_PAPER.c.id)
    for row in session.execute(query):
        found[row.line_id].append(Came(row.kind, row.sha256, row.received_on, row.confidential))
    return found
