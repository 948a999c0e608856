"""Looks at what a settlement would pay: taken beside the pages, once, in steps that can be followed."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from expat.db import now, transaction
from expat.errors import BadInput
from expat.payments import looks
from expat.payments.looks import Looked, ask_to_prepare, ask_to_release, looked, take_look
from expat.payments.orders import prepare, release
from expat.payments.preview import Preview, preview_of
from expat.payments.settle import dry_run
from tests.payments.insured import AT, DAY, FRENCH, SOURCES, check_books, claim, insure, payouts, publish
from tests.payments.test_orders import INES, LUC, how_far, surroundings, wait_for


@pytest.fixture
def claimed(engine: Engine) -> Engine:
    """Six members, each with two visits accepted, half of them paid in SGD."""
    publish(engine)
    for n in range(6):
        membership = insure(engine, f"M{n}", "SGD" if n % 2 else "EUR", FRENCH)
        claim(engine, membership, f"c{n}", "45.00 EUR", "30.01 SGD")
    return engine


def how_far_is(engine: Engine, key: int) -> Looked:
    with transaction(engine) as session:
        return looked(session, key, now())


def test_in_batches_it_finds_what_it_finds_at_once(claimed: Engine) -> None:
    heard: list[tuple[int, int]] = []
    whole = dry_run(claimed, DAY, AT, SOURCES)
    parts = dry_run(claimed, DAY, AT, SOURCES, lambda done, total: heard.append((done, total)), batch=2)
    assert heard == [(0, 6), (2, 6), (4, 6), (6, 6)]
    assert (parts.totals, parts.paid, parts.memberships) == (whole.totals, whole.paid, whole.memberships)
    assert [t.payouts for t in parts.totals] == [3, 3]
    assert payouts(claimed) == []


@pytest.mark.timeout(240)
def test_from_asking_to_paying_by_processes_of_their_own(claimed: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in surroundings(claimed).items():
        monkeypatch.setenv(name, value)
    with transaction(claimed) as session:
        first = ask_to_prepare(session, DAY, DAY, now(), INES)
    looks.start_look(first)
    looks.start_look(first)
    wait_for(lambda: how_far_is(claimed, first).state == "done")
    order = how_far_is(claimed, first).order
    assert order is not None
    with transaction(claimed) as session:
        second = ask_to_release(session, order, LUC, now(), DAY, None)
    looks.start_look(second)
    wait_for(lambda: how_far(claimed, order).state == "done")
    assert len(payouts(claimed)) == 6
    check_books(claimed)


def test_who_prepared_it_cannot_ask_for_its_release(claimed: Engine) -> None:
    order = prepare(claimed, DAY, DAY, AT, SOURCES, INES)
    with transaction(claimed) as session, pytest.raises(BadInput, match="another person"):
        ask_to_release(session, order, INES, AT, DAY, None)


def test_what_changed_is_kept_with_the_look_and_nothing_is_released(claimed: Engine) -> None:
    order = prepare(claimed, DAY, DAY, AT, SOURCES, INES)
    claim(claimed, 1, "late", "12.00 EUR")
    with transaction(claimed) as session:
        key = ask_to_release(session, order, LUC, AT, DAY, None)
    assert take_look(claimed, key, lambda: AT, SOURCES) is None
    with transaction(claimed) as session:
        changed = looks.changed_by(session, key, order)
    assert changed is not None
    assert changed.now == preview_of(claimed, DAY, AT, SOURCES)
    assert how_far(claimed, order).state == "waiting"
    with transaction(claimed) as session:
        again = ask_to_release(session, order, LUC, AT, DAY, changed.now.mark)
    assert take_look(claimed, again, lambda: AT, SOURCES) == order
    assert isinstance(changed.before, Preview)
    assert how_far(claimed, order).state == "released"


def test_what_the_same_person_released_meanwhile_is_done_and_run_once(claimed: Engine) -> None:
    order = prepare(claimed, DAY, DAY, AT, SOURCES, INES)
    with transaction(claimed) as session:
        key = ask_to_release(session, order, LUC, AT, DAY, None)
        again = ask_to_release(session, order, LUC, AT, DAY, None)
    assert take_look(claimed, key, lambda: AT, SOURCES) == order
    assert take_look(claimed, again, lambda: AT, SOURCES) is None
    with transaction(claimed) as session:
        assert [looked(session, one, AT).problem for one in (key, again)] == [None, None]
        assert looked(session, again, AT).state == "done"


def test_what_somebody_else_released_meanwhile_is_told(claimed: Engine) -> None:
    order = prepare(claimed, DAY, DAY, AT, SOURCES, INES)
    with transaction(claimed) as session:
        key = ask_to_release(session, order, LUC, AT, DAY, None)
        release(session, order, "account:77", AT, DAY)
    assert take_look(claimed, key, lambda: AT, SOURCES) is None
    with transaction(claimed) as session:
        assert "released already" in str(looked(session, key, AT).problem)
