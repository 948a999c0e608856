"""Whatever happens, in whatever order: nobody is covered after an end, and who did not leave stays covered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import count, pairwise
from types import SimpleNamespace

from hypothesis import given, settings
from hypothesis import strategies as st

from expat.claims.dossier import Dossier
from expat.membership import standing
from expat.membership.standing import Change
from expat.periods import DAY, FOREVER, Period
from expat.plans.loader import plan

JOINED = date(2024, 1, 1)
MEMBER, SPOUSE, CHILD = 1, 2, 3
PEOPLE = {
    MEMBER: SimpleNamespace(id=1, role="member", born=date(1959, 5, 2), covered_from=JOINED),
    SPOUSE: SimpleNamespace(id=2, role="spouse", born=date(1986, 1, 1), covered_from=JOINED),
    CHILD: SimpleNamespace(id=3, role="child", born=date(2005, 3, 15), covered_from=JOINED),
}
AGE_ENDS = date(2024, 6, 30)  # the member is 65 on 2 May 2024

days = st.dates(date(2024, 1, 1), date(2027, 12, 31))
years = st.integers(2023, 2027)
happened = st.one_of(
    st.builds(lambda d: ("termination", "lost_status", d, None, None), days),
    st.builds(lambda d: ("termination", "return_to_france", d, None, None), days),
    st.builds(lambda d: ("rights_reopened", "FR", d, None, None), days),
    st.builds(lambda d, p: ("left", "removed", d, None, p), days, st.sampled_from([SPOUSE, CHILD])),
    st.builds(lambda y: ("working", str(y), date(y, 1, 1), None, MEMBER), years),
    st.builds(lambda y: ("school_year", str(y), date(y, 9, 1), None, CHILD), years),
    st.builds(
        lambda d, more: ("death", "death", d, d + timedelta(days=more), MEMBER), days, st.integers(0, 120)
    ),
)  # fmt: skip
histories = st.lists(happened, max_size=6)
Happened = tuple[str, str, date, date | None, int | None]


def dossier(history: Sequence[Happened]) -> Dossier:
    numbers = count(1)
    changes = [
        Change(kind, value, JOINED, first, to, person, None, next(numbers))
        for kind, value, first, to, person in history
    ]
    return Dossier(1, "M-1", plan("expat-uno"), JOINED, 0, 0, people=dict(PEOPLE), changes=list(changes))


def cover(found: Dossier, person: int) -> tuple[Period, ...]:
    return found.cover(person, found.plan.on(JOINED))


def days_of(periods: Sequence[Period]) -> set[date]:
    return {p.first + timedelta(days=n) for p in periods for n in range((p.last - p.first).days + 1)}


@settings(max_examples=60)
@given(histories)
def test_nobody_is_covered_past_an_end(history: list[Happened]) -> None:
    found = dossier(history)
    ended = standing.terminated_on(found.changes)
    death = standing.death_of_member(found.changes)
    for person in PEOPLE:
        for period in cover(found, person):
            assert JOINED <= period.first <= period.last < ended
            assert period.last < standing.left_on(found.changes, person)
            if death is not None:
                limit = death.effective_from - DAY if person == MEMBER else death.effective_to
                assert period.last <= limit


@settings(max_examples=60)
@given(histories)
def test_who_did_not_leave_is_covered_on_every_day_of_the_member_s(history: list[Happened]) -> None:
    """A spouse who did not leave is covered on each of the member's days, and past them only after a death."""
    found = dossier(history)
    member, spouse = days_of(cover(found, MEMBER)), days_of(cover(found, SPOUSE))
    if standing.left_on(found.changes, SPOUSE) == FOREVER:
        assert member <= spouse
    if standing.death_of_member(found.changes) is None:
        assert spouse <= member


@settings(max_examples=60)
@given(histories, st.randoms(use_true_random=False))
def test_the_order_in_which_things_are_told_does_not_matter(history: list[Happened], random: object) -> None:
    # Of two deaths the first told holds, and rights that reopen belong to the return that was told before them.
    told = [one for one in history if one[0] not in ("death", "rights_reopened")]
    other = list(told)
    random.shuffle(other)  # type: ignore[attr-defined]
    for person in PEOPLE:
        assert cover(dossier(told), person) == cover(dossier(other), person)


@settings(max_examples=60)
@given(histories, happened)
def test_a_proof_only_adds_days_and_an_end_only_takes_some(history: list[Happened], one: Happened) -> None:
    kind = one[0]
    if kind == "death" and standing.death_of_member(dossier(history).changes) is not None:
        return
    before, after = dossier(history), dossier([*history, one])
    for person in PEOPLE:
        was, now = days_of(cover(before, person)), days_of(cover(after, person))
        assert was <= now if kind in ("working", "school_year") else now <= was
        if kind == "left" and person != one[4]:
            assert was == now


@settings(max_examples=40)
@given(histories)
def test_periods_stand_in_order_and_do_not_touch(history: list[Happened]) -> None:
    found = dossier(history)
    for person in PEOPLE:
        held = cover(found, person)
        assert all(a.last + DAY < b.first for a, b in pairwise(held))


def test_without_proof_of_work_the_cover_of_all_ends_with_the_member_s_age() -> None:
    found = dossier([])
    assert cover(found, MEMBER) == (Period(JOINED, AGE_ENDS),)
    assert cover(found, SPOUSE) == (Period(JOINED, AGE_ENDS),)
