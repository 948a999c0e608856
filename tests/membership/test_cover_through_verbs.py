"""Whatever is done in whatever order: an end takes days that lie ahead, what is taken back brings them back, and nobody
who left is covered. Through the verbs themselves, as the days go by; what each may do is written here anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from expat.claims.dossier import Dossier
from expat.errors import BadInput
from expat.membership import ends, leavings, proofs
from expat.membership.changes import Outcome, add_school_certificate
from expat.membership.death import NewReport, report_death
from expat.membership.join import Joined
from expat.periods import DAY
from expat.premiums.bill import premium_due, premium_event
from expat.scenario.play import Stage
from tests.membership.ending import acting, dossier, family

FIRST, LAST = date(2024, 1, 1), date(2027, 12, 31)
WINDOW = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
MEMBER, SPOUSE, CHILD = range(3)
Days = list[set[date]]

ENDS = ("lost_status", "return_to_france", "member", "omission", "insurer_contract", "false_declaration")
PREMIUMS = ("paid", "returned", "contested", "upheld", "granted")
acts = st.one_of(
    st.tuples(st.just("terminate"), st.sampled_from(ENDS), st.integers(-60, 200)),
    st.tuples(st.just("reopen"), st.none(), st.integers(-30, 60)),
    st.tuples(st.just("take_back"), st.booleans(), st.none()),
    st.tuples(st.just("leave"), st.sampled_from([SPOUSE, CHILD]), st.integers(-60, 90)),
    st.tuples(st.just("occupation"), st.just(SPOUSE), st.integers(-60, 30)),
    st.tuples(st.just("back_again"), st.none(), st.none()),
    st.tuples(st.just("work"), st.none(), st.integers(0, 1)),
    st.tuples(st.just("school"), st.none(), st.integers(-1, 0)),
    st.tuples(st.just("no_proof"), st.none(), st.integers(-60, 60)),
    st.tuples(st.just("premium"), st.none(), st.none()),
    st.tuples(st.just("event"), st.sampled_from(PREMIUMS), st.none()),
    st.tuples(st.just("death"), st.none(), st.integers(-20, 0)),
)
lives = st.lists(st.tuples(st.integers(0, 120), acts), min_size=1, max_size=7)


class Life:
    """A family whose member is 65 on 2 May 2025, and what was done to its membership."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.made: Joined = family(session, born=date(1960, 5, 2))
        self.premium: int | None = None
        self.day = FIRST

    @property
    def found(self) -> Dossier:
        return dossier(self.session, self.made)

    def days(self) -> Days:
        """The days on which each is covered, without those on which the cover is suspended."""
        found, edition = self.found, self.found.plan.on(FIRST)
        off = found.facts_on(edition).suspensions
        return [
            {
                day
                for held in found.cover(person, edition)
                for day in WINDOW[_at(held.first) : _at(held.last) + 1]
                if not any(day in period for period in off)
            }
            for person in self.made.people
        ]

    def act(self, kind: str, what: Any, shift: Any) -> Outcome | None:
        """Do one thing; what the rules refuse to do is not done."""
        key, who, day = self.made.membership_id, acting(self.day), self.day
        aimed = day + timedelta(days=shift) if isinstance(shift, int) else day
        if kind == "terminate":
            returned = aimed if what == "return_to_france" else None
            return ends.terminate(self.session, key, what, aimed, who, returned=returned)
        if kind == "reopen":
            return ends.reopen_rights(self.session, key, aimed, who)
        if kind == "take_back":
            return ends.withdraw_termination(self.session, key, who, by_member=what)
        if kind in ("leave", "occupation"):
            reason = "removed" if kind == "leave" else kind
            return leavings.remove_person(self.session, key, self.made.people[what], reason, aimed, who)
        if kind == "back_again":
            left = [c for c in self.found.changes if c.kind == "left"]
            return leavings.withdraw_leaving(self.session, key, left[-1].id, who) if left else None
        if kind == "work":
            return proofs.add_work_proof(self.session, key, day.year + shift, who)
        if kind == "school":
            return add_school_certificate(self.session, key, self.made.people[CHILD], day.year + shift, who)
        if kind == "no_proof":
            proven = [c for c in self.found.changes if c.kind in ("working", "school_year")]
            return proofs.withdraw_proof(self.session, key, proven[-1].id, aimed, who) if proven else None
        if kind == "premium":
            if self.premium is None:
                self.premium = premium_due(self.session, key, day, who)
            return None
        if kind == "event":
            if self.premium is not None:
                premium_event(self.session, self.premium, what, who)
            return None
        told = NewReport(aimed, "somebody", "the family", "an address", "en")
        return report_death(self.session, key, told, who)


def _at(day: date) -> int:
    """The place of a day in the window."""
    return min(max((day - FIRST).days, 0), len(WINDOW) - 1)


def _may_take(kind: str, day: date, shift: Any) -> date:
    """The first day whose cover an act may take: never one that has gone, but for what happened before we were told."""
    happened = day + timedelta(days=shift) if isinstance(shift, int) else day
    if kind in ("occupation", "no_proof"):
        return happened
    return happened + DAY if kind == "death" else day


TAKES = ("terminate", "reopen", "leave", "occupation", "no_proof", "premium", "death")
BRINGS = ("take_back", "back_again", "work", "school")


@contextmanager
def living() -> Iterator[Life]:
    """A life in a database of its own."""
    stage = Stage("a test")
    try:
        with stage.session() as session:
            yield Life(session)
    finally:
        stage.close()


@settings(max_examples=25, deadline=None)
@given(lives)
def test_each_verb_takes_or_brings_the_days_that_it_may_and_no_others(told: list[Any]) -> None:
    with living() as life:
        before = life.days()
        for later, (kind, what, shift) in told:
            life.day = min(life.day + timedelta(days=later), date(2026, 6, 30))
            with suppress(BadInput):  # what the rules do not allow leaves everything as it was
                life.act(kind, what, shift)
            after = life.days()
            for person in range(3):
                gone, new = before[person] - after[person], after[person] - before[person]
                assert kind in TAKES or kind == "event" or not gone, (kind, person)
                assert kind in BRINGS or kind == "event" or not new, (kind, person)
                assert all(day >= _may_take(kind, life.day, shift) for day in gone), (kind, person)
                if kind in ("leave", "occupation") and person != what:
                    assert not gone
                if kind == "event":
                    assert all(day > life.day for day in new), (what, person)  # back from the day after the payment
            before = after


@settings(max_examples=25, deadline=None)
@given(lives)
def test_nobody_is_covered_who_left_and_nobody_else_loses_cover(told: list[Any]) -> None:
    """Who left is counted here by what each verb answered, not by what the program keeps."""
    with living() as life:
        left: dict[int, list[tuple[int, date]]] = {SPOUSE: [], CHILD: []}
        died: date | None = None
        for later, (kind, what, shift) in told:
            life.day = min(life.day + timedelta(days=later), date(2026, 6, 30))
            try:
                done = life.act(kind, what, shift)
            except BadInput:
                continue
            if kind in ("leave", "occupation") and done and done.key and done.effective_from:
                left[what].append((done.key, done.effective_from))
            if kind == "back_again" and done is not None:
                newest = max(key for person in left for key, _first in left[person])
                left = {person: [one for one in left[person] if one[0] != newest] for person in left}
            if kind == "death":
                died = died or life.day + timedelta(days=shift)
        days = life.days()
        for person, leavings in left.items():
            first = min((first for _key, first in leavings), default=None)
            assert first is None or not {day for day in days[person] if day >= first}
        if died is not None:
            assert not {day for day in days[MEMBER] if day > died}
        elif not left[SPOUSE]:
            assert days[SPOUSE] == days[MEMBER]  # she is covered whenever the member is, and never else


@pytest.mark.parametrize("again", [False, True])
def test_the_same_life_told_twice_leaves_the_same_days(session: Session, again: bool) -> None:
    life = Life(session)
    life.day = date(2025, 1, 10)
    for kind, what, shift in [("terminate", "lost_status", 0), ("leave", SPOUSE, 10), ("work", None, 0)] * (1 + again):
        life.act(kind, what, shift)
    member, spouse, _child = life.days()
    assert max(member) == date(2025, 3, 9)
    assert max(spouse) == date(2025, 1, 19)
