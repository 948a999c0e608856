"""What a claim's page shows: each line with its decision in words, its papers and its contests, and what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
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
from expat.claims.timeline import Event, in_time, timeline
from expat.money import CENTS, from_minor
from expat.payments.timeline import payout_events, stages
from expat.portal.member.claim_later import Later, later_of, sums
from expat.portal.member.claim_pages import promises, visible
from expat.portal.member.claim_told import Told, told
from expat.portal.work import db, language, me, membership
from expat.wording import care as care_words
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


class Happened(NamedTuple):
    """An entry of the timeline; `amount` is in `currency`."""

    on: date
    at: datetime | None
    what: str
    places: tuple[int, ...]
    words: tuple[str, ...]
    text: str
    amount: Decimal | None = None
    currency: str = ""


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
        _events(claim_id, [line.row.person_id for line in mine]),
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
        amount, currency = _paid(row, decision)
        found.append(
            LineFacts(
                row, line.person, _quantity(line), _told(line), decision.judged_on, amount, currency,
                None if row.cents is None else Decimal(row.cents).scaleb(-CENTS), next_step(row, steps, promises()),
                [PaperTold(one, _opens(reader, row, one)) for one in there.papers.get(row.id, ())],
                there.asked.get(row.id, ()), there.contests.get(row.id, ()), until,
            )
        )  # fmt: skip
    return _with_later(found)


def _with_later(lines: list[LineFacts]) -> list[LineFacts]:
    """The lines, those that wait for papers with what they would come to."""
    found = later_of([line.row.id for line in lines if not line.is_decided and line.missing])
    return [replace(line, later=found.get(line.row.id)) for line in lines]


def _told(line: ShownLine) -> Told:
    row, decision = line.row, line.decisions[-1]
    rates = [decision.facts["invoice_rate"], decision.facts["payout_rate"]]
    invoiced = from_minor(row.amount, row.currency)
    return told(decision.trace, row.flags.split(), line.edition, invoiced, row.currency, rates)


def _quantity(line: ShownLine) -> str:
    known = line.edition.care.get(line.row.care)
    if known is None or (line.row.quantity == 1 and not known.counted_in_days):
        return ""
    return care_words.units(known.unit, line.row.quantity, language())


def _paid(row: Any, decision: Any) -> tuple[Decimal | None, str]:
    """What was paid; of an accepted line what its decision came to, at the rates of that day."""
    if row.payout is not None:
        return from_minor(row.payout, row.payout_currency), row.payout_currency
    units, currency = decision.trace["payout"], decision.trace["payout_currency"]
    if row.status == "accepted" and units is not None:
        return from_minor(units, currency), currency
    return None, ""


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


def _events(claim_id: int, persons: Sequence[int]) -> list[Happened]:
    """What happened to the claim and to the payouts that pay it; amounts of payouts are the member's to see."""
    found = [_event(one) for one in timeline(db(), claim_id, persons)]
    to_me = me().person_role == "member"
    for one in payout_events(db(), claim_id, persons):
        amount, currency = (one.amount, one.currency) if to_me else (None, "")
        found.append(Happened(one.on, one.at, one.what, one.lines, (), one.text, amount, currency))
    return sorted(found, key=lambda one: in_time(one.on, one.at, one.what))


def _event(one: Event) -> Happened:
    text = asked_why(one.text, language()) if one.what == "asked" else one.text
    return Happened(one.on, one.at, one.what, one.lines, one.words, text)
