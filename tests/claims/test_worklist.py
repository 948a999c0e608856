"""What holds claims up, who acts on it and by when."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from expat.approvals.request import Answer, NewRequest, answer_request, request_approval
from expat.claims.asked import ask_paper
from expat.claims.contest import answer_contest, contest
from expat.claims.originals import ask_originals
from expat.claims.papers import add_papers
from expat.claims.worklist import BLOCKERS, Work, worklist
from expat.db import transaction
from expat.errors import BadInput
from expat.membership.changes import Acting
from expat.wording import next_steps
from tests.claims.household import PROMISES, Household, at_home, send
from tests.payments.insured import AT, DAY, RECEIVED, SOURCES, visit

ACTING = Acting(RECEIVED, AT, SOURCES)


@pytest.fixture
def home(engine: Engine) -> Household:
    return at_home(engine)


def work(engine: Engine, **options: Any) -> Work:
    with transaction(engine) as session:
        return worklist(session, DAY, PROMISES, **options)


def held_up(engine: Engine, home: Household) -> dict[str, int]:
    """A claim for each thing that can hold one up, and one that nothing does; answers the claims."""
    scan = visit(home.member, "5.00 EUR", care="ambulatory.imaging", documents=frozenset({"invoice"}))
    claims = {
        "free": send(engine, home.membership, "free", visit(home.member, "9.00 EUR")),
        "contest": send(engine, home.membership, "contest", visit(home.member, "2.00 EUR", care="dental.crown")),
        "duplicate": send(engine, home.membership, "duplicate", *[visit(home.member, "1.00 EUR")] * 2),
        "approval": send(engine, home.membership, "approval", visit(home.spouse, "3.00 EUR", care="dental.crown")),
        "asked": send(engine, home.membership, "asked", visit(home.member, "4.00 EUR")),
        "papers": send(engine, home.membership, "papers", scan),
        "rate": send(engine, home.membership, "rate", visit(home.member, "6.00 THB")),
        "originals": send(engine, home.membership, "originals", visit(home.member, "1501.00 EUR")),
    }  # fmt: skip
    with transaction(engine) as session:
        contest(session, claims["contest"].line_ids[0], "It hurt.", DAY, AT, "account:1")
        request_approval(session, home.membership, NewRequest(home.spouse, "dental", date(2025, 7, 1)), ACTING)
        ask_paper(session, claims["asked"].line_ids[0], "prescription", "Why?", DAY, AT, SOURCES, "account:3")
        ask_originals(session, claims["originals"].claim_id, DAY, AT, "online")
    return {what: done.claim_id for what, done in claims.items()}


def test_claims_are_grouped_by_what_holds_them_up(engine: Engine, home: Household) -> None:
    claims = held_up(engine, home)
    for what in BLOCKERS:
        found = work(engine, blocked_by=what)
        assert [held.claim for held in found.claims] == ([claims[what]] if what in claims else []), what
        assert found.counts == {word: int(word in claims) for word in BLOCKERS}
    every = work(engine)
    assert {held.claim for held in every.claims} == set(claims.values()) - {claims["free"]}
    assert [[b.what for b in held.blockers] for held in every.claims if held.claim == claims["asked"]] == [["asked"]]


def test_what_is_answered_holds_nothing_up(engine: Engine, home: Household) -> None:
    claims = held_up(engine, home)
    with transaction(engine) as session:
        answer_contest(session, 1, "upheld", "No.", DAY, AT, "account:3")
        answer_request(session, 1, Answer(True, override="late, but needed"), ACTING)
        for what, kind in (("asked", "prescription"), ("papers", "prescription"), ("originals", "original")):
            add_papers(session, claims[what] * 1000 + 1, {kind: None}, DAY, AT, SOURCES)
    assert work(engine).counts == dict.fromkeys(BLOCKERS, 0) | {"duplicate": 1, "rate": 1}


def test_who_acts_and_by_when_stands_with_each(engine: Engine, home: Household) -> None:
    claims = held_up(engine, home)
    with transaction(engine) as session:
        held = {one.claim: one for one in worklist(session, DAY + timedelta(days=7), PROMISES).claims}
    expected = {
        "contest": ("unit", date(2025, 8, 18)),
        "duplicate": ("unit", date(2025, 8, 8)),
        "approval": ("medical", date(2025, 8, 8)),
        "asked": ("member", None),
        "rate": ("nobody", None),
    }
    for what, (who, due) in expected.items():
        (blocker,) = held[claims[what]].blockers
        assert (blocker.who, blocker.due, blocker.lines[0]) == (who, due, f"{claims[what]}/1"), what
    one = held[claims["duplicate"]]
    assert (one.since, one.days, one.overdue) == (RECEIVED, 10, True)
    assert (one.number, one.people) == ("M1", ("Ada Lovelace",))


def test_what_the_unit_acts_on_comes_first_by_its_day_and_what_waits_for_the_member_last(
    engine: Engine, home: Household
) -> None:
    claims = held_up(engine, home)
    old = [visit(home.spouse, "7.00 EUR")] * 2
    claims["older"] = send(engine, home.membership, "older", *old, received_on=date(2025, 7, 21)).claim_id
    old_papers = visit(home.child, "8.00 EUR", care="ambulatory.imaging", documents=frozenset({"invoice"}))
    claims["old"] = send(engine, home.membership, "old", old_papers, received_on=date(2025, 7, 1)).claim_id
    wanted = ["older", "duplicate", "contest", "approval", "rate", "old", "papers", "asked", "originals"]
    assert [one.claim for one in work(engine).claims] == [claims[what] for what in wanted]


def test_a_contested_claim_waits_from_the_contest_on(engine: Engine, home: Household) -> None:
    crown = [visit(home.member, "1.00 EUR", care="dental.crown"), *[visit(home.member, "2.00 EUR")] * 2]
    claim = send(engine, home.membership, "old", *crown, received_on=date(2025, 7, 1))
    with transaction(engine) as session:
        contest(session, claim.line_ids[0], "It hurt.", DAY - timedelta(days=2), AT, "account:1")
    (held,) = [one for one in work(engine).claims if one.claim == claim.claim_id]
    assert (held.since, held.days) == (DAY - timedelta(days=2), 2)
    assert held.due == PROMISES.look_by(date(2025, 7, 1))  # for the line that resembles another


def test_the_longest_waiting_come_first_in_pages(engine: Engine, home: Household) -> None:
    days = [date(2025, 8, 1), date(2025, 7, 20), date(2025, 8, 1), date(2025, 7, 25)]
    keys = [
        send(engine, home.membership, f"{n}", visit(home.member, f"{n + 1}.00 THB"), received_on=day).claim_id
        for n, day in enumerate(days)
    ]
    seen: list[int] = []
    after = None
    while True:
        found = work(engine, limit=1, after=after)
        seen += [held.claim for held in found.claims]
        if (after := found.after) is None:
            break
    assert seen == [keys[1], keys[3], keys[0], keys[2]]


def test_a_word_that_holds_nothing_up_is_refused(engine: Engine, home: Household) -> None:
    with pytest.raises(BadInput, match="blocked_by"):
        work(engine, blocked_by="the weather")
    assert {next_steps.blocker(word, language) for word in BLOCKERS for language in ("en", "fr")}
