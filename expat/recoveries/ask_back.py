"""Asking back without a difference: benefits that are to be returned after a renunciation (UNO-MEM-5), or a sum."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from moneyed import Money
from sqlalchemy import select
from sqlmodel import Session

from expat.claims.lines import ref_of
from expat.claims.tables import ClaimLine
from expat.db import table_of
from expat.errors import BadInput, Conflict
from expat.membership.changes import Acting
from expat.money import EUR, to_minor
from expat.recoveries.again import paid_decisions
from expat.recoveries.current import check_current
from expat.recoveries.decide import New, Part, begin, keep_decision
from expat.recoveries.standing import RECOVER, decisions_of, open_differences, standing_of_lines

LONGEST_KEY = 36

_LINE: Any = table_of(ClaimLine)


def ask_back(
    session: Session,
    membership_id: int,
    what: Sequence[int] | Money,
    reason: str,
    due_on: date | None,
    acting: Acting,
    form_key: str,
    clause: str = "",
) -> list[int]:
    """Ask a member for what was paid on lines (by their keys), or for a sum in EUR; answers the decisions' keys.

    Of lines there is one decision for each currency that was paid; what was asked back of them before is left out. A
    difference that is open and says that nothing is due is decided by it; with another one, it raises Conflict. With
    the same `form_key` it is done once. `due_on` None is the operator's delay. Raises as `decide`.
    """
    if done := _done(session, membership_id, form_key):
        return done
    dossier, _none = begin(session, membership_id, New(form_key, RECOVER, reason), acting)
    if isinstance(what, Money):
        if what.currency.code != EUR or what.amount <= 0:
            raise BadInput("amount", f"{what}", "euros above zero")
        cents = to_minor(what.amount, EUR)
        new = New(form_key, RECOVER, reason, clause, due_on)
        return [keep_decision(session, dossier, new, EUR, (), acting, (cents, cents))]
    found = _paid(session, membership_id, what)
    check_current(session, membership_id, RECOVER, [part for parts in found.values() for part in parts])
    return [
        keep_decision(
            session, dossier, New(f"{form_key}:{currency}", RECOVER, reason, clause, due_on), currency, parts, acting
        )
        for currency, parts in sorted(found.items())
    ]


def _done(session: Session, membership_id: int, form_key: str) -> list[int]:
    """The decisions that this key made before."""
    if not 0 < len(form_key) <= LONGEST_KEY:
        raise BadInput("form_key", f"has {len(form_key)} characters", f"1 to {LONGEST_KEY}")
    keys = [one.row.id for one in decisions_of(session, membership_id) if _of(one.row.form_key, form_key)]
    return sorted(keys)


def _of(kept: str, form_key: str) -> bool:
    return kept == form_key or kept.startswith(f"{form_key}:")


def _paid(session: Session, membership_id: int, keys: Sequence[int]) -> dict[str, list[Part]]:
    """What still counts as paid of lines, by currency. Raises BadInput for a line that is not paid."""
    paid = paid_decisions(session, membership_id, list(keys)) if keys else {}
    if not keys or set(keys) - set(paid):
        named = ", ".join(ref_of(key) for key in sorted(set(keys) - set(paid)))
        raise BadInput("lines", f"{named or 'none'}: not paid", "lines of this membership that are paid")
    rows = {row.id: row for row in session.execute(select(_LINE).where(_LINE.c.id.in_(paid)))}
    found: dict[str, list[Part]] = defaultdict(list)
    to_decide = {row.line_id: row for row in open_differences(session, membership_id)}
    for key, stands in standing_of_lines(session, membership_id, rows.values()).items():
        if stands.amount > 0:
            part = Part(stands.amount, stands.cents, key, _closed(to_decide.get(key)))
            found[rows[key].payout_currency].append(part)
    if not found:
        raise BadInput("lines", "all of it is asked back already", "lines that still count as paid")
    return found


def _closed(row: Any) -> int | None:
    """The open difference of a line that asking all of it back decides, if there is one."""
    if row is not None and row.due > 0:
        raise Conflict("lines", f"a difference of {ref_of(row.line_id)} waits for a decision", "decide on it first")
    return None if row is None else int(row.id)
