"""The claims that an insured person can write about."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from expat.claims.tables import ClaimLine
from expat.db import table_of

_LINE: Any = table_of(ClaimLine)


def concerns(session: Session, claim_id: int, membership_id: int, persons: Collection[int]) -> bool:
    """Whether a claim has a line of one of the persons."""
    query = select(_LINE.c.id).where(_LINE.c.claim_id == claim_id, _LINE.c.membership_id == membership_id)
    return session.execute(query.where(_LINE.c.person_id.in_(persons)).limit(1)).first() is not None
