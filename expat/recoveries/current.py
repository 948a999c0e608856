"""Whether a decision rests on what is so now: the newest difference, what counts as paid, money that has left."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from sqlalchemy import column, select, table
from sqlmodel import Session

from expat.claims.lines import ref_of
from expat.claims.tables import ClaimLine
from expat.db import table_of
from expat.errors import Conflict
from expat.recoveries.standing import (
    COMPLEMENT,
    RECOVER,
    SIGNS,
    TO_RELEASE,
    Standing,
    decisions_of,
    newest_differences,
    open_differences,
    standing_of_lines,
)

_LINE: Any = table_of(ClaimLine)
_PAYOUT = table("payout", column("id"), column("confirmed_on"))


class OfLine(Protocol):
    """What a decision means for one line: a part that is to be kept, or a row that was."""

    @property
    def line_id(self) -> int:
        """Its line."""

    @property
    def difference_id(self) -> int | None:
        """The difference that it rests on, where there is one."""

    @property
    def amount(self) -> int:
        """In minor units of what was paid."""


class Awaits(Conflict):
    """Something else has to come first, for these `lines`, as people name them."""

    def __init__(self, where: str, problem: str, expected: str, keys: Iterable[int]) -> None:
        self.lines = ", ".join(ref_of(key) for key in sorted(keys))
        super().__init__(where, f"{self.lines}: {problem}", expected)


def check_current(
    session: Session, membership_id: int, kind: str, parts: Sequence[Any], releasing: bool = False
) -> None:
    """Refuse a decision (to be kept, or with `releasing` to be released) that rests on what is no longer so.

    The membership is locked. Raises Awaits where another decision on a line waits for its release ("release"), where
    more is known or decided than when the difference was found ("stale"), and where the bank has not paid what is to
    be asked back ("payout").
    """
    keys = {part.line_id for part in parts}
    if not keys:
        return
    rows = {row.id: row for row in session.execute(select(_LINE).where(_LINE.c.id.in_(keys)))}
    if not releasing and (waits := _waiting(session, membership_id, keys)):
        raise Awaits("release", "a decision waits for its release", "release or refuse it first", waits)
    standing = standing_of_lines(session, membership_id, rows.values())
    newest = newest_differences(session, membership_id)
    to_decide = {row.line_id for row in open_differences(session, membership_id)}
    stale = {one.line_id for one in parts if not _holds(kind, one, standing[one.line_id], newest)}
    stale |= {one.line_id for one in parts if one.difference_id is None and one.line_id in to_decide}
    if stale:
        raise Awaits("stale", "more is known or decided since", "judge the paid lines again, then decide", stale)
    if kind == RECOVER and (unpaid := {key for key, paid_on in paid_on(session, keys).items() if paid_on is None}):
        raise Awaits("payout", "the bank has not made the payment", "wait until it has", unpaid)


def _waiting(session: Session, membership_id: int, keys: Collection[int]) -> set[int]:
    """Those of the lines on which a decision waits for its release."""
    waits = [one for one in decisions_of(session, membership_id) if one.state == TO_RELEASE]
    return {line.line_id for one in waits for line in one.lines} & set(keys)


def _holds(kind: str, part: OfLine, standing: Standing, newest: Mapping[int, Any]) -> bool:
    """Whether a part rests on its line's newest difference and on what counts as paid, and ends within what is due."""
    row = newest.get(part.line_id)
    after = standing.amount + SIGNS[kind] * part.amount
    if part.difference_id is not None:
        if row is None or (row.id, row.paid, row.paid_cents) != (part.difference_id, standing.amount, standing.cents):
            return False
        if kind == COMPLEMENT and after > row.due:
            return False
    return after >= 0


def paid_on(session: Session, keys: Collection[int]) -> dict[int, date | None]:
    """The day on which the bank paid what was settled for lines; None where it has not, or sent the money back."""
    query = select(_LINE.c.id, _PAYOUT.c.confirmed_on).select_from(
        _LINE.outerjoin(_PAYOUT, _PAYOUT.c.id == _LINE.c.payout_id)
    )
    return {row.id: row.confirmed_on for row in session.execute(query.where(_LINE.c.id.in_(list(keys))))}
