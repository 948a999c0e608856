"""Looking a claim over for what is odd about it, once when it comes and again when papers come.

Found are the same or an altered document, an invoice that was claimed elsewhere, a file that a program for pictures
went over, an invoice dated after it came, many claims of one provider, round sums again and again. Each is kept with
its facts; a person looks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Row, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from expat import audit
from expat.claims.elsewhere import INVOICE, PAPER, elsewhere
from expat.claims.load import load
from expat.claims.tables import Claim, ClaimLine, LineDocument, LookedOver, Suspicion
from expat.db import is_postgresql, table_of
from expat.documents.keys import Keys
from expat.documents.prints import Print, prints_of, resembling, take_prints
from expat.documents.reading.queue import readings_of
from expat.money import minor_units
from expat.plans.edition import Edition

ACTOR = "look-over"
KIND = "invoice"  # the papers that are compared: a prescription is sent again with every act
MOST_COMPARED = 50  # documents of one invoice number
SMALLEST_ROUND = 10  # in whole units of the currency
GRAVE = frozenset({"same_document", "altered_copy", "same_invoice", "image_editor", "dated_after", "resembles"})

_CLAIM: Any = table_of(Claim)
_LINE: Any = table_of(ClaimLine)
_PAPER: Any = table_of(LineDocument)
_LOOKED: Any = table_of(LookedOver)
_SUSPICION: Any = table_of(Suspicion)


class Store(NamedTuple):
    """Where documents are kept."""

    folder: Path
    keys: Keys


class Odd(NamedTuple):
    """Something odd about a line; `about` is what it is odd with, so that it is kept once."""

    kind: str
    line: int
    about: str
    facts: dict[str, Any]


def look_over(session: Session, claim_id: int, store: Store, at: datetime, actor: str = ACTOR) -> list[Odd]:
    """Look a claim over, unless nothing came since it was; answers what was kept, which may be there already."""
    newest = session.execute(
        select(func.max(_PAPER.c.id)).join(_LINE, _LINE.c.id == _PAPER.c.line_id).where(_LINE.c.claim_id == claim_id)
    ).scalar()
    mark = {"claim_id": claim_id, "paper_id": newest or 0, "recorded_at": at}
    dialect: Any = postgresql if is_postgresql(session) else sqlite
    new = dialect.insert(LookedOver).values(mark).on_conflict_do_nothing()
    if not session.execute(new).rowcount:  # type: ignore[attr-defined]
        return []
    rows = session.execute(select(_LINE).where(_LINE.c.claim_id == claim_id).order_by(_LINE.c.id)).all()
    if not rows:
        return []
    edition = load(session, [rows[0].membership_id])[rows[0].membership_id].plan.on(rows[0].received_on)
    papers = _papers(session, rows)
    theirs = {digest for several in papers.values() for digest in several} | _of_the_same_number(session, rows)
    take_prints(session, theirs, store.folder, store.keys, at)
    found = list(_everything(session, rows, papers, edition))
    _keep(session, rows, found, at, actor)
    return found


def to_look_over(session: Session, most: int = 100, after: int = 0) -> Sequence[int]:
    """Claims with lines that are not paid, which nobody has looked over since their newest paper came, in the order of
    their keys, those above `after`."""
    newest = select(func.max(_PAPER.c.id)).join(_LINE, _LINE.c.id == _PAPER.c.line_id)
    newest = newest.where(_LINE.c.claim_id == _CLAIM.c.id).correlate(_CLAIM)
    looked = select(_LOOKED.c.claim_id).where(
        _LOOKED.c.claim_id == _CLAIM.c.id, _LOOKED.c.paper_id == func.coalesce(newest.scalar_subquery(), 0)
    )
    open_ = select(_LINE.c.id).where(_LINE.c.claim_id == _CLAIM.c.id, _LINE.c.status.in_(("accepted", "pending")))
    query = select(_CLAIM.c.id).where(_CLAIM.c.id > after, open_.exists(), ~looked.exists())
    return list(session.execute(query.order_by(_CLAIM.c.id).limit(most)).scalars())


def _papers(session: Session, rows: Sequence[Row[Any]]) -> dict[int, list[str]]:
    """The invoices that came with lines, by line."""
    query = select(_PAPER.c.line_id, _PAPER.c.sha256).where(
        _PAPER.c.line_id.in_([row.id for row in rows]), _PAPER.c.kind == KIND, _PAPER.c.sha256.is_not(None)
    )
    found: dict[int, list[str]] = {}
    for row in session.execute(query.order_by(_PAPER.c.id)):
        found.setdefault(row.line_id, []).append(row.sha256)
    return found


def _of_the_same_number(session: Session, rows: Sequence[Row[Any]]) -> set[str]:
    """The documents of other lines with the invoice numbers of these: they may have come before prints were taken."""
    numbers = {row.invoice for row in rows if row.invoice}
    query = (
        select(_PAPER.c.sha256)
        .join(_LINE, _LINE.c.id == _PAPER.c.line_id)
        .where(_LINE.c.invoice.in_(numbers), _PAPER.c.kind == KIND, _PAPER.c.sha256.is_not(None))
    )
    return set(session.execute(query.limit(MOST_COMPARED)).scalars()) if numbers else set()


def _everything(
    session: Session, rows: Sequence[Row[Any]], papers: Mapping[int, Sequence[str]], edition: Edition
) -> Iterator[Odd]:
    waits = [row for row in rows if row.status in ("accepted", "pending")]
    if not waits:
        return
    yield from _same(session, waits, papers)
    yield from _resembling(waits)
    prints = prints_of(session, {digest for several in papers.values() for digest in several})
    for row in waits:
        for one in (prints[digest] for digest in papers.get(row.id, ()) if digest in prints):
            yield from _altered(session, row, one, edition)
            yield from _edited(row, one, edition)
    yield from _dated_after(session, waits, papers)
    yield from _often(session, waits[0], waits, edition)


def _same(session: Session, rows: Sequence[Row[Any]], papers: Mapping[int, Sequence[str]]) -> Iterator[Odd]:
    """The same document in another claim, of the membership or of another one; the same invoice of another one."""
    mine = {row.id: row for row in rows}
    for line, several in elsewhere(session, list(mine)).items():
        for other in several:
            if other.open:
                kind = "same_document" if PAPER in other.same else "same_invoice"
                assert {PAPER, INVOICE} & set(other.same)
                yield Odd(kind, line, f"claim:{other.claim}", {"other": other.line, "elsewhere": True})
    wanted = {digest: line for line, several in papers.items() if line in mine for digest in several}
    query = (
        select(_PAPER.c.sha256, func.min(_LINE.c.id).label("other"), _LINE.c.claim_id)
        .join(_LINE, _LINE.c.id == _PAPER.c.line_id)
        .where(_PAPER.c.sha256.in_(list(wanted)), _PAPER.c.kind == KIND, _LINE.c.status != "refused")
        .where(_LINE.c.membership_id == rows[0].membership_id, _LINE.c.claim_id != rows[0].claim_id)
        .group_by(_PAPER.c.sha256, _LINE.c.claim_id)
        .order_by(_LINE.c.claim_id)
    )
    for found in session.execute(query) if wanted else ():
        about = f"claim:{found.claim_id}"
        yield Odd("same_document", wanted[found.sha256], about, {"other": found.other, "elsewhere": False})


def _resembling(rows: Iterable[Row[Any]]) -> Iterator[Odd]:
    """UNO-DUP-1: what judging flags for review."""
    for row in rows:
        if "possible_duplicate" in row.flags.split():
            yield Odd("resembles", row.id, "", {})


def _altered(session: Session, row: Row[Any], one: Print, edition: Edition) -> Iterator[Odd]:
    """A text that is nearly another invoice's, with the same number and another amount, day or person."""
    least = edition["suspicion.likeness"].value
    others = {
        digest: like for digest, other in prints_of(session, resembling(session, one.sha256)).items()
        if least <= (like := one.like(other))
    }  # fmt: skip
    if not others:
        return
    numbers = _numbers(session, [one.sha256, *others])
    query = select(_LINE, _PAPER.c.sha256).join(_PAPER, _PAPER.c.line_id == _LINE.c.id)
    query = query.where(_PAPER.c.sha256.in_(list(others)), _PAPER.c.kind == KIND, _LINE.c.id != row.id)
    for other in session.execute(query.order_by(_LINE.c.id)):
        same = _is(row.invoice, other.invoice) or _is(numbers.get(one.sha256), numbers.get(other.sha256))
        changed = [name for name, is_other in _differs(row, other).items() if is_other]
        if same and changed and other.claim_id <= row.claim_id:
            facts = {
                "other": other.id, "elsewhere": other.membership_id != row.membership_id,
                "percent": others[other.sha256], "changed": changed,
            }  # fmt: skip
            yield Odd("altered_copy", row.id, f"paper:{other.sha256}", facts)


def _numbers(session: Session, hashes: Sequence[str]) -> dict[str, str]:
    """The invoice numbers that were read from documents."""
    found = {}
    for digest, one in readings_of(session, list(hashes)).items():
        if one.suggestion is not None and one.suggestion.invoice_number:
            found[digest] = one.suggestion.invoice_number[0].value
    return found


def _is(one: str | None, other: str | None) -> bool:
    return bool(one and other) and str(one).strip().casefold() == str(other).strip().casefold()


def _differs(row: Row[Any], other: Row[Any]) -> dict[str, bool]:
    return {
        "amount": (row.amount, row.currency) != (other.amount, other.currency), "day": row.first_day != other.first_day,
        "person": row.person_id != other.person_id and row.membership_id == other.membership_id,
        "membership": row.membership_id != other.membership_id,
    }  # fmt: skip


def _edited(row: Row[Any], one: Print, edition: Edition) -> Iterator[Odd]:
    """A file that a program for pictures went over; a PDF that was changed days after it was made."""
    made, days = one.made, edition["suspicion.edited_after"].value
    if made.editor:
        yield Odd("image_editor", row.id, f"paper:{one.sha256}", {"program": made.editor})
    elif made.created and made.changed and made.changed - made.created > timedelta(days=days):
        facts = {"made": made.created.date().isoformat(), "changed": made.changed.date().isoformat()}
        yield Odd("edited_later", row.id, f"paper:{one.sha256}", facts)


def _dated_after(
    session: Session, rows: Sequence[Row[Any]], papers: Mapping[int, Sequence[str]]
) -> Iterator[Odd]:  # fmt: skip
    """An invoice, or care, of a day after the claim came."""
    read = readings_of(session, [digest for several in papers.values() for digest in several])
    for row in rows:
        days = [row.first_day]
        for digest in papers.get(row.id, ()):
            suggestion = read[digest].suggestion if digest in read else None
            if suggestion is not None and suggestion.invoice_date and suggestion.invoice_date[0].sure:
                days.append(suggestion.invoice_date[0].value)
        if max(days) > row.received_on:
            yield Odd("dated_after", row.id, "", {"dated": max(days).isoformat(), "came": row.received_on.isoformat()})


def _often(session: Session, first: Row[Any], rows: Sequence[Row[Any]], edition: Edition) -> Iterator[Odd]:
    """Many claims of one provider, and round sums again and again, within the operator's period."""
    days = edition["suspicion.period"].value
    since: date = first.received_on - timedelta(days=days)
    seen: set[str] = set()
    for row in rows:
        provider = (row.provider or "").strip().casefold()
        if not provider or provider in seen:
            continue
        seen.add(provider)
        lines = session.execute(
            select(_LINE.c.claim_id, _LINE.c.amount, _LINE.c.currency).where(
                _LINE.c.membership_id == row.membership_id, func.lower(_LINE.c.provider) == provider,
                _LINE.c.received_on > since, _LINE.c.received_on <= first.received_on,
            )
        ).all()  # fmt: skip
        claims, round_ones = len({one.claim_id for one in lines}), sum(is_round(o.amount, o.currency) for o in lines)
        if claims > edition["suspicion.provider_claims"].value:
            yield Odd("often", row.id, "", {"claims": claims, "days": days, "provider": row.provider})
        if round_ones >= edition["suspicion.round_sums"].value:
            yield Odd("round_sums", row.id, "", {"lines": round_ones, "days": days, "provider": row.provider})


def is_round(units: int, currency: str) -> bool:
    """Whether an amount in minor units is a round sum: one digit and noughts, ten at least."""
    return units >= SMALLEST_ROUND * 10 ** minor_units(currency) and len(str(units).rstrip("0")) == 1


def _keep(session: Session, rows: Sequence[Row[Any]], found: Sequence[Odd], at: datetime, actor: str) -> None:
    dialect: Any = postgresql if is_postgresql(session) else sqlite
    membership, day = rows[0].membership_id, rows[0].received_on
    for one in found:
        mark = sha256(f"{one.kind}:{one.line}:{one.about}".encode()).hexdigest()
        values = {
            "mark": mark, "membership_id": membership, "line_id": one.line, "kind": one.kind,
            "grave": one.kind in GRAVE, "facts": one.facts, "found_on": max(day, at.date()), "recorded_at": at,
        }  # fmt: skip
        kept = dialect.insert(Suspicion).values(values).on_conflict_do_nothing()
        if session.execute(kept).rowcount:  # type: ignore[attr-defined]
            audit.record(session, at, actor, "suspicion.found", f"line:{one.line}", kind=one.kind)
