"""Benefits that are to be returned after the member renounced a contract sold at a distance (UNO-MEM-5).

Nothing is wrong with the lines: they are asked back because the contract counts as never concluded. What the bank has
not paid yet is asked back once it has.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import exists, select
from sqlmodel import Session

from expat.claims.load import load
from expat.claims.tables import ClaimLine
from expat.db import table_of
from expat.membership.changes import Acting
from expat.membership.standing import terminations
from expat.membership.tables import Membership, MembershipChange
from expat.recoveries.ask_back import ask_back
from expat.recoveries.current import Awaits, paid_on
from expat.recoveries.standing import RECOVER, TO_RELEASE, decisions_of, standing_of_lines
from expat.recoveries.tables import Recovery, RecoveryLine

RENOUNCED, DISTANCE = "renunciation", "distance"
HEADING = "Votre droit de renonciation / Vente à distance (L112-2-1)"

_LINE: Any = table_of(ClaimLine)
_MEMBERSHIP: Any = table_of(Membership)
_CHANGE: Any = table_of(MembershipChange)
_RECOVERY: Any = table_of(Recovery)
_OF_LINE: Any = table_of(RecoveryLine)


def ask_after_renunciation(session: Session, membership_id: int, reason: str, acting: Acting) -> list[int]:
    """Ask back what was paid, where the member renounced a contract sold at a distance; answers the decisions' keys.

    It is to be back within the days that the contract gives from the day the letter arrived, and never sooner than the
    operator's delay from the day on which the member is asked. Done again, it asks for what the bank has paid since;
    lines on which something else waits for a decision are left to who decides.
    """
    dossier = load(session, [membership_id], lock=True)[membership_id]
    ended = [c for c in terminations(dossier.changes) if c.value == RENOUNCED]
    if not ended or dossier.sold != DISTANCE:
        return []
    lines = _to_return(session, membership_id)
    if not lines:
        return []
    edition = dossier.plan.on(acting.day)
    within = ended[0].requested_on + timedelta(days=edition["membership.refund"].value)
    due_on = max(within, acting.day + timedelta(days=edition["recovery.due"].value))
    key = f"renounced:{ended[0].id}:{min(lines)}"
    try:
        return ask_back(session, membership_id, lines, reason, due_on, acting, key, HEADING)
    except Awaits:
        return []


def to_ask(session: Session, most: int = 100) -> Sequence[int]:
    """Memberships that were renounced, with paid lines on which nothing was asked back."""
    asked = exists().where(
        _OF_LINE.c.line_id == _LINE.c.id, _RECOVERY.c.id == _OF_LINE.c.recovery_id, _RECOVERY.c.kind == RECOVER
    )
    paid = exists().where(_LINE.c.membership_id == _MEMBERSHIP.c.id, _LINE.c.status == "paid", ~asked)
    renounced = exists().where(
        _CHANGE.c.membership_id == _MEMBERSHIP.c.id, _CHANGE.c.kind == "termination", _CHANGE.c.value == RENOUNCED,
        _CHANGE.c.refused.is_(None),
    )  # fmt: skip
    query = select(_MEMBERSHIP.c.id).where(_MEMBERSHIP.c.sold == DISTANCE, renounced, paid)
    return list(session.execute(query.order_by(_MEMBERSHIP.c.id).limit(most)).scalars())


def _to_return(session: Session, membership_id: int) -> list[int]:
    """The lines that count as paid, that the bank has paid, and on which no decision waits for its release."""
    waits = {
        line.line_id for one in decisions_of(session, membership_id) if one.state == TO_RELEASE for line in one.lines
    }
    query = select(_LINE).where(_LINE.c.membership_id == membership_id, _LINE.c.status == "paid")
    rows = [row for row in session.execute(query) if row.id not in waits]
    stands = standing_of_lines(session, membership_id, rows)
    left = [key for key, one in stands.items() if one.amount > 0]
    return sorted(key for key, day in paid_on(session, left).items() if day is not None)
