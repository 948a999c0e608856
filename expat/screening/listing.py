"""Matches for those who answer them, and the lists that hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlmodel import Session

from expat.db import table_of
from expat.membership.tables import Membership
from expat.screening.holds import stands
from expat.screening.tables import SanctionsList, ScreeningAnswer, ScreeningHit

_HIT: Any = table_of(ScreeningHit)
_ANSWER: Any = table_of(ScreeningAnswer)
_LIST: Any = table_of(SanctionsList)
_MEMBERSHIP: Any = table_of(Membership)


def _hits() -> Select[Any]:
    other = _ANSWER.alias()
    newest = select(func.max(other.c.id)).where(other.c.hit_id == _HIT.c.id).correlate(_HIT).scalar_subquery()
    return (
        select(_HIT, _ANSWER.c.outcome, _MEMBERSHIP.c.number, _LIST.c.source, _LIST.c.published_on)
        .join(_LIST, _LIST.c.id == _HIT.c.list_id)
        .outerjoin(_MEMBERSHIP, _MEMBERSHIP.c.id == _HIT.c.membership_id)
        .outerjoin(_ANSWER, _ANSWER.c.id == newest)
    )


def standing(session: Session, after: int = 0, limit: int = 50) -> Sequence[Row[Any]]:
    """Matches that stop payments, the oldest first; those not looked at have no `outcome`."""
    query = _hits().where(stands(), _HIT.c.id > after).order_by(_HIT.c.id).limit(limit)
    return session.execute(query).all()


def hit(session: Session, key: int) -> Row[Any] | None:
    """One match."""
    return session.execute(_hits().where(_HIT.c.id == key)).first()


def answers(session: Session, hit_id: int) -> Sequence[Row[Any]]:
    """What people said of a match, in order."""
    return session.execute(select(_ANSWER).where(_ANSWER.c.hit_id == hit_id).order_by(_ANSWER.c.id)).all()
