"""Membership years that begin, told in time for a notice (UNO-MEM-6), and the price of a new year (UNO-PREM-1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from expat.billing.tables import PremiumSchedule
from expat.billing.terms import terms_of, terms_on
from expat.billing.worth import worth
from expat.claims.balances import ceiling_on
from expat.claims.dossier import Dossier
from expat.db import table_of
from expat.jobs.daily.telling import dossier_of, member_reader, of_each_plan, page, tell
from expat.jobs.job import PAGE, Doing, Item, Job
from expat.mail.clock_letters import new_price, renewal
from expat.membership.ends import End, first_allowed
from expat.membership.leaving import as_if_paid
from expat.membership.privacy import private_people
from expat.membership.status import status_on
from expat.membership.tables import Membership
from expat.periods import DAY, Period, months_before
from expat.plans.edition import Edition

OLDEST = 100  # years that a membership may last

_MEMBERSHIP: Any = table_of(Membership)
_SCHEDULE: Any = table_of(PremiumSchedule)


# --- a new membership year ------------------------------------------------------------------------------------------


def _renewing(session: Session, day: date, after: int) -> Sequence[Item]:
    """Memberships whose anniversary is as far ahead as the operator's figure says."""

    def joined(edition: Edition) -> Any:
        anniversary = _ahead(edition, day, "notice.renewal")
        return _MEMBERSHIP.c.joined.in_([d for n in range(1, OLDEST) for d in months_before(anniversary, 12 * n)])

    query = select(_MEMBERSHIP.c.id).where(_MEMBERSHIP.c.id > after, of_each_plan(session, day, joined))
    rows = session.execute(query.order_by(_MEMBERSHIP.c.id).limit(PAGE)).scalars()
    return [Item(key, f"membership:{key}:{day}") for key in rows]


def _renew(session: Session, item: Item, doing: Doing) -> Mapping[str, Any] | None:
    dossier, day = as_if_paid(dossier_of(session, item.row), doing.day), doing.day
    anniversary = _ahead(dossier.plan.on(day), day, "notice.renewal")
    reader = member_reader(session, dossier.id)
    if reader is None or status_on(dossier, anniversary) == "terminated":
        return None
    carried = _carried(dossier, anniversary, private_people(session, dossier.id, day))
    text = renewal(
        reader.language, reader.name, page(doing, "cover"), anniversary, last_notice(dossier, anniversary), carried,
        doing.settings.operator_name,
    )  # fmt: skip
    return tell(session, doing, reader, f"renewal:{dossier.id}:{anniversary}", "renewal", text)


def last_notice(dossier: Dossier, anniversary: date) -> date:
    """The last day on which a member's notice can reach us to end the membership on an anniversary."""
    day = anniversary
    while first_allowed(dossier, End("member", anniversary, day)) > anniversary:
        day -= DAY
    return day


def _carried(dossier: Dossier, anniversary: date, private: set[int]) -> Decimal:
    """EUR that would be carried over into the year that begins, if nothing more is paid; nothing of private adults."""
    found = Decimal(0)
    for person in dossier.people.keys() - private:
        if any(anniversary in days for days in dossier.cover(person, dossier.plan.on(anniversary))):
            for category in dossier.plan.on(anniversary)["carry_over.categories"].value:
                ceiling = ceiling_on(dossier, person, category, anniversary)
                found += ceiling.carried if ceiling is not None else 0
    return found


# --- a new price ----------------------------------------------------------------------------------------------------


def _priced_anew(session: Session, day: date, after: int) -> Sequence[Item]:
    """Memberships whose premiums are called, on the day that is as long before a 1 January as the figure says."""

    def is_the_day(edition: Edition) -> Any:
        ahead = _ahead(edition, day, "notice.new_price")
        return _MEMBERSHIP.c.id > 0 if (ahead.month, ahead.day) == (1, 1) else _MEMBERSHIP.c.id < 0

    query = (
        select(_MEMBERSHIP.c.id)
        .join(_SCHEDULE, _SCHEDULE.c.membership_id == _MEMBERSHIP.c.id)
        .where(_SCHEDULE.c.call_on.is_not(None), _MEMBERSHIP.c.id > after, of_each_plan(session, day, is_the_day))
    )
    rows = session.execute(query.order_by(_MEMBERSHIP.c.id).limit(PAGE)).scalars()
    return [Item(key, f"membership:{key}:{day}") for key in rows]


def _tell_price(session: Session, item: Item, doing: Doing) -> Mapping[str, Any] | None:
    dossier = as_if_paid(dossier_of(session, item.row), doing.day)
    first = _ahead(dossier.plan.on(doing.day), doing.day, "notice.new_price")
    terms = terms_of(session, dossier.id)
    reader, (before, now) = member_reader(session, dossier.id), prices(dossier, first, terms)
    if reader is None or before is None or now is None or terms_on(terms, first).payer != "member":
        return None
    text = new_price(
        reader.language, reader.name, page(doing, "premiums"), first, before, now, doing.settings.operator_name
    )
    return tell(session, doing, reader, f"price:{dossier.id}:{first}", "price", text)


def prices(dossier: Dossier, day: date, rows: Sequence[Any]) -> tuple[Decimal | None, Decimal | None]:
    """EUR that a year's instalments come to on the eve of a day and on the day, by the terms (`rows`); None
    where nobody is covered or no terms hold."""
    return _yearly(dossier, day - DAY, rows), _yearly(dossier, day, rows)


def _yearly(dossier: Dossier, day: date, rows: Sequence[Any]) -> Decimal | None:
    if not rows or day < dossier.joined:
        return None
    frequency = terms_on(rows, max(day, min(row.holds_from for row in rows))).frequency
    found = worth(dossier, Period(day, day), frequency)[0].price
    return None if found is None else found.instalment * found.instalments


def _ahead(edition: Edition, day: date, figure: str) -> date:
    return day + timedelta(days=edition[figure].value)


JOBS = (
    Job("notice.renewal", _renewing, _renew),
    Job("notice.price", _priced_anew, _tell_price),
)
