"""What the worklist says of each claim: its care, its amounts by currency, and the day on which it came."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from expat.claims.listing import sums
from expat.claims.tables import ClaimLine
from expat.db import table_of

_LINE: Any = table_of(ClaimLine)


class About(NamedTuple):
    """Of a claim: its care in order, what was invoiced by currency, the day on which it came."""

    care: tuple[str, ...]
    invoiced: dict[str, Decimal]
    received_on: date


def care_of(session: Session, claims: Collection[int]) -> dict[int, About]:
    """What claims are about, by their keys; by one query."""
    columns = ("claim_id", "care", "amount", "currency", "received_on")
    query = select(*(_LINE.c[name] for name in columns)).where(_LINE.c.claim_id.in_(claims)).order_by(_LINE.c.id)
    rows: dict[int, list[Any]] = {}
    for row in session.execute(query):
        rows.setdefault(row.claim_id, []).append(row)
    return {key: _about(lines) for key, lines in rows.items()}


def _about(lines: list[Any]) -> About:
    care = tuple(dict.fromkeys(line.care for line in lines))
    return About(care, sums((line.amount, line.currency) for line in lines), lines[0].received_on)
