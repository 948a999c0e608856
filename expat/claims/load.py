"""Reading dossiers: one query, however many memberships are asked for; as known now, or as known at an instant.

As known at an instant, only what was recorded by then is read: people, changes, approvals with their answers, premiums
with what happened to them, recharges. What was used of ceilings stands in running totals, which have no past: it is
added up from the decisions that settlements had paid on by then. What people found of lines is not among it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, select
from sqlmodel import Session

from expat.adjudication import facts
from expat.approvals.tables import ApprovalAnswer, ApprovalRequest
from expat.claims.dossier import Dossier, PaidFor, RechargeState, Use
from expat.claims.tables import CeilingUse, ClaimLine, LineDecision
from expat.claims.uses import UsedBy, kept_split, take
from expat.db import Instant, table_of
from expat.gathered import Gathered
from expat.membership.tables import InsuredPerson, Membership, MembershipChange, NamedExclusion
from expat.options.tables import Recharge, RechargeUse
from expat.periods import Period
from expat.plans.loader import plan
from expat.premiums.dunning import Happened
from expat.premiums.tables import Premium, PremiumEvent

_MEMBERSHIP, _PERSON, _CHANGE = table_of(Membership), table_of(InsuredPerson), table_of(MembershipChange)
_REQUEST, _ANSWER = table_of(ApprovalRequest), table_of(ApprovalAnswer)
_PREMIUM, _EVENT = table_of(Premium), table_of(PremiumEvent)
_RECHARGE, _RECHARGED, _USE = table_of(Recharge), table_of(RechargeUse), table_of(CeilingUse)
_EXCLUSION = table_of(NamedExclusion)
_LINE, _DECISION = table_of(ClaimLine), table_of(LineDecision)
_IDS: Any = bindparam("ids", expanding=True)
_KNOWN_AT: Any = bindparam("known_at", type_=Instant)
_HEAD = ("number", "plan", "joined", "facts_version", "judged_version", "concluded_on", "sold")

# Built once: making a statement costs as much as sending it.
_LOCK = select(_MEMBERSHIP.c.id).where(_MEMBERSHIP.c.id.in_(_IDS)).order_by(_MEMBERSHIP.c.id)
_LOCK = _LOCK.with_for_update(key_share=True)
_PEOPLE = (
    select(_PERSON, *(_MEMBERSHIP.c[n] for n in _HEAD))
    .join(_MEMBERSHIP, _MEMBERSHIP.c.id == _PERSON.c.membership_id)
    .where(_MEMBERSHIP.c.id.in_(_IDS))
    .order_by(_MEMBERSHIP.c.id, _PERSON.c.id)
)
_CHANGES = select(_CHANGE).where(_CHANGE.c.membership_id.in_(_IDS)).order_by(_CHANGE.c.id)
_APPROVALS = (
    select(_REQUEST, *(_ANSWER.c[n] for n in ("granted", "days", "sessions", "direct", "override")))
    .join(_ANSWER, _ANSWER.c.request_id == _REQUEST.c.id)
    .where(_REQUEST.c.membership_id.in_(_IDS))
    .order_by(_REQUEST.c.id, _ANSWER.c.id)
)
_RECHARGES = (
    select(_RECHARGE, _RECHARGED.c.year_starts, _RECHARGED.c.used)
    .outerjoin(_RECHARGED, _RECHARGED.c.recharge_id == _RECHARGE.c.id)
    .where(_RECHARGE.c.membership_id.in_(_IDS))
    .order_by(_RECHARGE.c.first_day, _RECHARGE.c.id)
)
_PAID_BY_THEN = (
    select(_DECISION.c.trace, _LINE.c.membership_id, _LINE.c.person_id, _LINE.c.care, _LINE.c.first_day, _LINE.c.cause)
    .join(_LINE, _LINE.c.id == _DECISION.c.line_id)
    .where(_LINE.c.membership_id.in_(_IDS), _DECISION.c.settlement_id.is_not(None), _DECISION.c.status == "accepted")
    .where(_DECISION.c.recorded_at <= _KNOWN_AT)
    .order_by(_DECISION.c.id)
)


_LEFT_OUT = (
    select(*(_EXCLUSION.c[n] for n in ("person_id", "care", "holds_from")), _PERSON.c.membership_id)
    .join(_PERSON, _PERSON.c.id == _EXCLUSION.c.person_id)
    .where(_PERSON.c.membership_id.in_(_IDS))
    .order_by(_EXCLUSION.c.id)
)


def _premiums(*by_then: Any) -> Select[Any]:
    """Premiums with what happened to them (of that, `by_then` alone)."""
    columns = (_PREMIUM.c[n] for n in ("membership_id", "id", "due_on", "called_on", "first_day", "last_day", "amount"))
    happened = select(*columns, _EVENT.c.kind, _EVENT.c.happened_on).outerjoin(
        _EVENT, and_(_EVENT.c.premium_id == _PREMIUM.c.id, *by_then)
    )
    mine = _PREMIUM.c.membership_id.in_(_IDS), _PREMIUM.c.covers == "health"  # one of prévoyance ends no health cover
    return happened.where(*mine).order_by(_PREMIUM.c.id, _EVENT.c.id)


def _by_then(statement: Select[Any], *tables: Any) -> Select[Any]:
    """Of what a statement reads, what was recorded by the instant `known_at`."""
    return statement.where(*(table.c.recorded_at <= _KNOWN_AT for table in tables))


_READ = Gathered(
    people=_PEOPLE, changes=_CHANGES, approvals=_APPROVALS, premiums=_premiums(), recharges=_RECHARGES,
    left_out=_LEFT_OUT,
    uses=select(_USE, _PERSON.c.membership_id)
    .join(_PERSON, _PERSON.c.id == _USE.c.person_id)
    .where(_PERSON.c.membership_id.in_(_IDS)),
)  # fmt: skip
_READ_AS_OF = Gathered(
    people=_by_then(_PEOPLE, _PERSON, _MEMBERSHIP), changes=_by_then(_CHANGES, _CHANGE),
    approvals=_by_then(_APPROVALS, _REQUEST, _ANSWER),
    premiums=_by_then(_premiums(_EVENT.c.recorded_at <= _KNOWN_AT), _PREMIUM),
    recharges=_by_then(_RECHARGES, _RECHARGE), left_out=_by_then(_LEFT_OUT, _EXCLUSION), paid=_PAID_BY_THEN,
)  # fmt: skip


def load(
    session: Session, ids: Collection[int], lock: bool = False, known_at: datetime | None = None
) -> dict[int, Dossier]:
    """The dossiers of memberships, by one query however many they are; with `lock` held until the commit.

    With `known_at`, as they were known at that instant; a membership of which nothing was known then is left out.
    """
    asked: dict[str, Any] = {"ids": list(ids)}
    if lock:  # first and by itself: what was committed while the lock was waited for is read after it
        session.execute(_LOCK, asked)
    found = _READ(session, asked) if known_at is None else _READ_AS_OF(session, {**asked, "known_at": known_at})
    dossiers: dict[int, Dossier] = {}
    for row in found["people"]:
        key = row.membership_id
        if key not in dossiers:
            dossiers[key] = Dossier(key, row.number, plan(row.plan), row.joined, row.facts_version, row.judged_version)
            dossiers[key].concluded_on, dossiers[key].sold = row.concluded_on, row.sold
        dossiers[key].people[row.id] = row
    for row in found["changes"]:
        dossiers[row.membership_id].changes.append(row)
    for row in found["left_out"]:
        dossiers[row.membership_id].left_out[row.person_id].append(facts.LeftOut(tuple(row.care), row.holds_from))
    _add_approvals(dossiers, found["approvals"])
    _add_premiums(dossiers, found["premiums"])
    _add_purses(dossiers, found["recharges"], found.get("uses", ()))
    if known_at is not None:
        _add_up_uses(dossiers, found["paid"])
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
        called = [] if row.called_on is None else [Happened("called", row.called_on)]
        _due, events = dossiers[row.membership_id].premiums.setdefault(row.id, (row.due_on, called))
        if row.first_day is not None and row.last_day is not None:
            dossiers[row.membership_id].periods[row.id] = PaidFor(row.first_day, row.last_day, row.amount)
        if row.kind is not None:
            events.append(Happened(row.kind, row.happened_on))


def _add_purses(dossiers: dict[int, Dossier], recharges: Sequence[Any], uses: Sequence[Any]) -> None:
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


def _add_up_uses(dossiers: dict[int, Dossier], rows: Sequence[Any]) -> None:
    """What was used of ceilings and recharges by then, from the decisions that had been paid on."""
    for dossier in dossiers.values():
        for recharge in dossier.recharges:
            recharge.used.clear()
    for row in rows:
        if row.membership_id in dossiers and row.trace["payout"] is not None:
            dossier = dossiers[row.membership_id]
            edition = dossier.plan.on(row.first_day)
            line = UsedBy(row.person_id, row.care, row.first_day, row.cause)
            take(dossier, edition, line, row.trace["cents"], kept_split(row.trace["split"]))
