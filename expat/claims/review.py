"""What a reviewer accepts of an unreasonable cost (UNO-BEN-1), and the reason that the member is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, select, update
from sqlmodel import Session

from expat import audit
from expat.claims.lines import UNPAID
from expat.claims.rejudge import locked_line, new_fact
from expat.claims.tables import ClaimLine
from expat.db import table_of
from expat.errors import BadInput, Conflict
from expat.money import to_minor, written

_LINE = table_of(ClaimLine)
LONGEST_REASON = 2000


def reason(why: str) -> str:
    """A reviewer's reason as it is kept. Raises BadInput where it is empty, too long, or no text."""
    kept = why.strip()
    if not kept or "\x00" in kept or len(kept) > LONGEST_REASON:
        problem = "is no text" if "\x00" in kept else "is too long" if kept else "is empty"
        raise BadInput("why", problem, f"the reason, which the member will read, in {LONGEST_REASON} characters")
    return kept


def not_paid(session: Session, line_id: int) -> Row[Any]:
    """The line, once its membership is locked. Raises NotFound, Conflict where it is paid."""
    row = locked_line(session, line_id)
    if row.status not in UNPAID:
        raise Conflict("line", f"line {line_id} is {row.status}", "a line that is not paid yet")
    return row


def status_of(session: Session, line_id: int) -> str:
    """How a line stands now."""
    return str(session.execute(select(_LINE.c.status).where(_LINE.c.id == line_id)).scalar_one())


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
    row = not_paid(session, line_id)
    units = to_minor(accepted, row.currency)
    if not 0 <= units <= row.amount:
        raise BadInput("accepted_amount", f"{written(accepted, row.currency)}", "from 0 to the amount invoiced")
    told = reason(why)
    session.execute(update(_LINE).where(_LINE.c.id == line_id).values(accepted_amount=units, accepted_why=told))
    audit.record(session, at, actor, "line.reviewed", f"line:{line_id}", accepted=units, why=told)
    new_fact(session, row.membership_id, day, at, preference, about=line_id)
    return status_of(session, line_id)
