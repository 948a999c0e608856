"""What the tests of the daily jobs share: a runner on a day, a family that can be written to, what they were told."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Engine, select

from expat.claims.tables import CeilingUse
from expat.db import reading, table_of, transaction
from expat.documents.keys import Keys, new_key
from expat.jobs.job import Job
from expat.jobs.run import Ran, Runner, run_day
from expat.mail.tables import OutgoingMail
from expat.membership.join import Joined, NewMembership, NewPerson, join
from expat.membership.tables import Member
from expat.periods import DAY
from expat.settings import Settings
from tests.jobs.test_run import Moved

JOINED = date(2025, 1, 1)
MAIL, USE = table_of(OutgoingMail), table_of(CeilingUse)
MEMBER, SPOUSE, CHILD = range(3)


def household(engine: Engine, number: str = "M-1", formula: str = "4", **born: date) -> Joined:
    """A member, a spouse and a child in Senegal; `member`, `spouse` and `child` are their births."""
    births = {"member": date(1985, 5, 2), "spouse": date(1986, 1, 1), "child": date(2010, 3, 15), **born}
    names = {"member": "Ada", "spouse": "Charles", "child": "Ann"}
    people = tuple(NewPerson(role, day, names[role], "Lovelace") for role, day in births.items())
    at = Moved(JOINED).at
    who = Member(first_name="Ada", last_name="Lovelace", language="en", email=f"{number}@post.example", recorded_at=at)
    with transaction(engine) as session:
        new = NewMembership(number, "expat-uno", JOINED, formula, "A", "SN", people, member=who)
        return join(session, new, at)


def runner(engine: Engine, day: date, **chosen: Any) -> Runner:
    """What runs jobs at six in the morning of a day."""
    key, settings = new_key(), Settings(operator_email="desk@expat.example", **chosen)
    return Runner(engine, Moved(day), settings, lambda: Keys.read(key))


def ran(engine: Engine, job: Job, day: date, **chosen: Any) -> Ran:
    """A job's day; nothing of it may fail."""
    done = run_day(runner(engine, day, **chosen), job, day)
    assert done.failed == 0
    return done


def told_on(engine: Engine, job: Job, first: date, last: date) -> list[date]:
    """The days, from the first to the last, on which running a job told something; each is run twice."""
    found, day = [], first
    while day <= last:
        before = len(mails(engine))
        ran(engine, job, day)
        after = len(mails(engine))
        ran(engine, job, day)
        assert len(mails(engine)) == after, "run twice, it told twice"
        found += [day] * (after - before)
        day += DAY
    return found


def mails(engine: Engine) -> list[Any]:
    """Every mail of the outbox, in the order made."""
    with reading(engine) as session:
        return list(session.execute(select(MAIL).order_by(MAIL.c.id)))


def body(mail: Any) -> str:
    """What a mail says, on one line, with plain spaces."""
    return " ".join(mail.body.split())


def use(engine: Engine, person: int, category: str, cents: int, year: date = JOINED) -> None:
    """Note that so much was paid for a person's care of a category in a membership year."""
    with transaction(engine) as session:
        row = {"person_id": person, "category": category, "year_starts": year, "paid": cents, "own": cents,
               "carried": 0, "complication": False}  # fmt: skip
        session.execute(USE.insert(), row)
