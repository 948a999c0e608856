"""Reading dossiers: a fixed number of queries, however many memberships are asked for."""

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
_PEOPLE = (
    select(_PERSON, *(_MEMBERSHIP.c[n] for n in ("number", "plan", "joined", "facts_version", "judged_version")))
    .join(_MEMBERSHIP, _MEMBERSHIP.c.id == _PERSON.c.membership_id)
    .where(_MEMBERSHIP.c.id.in_(_IDS))
    .order_by(_MEMBERSHIP.c.id, _PERSON.c.id)
)
_PEOPLE_LOCKED = _PEOPLE.with_for_update(of=_MEMBERSHIP, key_share=True)
_CHANGES = select(_CHANGE).where(_CHANGE.c.membership_id.in_(_IDS)).order_by(_CHANGE.c.id)
_APPROVALS = (
    select(_REQUEST, *(_ANSWER.c[n] for n in ("granted", "days", "sessions", "direct", "override")))
    .join(_ANSWER, _ANSWER.c.request_id == _REQUEST.c.id)
    .where(_REQUEST.c.membership_id.in_(_IDS))
    .order_by(_REQUEST.c.id, _ANSWER.c.id)
)
_PREMIUMS = (
    select(_PREMIUM.c.membership_id, _PREMIUM.c.id, _PREMIUM.c.due_on, _EVENT.c.kind, _EVENT.c.happened_on)
    .outerjoin(_EVENT, _EVENT.c.premium_id == _PREMIUM.c.id)
    .where(_PREMIUM.c.membership_id.in_(_IDS))
    .order_by(_PREMIUM.c.id, _EVENT.c.id)
)
_RECHARGES = (
    select(_RECHARGE, _RECHARGED.c.year_starts, _RECHARGED.c.used)
    .outerjoin(_RECHARGED, _RECHARGED.c.recharge_id == _RECHARGE.c.id)
    .where(_RECHARGE.c.membership_id.in_(_IDS))
    .order_by(_RECHARGE.c.first_day, _RECHARGE.c.id)
)
_USES = (
    select(_USE, _PERSON.c.membership_id)
    .join(_PERSON, _PERSON.c.id == _USE.c.person_id)
    .where(_PERSON.c.membership_id.in_(_IDS))
)


def load(session: Session, ids: Collection[int], lock: bool = False) -> dict[int, Dossier]:
    """The dossiers of memberships, by a fixed number of queries however many they are; locked until the commit."""
    asked = {"ids": list(ids)}
    dossiers: dict[int, Dossier] = {}
    for row in session.execute(_PEOPLE_LOCKED if lock else _PEOPLE, asked):
        key = row.membership_id
        if key not in dossiers:
            dossiers[key] = Dossier(key, row.number, plan(row.plan), row.joined, row.facts_version, row.judged_version)
        dossiers[key].people[row.id] = row
    if dossiers:
        for row in session.execute(_CHANGES, asked):
            dossiers[row.membership_id].changes.append(row)
        _read_approvals(session, dossiers, asked)
        _read_premiums(session, dossiers, asked)
        _read_purses(session, dossiers, asked)
    return dossiers


def _read_approvals(session: Session, dossiers: dict[int, Dossier], asked: dict[str, list[int]]) -> None:
    newest = {row.id: row for row in session.execute(_APPROVALS, asked)}  # of several answers the last holds
    for row in newest.values():
        dossiers[row.membership_id].approvals[row.person_id].append(
            facts.Approval(
                row.id, row.care, row.requested_on, row.starts_on, row.granted, row.emergency, row.days,
                row.sessions, row.override, row.direct, row.extends_id,
            )
        )  # fmt: skip


def _read_premiums(session: Session, dossiers: dict[int, Dossier], asked: dict[str, list[int]]) -> None:
    for row in session.execute(_PREMIUMS, asked):
        _due, events = dossiers[row.membership_id].premiums.setdefault(row.id, (row.due_on, []))
        if row.kind is not None:
            events.append(Happened(row.kind, row.happened_on))


def _read_purses(session: Session, dossiers: dict[int, Dossier], asked: dict[str, list[int]]) -> None:
    states: dict[int, RechargeState] = {}
    for row in session.execute(_RECHARGES, asked):
        if row.id not in states:
            days = Period(row.first_day, row.last_day)
            states[row.id] = RechargeState(row.id, row.person_id, row.category, days, row.amount)
            dossiers[row.membership_id].recharges.append(states[row.id])
        if row.year_starts is not None:
            states[row.id].used[row.year_starts] = row.used
    for row in session.execute(_USES, asked):
        dossiers[row.membership_id].uses[row.person_id, row.category, row.year_starts] = Use(
            row.paid, row.own, row.carried, row.complication
        )
