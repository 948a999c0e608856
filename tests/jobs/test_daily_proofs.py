"""Proofs are asked for by one item for each membership, and the command asks for the same."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Engine, select

from expat.db import reading, table_of, transaction
from expat.jobs.daily.proofs import JOB
from expat.jobs.tables import JobItem
from expat.letters.reminders import remind
from tests.jobs.clocked import household, mails, ran, told_on
from tests.jobs.test_run import Moved

ITEM = table_of(JobItem)
ASKED = date(2026, 1, 14)  # 60 days before the child is 20, on 15 March 2026
TWENTY = date(2006, 3, 15)


def test_each_membership_is_one_item_and_is_asked_when_it_is_time(engine: Engine) -> None:
    made = [household(engine, f"M-{n}", child=TWENTY) for n in range(3)]
    household(engine, "young")
    assert told_on(engine, JOB, date(2026, 1, 13), date(2026, 1, 15)) == [ASKED] * 3
    with reading(engine) as session:
        keys = session.execute(select(ITEM.c.key).order_by(ITEM.c.id)).scalars().all()
    assert keys == [f"membership:{one.membership_id}:{ASKED}" for one in made]


def test_who_was_told_by_the_command_is_no_item(engine: Engine) -> None:
    household(engine, child=TWENTY)
    with transaction(engine) as session:
        assert remind(session, ASKED, Moved(ASKED).at, "https://x.example") == 1
    assert ran(engine, JOB, ASKED).done == 0
    assert len(mails(engine)) == 1


def test_who_comes_to_be_known_late_is_asked_all_the_same(engine: Engine) -> None:
    ran(engine, JOB, ASKED)
    household(engine, child=TWENTY)
    assert ran(engine, JOB, date(2026, 1, 20)).done == 1
