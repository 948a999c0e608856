"""Premiums that fall due, are paid, contested and reviewed (UNO-DUN-1 to 3)."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import update
from sqlmodel import Session

from expat import audit
from expat.claims.rejudge import new_fact
from expat.db import table_of
from expat.errors import BadInput, NotFound
from expat.membership.changes import Acting
from expat.periods import Period, plausible
from expat.premiums.tables import Premium, PremiumEvent, PremiumOpen

KINDS = ("noticed", "paid", "returned", "contested", "upheld", "granted")

_PREMIUM: Any = table_of(Premium)
_EVENT: Any = table_of(PremiumEvent)
_OPEN: Any = table_of(PremiumOpen)


def premium_due(
    session: Session, membership_id: int, due_on: date, acting: Acting, days: Period | None = None,
    cents: int | None = None, covers: str = "health",
) -> int:  # fmt: skip
    """A premium falls due, for `days` where they are known, in EUR cents; answers its key. `covers` is health or
    prevoyance.

    Unpaid, it runs its course (UNO-DUN-1). Raises BadInput for days or an amount that cannot be right.
    """
    if days is not None and not plausible(days.first, "days") <= plausible(days.last, "days"):
        raise BadInput("days", f"{days.last} lies before {days.first}", "the last day that the premium is for")
    if cents is not None and cents < 0:
        raise BadInput("cents", f"{cents} is less than nothing", "an amount in EUR cents")
    first, last = days or (None, None)
    values = {
        "membership_id": membership_id, "due_on": due_on, "first_day": first, "last_day": last, "amount": cents,
        "covers": covers, "recorded_at": acting.at,
    }  # fmt: skip
    key = int(session.execute(_PREMIUM.insert().values(values).returning(_PREMIUM.c.id)).scalar_one())
    audit.record(session, acting.at, acting.actor, "premium.due", f"premium:{key}", due=due_on.isoformat())
    new_fact(session, membership_id, acting.day, acting.at, acting.preference)
    return key


def premium_event(session: Session, premium_id: int, kind: str, acting: Acting) -> None:
    """A premium is paid or contested, or a person decides on the contest (upheld, granted). Append-only."""
    if kind not in KINDS:
        raise BadInput("kind", f"{kind!r} is unknown", f"one of {', '.join(KINDS)}")
    premium = session.get(Premium, premium_id)
    if premium is None:
        raise NotFound("premium", f"there is no premium {premium_id}")
    values = {"premium_id": premium_id, "kind": kind, "happened_on": acting.day, "recorded_at": acting.at}
    session.execute(_EVENT.insert().values(values))
    audit.record(session, acting.at, acting.actor, f"premium.{kind}", f"premium:{premium_id}")
    if kind in ("contested", "upheld", "granted"):  # its course stops, goes on or ends: looked at on the same day
        stands: dict[str, dict[str, Any]] = {"contested": {"next_on": None}, "upheld": {"next_on": acting.day}}
        values = stands.get(kind, {"next_on": None, "step": "over"})
        session.execute(update(_OPEN).where(_OPEN.c.premium_id == premium_id).values(values))
    new_fact(session, premium.membership_id, acting.day, acting.at, acting.preference)
