"""What a reviewer accepts of an unreasonable cost (UNO-BEN-1), with the reason that the member is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select, update
from sqlmodel import Session

from expat import audit
from expat.claims.rejudge import UNPAID, locked_line, new_fact
from expat.claims.tables import ClaimLine
from expat.db import table_of
from expat.errors import BadInput, Conflict
from expat.money import to_minor, written

_LINE = table_of(ClaimLine)


def accept_part(
    session: Session,
    line_id: int,
    accepted: Decimal,
    why: str,
    day: date,
    at: datetime,
    preference: Sequence[str],
    actor: str,
) -> str:
    """Accept a part of what a line cost, in its currency, and judge again; answers how the line stands then.

    Raises NotFound, BadInput where the amount or the reason cannot be right, Conflict where the line is paid.
    """
    row = locked_line(session, line_id)
    if row.status not in UNPAID:
        raise Conflict("line", f"line {line_id} is {row.status}", "a line that is not paid yet")
    units = to_minor(accepted, row.currency)
    if not 0 <= units <= row.amount:
        raise BadInput("accepted_amount", f"{written(accepted, row.currency)}", "from 0 to the amount invoiced")
    if not why.strip():
        raise BadInput("why", "is empty", "the reason, which the member will read")
    session.execute(update(_LINE).where(_LINE.c.id == line_id).values(accepted_amount=units, accepted_why=why.strip()))
    audit.record(session, at, actor, "line.reviewed", f"line:{line_id}", accepted=units, why=why.strip())
    new_fact(session, row.membership_id, day, at, preference)
    return str(session.execute(select(_LINE.c.status).where(_LINE.c.id == line_id)).scalar_one())
