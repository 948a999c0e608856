"""Mails that the management unit's acts bring: that there is something to read, and where; nothing about care."""

from __future__ import annotations

from typing import Any

from expat.claims.asked import requests_of
from expat.mail.claim_letters import contest_answered
from expat.mail.letters import message_waiting, paper_asked
from expat.mail.outbox import put
from expat.payments.tell import people
from expat.portal.told import link, operator, reader_of
from expat.portal.work import db, now


def tell_asked(line: Any, claim_id: int) -> None:
    """A paper of a line (its row) is asked for."""
    reader = reader_of(line.membership_id, line.person_id)
    if reader is not None:
        nth = len(requests_of(db(), [line.id])[line.id])
        text = paper_asked(reader.language, reader.name, link(f"/claims/{claim_id}"), operator())
        put(db(), f"asked:{line.id}:{nth}", "paper", reader.to, reader.language, *text, now())


def tell_answered(line: Any, claim_id: int, contest_id: int) -> None:
    """A contest of a line (its row) is answered."""
    reader = reader_of(line.membership_id, line.person_id)
    if reader is not None:
        text = contest_answered(reader.language, reader.name, link(f"/claims/{claim_id}"), claim_id, operator())
        put(db(), f"contest:{contest_id}", "contest", reader.to, reader.language, *text, now())


def tell_message(person_id: int, message_id: int) -> bool:
    """A message waits for an insured person; answers whether somebody can be told by mail."""
    reader = people(db(), [person_id]).get(person_id)
    if reader is None:
        return False
    text = message_waiting(reader.language, reader.name, link("/messages"), operator())
    put(db(), f"message:{message_id}", "message", reader.to, reader.language, *text, now())
    return True
