"""What becomes of a decision that holds: money that came or went, a contest by the member, and its answer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session

from expat import audit
from expat.accounts.own import refuse_own
from expat.claims.dossier import Dossier
from expat.claims.load import load
from expat.claims.written import written
from expat.db import table_of
from expat.errors import BadInput, Conflict
from expat.ledger.post import confirmed, post
from expat.ledger.recovered import given_up, repaid
from expat.membership.changes import Acting
from expat.money import EUR, from_minor, round_half_up
from expat.plans.edition import Edition
from expat.recoveries.effect import move_uses, reference, take_effect
from expat.recoveries.standing import (
    COMPLEMENT,
    CONTESTED,
    PAID,
    RECOVER,
    REPAID,
    UPHELD,
    WITHDRAWN,
    Decided,
    decision,
)
from expat.recoveries.tables import Recovery, RecoveryEvent
from expat.screening.holds import held_since

LONGEST_REFERENCE = 60

_EVENT: Any = table_of(RecoveryEvent)
_RECOVERY: Any = table_of(Recovery)


def record_repayment(
    session: Session, recovery_id: int, amount: int, on: date, bank_reference: str, acting: Acting,
    credited_eur: int | None = None,
) -> bool:  # fmt: skip
    """Money came back for a decision, in minor units of its currency; False where this reference is noted already.

    `credited_eur` are cents that the bank booked where it changed the money itself. Raises NotFound, BadInput for an
    amount above what is left, a day before the decision or in the future, Conflict where nothing is asked back.
    """
    return _moved(session, recovery_id, RECOVER, amount, on, bank_reference, acting, credited_eur)


def record_payment(
    session: Session, recovery_id: int, amount: int, on: date, bank_reference: str, acting: Acting,
    debited_eur: int | None = None,
) -> bool:  # fmt: skip
    """A complement was paid to the member by a transfer; as `record_repayment`.

    Raises Conflict while a name of the membership is to be checked: nothing is transferred to it before.
    """
    return _moved(session, recovery_id, COMPLEMENT, amount, on, bank_reference, acting, debited_eur)


def _moved(
    session: Session, recovery_id: int, kind: str, amount: int, on: date, bank_reference: str, acting: Acting,
    in_eur: int | None,
) -> bool:  # fmt: skip
    dossier, found = _locked(session, recovery_id, acting)
    row, event = found.row, {RECOVER: REPAID, COMPLEMENT: PAID}[kind]
    named = written("reference", bank_reference, LONGEST_REFERENCE)
    if (before := _noted(found, event, named)) is not None:
        if (before.amount, before.happened_on) != (amount, on):
            raise Conflict("reference", f"{named} is noted with another amount or day", "the transfer's own reference")
        return False
    if row.kind != kind or not found.holds:
        raise Conflict("recovery", f"decision {recovery_id} awaits no such money", "one that does")
    if not 0 < amount <= found.left:
        most = f"{from_minor(found.left, row.currency)} {row.currency}"
        raise BadInput("amount", f"{from_minor(amount, row.currency)}", f"above zero, {most} at most, which is left")
    if not row.decided_on <= on <= acting.day:
        raise BadInput("on", f"{on} cannot be", f"a day from {row.decided_on} to {acting.day}")
    if in_eur is not None and in_eur <= 0:
        raise BadInput("in_eur", f"{in_eur} cents", "the euros that the bank booked, above zero")
    if in_eur is not None and row.currency == EUR and in_eur != amount:
        raise BadInput("in_eur", "differs from the amount, which is in EUR", "nothing, or the same")
    low, high = booked_between(dossier.plan.on(acting.day), found, amount)
    if in_eur is not None and not low <= in_eur <= high:
        between = f"EUR {from_minor(low, EUR)} to {from_minor(high, EUR)}"
        raise BadInput("in_eur", "cannot be what the bank booked for it", between)
    if kind == COMPLEMENT and held_since(session, [row.membership_id]):
        raise Conflict("membership", "is to be checked by a person first", "the list of names to check says why")
    share = found.cents_of(found.moved + amount) - found.cents_of(found.moved)
    make = {REPAID: repaid, PAID: confirmed}[event]
    name = f"{event}:recovery:{recovery_id}:{len(found.events) + 1}"
    post(session, [make(name, on, share, row.currency, amount, in_eur)], acting.at)
    _keep(session, found, event, acting, amount=amount, on=on, named=named)
    return True


def booked_between(edition: Edition, found: Decided, amount: int) -> tuple[int, int]:
    """The EUR cents between which the bank can have booked so much of a decision: a rate further off is a slip."""
    share = found.cents_of(found.moved + amount) - found.cents_of(found.moved)
    off = int(round_half_up(Decimal(share * edition["recovery.odd_rate"].value) / 100, 0)) + 1
    return max(share - off, 1), share + off


def contest_decision(session: Session, recovery_id: int, why: str, acting: Acting) -> bool:
    """The member objects to what is asked back; False where he or she has already. Nothing is due before the answer.

    Raises NotFound, BadInput for no reason, Conflict where it is too late, or nothing is asked back.
    """
    membership = decision(session, recovery_id).row.membership_id
    load(session, [membership], lock=True)
    found, said = decision(session, recovery_id), written("why", why)
    if found.event(CONTESTED) is not None:
        return False
    if found.row.kind != RECOVER or not found.holds:
        raise Conflict("recovery", "nothing is asked back by it", "a decision that asks for money")
    if found.contest_until is None or acting.day > found.contest_until:
        raise Conflict("why", f"it could be contested until {found.contest_until}", "a message to us")
    _keep(session, found, CONTESTED, acting, text=said)
    return True


def answer(session: Session, recovery_id: int, upheld: bool, text: str, acting: Acting) -> int | None:
    """Another person than decided answers a contest: the decision stands, or it is withdrawn.

    Withdrawn, what is left is no longer owed; what came back already is owed to the member: answers that complement's
    key, where there is one. Raises NotFound, BadInput, Conflict where no contest is open, Own.
    """
    dossier, found = _locked(session, recovery_id, acting)
    if found.state != CONTESTED:
        raise Conflict("recovery", f"no contest of decision {recovery_id} is open", "one that is")
    if acting.actor.casefold() == found.row.decided_by.casefold():
        raise BadInput("by", "decided this", "another person, who answers the contest")
    _keep(session, found, UPHELD if upheld else WITHDRAWN, acting, text=written("text", text))
    return None if upheld else _withdraw(session, dossier, found, acting)


def _withdraw(session: Session, dossier: Dossier, found: Decided, acting: Acting) -> int | None:
    row, back = found.row, found.moved
    cents = int(row.eur_cents) - found.cents_of(back)
    if found.left:
        post(
            session, [given_up(f"withdrawn:{reference(found)}", acting.day, cents, row.currency, found.left)], acting.at
        )
    move_uses(session, dossier, found, acting, giving_back=False)
    return _owe(session, found, acting) if back else None


def _owe(session: Session, found: Decided, acting: Acting) -> int:
    """What came back for a decision that was withdrawn, owed to the member again."""
    row = found.row
    values = {
        "membership_id": row.membership_id, "form_key": f"withdrawn:{row.id}", "kind": COMPLEMENT,
        "currency": row.currency, "amount": found.moved, "eur_cents": found.cents_of(found.moved), "reason": row.reason,
        "clause": row.clause, "decided_by": acting.actor, "decided_on": acting.day, "recorded_at": acting.at,
    }  # fmt: skip
    key = int(session.execute(_RECOVERY.insert().values(values).returning(_RECOVERY.c.id)).scalar_one())
    audit.record(session, acting.at, acting.actor, "recovery.complement", f"recovery:{key}", withdrawn=row.id)
    dossier = load(session, [row.membership_id])[row.membership_id]
    take_effect(session, dossier, decision(session, key), acting)
    return key


def _locked(session: Session, recovery_id: int, acting: Acting) -> tuple[Dossier, Decided]:
    membership = decision(session, recovery_id).row.membership_id
    refuse_own(session, membership, acting.actor)
    dossier = load(session, [membership], lock=True)[membership]
    return dossier, decision(session, recovery_id)


def _noted(found: Decided, kind: str, named: str) -> Row[Any] | None:
    return next((one for one in found.events if (one.kind, one.reference) == (kind, named)), None)


def _keep(
    session: Session, found: Decided, kind: str, acting: Acting, amount: int = 0, on: date | None = None,
    named: str = "", text: str = "",
) -> None:  # fmt: skip
    values = {
        "recovery_id": found.row.id, "kind": kind, "reference": named, "amount": amount,
        "happened_on": on or acting.day, "text": text, "recorded_by": acting.actor, "recorded_at": acting.at,
    }  # fmt: skip
    session.execute(_EVENT.insert().values(values))
    detail = {"amount": amount, "currency": found.row.currency} if amount else {}
    audit.record(session, acting.at, acting.actor, f"recovery.{kind}", f"recovery:{found.row.id}", **detail)
