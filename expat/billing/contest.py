"""Contesting what an unpaid premium brings, and a person's decision on it (UNO-DUN-3; GDPR art. 22).

From the request to the decision no date of the course comes. It can be contested once; after that there is the
complaint.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from expat.accounts.own import refuse_own
from expat.billing.tables import PremiumContest, PremiumContestAnswer
from expat.claims.written import written
from expat.db import table_of
from expat.errors import BadInput, Conflict, NotFound
from expat.membership.changes import Acting, locked
from expat.premiums.bill import premium_event
from expat.premiums.tables import Premium, PremiumOpen

OUTCOMES = UPHELD, GRANTED = "upheld", "granted"

_CONTEST: Any = table_of(PremiumContest)
_ANSWER: Any = table_of(PremiumContestAnswer)
_PREMIUM: Any = table_of(Premium)
_OPEN: Any = table_of(PremiumOpen)


def contest_premium(session: Session, premium_id: int, reason: str, answer_by: date, acting: Acting) -> bool:
    """Ask for a person to look at an unpaid premium; answers whether this is new. `answer_by` is the promised day.

    Raises NotFound, BadInput for the reason, Conflict where it is paid or was contested before for another reason.
    """
    why = written("reason", reason)
    membership = session.execute(select(_PREMIUM.c.membership_id).where(_PREMIUM.c.id == premium_id)).scalar()
    if membership is None:
        raise NotFound("premium", f"there is no premium {premium_id}")
    locked(session, membership)
    if (known := contest_of(session, premium_id)) is not None:
        if known.reason == why:
            return False
        raise Conflict("premium", "was contested before", "a complaint")
    stands = session.execute(select(_OPEN).where(_OPEN.c.premium_id == premium_id)).first()
    if stands is None or stands.step == "paid":
        raise Conflict("premium", "nothing is to be paid of it", "a premium that is not paid")
    values = {
        "premium_id": premium_id, "reason": why, "contested_by": acting.actor, "contested_on": acting.day,
        "answer_by": answer_by, "recorded_at": acting.at,
    }  # fmt: skip
    session.execute(_CONTEST.insert().values(values))
    premium_event(session, premium_id, "contested", acting)
    return True


def answer_contest(session: Session, premium_id: int, outcome: str, answer: str, acting: Acting) -> None:
    """Decide on a contest, once: upheld (the days until now do not count) or granted (the course ends today).

    Raises NotFound, Own for one's own membership, BadInput naming the field, Conflict where it is decided.
    """
    if outcome not in OUTCOMES:
        raise BadInput("outcome", f"{outcome!r} is unknown", f"one of {', '.join(OUTCOMES)}")
    said = written("answer", answer)
    found = contest_of(session, premium_id)
    if found is None:
        raise NotFound("premium", f"premium {premium_id} is not contested")
    locked(session, found.membership_id)
    refuse_own(session, found.membership_id, acting.actor)
    if contest_of(session, premium_id).outcome is not None:
        raise Conflict("premium", "its contest is decided", "one decision on each contest")
    values = {
        "premium_id": premium_id, "outcome": outcome, "answer": said, "answered_by": acting.actor,
        "answered_on": acting.day, "recorded_at": acting.at,
    }  # fmt: skip
    session.execute(_ANSWER.insert().values(values))
    premium_event(session, premium_id, outcome, acting)


def contest_of(session: Session, premium_id: int) -> Any:
    """A premium's contest with its answer, whose `outcome` is None while it is open; None where there is none."""
    return session.execute(_contests().where(_CONTEST.c.premium_id == premium_id)).first()


def open_contests(session: Session, most: int = 100) -> Sequence[Any]:
    """Contests that wait for a person, those to be answered first at the top."""
    waits = _contests().where(_ANSWER.c.premium_id.is_(None))
    return session.execute(waits.order_by(_CONTEST.c.answer_by, _CONTEST.c.premium_id).limit(most)).all()


def _contests() -> Any:
    answer = (_ANSWER.c[name] for name in ("outcome", "answer", "answered_by", "answered_on"))
    return (
        select(_CONTEST, _PREMIUM.c.membership_id, *answer)
        .join(_PREMIUM, _PREMIUM.c.id == _CONTEST.c.premium_id)
        .outerjoin(_ANSWER, _ANSWER.c.premium_id == _CONTEST.c.premium_id)
    )
