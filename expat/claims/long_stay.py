"""What a person finds of the stay that a line belongs to, where claims show a long one (UNO-TERR-2 and 3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from expat import audit
from expat.claims.rejudge import new_fact
from expat.claims.review import not_paid, reason, status_of
from expat.claims.tables import StayReview
from expat.db import table_of
from expat.errors import BadInput

LONGEST = 36_525

_REVIEW: Any = table_of(StayReview)


def record_stay(
    session: Session,
    line_id: int,
    stay_days: int | None,
    why: str,
    day: date,
    at: datetime,
    preference: Sequence[str],
    actor: str,
) -> str:
    """Keep how many days in a row the stay lasted, or with None that there were several, and judge again.

    What is found stands in the place of what was declared, and the line is no longer flagged; what was found to be
    several stays counts as short, and claims before that line show nothing for those after it. Answers how the line
    stands then. Raises NotFound, BadInput, Conflict where the line is paid.
    """
    if stay_days is not None and not 1 <= stay_days <= LONGEST:
        raise BadInput("stay_days", f"{stay_days}", f"the days of the stay, from 1 to {LONGEST}")
    told = reason(why)
    row = not_paid(session, line_id)
    values = {
        "membership_id": row.membership_id, "line_id": line_id, "days": stay_days, "why": told, "reviewed_by": actor,
        "recorded_at": at,
    }  # fmt: skip
    session.execute(_REVIEW.insert(), values)
    audit.record(session, at, actor, "stay.reviewed", f"line:{line_id}", days=stay_days, why=told)
    new_fact(session, row.membership_id, day, at, preference, about=line_id)
    return status_of(session, line_id)
