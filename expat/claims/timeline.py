"""What happened to a claim, in order: from its receipt to its settlement. What became of a payout, payments knows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple

from sqlalchemy import Row, select
from sqlmodel import Session

from expat.claims.contest import Contested, contests_of
from expat.claims.tables import Claim, ClaimLine, LineDecision, LineDocument, PaperRequest
from expat.db import table_of
from expat.errors import NotFound

# Of what happens at one instant, which comes first.
ORDER = (
    "received", "papers", "checked", "pending", "refused", "accepted", "paid", "asked", "contested", "upheld", "changed"
)  # fmt: skip

_CLAIM: Any = table_of(Claim)
_LINE: Any = table_of(ClaimLine)
_DECISION: Any = table_of(LineDecision)
_PAPER: Any = table_of(LineDocument)
_ASKED: Any = table_of(PaperRequest)


class Event(NamedTuple):
    """Something that happened on a day to some lines (their places in the claim; none: to the whole claim).

    `what` is received, papers (with their kinds), asked (a kind, and why in `text`), accepted, pending, checked,
    refused or paid (with the reasons), contested (`text`: the reason), upheld or changed (`text`: the answer).
    """

    on: date
    what: str
    lines: tuple[int, ...] = ()
    words: tuple[str, ...] = ()
    text: str = ""
    at: datetime | None = None


def timeline(session: Session, claim_id: int, persons: Collection[int] | None = None) -> list[Event]:
    """What happened to a claim, in order; with `persons`, to their lines alone. A fixed number of queries.

    Raises NotFound.
    """
    claim = session.execute(select(_CLAIM).where(_CLAIM.c.id == claim_id)).first()
    if claim is None:
        raise NotFound("claim", f"there is no claim {claim_id}")
    lines = select(_LINE.c.id, _LINE.c.position).where(_LINE.c.claim_id == claim_id)
    if persons is not None:
        lines = lines.where(_LINE.c.person_id.in_(persons))
    places = {row.id: row.position for row in session.execute(lines)}
    events = [Event(claim.received_on, "received", at=claim.recorded_at)]
    events += _decided(_rows(session, _DECISION, places), places)
    events += [
        Event(row.received_on, "papers", (places[row.line_id],), (row.kind,))
        for row in _rows(session, _PAPER, places)
        if row.received_on > claim.received_on  # what came on that day is told with the claim
    ]
    events += [
        Event(row.asked_on, "asked", (places[row.line_id],), (row.kind,), row.why, row.recorded_at)
        for row in _rows(session, _ASKED, places)
    ]
    events += _contested(contests_of(session, places), places)
    return sorted(_together(events), key=_when)


def _rows(session: Session, table: Any, lines: Collection[int]) -> Sequence[Row[Any]]:
    columns = [c for c in table.c if c.name not in ("facts", "trace")]
    return session.execute(select(*columns).where(table.c.line_id.in_(lines)).order_by(table.c.id)).all()


def _decided(decisions: Iterable[Row[Any]], places: dict[int, int]) -> Iterator[Event]:
    """The decisions that changed how a line stands; an accepted line that a settlement decided on was paid."""
    stands: dict[int, tuple[str, str]] = {}
    for row in decisions:
        standing = _standing(row)
        if stands.get(row.line_id) != (standing, row.reasons):
            stands[row.line_id] = standing, row.reasons
            reasons = tuple(row.reasons.split())
            yield Event(row.judged_on, standing, (places[row.line_id],), reasons, at=row.recorded_at)


def _standing(row: Row[Any]) -> str:
    if row.status == "accepted" and row.settlement_id is not None and "rate_unavailable" not in row.reasons.split():
        return "paid"
    if row.status == "pending" and "documents_missing" not in row.reasons.split():
        return "checked"
    return str(row.status)


def _contested(contests: dict[int, list[Contested]], places: dict[int, int]) -> Iterator[Event]:
    for line_id, several in contests.items():
        for one in several:
            place = (places[line_id],)
            yield Event(one.contested_on, "contested", place, (), one.reason, one.recorded_at)
            if one.answered_on is not None and one.outcome is not None:
                yield Event(one.answered_on, one.outcome, place, (), one.answer or "", one.answered_at)


def _together(events: Iterable[Event]) -> list[Event]:
    """What happened to several lines in the same way at once is one event."""
    found: dict[Any, list[Event]] = defaultdict(list)
    for event in events:
        found[event.on, event.what, event.words, event.text].append(event)
    return [
        several[0]._replace(lines=tuple(sorted({line for event in several for line in event.lines})))
        for several in found.values()
    ]


def _when(event: Event) -> tuple[date, datetime, int]:
    begins = datetime.combine(event.on, time.min, UTC)
    return event.on, event.at or begins, ORDER.index(event.what)
