"""Handing in a claim: once, whatever is sent twice; judged at once; nothing half-done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from expat import audit
from expat.claims.dossier import Dossier
from expat.claims.history import Lines, load_related
from expat.claims.intake import NewClaim, NewLine, check, content_hash
from expat.claims.judge import Judged, judge, rates_for
from expat.claims.lines import LineState, kept, line_key
from expat.claims.load import load
from expat.claims.records import keep_decisions, standing
from expat.claims.rejudge import rejudge_loaded
from expat.claims.tables import Claim, ClaimLine, LineDocument
from expat.db import is_postgresql, table_of
from expat.errors import Conflict, NotFound
from expat.money import to_minor
from expat.plans.edition import Care
from expat.plans.schema import CONFIDENTIAL


@dataclass(frozen=True)
class Submitted:
    """The claim, its lines' keys in order, and whether it had been handed in before."""

    claim_id: int
    line_ids: tuple[int, ...]
    again: bool


def submit(session: Session, membership_id: int, claim: NewClaim, at: datetime, preference: Sequence[str]) -> Submitted:
    """Keep a claim and judge its lines as of the day on which it was received.

    The same key, or the same content with the same papers, is the same claim: it is answered, not kept twice.
    Raises BadInput naming the field, Conflict where a key comes again with something else.
    """
    dossier = load(session, [membership_id], lock=True).get(membership_id)
    if dossier is None:
        raise NotFound("membership", f"there is no membership {membership_id}")
    return hand_in(session, dossier, claim, at, preference)


def hand_in(session: Session, dossier: Dossier, claim: NewClaim, at: datetime, preference: Sequence[str]) -> Submitted:
    """The same for a membership that is loaded and locked already."""
    check(claim, dossier)
    claim_id = _insert_claim(session, dossier.id, claim, at)
    if claim_id is None:
        return _handed_in_before(session, dossier.id, claim)
    lines = [line_state(dossier, claim_id, i, line, claim.received_on) for i, line in enumerate(claim.lines, start=1)]
    related = load_related(session, {dossier.id: dossier}, lines)
    judged = _judge(session, dossier, lines, related, claim.received_on, preference)
    line_ids = _insert_lines(session, judged)
    _insert_documents(session, line_ids, claim)
    keep_decisions(session, list(zip(line_ids, judged, strict=True)), claim.received_on, at)
    audit.record(session, at, claim.submitted_by, "claim.submitted", f"claim:{claim_id}", lines=len(lines))
    if any(j.edition.care[j.line.care].admission for j in judged if j.line.care in j.edition.care):
        rejudge_loaded(session, dossier, claim.received_on, at, preference, only=("pending",))
    return Submitted(claim_id, tuple(line_ids), False)


def _insert_claim(session: Session, membership_id: int, claim: NewClaim, at: datetime) -> int | None:
    dialect: Any = postgresql if is_postgresql(session) else sqlite
    table = table_of(Claim)
    said = content_hash(claim)
    values = {
        "membership_id": membership_id, "idempotency_key": claim.key, "content": said,
        "fingerprint": said if any(line.of_kind(kind) for line in claim.lines for kind in line.files) else None,
        "received_on": claim.received_on, "submitted_by": claim.submitted_by, "recorded_at": at,
    }  # fmt: skip
    found: int | None = session.execute(
        dialect.insert(table).values(values).on_conflict_do_nothing().returning(table.c.id)
    ).scalar()
    return found


def _handed_in_before(session: Session, membership_id: int, claim: NewClaim) -> Submitted:
    said, table = content_hash(claim), table_of(Claim)
    same = (table.c.idempotency_key == claim.key) | (table.c.fingerprint == said)
    query = select(table).where(table.c.membership_id == membership_id, same)
    # Where the key names one claim and the content another, the key decides.
    row = session.execute(query.order_by((table.c.idempotency_key == claim.key).desc())).first()
    assert row is not None
    if row.content != said:
        raise Conflict("key", f"{claim.key!r} was used for another claim", "a new key for a new claim")
    return Submitted(row.id, lines_of(session, row.id), True)


def lines_of(session: Session, claim_id: int) -> tuple[int, ...]:
    """The keys of a claim's lines, in order."""
    lines = table_of(ClaimLine)
    query = select(lines.c.id).where(lines.c.claim_id == claim_id).order_by(lines.c.position)
    return tuple(session.execute(query).scalars())


def line_state(dossier: Dossier, claim_id: int, position: int, line: NewLine, received_on: date) -> LineState:
    """A line as judging takes it, with what follows from what it says: its last day, quantity and papers."""
    care = dossier.plan.on(line.first_day).care.get(line.care)
    currency = line.amount.currency.code
    last_day, quantity = _days(line, care)
    return LineState(
        id=None, claim_id=claim_id, position=position, membership_id=dossier.id, person=line.person, care=line.care,
        first_day=line.first_day, last_day=last_day, quantity=quantity,
        amount=to_minor(line.amount.amount, currency), currency=currency, country=line.country,
        received_on=received_on, cause=line.cause, stay_days=line.stay_days, invoice=line.invoice or None,
        series=line.series or None, treatment_started=line.treatment_started, provider=line.provider,
        accepted_amount=None if line.accepted_amount is None else to_minor(line.accepted_amount, currency),
        accepted_why=line.accepted_why, documents=_papers(line, care, dossier),
    )  # fmt: skip


def _days(line: NewLine, care: Care | None) -> tuple[date, int]:
    """The last day and the quantity: each follows from the other where care is counted in days or nights."""
    in_days = care is not None and care.counted_in_days
    if line.last_day is None:
        nights = line.quantity if in_days and line.quantity else 1
        return line.first_day + timedelta(days=nights - 1), line.quantity or 1
    days = (line.last_day - line.first_day).days + 1
    return line.last_day, line.quantity or (days if in_days else 1)


def _papers(line: NewLine, care: Care | None, dossier: Dossier) -> frozenset[str]:
    """The kinds of papers that came; where none are listed, all that the care can need (keyed from complete files)."""
    if line.documents is not None:
        return line.papers
    proof = dossier.plan.on(line.first_day)["claim.cause_proof"].value
    return frozenset([*(care.documents.value if care else ()), proof])


def _judge(
    session: Session,
    dossier: Dossier,
    lines: list[LineState],
    related: Lines,
    day: date,
    preference: Sequence[str],
) -> list[Judged]:
    rates = rates_for(session, {dossier.id: dossier}, lines, day, preference)
    return [judge(dossier, line, related, rates, day) for line in lines]


def _insert_lines(session: Session, judged: list[Judged]) -> list[int]:
    rows = [line_row(j) for j in judged]
    session.execute(table_of(ClaimLine).insert(), rows)
    return [row["id"] for row in rows]


def line_row(j: Judged) -> dict[str, Any]:
    """A line as its table keeps it."""
    line = j.line
    return {
        "id": line_key(line.claim_id, line.position), "claim_id": line.claim_id,
        "membership_id": line.membership_id, "person_id": line.person,
        "position": line.position, "received_on": line.received_on, "care": line.care, "first_day": line.first_day,
        "last_day": line.last_day, "quantity": line.quantity, "amount": line.amount, "currency": line.currency,
        "country": line.country, "cause": line.cause, "stay_days": line.stay_days, "invoice": line.invoice,
        "series": line.series, "treatment_started": line.treatment_started, "provider": line.provider,
        "accepted_amount": line.accepted_amount, "accepted_why": line.accepted_why,
        "documents": kept(sorted(line.documents)), **standing(j),
    }  # fmt: skip


def _insert_documents(session: Session, line_ids: list[int], claim: NewClaim) -> None:
    rows = [
        {
            "line_id": line_id, "kind": kind, "sha256": file, "received_on": claim.received_on,
            "confidential": kind in CONFIDENTIAL or not line.confidential.isdisjoint((kind, file)),
        }
        for line_id, line in zip(line_ids, claim.lines, strict=True)
        for kind in sorted(line.papers)
        for file in line.of_kind(kind) or (None,)
    ]  # fmt: skip
    if rows:
        session.execute(table_of(LineDocument).insert(), rows)
