"""A made-up world that lives day by day beside the jobs: people who pay in time, late, in part or never, and change.

What it does on a day follows from the day and from who it is alone, so that two lives of one world can be compared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Engine, select

from expat.billing.account import allocate, open_premiums
from expat.billing.tables import PremiumAllocation, PremiumLine, PremiumRefund, PremiumSchedule
from expat.billing.terms import Terms, start_calling
from expat.claims.load import load
from expat.db import reading, table_of, transaction
from expat.documents.keys import Keys
from expat.jobs.catalogue import JOBS
from expat.jobs.job import Job
from expat.jobs.run import Runner
from expat.jobs.several import run_missed
from expat.ledger.post import balances
from expat.mail.tables import OutgoingMail
from expat.membership.changes import Acting, add_person, change_zone
from expat.membership.ends import terminate
from expat.membership.join import NewMembership, NewPerson, join
from expat.membership.tables import Member, Membership
from expat.periods import DAY
from expat.premiums.tables import Premium, PremiumEvent
from expat.settings import Settings

BEGINS = date(2025, 1, 15)
HABITS = ("in time", "in time", "in time", "late", "suspended", "in parts", "never")
FREQUENCIES = ("quarterly", "half_yearly", "yearly")
KEY = "M" * 43 + "="
LEFT_OUT = ("rates.fetch", "rates.alarm")  # no source is asked


def daily() -> list[Job]:
    """The jobs that the world lives with."""
    return [job for job in JOBS if job.name not in LEFT_OUT]


def morning(day: date) -> datetime:
    """When a day's jobs run."""
    return datetime.combine(day, time(6), UTC)


def runner(engine: Engine, day: date) -> Runner:
    """A runner on the morning of a day."""
    return Runner(engine, lambda: morning(day), Settings(), lambda: Keys.read(KEY))


def run_day(engine: Engine, day: date) -> None:
    """The jobs of a day, with the days before that were missed."""
    for ran in run_missed(runner(engine, day), daily(), day):
        assert ran.failed == 0, f"{ran.job} of {ran.day}"


@dataclass
class World:
    """So many memberships, on a database."""

    engine: Engine
    size: int

    def begin(self) -> None:
        """Everybody joins in the first quarter; premiums are called from the first day on."""
        for n in range(self.size):
            joined = BEGINS + timedelta(days=(n * 7) % 90)
            acting = self._acting(joined)
            with transaction(self.engine) as session:
                email = f"p{n}@example.org"
                who = Member(
                    first_name="P", last_name=f"No{n}", language="en", email=email, street="1 Quay", town="Koeln",
                    country="DE", recorded_at=acting.at,
                )  # fmt: skip
                people = (NewPerson("member", date(1958 + n % 40, 1 + n % 12, 1 + n % 28), "P", f"No{n}"),)
                if n % 3 == 0:
                    people += (NewPerson("child", date(2006 + n % 12, 3, 1), "C", f"No{n}"),)
                number, formula, zone = f"W-{n:05}", str(1 + n % 4), "ABC"[n % 3]
                new = NewMembership(number, "expat-uno", joined, formula, zone, "SG", people, member=who)
                made = join(session, new, acting.at)
                dossier = load(session, [made.membership_id])[made.membership_id]
                start_calling(session, dossier, Terms(FREQUENCIES[n % 3]), joined, acting)

    def live(self, days: int, jobs: Callable[[Engine, date], None] = run_day) -> None:
        """So many days: first the jobs of the day, then what people do on it."""
        for n in range(days):
            day = BEGINS + n * DAY
            jobs(self.engine, day)
            self._people(day)

    def _people(self, day: date) -> None:
        with reading(self.engine) as session:
            rows = session.execute(select(table_of(Membership)).order_by(table_of(Membership).c.id)).all()
            payable = set(session.execute(select(table_of(Premium).c.membership_id).distinct()).scalars())
        for row in rows:
            n = int(row.number.removeprefix("W-"))
            if row.id in payable:
                self._pay(row.id, n, day)
            since = (day - row.joined).days
            if since in (100, 200, 300) and n % 10 == since // 100:
                self._change(row.id, since, day)

    def _pay(self, membership: int, n: int, day: date) -> None:
        habit = HABITS[n % len(HABITS)]
        wait = {"in time": 0, "in parts": 3, "late": 20, "suspended": 50}.get(habit)
        if wait is None:
            return
        with reading(self.engine) as session:
            due = [one for one in open_premiums(session, membership) if one.due_on + timedelta(days=wait) <= day]
        if not due:
            return
        one = due[0]
        cents = one.open if habit != "in parts" or one.open < one.amount else one.amount // 3
        acting = self._acting(day)
        with transaction(self.engine) as session:
            dossier = load(session, [membership], lock=True)[membership]
            allocate(session, dossier, cents, f"paid:{n}:{day}", acting, [one.premium])

    def _change(self, membership: int, since: int, day: date) -> None:
        with transaction(self.engine) as session:
            if since == 100:
                add_person(session, membership, NewPerson("spouse", date(1990, 5, 5), "S", "P"), self._acting(day))
            elif since == 200:
                change_zone(session, membership, "B", None, True, self._acting(day))
            else:
                terminate(session, membership, "lost_status", day, self._acting(day))

    @staticmethod
    def _acting(day: date) -> Acting:
        return Acting(day, datetime.combine(day, time(12), UTC), ("ecb",), "world")


def business(engine: Engine) -> list[tuple[str, ...]]:
    """Every business row that calls, payments and dunning left, without ids and instants, in a canonical order."""
    with reading(engine) as session:
        number = dict(session.execute(select(table_of(Membership).c.id, table_of(Membership).c.number)).all())  # type: ignore[arg-type]
        premiums = {row.id: row for row in session.execute(select(table_of(Premium)))}
        names = {
            key: (number[row.membership_id], str(row.due_on), str(row.called_on), str(row.amount))
            for key, row in premiums.items()
        }
        found: list[tuple[str, ...]] = [("premium", *name) for name in names.values()]
        for row in session.execute(select(table_of(PremiumEvent))):
            found.append(("event", *names[row.premium_id], row.kind, str(row.happened_on)))
        for row in session.execute(select(table_of(PremiumLine))):
            what = row.kind, str(row.period_from), str(row.first_day), str(row.last_day), str(row.amount)
            found.append(("line", *names[row.premium_id], str(row.position), *what))
        for row in session.execute(select(table_of(PremiumAllocation))):
            source = row.source if row.source.startswith("paid") else "credit"
            found.append(("allocation", *names[row.premium_id], str(row.amount), str(row.day), source))
        for row in session.execute(select(table_of(PremiumRefund))):
            found.append(("refund", number[row.membership_id], str(row.amount), row.reason, str(row.due_by)))
        for row in session.execute(select(table_of(PremiumSchedule))):
            found.append(("schedule", number[row.membership_id], str(row.next_from), str(row.call_on)))
        for row in session.execute(select(table_of(OutgoingMail))):
            found.append(("mail", row.to_address, row.kind, row.subject, str(row.made_at.date())))
        found += [("balance", *account, str(units)) for account, units in balances(session).items()]
    return sorted(found)


def accounted_for(engine: Engine) -> dict[str, Any]:
    """What must always hold: the receivable is what is open less what goes back; each premium has its course."""
    with reading(engine) as session:
        called = sum(session.execute(select(table_of(PremiumLine).c.amount)).scalars())
        received = sum(
            row.amount for row in session.execute(select(table_of(PremiumAllocation))) if row.source.startswith("paid")
        )
        refunds = sum(session.execute(select(table_of(PremiumRefund).c.amount)).scalars())
        return {"called": called, "received": received, "refunds": refunds, "booked": balances(session)}
