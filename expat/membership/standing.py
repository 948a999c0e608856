"""Which of the changes that ended something, or proved something, still stand. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from expat.membership.cover import school_year, work_year
from expat.periods import DAY, FOREVER, Period, add_months
from expat.plans.edition import Edition

# What takes a change of a kind back: its `value` is the key of that change.
TAKEN_BACK = {
    "termination": "termination_withdrawn", "left": "left_withdrawn",
    "school_year": "proof_withdrawn", "working": "proof_withdrawn",
}  # fmt: skip
RETURN = "return_to_france"
_ONLY_THOUGHT_OF = 2**63  # what nobody has kept comes after what is


@dataclass(frozen=True, slots=True)
class Change:
    """A change that nobody has kept: what a simulation adds to those that are (the columns of `membership_change`)."""

    kind: str
    value: str
    requested_on: date
    effective_from: date
    effective_to: date | None = None
    person_id: int | None = None
    refused: str | None = None
    id: int = 0


def accepted(changes: Iterable[Any], kind: str) -> list[Any]:
    """The changes of a kind that were not refused."""
    return [c for c in changes if c.kind == kind and c.refused is None]


def terminations(changes: Sequence[Any]) -> list[Any]:
    """The terminations that stand: neither refused nor withdrawn; the one that ends first holds."""
    return sorted(_not_taken_back(changes, "termination"), key=lambda c: (c.effective_from, c.id))


def returns(changes: Sequence[Any]) -> list[Any]:
    """The returns to France for good that stand, the one that ends first at the head."""
    return [c for c in terminations(changes) if c.value == RETURN]


def terminated_on(changes: Sequence[Any]) -> date:
    """The first day without cover by a termination; earlier where French rights reopen after a return (UNO-MEM-6)."""
    return min((c.effective_from for c in (*terminations(changes), *reopened(changes))), default=FOREVER)


def reopened(changes: Sequence[Any]) -> list[Any]:
    """The French rights that are open again after a return that stands: what belonged to another one is over."""
    stand = [_turn(c) for c in returns(changes)]
    return [c for c in accepted(changes, "rights_reopened") if any(turn < _turn(c) for turn in stand)]


def kept_after_return(changes: Sequence[Any], months: int) -> Period | None:
    """The days on which France counts as the residence: up to so many months from the return (UNO-MEM-6).

    Where the day of the return is not known, the last months before the end, from the notice on.
    """
    found = next(iter(returns(changes)), None)
    if found is None:
        return None
    end, back = terminated_on(changes), _came_back(changes)
    if not back:
        return kept_before(end, None, max(found.requested_on, add_months(found.effective_from, -months)), months)
    return kept_before(end, back[-1].effective_from, found.requested_on, months)


def kept_before(end: date, returned: date | None, notice: date, months: int) -> Period:
    """Those days before an end: up to so many months from the return, or else from the notice on."""
    if returned is None:
        return Period(notice, end - DAY)
    return Period(returned, min(add_months(returned, months), end) - DAY)


def leavings(changes: Sequence[Any]) -> list[Any]:
    """Who left, each time that stands: neither refused nor withdrawn."""
    return _not_taken_back(changes, "left")


def left_on(changes: Sequence[Any], person: int) -> date:
    """The first day on which a person is no longer insured, because he or she left; the earliest holds."""
    return min((c.effective_from for c in leavings(changes) if c.person_id == person), default=FOREVER)


def death_of_member(changes: Iterable[Any]) -> Any | None:
    """The member's death, as it was first told."""
    return next(iter(accepted(changes, "death")), None)


def school_days(changes: Sequence[Any], person: int, edition: Edition) -> list[Period]:
    """The days that a child's school certificates prove."""
    return list(_proven(changes, "school_year", person, edition))


def work_days(changes: Sequence[Any], person: int, edition: Edition) -> list[Period]:
    """The days that the member's proofs of work prove."""
    return list(_proven(changes, "working", person, edition))


def _not_taken_back(changes: Sequence[Any], kind: str) -> list[Any]:
    gone = {int(c.value) for c in accepted(changes, TAKEN_BACK[kind])}
    return [c for c in accepted(changes, kind) if c.id not in gone]


def _came_back(changes: Sequence[Any]) -> list[Any]:
    """The days of the returns that stand: each was kept with its termination, just before it."""
    found, ends = [], sorted(_turn(c) for c in changes if c.kind == "termination")
    for end in returns(changes):
        before = max((turn for turn in ends if turn < _turn(end)), default=0)
        found += [
            c
            for c in accepted(changes, "returned")
            if before < _turn(c) < _turn(end) and c.requested_on == end.requested_on
        ]
    return sorted(found, key=_turn)


def _turn(change: Any) -> int:
    """When a change was kept, among the others."""
    return int(change.id or _ONLY_THOUGHT_OF)


def _proven(changes: Sequence[Any], kind: str, person: int, edition: Edition) -> Iterator[Period]:
    ended = _withdrawn(changes)
    for change in (c for c in accepted(changes, kind) if c.person_id == person):
        days = school_year(edition, int(change.value)) if kind == "school_year" else work_year(change.value)
        last = min(days.last, ended[change.id] - DAY) if change.id in ended else days.last
        if days.first <= last:
            yield Period(days.first, last)


def _withdrawn(changes: Iterable[Any]) -> dict[int, date]:
    """The first day on which a proof, by its key, proves nothing any more."""
    found: dict[int, date] = {}
    for change in accepted(changes, "proof_withdrawn"):
        key = int(change.value)
        found[key] = min(found.get(key, FOREVER), change.effective_from)
    return found
