"""Papers that come after the claim: kept as they come, and the lines that wait for them judged again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session

from expat import audit
from expat.claims.lines import kept, words
from expat.claims.rejudge import locked_line, new_fact
from expat.claims.tables import ClaimLine, LineDocument
from expat.db import table_of
from expat.errors import BadInput
from expat.plans.schema import DOCUMENTS

_LINE: Any = table_of(ClaimLine)
_DOCUMENT: Any = table_of(LineDocument)


def add_papers(
    session: Session,
    line_id: int,
    papers: Mapping[str, str | None],
    day: date,
    at: datetime,
    preference: tuple[str, ...],
    actor: str = "member",
) -> str:
    """Papers for a line, by kind, with the kept file where there is one; answers how the line stands then.

    Raises BadInput for an unknown kind, NotFound where there is no such line.
    """
    if unknown := set(papers) - DOCUMENTS:
        raise BadInput("add", f"{min(unknown)!r} is unknown", f"of {', '.join(sorted(DOCUMENTS))}")
    if not papers:
        raise BadInput("add", "no paper", f"of {', '.join(sorted(DOCUMENTS))}")
    row = locked_line(session, line_id)
    rows = [{"line_id": line_id, "kind": k, "sha256": f, "received_on": day} for k, f in papers.items()]
    session.execute(_DOCUMENT.insert(), rows)
    there = kept(sorted(words(row.documents) | set(papers)))
    session.execute(update(_LINE).where(_LINE.c.id == line_id).values(documents=there))
    audit.record(session, at, actor, "papers.added", f"line:{line_id}", kinds=sorted(papers))
    new_fact(session, row.membership_id, day, at, preference)
    return str(session.execute(select(_LINE.c.status).where(_LINE.c.id == line_id)).scalar_one())
