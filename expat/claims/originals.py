"""The originals of invoices: asked for above the operator's limit for online claims. No payment waits for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from moneyed import Money
from sqlalchemy import select
from sqlmodel import Session

from expat.claims.asked import keep_requests, requests_of, still_kept
from expat.claims.dossier import Dossier
from expat.claims.findings import ORIGINAL
from expat.claims.rejudge import locked_line
from expat.claims.tables import ClaimLine, LineDocument
from expat.currency.rates import rates_on
from expat.db import table_of
from expat.errors import NotFound
from expat.money import exact

ONLINE_LIMIT = "online_limit"  # the reason of these requests: a word that is put into words where it is shown

_LINE: Any = table_of(ClaimLine)
_PAPER: Any = table_of(LineDocument)


def originals_wanted(
    session: Session, dossier: Dossier, amounts: Sequence[Money], day: date, preference: Sequence[str]
) -> bool:
    """Whether a claim that is sent online is above the limit, at the rates of the day; by one query at most.

    An amount whose currency has no rate on that day does not count.
    """
    edition = dossier.plan.on(day)
    currencies = {amount.currency.code for amount in amounts}
    rates = rates_on(session, currencies, day, preference, edition["claim.rate_valid"].value)
    known = [(Fraction(a.amount), exact(rates[a.currency.code].value)) for a in amounts if a.currency.code in rates]
    limit: Fraction = exact(edition["claim.online_limit"].value)
    return sum((amount / rate for amount, rate in known), Fraction(0)) > limit


def ask_originals(session: Session, claim_id: int, day: date, at: datetime, actor: str) -> tuple[int, ...]:
    """Ask for the original of each line of a claim, once; answers the lines for which it was not asked before.

    Raises NotFound, Conflict where the member need no longer keep them.
    """
    query = select(_LINE.c.id).where(_LINE.c.claim_id == claim_id).order_by(_LINE.c.position)
    line_ids = session.execute(query).scalars().all()
    if not line_ids:
        raise NotFound("claim", f"there is no claim {claim_id}")
    row = locked_line(session, line_ids[0])
    still_kept(session, row.membership_id, row.received_on, day)
    came = select(_PAPER.c.line_id).where(_PAPER.c.line_id.in_(line_ids), _PAPER.c.kind == ORIGINAL)
    done = set(session.execute(came).scalars())
    for line_id, asked in requests_of(session, line_ids).items():
        if any(one.kind == ORIGINAL for one in asked):
            done.add(line_id)
    new = tuple(line_id for line_id in line_ids if line_id not in done)
    if new:
        keep_requests(session, row.membership_id, new, ORIGINAL, ONLINE_LIMIT, day, at, actor)
    return new
