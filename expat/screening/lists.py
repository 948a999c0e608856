"""Bringing in a list of sanctions: once, the newest of each source holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, delete, select
from sqlmodel import Session

from expat import audit
from expat.db import advisory_lock, table_of
from expat.errors import BadInput
from expat.screening.names import Index, Listed
from expat.screening.reading import Published
from expat.screening.tables import SanctionedName, SanctionsList

LOCK = 7_011
SLICE = 2_000

_LIST: Any = table_of(SanctionsList)
_NAME: Any = table_of(SanctionedName)
_INDICES: dict[tuple[str, ...], Index] = {}  # of the lists that hold, so that it is made once for each process


class Imported(NamedTuple):
    """A list's key, and whether the very file had come before."""

    id: int
    again: bool


def import_list(session: Session, new: Published, at: datetime, actor: str) -> Imported:
    """Keep a list in place of the one before of its source. Raises BadInput for one older than that."""
    advisory_lock(session, LOCK)
    before = session.execute(select(_LIST.c.id).where(_LIST.c.sha256 == new.sha256)).scalar()
    if before is not None:
        return Imported(int(before), again=True)
    holds = next((row for row in current(session) if row.source == new.source), None)
    if holds is not None and new.published_on < holds.published_on:
        wrong = f"was published on {new.published_on}, and that of {holds.published_on} is here"
        raise BadInput("published", wrong, "the newest list")
    values = {
        "source": new.source, "published_on": new.published_on, "sha256": new.sha256, "names": len(new.names),
        "imported_by": actor, "imported_at": at,
    }  # fmt: skip
    key = int(session.execute(_LIST.insert().values(values).returning(_LIST.c.id)).scalar_one())
    mine = select(_LIST.c.id).where(_LIST.c.source == new.source)
    session.execute(delete(_NAME).where(_NAME.c.list_id.in_(mine)))
    rows = [{"list_id": key, **one._asdict(), "births": list(one.births)} for one in new.names]
    for start in range(0, len(rows), SLICE):
        session.execute(_NAME.insert(), rows[start : start + SLICE])
    detail = {"source": new.source, "published": new.published_on.isoformat(), "names": len(rows)}
    audit.record(session, at, actor, "sanctions.imported", f"sanctions_list:{key}", **detail)
    return Imported(key, again=False)


def current(session: Session) -> list[Row[Any]]:
    """The list that holds of each source: the newest published."""
    rows = session.execute(select(_LIST).order_by(_LIST.c.published_on.desc(), _LIST.c.id.desc())).all()
    newest: dict[str, Row[Any]] = {}
    for row in rows:
        newest.setdefault(row.source, row)
    return sorted(newest.values(), key=lambda row: row.id)


def index(session: Session, lists: Sequence[Row[Any]]) -> Index:
    """The names of lists, ready to be compared."""
    key = tuple(row.sha256 for row in lists)
    if key not in _INDICES:
        columns = (_NAME.c.entity, _NAME.c.subject, _NAME.c.name, _NAME.c.folded, _NAME.c.births)
        query = select(*columns).where(_NAME.c.list_id.in_([row.id for row in lists]))
        made = Index(
            Listed(row.entity, row.subject, row.name, row.folded, tuple(row.births)) for row in session.execute(query)
        )
        _INDICES.clear()
        _INDICES[key] = made
    return _INDICES[key]
