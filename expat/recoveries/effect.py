"""What a decision does once it holds: the ledger's entries, and the ceilings, on which lines are judged again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select, update
from sqlmodel import Session

from expat.claims.dossier import Dossier
from expat.claims.records import editions_of
from expat.claims.rejudge import new_fact
from expat.claims.tables import ClaimLine
from expat.claims.uses import UsedBy, keep_uses, kept_split, less, part_of, take
from expat.db import table_of
from expat.ledger.post import post
from expat.ledger.recovered import added, asked_back
from expat.membership.changes import Acting
from expat.recoveries.again import paid_decisions
from expat.recoveries.find import look_again
from expat.recoveries.standing import (
    COMPLEMENT,
    RECOVER,
    WAIVE,
    Decided,
    newest_differences,
    standing_of_lines,
)

_LINE: Any = table_of(ClaimLine)


def take_effect(session: Session, dossier: Dossier, found: Decided, acting: Acting) -> None:
    """Post a decision that holds from now on, and note in the ceilings what it gives back to them or takes."""
    row = found.row
    if row.kind == WAIVE:
        return
    make = {RECOVER: asked_back, COMPLEMENT: added}[row.kind]
    post(session, [make(reference(found), acting.day, row.eur_cents, row.currency, row.amount)], acting.at)
    move_uses(session, dossier, found, acting, giving_back=row.kind == RECOVER)


def reference(found: Decided) -> str:
    """How the ledger names a decision."""
    return f"{found.row.kind}:recovery:{found.row.id}"


def move_uses(session: Session, dossier: Dossier, found: Decided, acting: Acting, giving_back: bool) -> None:
    """Give a decision's cents back to the purses that paid them, or take them again; then judge the lines anew.

    The days and acts that its lines use up follow.
    """
    cents = {line.line_id: line.eur_cents for line in found.lines}
    if not cents:
        return
    paid = paid_decisions(session, dossier.id, list(cents))
    editions = editions_of(session, {one.edition for one in paid.values()})
    for line in session.execute(select(_LINE).where(_LINE.c.id.in_(paid)).order_by(_LINE.c.id)):
        one, moved = paid[line.id], cents[line.id]
        split, used = part_of(kept_split(one.trace["split"]), moved), _used(line)
        sign, parts = (-1, less(split)) if giving_back else (1, split)
        take(dossier, editions[one.edition], used, sign * moved, parts)
    keep_uses(session, [dossier])
    _note_covered(session, dossier.id, list(paid), paid)
    new_fact(session, dossier.id, acting.day, acting.at, acting.preference)
    look_again(session, dossier.id, acting.day, acting.at, acting.actor)


def _note_covered(session: Session, membership_id: int, lines: Sequence[int], paid: Mapping[int, Row[Any]]) -> None:
    """Bring up to date how many days or acts lines use of what is counted over a life, a stay, a series or years.

    Of a line that is asked back in part it is what the difference found, else in proportion, rounded down ⚖.
    """
    rows = session.execute(select(_LINE).where(_LINE.c.id.in_(lines))).all()
    stands, found = standing_of_lines(session, membership_id, rows), newest_differences(session, membership_id)
    for row in rows:
        covered = _covered(row, stands[row.id].amount, int(paid[row.id].trace["covered"]), found.get(row.id))
        if covered != row.covered:
            session.execute(update(_LINE).where(_LINE.c.id == row.id).values(covered=covered))


def _covered(row: Row[Any], counts: int, whole: int, difference: Row[Any] | None) -> int:
    """The days or acts of a line of which so much counts as paid, of the `whole` that it was paid for."""
    if counts <= 0:
        return 0
    if counts >= row.payout:
        return whole
    if difference is not None and difference.due == counts and difference.trace["covered"]:
        return min(int(difference.trace["covered"]), whole)
    return whole * counts // int(row.payout)


def _used(line: Any) -> UsedBy:
    return UsedBy(line.person_id, line.care, line.first_day, line.cause)
