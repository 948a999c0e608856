"""Decisions of which something is still to come: money, a release, an answer; page by page, and for a settlement."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlmodel import Session

from expat.db import table_of
from expat.recoveries.standing import (
    COMPLEMENT,
    CONTESTED,
    REFUSED,
    RELEASED,
    UPHELD,
    WITHDRAWN,
    Decided,
    decided,
)
from expat.recoveries.tables import Recovery, RecoveryEvent, SetOff, SetOffEvent

_RECOVERY: Any = table_of(Recovery)
_EVENT: Any = table_of(RecoveryEvent)
_SET_OFF: Any = table_of(SetOff)
_SET_OFF_EVENT: Any = table_of(SetOffEvent)


def open_decisions(
    session: Session, kind: str, after: int = 0, most: int | None = None, without: Collection[int] = ()
) -> list[Decided]:
    """The decisions of a kind of which money is still to come or to go, the oldest first; a page of them after a key.

    `without` are memberships that are left out.
    """
    query = select(_RECOVERY).where(_RECOVERY.c.kind == kind, _unpaid(), *_holds())
    return decided(session, _page(query, after, most, without))


def undecided(
    session: Session, after: int = 0, most: int | None = None, without: Collection[int] = ()
) -> list[Decided]:  # fmt: skip
    """The decisions that wait for a person: to be released, or a contest to be answered; paged as `open_decisions`."""
    answered = select(_EVENT.c.recovery_id).where(_EVENT.c.kind.in_((REFUSED, WITHDRAWN, UPHELD)))
    asked = select(_EVENT.c.recovery_id).where(_EVENT.c.kind == CONTESTED)
    released = select(_EVENT.c.recovery_id).where(_EVENT.c.kind == RELEASED)
    waits = _RECOVERY.c.id.in_(asked) | (_RECOVERY.c.needs_release & ~_RECOVERY.c.id.in_(released))
    query = select(_RECOVERY).where(waits | _RECOVERY.c.id.in_(_contested_set_offs()))
    query = query.where(~_RECOVERY.c.id.in_(answered) | _RECOVERY.c.id.in_(_contested_set_offs()))
    return decided(session, _page(query, after, most, without))


def _contested_set_offs() -> Any:
    """The decisions whose set-off the member contests, and nobody has answered."""
    answered = _SET_OFF_EVENT.alias()
    closed = exists().where(answered.c.set_off_id == _SET_OFF.c.id, answered.c.kind.in_((UPHELD, "ended")))
    asked = select(_SET_OFF.c.recovery_id).join(_SET_OFF_EVENT, _SET_OFF_EVENT.c.set_off_id == _SET_OFF.c.id)
    return asked.where(_SET_OFF_EVENT.c.kind == CONTESTED, ~closed)


def _page(query: Select[Any], after: int, most: int | None, without: Collection[int]) -> Select[Any]:
    if without:
        query = query.where(_RECOVERY.c.membership_id.not_in(list(without)))
    return query.where(_RECOVERY.c.id > after).order_by(_RECOVERY.c.id).limit(most)


def _became(*kinds: str) -> Any:
    return exists().where(_EVENT.c.recovery_id == _RECOVERY.c.id, _EVENT.c.kind.in_(kinds))


def _holds() -> tuple[Any, ...]:
    """Whether a decision (of the query) counts, as `Decided.holds` says of one."""
    return ~_RECOVERY.c.needs_release | _became(RELEASED), ~_became(REFUSED, WITHDRAWN)


def _unpaid() -> Any:
    moved = select(func.coalesce(func.sum(_EVENT.c.amount), 0)).where(_EVENT.c.recovery_id == _RECOVERY.c.id)
    return _RECOVERY.c.amount > moved.correlate(_RECOVERY).scalar_subquery()


def complements_due(session: Session, memberships: Collection[int], day: date) -> list[Decided]:
    """The complements of memberships that hold, of which something is still to be paid, decided by a day; in order."""
    query = select(_RECOVERY).where(_RECOVERY.c.membership_id.in_(list(memberships)), *_complement(day))
    return decided(session, query.order_by(_RECOVERY.c.id))


def complement_waits(membership_id: Any, day: date) -> Any:
    """Whether a membership (a column) has such a complement: for the query that looks for what is to be settled."""
    return exists().where(_RECOVERY.c.membership_id == membership_id, *_complement(day))


def _complement(day: date) -> tuple[Any, ...]:
    return _RECOVERY.c.kind == COMPLEMENT, _RECOVERY.c.decided_on <= day, _unpaid(), *_holds()
