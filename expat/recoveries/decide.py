"""What a person decides on differences: ask back, pay the complement, or let it be; above a sum another releases it.

Whoever decides does so on open differences of one membership that were paid in one currency. A decision that holds is
posted at once, and what is asked back is given back to the ceilings, which are judged on from then on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from expat import audit
from expat.accounts.own import refuse_own
from expat.claims.dossier import Dossier
from expat.claims.load import load
from expat.claims.written import written
from expat.db import table_of
from expat.errors import BadInput, Conflict, NotFound
from expat.membership.changes import Acting
from expat.money import CENTS, from_minor, round_half_up
from expat.periods import plausible
from expat.recoveries.current import check_current
from expat.recoveries.effect import take_effect
from expat.recoveries.standing import (
    COMPLEMENT,
    RECOVER,
    REFUSED,
    RELEASED,
    WAIVE,
    Decided,
    Instalment,
    decision,
    open_differences,
)
from expat.recoveries.tables import Recovery, RecoveryEvent, RecoveryInstalment, RecoveryLine
from expat.wording.contract import heading_of

KINDS = (RECOVER, COMPLEMENT, WAIVE)
MOST_INSTALMENTS = 24

_RECOVERY: Any = table_of(Recovery)
_LINE: Any = table_of(RecoveryLine)
_INSTALMENT: Any = table_of(RecoveryInstalment)
_EVENT: Any = table_of(RecoveryEvent)


@dataclass(frozen=True)
class Part:
    """What a decision means for one line, in minor units of the decision's currency and in EUR cents."""

    amount: int
    cents: int
    line_id: int
    difference_id: int | None = None


@dataclass(frozen=True)
class New:
    """A decision to keep. `form_key` is that of the form: sent twice, it is one decision.

    `due_on` is the last day for the money to be back, `instalments` its parts where there are several.
    """

    form_key: str
    kind: str
    reason: str
    clause: str = ""
    due_on: date | None = None
    instalments: tuple[Instalment, ...] = ()


def decide(session: Session, membership_id: int, amounts: Mapping[int, int | None], new: New, acting: Acting) -> int:
    """Decide on differences, given by their keys with the minor units of each (None: the whole); answers the key.

    Raises NotFound, BadInput naming the field, Own; Conflict where a difference is decided already, or `check_current`
    refuses.
    """
    dossier, again = begin(session, membership_id, new, acting)
    if again is not None:
        return again
    if new.kind not in KINDS:
        raise BadInput("kind", f"{new.kind!r} is unknown", f"one of {', '.join(KINDS)}")
    known = {row.id: row for row in open_differences(session, membership_id)}
    if not amounts:
        raise BadInput("differences", "none is chosen", "one at least")
    if missing := set(amounts) - set(known):
        raise Conflict("differences", f"difference {min(missing)} is no longer open", "those that are")
    rows = [known[key] for key in sorted(amounts)]
    currencies = {row.currency for row in rows}
    if len(currencies) > 1:
        raise BadInput("differences", f"they were paid in {', '.join(sorted(currencies))}", "those of one currency")
    parts = [_part(row, new.kind, amounts[row.id]) for row in rows]
    check_current(session, membership_id, new.kind, parts)
    resting = new if new.clause else replace(new, clause=_clause(rows))
    return keep_decision(session, dossier, resting, currencies.pop(), parts, acting)


def _clause(rows: Sequence[Row[Any]]) -> str:
    """The contract's heading for which the first of the lines is not due; nothing where none is refused."""
    steps = (step for row in rows for step in row.trace["steps"] if step["result"] == "refused")
    return next((heading_of(step) for step in steps), "")


def begin(session: Session, membership_id: int, new: New, acting: Acting) -> tuple[Dossier, int | None]:
    """The membership, locked; and the decision of the same form, where it came before."""
    refuse_own(session, membership_id, acting.actor)
    dossier = load(session, [membership_id], lock=True).get(membership_id)
    if dossier is None:
        raise NotFound("membership", f"there is no membership {membership_id}")
    before = session.execute(select(_RECOVERY).where(_RECOVERY.c.form_key == new.form_key)).first()
    if before is not None and before.membership_id != membership_id:
        raise Conflict("form_key", "another membership's decision has it", "a form of its own")
    return dossier, None if before is None else int(before.id)


def _part(row: Row[Any], kind: str, asked: int | None) -> Part:
    """What is decided of one difference: a part of it where less is asked back, else all of it."""
    over = row.paid - row.due
    if (kind == RECOVER and over < 0) or (kind == COMPLEMENT and over > 0):
        raise BadInput("kind", "does not fit this difference", "waive it, or the other way round")
    whole, cents = abs(over), abs(row.paid_cents - row.due_cents)
    amount = whole if asked is None or kind != RECOVER else asked
    if not 0 < amount <= whole:
        most = f"{from_minor(whole, row.currency)} {row.currency}"
        raise BadInput("amount", f"{from_minor(amount, row.currency)}", f"above zero, {most} at most")
    share = round_half_up(Decimal(cents * amount) / whole, 0)
    return Part(amount, int(share), row.line_id, row.id)


def keep_decision(
    session: Session, dossier: Dossier, new: New, currency: str, parts: Sequence[Part], acting: Acting,
    total: tuple[int, int] | None = None,
) -> int:  # fmt: skip
    """Keep a decision with its lines and instalments; it takes effect where nobody need release it.

    `total` is the sum with its EUR cents where it is not that of the lines.
    """
    amount, cents = total or (sum(p.amount for p in parts), sum(p.cents for p in parts))
    edition = dossier.plan.on(acting.day)
    due_on, contest_until = _terms(dossier, new, amount, acting.day) if new.kind == RECOVER else (None, None)
    above = Decimal(cents).scaleb(-CENTS) > edition["recovery.release_above"].value
    values = {
        "membership_id": dossier.id, "form_key": new.form_key, "kind": new.kind, "currency": currency,
        "amount": amount, "eur_cents": cents, "reason": written("reason", new.reason),
        "clause": new.clause or str(edition["recovery.due"].citation.heading), "due_on": due_on,
        "contest_until": contest_until, "needs_release": above, "decided_by": acting.actor, "decided_on": acting.day,
        "recorded_at": acting.at,
    }  # fmt: skip
    key = int(session.execute(_RECOVERY.insert().values(values).returning(_RECOVERY.c.id)).scalar_one())
    if parts:
        rows = [
            {"recovery_id": key, "line_id": p.line_id, "difference_id": p.difference_id, "amount": p.amount,
             "eur_cents": p.cents}
            for p in parts
        ]  # fmt: skip
        session.execute(_LINE.insert(), rows)
    if new.kind == RECOVER and new.instalments:
        dated = [
            {"recovery_id": key, "position": n, "due_on": one.due_on, "amount": one.amount}
            for n, one in enumerate(new.instalments, 1)
        ]
        session.execute(_INSTALMENT.insert(), dated)
    audit.record(
        session, acting.at, acting.actor, f"recovery.{new.kind}", f"recovery:{key}", membership=dossier.id,
        amount=amount, currency=currency, needs_release=above,
    )  # fmt: skip
    if not above:
        take_effect(session, dossier, decision(session, key), acting)
    return key


def _terms(dossier: Dossier, new: New, amount: int, day: date) -> tuple[date, date]:
    """By when the money is to be back, and until when the decision can be contested; never before the mail's delays."""
    edition = dossier.plan.on(day)
    first = day + timedelta(days=edition["recovery.due"].value)
    contest_until = day + timedelta(days=edition["recovery.contest"].value)
    if not new.instalments:
        due_on = plausible(new.due_on or first, "due_on")
        if due_on < first:
            raise BadInput("due_on", f"{due_on} is too soon", f"{first} or later")
        return due_on, contest_until
    days = [one.due_on for one in new.instalments]
    if len(days) > MOST_INSTALMENTS or days != sorted(set(days)) or plausible(days[0], "instalments") < first:
        raise BadInput("instalments", "these days cannot be", f"days one after the other, from {first} on")
    if sum(one.amount for one in new.instalments) != amount or min(one.amount for one in new.instalments) <= 0:
        raise BadInput("instalments", "do not sum to what is asked back", "amounts above zero that do")
    return plausible(days[-1], "instalments"), contest_until


def release(session: Session, recovery_id: int, acting: Acting) -> None:
    """Another person than decided lets a decision take effect, where it still rests on what is known.

    Raises NotFound, BadInput, Own; Conflict as `check_current`.
    """
    dossier, found = _to_release(session, recovery_id, acting)
    check_current(session, dossier.id, found.row.kind, found.lines, releasing=True)
    _note(session, found, RELEASED, "", acting)
    take_effect(session, dossier, decision(session, recovery_id), acting)


def refuse(session: Session, recovery_id: int, why: str, acting: Acting) -> None:
    """Another person than decided does not release it: its differences are open again. Raises as `release`."""
    _dossier, found = _to_release(session, recovery_id, acting)
    _note(session, found, REFUSED, written("why", why), acting)


def _to_release(session: Session, recovery_id: int, acting: Acting) -> tuple[Dossier, Decided]:
    membership_id = decision(session, recovery_id).row.membership_id
    refuse_own(session, membership_id, acting.actor)
    dossier = load(session, [membership_id], lock=True)[membership_id]
    found = decision(session, recovery_id)
    if found.state != "to_release":
        raise Conflict("recovery", f"decision {recovery_id} does not wait for a release", "one that waits")
    if found.row.decided_by.casefold() == acting.actor.casefold():
        raise BadInput("by", "decided this", "another person, who releases it")
    return dossier, found


def _note(session: Session, found: Decided, kind: str, text: str, acting: Acting) -> None:
    values = {
        "recovery_id": found.row.id, "kind": kind, "reference": "", "amount": 0, "happened_on": acting.day,
        "text": text, "recorded_by": acting.actor, "recorded_at": acting.at,
    }  # fmt: skip
    session.execute(_EVENT.insert().values(values))
    audit.record(session, acting.at, acting.actor, f"recovery.{kind}", f"recovery:{found.row.id}")
