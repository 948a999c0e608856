"""Papers that come with a request, while it is open: what is medical opens to the medical department alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from expat import audit
from expat.amendments.tables import Amendment, AmendmentAnswer, AmendmentDocument
from expat.approvals.file import one_line
from expat.approvals.request import lock
from expat.db import is_postgresql, table_of
from expat.documents.tables import Document
from expat.errors import BadInput, Conflict, NotFound
from expat.membership.changes import Acting

KINDS = ("civil_status", "common_home", "prior_cover", "medical_report", "other", "letter")
LETTER = "letter"  # the scan of what came by post: added to a request that is decided already, too
MEDICAL = frozenset({"medical_report"})
MOST, LONGEST_NAME = 20, 200

_AMENDMENT, _ANSWER, _PAPER = table_of(Amendment), table_of(AmendmentAnswer), table_of(AmendmentDocument)
_KEPT = table_of(Document)


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper of a request, with the name that its sender gave it."""

    id: int
    amendment: int
    kind: str
    name: str
    sha256: str
    medical: bool
    came_at: datetime


def add_paper(session: Session, amendment_id: int, kind: str, name: str, sha256: str, acting: Acting) -> bool:
    """Add a kept document to an open request; answers whether it is new to it.

    Raises NotFound, BadInput naming the field, Conflict where the request is decided or withdrawn.
    """
    if kind not in KINDS:
        raise BadInput("kind", f"{kind!r} is unknown", f"one of {', '.join(KINDS)}")
    membership = session.execute(select(_AMENDMENT.c.membership_id).where(_AMENDMENT.c.id == amendment_id)).scalar()
    if membership is None:
        raise NotFound("amendment", f"there is no request {amendment_id}")
    lock(session, membership)
    decided = select(_ANSWER.c.outcome).where(_ANSWER.c.amendment_id == amendment_id)
    if kind != LETTER and session.execute(decided).first():
        raise Conflict("amendment", f"request {amendment_id} is decided already", "a new request")
    if session.execute(select(_KEPT.c.sha256).where(_KEPT.c.sha256 == sha256)).first() is None:
        raise BadInput("papers", "it is not kept", "a document that was handed in")
    if len(papers_of(session, amendment_id)) >= MOST:
        raise BadInput("papers", "are many already", f"at most {MOST} for a request")
    values = {
        "amendment_id": amendment_id, "kind": kind, "name": one_line(name)[:LONGEST_NAME], "sha256": sha256,
        "medical": kind in MEDICAL, "recorded_at": acting.at,
    }  # fmt: skip
    dialect: Any = postgresql if is_postgresql(session) else sqlite
    insert = dialect.insert(_PAPER).values(values)
    insert = insert.on_conflict_do_nothing(index_elements=["amendment_id", "kind", "sha256"])
    if session.execute(insert.returning(_PAPER.c.id)).first() is None:
        return False
    audit.record(session, acting.at, acting.actor, "amendment.paper_added", f"amendment:{amendment_id}", kind=kind)
    return True


def papers_of(session: Session, amendment_id: int, medical: bool = True) -> list[Paper]:
    """The papers of a request, as they came; without `medical`, those that the management unit may open."""
    query = select(_PAPER).where(_PAPER.c.amendment_id == amendment_id).order_by(_PAPER.c.id)
    if not medical:
        query = query.where(_PAPER.c.medical.is_(False))
    return [_paper(row) for row in session.execute(query)]


def read_paper(
    session: Session, amendment_id: int, paper_id: int, reader: str, at: datetime, medical: bool
) -> Paper:  # fmt: skip
    """A paper for a reader such as `account:12`, whose reading the trail keeps. Raises NotFound where there is none, or
    it is medical and the reader may not open that."""
    found = next((one for one in papers_of(session, amendment_id, medical) if one.id == paper_id), None)
    if found is None:
        raise NotFound("paper", f"there is no paper {paper_id} of request {amendment_id}")
    detail = {"document": found.sha256, "kind": found.kind, "medical": found.medical}
    audit.record(session, at, reader, "document.read", f"amendment:{amendment_id}", **detail)
    return found


def _paper(row: Row[Any]) -> Paper:
    return Paper(row.id, row.amendment_id, row.kind, row.name, row.sha256, row.medical, row.recorded_at)
