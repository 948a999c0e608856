"""An accepted application whose first premium never comes: told beforehand, then it lapses, once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session

from expat.applications import lapse as expiring
from expat.applications import listing
from expat.applications.begin import application, begin, standing_of
from expat.applications.conclude import conclude
from expat.applications.decide import Exclusion
from expat.applications.hand_in import agree
from expat.applications.happened import events_of
from expat.applications.lapse import lapse, late, remind
from expat.applications.listing import first_premiums
from expat.currency.calendar import add_working_days
from expat.db import table_of, transaction
from expat.errors import Conflict
from expat.mail.tables import OutgoingMail
from tests.applications.applying import AT, DAY, KEYS, acting, applicant, handed_in
from tests.applications.test_path import CASHIER, accept, due, stands

BY = DAY + timedelta(days=30)
OVER = add_working_days(BY, 3) + timedelta(days=1)
PAGE = "https://expat.example/apply/file"


def mails(session: Session) -> list[str]:
    table = table_of(OutgoingMail)
    return list(session.execute(select(table.c.subject).order_by(table.c.id)).scalars())


def test_the_last_day_is_told_with_the_acceptance_and_again_before_it(session: Session) -> None:
    key = handed_in(session)
    accept(session, key)
    assert standing_of(session, application(session, key)).by == BY
    assert late(session, BY - timedelta(days=8)) == []
    near = BY - timedelta(days=7)
    (one,) = late(session, near)
    assert (one.application, one.by, one.over) == (key, BY, False)
    assert [remind(session, key, acting(day=near), PAGE) for _twice in range(2)] == [True, False]
    assert mails(session) == ["Your application is open until 3 September 2025"]


def test_a_payment_of_the_last_day_has_its_days_to_arrive(session: Session) -> None:
    """Recorded days later, it still concludes the membership, as of the day on which it came."""
    key = handed_in(session)
    accept(session, key)
    eve = OVER - timedelta(days=1)
    assert not lapse(session, key, acting(day=eve), PAGE)
    done = conclude(session, key, due(session, key), acting(CASHIER, eve), KEYS, received_on=BY)
    assert done.effect == BY


def test_past_it_the_application_lapses_once(session: Session) -> None:
    who = applicant(session)
    key = handed_in(session, account=who)
    accept(session, key)
    assert late(session, OVER)[0].over
    assert [lapse(session, key, acting(day=OVER), PAGE) for _twice in range(2)] == [True, False]
    assert stands(session, key) == "lapsed"
    assert mails(session) == ["Your application has lapsed"]
    assert first_premiums(session) == [] and late(session, OVER) == []
    with pytest.raises(Conflict):
        conclude(session, key, Decimal("950.13"), acting(CASHIER, OVER), KEYS)
    assert begin(session, who, AT) != key


def test_one_that_was_never_agreed_to_lapses_and_agreeing_starts_the_days_anew(session: Session) -> None:
    left_out = Exclusion("p1", ("dental",), "Crowns are left out.")
    key = handed_in(session)
    accept(session, key, exclusions=(left_out,))
    assert standing_of(session, application(session, key)).by == BY
    offer = events_of(session, [key])[key][-1]
    agree(session, key, offer.id, acting(day=DAY + timedelta(days=10)))
    assert standing_of(session, application(session, key)).by == BY + timedelta(days=10)
    assert not lapse(session, key, acting(day=OVER), PAGE)


def test_an_application_with_the_medical_department_never_lapses(session: Session) -> None:
    handed_in(session)
    assert late(session, date(2026, 8, 4)) == []


def test_they_are_found_a_page_at_a_time_and_those_of_others_are_not_read(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = []
    for n in range(5):
        key = handed_in(session, account=applicant(session, f"p{n}@example.org"))
        if n != 1:  # one stays with the medical department
            accept(session, key)
            waits.append(key)
    assert lapse(session, waits[0], acting(day=OVER), PAGE)
    read: list[int] = []

    def reading(session: Session, keys: list[int]) -> Any:
        read.extend(keys)
        return events_of(session, keys)

    monkeypatch.setattr(listing, "events_of", reading)
    monkeypatch.setattr(expiring, "SLICE", 2)
    assert [one.application for one in late(session, OVER, 0, 2)] == waits[1:3]
    assert read == waits[1:3]
    assert [one.application for one in late(session, OVER, waits[2], 2)] == waits[3:]
    assert [one.application for one in late(session, OVER)] == waits[1:]


def test_two_at_once_lapse_it_once(engine: Engine) -> None:
    with transaction(engine) as session:
        key = handed_in(session)
        accept(session, key)

    def run(_n: int) -> bool:
        with transaction(engine) as session:
            return lapse(session, key, acting(day=OVER), PAGE)

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(run, range(2))) == [False, True]
    with transaction(engine) as session:
        assert [e.kind for e in events_of(session, [key])[key]] == ["handed_in", "accepted", "lapsed"]
        assert len(mails(session)) == 1
