"""What became of payouts: made, sent to the bank, confirmed, returned, sent again; told by the audit trail."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlmodel import Session

from expat.audit import AuditEntry
from expat.claims.tables import ClaimLine
from expat.db import table_of
from expat.money import from_minor
from expat.payments.references import end_to_end_id
from expat.payments.tables import Payout, Settlement

_PAYOUT: Any = table_of(Payout)
_SETTLEMENT: Any = table_of(Settlement)
_LINE: Any = table_of(ClaimLine)
_AUDIT: Any = table_of(AuditEntry)

STAGES = ("made", "sent", "confirmed", "returned")

_PAID_LINES = (
    select(_PAYOUT, _SETTLEMENT.c.day, _LINE.c.position, _LINE.c.person_id)
    .join(_SETTLEMENT, _SETTLEMENT.c.id == _PAYOUT.c.settlement_id)
    .join(_LINE, _LINE.c.payout_id == _PAYOUT.c.id)
    .where(_LINE.c.claim_id == bindparam("claim"))
    .order_by(_LINE.c.position)
)
_ENTRIES = (
    select(_AUDIT)
    .where(_AUDIT.c.subject.in_(bindparam("subjects", expanding=True)))
    .where(_AUDIT.c.action.in_([f"payout.{stage}" for stage in STAGES]))
    .order_by(_AUDIT.c.id)
)


class PayoutEvent(NamedTuple):
    """Something that happened to a payout on a day; `amount` is in `currency`, `text` why the bank returned it."""

    on: date
    what: str
    payout: int
    reference: str
    amount: Decimal
    currency: str
    lines: tuple[int, ...]
    text: str = ""
    at: datetime | None = None


def payout_events(session: Session, claim_id: int, persons: Collection[int] | None = None) -> list[PayoutEvent]:
    """What happened to the payouts that pay a claim's lines, in order; with `persons`, their lines' alone."""
    places: dict[int, tuple[int, ...]] = {}
    payouts: dict[int, Any] = {}
    for row in session.execute(_PAID_LINES, {"claim": claim_id}):
        if persons is None or row.person_id in persons:
            places[row.id] = (*places.get(row.id, ()), row.position)
            payouts[row.id] = row
    if not places:
        return []
    subjects = [f"payout:{key}" for key in places]
    return [_event(row, payouts, places) for row in session.execute(_ENTRIES, {"subjects": subjects})]


def stages(session: Session, payouts: Collection[int]) -> dict[int, str]:
    """How far payouts got: made, sent, confirmed, or returned by the bank; by one query."""
    if not payouts:
        return {}
    return {row.id: _stage(row) for row in session.execute(select(_PAYOUT).where(_PAYOUT.c.id.in_(payouts)))}


def _stage(row: Any) -> str:
    if row.confirmed_on is not None:
        return "confirmed"
    if row.bank_file_id is not None:
        return "sent"
    return "returned" if row.returned_on is not None else "made"


def _event(entry: Any, payouts: dict[int, Any], places: dict[int, tuple[int, ...]]) -> PayoutEvent:
    key, what = int(entry.subject.partition(":")[2]), entry.action.partition(".")[2]
    row = payouts[key]
    on = row.day if what == "made" else date.fromisoformat(entry.detail.get("on") or entry.at.date().isoformat())
    amount = from_minor(row.amount - row.set_off, row.currency)
    text = entry.detail.get("reason", "")
    return PayoutEvent(on, what, key, end_to_end_id(key), amount, row.currency, places[key], text, entry.at)
