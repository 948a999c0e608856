"""Where differences and decisions stand: what still counts as paid of a line, what is open, what is still to come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, exists, select
from sqlmodel import Session

from expat.db import table_of
from expat.errors import NotFound
from expat.money import round_half_up
from expat.recoveries.again import Again
from expat.recoveries.tables import (
    Difference,
    Recovery,
    RecoveryEvent,
    RecoveryInstalment,
    RecoveryLine,
)

RECOVER, COMPLEMENT, WAIVE = "recover", "complement", "waive"
RELEASED, REFUSED, CONTESTED, UPHELD = "released", "refused", "contested", "upheld"
WITHDRAWN, REPAID, PAID = "withdrawn", "repaid", "paid"
SET_OFF, GIVEN_BACK, SETTLED = "set_off", "given_back", "settled"
MOVES = (REPAID, PAID, SET_OFF, GIVEN_BACK, SETTLED)
SIGNS = {RECOVER: -1, COMPLEMENT: 1, WAIVE: 0}
TO_RELEASE = "to_release"

_DIFFERENCE: Any = table_of(Difference)
_RECOVERY: Any = table_of(Recovery)
_OF_LINE: Any = table_of(RecoveryLine)
_INSTALMENT: Any = table_of(RecoveryInstalment)
_EVENT: Any = table_of(RecoveryEvent)


class Standing(NamedTuple):
    """What counts as paid of a line, in EUR cents and in minor units of what was paid."""

    cents: int
    amount: int


class Instalment(NamedTuple):
    """A part and the day by which it is to arrive."""

    due_on: date
    amount: int


@dataclass(frozen=True)
class Decided:
    """A decision (its row) with its lines, parts as they were kept, and what became of it, each in order.

    The days of the row and of its parts are counted from the decision: `due_on`, `contest_until` and `instalments` say
    which days hold, counted from the release where it needed one.
    """

    row: Row[Any]
    lines: Sequence[Row[Any]]
    parts: Sequence[Instalment]
    events: Sequence[Row[Any]]

    @property
    def due_on(self) -> date | None:
        """The last day for the money to be back; None of what asks for none."""
        return None if self.row.due_on is None else self.row.due_on + self._late

    @property
    def contest_until(self) -> date | None:
        """The last day on which the member can contest it; None of what asks for no money."""
        return None if self.row.contest_until is None else self.row.contest_until + self._late

    @property
    def instalments(self) -> Sequence[Instalment]:
        """The parts in which the money is to come back, where there are several."""
        return [Instalment(one.due_on + self._late, one.amount) for one in self.parts]

    @property
    def _late(self) -> timedelta:
        """How long after the decision it was released, and the member told."""
        released = self.event(RELEASED)
        return timedelta() if released is None else max(released.happened_on - self.row.decided_on, timedelta())

    def event(self, kind: str) -> Row[Any] | None:
        """The newest event of a kind."""
        return next((one for one in reversed(self.events) if one.kind == kind), None)

    @property
    def state(self) -> str:
        """Where it stands: to_release, refused, withdrawn, contested, waived, done, or open (money is to come)."""
        kinds = {one.kind for one in self.events}
        if REFUSED in kinds or WITHDRAWN in kinds:
            return REFUSED if REFUSED in kinds else WITHDRAWN
        if self.row.needs_release and RELEASED not in kinds:
            return TO_RELEASE
        if self.row.kind == WAIVE:
            return "waived"
        if CONTESTED in kinds and UPHELD not in kinds:
            return CONTESTED
        return "open" if self.left else "done"

    @property
    def holds(self) -> bool:
        """Whether it counts: it is released where it needs that, and was not taken back."""
        return self.state not in (TO_RELEASE, REFUSED, WITHDRAWN)

    @property
    def moved(self) -> int:
        """What came back, by transfer or set off; of a complement what was paid, or is in a payout."""
        return sum(int(one.amount) for one in self.events if one.kind in MOVES)

    @property
    def all_due_on(self) -> Sequence[Instalment]:
        """What is to come back by which days: its instalments, else the whole by the one day."""
        whole = [Instalment(self.due_on, int(self.row.amount))] if self.due_on is not None else []
        return self.instalments or whole

    def due_by(self, day: date) -> int:
        """What should be back already, as its day is over, and is not."""
        passed = sum(one.amount for one in self.all_due_on if one.due_on < day)
        return max(0, min(passed - self.moved, self.left))

    def cents_of(self, moved: int) -> int:
        """The EUR cents of so much of it: parts sum to the whole exactly."""
        return int(round_half_up(Decimal(int(self.row.eur_cents) * moved) / int(self.row.amount), 0))

    @property
    def left(self) -> int:
        """What is still to come back, or to be paid; nothing of what is waived."""
        return 0 if self.row.kind == WAIVE else int(self.row.amount) - self.moved


def decided(session: Session, query: Select[Any]) -> list[Decided]:
    """The decisions of a query of recoveries, with what belongs to them."""
    rows = session.execute(query).all()
    keys = {row.id for row in rows}
    lines = _by_recovery(session, select(_OF_LINE).order_by(_OF_LINE.c.line_id), _OF_LINE, keys)
    parts = _by_recovery(session, select(_INSTALMENT).order_by(_INSTALMENT.c.position), _INSTALMENT, keys)
    events = _by_recovery(session, select(_EVENT).order_by(_EVENT.c.id), _EVENT, keys)
    return [
        Decided(row, lines[row.id], [Instalment(p.due_on, p.amount) for p in parts[row.id]], events[row.id])
        for row in rows
    ]


def _by_recovery(session: Session, query: Select[Any], table: Any, keys: Collection[int]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    if keys:
        for row in session.execute(query.where(table.c.recovery_id.in_(keys))):
            found[row.recovery_id].append(row)
    return found


def decision(session: Session, recovery_id: int) -> Decided:
    """A decision by its key. Raises NotFound."""
    found = decided(session, select(_RECOVERY).where(_RECOVERY.c.id == recovery_id))
    if not found:
        raise NotFound("recovery", f"there is no decision {recovery_id}")
    return found[0]


def decisions_of(session: Session, membership_id: int) -> list[Decided]:
    """A membership's decisions, the newest first."""
    query = select(_RECOVERY).where(_RECOVERY.c.membership_id == membership_id)
    return decided(session, query.order_by(_RECOVERY.c.id.desc()))


def newest_differences(session: Session, membership_id: int) -> dict[int, Row[Any]]:
    """The newest difference of each of a membership's lines, by line."""
    query = select(_DIFFERENCE).where(_DIFFERENCE.c.membership_id == membership_id).order_by(_DIFFERENCE.c.id)
    return {row.line_id: row for row in session.execute(query)}


def open_differences(session: Session, membership_id: int) -> list[Row[Any]]:
    """The differences of a membership that nobody has decided on: those of which no decision stands or waits."""
    return open_differences_of(session, [membership_id])


def open_differences_of(session: Session, memberships: Collection[int]) -> list[Row[Any]]:
    """The differences of memberships that nobody has decided on, by one query, in the order found."""
    query = select(_DIFFERENCE).where(_DIFFERENCE.c.membership_id.in_(list(memberships)), *_undecided())
    return list(session.execute(query.order_by(_DIFFERENCE.c.id)).all())


def memberships_to_decide(
    session: Session, most: int | None = None, after: int = 0, without: Collection[int] = ()
) -> list[int]:
    """Memberships with a difference that nobody has decided on, in the order of their keys; those `after` one."""
    query = select(_DIFFERENCE.c.membership_id).where(_DIFFERENCE.c.membership_id > after, *_undecided())
    if without:
        query = query.where(_DIFFERENCE.c.membership_id.not_in(list(without)))
    query = query.distinct().order_by(_DIFFERENCE.c.membership_id).limit(most)
    return list(session.execute(query).scalars())


def _undecided() -> tuple[Any, ...]:
    """Whether a difference (of the query) is the newest of its line, and no decision closes it.

    All close it but those that were not released.
    """
    newer = _DIFFERENCE.alias()
    refused = exists().where(_EVENT.c.recovery_id == _OF_LINE.c.recovery_id, _EVENT.c.kind == REFUSED)
    return (
        _DIFFERENCE.c.paid != _DIFFERENCE.c.due,
        ~exists().where(newer.c.line_id == _DIFFERENCE.c.line_id, newer.c.id > _DIFFERENCE.c.id),
        ~exists().where(_OF_LINE.c.difference_id == _DIFFERENCE.c.id, ~refused),
    )


def standing_of(session: Session, membership_id: int, paid: Iterable[Again]) -> dict[int, Standing]:
    """What counts as paid of lines that were judged again."""
    return standing_of_lines(session, membership_id, [one.row for one in paid])


def standing_of_lines(session: Session, membership_id: int, rows: Iterable[Any]) -> dict[int, Standing]:
    """What counts as paid of paid lines (their rows), after all that was asked back or added."""
    found = {row.id: Standing(row.cents, row.payout) for row in rows}
    for decision in decisions_of(session, membership_id):
        sign = SIGNS[decision.row.kind]
        for line in decision.lines if decision.holds else ():
            if line.line_id in found:
                cents, amount = found[line.line_id]
                found[line.line_id] = Standing(cents + sign * line.eur_cents, amount + sign * line.amount)
    return found


def moved_by(decisions: Iterable[Decided], difference_id: int) -> Standing:
    """By how much the decisions on a difference that hold changed what counts as paid of its line."""
    cents = amount = 0
    for one in decisions:
        sign = SIGNS[one.row.kind] if one.holds else 0
        for line in one.lines:
            if line.difference_id == difference_id:
                cents, amount = cents + sign * line.eur_cents, amount + sign * line.amount
    return Standing(cents, amount)
