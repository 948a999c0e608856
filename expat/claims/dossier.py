"""Everything known about memberships that judging needs, read for many of them at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlmodel import Session

from expat.adjudication import facts
from expat.adjudication.facts import Since, value_on
from expat.approvals.tables import ApprovalAnswer, ApprovalRequest
from expat.claims.tables import CeilingUse
from expat.db import table_of
from expat.membership.cover import covered_days, member_last_day, whole_year_covered
from expat.membership.tables import InsuredPerson, Membership, MembershipChange
from expat.money import CENTS
from expat.options.tables import Recharge, RechargeUse
from expat.periods import DAY, FOREVER, Period, add_months, membership_year
from expat.plans.edition import Edition
from expat.plans.loader import Plan, plan
from expat.premiums.dunning import Happened, course
from expat.premiums.tables import Premium, PremiumEvent


@dataclass
class Use:
    """Cents paid for a person's care of a category in a membership year, as judging goes on."""

    paid: int = 0
    own: int = 0
    carried: int = 0
    complication: bool = False
    changed: bool = False


@dataclass
class RechargeState:
    """A recharge and the cents of it used, by membership year."""

    id: int
    person: int
    category: str
    days: Period
    amount: int
    used: dict[date, int] = field(default_factory=dict)
    changed: set[date] = field(default_factory=set)


@dataclass
class Dossier:
    """One membership: its choices over time, its people, approvals, premiums and what was used of its ceilings."""

    id: int
    number: str
    plan: Plan
    joined: date
    version: int
    judged_version: int
    people: dict[int, Row[Any]] = field(default_factory=dict)
    changes: list[Row[Any]] = field(default_factory=list)
    approvals: dict[int, list[facts.Approval]] = field(default_factory=lambda: defaultdict(list))
    premiums: dict[int, tuple[date, list[Happened]]] = field(default_factory=dict)
    recharges: list[RechargeState] = field(default_factory=list)
    uses: dict[tuple[int, str, date], Use] = field(default_factory=lambda: defaultdict(Use))
    _cache: dict[Any, Any] = field(default_factory=dict)

    # --- what the membership chose -------------------------------------------------------------------------------

    def timeline(self, kind: str) -> tuple[Since, ...]:
        """The choices of a kind that were accepted, in order of effect."""
        if kind not in self._cache:
            found = [c for c in self.changes if c.kind == kind and c.refused is None]
            self._cache[kind] = tuple(
                Since(c.effective_from, c.value) for c in sorted(found, key=lambda c: (c.effective_from, c.id))
            )
        result: tuple[Since, ...] = self._cache[kind]
        return result

    def on(self, kind: str, day: date) -> str:
        """The formula, zone, residence or payout currency that holds on a day."""
        return value_on(self.timeline(kind), day)

    def school_years(self, person: int) -> list[int]:
        """The school years whose certificate came."""
        return [int(c.value) for c in self.changes if c.kind == "school_year" and c.person_id == person]

    @property
    def member(self) -> Row[Any]:
        """The insured person who is the member."""
        return next(p for p in self.people.values() if p.role == "member")

    def derogations(self, person: int) -> tuple[facts.Derogation, ...]:
        """Care in third countries that was granted to a person."""
        return tuple(
            facts.Derogation(c.value, c.requested_on, Period(c.effective_from, c.effective_to))
            for c in self.changes
            if c.kind == "derogation" and c.person_id == person
        )

    def working(self) -> bool:
        """Whether the member gave proof of work."""
        return any(c.kind == "working" and c.person_id == self.member.id for c in self.changes)

    # --- what follows for cover ----------------------------------------------------------------------------------

    def facts_on(self, edition: Edition) -> facts.Membership:
        """The membership as judging sees it, by the figures of an edition."""
        key = ("membership", edition.key)
        if key not in self._cache:
            self._cache[key] = self._membership(edition)
        result: facts.Membership = self._cache[key]
        return result

    def _membership(self, edition: Edition) -> facts.Membership:
        suspensions, ended = [], [self._terminated_on()]
        for due_on, events in self.premiums.values():
            dunned = course(self.plan.on(due_on), due_on, events)
            if dunned.suspension:
                suspensions.append(dunned.suspension)
            ended.append(dunned.terminated_on or FOREVER)
        terminated = min(ended)
        by_age = member_last_day(edition, self.member.born, self.working())
        return facts.Membership(
            self.joined,
            self.timeline("formula"),
            self.timeline("zone"),
            self.timeline("residence"),
            tuple(sorted(suspensions)),
            terminated if terminated <= by_age else None,
            self._kept_after_return(edition),
        )

    def _terminated_on(self) -> date:
        return min((c.effective_from for c in self.changes if c.kind == "termination"), default=FOREVER)

    def _kept_after_return(self, edition: Edition) -> Period | None:
        months = edition["membership.keep_after_return"].value
        for change in self.changes:
            if change.kind == "termination" and change.value == "return_to_france":
                first = max(change.requested_on, add_months(change.effective_from, -months))
                return Period(first, change.effective_from - DAY)
        return None

    def cover(self, person: int, edition: Edition) -> tuple[Period, ...]:
        """The days on which a person is covered, by the figures of an edition."""
        key = ("cover", person, edition.key)
        if key not in self._cache:
            row = self.people[person]
            member_end = member_last_day(edition, self.member.born, self.working())
            ended = self.facts_on(edition).terminated_on
            last = member_end if ended is None else min(member_end, ended - DAY)
            within = Period(row.covered_from, last)
            self._cache[key] = covered_days(
                edition, row.role, row.born, within, self.working(), self.school_years(person)
            )
        result: tuple[Period, ...] = self._cache[key]
        return result

    def person_facts(self, person: int, edition: Edition) -> facts.Person:
        """The insured person as judging sees him or her."""
        key = ("person", person, edition.key)
        if key not in self._cache:
            row = self.people[person]
            cover = self.cover(person, edition) or (Period(row.covered_from, row.covered_from - DAY),)
            self._cache[key] = facts.Person(
                row.role, row.born, cover, row.requested_on, row.married_on, row.prior_cover_attested_on
            )
        result: facts.Person = self._cache[key]
        return result

    # --- what was used of the ceilings ---------------------------------------------------------------------------

    def use(self, person: int, category: str, year: date) -> Use:
        """What was paid of a category for care of the membership year that starts on `year`."""
        return self.uses[person, category, year]

    def overall_used(self, person: int, year: date) -> Decimal:
        """EUR paid for a person's care of the membership year, over all categories."""
        return _eur(sum(u.paid for (p, _, y), u in self.uses.items() if p == person and y == year))

    def purses(self, person: int, category: str, day: date) -> facts.Purses:
        """The purses for care of a category that begins on `day`, as they stand."""
        year = membership_year(self.joined, day)
        use = self.use(person, category, year.first)
        recharges = tuple(
            facts.Recharge(r.id, r.days, _eur(r.amount), _eur(sum(r.used.values())))
            for r in self.recharges
            if r.person == person and r.category == category
        )
        return facts.Purses(
            _eur(use.own),
            _eur(use.carried),
            self.overall_used(person, year.first),
            use.complication,
            self._carry_from(person, category, year.first),
            recharges,
        )

    def _carry_from(self, person: int, category: str, year: date) -> Decimal | None:
        """UNO-CARRY-1: the own ceiling, at its end, of the year before, covered whole and without a payment."""
        if year <= self.joined:
            return None
        before = membership_year(self.joined, year - DAY)
        edition = self.plan.on(before.last)
        if self.use(person, category, before.first).paid:
            return None
        if not whole_year_covered(self.cover(person, edition), before):
            return None
        own = edition.category_ceiling(category, self.on("formula", before.last))
        return None if own is None else own.value


def _eur(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-CENTS)


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
