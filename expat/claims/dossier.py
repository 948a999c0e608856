"""Everything known about memberships that judging needs, read for many of them at once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from expat.adjudication import facts
from expat.adjudication.facts import Since, value_on
from expat.membership import standing
from expat.membership.cover import covered_days, member_days, whole_year_covered
from expat.money import CENTS
from expat.periods import DAY, FOREVER, Period, clipped, membership_year
from expat.plans.edition import Edition
from expat.plans.loader import Plan
from expat.premiums.dunning import Happened, course


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


class StayFound(NamedTuple):
    """What a person found of the stay of a line: its length in days; None: several stays, not one."""

    person: int
    first_day: date
    days: int | None
    why: str


class PaidFor(NamedTuple):
    """The days that a premium is for, and its EUR cents; None where they are not known."""

    first: date
    last: date
    cents: int | None


@dataclass
class Findings:
    """What people found of a membership's lines, by the lines' keys; a line that is not kept yet has none."""

    asked: dict[int | None, tuple[facts.Asked, ...]] = field(default_factory=dict)
    duplicates: dict[int | None, facts.Reviewed] = field(default_factory=dict)
    stays: dict[int | None, StayFound] = field(default_factory=dict)


@dataclass
class Dossier:
    """One membership: its choices over time, its people, approvals, premiums and what was used of its ceilings."""

    id: int
    number: str
    plan: Plan
    joined: date
    version: int
    judged_version: int
    people: dict[int, Any] = field(default_factory=dict)
    changes: list[Any] = field(default_factory=list)
    approvals: dict[int, list[facts.Approval]] = field(default_factory=lambda: defaultdict(list))
    premiums: dict[int, tuple[date, list[Happened]]] = field(default_factory=dict)
    recharges: list[RechargeState] = field(default_factory=list)
    uses: dict[tuple[int, str, date], Use] = field(default_factory=lambda: defaultdict(Use))
    findings: Findings = field(default_factory=Findings)
    concluded_on: date | None = None
    sold: str | None = None
    periods: dict[int, PaidFor] = field(default_factory=dict)
    left_out: dict[int, list[facts.LeftOut]] = field(default_factory=lambda: defaultdict(list))
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

    @property
    def member(self) -> Any:
        """The insured person who is the member."""
        return next(p for p in self.people.values() if p.role == "member")

    def derogations(self, person: int) -> tuple[facts.Derogation, ...]:
        """Care in third countries that was granted to a person."""
        return tuple(
            facts.Derogation(c.value, c.requested_on, Period(c.effective_from, c.effective_to))
            for c in self.changes
            if c.kind == "derogation" and c.person_id == person
        )

    # --- what follows for cover ----------------------------------------------------------------------------------

    def facts_on(self, edition: Edition) -> facts.Membership:
        """The membership as judging sees it, by the figures of an edition."""
        key = ("membership", edition.key)
        if key not in self._cache:
            self._cache[key] = self._membership(edition)
        result: facts.Membership = self._cache[key]
        return result

    def _membership(self, edition: Edition) -> facts.Membership:
        suspensions: list[Period] = []
        ended = [standing.terminated_on(self.changes)]
        for due_on, events in self.premiums.values():
            dunned = course(self.plan.on(due_on), due_on, events)
            suspensions += dunned.suspensions
            ended.append(dunned.terminated_on or FOREVER)
        terminated = min(ended)
        return facts.Membership(
            self.joined,
            self.timeline("formula"),
            self.timeline("zone"),
            self.timeline("residence"),
            tuple(sorted(suspensions)),
            terminated if terminated <= self._last_day(edition) else None,
            standing.kept_after_return(self.changes, edition["membership.keep_after_return"].value),
        )

    def by_age(self, edition: Edition) -> tuple[Period, ...]:
        """The days on which the member's age, and past its first limit the proofs of work, allow cover."""
        member = self.member
        return member_days(edition, member.born, standing.work_days(self.changes, member.id, edition))

    def _last_day(self, edition: Edition) -> date:
        """The last day that the member's age or death leaves to anybody: no termination (UNO-LATE-1)."""
        by_age, death = self.by_age(edition)[-1].last, standing.death_of_member(self.changes)
        if death is None:
            return by_age
        family: date = death.effective_to
        return min(by_age, family)

    def cover(self, person: int, edition: Edition) -> tuple[Period, ...]:
        """The days on which a person is covered, by the figures of an edition: periods, perhaps with gaps."""
        key = ("cover", person, edition.key)
        if key not in self._cache:
            row = self.people[person]
            within = clipped(self.by_age(edition), Period(row.covered_from, self._last_of(person, edition)))
            school = standing.school_days(self.changes, person, edition)
            self._cache[key] = covered_days(edition, row.role, row.born, within, school)
        result: tuple[Period, ...] = self._cache[key]
        return result

    def _last_of(self, person: int, edition: Edition) -> date:
        """A person's last day before a termination, his or her leaving, or what the member's death brings."""
        ended = self.facts_on(edition).terminated_on or FOREVER
        last = min(ended, standing.left_on(self.changes, person))
        last = last if last == FOREVER else last - DAY
        if (death := standing.death_of_member(self.changes)) is None:
            return last
        until: date = death.effective_from - DAY if person == death.person_id else death.effective_to
        return min(last, until)

    def person_facts(self, person: int, edition: Edition) -> facts.Person:
        """The insured person as judging sees him or her."""
        key = ("person", person, edition.key)
        if key not in self._cache:
            row = self.people[person]
            cover = self.cover(person, edition) or (Period(row.covered_from, row.covered_from - DAY),)
            self._cache[key] = facts.Person(
                row.role,
                row.born,
                cover,
                row.requested_on,
                row.married_on,
                row.prior_cover_attested_on,
                tuple(self.left_out[person]),
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
