"""Reading dossiers: one query, however many memberships are asked for."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session

from expat.adjudication import facts
from expat.approvals.tables import ApprovalAnswer, ApprovalRequest
from expat.claims.dossier import Dossier, RechargeState, Use
from expat.claims.tables import CeilingUse
from expat.db import table_of
from expat.gathered import Gathered
from expat.membership.tables import InsuredPerson, Membership, MembershipChange
from expat.options.tables import Recharge, RechargeUse
from expat.periods import Period
from expat.plans.loader import plan
from expat.premiums.dunning import Happened
from expat.premiums.tables import Premium, PremiumEvent

_MEMBERSHIP, _PERSON, _CHANGE = table_of(Membership), table_of(InsuredPerson), table_of(MembershipChange)
_REQUEST, _ANSWER = table_of(ApprovalRequest), table_of(ApprovalAnswer)
_PREMIUM, _EVENT = table_of(Premium), table_of(PremiumEvent)
_RECHARGE, _RECHARGED, _USE = table_of(Recharge), table_of(RechargeUse), table_of(CeilingUse)
_IDS: Any = bindparam("ids", expanding=True)

# Built once: making a statement costs as much as sending it.
_LOCK = select(_MEMBERSHIP.c.id).where(_MEMBERSHIP.c.id.in_(_IDS)).order_by(_MEMBERSHIP.c.id)
_LOCK = _LOCK.with_for_update(key_share=True)
_READ = Gathered(
    people=select(_PERSON, *(_MEMBERSHIP.c[n] for n in ("number", "plan", "joined", "facts_version", "judged_version")))
    .join(_MEMBERSHIP, _MEMBERSHIP.c.id == _PERSON.c.membership_id)
    .where(_MEMBERSHIP.c.id.in_(_IDS))
    .order_by(_MEMBERSHIP.c.id, _PERSON.c.id),
    changes=select(_CHANGE).where(_CHANGE.c.membership_id.in_(_IDS)).order_by(_CHANGE.c.id),
    approvals=select(_REQUEST, *(_ANSWER.c[n] for n in ("granted", "days", "sessions", "direct", "override")))
    .join(_ANSWER, _ANSWER.c.request_id == _REQUEST.c.id)
    .where(_REQUEST.c.membership_id.in_(_IDS))
    .order_by(_REQUEST.c.id, _ANSWER.c.id),
    premiums=select(_PREMIUM.c.membership_id, _PREMIUM.c.id, _PREMIUM.c.due_on, _EVENT.c.kind, _EVENT.c.happened_on)
    .outerjoin(_EVENT, _EVENT.c.premium_id == _PREMIUM.c.id)
    .where(_PREMIUM.c.membership_id.in_(_IDS))
    .order_by(_PREMIUM.c.id, _EVENT.c.id),
    recharges=select(_RECHARGE, _RECHARGED.c.year_starts, _RECHARGED.c.used)
    .outerjoin(_RECHARGED, _RECHARGED.c.recharge_id == _RECHARGE.c.id)
    .where(_RECHARGE.c.membership_id.in_(_IDS))
    .order_by(_RECHARGE.c.first_day, _RECHARGE.c.id),
    uses=select(_USE, _PERSON.c.membership_id)
    .join(_PERSON, _PERSON.c.id == _USE.c.person_id)
    .where(_PERSON.c.membership_id.in_(_IDS)),
)


def load(session: Session, ids: Collection[int], lock: bool = False) -> dict[int, Dossier]:
    """The dossiers of memberships, by one query however many they are; with `lock` held until the commit."""
    asked = {"ids": list(ids)}
    if lock:  # first and by itself: what was committed while the lock was waited for is read after it
        session.execute(_LOCK, asked)
    found = _READ(session, asked)
    dossiers: dict[int, Dossier] = {}
    for row in found["people"]:
        key = row.membership_id
        if key not in dossiers:
            dossiers[key] = Dossier(key, row.number, plan(row.plan), row.joined, row.facts_version, row.judged_version)
        dossiers[key].people[row.id] = row
    for row in found["changes"]:
        dossiers[row.membership_id].changes.append(row)
    _add_approvals(dossiers, found["approvals"])
    _add_premiums(dossiers, found["premiums"])
    _add_purses(dossiers, found["recharges"], found["uses"])
    return dossiers


def _add_approvals(dossiers: dict[int, Dossier], rows: list[Any]) -> None:
    newest = {row.id: row for row in rows}  # of several answers the last holds
    for row in newest.values():
        dossiers[row.membership_id].approvals[row.person_id].append(
            facts.Approval(
                row.id, row.care, row.requested_on, row.starts_on, row.granted, row.emergency, row.days,
                row.sessions, row.override, row.direct, row.extends_id,
            )
        )  # fmt: skip


def _add_premiums(dossiers: dict[int, Dossier], rows: list[Any]) -> None:
    for row in rows:
        _due, events = dossiers[row.membership_id].premiums.setdefault(row.id, (row.due_on, []))
        if row.kind is not None:
            events.append(Happened(row.kind, row.happened_on))


def _add_purses(dossiers: dict[int, Dossier], recharges: list[Any], uses: list[Any]) -> None:
    states: dict[int, RechargeState] = {}
    for row in recharges:
        if row.id not in states:
            days = Period(row.first_day, row.last_day)
            states[row.id] = RechargeState(row.id, row.person_id, row.category, days, row.amount)
            dossiers[row.membership_id].recharges.append(states[row.id])
        if row.year_starts is not None:
            states[row.id].used[row.year_starts] = row.used
    for row in uses:
        dossiers[row.membership_id].uses[row.person_id, row.category, row.year_starts] = Use(
            row.paid, row.own, row.carried, row.complication
        )
