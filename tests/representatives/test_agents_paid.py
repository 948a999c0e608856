"""Payouts go to the agent whom the member appointed in writing, for all insured persons (UNO-PAY-1)."""

from __future__ import annotations

from datetime import date, timedelta
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from expat.db import table_of, transaction
from expat.errors import BadInput, Conflict
from expat.membership.tables import DeathReport
from expat.payments.account_records import accounts_of
from expat.payments.agents import agent_account
from expat.payments.payouts import bank_files, returned
from expat.payments.statement import statement
from expat.payments.unsent import unsent
from expat.representatives.appoint import appoint
from expat.representatives.decide import Waits, confirm, refuse, revoke
from expat.representatives.standing import agents_paid
from expat.screening.answer import answer
from expat.screening.lists import import_list
from expat.screening.reading import read
from expat.screening.tables import ScreeningHit
from tests.payments.insured import AT, DAY, DEBTOR, FRENCH, PAYOUT, claim, insure, pay, payouts, publish
from tests.representatives.mandates import AGENTS, DESK, agent, keep_paper, new
from tests.screening.lists import xml

LATER = DAY + timedelta(days=7)


def paid_to(engine: Engine) -> list[str | None]:
    """The holders of the accounts that each payout goes to, in their order."""
    with transaction(engine) as session:
        rows = session.execute(select(PAYOUT).order_by(PAYOUT.c.id)).all()
        known = accounts_of(session, rows)
        return [known[row.id].account.holder if row.id in known else None for row in rows]


def insured_with_a_claim(engine: Engine, number: str = "A-1") -> int:
    membership = insure(engine, number, account=FRENCH)
    claim(engine, membership, f"{number}-c", "45.00 EUR")
    return membership


def test_a_confirmed_agent_is_paid_and_the_statement_says_so(engine: Engine) -> None:
    membership = insured_with_a_claim(engine)
    agent(engine, membership)
    pay(engine)
    assert paid_to(engine) == ["Max Agent"]
    with transaction(engine) as session:
        told = statement(session, payouts(engine)[0].id, "en")
        assert (told.payee_name, told.member_name, told.agent) == ("Max Agent", "The member", True)


def test_before_the_confirmation_the_member_is_paid(engine: Engine) -> None:
    membership = insured_with_a_claim(engine)
    agent(engine, membership, confirmed=False)
    pay(engine)
    assert paid_to(engine) == ["Zoë Müller"]


def test_who_entered_it_does_not_confirm_it(engine: Engine) -> None:
    membership = insure(engine, "A-1", account=FRENCH)
    with transaction(engine) as session:
        keep_paper(session)
        key, _again = appoint(session, membership, new(), AT, DESK, "post")
        agent_account(session, key, AGENTS, "EUR", AT, DESK)
        with pytest.raises(Waits) as wrong:
            confirm(session, key, AT, DESK)
        assert wrong.value.where == "by"
        confirm(session, key, AT, "account:902")
        assert agents_paid(session, [membership], DAY) == {membership: key}


def test_what_is_settled_stays_the_agent_s_and_the_next_settlement_is_the_member_s(engine: Engine) -> None:
    membership = insured_with_a_claim(engine)
    key = agent(engine, membership)
    pay(engine)
    with transaction(engine) as session:
        assert revoke(session, key, "", AT, "account:900")
        assert not revoke(session, key, "", AT, "account:900")
    claim(engine, membership, "c-2", "30.00 EUR")
    publish(engine, LATER)
    pay(engine, LATER)
    assert paid_to(engine) == ["Max Agent", "Zoë Müller"]


def test_a_payment_that_comes_back_after_the_end_goes_to_the_member(engine: Engine) -> None:
    membership = insured_with_a_claim(engine)
    key = agent(engine, membership)
    pay(engine)
    payout = payouts(engine)[0].id
    with transaction(engine) as session:
        bank_files(session, DAY, AT, DEBTOR)
        revoke(session, key, "", AT, "account:900")
    with transaction(engine) as session:
        assert statement(session, payout, "en").payee_name == "Max Agent"  # on its way, it keeps its account
        returned(session, payout, LATER, AT, "AC04")
    assert paid_to(engine) == ["Zoë Müller"]
    with transaction(engine) as session:
        assert statement(session, payout, "en").payee_name == "The member"
        assert len(bank_files(session, LATER, AT, DEBTOR).files) == 1


def test_with_the_member_s_death_the_mandate_ends(engine: Engine) -> None:
    membership = insured_with_a_claim(engine)
    agent(engine, membership)
    pay(engine)
    with transaction(engine) as session:
        person = session.execute(select(table_of(DeathReport))).first()
        assert person is None
        values = {"membership_id": membership, "person_id": 1, "died_on": DAY, "told_by": "t", "told_on": DAY,
                  "contact_name": "n", "contact_address": "a", "language": "fr", "recorded_by": "d",
                  "recorded_at": AT + timedelta(days=1)}  # fmt: skip
        session.execute(table_of(DeathReport).insert().values(values))
        assert agents_paid(session, [membership], DAY) == {}
    assert paid_to(engine) == [None]  # it waits for the account of the estate


def test_one_agent_is_paid_at_a_time(engine: Engine) -> None:
    membership = insure(engine, "A-1", account=FRENCH)
    first = agent(engine, membership, until=DAY)
    second = agent(engine, membership, "f-2", confirmed=False, from_day=DAY)
    with transaction(engine) as session:
        with pytest.raises(Waits) as wrong:
            confirm(session, second, AT, DESK)
        assert wrong.value.where == "other"
        revoke(session, first, "", AT, "account:900")
        confirm(session, second, AT, DESK)
        assert agents_paid(session, [membership], DAY) == {membership: second}


def test_an_account_is_checked_and_kept_once(engine: Engine) -> None:
    membership = insure(engine, "A-1", account=FRENCH)
    with pytest.raises(BadInput, match="iban"):
        agent(engine, membership, account={**AGENTS, "iban": "DE00370400440532013000"})
    key = agent(engine, membership)
    with transaction(engine) as session, pytest.raises(Conflict):
        agent_account(session, key, {**AGENTS, "holder": "Somebody Else"}, "EUR", AT, "account:903")


def test_a_listed_agent_is_confirmed_once_a_person_lifted_the_match(engine: Engine) -> None:
    membership = insured_with_a_claim(engine)
    key = agent(engine, membership, confirmed=False)
    listed(engine)
    with transaction(engine) as session:
        with pytest.raises(Waits) as wrong:
            confirm(session, key, AT, DESK)
        assert wrong.value.where == "screening"
        for hit in session.execute(select(table_of(ScreeningHit).c.id)).scalars().all():
            answer(session, hit, "lifted", "somebody else", AT, "account:5")
        confirm(session, key, AT, DESK)
    pay(engine)
    assert paid_to(engine) == ["Max Agent"]


def listed(engine: Engine) -> None:
    with transaction(engine) as session:
        import_list(session, read("f.xml", xml(birth="").replace(b"Ada Lovelace", b"Max Agent")), AT, "test")


def test_an_agent_who_is_listed_later_is_not_paid_and_the_member_s_other_claims_are_not_held(engine: Engine) -> None:
    membership = insured_with_a_claim(engine)
    other = insured_with_a_claim(engine, "A-2")
    agent(engine, membership)
    listed(engine)
    pay(engine)
    made = payouts(engine)
    assert [row.membership_id for row in made] == [other]
    with transaction(engine) as session:
        for hit in session.execute(select(table_of(ScreeningHit).c.id)).scalars().all():
            answer(session, hit, "lifted", "somebody else", AT, "account:5")
    publish(engine, LATER)
    pay(engine, LATER)
    assert paid_to(engine) == ["Zoë Müller", "Max Agent"]


def test_a_payout_that_is_made_waits_where_the_agent_is_listed_before_it_is_sent(engine: Engine) -> None:
    membership = insured_with_a_claim(engine)
    agent(engine, membership)
    pay(engine)
    listed(engine)
    with transaction(engine) as session:
        assert bank_files(session, DAY, AT, DEBTOR).files == []
        assert [one.why for one in unsent(session, DAY).left] == ["to_check"]


def test_a_refused_appointment_pays_nobody(engine: Engine) -> None:
    membership = insured_with_a_claim(engine)
    key = agent(engine, membership, confirmed=False)
    with transaction(engine) as session:
        refuse(session, key, "the signature is missing", AT, DESK)
        with pytest.raises(Conflict):
            confirm(session, key, AT, DESK)
    pay(engine)
    assert paid_to(engine) == ["Zoë Müller"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.integers(-40, 40), length=st.one_of(st.none(), st.integers(0, 40)), day=st.integers(-60, 60))
def test_an_agent_is_paid_on_its_days_and_on_no_other(
    sqlite_engine: Any, first: int, length: int | None, day: int
) -> None:
    engine, membership = sqlite_engine
    start = DAY + timedelta(days=first)
    until = None if length is None else start + timedelta(days=length)
    asked = DAY + timedelta(days=day)
    with engine.connect() as connection:
        from sqlmodel import Session

        with Session(connection) as session:
            keep_paper(session)
            key, _ = appoint(
                session, membership, new("p", from_day=start, until=until, born=date(1960, 1, 1)), AT, "account:900"
            )
            agent_account(session, key, AGENTS, "EUR", AT, "account:900")
            confirm(session, key, AT, DESK)
            holds = start <= asked and (until is None or asked <= until)
            assert agents_paid(session, [membership], asked) == ({membership: key} if holds else {})
            session.rollback()


@pytest.fixture(scope="module")
def sqlite_engine() -> Any:
    from expat import migrate
    from expat.db import open_engine

    with TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/a.sqlite3")
        migrate.upgrade(engine)
        yield engine, insure(engine, "A-1", account=FRENCH)
