"""Writing a message in an insured person's conversation with the management unit, and noting what was read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from expat import audit
from expat.claims.tables import Claim
from expat.claims.written import written
from expat.db import is_postgresql, table_of
from expat.documents.tables import Document
from expat.errors import BadInput, NotFound
from expat.membership.tables import InsuredPerson
from expat.messages.tables import Message, MessagePaper, MessagePaperTaken, MessageSeen

_MESSAGE: Any = table_of(Message)
_SEEN: Any = table_of(MessageSeen)
_PAPER: Any = table_of(MessagePaper)
_TAKEN: Any = table_of(MessagePaperTaken)
_KEPT: Any = table_of(Document)
_PERSON: Any = table_of(InsuredPerson)
_CLAIM: Any = table_of(Claim)

MOST_PAPERS, LONGEST_NAME = 10, 200


class NewPaper(NamedTuple):
    """A paper that comes with a message: a kept document with its name; a `medical` one is for the medical adviser."""

    name: str
    sha256: str
    medical: bool = False


def write(
    session: Session,
    person_id: int,
    claim_id: int | None,
    text: str,
    account_id: int,
    from_staff: bool,
    at: datetime,
    papers: Sequence[NewPaper] = (),
) -> int:
    """Write a message, about a claim of the person's membership or about none, with papers; answers its key.

    Who writes has read what stands before. The same again, with nothing written in between, is the same message.
    Raises NotFound for the person or the claim, BadInput for a text that is empty or longer than 4000 characters, for
    more than 10 papers, or for one that is not kept.
    """
    said = written("text", text)
    new = {paper.sha256: paper for paper in papers}  # each content once
    _check_papers(session, new)
    # Held until the transaction ends: of two that send the same at once, the second finds the first.
    whose = select(_PERSON.c.membership_id).where(_PERSON.c.id == person_id)
    membership = session.execute(whose.with_for_update(key_share=True)).scalar()
    if membership is None:
        raise NotFound("person", f"there is no insured person {person_id}")
    theirs = select(_CLAIM.c.id).where(_CLAIM.c.id == claim_id, _CLAIM.c.membership_id == membership)
    if claim_id is not None and session.execute(theirs).first() is None:
        raise NotFound("claim", f"there is no claim {claim_id}")
    if (again := _same_again(session, person_id, claim_id, said, account_id, set(new))) is not None:
        return again
    values = {
        "membership_id": membership, "person_id": person_id, "claim_id": claim_id, "account_id": account_id,
        "from_staff": from_staff, "text": said, "at": at,
    }  # fmt: skip
    key = int(session.execute(_MESSAGE.insert().values(values).returning(_MESSAGE.c.id)).scalar_one())
    rows = [
        {"message_id": key, "name": p.name[:LONGEST_NAME], "sha256": p.sha256, "medical": p.medical, "recorded_at": at}
        for p in new.values()
    ]
    if rows:
        session.execute(_PAPER.insert(), rows)
    mark_seen(session, person_id, from_staff, key, at)
    detail = {"from_staff": from_staff} | ({"papers": len(rows)} if rows else {})
    audit.record(session, at, f"account:{account_id}", "message.written", f"message:{key}", **detail)
    return key


def take_note(session: Session, paper_id: int, actor: str, at: datetime) -> bool:
    """The medical department has taken note of a medical paper of a message; answers whether that is new.

    Raises NotFound where there is no such paper.
    """
    known = select(_PAPER.c.id).where(_PAPER.c.id == paper_id, _PAPER.c.medical)
    if session.execute(known).first() is None:
        raise NotFound("paper", f"there is no medical paper {paper_id} of a message")
    dialect: Any = postgresql if is_postgresql(session) else sqlite
    insert = dialect.insert(_TAKEN).values(paper_id=paper_id, taken_by=actor, recorded_at=at)
    insert = insert.on_conflict_do_nothing(index_elements=["paper_id"]).returning(_TAKEN.c.paper_id)
    if session.execute(insert).first() is None:
        return False
    audit.record(session, at, actor, "message.paper_taken", f"message_paper:{paper_id}")
    return True


def _check_papers(session: Session, papers: dict[str, NewPaper]) -> None:
    if len(papers) > MOST_PAPERS:
        raise BadInput("papers", f"{len(papers)} at once", f"at most {MOST_PAPERS} for a message")
    query = select(_KEPT.c.sha256).where(_KEPT.c.sha256.in_(list(papers)))
    if papers and set(session.execute(query).scalars()) != set(papers):
        raise BadInput("papers", "one is not kept", "documents that were handed in")


def _same_again(
    session: Session, person_id: int, claim_id: int | None, text: str, account_id: int, papers: set[str]
) -> int | None:
    """The newest message of the conversation, where it is this one: the button was pressed twice."""
    query = select(_MESSAGE).where(_MESSAGE.c.person_id == person_id).order_by(_MESSAGE.c.id.desc()).limit(1)
    row = session.execute(query).first()
    if row is None or (row.claim_id, row.text, row.account_id) != (claim_id, text, account_id):
        return None
    came = set(session.execute(select(_PAPER.c.sha256).where(_PAPER.c.message_id == row.id)).scalars())
    return int(row.id) if came == papers else None


def mark_seen(session: Session, person_id: int, by_staff: bool, message_id: int, at: datetime) -> None:
    """Note that a side has read a conversation up to a message; what was read stays read. Raises NotFound."""
    known = select(_MESSAGE.c.id).where(_MESSAGE.c.id == message_id, _MESSAGE.c.person_id == person_id)
    if session.execute(known).first() is None:
        raise NotFound("message", f"there is no message {message_id}")
    dialect: Any = postgresql if is_postgresql(session) else sqlite
    query = dialect.insert(MessageSeen).values(person_id=person_id, by_staff=by_staff, message_id=message_id, at=at)
    newer = _SEEN.c.message_id < query.excluded.message_id
    what = {"message_id": query.excluded.message_id, "at": query.excluded.at}
    session.execute(query.on_conflict_do_update(index_elements=["person_id", "by_staff"], set_=what, where=newer))
