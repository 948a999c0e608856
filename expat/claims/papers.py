"""Papers that come after the claim: kept as they come, and the lines that wait for them judged again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session

from expat import audit
from expat.claims.lines import kept, words
from expat.claims.rejudge import locked_line, new_fact
from expat.claims.review import status_of
from expat.claims.tables import ClaimLine, LineDocument
from expat.db import table_of
from expat.errors import BadInput
from expat.plans.schema import CONFIDENTIAL, DOCUMENTS

_LINE: Any = table_of(ClaimLine)
_DOCUMENT: Any = table_of(LineDocument)


def add_papers(
    session: Session,
    line_id: int,
    papers: Mapping[str, str | Sequence[str] | None],
    day: date,
    at: datetime,
    preference: Sequence[str],
    actor: str = "member",
    confidential: Collection[str] = (),
) -> str:
    """Papers for a line, by kind, with the kept files where there are any; answers how the line stands then.

    `confidential` names kinds, or single documents, that the medical department and the person alone may read; a
    medical report always is. Raises BadInput for an unknown kind, NotFound where there is no such line.
    """
    if unknown := set(papers) - DOCUMENTS:
        raise BadInput("add", f"{min(unknown)!r} is unknown", f"of {', '.join(sorted(DOCUMENTS))}")
    if not papers:
        raise BadInput("add", "no paper", f"of {', '.join(sorted(DOCUMENTS))}")
    row = locked_line(session, line_id)
    rows = [
        {
            "line_id": line_id, "kind": kind, "sha256": file, "received_on": day,
            "confidential": not {kind, file}.isdisjoint({*confidential, *CONFIDENTIAL}),
        }
        for kind, files in papers.items()
        for file in ((files,) if isinstance(files, str) else files or (None,))
    ]  # fmt: skip
    session.execute(_DOCUMENT.insert(), rows)
    there = kept(sorted(words(row.documents) | set(papers)))
    session.execute(update(_LINE).where(_LINE.c.id == line_id).values(documents=there))
    audit.record(session, at, actor, "papers.added", f"line:{line_id}", kinds=sorted(papers))
    new_fact(session, row.membership_id, day, at, preference, about=line_id)
    return status_of(session, line_id)
