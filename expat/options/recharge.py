"""Recharge On Demand (UNO-RECH-1): when it is allowed, what it adds, what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from expat import audit
from expat.adjudication.purses import Ceiling
from expat.claims.balances import ceiling_on
from expat.claims.dossier import Dossier
from expat.claims.load import load
from expat.claims.rejudge import new_fact
from expat.db import table_of
from expat.errors import BadInput, Conflict, NotFound
from expat.membership.changes import Acting
from expat.money import CENTS, round_half_up
from expat.options.tables import Recharge
from expat.periods import add_months
from expat.plans.edition import Edition

_RECHARGE: Any = table_of(Recharge)


@dataclass(frozen=True)
class Offer:
    """A recharge as it can be had, or why not. `amount` is added, `price` asked, both EUR."""

    refused: str | None
    amount: Decimal = Decimal(0)
    price: Decimal = Decimal(0)
    last_day: date | None = None


def offer(dossier: Dossier, person: int, category: str, day: date) -> Offer:
    """Whether a recharge is allowed on a day, with what it adds and costs; pure but for the dossier that it reads."""
    edition = dossier.plan.on(day)
    formula = dossier.on("formula", day)
    own = edition.category_ceiling(category, formula)
    if not any(day in period for period in dossier.cover(person, edition)):
        return Offer("not_in_force")
    offered = category in edition["recharge.categories"].value and formula in edition["recharge.formulas"].value
    if own is None or not offered:
        return Offer("recharge_not_in_formula")
    if day < add_months(dossier.joined, edition["recharge.opens_after"].value[category]):
        return Offer("recharge_too_early")
    ceiling = ceiling_on(dossier, person, category, day)
    if ceiling is None or not _used_enough(edition, ceiling):
        return Offer("recharge_below_threshold")
    last_day = add_months(day, edition["recharge.valid"].value)
    price = round_half_up(own.value * edition["recharge.price"].value, CENTS)
    return Offer(None, own.value, price, last_day)


def _used_enough(edition: Edition, ceiling: Ceiling) -> bool:
    """80 % of the year's own ceiling is paid, and of each earlier recharge that is still valid."""
    threshold = edition["recharge.threshold"].value
    if ceiling.purses.own_used < threshold * ceiling.own:
        return False
    return all(r.used >= threshold * r.amount for r in ceiling.recharges)


def buy_recharge(
    session: Session, membership_id: int, person: int, category: str, acting: Acting, form_key: str | None = None
) -> tuple[Offer, int | None]:
    """Buy a recharge if it is allowed; it can be used at once. Answers the offer and the recharge's key.

    `form_key` names the form that was sent: sent again, it buys nothing more and answers what it bought. Raises
    NotFound, BadInput for whom or what cannot be, Conflict where the form bought something else.
    """
    dossier = load(session, [membership_id], lock=True).get(membership_id)
    if dossier is None:
        raise NotFound("membership", f"there is no membership {membership_id}")
    if person not in dossier.people:
        raise BadInput("person", "is not insured by this membership", "one of its insured persons")
    if category not in dossier.plan.words.categories:
        known = ", ".join(dossier.plan.words.categories)
        raise BadInput("category", f"{category!r} is no category", f"one of {known}")
    if form_key is not None and (bought := _bought(session, form_key)) is not None:
        return _again(bought, membership_id, person, category)
    found = offer(dossier, person, category, acting.day)
    if found.refused is not None:
        return found, None
    values = {
        "membership_id": membership_id, "person_id": person, "category": category, "first_day": acting.day,
        "last_day": found.last_day, "amount": _cents(found.amount), "price": _cents(found.price),
        "recorded_at": acting.at, "form_key": form_key,
    }  # fmt: skip
    key = int(session.execute(_RECHARGE.insert().values(values).returning(_RECHARGE.c.id)).scalar_one())
    audit.record(session, acting.at, acting.actor, "recharge.bought", f"recharge:{key}", price=str(found.price))
    new_fact(session, membership_id, acting.day, acting.at, acting.preference)
    return found, key


def _bought(session: Session, form_key: str) -> Row[Any] | None:
    """What a form bought; the membership's lock is held, so that the same form sent twice at once waits here."""
    return session.execute(select(_RECHARGE).where(_RECHARGE.c.form_key == form_key)).first()


def _again(bought: Row[Any], membership_id: int, person: int, category: str) -> tuple[Offer, int]:
    if (bought.membership_id, bought.person_id, bought.category) != (membership_id, person, category):
        raise Conflict("form_key", "this form bought another recharge", "a new form")
    amount, price = (Decimal(cents).scaleb(-CENTS) for cents in (bought.amount, bought.price))
    return Offer(None, amount, price, bought.last_day), bought.id


def _cents(amount: Decimal) -> int:
    return int(amount.scaleb(CENTS))
