"""What a payout has beside its lines: complements that are added to it, and what is kept back of it (set-off).

The memberships are locked, so that what is asked back cannot change meanwhile. All is written in the transaction that
makes the payouts: a run that died has set nothing off, and nothing is set off twice or beyond what is owed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from sqlalchemy import Row, select, update
from sqlmodel import Session

from expat import audit
from expat.claims.dossier import Dossier
from expat.currency.rates import Rate, rates_on
from expat.db import table_of
from expat.ledger.post import post
from expat.ledger.recovered import Side, set_off
from expat.money import exact, from_minor, minor_units, round_half_up
from expat.payments.tables import Payout, PayoutPart
from expat.recoveries.set_off import SettingOff, running
from expat.recoveries.standing import GIVEN_BACK, SET_OFF, SETTLED, Decided, decision
from expat.recoveries.tables import RecoveryEvent
from expat.recoveries.waiting import complements_due

ACTOR = "settle"
COMPLEMENT = "complement"

_PAYOUT: Any = table_of(Payout)
_PART: Any = table_of(PayoutPart)
_EVENT: Any = table_of(RecoveryEvent)


class Made(NamedTuple):
    """A payout to a member that a settlement made: minor units of its currency, cents of EUR."""

    key: int
    membership: int
    currency: str
    amount: int
    eur_cents: int


class KeptBack(NamedTuple):
    """What is kept back of a payout, and what of the debt this settles: minor units of either's currency."""

    amount: int
    moved: int


@dataclass
class _Debt:
    """What of a debt is still to come while payouts are made: `due` is to be back already."""

    of: SettingOff
    moved: int
    due: int


def to_add(session: Session, memberships: Sequence[int], day: date) -> list[Decided]:
    """The complements that a settlement of a day pays."""
    return complements_due(session, memberships, day)


def note_added(session: Session, added: Sequence[tuple[Decided, int]], day: date, at: datetime) -> None:
    """Keep that complements are in payouts (by their keys): they are not paid again."""
    if not added:
        return
    rows = [
        {"payout_id": payout, "recovery_id": one.row.id, "kind": COMPLEMENT, "amount": one.left,
         "eur_cents": cents_left(one), "moved": one.left, "moved_cents": cents_left(one), "remains": 0, "rates": [],
         "recorded_at": at}
        for one, payout in added
    ]  # fmt: skip
    session.execute(_PART.insert(), rows)
    session.execute(_EVENT.insert(), [_event(one.row.id, SETTLED, one.left, payout, day, at) for one, payout in added])


def cents_left(one: Decided) -> int:
    """The EUR cents of what is left of a decision."""
    return int(one.row.eur_cents) - one.cents_of(one.moved)


def keep_back(
    session: Session, made: Iterable[Made], dossiers: Mapping[int, Dossier], day: date, at: datetime,
    preference: Sequence[str],
) -> None:  # fmt: skip
    """Keep back of payouts what people decided to set off; one without a rate that it needs is paid whole."""
    payouts = [one for one in made if one.amount > 0]
    debts = running(session, {one.membership for one in payouts}, day) if payouts else {}
    if not debts:
        return
    open_ = {key: [_Debt(one, one.of.moved, one.of.due_by(day)) for one in ones] for key, ones in debts.items()}
    wanted = {one.of.of.row.currency for ones in open_.values() for one in ones}
    wanted |= {one.currency for one in payouts if one.membership in open_}
    valid = next(iter(dossiers.values())).plan.on(day)["claim.rate_valid"].value
    rates = rates_on(session, wanted, day, preference, valid)
    for one in sorted(payouts):
        if one.membership in open_:
            most = dossiers[one.membership].plan.on(day)["recovery.set_off_most"].value
            _keep_back(session, one, open_[one.membership], most, rates, day, at)


def _keep_back(
    session: Session, payout: Made, debts: Sequence[_Debt], most: int, rates: Mapping[str, Rate], day: date,
    at: datetime,
) -> None:  # fmt: skip
    """Of one payout, for each debt in turn: its own share at most, and for all together the operator's."""
    kept = 0
    for debt in debts:
        currency, share = debt.of.of.row.currency, min(debt.of.row.share, most)
        limit = min(payout.amount * share // 100, payout.amount * most // 100 - kept)
        one = _how_much(limit, debt.due, payout.currency, currency, rates)
        if one is None:
            continue
        used = [] if currency == payout.currency else [_kept(rates[c]) for c in sorted({currency, payout.currency})]
        before, kept = kept, kept + one.amount
        cents = _cents(payout.eur_cents, kept, payout.amount) - _cents(payout.eur_cents, before, payout.amount)
        _book(session, debt, payout, one, cents, used, day, at)
    if kept:
        values: dict[str, Any] = {"set_off": kept}
        if kept == payout.amount:
            values["confirmed_on"] = day  # nothing is left to transfer
        session.execute(update(_PAYOUT).where(_PAYOUT.c.id == payout.key).values(values))


def _how_much(limit: int, due: int, paid_in: str, owed_in: str, rates: Mapping[str, Rate]) -> KeptBack | None:
    """How much is kept back where `due` is owed; None for nothing, and where a rate is missing."""
    if paid_in != owed_in and not {paid_in, owed_in} <= rates.keys():
        return None
    same = Fraction(1)
    found = how_much(
        limit, due, (paid_in, same if paid_in == owed_in else exact(rates[paid_in].value)),
        (owed_in, same if paid_in == owed_in else exact(rates[owed_in].value)),
    )  # fmt: skip
    return found if found.amount > 0 and found.moved > 0 else None


def how_much(limit: int, due: int, paid_in: tuple[str, Fraction], owed_in: tuple[str, Fraction]) -> KeptBack:
    """What of `limit` minor units is kept back for `due` of the debt; currencies come with their units for 1 EUR.

    Never more than either; where the whole debt fits it is settled to the last unit. Pure.
    """
    if limit <= 0 or due <= 0:
        return KeptBack(0, 0)
    if paid_in[0] == owed_in[0]:
        return KeptBack(min(limit, due), min(limit, due))
    whole = _changed(due, owed_in, paid_in)
    if whole <= limit:
        return KeptBack(whole, due) if whole else KeptBack(0, 0)
    moved = min(_changed(limit, paid_in, owed_in), due)
    return KeptBack(limit, moved) if moved else KeptBack(0, 0)


def _changed(units: int, of: tuple[str, Fraction], into: tuple[str, Fraction]) -> int:
    """Minor units of one currency in those of another, rounded half up once."""
    decimals = minor_units(into[0])
    found = exact(from_minor(units, of[0])) / of[1] * into[1]
    return int(round_half_up(found, decimals).scaleb(decimals))


def _kept(rate: Rate) -> dict[str, Any]:
    """A rate as decisions keep theirs."""
    return {
        "currency": rate.currency, "value": str(rate.value), "source": rate.source,
        "published_on": rate.published_on.isoformat(), "basis": rate.basis, "note": rate.note, "id": rate.id,
    }  # fmt: skip


def _cents(whole: int, part: int, of: int) -> int:
    return int(round_half_up(Decimal(whole * part) / of, 0))


def set_off_cents(row: Any) -> int:
    """What is kept back of a payout (its row) counts in EUR cents."""
    return _cents(int(row.eur_cents), int(row.set_off), int(row.amount)) if row.set_off else 0


def _book(
    session: Session, debt: _Debt, payout: Made, one: KeptBack, cents: int, rates: list[dict[str, Any]], day: date,
    at: datetime,
) -> None:  # fmt: skip
    of = debt.of.of
    share = of.cents_of(debt.moved + one.moved) - of.cents_of(debt.moved)
    debt.moved, debt.due = debt.moved + one.moved, debt.due - one.moved
    values = {
        "payout_id": payout.key, "recovery_id": of.row.id, "kind": SET_OFF, "amount": one.amount, "eur_cents": cents,
        "moved": one.moved, "moved_cents": share, "remains": int(of.row.amount) - debt.moved, "rates": rates,
        "recorded_at": at,
    }  # fmt: skip
    session.execute(_PART.insert().values(values))
    session.execute(_EVENT.insert().values(_event(of.row.id, SET_OFF, one.moved, payout.key, day, at)))
    kept, owed = Side(payout.currency, one.amount, cents), Side(of.row.currency, one.moved, share)
    post(session, [set_off(f"set_off:payout:{payout.key}:recovery:{of.row.id}", day, kept, owed)], at)
    detail = {"payout": payout.key, "amount": one.moved, "currency": of.row.currency}
    audit.record(session, at, ACTOR, "recovery.set_off", f"recovery:{of.row.id}", **detail)


def _event(recovery: int, kind: str, amount: int, payout: int, day: date, at: datetime) -> dict[str, Any]:
    return {
        "recovery_id": recovery, "kind": kind, "reference": f"payout:{payout}", "amount": amount, "happened_on": day,
        "text": "", "recorded_by": ACTOR, "recorded_at": at,
    }  # fmt: skip


def give_back(session: Session, payout: Row[Any], day: date, at: datetime, actor: str) -> None:
    """A payout came back: what was kept back of it is owed again, and the payout is sent again whole.

    What a contest took back meanwhile was given to the member by that. The membership of the payout is locked.
    """
    query = select(_PART).where(_PART.c.payout_id == payout.id).order_by(_PART.c.id)
    parts = session.execute(query).all()
    before = {part.recovery_id for part in parts if part.kind == GIVEN_BACK}
    kept = [part for part in parts if part.kind == SET_OFF and part.recovery_id not in before]
    given = 0
    for part in kept:
        of = decision(session, part.recovery_id)
        if of.holds:
            _give_back(session, payout, part, of, day, at, actor)
            given += part.amount
    if given:
        session.execute(update(_PAYOUT).where(_PAYOUT.c.id == payout.id).values(set_off=payout.set_off - given))


def _give_back(
    session: Session, payout: Row[Any], part: Row[Any], of: Decided, day: date, at: datetime, actor: str
) -> None:
    share = of.cents_of(of.moved) - of.cents_of(of.moved - part.moved)
    values = {
        "payout_id": payout.id, "recovery_id": of.row.id, "kind": GIVEN_BACK, "amount": part.amount,
        "eur_cents": part.eur_cents, "moved": part.moved, "moved_cents": share, "remains": of.left + part.moved,
        "rates": part.rates, "recorded_at": at,
    }  # fmt: skip
    session.execute(_PART.insert().values(values))
    event = _event(of.row.id, GIVEN_BACK, -part.moved, payout.id, day, at)
    session.execute(_EVENT.insert().values(event | {"recorded_by": actor}))
    kept, owed = Side(payout.currency, -part.amount, -part.eur_cents), Side(of.row.currency, -part.moved, -share)
    post(session, [set_off(f"given_back:payout:{payout.id}:recovery:{of.row.id}", day, kept, owed)], at)
    audit.record(session, at, actor, "recovery.given_back", f"recovery:{of.row.id}", payout=payout.id)
