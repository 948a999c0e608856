"""Nothing is asked back or paid twice: a decision rests on what is so now, and its days begin when it holds."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, select
from sqlmodel import Session

from expat.db import transaction
from expat.errors import BadInput, Conflict
from expat.ledger.post import ASKED_BACK, balances, out_of_balance
from expat.membership.standing import TAKEN_BACK
from expat.recoveries.ask_back import ask_back
from expat.recoveries.contested import change_paid
from expat.recoveries.decide import New, decide, refuse, release
from expat.recoveries.find import look_again
from expat.recoveries.follow import answer, contest_decision, record_payment, record_repayment
from expat.recoveries.standing import (
    COMPLEMENT,
    RECOVER,
    WAIVE,
    Instalment,
    Standing,
    decision,
    memberships_to_decide,
    open_differences,
    open_differences_of,
    standing_of_lines,
)
from tests.payments.insured import claim, insure, pay, publish
from tests.recoveries.undue import CHANGE, LATER, LINE, TODAY, acting, bank_paid, change, ended, lines, paid_member
from tests.screening.test_screen import bring_in, lift


def whole(session: Session, key: int, kind: str, form: str) -> int:
    """Decides on all that is open."""
    found = {row.id: None for row in open_differences(session, key)}
    return decide(session, key, found, New(form, kind, "Why."), acting("account:901"))


def not_ended(session: Session, key: int) -> None:
    """The end is taken back."""
    end = session.execute(select(CHANGE.c.id).where(CHANGE.c.kind == "termination")).scalar_one()
    change(session, key, TAKEN_BACK["termination"], str(end), date(2025, 6, 1))
    look_again(session, key, TODAY, LATER, "account:901")


def asked_back(session: Session) -> int:
    assert out_of_balance(session) == []
    return balances(session).get((ASKED_BACK, "EUR"), 0)


def only_line(session: Session) -> Any:
    """The first line."""
    return session.execute(select(LINE).order_by(LINE.c.id)).first()


def counts(session: Session, key: int, line: Any) -> Standing:
    return standing_of_lines(session, key, [line])[line.id]


def test_lines_that_are_asked_back_leave_nothing_open_to_be_asked_back_again(engine: Engine) -> None:
    key = paid_member(engine, "45.00 EUR")
    found = ended(engine, key)
    with transaction(engine) as session:
        ask_back(session, key, [found[0].line_id], "You renounced.", None, acting(), "renounced")
        assert open_differences(session, key) == []
        with pytest.raises(Conflict, match="no longer open"):
            decide(session, key, {found[0].id: None}, New("again", RECOVER, "Why."), acting())
        assert look_again(session, key, TODAY, LATER, "account:901") == []
        assert (asked_back(session), counts(session, key, only_line(session))) == (4500, (0, 0))


def test_lines_of_which_a_part_is_due_are_not_asked_back_beside_their_difference(engine: Engine) -> None:
    key = paid_member(engine, "45.00 EUR")
    with transaction(engine) as session:
        line = only_line(session)
        change_paid(session, key, line.id, 1000, 1, acting())
        with pytest.raises(Conflict, match="decide on it first"):
            ask_back(session, key, [line.id], "You renounced.", None, acting(), "renounced")
        assert asked_back(session) == 0


def test_what_was_asked_back_without_a_difference_is_not_found_missing(engine: Engine) -> None:
    key = paid_member(engine, "45.00 EUR")
    with transaction(engine) as session:
        ask_back(session, key, [only_line(session).id], "You renounced.", None, acting(), "renounced")
        assert look_again(session, key, TODAY, LATER, "account:901") == []
        assert open_differences(session, key) == []


def test_while_one_decision_on_a_line_waits_for_release_there_is_no_second_one(engine: Engine) -> None:
    """Of 900 EUR 800 wait to be asked back; then nothing is due. In the end 900 come back, not 1,700."""
    key = paid_member(engine, "900.00 EUR")
    with transaction(engine) as session:
        line = only_line(session)
        change_paid(session, key, line.id, 10000, 1, acting())
        first = whole(session, key, RECOVER, "one")
        assert decision(session, first).state == "to_release"
        change_paid(session, key, line.id, 0, 2, acting("account:902"))
        with pytest.raises(Conflict, match="waits for its release"):
            whole(session, key, RECOVER, "two")
        with pytest.raises(Conflict, match="more is known or decided"):
            release(session, first, acting("account:903"))
        refuse(session, first, "More is known.", acting("account:903"))
        second = whole(session, key, RECOVER, "three")
        release(session, second, acting("account:903"))
        assert (asked_back(session), counts(session, key, line)) == (90000, (0, 0))
        assert open_differences(session, key) == []


def test_lines_that_wait_to_be_asked_back_are_not_asked_for_twice(engine: Engine) -> None:
    key = paid_member(engine, "900.00 EUR")
    keys = [line.id for line in lines(engine)]
    with transaction(engine) as session:
        ask_back(session, key, keys, "You renounced.", None, acting(), "one")
        with pytest.raises(Conflict, match="waits for its release"):
            ask_back(session, key, keys, "You renounced.", None, acting(), "two")


def test_what_turns_out_to_be_due_after_all_is_not_released(engine: Engine) -> None:
    key = paid_member(engine, "900.00 EUR")
    ended(engine, key)
    with transaction(engine) as session:
        asked = whole(session, key, RECOVER, "one")
        not_ended(session, key)
        with pytest.raises(Conflict, match="more is known or decided"):
            release(session, asked, acting("account:902"))
        refuse(session, asked, "It had not ended.", acting("account:902"))
        assert (asked_back(session), counts(session, key, only_line(session))) == (0, (90000, 90000))
        assert open_differences(session, key) == []


def test_what_is_withdrawn_on_a_contest_is_not_paid_on_top_as_well(engine: Engine) -> None:
    key = paid_member(engine, "400.00 EUR")
    ended(engine, key)
    with transaction(engine) as session:
        asked = whole(session, key, RECOVER, "one")
        not_ended(session, key)
        stale = {row.id: None for row in open_differences(session, key)}
        assert len(stale) == 1
        contest_decision(session, asked, "I am still a member.", acting("account:1"))
        answer(session, asked, False, "You are right.", acting("account:902"))
        assert open_differences(session, key) == []
        with pytest.raises(Conflict, match="no longer open"):
            decide(session, key, stale, New("two", COMPLEMENT, "Why."), acting())
        assert (asked_back(session), counts(session, key, only_line(session))) == (0, (40000, 40000))


@pytest.mark.parametrize("kind", [RECOVER, WAIVE])
def test_a_difference_that_no_longer_says_what_counts_as_paid_is_decided_on_once_it_is_looked_at_again(
    engine: Engine, kind: str
) -> None:
    key = paid_member(engine, "400.00 EUR")
    ended(engine, key)
    with transaction(engine) as session:
        row = open_differences(session, key)[0]
        other = {c.name: getattr(row, c.name) for c in CHANGE.metadata.tables["difference"].columns if c.name != "id"}
        session.execute(CHANGE.metadata.tables["difference"].insert().values(**other | {"paid": 30000}))
        with pytest.raises(Conflict, match="judge the paid lines again"):
            whole(session, key, kind, "one")
        assert len(look_again(session, key, TODAY, LATER, "account:901")) == 1
        whole(session, key, kind, "two")
        assert counts(session, key, only_line(session)).amount == (0 if kind == RECOVER else 40000)


def test_the_members_days_begin_when_it_is_released(engine: Engine) -> None:
    key = paid_member(engine, "900.00 EUR")
    ended(engine, key)
    parts = (Instalment(TODAY + timedelta(days=30), 40000), Instalment(TODAY + timedelta(days=61), 50000))
    with transaction(engine) as session:
        found = {row.id: None for row in open_differences(session, key)}
        asked = decide(session, key, found, New("one", RECOVER, "Why.", instalments=parts), acting("account:901"))
        release(session, asked, acting("account:902", days=40))
        kept, told = decision(session, asked), acting(days=40).day
        assert kept.contest_until == told + timedelta(days=30)
        assert kept.due_on == told + timedelta(days=61)
        assert [one.due_on for one in kept.instalments] == [told + timedelta(days=30), told + timedelta(days=61)]
        with pytest.raises(Conflict, match="could be contested until"):
            contest_decision(session, asked, "No.", acting("account:1", days=71))
        assert contest_decision(session, asked, "No.", acting("account:1", days=70))


def test_nothing_is_asked_back_that_the_bank_has_not_paid(engine: Engine) -> None:
    key = paid_member(engine, "45.00 EUR", "900.00 EUR")
    ended(engine, key)
    bank_paid(engine, None)
    with transaction(engine) as session:
        with pytest.raises(Conflict, match=r"1/1, 1/2: the bank has not made the payment"):
            whole(session, key, RECOVER, "one")
        with pytest.raises(Conflict, match="wait until it has"):
            ask_back(session, key, [only_line(session).id], "You renounced.", None, acting(), "two")
        assert asked_back(session) == 0
    bank_paid(engine)
    with transaction(engine) as session:
        asked = whole(session, key, RECOVER, "three")
    bank_paid(engine, None)  # it came back from the bank before the release
    with transaction(engine) as session, pytest.raises(Conflict, match="wait until it has"):
        release(session, asked, acting("account:902"))


@pytest.mark.parametrize(("currency", "most"), [("EUR", 4500), ("SGD", 6708)])
def test_a_contest_finds_no_more_due_than_the_line_cost(engine: Engine, currency: str, most: int) -> None:
    """45 EUR are 67.08 SGD at 1.4906."""
    key = paid_member(engine, "45.00 EUR", currency=currency)
    with transaction(engine) as session:
        line = only_line(session)
        change_paid(session, key, line.id, 100, 1, acting())
        for due in (most + 1, 10**21):
            with pytest.raises(BadInput, match="above what the line cost") as refused:
                change_paid(session, key, line.id, due, 1, acting())
            assert refused.value.where == "due"


@pytest.mark.parametrize("booked", [2681, 4027, 1, 10**22])
def test_euros_far_from_what_came_back_are_refused(engine: Engine, booked: int) -> None:
    """50 SGD are 33.54 EUR at 1.4906: what the bank books lies within a fifth of it."""
    key = paid_member(engine, "50.00 SGD", currency="SGD")
    ended(engine, key)
    with transaction(engine) as session:
        asked = whole(session, key, RECOVER, "one")
        with pytest.raises(BadInput, match="cannot be what the bank booked") as refused:
            record_repayment(session, asked, 5000, TODAY, "T", acting(), booked)
        assert refused.value.where == "in_eur"
        assert record_repayment(session, asked, 5000, TODAY, "T", acting(), 3600)


def test_nothing_is_transferred_to_a_membership_whose_names_are_to_be_checked(engine: Engine) -> None:
    key = paid_member(engine, "750.00 EUR", care="wellbeing.osteopath", quantity=20, cause="accident")
    with transaction(engine) as session:
        change_paid(session, key, only_line(session).id, 61000, 1, acting())
        owed = whole(session, key, COMPLEMENT, "one")
    assert bring_in(engine)
    with transaction(engine) as session:
        with pytest.raises(Conflict, match="to be checked by a person"):
            record_payment(session, owed, 1000, TODAY, "T", acting())
        assert decision(session, owed).left == 1000
    lift(engine)
    with transaction(engine) as session:
        assert record_payment(session, owed, 1000, TODAY, "T", acting())


def test_what_is_to_be_decided_is_found_by_as_many_queries_for_many_memberships_as_for_one(engine: Engine) -> None:
    publish(engine)
    keys = [insure(engine, f"Q-{n}") for n in range(4)]
    for key in keys:
        claim(engine, key, "c", "45.00 EUR")
    pay(engine)
    bank_paid(engine)
    for key in keys:
        with transaction(engine) as session:
            change(session, key, "termination", "false_declaration", date(2025, 6, 1))
            look_again(session, key, TODAY, LATER, "account:901")
    with transaction(engine) as session:
        whole(session, keys[1], WAIVE, "one")
        assert memberships_to_decide(session) == [keys[0], keys[2], keys[3]]
        assert memberships_to_decide(session, 1, after=keys[0]) == [keys[2]]
        assert memberships_to_decide(session, without=[keys[0], keys[3]]) == [keys[2]]
        asked: list[str] = []
        event.listen(engine, "before_cursor_execute", lambda _c, _k, statement, *_: asked.append(statement))
        assert {row.membership_id for row in open_differences_of(session, keys)} == {keys[0], keys[2], keys[3]}
        assert len(asked) == 1
