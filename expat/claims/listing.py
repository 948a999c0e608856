"""Claims in pages, the newest first: a page costs the same with 10 lines and with 10,000."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, bindparam, select, union_all
from sqlmodel import Session

from expat.claims.next_step import NextStep, Promises, known_of, next_step, of_claim
from expat.claims.tables import ClaimLine
from expat.db import table_of
from expat.money import from_minor

# How a claim stands as a whole: as the first of its lines' that is there.
STANDINGS = ("pending", "accepted", "refused", "paid")

_LINE: Any = table_of(ClaimLine)


class ListedLine(NamedTuple):
    """A line of a listed claim (its row), and what comes next for it."""

    row: Any
    next_step: NextStep


class ListedClaim(NamedTuple):
    """A claim with the lines that may be seen: how it stands, what was invoiced and paid by currency, what comes next.

    `status` is pending, accepted, refused or paid where every line is, else the first of these that is still open.
    """

    id: int
    received_on: date
    lines: tuple[ListedLine, ...]
    status: str
    invoiced: dict[str, Decimal]
    paid: dict[str, Decimal]
    next_step: NextStep


class Page(NamedTuple):
    """Claims of a page; `before` asks for the next page, None where there is none."""

    claims: tuple[ListedClaim, ...]
    before: int | None


def claims_of(
    session: Session,
    membership_id: int,
    persons: Collection[int],
    promises: Promises,
    before: int | None = None,
    limit: int = 20,
    payouts: Mapping[int, str] | None = None,
) -> Page:
    """The claims that have lines of the persons, with these lines alone, the newest first.

    `payouts` says how far each payout got, where that is known. A fixed number of queries.
    """
    if not persons:
        return Page((), None)
    asked = {"membership": membership_id, "before": before, "count": limit + 1}
    asked |= {f"person_{n}": person for n, person in enumerate(persons)}
    rows = session.execute(_newest(len(persons), before is not None), asked)
    claims = [list(lines) for _, lines in groupby(rows, key=lambda row: row.claim_id)]
    more, claims = len(claims) > limit, claims[:limit]
    known = known_of(session, [row for lines in claims for row in lines], promises, payouts)
    listed = [_listed([ListedLine(row, next_step(row, known[row.id], promises)) for row in lines]) for lines in claims]
    return Page(tuple(listed), claims[-1][0].claim_id if more else None)


@cache
def _newest(persons: int, before: bool) -> Select[Any]:
    """The lines of so many persons in the newest claims that have any; of each person only so many are looked at."""
    count: Any = bindparam("count", type_=Integer)
    whose: list[Any] = [bindparam(f"person_{n}") for n in range(persons)]
    several = []
    for person in whose:
        query = select(_LINE.c.claim_id).where(_LINE.c.person_id == person).distinct()
        query = query.where(_LINE.c.claim_id < bindparam("before")) if before else query
        several.append(select(query.order_by(_LINE.c.claim_id.desc()).limit(count).subquery()))
    found = union_all(*several).subquery().c.claim_id
    newest = select(found).distinct().order_by(found.desc()).limit(count).subquery()
    return (
        select(_LINE)
        .where(_LINE.c.claim_id.in_(select(newest.c.claim_id)), _LINE.c.person_id.in_(whose))
        .where(_LINE.c.membership_id == bindparam("membership"))
        .order_by(_LINE.c.claim_id.desc(), _LINE.c.position)
    )


def _listed(lines: Sequence[ListedLine]) -> ListedClaim:
    rows = [line.row for line in lines]
    statuses = {row.status for row in rows}
    return ListedClaim(
        rows[0].claim_id,
        rows[0].received_on,
        tuple(lines),
        next(status for status in STANDINGS if status in statuses),
        sums((row.amount, row.currency) for row in rows),
        sums((row.payout, row.payout_currency) for row in rows if row.status == "paid"),
        of_claim([line.next_step for line in lines]),
    )


def sums(amounts: Iterable[tuple[int, str]]) -> dict[str, Decimal]:
    """Amounts in minor units, added up by currency."""
    found: dict[str, int] = defaultdict(int)
    for units, currency in amounts:
        found[currency] += units
    return {currency: from_minor(units, currency) for currency, units in found.items()}
