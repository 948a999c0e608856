"""What happened to a claim and to its payouts, in order."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Engine

from expat.claims.contest import answer_contest, contest
from expat.claims.papers import add_papers
from expat.claims.timeline import in_time, timeline
from expat.db import transaction
from expat.errors import NotFound
from expat.payments.account_records import keep_account
from expat.payments.payouts import bank_files, confirm, returned
from expat.payments.references import end_to_end_id
from expat.payments.timeline import payout_events, stages
from expat.wording import next_steps
from tests.claims.household import Household, at_home, send
from tests.payments.insured import AT, DAY, DEBTOR, FRENCH, SOURCES, pay, visit


@pytest.fixture
def home(engine: Engine) -> Household:
    return at_home(engine)


def test_a_claims_timeline_tells_what_happened_in_order(engine: Engine, home: Household) -> None:
    with transaction(engine) as session:
        keep_account(session, FRENCH, AT, membership_id=home.membership)
    came = frozenset({"invoice"})
    lines = [visit(home.member, f"{n}.00 EUR", care="ambulatory.imaging", documents=came) for n in (5, 6)]
    done = send(engine, home.membership, "k", *lines)
    with transaction(engine) as session:
        for line in done.line_ids:
            add_papers(session, line, {"prescription": None}, DAY, AT, SOURCES)
    pay(engine)
    with transaction(engine) as session:
        assert len(bank_files(session, DAY, AT, DEBTOR).files) == 1
        assert stages(session, [1, 2]) == {1: "sent"}
    with transaction(engine) as session:
        confirm(session, [1], DAY + timedelta(days=1), AT)
        assert returned(session, 1, DAY + timedelta(days=3), AT, "closed account")
        assert stages(session, [1]) == {1: "returned"}
        told = [(event.on.day, event.what, event.lines) for event in timeline(session, done.claim_id)]
        payments = payout_events(session, done.claim_id)
    assert told == [
        (1, "received", ()),
        (1, "pending", (1, 2)),
        (4, "papers", (1, 2)),
        (4, "accepted", (1, 2)),
        (4, "paid", (1, 2)),
    ]
    assert [(one.on.day, one.what) for one in payments] == [(4, "made"), (4, "sent"), (5, "confirmed"), (7, "returned")]
    assert {(one.lines, one.reference, one.amount) for one in payments} == {((1, 2), end_to_end_id(1), Decimal(11))}
    assert payments[-1].text == "closed account"
    words = {what for _, what, _ in told} | {one.what for one in payments}
    assert all(next_steps.event(what, language) for what in words for language in ("en", "fr"))


def test_a_contest_stands_after_what_it_contests_and_after_the_payment_of_its_instant(engine: Engine) -> None:
    home = at_home(engine, formula="3")
    with transaction(engine) as session:
        keep_account(session, FRENCH, AT, membership_id=home.membership)
    done = send(engine, home.membership, "k", visit(home.member, "100.00 EUR"))
    pay(engine)
    early = AT - timedelta(hours=3)  # the settlement of that day bears a later time
    with transaction(engine) as session:
        contest(session, done.line_ids[0], "It is too little.", DAY, early, "account:1")
        answer_contest(session, 1, "upheld", "It is the cap.", DAY, early, "account:3")
        events = timeline(session, done.claim_id)
        payments = payout_events(session, done.claim_id)
    assert [event.what for event in events] == ["received", "accepted", "paid", "contested", "upheld"]
    told = sorted([*events, *payments], key=lambda one: in_time(one.on, one.at, one.what))
    assert [one.what for one in told] == ["received", "accepted", "paid", "made", "contested", "upheld"]


def test_a_contest_before_the_settlement_stands_before_it(engine: Engine) -> None:
    home = at_home(engine, formula="3")
    done = send(engine, home.membership, "k", visit(home.member, "100.00 EUR"))
    with transaction(engine) as session:
        contest(session, done.line_ids[0], "It is too little.", DAY, AT - timedelta(minutes=1), "account:1")
    pay(engine)
    with transaction(engine) as session:
        events = timeline(session, done.claim_id)
    assert [event.what for event in events] == ["received", "accepted", "contested", "paid"]


def test_a_timeline_of_some_persons_tells_nothing_of_the_others(engine: Engine, home: Household) -> None:
    lines = [visit(home.member, "5.00 EUR"), visit(home.spouse, "5.00 EUR", care="dental.crown")]
    claim = send(engine, home.membership, "k", *lines).claim_id
    with transaction(engine) as session:
        told = [(event.what, event.lines) for event in timeline(session, claim, [home.member])]
        assert told == [("received", ()), ("accepted", (1,))]
        with pytest.raises(NotFound):
            timeline(session, 99)
