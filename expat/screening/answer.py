"""What a person says of a match: it is somebody else and is lifted for good, or it is confirmed and stops on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from expat import audit
from expat.accounts.own import refuse_own
from expat.db import advisory_lock, table_of
from expat.errors import BadInput, Conflict, NotFound
from expat.screening.holds import CONFIRMED, LIFTED
from expat.screening.lists import LOCK
from expat.screening.tables import ScreeningAnswer, ScreeningHit

OUTCOMES = (LIFTED, CONFIRMED)
LONGEST = 1000

_HIT: Any = table_of(ScreeningHit)
_ANSWER: Any = table_of(ScreeningAnswer)


def answer(session: Session, hit_id: int, outcome: str, why: str, at: datetime, actor: str) -> bool:
    """Lift or confirm a match, with the reason; nobody does so on the own membership.

    Answers False where it stands so already. Raises BadInput, NotFound, Conflict where it was lifted before.
    """
    if outcome not in OUTCOMES:
        raise BadInput("outcome", f"{outcome!r} is unknown", f"one of {', '.join(OUTCOMES)}")
    said = " ".join(why.split())
    if not 0 < len(said) <= LONGEST:
        raise BadInput("why", "is empty or too long", f"1 to {LONGEST} characters")
    advisory_lock(session, LOCK)
    hit = session.execute(select(_HIT).where(_HIT.c.id == hit_id)).first()
    if hit is None:
        raise NotFound("hit", f"there is no match {hit_id}")
    if hit.membership_id is not None:
        refuse_own(session, hit.membership_id, actor)
    query = select(_ANSWER.c.outcome).where(_ANSWER.c.hit_id == hit_id).order_by(_ANSWER.c.id.desc()).limit(1)
    before = session.execute(query).scalar()
    if before == outcome:
        return False
    if before == LIFTED:
        raise Conflict("outcome", "was lifted before", "a newer list finds the name again where it changed")
    values = {"hit_id": hit_id, "outcome": outcome, "why": said, "answered_by": actor, "answered_at": at}
    session.execute(_ANSWER.insert().values(values))
    audit.record(session, at, actor, f"screening.{outcome}", f"screening_hit:{hit_id}")
    return True
