"""Which premiums can be collected by direct debit, when, and why others cannot.

A direct debit is announced with the call's mail at least 14 days before (EPC016-06, 4.3.4): a call that was told late
is collected later. One attempt is made for a premium; what comes back is paid by transfer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import exists, func, select
from sqlmodel import Session

from expat.amendments.address import address_of
from expat.bank.collection import Payer, check_payer
from expat.bank.returns import consequence
from expat.billing.account import open_premiums
from expat.billing.contest import contest_of
from expat.billing.mandates import Standing, mandate_for
from expat.billing.tables import PremiumMandate, PremiumTerms
from expat.billing.terms import terms_of, terms_on
from expat.collecting.tables import DebitItem
from expat.currency.calendar import add_working_days, is_target_day
from expat.db import table_of
from expat.errors import BadInput
from expat.mail.tables import OutgoingMail
from expat.membership.tables import DeathReport
from expat.periods import DAY, add_months
from expat.premiums.tables import Premium, PremiumOpen
from expat.wording.catalogue import N_

ANNOUNCED = 14  # calendar days
LAPSES = 36  # months without a collection (EPC016-06, 4.1)
AHEAD = 45  # days: what falls due later is not looked at
DIRECT = "direct_debit"

WHY = {
    "mandate": N_("no mandate stands"),
    "lapsed": N_("the mandate was not used for 36 months: a new one is needed"),
    "correct": N_("the last direct debit came back: the mandate waits for what the payer says"),
    "announced": N_("the direct debit was not announced"),
    "contested": N_("it is contested"),
    "died": N_("the member has died"),
    "dunned": N_("a formal notice has left: payment by transfer was asked for"),
    "address": N_("the payer's address or account is incomplete"),
}

_PREMIUM: Any = table_of(Premium)
_OPEN: Any = table_of(PremiumOpen)
_TERMS: Any = table_of(PremiumTerms)
_MANDATE: Any = table_of(PremiumMandate)
_ITEM: Any = table_of(DebitItem)
_MAIL: Any = table_of(OutgoingMail)
_DEATH: Any = table_of(DeathReport)


class ToCollect(NamedTuple):
    """A premium to collect: EUR cents that are open of it, the day, and the mandate (its row) that stands."""

    premium: int
    membership: int
    cents: int
    collect_on: date
    mandate: Any


class LeftOut(NamedTuple):
    """A premium that is to be collected and cannot be; `why` is one of WHY."""

    premium: int
    membership: int
    why: str


def to_collect(session: Session, day: date, lead: int, until: date | None = None) -> Iterator[ToCollect | LeftOut]:
    """Premiums to collect by direct debits that are made on a day, `lead` days before their collection."""
    until = until or day + timedelta(days=lead)
    for row in _by_debit(session, day):
        terms = terms_on(terms_of(session, row.membership_id), row.first_day or row.due_on)
        if (terms.method, terms.payer) != (DIRECT, "member"):
            continue
        found = _looked_at(session, row, day)
        if isinstance(found, LeftOut):
            if row.due_on <= until:
                yield found
        elif found.collect_on <= until:
            yield found


def payer_of(session: Session, membership: int, mandate: Any) -> Payer:
    """Whose account is debited: the mandate's holder, at the member's address. Raises BadInput for what lacks."""
    address = address_of(session, membership)
    for name in ("town", "country"):
        if not address[name]:
            raise BadInput(name, "is missing", "the payer's town and country")
    return Payer(
        mandate.holder, mandate.iban, str(address["town"]), str(address["country"]), None, address["street"],
        address["building"], address["postcode"],
    )  # fmt: skip


def next_target(day: date) -> date:
    """The day, or the first one after it on which banks move money."""
    return day if is_target_day(day) else add_working_days(day, 1)


def lapsed_mandates(session: Session, day: date, after: int, most: int) -> Sequence[Any]:
    """Standing mandates above `after` under which nothing was collected for 36 months, in the order of their keys."""
    newest = select(func.max(_MANDATE.c.id)).group_by(_MANDATE.c.membership_id)
    query = select(_MANDATE).where(
        _MANDATE.c.id.in_(newest), ~_MANDATE.c.ends, _MANDATE.c.id > after, _MANDATE.c.signed_on <= _limit(day)
    )
    rows = session.execute(query.order_by(_MANDATE.c.id).limit(most)).all()
    return [row for row in rows if lapsed(session, row, day)]


def lapsed(session: Session, mandate: Any, day: date) -> bool:
    """Whether nothing was collected under a mandate (its row) for 36 months: the last item not dropped counts."""
    used = select(func.max(_PREMIUM.c.due_on)).join(_ITEM, _ITEM.c.premium_id == _PREMIUM.c.id)
    last = session.execute(used.where(_ITEM.c.mandate == mandate.reference, _ITEM.c.dropped.is_(None))).scalar()
    used_on: date = max(mandate.signed_on, last or mandate.signed_on)
    return used_on <= _limit(day)


def mandate_row(session: Session, standing: Standing) -> Any:
    """The row of a mandate that stands."""
    return session.execute(select(_MANDATE).where(_MANDATE.c.id == standing.id)).one()


def _limit(day: date) -> date:
    return add_months(day, -LAPSES)


def _by_debit(session: Session, day: date) -> Sequence[Any]:
    """Open premiums that fall due soon, of memberships that ever paid by direct debit, and that were never tried."""
    tried = exists().where(_ITEM.c.premium_id == _PREMIUM.c.id, _ITEM.c.dropped.is_(None))
    pays = exists().where(_TERMS.c.membership_id == _PREMIUM.c.membership_id, _TERMS.c.method == DIRECT)
    query = (
        select(_PREMIUM, _OPEN.c.step)
        .join(_OPEN, _OPEN.c.premium_id == _PREMIUM.c.id)
        .where(_OPEN.c.step.not_in(("paid", "over")), _OPEN.c.due_on <= day + timedelta(days=AHEAD), ~tried, pays)
    )
    return session.execute(query.order_by(_PREMIUM.c.id)).all()


def _looked_at(session: Session, row: Any, day: date) -> ToCollect | LeftOut:
    def out(why: str) -> LeftOut:
        return LeftOut(row.id, row.membership_id, why)

    standing = mandate_for(session, row.membership_id)
    if standing is None:
        return out("mandate")
    mandate, told = mandate_row(session, standing), _told(session, row.id)
    if (why := _stands_against(session, row, mandate, day)) is not None:
        return out(why)
    if told is None or told < mandate.recorded_at:
        return out("announced")
    collect_on = next_target(max(row.due_on, told.date() + timedelta(days=ANNOUNCED), day + 2 * DAY))
    try:
        check_payer(payer_of(session, row.membership_id, mandate), collect_on)
    except BadInput:
        return out("address")
    cents = next((one.open for one in open_premiums(session, row.membership_id) if one.premium == row.id), 0)
    return ToCollect(row.id, row.membership_id, cents, collect_on, mandate)


def _stands_against(session: Session, row: Any, mandate: Any, day: date) -> str | None:
    """Why a premium of a standing mandate cannot be collected; None where nothing stands against it."""
    if row.step != "reminder":
        return "dunned"
    contest = contest_of(session, row.id)
    if contest is not None and contest.outcome is None:
        return "contested"
    if session.execute(select(_DEATH.c.membership_id).where(_DEATH.c.membership_id == row.membership_id)).first():
        return "died"
    if lapsed(session, mandate, day):
        return "lapsed"
    came_back = select(_ITEM.c.returned_code).where(_ITEM.c.mandate_id == mandate.id, _ITEM.c.returned_on.is_not(None))
    last = session.execute(came_back.order_by(_ITEM.c.id.desc()).limit(1)).first()
    return "correct" if last is not None and consequence(last.returned_code).mandate != "usable" else None


def _told(session: Session, premium: int) -> Any:
    """When the call was told: its mail also announces the direct debit."""
    mine = (_MAIL.c.key == f"premium:{premium}:called") & _MAIL.c.problem.is_(None)
    return session.execute(select(_MAIL.c.made_at).where(mine)).scalar()
