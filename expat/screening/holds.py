"""What a match stops until a person lifts it: the payments of a membership, or those to a provider of care."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from expat.db import table_of
from expat.screening.tables import ScreeningAnswer, ScreeningHit

LIFTED, CONFIRMED = "lifted", "confirmed"

_HIT: Any = table_of(ScreeningHit)
_ANSWER: Any = table_of(ScreeningAnswer)


def stands() -> Any:
    """Whether a match of the query is not lifted; one that a person confirmed goes on stopping."""
    lifted = _ANSWER.alias()
    return ~select(lifted.c.id).where(lifted.c.hit_id == _HIT.c.id, lifted.c.outcome == LIFTED).exists()


def stops_membership(membership_id: Any) -> Any:
    """Whether a membership (a column) has a match that stands: for the queries that look for what is to be paid."""
    return select(_HIT.c.id).where(_HIT.c.membership_id == membership_id, stands()).exists()


def stops_provider(provider: Any) -> Any:
    """Whether a provider of care (a column with its name) has a match that stands."""
    return select(_HIT.c.id).where(_HIT.c.provider == provider, stands()).exists()


def held_providers(session: Session) -> frozenset[str]:
    """The providers of care that nothing is paid to."""
    query = select(_HIT.c.provider).where(_HIT.c.provider.is_not(None), stands()).distinct()
    return frozenset(session.execute(query).scalars())


def confirmed(session: Session, memberships: Collection[int]) -> frozenset[int]:
    """Those of the memberships with a match that a person confirmed: nobody can say when they are paid."""
    told = select(_ANSWER.c.id).where(_ANSWER.c.hit_id == _HIT.c.id, _ANSWER.c.outcome == CONFIRMED)
    query = select(_HIT.c.membership_id).where(_HIT.c.membership_id.in_(list(memberships)), stands(), told.exists())
    return frozenset(session.execute(query.distinct()).scalars())


def held_since(session: Session, memberships: Collection[int]) -> dict[int, date]:
    """Those of the memberships whose payments are stopped, and since which day."""
    query = select(_HIT.c.membership_id, func.min(_HIT.c.found_at)).where(
        _HIT.c.membership_id.in_(list(memberships)), stands()
    )
    return {key: at.date() for key, at in session.execute(query.group_by(_HIT.c.membership_id))}


def providers_held_since(session: Session, providers: Collection[str]) -> dict[str, date]:
    """Those of the providers of care to whom nothing is paid, and since which day."""
    query = select(_HIT.c.provider, func.min(_HIT.c.found_at)).where(_HIT.c.provider.in_(list(providers)), stands())
    return {name: at.date() for name, at in session.execute(query.group_by(_HIT.c.provider))}


def confirmed_providers(session: Session, providers: Collection[str]) -> frozenset[str]:
    """Those of the providers of care with a match that a person confirmed: nobody can say when they are paid."""
    told = select(_ANSWER.c.id).where(_ANSWER.c.hit_id == _HIT.c.id, _ANSWER.c.outcome == CONFIRMED)
    query = select(_HIT.c.provider).where(_HIT.c.provider.in_(list(providers)), stands(), told.exists())
    return frozenset(session.execute(query.distinct()).scalars())
