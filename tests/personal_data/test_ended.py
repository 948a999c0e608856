"""Which memberships ended long ago: all that did; the work follows from how many did, not from how many there are."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session

from expat.claims.dossier import Dossier
from expat.claims.load import load
from expat.db import table_of, transaction
from expat.errors import NotFound
from expat.jobs.daily import data
from expat.jobs.run import run_day
from expat.membership import ends, leavings
from expat.membership.death import keep_death
from expat.membership.join import NewMembership, NewPerson, join
from expat.membership.proofs import add_work_proof
from expat.periods import add_months
from expat.personal_data import ended as ended_ones
from expat.personal_data.ended import ended
from expat.personal_data.retention import Retention
from expat.premiums.bill import premium_due
from expat.premiums.tables import Premium, PremiumEvent
from tests.jobs.clocked import runner
from tests.membership.ending import JOINED, acting, dossier, family

KEPT = Retention("medical", 24, "end_of_membership", "x", date(2018, 5, 25), None)
OLD, TOLD, FIRST = date(1960, 2, 29), date(2024, 6, 1), date(2024, 2, 1)


def unpaid(session: Session, number: str, called: date | None, *happened: tuple[str, date]) -> None:
    """A family whose first premium fell due on 1 February 2024, and what happened to it."""
    made = family(session, number=number)
    key = premium_due(session, made.membership_id, FIRST, acting(JOINED))
    premium, events = table_of(Premium), table_of(PremiumEvent)
    session.execute(premium.update().where(premium.c.id == key).values(called_on=called))
    for kind, on in happened:
        values = {"premium_id": key, "kind": kind, "happened_on": on, "recorded_at": acting(on).at}
        session.execute(events.insert().values(values))


def every_way(session: Session) -> list[int]:
    """Memberships that end in every way, and some that do not."""
    family(session, number="stands")
    gone = family(session, number="terminated")
    ends.terminate(session, gone.membership_id, "false_declaration", TOLD, acting(TOLD))
    never = family(session, number="renounced", concluded_on=date(2023, 12, 20))
    ends.terminate(session, never.membership_id, "renunciation", date(2023, 12, 22), acting(date(2023, 12, 22)))
    mourning = family(session, number="died")
    keep_death(session, dossier(session, mourning), date(2024, 5, 20), acting(TOLD))
    parted = family(session, number="parted")
    leavings.remove_person(session, parted.membership_id, parted.people[1], "separated", TOLD, acting(TOLD))
    family(session, born=OLD, number="old")
    working = family(session, born=OLD, number="working")
    add_work_proof(session, working.membership_id, 2026, acting(date(2026, 1, 5)))
    unpaid(session, "never paid", None)
    unpaid(session, "paid in time", None, ("paid", FIRST))
    unpaid(session, "paid late", None, ("paid", FIRST + timedelta(days=9)))
    unpaid(session, "taken back", None, ("paid", FIRST), ("returned", TOLD))
    unpaid(session, "never told", date(2024, 1, 2))
    unpaid(session, "told", date(2024, 1, 2), ("noticed", TOLD))
    unpaid(session, "paid after notice", date(2024, 1, 2), ("noticed", TOLD), ("paid", TOLD + timedelta(days=5)))
    people = (NewPerson("member", date(1990, 5, 2), covered_from=date(2024, 9, 1)),)
    new = NewMembership("later", "expat-uno", JOINED, "3", "B", "SG", people)
    later = join(session, new, datetime(2024, 1, 1, tzinfo=UTC))
    ends.terminate(session, later.membership_id, "false_declaration", TOLD, acting(TOLD))
    session.flush()
    return list(range(1, later.membership_id + 1))


def last_day(one: Dossier, day: date) -> date | None:
    """The last day on which somebody is covered, from all that is known of a membership."""
    edition = one.plan.on(day)
    return max((days.last for person in one.people for days in one.cover(person, edition)), default=None)


def test_all_that_ended_are_found_to_the_day(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    known = load(session, every_way(session))
    lasts = {last for one in known.values() if (last := last_day(one, date(2026, 1, 1))) and last.year < 2100}
    assert len(lasts) >= 6
    for last in sorted(lasts):
        for day in (add_months(last, 24) + n * timedelta(days=1) for n in (0, 1, 2)):
            past = {key: on for key, one in known.items() if (on := last_day(one, day)) and KEPT.ends(on) < day}
            assert dict(ended(session, KEPT, day)) == past
    monkeypatch.setattr(ended_ones, "SLICE", 2)
    assert dict(ended(session, KEPT, day)) == past
    some = [key for key in past if key % 2]
    assert dict(ended(session, KEPT, day, some)) == {key: past[key] for key in some}


def test_an_erasure_that_fails_ends_the_days_rounds(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction(engine) as session:
        done = ends.terminate(session, family(session).membership_id, "false_declaration", TOLD, acting(TOLD))
    assert done.effective_from is not None

    def broken(*_args: Any) -> None:
        raise NotFound("document", "it cannot be made blank", "one that can")

    day = add_months(done.effective_from, 24)
    with monkeypatch.context() as failing:
        failing.setattr(data, "erase", broken)
        assert run_day(runner(engine, day), data.JOBS[0], day).failed == 1
    later = run_day(runner(engine, day + timedelta(days=1)), data.JOBS[0], day + timedelta(days=1))
    assert (later.done, later.failed) == (1, 0)


@contextmanager
def counted(session: Session, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[list[str], list[int]]]:
    """The statements that are sent, and the memberships whose dossiers are read."""
    sent: list[str] = []
    read: list[int] = []

    def note(_c: Any, _x: Any, statement: str, *_more: Any) -> None:
        sent.append(statement)

    def loaded(session: Session, keys: Collection[int]) -> dict[int, Dossier]:
        read.extend(keys)
        return load(session, keys)

    monkeypatch.setattr(ended_ones, "load", loaded)
    event.listen(session.get_bind(), "before_cursor_execute", note)
    yield sent, read
    event.remove(session.get_bind(), "before_cursor_execute", note)


def test_where_nothing_is_past_its_time_no_dossier_is_read(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    day, counts = date(2027, 3, 1), []
    for size in (3, 30):
        for n in range(size):
            family(session, number=f"{size}-{n}")
        with counted(session, monkeypatch) as (sent, read):
            assert data.JOBS[0].find(session, day, -1) == []
        assert read == []
        counts.append(len(sent))
    assert counts[0] == counts[1] < 80


def test_of_those_that_ended_alone_the_dossiers_are_read(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [family(session, number=f"M-{n}") for n in range(12)]
    for one in made[:3]:
        done = ends.terminate(session, one.membership_id, "false_declaration", TOLD, acting(TOLD))
    assert done.effective_from is not None
    with counted(session, monkeypatch) as (_sent, read):
        assert data.JOBS[0].find(session, add_months(done.effective_from, 24) - timedelta(days=1), -1) == []
    assert read == []
    with counted(session, monkeypatch) as (_sent, read):
        assert len(data.JOBS[0].find(session, add_months(done.effective_from, 24), -1)) == 1
    assert read == [one.membership_id for one in made[:3]]
