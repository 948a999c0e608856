"""Paid lines judged again on what is known now, as if nothing were paid yet; nothing is saved.

The lines of a membership are judged one after the other in the order in which they were settled, against purses that
begin empty: what an earlier line is due now is taken before a later one is judged, so that a ceiling which frees itself
raises the lines after it, as it would have. Each is judged as of the day of its settlement, at the rates and on the
plan's edition that it was paid on, among the lines that had come by then: what differs comes from what is known of the
membership now, and from nothing else. A line that waits for a person now keeps what was paid.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import TypeAdapter
from sqlalchemy import Row, select
from sqlmodel import Session

from expat.adjudication.decide import decide
from expat.adjudication.decision import Decision, Split
from expat.adjudication.facts import RateUsed
from expat.claims.dossier import Dossier, Use
from expat.claims.findings import read_findings
from expat.claims.history import Lines
from expat.claims.judge import facts_for
from expat.claims.lines import LineState, from_row
from expat.claims.records import editions_of
from expat.claims.tables import Claim, ClaimLine, LineDecision
from expat.claims.uses import UsedBy, kept_split, part_of, take
from expat.db import table_of
from expat.plans.edition import Edition

_LINE: Any = table_of(ClaimLine)
_CLAIM: Any = table_of(Claim)
_DECISION: Any = table_of(LineDecision)
_RATE: TypeAdapter[RateUsed | None] = TypeAdapter(RateUsed | None)


class Found(NamedTuple):
    """What is due for one line, in cents and in minor units of what was paid."""

    cents: int
    amount: int


class Again(NamedTuple):
    """A paid line (its row), the decision that it was paid on, and what it is due now; None where a person has to see.

    `decision` is the one that would be made now.
    """

    row: Row[Any]
    paid_on: Row[Any]
    due: Found | None
    decision: Decision


class _ByThen(Lines):
    """The lines of a membership, of which those count that had come at an instant."""

    def __init__(self, came: Mapping[int, datetime]) -> None:
        super().__init__()
        self._came = came
        self.at: datetime | None = None

    def of(self, person: int) -> list[LineState]:
        return [x for x in super().of(person) if self.at is None or self._came[x.claim_id] <= self.at]


def judged_again(session: Session, dossier: Dossier, found: Mapping[int, Found]) -> list[Again]:
    """The paid lines of a membership judged again, in the order settled; `found` is what people found on contests.

    The dossier is used up: its purses are emptied and filled anew.
    """
    paid = paid_decisions(session, dossier.id)
    if not paid:
        return []
    rows, came = _lines(session, dossier.id)
    known = {row.id: from_row(row) for row in rows}
    for key in paid:
        known[key].status = "accepted"
    read_findings(session, {dossier.id: dossier}, [dossier.id])
    _empty(dossier)
    lines, editions = _ByThen(came), editions_of(session, {one.edition for one in paid.values()})
    lines.add(known.values())
    by_key = {row.id: row for row in rows}
    order = sorted(paid, key=lambda key: (paid[key].settlement_id, known[key].order))
    again = []
    for key in order:
        one, edition = paid[key], editions[paid[key].edition]
        lines.at = one.recorded_at
        decision = _judged(dossier, known[key], lines, one, edition)
        due = found.get(key) or _due(decision)
        _take(dossier, edition, known[key], decision, due, one.trace)
        again.append(Again(by_key[key], one, due, decision))
    return again


def paid_decisions(session: Session, membership_id: int, lines: Sequence[int] = ()) -> dict[int, Row[Any]]:
    """The decisions on which a membership's lines were paid, by line; `lines` alone where some are named."""
    query = (
        select(_DECISION)
        .join(_LINE, _LINE.c.id == _DECISION.c.line_id)
        .where(_LINE.c.membership_id == membership_id, _LINE.c.status == "paid")
        .where(_DECISION.c.settlement_id.is_not(None), _DECISION.c.status == "accepted")
        .order_by(_DECISION.c.id)
    )
    if lines:
        query = query.where(_LINE.c.id.in_(lines))
    return {row.line_id: row for row in session.execute(query) if row.trace["payout"] is not None}


def _lines(session: Session, membership_id: int) -> tuple[Sequence[Row[Any]], dict[int, datetime]]:
    rows = session.execute(select(_LINE).where(_LINE.c.membership_id == membership_id)).all()
    claims = select(_CLAIM.c.id, _CLAIM.c.recorded_at).where(_CLAIM.c.membership_id == membership_id)
    return rows, {row.id: row.recorded_at for row in session.execute(claims)}


def _empty(dossier: Dossier) -> None:
    dossier.uses = defaultdict(Use)
    for recharge in dossier.recharges:
        recharge.used.clear()


def _judged(dossier: Dossier, line: LineState, lines: Lines, one: Row[Any], edition: Edition) -> Decision:
    """The decision that would be made, at the rates and in the currency of the one that was paid."""
    facts = facts_for(dossier, line, lines, {}, one.judged_on, edition)
    facts = replace(
        facts,
        payout_currency=one.facts["payout_currency"],
        invoice_rate=_RATE.validate_python(one.facts["invoice_rate"]),
        payout_rate=_RATE.validate_python(one.facts["payout_rate"]),
    )
    decision = decide(facts, edition)
    line.covered = decision.covered
    return decision


def _due(decision: Decision) -> Found | None:
    if decision.status == "refused":
        return Found(0, 0)
    if decision.payable:
        return Found(decision.cents or 0, decision.payout or 0)
    return None


def _take(
    dossier: Dossier, edition: Edition, line: LineState, decision: Decision, due: Found | None, trace: dict[str, Any]
) -> None:
    """Take what is due from the purses; of a line that a person has to see, what was paid."""
    refused = due is not None and not due.cents
    line.status = "refused" if refused else "paid"
    if refused:
        return
    cents, split = _split(decision, due, trace)
    take(dossier, edition, UsedBy(line.person, line.care, line.first_day, line.cause), cents, split)


def _split(decision: Decision, due: Found | None, trace: dict[str, Any]) -> tuple[int, Split | None]:
    if due is not None and decision.payable and decision.cents == due.cents:
        return due.cents, decision.split
    cents = int(trace["cents"] if due is None else due.cents)
    return cents, part_of(kept_split(trace["split"]), cents)
