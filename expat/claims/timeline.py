"""What happened to a claim, in order: from its receipt to its settlement. What became of a payout, payments knows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select
from sqlmodel import Session

from expat.claims.contest import Contested, all_contests, contested_by_line
from expat.claims.suspicions import KEPT
from expat.claims.tables import Claim, ClaimLine, LineDecision, LineDocument, PaperRequest, Suspicion, SuspicionAnswer
from expat.db import table_of
from expat.errors import NotFound
from expat.gathered import Gathered

# Of what happens at one instant, which comes first.
ORDER = (
    "received", "papers", "checked", "pending", "refused", "accepted", "paid", "made", "sent", "confirmed", "returned",
    "asked", "contested", "upheld", "changed", "look_began", "look_goes_on", "look_ended",
)  # fmt: skip

_CLAIM: Any = table_of(Claim)
_LINE: Any = table_of(ClaimLine)
_DECISION: Any = table_of(LineDecision)
_PAPER: Any = table_of(LineDocument)
_ASKED: Any = table_of(PaperRequest)
_SUSPICION: Any = table_of(Suspicion)
_LOOK: Any = table_of(SuspicionAnswer)

_KEY: Any = bindparam("claim")


def _of_lines(table: Any) -> Select[Any]:
    """The rows of a table that are about the claim's lines, without what is long."""
    columns = [column for column in table.c if column.name not in ("facts", "trace", "mark")]
    mine = select(*columns).join(_LINE, _LINE.c.id == table.c.line_id).where(_LINE.c.claim_id == _KEY)
    return mine.order_by(table.c.id)


_READ = Gathered(
    claim=select(_CLAIM).where(_CLAIM.c.id == _KEY),
    lines=select(_LINE.c.id, _LINE.c.position, _LINE.c.person_id).where(_LINE.c.claim_id == _KEY),
    decisions=_of_lines(_DECISION),
    papers=_of_lines(_PAPER),
    asked=_of_lines(_ASKED),
    contests=all_contests().where(_LINE.c.claim_id == _KEY),
    odd=_of_lines(_SUSPICION).where(_SUSPICION.c.grave),
    looks=select(_LOOK, _SUSPICION.c.line_id)
    .join(_SUSPICION, _SUSPICION.c.id == _LOOK.c.suspicion_id)
    .join(_LINE, _LINE.c.id == _SUSPICION.c.line_id)
    .where(_LINE.c.claim_id == _KEY, _SUSPICION.c.grave)
    .order_by(_LOOK.c.id),
)


class Event(NamedTuple):
    """Something that happened on a day to some lines (their places in the claim; none: to the whole claim).

    `what` is received, papers (with their kinds), asked (a kind, and why in `text`), accepted, pending, checked,
    refused or paid (with the reasons), contested (`text`: the reason), upheld or changed (`text`: the answer). A person
    looks before it is paid: look_began, look_goes_on, look_ended; why is told to nobody here.
    """

    on: date
    what: str
    lines: tuple[int, ...] = ()
    words: tuple[str, ...] = ()
    text: str = ""
    at: datetime | None = None


def timeline(session: Session, claim_id: int, persons: Collection[int] | None = None) -> list[Event]:
    """What happened to a claim, in order; with `persons`, to their lines alone. One query.

    Raises NotFound.
    """
    found = _READ(session, {"claim": claim_id})
    if not found["claim"]:
        raise NotFound("claim", f"there is no claim {claim_id}")
    claim = found["claim"][0]
    places = {row.id: row.position for row in found["lines"] if persons is None or row.person_id in persons}
    decisions, papers, asked, contests = (
        [row for row in found[part] if row.line_id in places] for part in ("decisions", "papers", "asked", "contests")
    )
    events = [Event(claim.received_on, "received", at=claim.recorded_at)]
    events += _decided(decisions, places)
    events += [
        Event(row.received_on, "papers", (places[row.line_id],), (row.kind,))
        for row in papers
        if row.received_on > claim.received_on  # what came on that day is told with the claim
    ]
    events += [
        Event(row.asked_on, "asked", (places[row.line_id],), (row.kind,), row.why, row.recorded_at) for row in asked
    ]
    events += _contested(contested_by_line(contests), places, {row.id: row for row in decisions})
    odd, looks = ([row for row in found[part] if row.line_id in places] for part in ("odd", "looks"))
    events += _looked_at(odd, looks, places)
    return sorted(_together(events), key=lambda event: in_time(event.on, event.at, event.what))


def _decided(decisions: Iterable[Any], places: dict[int, int]) -> Iterator[Event]:
    """The decisions that changed how a line stands; an accepted line that a settlement decided on was paid."""
    stands: dict[int, tuple[str, str]] = {}
    for row in decisions:
        standing = _standing(row)
        if stands.get(row.line_id) != (standing, row.reasons):
            stands[row.line_id] = standing, row.reasons
            reasons = tuple(row.reasons.split())
            yield Event(row.judged_on, standing, (places[row.line_id],), reasons, at=row.recorded_at)


def _standing(row: Any) -> str:
    if row.status == "accepted" and row.settlement_id is not None and "rate_unavailable" not in row.reasons.split():
        return "paid"
    if row.status == "pending" and "documents_missing" not in row.reasons.split():
        return "checked"
    return str(row.status)


def _looked_at(odd: Iterable[Any], looks: Iterable[Any], places: dict[int, int]) -> Iterator[Event]:
    """That a person looks at lines before they are paid, goes on, or is through with all that was odd."""
    open_: dict[int, set[int]] = defaultdict(set)
    first: dict[int, Any] = {}
    for row in odd:
        open_[row.line_id].add(row.id)
        first.setdefault(row.line_id, row)
    for line, row in first.items():
        yield Event(row.found_on, "look_began", (places[line],), at=row.recorded_at)
    for row in looks:
        place = (places[row.line_id],)
        if row.outcome == KEPT:
            open_[row.line_id].add(row.suspicion_id)
            yield Event(row.answered_on, "look_goes_on", place, at=row.recorded_at)
        else:
            open_[row.line_id].discard(row.suspicion_id)
            if not open_[row.line_id]:
                yield Event(row.answered_on, "look_ended", place, at=row.recorded_at)


def _contested(
    contests: dict[int, list[Contested]], places: dict[int, int], decisions: Mapping[int, Any]
) -> Iterator[Event]:
    """Contests and their answers; of one day, never before the decision that was contested."""
    for line_id, several in contests.items():
        for one in several:
            place, decision, at = (places[line_id],), decisions[one.decision_id], one.recorded_at
            if decision.judged_on == one.contested_on:
                at = max(at, decision.recorded_at)
            yield Event(one.contested_on, "contested", place, (), one.reason, at)
            if one.answered_on is not None and one.outcome is not None:
                answered = max(one.answered_at or at, at)
                yield Event(one.answered_on, one.outcome, place, (), one.answer or "", answered)


def _together(events: Iterable[Event]) -> list[Event]:
    """What happened to several lines in the same way at once is one event."""
    found: dict[Any, list[Event]] = defaultdict(list)
    for event in events:
        found[event.on, event.what, event.words, event.text].append(event)
    return [
        several[0]._replace(lines=tuple(sorted({line for event in several for line in event.lines})))
        for several in found.values()
    ]


def in_time(on: date, at: datetime | None, what: str) -> tuple[date, datetime, int]:
    """Where something stands among what happened to a claim and its payouts; first of its day without an instant."""
    return on, at or datetime.combine(on, time.min, UTC), ORDER.index(what)
