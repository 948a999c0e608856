"""Claims in pages, the newest first: a page costs the same with 10 lines and with 10,000."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select, union_all
from sqlmodel import Session

from expat.claims.next_step import NextStep, Promises, known_of, next_step, of_claim
from expat.claims.tables import Claim, ClaimLine
from expat.db import table_of
from expat.gathered import Gathered
from expat.money import from_minor

# How a claim stands as a whole: as the first of its lines' that is there.
STANDINGS = ("pending", "accepted", "refused", "paid")

_CLAIM: Any = table_of(Claim)
_LINE: Any = table_of(ClaimLine)

_KEYS: Any = bindparam("claims", expanding=True)
_READ = Gathered(
    claims=select(_CLAIM.c.id, _CLAIM.c.received_on)
    .where(_CLAIM.c.id.in_(_KEYS), _CLAIM.c.membership_id == bindparam("membership"))
    .order_by(_CLAIM.c.id.desc()),
    lines=select(_LINE)
    .where(_LINE.c.claim_id.in_(_KEYS), _LINE.c.person_id.in_(bindparam("persons", expanding=True)))
    .order_by(_LINE.c.claim_id, _LINE.c.position),
)


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
    keys = _newest(session, persons, before, limit + 1)
    read = _READ(session, {"claims": keys, "membership": membership_id, "persons": list(persons)})
    more, claims = len(read["claims"]) > limit, read["claims"][:limit]
    lines: dict[int, list[Any]] = {claim.id: [] for claim in claims}
    for row in read["lines"]:
        if row.claim_id in lines:
            lines[row.claim_id].append(row)
    known = known_of(session, [row for rows in lines.values() for row in rows], promises, payouts)
    listed = [
        _listed(claim, [ListedLine(row, next_step(row, known[row.id], promises)) for row in lines[claim.id]])
        for claim in claims
    ]
    return Page(tuple(listed), claims[-1].id if more else None)


def _newest(session: Session, persons: Collection[int], before: int | None, count: int) -> list[int]:
    """The newest claims that have lines of the persons; of each person only so many are looked at."""
    several = []
    for person in sorted(persons):
        query = select(_LINE.c.claim_id).where(_LINE.c.person_id == person).distinct()
        query = query if before is None else query.where(_LINE.c.claim_id < before)
        several.append(select(query.order_by(_LINE.c.claim_id.desc()).limit(count).subquery()))
    found = session.execute(union_all(*several)).scalars() if several else ()
    return sorted(set(found), reverse=True)[:count]


def _listed(claim: Any, lines: Sequence[ListedLine]) -> ListedClaim:
    rows = [line.row for line in lines]
    statuses = {row.status for row in rows}
    return ListedClaim(
        claim.id,
        claim.received_on,
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
