"""Long statements in parts: which claims of a payout stand on which page. A claim is not torn apart.

A payment to a hospital stays whole: its name is told or not by looking at all who were treated there.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select
from sqlmodel import Session

from expat.claims.tables import ClaimLine
from expat.db import table_of
from expat.errors import NotFound
from expat.payments.account_records import MEMBER
from expat.payments.tables import Payout

MOST_LINES = 50  # that a page shows, but for a claim that has more alone

_LINE: Any = table_of(ClaimLine)
_PAYOUT: Any = table_of(Payout)
_CLAIMS = (  # in the order in which statements tell of them
    select(_LINE.c.claim_id, _PAYOUT.c.payee, func.count().label("lines"))
    .join(_PAYOUT, _PAYOUT.c.id == _LINE.c.payout_id)
    .where(_LINE.c.payout_id == bindparam("payout"))
    .group_by(_LINE.c.claim_id, _PAYOUT.c.payee)
    .order_by(func.min(_LINE.c.received_on), _LINE.c.claim_id)
)


class Leaf(NamedTuple):
    """A page of a statement: the how manyth of how many, its claims, its first and last line of how many."""

    number: int
    of: int
    claims: tuple[int, ...]
    first: int
    last: int
    lines: int


def leaf(session: Session, payout_id: int, number: int = 1, most: int = MOST_LINES) -> Leaf:
    """A page of a payout's statement, the first being 1; a payout without lines has one. Raises NotFound."""
    pages: list[list[int]] = [[]]
    counts = [0]
    for row in session.execute(_CLAIMS, {"payout": payout_id}):
        if pages[-1] and counts[-1] + row.lines > most and row.payee == MEMBER:
            pages.append([])
            counts.append(0)
        pages[-1].append(row.claim_id)
        counts[-1] += row.lines
    if not 1 <= number <= len(pages):
        raise NotFound("page", f"there is no page {number} of {len(pages)}")
    before = sum(counts[: number - 1])
    return Leaf(number, len(pages), tuple(pages[number - 1]), before + 1, before + counts[number - 1], sum(counts))
