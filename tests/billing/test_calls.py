"""Premiums called in advance: what a period is worth, what changes make of it, and that it always adds up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from sqlmodel import Session

from expat.billing.account import allocate, balance, open_premiums, take_back
from expat.billing.calls import call, due_to_call, review
from expat.billing.tables import PremiumLine, PremiumRefund
from expat.billing.terms import Terms, change_terms, schedule_of, start_calling, terms_of, terms_on
from expat.billing.worth import period_from, worth
from expat.db import table_of
from expat.errors import BadInput, Conflict
from expat.ledger.post import balances, out_of_balance
from expat.membership import ends
from expat.membership.changes import Acting, add_person, change_formula, change_zone
from expat.membership.death import keep_death
from expat.membership.join import Joined, NewMembership, NewPerson, join
from expat.membership.proofs import add_work_proof
from expat.options.tables import ChosenOption
from expat.periods import DAY, Period
from expat.premiums.tables import Premium
from tests.membership.ending import acting, dossier, family

JOINED = date(2025, 2, 10)
LINE, REFUND, PREMIUM = table_of(PremiumLine), table_of(PremiumRefund), table_of(Premium)
OPTION = table_of(ChosenOption)


def member(session: Session, frequency: str = "quarterly", born: date = date(1990, 5, 2)) -> Joined:
    """A single member of formula 1 in zone A, whose premiums are called from the first day on."""
    people = (NewPerson("member", born),)
    made = join(session, NewMembership("UNO-1", "expat-uno", JOINED, "1", "A", "SG", people), acting(JOINED).at)
    start_calling(session, dossier(session, made), Terms(frequency), JOINED, acting(JOINED))
    return made


def lines(session: Session, premium: int) -> list[tuple[str, date, date, int]]:
    rows = session.execute(select(LINE).where(LINE.c.premium_id == premium).order_by(LINE.c.position))
    return [(row.kind, row.first_day, row.last_day, row.amount) for row in rows]


@pytest.mark.parametrize(
    ("first", "joined", "frequency", "last"),
    [
        (date(2025, 2, 10), date(2025, 2, 10), "quarterly", date(2025, 5, 9)),
        (date(2025, 8, 31), date(2025, 8, 31), "quarterly", date(2025, 11, 29)),
        (date(2026, 2, 28), date(2025, 8, 31), "half_yearly", date(2026, 8, 30)),
        (date(2024, 2, 29), date(2024, 2, 29), "yearly", date(2025, 2, 27)),
    ],
)
def test_periods_are_counted_from_the_first_day_of_the_membership(
    first: date, joined: date, frequency: str, last: date
) -> None:
    assert period_from(first, joined, frequency) == Period(first, last)


def test_a_quarter_is_called_thirty_days_before_it_falls_due(session: Session) -> None:
    made = member(session)
    first = call(session, made.membership_id, acting(JOINED))
    # 35 years on 1 January 2025: 1150 EUR a year, in quarters x 1.02
    assert first is not None and (first.due_on, first.cents) == (JOINED + timedelta(days=30), 29_325)  # told today
    assert due_to_call(session, date(2025, 4, 9), 0, 10) == []
    assert due_to_call(session, date(2025, 4, 10), 0, 10) == [made.membership_id]
    second = call(session, made.membership_id, acting(date(2025, 4, 10)))
    assert second is not None and second.due_on == date(2025, 5, 10)
    assert balances(session)["premiums_receivable", "EUR"] == 2 * 29_325 == balance(session, made.membership_id)


def test_the_price_of_the_new_year_counts_from_1_january(session: Session) -> None:
    made = member(session, born=date(1985, 6, 1))  # 39 on 1 January 2025, 40 on 1 January 2026
    for day in (JOINED, date(2025, 4, 10), date(2025, 7, 11)):
        call(session, made.membership_id, acting(day))
    called = call(session, made.membership_id, acting(date(2025, 10, 11)))
    assert called is not None
    # 10 November to 9 February has 92 days: 52 at 1150 EUR a year, 40 at 1500
    assert lines(session, called.premium) == [
        ("period", date(2025, 11, 10), date(2025, 12, 31), 16_575),
        ("period", date(2026, 1, 1), date(2026, 2, 9), 16_630),
    ]


def test_a_spouse_who_joins_is_called_with_the_next_quarter(session: Session) -> None:
    made = member(session)
    call(session, made.membership_id, acting(JOINED))
    spouse = NewPerson("spouse", date(1991, 3, 1))
    add_person(session, made.membership_id, spouse, acting(date(2025, 4, 9)))  # covered from the day after
    assert review(session, made.membership_id, acting(date(2025, 4, 9))) is None  # the next call is near
    called = call(session, made.membership_id, acting(date(2025, 4, 10)))
    assert called is not None
    # 10 April to 9 May: 30 of 89 days of another 293.25 EUR
    assert lines(session, called.premium) == [
        ("period", date(2025, 5, 10), date(2025, 8, 9), 2 * 29_325),
        ("change", date(2025, 2, 10), date(2025, 5, 9), 9_885),
    ]


def test_who_pays_by_the_year_is_called_for_a_change_at_once(session: Session) -> None:
    made = member(session, "yearly")
    call(session, made.membership_id, acting(JOINED))
    add_person(session, made.membership_id, NewPerson("spouse", date(1991, 3, 1)), acting(date(2025, 4, 9)))
    called = review(session, made.membership_id, acting(date(2025, 4, 10)))
    assert called is not None and called.due_on == date(2025, 5, 10)
    assert called.cents == round(115_000 * 306 / 365)
    assert review(session, made.membership_id, acting(date(2025, 4, 11))) is None


def test_what_was_paid_for_days_after_the_end_goes_back(session: Session) -> None:
    made = member(session, "yearly")
    first = call(session, made.membership_id, acting(JOINED))
    assert first is not None
    assert allocate(session, dossier(session, made), 115_000, "payment:1", acting(JOINED)) == 0
    ends.terminate(session, made.membership_id, "lost_status", date(2025, 4, 9), acting(date(2025, 4, 9)))
    review(session, made.membership_id, acting(date(2025, 4, 10)))
    covered = dossier(session, made).cover(made.people[0], dossier(session, made).plan.on(JOINED))[-1].last
    days = (covered - JOINED).days + 1
    [refund] = session.execute(select(REFUND)).all()
    assert refund.amount == 115_000 - round(115_000 * days / 365)
    assert refund.due_by == date(2025, 5, 10)
    stands = schedule_of(session, made.membership_id)
    assert stands is not None and stands.call_on is None
    assert balances(session)["premium_refunds", "EUR"] == -refund.amount


def test_what_was_not_paid_is_only_owed_for_covered_days(session: Session) -> None:
    made = member(session, "yearly")
    call(session, made.membership_id, acting(JOINED))
    ends.terminate(session, made.membership_id, "lost_status", date(2025, 4, 9), acting(date(2025, 4, 9)))
    review(session, made.membership_id, acting(date(2025, 4, 10)))
    covered = dossier(session, made).cover(made.people[0], dossier(session, made).plan.on(JOINED))[-1].last
    assert balance(session, made.membership_id) == round(115_000 * ((covered - JOINED).days + 1) / 365)
    assert session.execute(select(func.count()).select_from(REFUND)).scalar() == 0


def test_money_counts_towards_the_premium_it_names_then_the_oldest(session: Session) -> None:
    made = member(session)
    first = call(session, made.membership_id, acting(JOINED))
    second = call(session, made.membership_id, acting(date(2025, 4, 10)))
    assert first is not None and second is not None
    day = acting(date(2025, 4, 20))
    assert allocate(session, dossier(session, made), 30_000, "payment:1", day, first=[second.premium]) == 0
    assert [(o.premium, o.open) for o in open_premiums(session, made.membership_id)] == [(first.premium, 28_650)]
    assert allocate(session, dossier(session, made), 30_000, "payment:2", day) == 1_350


def test_what_the_bank_takes_back_is_due_again_once(session: Session) -> None:
    made = member(session)
    first = call(session, made.membership_id, acting(JOINED))
    assert first is not None
    allocate(session, dossier(session, made), 29_325, "payment:1", acting(JOINED))
    back = acting(date(2025, 3, 1))
    assert take_back(session, dossier(session, made), "payment:1", "return:1", back) == 29_325
    assert take_back(session, dossier(session, made), "payment:1", "return:1", back) == 0
    assert balance(session, made.membership_id) == 29_325
    due, events = dossier(session, made).premiums[first.premium]
    assert [event.kind for event in events] == ["called", "paid", "returned"] and due == first.due_on


def test_terms_that_the_plan_does_not_know_are_refused_by_name(session: Session) -> None:
    made = member(session)
    with pytest.raises(BadInput, match="frequency"):
        change_terms(session, made.membership_id, Terms("monthly"), acting(date(2025, 3, 1)))
    with pytest.raises(Conflict, match="called already"):
        start_calling(session, dossier(session, made), Terms("yearly"), JOINED, acting(JOINED))


def test_another_frequency_waits_for_the_anniversary(session: Session) -> None:
    made = member(session)
    call(session, made.membership_id, acting(JOINED))
    asked = acting(date(2025, 3, 1))
    assert change_terms(session, made.membership_id, Terms("yearly"), asked) == date(2026, 2, 10)
    ends_on = []
    for day in (date(2025, 4, 10), date(2025, 7, 11), date(2025, 10, 11), date(2026, 1, 11)):
        called = call(session, made.membership_id, acting(day))
        assert called is not None
        ends_on.append(session.execute(select(PREMIUM.c.last_day).where(PREMIUM.c.id == called.premium)).scalar())
    assert ends_on == [date(2025, 8, 9), date(2025, 11, 9), date(2026, 2, 9), date(2027, 2, 9)]


def test_who_is_covered_again_is_called_again(session: Session) -> None:
    made = member(session, born=date(1960, 3, 1))  # 65 on 1 March 2025: covered to the quarter's end without a proof
    day = JOINED
    while (stands := schedule_of(session, made.membership_id)) is not None and stands.call_on is not None:
        day = max(stands.call_on, JOINED)
        call(session, made.membership_id, acting(day))
    stopped = schedule_of(session, made.membership_id)
    assert stopped is not None
    add_work_proof(session, made.membership_id, stopped.next_from.year, acting(day + timedelta(days=40)))
    review(session, made.membership_id, acting(day + timedelta(days=41)))
    again = schedule_of(session, made.membership_id)
    assert again is not None and again.call_on is not None
    assert again.call_on != stopped.call_on and call(session, made.membership_id, acting(again.call_on)) is not None


def test_two_calls_at_once_call_one_period(session: Session) -> None:
    made = member(session)
    assert call(session, made.membership_id, acting(JOINED)) is not None
    assert call(session, made.membership_id, acting(JOINED)) is None  # the next period is not due to be called


def test_the_member_s_death_gives_nothing_back_while_the_others_stay_covered(session: Session) -> None:
    made = family(session, joined=JOINED)
    start_calling(session, dossier(session, made), Terms("quarterly"), JOINED, acting(JOINED))
    first = call(session, made.membership_id, acting(JOINED))
    assert first is not None
    allocate(session, dossier(session, made), first.cents, "payment:1", acting(JOINED))
    died = date(2025, 3, 1)
    keep_death(session, dossier(session, made), died, acting(died))
    assert dossier(session, made).cover(made.people[1], dossier(session, made).plan.on(died))[-1].last > died
    review(session, made.membership_id, acting(died))
    assert session.execute(select(func.count()).select_from(REFUND)).scalar() == 0
    stands = schedule_of(session, made.membership_id)
    assert stands is not None and stands.call_on is None


def test_a_renunciation_with_an_unknown_claim_keeps_the_whole_premium_due(session: Session) -> None:
    for number, whole in (("M-1", True), ("M-2", False)):
        made = family(session, joined=JOINED, number=number, concluded_on=JOINED, sold="at_home")
        start_calling(session, dossier(session, made), Terms("quarterly"), JOINED, acting(JOINED))
        first = call(session, made.membership_id, acting(JOINED))
        assert first is not None
        told = acting(date(2025, 2, 14))
        ends.terminate(session, made.membership_id, "renunciation", told.day, told, whole_premium=whole)
        review(session, made.membership_id, told)
        assert (balance(session, made.membership_id) == first.cents) is whole


def test_means_that_are_asked_for_later_replace_those_that_wait(session: Session) -> None:
    made = member(session)
    call(session, made.membership_id, acting(JOINED))
    change_terms(session, made.membership_id, Terms("yearly", "transfer"), acting(date(2025, 3, 1)))
    change_terms(session, made.membership_id, Terms("quarterly", "direct_debit"), acting(date(2025, 3, 2)))
    rows = terms_of(session, made.membership_id)
    for day in (date(2025, 5, 10), date(2026, 2, 10), date(2027, 2, 10)):
        assert terms_on(rows, day) == Terms("quarterly", "direct_debit")


def test_of_two_options_of_a_kind_the_newest_is_called(session: Session) -> None:
    made = member(session, "yearly")
    for first_day, yearly in ((JOINED, 10_000), (JOINED + timedelta(days=73), 20_000)):
        session.execute(
            OPTION.insert().values(
                membership_id=made.membership_id, kind="liability", terms={}, first_day=first_day, yearly=yearly,
                recorded_at=acting(JOINED).at,
            )
        )  # fmt: skip
    called = call(session, made.membership_id, acting(JOINED))
    assert called is not None
    told = [line[3] for line in lines(session, called.premium) if line[0] == "option"]
    assert told == [2_000, 16_000]  # 73 days of 100 EUR a year, then 292 of 200


CHANGES = st.lists(
    st.tuples(st.integers(1, 400), st.sampled_from(["spouse", "child", "zone", "formula", "end"])), max_size=5
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES, frequency=st.sampled_from(["yearly", "half_yearly", "quarterly"]))
def test_whatever_changes_the_calls_add_up_to_what_the_days_are_worth(
    engine: Engine, changes: Sequence[tuple[int, str]], frequency: str
) -> None:
    with Session(engine, expire_on_commit=False) as session:
        made = member(session, frequency)
        wanted = sorted(changes)
        for day in range(0, 420, 30):
            today = JOINED + timedelta(days=day)
            while wanted and wanted[0][0] <= day:
                _change(session, made, wanted.pop(0)[1], acting(today))
            review(session, made.membership_id, acting(today))
            while due_to_call(session, today, 0, 1):
                call(session, made.membership_id, acting(today))
        if (stands := schedule_of(session, made.membership_id)) is not None and stands.call_on is not None:
            call(session, made.membership_id, acting(max(stands.call_on, today)))  # with what waited for it
        stands = schedule_of(session, made.membership_id)
        total = session.execute(select(func.sum(LINE.c.amount))).scalar()
        now, first, worthy = dossier(session, made), JOINED, 0
        while stands is not None and first < stands.next_from:
            period = period_from(first, JOINED, frequency)
            worthy += sum(part.cents for part in worth(now, period, frequency))
            first = period.last + DAY
        assert total == worthy
        back = session.execute(select(func.coalesce(func.sum(REFUND.c.amount), 0))).scalar()
        booked = balances(session)
        assert booked.get(("premiums_receivable", "EUR"), 0) == total + back
        assert balance(session, made.membership_id) == total + back
        assert out_of_balance(session) == []
        session.rollback()


def _change(session: Session, made: Joined, kind: str, told: Acting) -> None:
    key = made.membership_id
    if kind == "spouse":
        if all(row.role != "spouse" for row in dossier(session, made).people.values()):
            add_person(session, key, NewPerson("spouse", date(1991, 3, 1)), told)
    elif kind == "child":
        add_person(session, key, NewPerson("child", date(2020, 3, 1)), told)
    elif kind == "zone":
        change_zone(session, key, "B", None, True, told)
    elif kind == "formula":
        change_formula(session, key, "3", True, told)
    else:
        ends.terminate(session, key, "lost_status", told.day, told)
