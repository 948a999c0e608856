"""Sending what lies in the outbox: each mail by one sender, tried again with growing pauses where it fails.

A mail is taken in one transaction, sent, and noted as sent in the next. While a sender has it no other takes it; only
one that says nothing for ten minutes is taken for dead. Were it to die between sending and noting, the mail would go
out again, with the same Message-ID.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Engine, Row, and_, or_, select, update

from expat.db import is_postgresql, table_of, transaction
from expat.mail.outbox import MOST_ATTEMPTS, PAUSES
from expat.mail.tables import OutgoingMail
from expat.mail.transport import Failed, Transport, Undeliverable, Unreachable

TAKEN_FOR_DEAD = timedelta(minutes=10)
LONGEST_PROBLEM = 500

_MAIL: Any = table_of(OutgoingMail)


def send_due(
    engine: Engine,
    clock: Callable[[], datetime],
    transport: Transport,
    sender: str,
    name: str | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> int:
    """Send every mail that is due, from an address (and a name); answers how many were sent.

    Asked to stop, it does so between two mails. Where nothing can be sent at all it stops by itself, and the mail that
    it had waits its pause like any other that failed.
    """
    sent, goes_on = 0, True
    while goes_on and not stop() and (mail := _take(engine, clock())):
        problem, for_good = None, False
        try:
            transport.send(composed(mail, sender, name))
        except Undeliverable as wrong:
            problem, for_good = str(wrong), True
        except Failed as wrong:
            problem = str(wrong)
        except Unreachable as wrong:
            problem, goes_on = str(wrong), False
        _note(engine, mail, clock(), problem, for_good)
        sent += problem is None
    transport.close()
    return sent


def composed(mail: Row[Any], sender: str, name: str | None) -> EmailMessage:
    """A mail of the outbox as it goes out. Raises Undeliverable where its head cannot be written."""
    domain = sender.rpartition("@")[2]
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = Address(display_name=name or "", addr_spec=sender)
        message["To"] = Address(addr_spec=mail.to_address)
        message["Subject"] = mail.subject
        message["Date"] = format_datetime(mail.made_at)
        message["Message-ID"] = f"<{sha256(f'{mail.key} {mail.made_at}'.encode()).hexdigest()[:32]}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"
    except (ValueError, IndexError) as wrong:  # what the library raises for addresses that it cannot read
        raise Undeliverable(f"its head cannot be written: {wrong}") from wrong
    message.set_content(mail.body, cte="quoted-printable")
    message["Content-Language"] = mail.language
    return message


def _take(engine: Engine, at: datetime) -> Row[Any] | None:
    """Take a mail that is due, one that nobody tried yet first; nobody else has it then."""
    failed = [
        and_(_MAIL.c.attempts == n, _MAIL.c.taken_at <= at - pause, _MAIL.c.problem.is_not(None))
        for n, pause in enumerate(PAUSES, start=1)
    ]
    silent = and_(_MAIL.c.problem.is_(None), _MAIL.c.taken_at <= at - TAKEN_FOR_DEAD)
    due = or_(_MAIL.c.taken_at.is_(None), silent, *failed)
    query = select(_MAIL.c.id).where(_MAIL.c.sent_at.is_(None), _MAIL.c.attempts < MOST_ATTEMPTS, due)
    with transaction(engine) as session:
        query = query.order_by(_MAIL.c.attempts, _MAIL.c.id).limit(1)
        key = session.execute(query.with_for_update(skip_locked=True) if is_postgresql(session) else query).scalar()
        if key is None:
            return None
        taken = update(_MAIL).where(_MAIL.c.id == key)
        taken = taken.values(taken_at=at, attempts=_MAIL.c.attempts + 1, problem=None)
        return session.execute(taken.returning(*_MAIL.c)).one()


def _note(engine: Engine, mail: Row[Any], at: datetime, problem: str | None, for_good: bool) -> None:
    """What came of it, unless another sender has taken the mail for this one's meanwhile."""
    mine = update(_MAIL).where(_MAIL.c.id == mail.id, _MAIL.c.taken_at == mail.taken_at, _MAIL.c.sent_at.is_(None))
    # A mail can hold a link that lets its reader in: what it said is not kept once it is out.
    values: dict[str, Any] = {"sent_at": at, "body": ""}
    if problem is not None:
        values = {"problem": " ".join(problem.split())[:LONGEST_PROBLEM]}
    if for_good:
        values["attempts"] = MOST_ATTEMPTS
    with transaction(engine) as session:
        session.execute(mine.values(values))
