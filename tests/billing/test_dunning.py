"""An unpaid premium day by day (UNO-DUN-1 to 3): what is sent, what is covered, and what a payment brings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, select, update

from expat.billing.account import allocate, balance, take_back
from expat.billing.calls import call
from expat.billing.contest import answer_contest, contest_premium
from expat.billing.listing import account
from expat.billing.tables import PremiumSchedule
from expat.billing.terms import Terms, start_calling
from expat.db import reading, table_of, transaction
from expat.documents.keys import Keys, new_key
from expat.jobs.catalogue import job_named
from expat.jobs.run import Runner, run_day
from expat.mail.tables import OutgoingMail
from expat.membership.join import Joined, NewMembership, NewPerson, join
from expat.membership.status import covered_on
from expat.membership.tables import Member
from expat.periods import DAY
from expat.premiums.bill import premium_event
from expat.premiums.tables import PremiumOpen
from expat.settings import Settings
from tests.billing.test_calls import JOINED
from tests.membership.ending import acting, dossier

DUE = date(2025, 5, 10)
MAIL, SCHEDULE, OPEN = table_of(OutgoingMail), table_of(PremiumSchedule), table_of(PremiumOpen)
JOBS = [job_named(name) for name in ("premium.review", "premium.calls", "premium.dunning", "letters.post")]


class Course:
    """A member who paid the first quarter and not the one that falls due on 10 May 2025; days are lived one by one."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.at = engine, datetime(2025, 2, 10, 6, tzinfo=UTC)
        with transaction(engine) as session:
            ada = Member(first_name="Ada", last_name="L", language="en", email="ada@example.org", street="1 Quay",
                         town="Koeln", country="DE", recorded_at=self.at)  # fmt: skip
            people = (NewPerson("member", date(1990, 5, 2)),)
            new = NewMembership("UNO-1", "expat-uno", JOINED, "1", "A", "SG", people, member=ada)
            self.made: Joined = join(session, new, self.at)
            start_calling(session, dossier(session, self.made), Terms("quarterly"), JOINED, acting(JOINED))
        self.live(JOINED)
        self.pay(29_325, "payment:0", JOINED)
        self.live(date(2025, 4, 10))

    def live(self, day: date, over: Mapping[str, Any] | None = None) -> None:
        """A day's jobs."""
        self.at = datetime(day.year, day.month, day.day, 6, tzinfo=UTC)
        runner = Runner(self.engine, lambda: self.at, Settings(**(over or {})), lambda: Keys.read(new_key()))
        for job in JOBS:
            assert run_day(runner, job, day).failed == 0

    def until(self, day: date) -> None:
        """Every day to the one named."""
        while self.at.date() < day:
            self.live(self.at.date() + DAY)

    def pay(self, cents: int, source: str, day: date) -> int:
        with transaction(self.engine) as session:
            return allocate(session, dossier(session, self.made), cents, source, acting(day))

    def give_back(self, source: str, day: date) -> None:
        with transaction(self.engine) as session:
            take_back(session, dossier(session, self.made), source, f"return of {source}", acting(day))

    def decide(self, kind: str, day: date, premium: int = 2) -> None:
        with transaction(self.engine) as session:
            premium_event(session, premium, kind, acting(day))

    def told(self) -> dict[str, date]:
        """What was told of the premium, and when."""
        with reading(self.engine) as session:
            rows = session.execute(select(MAIL).where(MAIL.c.kind == "premium").order_by(MAIL.c.id)).all()
        return {row.key.split(":")[2]: row.made_at.date() for row in rows if row.key.split(":")[1] == "2"}

    def covered(self, day: date) -> bool:
        with reading(self.engine) as session:
            return covered_on(dossier(session, self.made), self.made.people[0], day)

    def suspended(self) -> list[tuple[date, date]]:
        with reading(self.engine) as session:
            found = dossier(session, self.made)
            return [tuple(p) for p in found.facts_on(found.plan.on(DUE)).suspensions]

    def ended(self) -> date | None:
        with reading(self.engine) as session:
            found = dossier(session, self.made)
            return found.facts_on(found.plan.on(DUE)).terminated_on

    def open(self) -> int:
        with reading(self.engine) as session:
            return balance(session, self.made.membership_id)


NOTICE = DUE + timedelta(days=16)
SUSPENSION, TERMINATION = NOTICE + timedelta(days=30), NOTICE + timedelta(days=40)


def test_the_whole_course_of_a_premium_that_nobody_pays(engine: Engine) -> None:
    course = Course(engine)
    course.until(SUSPENSION - DAY)
    assert course.told() == {"called": date(2025, 4, 10), "reminder": DUE + timedelta(days=5), "notice": NOTICE}
    course.until(TERMINATION - DAY)
    assert course.told()["suspension"] == SUSPENSION
    assert course.suspended() == [(SUSPENSION, TERMINATION - DAY)]
    course.until(TERMINATION + timedelta(days=60))
    assert course.told()["termination"] == TERMINATION and course.ended() == TERMINATION
    # owed to the termination: 10 May to 4 July has 56 of the quarter's 92 days
    assert (TERMINATION - DUE).days == 56 and course.open() == 17_850
    with reading(engine) as session:
        assert session.execute(select(SCHEDULE.c.call_on)).scalar() is None


def test_a_notice_that_leaves_late_counts_from_the_day_on_which_it_left(engine: Engine) -> None:
    course = Course(engine)
    course.until(NOTICE - DAY)
    late = NOTICE + timedelta(days=7)
    runner_at = datetime(late.year, late.month, late.day, 6, tzinfo=UTC)
    runner = Runner(engine, lambda: runner_at, Settings(), lambda: Keys.read(new_key()))
    for back in range(7, -1, -1):  # a week was missed: its days are made good on one day
        for job in JOBS:
            run_day(runner, job, late - timedelta(days=back))
    course.at = runner_at
    course.until(late + timedelta(days=30))
    assert course.told()["suspension"] == late + timedelta(days=30)


def test_paid_while_suspended_cover_is_back_on_the_day_after(engine: Engine) -> None:
    course = Course(engine)
    paid = SUSPENSION + timedelta(days=3)
    course.until(paid)
    course.pay(29_325, "payment:1", paid)
    assert [course.covered(paid), course.covered(paid + DAY)] == [False, True]
    assert course.suspended() == [(SUSPENSION, paid)]
    course.until(TERMINATION + DAY)
    assert course.ended() is None and "termination" not in course.told()


def test_paid_in_part_the_course_goes_on_and_the_rest_is_asked_for(engine: Engine) -> None:
    course = Course(engine)
    course.pay(20_000, "payment:1", DUE)
    course.until(NOTICE)
    assert course.open() == 9_325 and "notice" in course.told()
    course.pay(9_325, "payment:2", NOTICE)
    course.until(SUSPENSION + DAY)
    assert course.suspended() == [] and course.open() == 0


def test_paid_on_the_very_day_of_the_suspension_it_has_begun(engine: Engine) -> None:
    course = Course(engine)
    course.until(SUSPENSION)
    course.pay(29_325, "payment:1", SUSPENSION)
    assert course.suspended() == [(SUSPENSION, SUSPENSION)]


def test_paid_on_the_day_of_the_termination_it_stays_ended(engine: Engine) -> None:
    course = Course(engine)
    course.until(TERMINATION)
    course.pay(course.open(), "payment:1", TERMINATION)
    assert course.ended() == TERMINATION


def test_a_debit_that_the_bank_takes_back_after_the_resumption_begins_a_course_anew(engine: Engine) -> None:
    course = Course(engine)
    paid = SUSPENSION + timedelta(days=2)
    course.until(paid)
    course.pay(29_325, "payment:1", paid)
    returned = paid + timedelta(days=20)
    course.until(returned)
    course.give_back("payment:1", returned)
    course.until(returned + timedelta(days=16 + 30))
    again = returned + timedelta(days=16)
    assert course.suspended()[:2] == [
        (SUSPENSION, paid),
        (again + timedelta(days=30), again + timedelta(days=39)),
    ]  # fmt: skip  (the next quarter is not paid either)


def test_a_contest_stops_the_clock_until_a_person_decides(engine: Engine) -> None:
    course = Course(engine)
    contested, decided = NOTICE + timedelta(days=10), NOTICE + timedelta(days=25)
    course.until(contested)
    course.decide("contested", contested)
    course.until(decided)
    assert course.suspended() == []
    course.decide("upheld", decided)
    course.until(SUSPENSION + timedelta(days=15))
    assert course.told()["suspension"] == SUSPENSION + timedelta(days=15)
    course.until(TERMINATION + timedelta(days=15))
    assert course.ended() == TERMINATION + timedelta(days=15)


def test_a_decision_for_the_member_ends_the_course(engine: Engine) -> None:
    course = Course(engine)
    course.until(NOTICE + timedelta(days=10))
    course.decide("contested", NOTICE + timedelta(days=10))
    course.decide("granted", NOTICE + timedelta(days=12))
    course.until(TERMINATION + DAY)
    assert course.ended() is None and course.suspended() == []


def test_a_contest_that_waits_outlasts_a_debit_that_comes_and_returns(engine: Engine) -> None:
    course = Course(engine)
    contested = NOTICE + timedelta(days=5)
    course.until(contested)
    with transaction(engine) as session:
        contest_premium(session, 2, "I paid", contested, acting(contested))
    course.pay(29_325, "payment:1", contested + DAY)
    course.give_back("payment:1", contested + timedelta(days=9))
    course.until(TERMINATION + timedelta(days=40))
    assert course.suspended() == [] and course.ended() is None


def test_an_answer_before_the_due_day_reminds_nobody_early(engine: Engine) -> None:
    course = Course(engine)
    with transaction(engine) as session:
        contest_premium(session, 2, "Too high", date(2025, 4, 20), acting(date(2025, 4, 15)))
        answer_contest(session, 2, "upheld", "It is right", acting(date(2025, 4, 20)))
    course.until(DUE + timedelta(days=4))
    assert "reminder" not in course.told()
    course.until(DUE + timedelta(days=5))
    assert course.told()["reminder"] == DUE + timedelta(days=5)


def test_what_a_person_granted_waits_for_nobody_and_what_is_paid_is_not_noticed(engine: Engine) -> None:
    course = Course(engine)
    course.until(NOTICE)
    with transaction(engine) as session:
        contest_premium(session, 2, "I paid", NOTICE, acting(NOTICE))
        answer_contest(session, 2, "granted", "It is here", acting(NOTICE))
    with reading(engine) as session:
        found = account(session, 2)
    assert found is not None and (found.state, found.next_on) == ("over", None)


def test_a_premium_that_is_paid_takes_no_step_whatever_its_course_says(engine: Engine) -> None:
    course = Course(engine)
    course.pay(29_325, "payment:1", DUE)
    with transaction(engine) as session:
        session.execute(update(OPEN).where(OPEN.c.premium_id == 2).values(step="reminder", next_on=DUE))
    course.until(NOTICE + DAY)
    assert set(course.told()) == {"called"}


def test_what_is_called_late_is_due_thirty_days_after_it_was_told(engine: Engine) -> None:
    course = Course(engine)
    late = date(2025, 8, 30)  # the quarter from 10 August was to be called on 11 July
    with transaction(engine) as session:
        called = call(session, course.made.membership_id, acting(date(2025, 7, 11)), told_on=late)
    assert called is not None and called.due_on == late + timedelta(days=30)
