"""The mail that tells a member that a request for a change was decided; nothing of what, nor how."""

from __future__ import annotations

from expat.amendments.listing import amendment
from expat.mail.amendment_letters import change_answered
from expat.mail.outbox import put
from expat.payments.tell import members_of
from expat.portal.told import link, operator
from expat.portal.work import db, now


def tell_answer(amendment_id: int) -> None:
    """Mail the member, once."""
    found = amendment(db(), amendment_id)
    reader = members_of(db(), [found.membership]).get(found.membership)
    if reader is not None:
        text = change_answered(reader.language, reader.name, link("/cover/changes"), amendment_id, operator())
        told = "offer" if found.state == "offered" else "answer"
        put(db(), f"amendment:{amendment_id}:{told}", "amendment", reader.to, reader.language, *text, now())
