"""Everything that was sent to somebody: mails to the own addresses and letters by post, the newest first.

Of a mail its subject is told, never its text. Mails to another adult's account are that adult's.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import null, select, union_all
from sqlmodel import Session

from expat.accounts.tables import Account
from expat.db import table_of
from expat.letters.tables import PostalLetter, PostedLetter
from expat.mail.outbox import state_of
from expat.mail.tables import OutgoingMail
from expat.membership.tables import Member, Membership

_ACCOUNT: Any = table_of(Account)
_LETTER: Any = table_of(PostalLetter)
_POSTED: Any = table_of(PostedLetter)
_MAIL: Any = table_of(OutgoingMail)
_MEMBER: Any = table_of(Member)
_MEMBERSHIP: Any = table_of(Membership)


class Sent(NamedTuple):
    """A mail (`letter` is None) with its subject, or a letter by its key, with its kind; made at an instant.

    `state` is sent, waiting, taken, failed or given_up; a letter is sent once it was handed to the post, else waiting.
    """

    letter: int | None
    kind: str
    subject: str
    at: datetime
    state: str


def sent_to(session: Session, person_id: int, letters_of: int | None, skip: int, most: int) -> list[Sent]:
    """What was sent to an insured person; with the letters and mails of a membership where it is that one's member."""
    addresses = _addresses(session, person_id, letters_of)
    mails = select(_MAIL.c.id, null().label("letter"), _MAIL.c.made_at.label("at"))
    found = mails.where(_MAIL.c.to_address.in_(addresses))
    letters = select(null().label("id"), _LETTER.c.id.label("letter"), _LETTER.c.recorded_at.label("at"))
    both = union_all(found, letters.where(_LETTER.c.membership_id == letters_of)).subquery()
    order = (both.c.at.desc(), both.c.letter.desc(), both.c.id.desc())
    page = session.execute(select(both).order_by(*order).offset(skip).limit(most)).all()
    told = _mails(session, [row.id for row in page if row.letter is None])
    told_letters = _letters(session, [row.letter for row in page if row.letter is not None])
    return [told[row.id] if row.letter is None else told_letters[row.letter] for row in page]


def _addresses(session: Session, person_id: int, membership_id: int | None) -> set[str]:
    """Those of the own accounts, and the one that the member gave on joining, unless another's account has it."""
    accounts = select(_ACCOUNT.c.email).where(_ACCOUNT.c.person_id == person_id)
    found = set(session.execute(accounts).scalars())
    given = select(_MEMBER.c.email).join(_MEMBERSHIP, _MEMBERSHIP.c.member_id == _MEMBER.c.id)
    email = (session.execute(given.where(_MEMBERSHIP.c.id == membership_id)).scalar() or "").strip()
    others = select(_ACCOUNT.c.id).where(_ACCOUNT.c.email == email.lower(), _ACCOUNT.c.person_id != person_id)
    if email and session.execute(others.limit(1)).first() is None:
        found.add(email)
    return found


def _mails(session: Session, keys: Collection[int]) -> dict[int, Sent]:
    rows = session.execute(select(_MAIL).where(_MAIL.c.id.in_(keys)))
    return {row.id: Sent(None, row.kind, row.subject, row.made_at, state_of(row)) for row in rows}


def _letters(session: Session, keys: Collection[int]) -> dict[int, Sent]:
    query = select(_LETTER.c.id, _LETTER.c.kind, _LETTER.c.recorded_at, _POSTED.c.batch_id)
    rows = session.execute(query.outerjoin(_POSTED, _POSTED.c.letter_id == _LETTER.c.id).where(_LETTER.c.id.in_(keys)))
    return {
        row.id: Sent(row.id, row.kind, "", row.recorded_at, "sent" if row.batch_id is not None else "waiting")
        for row in rows
    }
