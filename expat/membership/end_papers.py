"""Papers of ends and leavings: letters that came by post, and proofs of a return to France or of lost status.

A proof that the contract asks for waits for the management unit, which finds it enough or says what is wrong with it.
The end itself stands from its request on (UNO-MEM-6): without a proof it is for a person to take it back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from expat import audit
from expat.claims.dossier import Dossier
from expat.db import is_postgresql, table_of
from expat.documents.tables import Document
from expat.errors import BadInput, NotFound
from expat.membership.changes import Acting, locked
from expat.membership.tables import EndPaper, EndPaperAnswer, InsuredPerson, Membership

PROOF_OF = {"return_to_france": "return_proof", "lost_status": "status_proof"}  # what an end asks for, by its reason
PROOFS = tuple(PROOF_OF.values())
KINDS = ("letter", *PROOFS, "civil_status", "other")
OF_KINDS = ("termination", "left", "death")  # the changes that papers can be about
MOST, LONGEST_NAME = 20, 200

_PAPER: Any = table_of(EndPaper)
_ANSWER: Any = table_of(EndPaperAnswer)
_KEPT: Any = table_of(Document)
_MEMBERSHIP: Any = table_of(Membership)
_PERSON: Any = table_of(InsuredPerson)


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper of an end; of a proof what the management unit made of it: `accepted` is None until it has."""

    id: int
    change: int
    kind: str
    name: str
    sha256: str
    sent_on: date
    accepted: bool | None
    why: str | None

    @property
    def waits(self) -> bool:
        """Whether it is a proof that nobody has looked at."""
        return self.kind in PROOFS and self.accepted is None


def add_end_paper(
    session: Session, membership_id: int, change_id: int, kind: str, name: str, sha256: str, acting: Acting
) -> bool:  # fmt: skip
    """Keep a paper of an end, by the end's key; the same one is kept once. Answers whether it is new to it.

    Raises BadInput naming the field, NotFound where the membership has no such end.
    """
    if kind not in KINDS:
        raise BadInput("kind", f"{kind!r} is unknown", f"one of {', '.join(KINDS)}")
    dossier = locked(session, membership_id)
    change = next((c for c in dossier.changes if c.id == change_id and c.kind in OF_KINDS), None)
    if change is None:
        raise NotFound("change", f"there is no end {change_id} of membership {membership_id}")
    if session.execute(select(_KEPT.c.sha256).where(_KEPT.c.sha256 == sha256)).first() is None:
        raise BadInput("papers", "it is not kept", "a document that was handed in")
    if sum(paper.change == change_id for paper in papers_of_ends(session, membership_id)) >= MOST:
        raise BadInput("papers", "are many already", f"at most {MOST} for an end")
    values = {
        "membership_id": membership_id, "change_id": change_id, "person_id": change.person_id or dossier.member.id,
        "kind": kind, "name": name[:LONGEST_NAME], "sha256": sha256, "sent_by": acting.actor, "sent_on": acting.day,
        "recorded_at": acting.at,
    }  # fmt: skip
    dialect: Any = postgresql if is_postgresql(session) else sqlite
    insert = dialect.insert(_PAPER).values(values)
    insert = insert.on_conflict_do_nothing(index_elements=["change_id", "kind", "sha256"])
    key = session.execute(insert.returning(_PAPER.c.id)).scalar()
    if key is None:
        return False
    audit.record(session, acting.at, acting.actor, "end.paper_added", f"membership:{membership_id}", kind=kind)
    return True


def answer_end_paper(
    session: Session, membership_id: int, paper_id: int, enough: bool, why: str, acting: Acting
) -> bool:
    """Say whether a proof is enough, and if not what is wrong with it. Decided once; answers whether it is new.

    Raises BadInput naming the field, NotFound where the membership has no such proof.
    """
    locked(session, membership_id)
    found = next((p for p in papers_of_ends(session, membership_id) if p.id == paper_id and p.kind in PROOFS), None)
    if found is None:
        raise NotFound("paper", f"there is no proof {paper_id} of membership {membership_id}")
    if not enough and not why:
        raise BadInput("why", "is missing", "what is wrong with the paper, in a sentence for the member")
    if found.accepted is not None:
        if found.accepted == enough:
            return False
        raise BadInput("paper", "was answered already", "another paper")
    values = {
        "paper_id": paper_id, "accepted": enough, "why": why or None, "answered_by": acting.actor,
        "answered_on": acting.day, "recorded_at": acting.at,
    }  # fmt: skip
    session.execute(_ANSWER.insert().values(values))
    audit.record(
        session, acting.at, acting.actor, "end.paper_answered", f"membership:{membership_id}", paper=paper_id,
        accepted=enough,
    )  # fmt: skip
    return True


def papers_of_ends(session: Session, membership_id: int) -> list[Paper]:
    """The papers of a membership's ends, as they came."""
    query = select(_PAPER, _ANSWER.c.accepted, _ANSWER.c.why)
    query = query.outerjoin(_ANSWER, _ANSWER.c.paper_id == _PAPER.c.id).where(_PAPER.c.membership_id == membership_id)
    return [_paper(row) for row in session.execute(query.order_by(_PAPER.c.id))]


def proof_missing(change: Any, papers: Iterable[Paper]) -> str | None:
    """The kind of proof that an end (its change) still lacks: none came, or what came was not enough. None: nothing."""
    kind = PROOF_OF.get(change.value) if change.kind == "termination" else None
    came = any(p.change == change.id and p.kind == kind and p.accepted is not False for p in papers)
    return None if kind is None or came else kind


def about(dossier: Dossier, change_id: int) -> Any | None:
    """The end, the leaving or the death of that key, which papers can be about; None where there is none."""
    return next((c for c in dossier.changes if c.id == change_id and c.kind in OF_KINDS), None)


def waiting_end_papers(session: Session, without: Collection[int] = (), most: int = 100) -> Sequence[Row[Any]]:
    """The proofs that nobody has answered yet, the oldest first: rows with the membership's number and the names.

    `without` are memberships to leave out.
    """
    query = (
        select(_PAPER, _MEMBERSHIP.c.number, _PERSON.c.first_name, _PERSON.c.last_name)
        .join(_MEMBERSHIP, _MEMBERSHIP.c.id == _PAPER.c.membership_id)
        .join(_PERSON, _PERSON.c.id == _PAPER.c.person_id)
        .outerjoin(_ANSWER, _ANSWER.c.paper_id == _PAPER.c.id)
        .where(_PAPER.c.kind.in_(PROOFS), _ANSWER.c.paper_id.is_(None), _PAPER.c.membership_id.not_in(without))
    )
    return session.execute(query.order_by(_PAPER.c.id).limit(most)).all()


def _paper(row: Row[Any]) -> Paper:
    return Paper(row.id, row.change_id, row.kind, row.name, row.sha256, row.sent_on, row.accepted, row.why)
