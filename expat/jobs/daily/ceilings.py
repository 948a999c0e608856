"""Ceilings that are nearly used: told once per person, category and membership year, after a settlement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlmodel import Session

from expat.claims.balances import balance_on
from expat.claims.dossier import Dossier
from expat.claims.tables import CeilingUse
from expat.db import table_of
from expat.jobs.daily.telling import dossier_with, member_reader, named, of_each_plan, page, reader_of, tell
from expat.jobs.job import PAGE, Doing, Item, Job
from expat.mail.clock_letters import Near, Recharge, ceiling_near
from expat.membership.tables import InsuredPerson, Membership
from expat.money import CENTS
from expat.options.recharge import offer
from expat.payments.tables import SettledMembership, Settlement
from expat.payments.tell import Reader
from expat.periods import DAY, add_years, membership_year
from expat.plans.edition import Edition

LOOK_BACK = timedelta(days=3)  # a settlement of the day before ended after that day's jobs

_USE: Any = table_of(CeilingUse)
_PERSON: Any = table_of(InsuredPerson)
_MEMBERSHIP: Any = table_of(Membership)
_SETTLED: Any = table_of(SettledMembership)
_SETTLEMENT: Any = table_of(Settlement)


def _near(session: Session, day: date, after: int) -> Sequence[Item]:
    """People whom a settlement of late was through with, and who used that much of the lowest ceiling that there is."""

    def used_enough(edition: Edition) -> Any:
        return or_(*(and_(_USE.c.category == what, _USE.c.paid >= cents) for what, cents in _least(edition).items()))

    first, last = (datetime.combine(one, time(), UTC) for one in (day - LOOK_BACK, day + DAY))
    query = (
        select(_PERSON.c.id, func.max(_SETTLED.c.settlement_id).label("settlement"))
        .join(_MEMBERSHIP, _MEMBERSHIP.c.id == _PERSON.c.membership_id)
        .join(_SETTLED, _SETTLED.c.membership_id == _MEMBERSHIP.c.id)
        .join(_SETTLEMENT, _SETTLEMENT.c.id == _SETTLED.c.settlement_id)
        .join(_USE, _USE.c.person_id == _PERSON.c.id)
        .where(_SETTLEMENT.c.ended_at >= first, _SETTLEMENT.c.ended_at < last, _PERSON.c.id > after)
        .where(_USE.c.year_starts > add_years(day, -1), of_each_plan(session, day, used_enough))
        .group_by(_PERSON.c.id)
    )
    rows = session.execute(query.order_by(_PERSON.c.id).limit(PAGE))
    return [Item(row.id, f"person:{row.id}:settlement:{row.settlement}") for row in rows]


def _least(edition: Edition) -> dict[str, int]:
    """By category the cents of the lowest formula's ceiling from which it may be nearly used."""
    found = {}
    for category in edition["waiting.months"].value:
        own = (edition.category_ceiling(category, formula) for formula in edition.formulas)
        ceilings = [one.value for one in own if one is not None]
        if ceilings:
            found[category] = int((min(ceilings) * edition["notice.ceiling"].value).scaleb(CENTS))
    return found


def _tell(session: Session, item: Item, doing: Doing) -> Mapping[str, Any] | None:
    dossier, day = dossier_with(session, item.row), doing.day
    reader = reader_of(session, dossier.id, item.row, day)
    if reader is None or day < dossier.joined:
        return None
    year, told = membership_year(dossier.joined, day), []
    private = reader != member_reader(session, dossier.id)
    for category in dossier.plan.words.categories:
        near = _near_of(dossier, item.row, category, day)
        if near is not None:
            can = None if private else _recharge(dossier, item.row, category, day)
            text = _text(doing, reader, named(dossier, item.row, reader), near, can)
            key = f"ceiling:{item.row}:{category}:{year.first}"
            told += [category] if tell(session, doing, reader, key, "ceiling", text) else []
    return {"told": told} if told else None


def _near_of(dossier: Dossier, person: int, category: str, day: date) -> Near | None:
    held, most = balance_on(dossier, person, category, day), dossier.plan.on(day)["notice.ceiling"].value
    if not held.ceiling or held.left is None or held.used < most * held.ceiling:
        return None
    return Near(held.used, held.ceiling, held.left, membership_year(dossier.joined, day).last)


def _recharge(dossier: Dossier, person: int, category: str, day: date) -> Recharge | None:
    """What the member can buy; an adult who keeps claims private is told by a mail of his or her own, without it."""
    found = offer(dossier, person, category, day)
    return Recharge(found.amount, found.price) if found.refused is None else None


def _text(doing: Doing, reader: Reader, person: str, near: Near, can: Recharge | None) -> tuple[str, str]:
    link = page(doing, "recharge" if can is not None else "home")
    return ceiling_near(reader.language, reader.name, link, person, near, can, doing.settings.operator_name)


JOB = Job("notice.ceilings", _near, _tell)
