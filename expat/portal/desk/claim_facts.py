"""A claim as a reviewer needs it: each line with its decisions, papers, contests, what it resembles, who acts next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Row, func, select

from expat.accounts.own import refuse_own
from expat.claims.around import around
from expat.claims.asked import PaperAsked
from expat.claims.came import Came
from expat.claims.contest import Contested
from expat.claims.elsewhere import Elsewhere, elsewhere
from expat.claims.findings import ORIGINAL
from expat.claims.lines import UNPAID, key_of
from expat.claims.next_step import NextStep, known_of, next_step, of_claim
from expat.claims.readers import opened_as, reader_of, uses_of
from expat.claims.shown import ShownLine, shown_claim
from expat.claims.suspicions import Suspected, suspicions_of
from expat.claims.tables import ClaimLine, LineDecision
from expat.db import table_of
from expat.errors import BadInput
from expat.membership.tables import InsuredPerson
from expat.payments.timeline import stages
from expat.portal.desk.claim_trace import StepTold, steps_told
from expat.portal.member.claim_lines import Happened, counted, happened, line_told, paid_or_expected, quantity_told
from expat.portal.member.claim_pages import promises
from expat.portal.member.claim_told import Told
from expat.portal.work import db, me, today

_LINE: Any = table_of(ClaimLine)
_PERSON: Any = table_of(InsuredPerson)
_DECISION: Any = table_of(LineDecision)


class Paper(NamedTuple):
    """A paper of a line. `opens` says that the reader may open it; `secret` that the medical department alone may."""

    came: Came
    opens: bool
    secret: bool


class Scan(NamedTuple):
    """A kept document that the reader may open, what it is, and the lines that it came with."""

    sha256: str
    kinds: tuple[str, ...]
    places: tuple[int, ...]


@dataclass(frozen=True)
class DeskLine:
    """A line. `seen` is its newest decision's key; `amount`, paid or expected, is in `paid_in`, `counted` in EUR.

    `other` is the line that this one resembles (its row, with the person's names); `elsewhere` are those of other
    memberships that repeat it, of which no member reads; nor of what is `odd` about it.
    """

    row: Any
    person: str
    quantity: str
    told: Told
    steps: Sequence[StepTold]
    decisions: Sequence[Row[Any]]
    amount: Decimal | None
    paid_in: str
    counted: Decimal | None
    step: NextStep
    papers: Sequence[Paper]
    asked: Sequence[PaperAsked]
    contests: Sequence[Contested]
    other: Any
    elsewhere: Sequence[Elsewhere]
    odd: Sequence[Suspected] = ()

    @property
    def seen(self) -> int:
        """The decision that a reviewer is looking at."""
        return int(self.decisions[-1].id)

    @property
    def ref(self) -> str:
        """How people name the line: `207/1`."""
        return f"{self.row.claim_id}/{self.row.position}"

    @property
    def unpaid(self) -> bool:
        """Whether it can still be judged again."""
        return self.row.status in UNPAID

    @property
    def flagged(self) -> frozenset[str]:
        """What a person is to look at."""
        return frozenset([*self.row.flags.split(), *self.row.reasons.split()])


@dataclass(frozen=True)
class DeskClaim:
    """A claim, which is none of the reader's own."""

    row: Any
    lines: Sequence[DeskLine]
    step: NextStep
    scans: Sequence[Scan]
    secret: int
    events: Sequence[Happened]

    @property
    def seen(self) -> int:
        """The newest decision of all lines."""
        return max(line.seen for line in self.lines)

    @property
    def originals(self) -> bool:
        """Whether the original of some line can still be asked for: none came, none is awaited."""
        return any(not _has_original(line) for line in self.lines)


def _has_original(line: DeskLine) -> bool:
    asked = any(one.kind == ORIGINAL and one.answered_on is None for one in line.asked)
    return asked or any(one.came.kind == ORIGINAL for one in line.papers)


def desk_claim(claim_id: int) -> DeskClaim:
    """Everything that a reviewer sees of a claim. Raises NotFound, Own where it is of the own membership."""
    shown = shown_claim(db(), claim_id)
    refuse_own(db(), shown.row.membership_id, me().actor)
    lines = _lines(shown.lines)
    return DeskClaim(
        shown.row,
        lines,
        of_claim([line.step for line in lines]),
        _scans(lines),
        sum(paper.secret for line in lines for paper in line.papers),
        happened(claim_id),
    )


def newest_decision(line_id: int) -> int | None:
    """The decision on a line that holds now."""
    query = select(func.max(_DECISION.c.id)).where(_DECISION.c.line_id == line_id)
    found: int | None = db().execute(query).scalar()
    return found


def _lines(shown: Sequence[ShownLine]) -> list[DeskLine]:
    rows = [line.row for line in shown]
    got = stages(db(), {row.payout_id for row in rows if row.payout_id})
    there = around(db(), rows)
    known, papers = known_of(db(), rows, promises(), got, there), _papers(there.papers)
    others, repeated = _others(shown), elsewhere(db(), [row.id for row in rows])
    odd = suspicions_of(db(), [row.id for row in rows])
    found = []
    for line in shown:
        row, decision = line.row, line.decisions[-1]
        amount, currency = paid_or_expected(line)
        found.append(
            DeskLine(
                row, line.person, quantity_told(line), line_told(line),
                steps_told(decision.trace, row.flags.split(), line.edition, row.currency), line.decisions, amount,
                currency, counted(row),
                next_step(row, known[row.id], promises()), papers.get(row.id, ()), there.asked.get(row.id, ()),
                there.contests.get(row.id, ()), others.get(row.id), repeated.get(row.id, ()), odd.get(row.id, ()),
            )
        )  # fmt: skip
    return found


# --- papers -------------------------------------------------------------------------------------------------------


def _papers(came: Mapping[int, Sequence[Came]]) -> dict[int, list[Paper]]:
    reader = reader_of(db(), me().account, me().roles, me().person, today())
    uses = uses_of(db(), {one.sha256 for several in came.values() for one in several if one.sha256})
    opens = {sha256: opened_as(reader, where) is not None for sha256, where in uses.items()}
    return {key: [_paper(one, opens) for one in several] for key, several in came.items()}


def _paper(one: Came, opens: dict[str, bool]) -> Paper:
    may = one.sha256 is not None and opens[one.sha256]
    return Paper(one, may, one.confidential or (one.sha256 is not None and not may))


def _scans(lines: Iterable[DeskLine]) -> list[Scan]:
    """The documents to look at, each once, in the order of the lines."""
    kinds: dict[str, dict[str, None]] = {}
    places: dict[str, dict[int, None]] = {}
    for line in lines:
        for paper in line.papers:
            if paper.opens and paper.came.sha256:
                kinds.setdefault(paper.came.sha256, {})[paper.came.kind] = None
                places.setdefault(paper.came.sha256, {})[line.row.position] = None
    return [Scan(sha256, tuple(kinds[sha256]), tuple(places[sha256])) for sha256 in kinds]


# --- what a line resembles ----------------------------------------------------------------------------------------


def _others(shown: Sequence[ShownLine]) -> dict[int, Row[Any]]:
    """The lines that these resemble, by these lines' keys."""
    wanted = {line.row.id: key for line in shown if (key := _same_as(line.decisions[-1].trace)) is not None}
    if not wanted:
        return {}
    query = select(_LINE, _PERSON.c.first_name, _PERSON.c.last_name).join(_PERSON, _PERSON.c.id == _LINE.c.person_id)
    rows = {row.id: row for row in db().execute(query.where(_LINE.c.id.in_(set(wanted.values()))))}
    return {line: rows[other] for line, other in wanted.items() if other in rows}


def _same_as(trace: Any) -> int | None:
    named = next((s["looked_at"].get("same_as") for s in trace["steps"] if s["gate"] == "duplicate"), None)
    try:
        return key_of(named) if named else None
    except BadInput:
        return None  # a story's own name of a line
