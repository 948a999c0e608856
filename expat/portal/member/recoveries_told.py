"""Differences and decisions on them in words: which line, what was paid, what is due, why, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from expat.claims.records import editions_of
from expat.claims.tables import ClaimLine, LineDecision
from expat.db import table_of
from expat.membership.tables import InsuredPerson, MembershipChange
from expat.money import from_minor
from expat.payments.references import end_to_end_id
from expat.portal.member.claim_told import Told, told
from expat.portal.work import db, speaks
from expat.recoveries.standing import Decided
from expat.recoveries.tables import Difference
from expat.wording.catalogue import N_

_LINE: Any = table_of(ClaimLine)
_PERSON: Any = table_of(InsuredPerson)
_CHANGE: Any = table_of(MembershipChange)
_DECISION: Any = table_of(LineDecision)
_DIFFERENCE: Any = table_of(Difference)

CAUSES = {
    "termination": N_("the end of the membership, from {day}"),
    "termination_withdrawn": N_("an end of the membership that was taken back"),
    "left": N_("a person who left the membership, from {day}"),
    "death": N_("a death, from {day}"),
    "formula": N_("another formula, from {day}"),
    "zone": N_("another zone, from {day}"),
    "residence": N_("another country of residence, from {day}"),
    "school_year": N_("a school certificate"),
    "working": N_("a proof of work"),
    "proof_withdrawn": N_("a proof that no longer counts, from {day}"),
    "derogation": N_("care in a third country that was allowed"),
    "approval": N_("an answer to a request for prior approval"),
    "premium": N_("what became of a premium"),
    "contest": N_("a contest that was answered"),
    "other": N_("something else that was learnt since"),
}
STATES = {
    "to_release": (N_("another person has to release it"), "wait"),
    "refused": (N_("not released"), "bad"),
    "withdrawn": (N_("withdrawn"), "good"),
    "contested": (N_("contested, to be answered"), "wait"),
    "waived": (N_("left as it was paid"), "good"),
    "open": (N_("money is to come"), "wait"),
    "done": (N_("settled"), "good"),
}
STATES_OWED = STATES | {"open": (N_("the next settlement pays it"), "wait"), "done": (N_("paid"), "good")}
EVENTS = {
    "released": N_("Released"),
    "refused": N_("Not released"),
    "contested": N_("Contested"),
    "upheld": N_("The contest was answered: it stands"),
    "withdrawn": N_("The contest was answered: it is withdrawn"),
    "repaid": N_("Paid back"),
    "paid": N_("Transferred"),
    "set_off": N_("Set off"),
    "given_back": N_("Given back, as the bank returned that payment"),
    "settled": N_("Paid by a settlement"),
}


@dataclass(frozen=True)
class LineTold:
    """A line of a difference or a decision; amounts are in `currency`, `told` is the decision that would be made now.

    `over` is what is asked back of it, below zero where more is due.
    """

    key: int
    row: Any
    person: str
    currency: str
    paid: Decimal | None
    due: Decimal | None
    over: Decimal
    told: Told | None
    cause: str
    learnt: datetime | None
    found_on: date | None

    @property
    def ref(self) -> str:
        """How people name the line: `207/1`."""
        return f"{self.row.claim_id}/{self.row.position}"


def reference_of(kept: str) -> str:
    """What a movement is told apart by: the reference of the payout that it is part of, else the bank's."""
    what, _, key = kept.partition(":")
    return end_to_end_id(int(key)) if what == "payout" and key.isdecimal() else kept


def differences_told(rows: Sequence[Any]) -> list[LineTold]:
    """Differences (their rows) in words, in the order of their lines."""
    lines, editions = _lines(row.line_id for row in rows), editions_of(db(), {row.edition for row in rows})
    rates, changes = _rates(rows), _changes(rows)
    found = []
    for row in sorted(rows, key=lambda row: row.line_id):
        line, currency = lines[row.line_id], row.currency
        invoiced = from_minor(line.amount, line.currency)
        words = told(row.trace, row.trace["flags"], editions[row.edition], invoiced, line.currency, rates[row.id])
        cause, learnt = _cause(row.cause, changes)
        found.append(
            LineTold(
                row.id, line, _name(line), currency, from_minor(row.paid, currency), from_minor(row.due, currency),
                from_minor(row.paid - row.due, currency), words, cause, learnt, row.found_on,
            )
        )  # fmt: skip
    return found


def causes_told(rows: Sequence[Any]) -> dict[int, str]:
    """What brought each of the differences (their rows), in words."""
    changes = _changes(rows)
    return {row.id: _cause(row.cause, changes)[0] for row in rows}


def decision_told(found: Decided) -> list[LineTold]:
    """The lines of a decision, each with the difference that it rests on, where there is one."""
    keys = [line.difference_id for line in found.lines if line.difference_id is not None]
    rows = db().execute(select(_DIFFERENCE).where(_DIFFERENCE.c.id.in_(keys))).all() if keys else []
    by_line = {one.row.id: one for one in differences_told(rows)}
    lines = _lines(line.line_id for line in found.lines)
    return [by_line.get(one.line_id) or _plain(one, lines[one.line_id], found.row.currency) for one in found.lines]


def _plain(one: Any, line: Any, currency: str) -> LineTold:
    over = from_minor(one.amount, currency)
    return LineTold(one.line_id, line, _name(line), currency, None, None, over, None, "", None, None)


def _lines(keys: Iterable[int]) -> dict[int, Any]:
    query = select(_LINE, _PERSON.c.first_name, _PERSON.c.last_name).join(_PERSON, _PERSON.c.id == _LINE.c.person_id)
    return {row.id: row for row in db().execute(query.where(_LINE.c.id.in_(set(keys))))}


def _name(line: Any) -> str:
    return f"{line.first_name} {line.last_name}".strip()


def _rates(rows: Sequence[Any]) -> dict[int, list[Any]]:
    query = select(_DECISION.c.id, _DECISION.c.facts).where(_DECISION.c.id.in_({row.decision_id for row in rows}))
    facts = {row.id: row.facts for row in db().execute(query)}
    return {row.id: [facts[row.decision_id]["invoice_rate"], facts[row.decision_id]["payout_rate"]] for row in rows}


def _changes(rows: Sequence[Any]) -> dict[int, Any]:
    keys = {int(row.cause.partition(":")[2]) for row in rows if row.cause.partition(":")[0] in CAUSES}
    return {row.id: row for row in db().execute(select(_CHANGE).where(_CHANGE.c.id.in_(keys)))}


def _cause(cause: str, changes: dict[int, Any]) -> tuple[str, datetime | None]:
    """What brought a difference, in words, and the instant from which it is known."""
    kind, _, key = cause.partition(":")
    change = changes.get(int(key))
    say = speaks().say
    if change is not None and change.kind == kind:
        return say(CAUSES[kind], day=speaks().day(change.effective_from)), change.recorded_at
    named = "premium" if kind.startswith("premium_") else kind
    return say(CAUSES.get(named, CAUSES["other"]), day=""), None
