"""Recharges that expire while something of them is left (UNO-RECH-1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from expat.db import table_of
from expat.jobs.daily.telling import dossier_of, named, of_each_plan, page, reader_of, tell
from expat.jobs.job import PAGE, Doing, Item, Job
from expat.mail.clock_letters import recharge_ends
from expat.membership.status import covered_on
from expat.membership.tables import Membership
from expat.money import CENTS
from expat.options.tables import Recharge
from expat.plans.edition import Edition

_RECHARGE: Any = table_of(Recharge)
_MEMBERSHIP: Any = table_of(Membership)


def _expiring(session: Session, day: date, after: int) -> Sequence[Item]:
    def last(edition: Edition) -> Any:
        return _RECHARGE.c.last_day == day + timedelta(days=edition["notice.recharge"].value)

    query = select(_RECHARGE.c.id).join(_MEMBERSHIP, _MEMBERSHIP.c.id == _RECHARGE.c.membership_id)
    query = query.where(_RECHARGE.c.id > after, of_each_plan(session, day, last))
    rows = session.execute(query.order_by(_RECHARGE.c.id).limit(PAGE)).scalars()
    return [Item(key, f"recharge:{key}") for key in rows]


def _tell(session: Session, item: Item, doing: Doing) -> Mapping[str, Any] | None:
    owner = select(_RECHARGE.c.membership_id).where(_RECHARGE.c.id == item.row)
    dossier = dossier_of(session, session.execute(owner).scalar_one())
    found = next(one for one in dossier.recharges if one.id == item.row)
    left = Decimal(found.amount - sum(found.used.values())).scaleb(-CENTS)
    reader = reader_of(session, dossier.id, found.person, doing.day)
    if reader is None or left <= 0 or not covered_on(dossier, found.person, doing.day):
        return None
    text = recharge_ends(
        reader.language, reader.name, page(doing, "recharge"), named(dossier, found.person, reader), left,
        found.days.last, doing.settings.operator_name,
    )  # fmt: skip
    return tell(session, doing, reader, f"recharge:{item.row}:ends", "recharge", text)


JOB = Job("notice.recharges", _expiring, _tell)
