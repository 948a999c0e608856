"""What a payment that the bank tells of is: exactly that, by its references and its amount, or a person looks at it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import exists, select
from sqlmodel import Session

from expat.bank.reference import premiums_named
from expat.bank.statements import Payment
from expat.billing.account import open_premiums
from expat.collecting.debits import booked, came_back, group_of, item_of
from expat.collecting.moved import WAITS, Match, Moved, waits
from expat.collecting.paid_out import paid, payout_row, sent_back
from expat.collecting.receive import Received, receive
from expat.collecting.tables import BankPart, PremiumPayment, PremiumPaymentUndone
from expat.db import table_of
from expat.ledger.post import BANK, BANK_CHARGES, UNMATCHED, Entry, Transaction, post
from expat.membership.changes import Acting
from expat.money import EUR
from expat.payments.references import payout_of
from expat.premiums.tables import Premium
from expat.settings import Settings

CHARGES = ("CHRG", "COMM", "FEES")  # sub-families of ISO 20022's bank transaction codes
SAME = timedelta(days=10)  # within which a payment by hand may be the one that the bank tells of

_PREMIUM: Any = table_of(Premium)
_PAYMENT: Any = table_of(PremiumPayment)
_UNDONE: Any = table_of(PremiumPaymentUndone)
_PART: Any = table_of(BankPart)


def match(session: Session, told: Payment, moved: Moved, doubt: bool, acting: Acting, chosen: Settings) -> Match:
    """Find out what a payment is and book it; what waits for a person is booked as not matched.

    `doubt`: the same movement may be known already, so nothing is matched.
    """
    found = waits("twin") if doubt else _matched(session, told, moved, acting, chosen)
    if found.matched == WAITS:
        both = (Entry(BANK, moved.currency, told.amount), Entry(UNMATCHED, moved.currency, -told.amount))
        post(session, [Transaction(f"waits:{moved.source}", moved.booked_on, both)], acting.at)
    return found


def charge(session: Session, amount: int, moved: Moved, acting: Acting) -> Match:
    """Book what the bank charges: `amount` is below zero where it took money."""
    both = (Entry(BANK, moved.currency, amount), Entry(BANK_CHARGES, moved.currency, -amount))
    post(session, [Transaction(f"charges:{moved.source}", moved.booked_on, both)], acting.at)
    return Match("charges")


def _matched(session: Session, told: Payment, moved: Moved, acting: Acting, chosen: Settings) -> Match:
    payout = payout_row(session, payout_of(told.end_to_end_id or ""))
    if payout is not None and told.amount > 0:
        return sent_back(session, payout, told, moved, acting, chosen)
    if payout is not None:
        return paid(session, payout, told, moved, acting)
    if told.amount > 0:
        return _came_in(session, told, moved, acting, chosen)
    item = item_of(session, told.end_to_end_id)
    if item is not None:
        return _debit_back(session, item, told, moved, acting, chosen)
    if (moved.code or "").rpartition("-")[2] in CHARGES and told.returned is None:
        return charge(session, told.amount, moved, acting)
    return waits("unknown")


def _came_in(session: Session, told: Payment, moved: Moved, acting: Acting, chosen: Settings) -> Match:
    item = item_of(session, told.end_to_end_id)
    items = [item] if item is not None else _group(session, told)
    if items:
        return _debits(session, items, told, moved, acting, chosen)
    named = premiums_named(told.remittance, *told.references, told.end_to_end_id or "")
    if not named:
        return waits("unknown")
    if moved.currency != EUR:
        return waits("currency")
    if told.returned is not None or moved.reversal:
        return waits("unknown")
    return _premiums(session, named, told, moved, acting, chosen)


def _group(session: Session, told: Payment) -> Sequence[Any]:
    """The direct debits of a sum that the bank booked without details."""
    return [] if told.end_to_end_id else group_of(session, told.payment_id)


def _debits(
    session: Session, items: Sequence[Any], told: Payment, moved: Moved, acting: Acting, chosen: Settings
) -> Match:  # fmt: skip
    name = f"debit:{items[0].id}" if len(items) == 1 else f"debit_batch:{items[0].batch_id}"
    if moved.currency != EUR or told.amount != sum(item.cents for item in items):
        return waits("debit_differs", name)
    if any(_was_booked(session, item) for item in items):
        return waits("twice", name)
    for item in items:
        booked(session, item, moved.day, moved.source, acting, chosen)
    return Match("debit", name, items[0].group_id if len(items) > 1 else None)


def _was_booked(session: Session, item: Any) -> bool:
    """Whether the bank has told of a direct debit: by itself, or with all of its batch's sum."""
    names = (f"debit:{item.id}", f"debit_batch:{item.batch_id}")
    query = select(_PART.c.id).where(_PART.c.matched == "debit", _PART.c.subject == names[0])
    whole = select(_PART.c.id).where(
        _PART.c.matched == "debit", _PART.c.subject == names[1], _PART.c.why == item.group_id
    )
    return item.payment_id is not None or session.execute(query.union_all(whole).limit(1)).first() is not None


def _debit_back(
    session: Session, item: Any, told: Payment, moved: Moved, acting: Acting, chosen: Settings
) -> Match:  # fmt: skip
    subject, taken = f"debit:{item.id}", -told.amount
    cost = taken - item.cents
    known = cost == 0 or (cost > 0 and (told.charges == cost or abs(told.instructed or 0) == item.cents))
    if item.returned_on is not None or not known or moved.currency != EUR:
        return waits("return_differs", subject)
    code = told.returned.code if told.returned else None
    came_back(session, item, moved.booked_on, code, moved.source, acting, chosen)
    if cost:
        charge(session, -cost, moved, acting)
    return Match("debit_return", subject)


def _premiums(
    session: Session, named: Sequence[int], told: Payment, moved: Moved, acting: Acting, chosen: Settings
) -> Match:  # fmt: skip
    """A transfer that names premiums: all of one membership, or of several exactly what they come to."""
    query = select(_PREMIUM.c.id, _PREMIUM.c.membership_id).where(
        _PREMIUM.c.id.in_(named), _PREMIUM.c.called_on.is_not(None)
    )
    owners = {row.id: row.membership_id for row in session.execute(query)}
    if set(owners) != set(named):
        return waits("premium")
    parts: dict[int, list[int]] = {}
    for premium in named:
        parts.setdefault(owners[premium], []).append(premium)
    cents = {membership: _open(session, membership, premiums) for membership, premiums in parts.items()}
    if len(parts) == 1:
        cents = dict.fromkeys(parts, told.amount)
    elif sum(cents.values()) != told.amount or 0 in cents.values():
        return waits("several")
    if any(_by_hand(session, membership, cents[membership], moved) for membership in parts):
        return waits("by_hand", f"premium:{named[0]}")
    keys = []
    for membership, premiums in parts.items():
        source = f"{moved.source}:{membership}"
        one = Received(membership, cents[membership], moved.day, "transfer", source, BANK, premiums)
        keys.append(receive(session, one, acting, chosen))
    return Match("premium", f"payment:{keys[0]}")


def _open(session: Session, membership: int, premiums: Sequence[int]) -> int:
    return sum(one.open for one in open_premiums(session, membership) if one.premium in premiums)


def _by_hand(session: Session, membership: int, cents: int, moved: Moved) -> bool:
    undone = exists().where(_UNDONE.c.payment_id == _PAYMENT.c.id)
    query = select(_PAYMENT.c.id).where(
        _PAYMENT.c.membership_id == membership, _PAYMENT.c.method == "hand", _PAYMENT.c.cents == cents, ~undone,
        _PAYMENT.c.received_on.between(moved.day - SAME, moved.day + SAME),
    )  # fmt: skip
    return session.execute(query.limit(1)).first() is not None
