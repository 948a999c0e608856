"""Telling the member of a decision on what was paid, and the decider what became of it."""

from __future__ import annotations

from expat.mail.outbox import put
from expat.mail.recovery_letters import asked_back, more_is_due
from expat.money import from_minor
from expat.payments.tell import members_of
from expat.portal.told import link, operator
from expat.portal.work import db, now
from expat.recoveries.standing import COMPLEMENT, RECOVER, decision
from expat.wording.catalogue import N_

DECIDED = N_("It is decided, and the member is told by mail.")
TO_RELEASE = N_("It is kept, and holds once another person released it.")
LEFT_SO = N_("It is left as it was paid.")


def tell(key: int) -> str:
    """Tell the member of a decision that holds; answers what the decider is told."""
    found = decision(db(), key)
    if found.state == "to_release":
        return TO_RELEASE
    if found.row.kind not in (RECOVER, COMPLEMENT):
        return LEFT_SO
    reader, row = members_of(db(), [found.row.membership_id]).get(found.row.membership_id), found.row
    if reader is not None:
        amount, where = from_minor(row.amount, row.currency), link("/asked-back")
        text = (
            asked_back(
                reader.language, reader.name, where, amount, row.currency, row.clause, found.due_on,
                found.contest_until, len(found.instalments), operator(),
            )
            if found.due_on is not None and found.contest_until is not None
            else more_is_due(reader.language, reader.name, where, amount, row.currency, operator())
        )  # fmt: skip
        put(db(), f"recovery:{key}", "recovery", reader.to, reader.language, *text, now())
    return DECIDED
