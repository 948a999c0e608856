"""Writing a message in an insured person's conversation with the management unit, and noting what was read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from expat import audit
from expat.claims.tables import Claim
from expat.claims.written import written
from expat.db import is_postgresql, table_of
from expat.errors import NotFound
from expat.membership.tables import InsuredPerson
from expat.messages.tables import Message, MessageSeen

_MESSAGE: Any = table_of(Message)
_SEEN: Any = table_of(MessageSeen)
_PERSON: Any = table_of(InsuredPerson)
_CLAIM: Any = table_of(Claim)


def write(
    session: Session,
    person_id: int,
    claim_id: int | None,
    text: str,
    account_id: int,
    from_staff: bool,
    at: datetime,
) -> int:
    """Write a message, about a claim of the person's membership or about none; answers its key.

    Who writes has read what stands before. The same again, with nothing written in between, is the same message.
    Raises NotFound for the person or the claim, BadInput for a text that is empty or longer than 4000 characters.
    """
    said = written("text", text)
    # Held until the transaction ends: of two that send the same at once, the second finds the first.
    whose = select(_PERSON.c.membership_id).where(_PERSON.c.id == person_id)
    membership = session.execute(whose.with_for_update(key_share=True)).scalar()
    if membership is None:
        raise NotFound("person", f"there is no insured person {person_id}")
    theirs = select(_CLAIM.c.id).where(_CLAIM.c.id == claim_id, _CLAIM.c.membership_id == membership)
    if claim_id is not None and session.execute(theirs).first() is None:
        raise NotFound("claim", f"there is no claim {claim_id}")
    if (again := _same_again(session, person_id, claim_id, said, account_id)) is not None:
        return again
    values = {
        "membership_id": membership, "person_id": person_id, "claim_id": claim_id, "account_id": account_id,
        "from_staff": from_staff, "text": said, "at": at,
    }  # fmt: skip
    key = int(session.execute(_MESSAGE.insert().values(values).returning(_MESSAGE.c.id)).scalar_one())
    mark_seen(session, person_id, from_staff, key, at)
    audit.record(session, at, f"account:{account_id}", "message.written", f"message:{key}", from_staff=from_staff)
    return key


def _same_again(session: Session, person_id: int, claim_id: int | None, text: str, account_id: int) -> int | None:
    """The newest message of the conversation, where it is this one: the button was pressed twice."""
    query = select(_MESSAGE).where(_MESSAGE.c.person_id == person_id).order_by(_MESSAGE.c.id.desc()).limit(1)
    row = session.execute(query).first()
    same = row is not None and (row.claim_id, row.text, row.account_id) == (claim_id, text, account_id)
    return int(row.id) if row is not None and same else None


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
