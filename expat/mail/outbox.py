"""Putting mail into the outbox, in the transaction of what it tells of; and what lies there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from expat.db import is_postgresql, table_of
from expat.mail.tables import OutgoingMail

MOST_ATTEMPTS = 8
PAUSES = tuple(timedelta(minutes=m) for m in (1, 5, 20, 60, 180, 480, 1440))  # after the first attempt, the second...
LONGEST_ADDRESS, SLICE = 254, 500
NO_ADDRESS = "no usable address"

_MAIL: Any = table_of(OutgoingMail)
_ADDRESS = re.compile(r"""[^\s@<>()\[\]\\,;:"'\x00-\x1f\x7f]+@[^\s@<>()\[\]\\,;:"'\x00-\x1f\x7f]+""")


@dataclass(frozen=True, slots=True)
class NewMail:
    """A mail to keep; `key` is what it is about, such as `statement:17`. Subject and body are text in `language`."""

    key: str
    kind: str
    to: str
    language: str
    subject: str
    body: str


def put(
    session: Session, key: str, kind: str, to: str, language: str, subject: str, body: str, at: datetime
) -> int | None:
    """Keep a mail to send; answers its key, or None where what `key` names was told before.

    `key` is what the mail is about, such as `statement:17`; subject and body are plain text in `language`.
    """
    kept = put_all(session, [NewMail(key, kind, to, language, subject, body)], at)
    return kept[0] if kept else None


def put_all(session: Session, mails: Sequence[NewMail], at: datetime) -> list[int]:
    """Keep mails to send; answers the keys of those that tell something new.

    One whose address cannot be used is kept with that problem, and is not sent.
    """
    dialect: Any = postgresql if is_postgresql(session) else sqlite
    found: list[int] = []
    for start in range(0, len(mails), SLICE):
        rows = [_row(mail, at) for mail in mails[start : start + SLICE]]
        query = dialect.insert(_MAIL).values(rows).on_conflict_do_nothing(index_elements=["key"])
        found += session.execute(query.returning(_MAIL.c.id)).scalars()
    return found


def usable(address: str) -> bool:
    """Whether a mail can be sent to an address: one `@`, and nothing that means something else in a mail's head."""
    return len(address) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(address) is not None


def kept(session: Session, most: int = 100, unsent: bool = False) -> Sequence[Row[Any]]:
    """The mails of the outbox, the newest first; only those that are not sent where that is asked for."""
    query = select(_MAIL).order_by(_MAIL.c.id.desc()).limit(most)
    return session.execute(query.where(_MAIL.c.sent_at.is_(None)) if unsent else query).all()


def state_of(mail: Any) -> str:
    """Of a mail's row: sent, given_up, failed (it is tried again), taken (a sender has it) or waiting."""
    if mail.sent_at is not None:
        return "sent"
    if mail.attempts >= MOST_ATTEMPTS and mail.problem is not None:
        return "given_up"
    if mail.problem is not None:
        return "failed"
    return "waiting" if mail.taken_at is None else "taken"


def _row(mail: NewMail, at: datetime) -> dict[str, Any]:
    to, good = mail.to.strip(), usable(mail.to.strip())
    return {
        "key": mail.key, "kind": mail.kind, "to_address": _printable(to)[:LONGEST_ADDRESS], "language": mail.language,
        "subject": " ".join(_printable(mail.subject).split()), "body": mail.body.replace("\x00", ""), "made_at": at,
        "attempts": 0 if good else MOST_ATTEMPTS, "problem": None if good else NO_ADDRESS,
    }  # fmt: skip


def _printable(text: str) -> str:
    return "".join(c for c in text if c.isprintable() or c.isspace())
