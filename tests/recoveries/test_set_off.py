"""What is asked back kept back of payouts: only where a person decided so, told before, never twice nor too much."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moneyed import Money
from sqlalchemy import Engine, func, select

from expat.currency.rates import NewRate, add_rates
from expat.db import open_engine, table_of, transaction
from expat.errors import BadInput, Conflict
from expat.ledger.post import ASKED_BACK, BENEFITS_PAYABLE, CLAIMS_EXPENSE, balances, out_of_balance
from expat.membership.changes import change_payout
from expat.payments.account_records import keep_account
from expat.payments.payouts import bank_files, confirm, returned
from expat.payments.setting_off import how_much
from expat.payments.settle import dry_run, settle
from expat.payments.statement import statement
from expat.payments.statement_text import as_text
from expat.payments.tables import PayoutPart
from expat.plans.edition import Edition
from expat.recoveries.ask_back import ask_back
from expat.recoveries.contested import change_paid
from expat.recoveries.decide import New, decide
from expat.recoveries.follow import answer, contest_decision, record_repayment
from expat.recoveries.set_off import answer_set_off, contest_set_off, end_set_off, of_recovery, set_off
from expat.recoveries.standing import COMPLEMENT, SET_OFF, decision, open_differences
from tests.payments.insured import AT, DEBTOR, FRENCH, RATES, SOURCES, at_once, claim, payouts, url_of
from tests.recoveries.undue import TODAY, acting, lines, paid_member

PART: Any = table_of(PayoutPart)
LATE = TODAY + timedelta(days=40)  # what is asked back is due, and the member was told long ago
THEN = AT + timedelta(days=100)
WHY = "It was not paid back."


def asked(engine: Engine, membership: int, cents: int = 3000) -> int:
    with transaction(engine) as session:
        return ask_back(session, membership, Money(cents / 100, "EUR"), "Why.", None, acting(), f"k{cents}")[0]


def announced(engine: Engine, recovery: int, share: int = 50) -> None:
    with transaction(engine) as session:
        set_off(session, recovery, share, WHY, acting(), f"s{recovery}")


def settled(engine: Engine, day: date = LATE, **rates: str) -> Any:
    publish(engine, day, **rates)
    settle(engine, day, lambda: THEN, SOURCES)
    return payouts(engine)[-1]


def publish(engine: Engine, day: date = LATE, **rates: str) -> None:
    rows = [NewRate(code, Decimal(value), "ecb", day) for code, value in (rates or RATES).items()]
    with transaction(engine) as session:
        add_rates(session, rows, THEN)


def books(engine: Engine) -> dict[tuple[str, str], int]:
    with transaction(engine) as session:
        assert out_of_balance(session) == []
        return {key: total for key, total in balances(session).items() if total}


def left(engine: Engine, recovery: int) -> int:
    with transaction(engine) as session:
        return decision(session, recovery).left


def test_nothing_is_kept_back_unless_a_person_decided_so(engine: Engine) -> None:
    key = paid_member(engine, "45.00 EUR")
    recovery = asked(engine, key)
    claim(engine, key, "second", "80.00 EUR")
    assert settled(engine).set_off == 0
    assert left(engine, recovery) == 3000


def test_so_much_of_a_payout_is_kept_back_and_the_debt_is_smaller_by_it(engine: Engine) -> None:
    key = paid_member(engine, "45.00 EUR")
    recovery = asked(engine, key)
    announced(engine, recovery)
    claim(engine, key, "second", "40.00 EUR")
    before = books(engine)
    payout = settled(engine)
    assert (payout.amount, payout.set_off) == (4000, 2000)
    assert left(engine, recovery) == 1000
    after = books(engine)
    assert after[ASKED_BACK, "EUR"] == before[ASKED_BACK, "EUR"] - 2000
    assert after[BENEFITS_PAYABLE, "EUR"] == before[BENEFITS_PAYABLE, "EUR"] - 2000
    assert after[CLAIMS_EXPENSE, "EUR"] == before[CLAIMS_EXPENSE, "EUR"] + 4000


def test_the_next_payout_settles_the_rest_and_not_a_cent_more(engine: Engine) -> None:
    key = paid_member(engine, "45.00 EUR")
    recovery = asked(engine, key)
    announced(engine, recovery)
    claim(engine, key, "second", "40.00 EUR")
    settled(engine)
    claim(engine, key, "third", "90.00 EUR")
    payout = settled(engine, LATE + timedelta(days=1))
    assert payout.set_off == 1000
    assert left(engine, recovery) == 0
    with transaction(engine) as session:
        assert decision(session, recovery).state == "done"


def test_the_member_has_the_time_that_was_told(engine: Engine) -> None:
    key = paid_member(engine, "45.00 EUR")
    recovery = asked(engine, key)
    announced(engine, recovery)
    with transaction(engine) as session:
        found = of_recovery(session, decision(session, recovery))
    assert found is not None
    claim(engine, key, "second", "40.00 EUR")
    assert settled(engine, found.row.starts_on - timedelta(days=1)).set_off == 0
    claim(engine, key, "third", "41.00 EUR")
    assert settled(engine, found.row.starts_on).set_off == 2050


@pytest.mark.parametrize("of_debt", [True, False])
def test_a_contest_holds_it_until_another_person_answered(engine: Engine, of_debt: bool) -> None:
    key = paid_member(engine, "45.00 EUR")
    recovery = asked(engine, key)
    announced(engine, recovery)
    with transaction(engine) as session:
        (contest_decision if of_debt else contest_set_off)(session, recovery, "I paid.", acting("account:1", 5))
    claim(engine, key, "second", "40.00 EUR")
    assert settled(engine).set_off == 0
    with transaction(engine) as session:
        verb: Any = answer if of_debt else answer_set_off
        with pytest.raises(BadInput, match="decided this"):
            verb(session, recovery, True, "It stands.", acting(days=6))
        verb(session, recovery, True, "It stands.", acting("account:902", 6))
    claim(engine, key, "third", "41.00 EUR")
    assert settled(engine, LATE + timedelta(days=1)).set_off == 2050


def test_one_that_ended_keeps_nothing_back_and_the_debt_stays(engine: Engine) -> None:
    key = paid_member(engine, "45.00 EUR")
    recovery = asked(engine, key)
    announced(engine, recovery)
    with transaction(engine) as session:
        end_set_off(session, recovery, "By transfer after all.", acting(days=2))
        with pytest.raises(Conflict, match="not set off"):
            contest_set_off(session, recovery, "Why?", acting("account:1", 3))
    claim(engine, key, "second", "40.00 EUR")
    assert settled(engine).set_off == 0
    assert left(engine, recovery) == 3000


def test_never_more_of_a_payout_than_the_operator_says(engine: Engine) -> None:
    key = paid_member(engine, "45.00 EUR")
    recovery = asked(engine, key)
    with transaction(engine) as session, pytest.raises(BadInput, match="1 to 50 percent"):
        set_off(session, recovery, 51, WHY, acting(), "s")
    announced(engine, recovery)
    other = asked(engine, key, 2900)
    announced(engine, other)
    claim(engine, key, "second", "40.00 EUR")
    assert settled(engine).set_off == 2000
    assert (left(engine, recovery), left(engine, other)) == (1000, 2900)


def test_another_currency_is_changed_at_the_days_rates_and_the_books_stay_whole(engine: Engine) -> None:
    key = paid_member(engine, "45.00 SGD", currency="SGD")
    recovery = asked(engine, key, 2000)
    announced(engine, recovery)
    claim(engine, key, "second", "90.00 SGD")
    payout = settled(engine, SGD="1.5000")
    assert (payout.amount, payout.set_off) == (9000, 3000)
    assert left(engine, recovery) == 0
    assert (ASKED_BACK, "EUR") not in books(engine)
    with transaction(engine) as session:
        part = session.execute(select(PART)).one()
    assert {rate["currency"]: rate["value"] for rate in part.rates} == {"EUR": "1", "SGD": "1.5000000000"} or part.rates


def test_without_a_rate_nothing_is_kept_back(engine: Engine) -> None:
    key = paid_member(engine, "45.00 SGD", currency="SGD")
    with transaction(engine) as session:
        recovery = ask_back(session, key, [lines(engine)[0].id], "Why.", None, acting(), "k")[0]
    announced(engine, recovery)
    with transaction(engine) as session:
        change_payout(session, key, "EUR", acting())
    claim(engine, key, "second", "90.00 EUR")
    assert settled(engine, LATE, USD="1.1").set_off == 0
    assert left(engine, recovery) == 4500


def test_a_payout_that_came_back_is_owed_whole_and_so_is_the_debt(engine: Engine) -> None:
    key = paid_member(engine, "45.00 EUR", currency="EUR")
    with transaction(engine) as session:
        keep_account(session, FRENCH, AT, membership_id=key)
    recovery = asked(engine, key)
    announced(engine, recovery)
    claim(engine, key, "second", "40.00 EUR")
    before = books(engine)
    payout = settled(engine)
    with transaction(engine) as session:
        made = bank_files(session, LATE, AT, DEBTOR)
        confirm(session, [payout.id], LATE, AT)
    assert [b"20.00" in file.content for file in made.files] == [True]
    with transaction(engine) as session:
        assert returned(session, payout.id, LATE, AT, "AC04")
    assert left(engine, recovery) == 3000
    assert payouts(engine)[-1].set_off == 0
    after = books(engine)
    assert after[ASKED_BACK, "EUR"] == before[ASKED_BACK, "EUR"]
    assert after[BENEFITS_PAYABLE, "EUR"] == before[BENEFITS_PAYABLE, "EUR"] - 4000


def test_a_payout_that_is_set_off_whole_has_nothing_to_transfer(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = Edition.__getitem__

    def whole(self: Any, name: str) -> Any:
        found = plain(self, name)
        return found._replace(value=100) if name == "recovery.set_off_most" else found

    monkeypatch.setattr(Edition, "__getitem__", whole)
    key = paid_member(engine, "45.00 EUR")
    recovery = asked(engine, key)
    announced(engine, recovery, 100)
    claim(engine, key, "second", "20.00 EUR")
    payout = settled(engine)
    assert (payout.amount, payout.set_off, payout.confirmed_on) == (2000, 2000, LATE)
    with transaction(engine) as session:
        made = bank_files(session, LATE, AT, DEBTOR)
    assert made.files == []
    assert payout.id not in [one.payout for one in made.left]
    assert left(engine, recovery) == 1000


def test_looking_at_a_settlement_shows_it_and_keeps_nothing(engine: Engine) -> None:
    key = paid_member(engine, "45.00 EUR")
    recovery = asked(engine, key)
    announced(engine, recovery)
    claim(engine, key, "second", "40.00 EUR")
    publish(engine, LATE)
    looked = dry_run(engine, LATE, THEN, SOURCES)
    assert [(one.amount, one.set_off) for one in looked.totals] == [(4000, 2000)]
    assert left(engine, recovery) == 3000


def _settle(barrier: Any, url: str) -> None:
    engine = open_engine(url)
    barrier.wait(60)
    settle(engine, LATE, lambda: THEN, SOURCES)


def test_two_settlements_at_once_set_off_once(engine: Engine) -> None:
    key = paid_member(engine, "45.00 EUR")
    recovery = asked(engine, key)
    announced(engine, recovery)
    claim(engine, key, "second", "40.00 EUR")
    publish(engine, LATE)
    engine.dispose()
    at_once(_settle, [(url_of(engine),)] * 2)
    assert left(engine, recovery) == 1000
    with transaction(engine) as session:
        assert session.execute(select(func.count()).select_from(PART)).scalar() == 1


def test_a_complement_is_paid_by_the_next_settlement_once(engine: Engine) -> None:
    key = paid_member(engine, "45.00 EUR", "30.00 EUR")
    with transaction(engine) as session:
        change_paid(session, key, lines(engine)[0].id, 3000, 1, acting())
    with transaction(engine) as session:
        found = {row.id: None for row in open_differences(session, key)}
        undue = decide(session, key, found, New("f1", "recover", "Too much."), acting())
        record_repayment(session, undue, 1500, TODAY, "T1", acting())
    with transaction(engine) as session:
        contest_decision(session, undue, "No.", acting("account:1", 1))
        owed = answer(session, undue, False, "You are right.", acting("account:902", 2))
    assert owed is not None
    payout = settled(engine)
    assert (payout.amount, payout.eur_cents, payout.payee) == (1500, 1500, "member")
    assert books(engine)[BENEFITS_PAYABLE, "EUR"] == -9000
    with transaction(engine) as session:
        assert decision(session, owed).state == "done"
        part = session.execute(select(PART)).one()
    assert (part.kind, part.payout_id) == (COMPLEMENT, payout.id)
    assert settled(engine, LATE + timedelta(days=1)).id == payout.id


@given(
    limit=st.integers(0, 10**7), due=st.integers(0, 10**7), paid_in=st.sampled_from(["EUR", "JPY", "KWD", "SGD"]),
    owed_in=st.sampled_from(["EUR", "JPY", "KWD", "SGD"]),
)  # fmt: skip
def test_never_more_than_the_limit_nor_than_is_owed(limit: int, due: int, paid_in: str, owed_in: str) -> None:
    rates = {"EUR": Fraction(1), "JPY": Fraction("171.23"), "KWD": Fraction("0.35391"), "SGD": Fraction("1.4906")}
    one = how_much(limit, due, (paid_in, rates[paid_in]), (owed_in, rates[owed_in]))
    assert 0 <= one.amount <= limit
    assert 0 <= one.moved <= due
    assert (one.amount == 0) == (one.moved == 0)
    assert one.amount == limit or one.moved == due or one.amount == 0


def test_what_is_set_off_is_told_apart_from_transfers(engine: Engine) -> None:
    key = paid_member(engine, "45.00 EUR")
    recovery = asked(engine, key)
    announced(engine, recovery)
    claim(engine, key, "second", "40.00 EUR")
    payout = settled(engine)
    with transaction(engine) as session:
        event = decision(session, recovery).event(SET_OFF)
        assert event is not None
        assert (event.amount, event.reference) == (2000, f"payout:{payout.id}")


@pytest.mark.parametrize(("language", "words"), [("en", "Set off against what we asked back"), ("fr", "Compensé avec")])
def test_the_statement_shows_the_whole_what_is_set_off_and_what_is_left(
    engine: Engine, language: str, words: str
) -> None:
    key = paid_member(engine, "45.00 SGD", currency="SGD")
    recovery = asked(engine, key, 4000)
    announced(engine, recovery)
    claim(engine, key, "second", "90.00 SGD")
    payout = settled(engine, SGD="1.5000")
    with transaction(engine) as session:
        told = statement(session, payout.id, language)
    assert (told.total, told.set_off, told.transferred) == (Decimal("90.00"), Decimal("45.00"), Decimal("45.00"))
    (part,) = told.kept_back
    assert (part.amount, part.moved, part.currency, part.remains) == (
        Decimal("45.00"), Decimal("30.00"), "EUR", Decimal("10.00"),
    )  # fmt: skip
    assert [(rate.currency, rate.value) for rate in part.rates] == [("SGD", Decimal("1.5000"))]
    assert words in as_text(told)
