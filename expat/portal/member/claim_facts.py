"""What a claim's page shows: each line with its decision in words, its papers and its contests, and what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from flask import abort

from expat.claims.around import around
from expat.claims.asked import PaperAsked
from expat.claims.came import Came
from expat.claims.contest import Contested, contestable_until
from expat.claims.findings import ORIGINAL
from expat.claims.next_step import NextStep, known_of, next_step, of_claim
from expat.claims.readers import LINE, Reader, Use, opened_as, reader_who_sees
from expat.claims.shown import ShownLine, shown_claim
from expat.payments.timeline import stages
from expat.portal.member.claim_later import Later, later_of, sums
from expat.portal.member.claim_lines import Happened, counted, happened, line_told, paid_or_expected, quantity_told
from expat.portal.member.claim_pages import promises, visible
from expat.portal.member.claim_told import Told
from expat.portal.work import db, language, me, membership
from expat.wording.names import asked_why


class PaperTold(NamedTuple):
    """A paper of a line, and whether the reader may open it."""

    came: Came
    opens: bool


class Wanted(NamedTuple):
    """A paper that the member has to send: its kind, the places of the lines that need it, why it was asked for."""

    kind: str
    places: tuple[int, ...]
    why: tuple[str, ...]
    asked_on: date | None


@dataclass(frozen=True)
class LineFacts:
    """A line as the page shows it; `later` is what it would come to with the papers that it waits for.

    `amount` is what was paid, or what is expected (then an estimate), in `paid_in`; `counted` in EUR.
    """

    row: Any
    person: str
    quantity: str
    told: Told
    decided_on: date
    amount: Decimal | None
    paid_in: str
    counted: Decimal | None
    step: NextStep
    papers: Sequence[PaperTold]
    asked: Sequence[PaperAsked]
    contests: Sequence[Contested]
    contest_until: date | None
    later: Later | None = None

    @property
    def is_decided(self) -> bool:
        """Whether anything is decided: not while the line waits."""
        return bool(self.row.status != "pending")

    @property
    def is_paid(self) -> bool:
        """Whether a settlement paid it."""
        return bool(self.row.status == "paid")

    @property
    def open_contest(self) -> Contested | None:
        """The contest that waits for its answer."""
        return next((one for one in self.contests if one.answered_on is None), None)

    @property
    def missing(self) -> list[str]:
        """The kinds of papers that are waited for, each once; the originals come by post."""
        asked = [one.kind for one in self.asked if one.answered_on is None and one.kind != ORIGINAL]
        return list(dict.fromkeys([*self.told.missing, *asked]))


@dataclass(frozen=True)
class ClaimFacts:
    """A claim as the page shows it; `private` are lines of which the reader sees the sums alone."""

    row: Any
    lines: Sequence[LineFacts]
    private: Sequence[ShownLine]
    step: NextStep
    wanted: Sequence[Wanted]
    originals: Wanted | None
    events: Sequence[Happened]

    @property
    def in_part(self) -> bool:
        """Whether nothing is open, and some of it was paid."""
        return {line.row.status for line in self.lines} == {"paid", "refused"}

    @property
    def is_decided(self) -> bool:
        """Whether anything of it is decided."""
        return any(line.is_decided for line in self.lines)

    @property
    def with_papers(self) -> dict[str, Decimal]:
        """What the lines that wait for papers would pay with them, by currency: an estimate."""
        return sums(line.later.judged for line in self.lines if line.later is not None)

    @property
    def in_vain(self) -> bool:
        """Whether none of the lines that wait for papers would pay anything with them."""
        found = [line.later.judged.status for line in self.lines if line.later is not None]
        return bool(found) and set(found) == {"refused"}

    @property
    def status(self) -> str:
        """How the claim stands: as the first of its lines that is still open."""
        standing = {line.row.status for line in self.lines}
        return next(one for one in ("pending", "accepted", "refused", "paid") if one in standing)


def claim_facts(claim_id: int) -> ClaimFacts:
    """Everything that the reader may see of a claim; 404 where that is nothing."""
    shown, seen = shown_claim(db(), claim_id), visible()
    mine = [line for line in shown.lines if line.row.person_id in seen.whole]
    if shown.row.membership_id != membership() or not mine:
        abort(404)
    lines = _lines(mine)
    return ClaimFacts(
        shown.row,
        lines,
        [line for line in shown.lines if line.row.person_id in seen.sums],
        of_claim([line.step for line in lines]),
        _wanted(lines),
        _originals(lines),
        happened(claim_id, [line.row.person_id for line in mine], amounts=me().person_role == "member"),
    )


def _lines(mine: Sequence[ShownLine]) -> list[LineFacts]:
    rows = [line.row for line in mine]
    got = stages(db(), {row.payout_id for row in rows if row.payout_id})
    there = around(db(), rows)
    known = known_of(db(), rows, promises(), got, there)
    reader = reader_who_sees(db(), me().account, me().roles, me().person, visible())
    found = []
    for line in mine:
        row, decision = line.row, line.decisions[-1]
        until = contestable_until(row.status, decision, line.edition)
        steps = known[row.id]._replace(contest_until=until)
        amount, currency = paid_or_expected(line)
        found.append(
            LineFacts(
                row, line.person, quantity_told(line), line_told(line), decision.judged_on, amount, currency,
                counted(row), next_step(row, steps, promises()),
                [PaperTold(one, _opens(reader, row, one)) for one in there.papers.get(row.id, ())],
                there.asked.get(row.id, ()), there.contests.get(row.id, ()), until,
            )
        )  # fmt: skip
    return _with_later(found)


def _with_later(lines: list[LineFacts]) -> list[LineFacts]:
    """The lines, those that wait for papers with what they would come to."""
    found = later_of([line.row.id for line in lines if not line.is_decided and line.missing])
    return [replace(line, later=found.get(line.row.id)) for line in lines]


def _opens(reader: Reader, row: Any, one: Came) -> bool:
    use = Use(LINE, one.kind, one.confidential, row.membership_id, row.person_id, None, f"line:{row.id}")
    return one.sha256 is not None and opened_as(reader, [use]) is not None


def _wanted(lines: Sequence[LineFacts]) -> list[Wanted]:
    """The papers that are waited for, each kind once, with all lines that need it."""
    kinds = dict.fromkeys(kind for line in lines for kind in line.missing)
    return [_one_wanted(kind, [line for line in lines if kind in line.missing]) for kind in kinds]


def _originals(lines: Sequence[LineFacts]) -> Wanted | None:
    waiting = [line for line in lines if any(a.kind == ORIGINAL and a.answered_on is None for a in line.asked)]
    return _one_wanted(ORIGINAL, waiting) if waiting else None


def _one_wanted(kind: str, lines: Sequence[LineFacts]) -> Wanted:
    asked = [one for line in lines for one in line.asked if one.kind == kind and one.answered_on is None]
    why = tuple(dict.fromkeys(asked_why(one.why, language()) for one in asked))
    return Wanted(kind, tuple(line.row.position for line in lines), why, min((a.asked_on for a in asked), default=None))
