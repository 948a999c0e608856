"""A name that resembles one of a list stops payments until a person lifts it; nothing else changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, func, select

from expat.accounts.own import Own
from expat.db import table_of, transaction
from expat.errors import BadInput, Conflict, NotFound
from expat.membership.tables import InsuredPerson
from expat.payments.account_records import keep_account
from expat.payments.payouts import bank_files
from expat.payments.unsent import unsent
from expat.screening.answer import answer
from expat.screening.commands import screening
from expat.screening.holds import held_providers, held_since
from expat.screening.listing import standing
from expat.screening.lists import import_list
from expat.screening.reading import read
from expat.screening.screen import screen_all, screen_new, screen_person
from expat.screening.tables import SanctionedName, SanctionsList, ScreeningHit, ScreeningRun
from tests.approvals.asked import account
from tests.payments.insured import (
    AT,
    DAY,
    DEBTOR,
    FRENCH,
    SINGAPORE,
    check_books,
    claim,
    insure,
    member_of,
    pay,
    payouts,
    publish,
    statuses,
)
from tests.screening.lists import BORN, xml


def bring_in(engine: Engine, content: bytes | None = None) -> int:
    """Import a list and screen everybody; answers the number of new matches."""
    with transaction(engine) as session:
        import_list(session, read("f.xml", content or xml()), AT, "test")
        return screen_all(session, AT, "test").hits


def lift(engine: Engine, outcome: str = "lifted") -> None:
    """Answer every match that stands."""
    with transaction(engine) as session:
        for row in standing(session):
            answer(session, row.id, outcome, "Looked at the passport.", AT, "test")


def count(engine: Engine, model: type) -> int:
    with transaction(engine) as session:
        return int(session.execute(select(func.count()).select_from(table_of(model))).scalar_one())


def test_nothing_is_paid_to_a_match_until_it_is_lifted(engine: Engine) -> None:
    publish(engine)
    claim(engine, insure(engine, "M-1"), "c", "45.00 EUR")
    assert bring_in(engine) == 1
    for outcome in (None, "confirmed"):
        if outcome:
            lift(engine, outcome)
        assert pay(engine).paid == [] and payouts(engine) == [] and statuses(engine) == ["accepted"]
    lift(engine)
    assert len(pay(engine).paid) == 1 and statuses(engine) == ["paid"]
    check_books(engine)


def test_whoever_joins_after_the_list_is_screened_before_anything_is_paid(engine: Engine) -> None:
    publish(engine)
    bring_in(engine)
    claim(engine, insure(engine, "M-1"), "c", "45.00 EUR")
    assert pay(engine).paid == [] and count(engine, ScreeningHit) == 1
    runs = count(engine, ScreeningRun)
    assert pay(engine).paid == [] and count(engine, ScreeningRun) == runs  # nobody new: nothing is looked at again


def test_the_holder_of_the_account_is_screened_too(engine: Engine) -> None:
    publish(engine)
    listed = xml(birth=BORN.replace("1985", "1911")).replace(b"Mount Doom Hospital", b"Zoe MULLER")
    claim(engine, insure(engine, "M-1", account=FRENCH), "c", "45.00 EUR")
    assert bring_in(engine, listed) == 1  # Ada herself was born on another day
    assert pay(engine).paid == []


def test_a_payment_that_was_made_but_not_sent_waits(engine: Engine) -> None:
    publish(engine)
    claim(engine, insure(engine, "M-1", account=FRENCH), "c", "45.00 EUR")
    assert len(pay(engine).paid) == 1
    bring_in(engine)
    with transaction(engine) as session:
        made = bank_files(session, DAY, AT, DEBTOR)
        assert made.files == [] and [left.membership for left in made.left] == ["M-1"]
        assert [left.why for left in unsent(session, DAY).left] == ["to_check"]
        assert "sanction" not in made.left[0].reason
    lift(engine)
    with transaction(engine) as session:
        assert len(bank_files(session, DAY, AT, DEBTOR).files) == 1


def test_a_hospital_on_a_list_is_held_and_nobody_else(engine: Engine) -> None:
    insure(engine, "M-1")
    with transaction(engine) as session:
        for name in ("Mount Doom Hospital", "Mount Sinai"):
            keep_account(session, FRENCH, AT, provider=name)
    assert bring_in(engine, xml(birth=BORN.replace("1985", "1911"))) == 1
    with transaction(engine) as session:
        assert held_providers(session) == {"Mount Doom Hospital"}
    lift(engine)
    with transaction(engine) as session:
        assert held_providers(session) == frozenset()


def test_another_birth_is_another_person(engine: Engine) -> None:
    insure(engine, "M-1")
    assert bring_in(engine, xml(birth=BORN.replace("1985", "1911"))) == 0


def test_the_same_file_is_one_list_and_an_older_one_is_refused(engine: Engine) -> None:
    insure(engine, "M-1")
    assert [bring_in(engine), bring_in(engine)] == [1, 0]
    assert count(engine, SanctionsList) == 1 and count(engine, SanctionedName) == 4
    with pytest.raises(BadInput, match="published on 2026-02-26"):
        bring_in(engine, xml("2026-02-26"))
    assert count(engine, SanctionedName) == 4


def test_what_was_lifted_stays_lifted_until_the_list_says_something_new(engine: Engine) -> None:
    insure(engine, "M-1")
    bring_in(engine)
    lift(engine)
    assert bring_in(engine, xml("2026-03-01")) == 0
    assert bring_in(engine, xml("2026-03-02", birth="")) == 1  # the birth that told them apart is gone


def test_an_applicant_is_screened_before_joining(engine: Engine) -> None:
    asked = ("applicant", "7", "LOVELACE Ada", None, AT)
    with transaction(engine) as session:
        assert not screen_person(session, *asked)  # no list, nothing to find
        assert screen_new(session, AT, "test").looked == 0
    bring_in(engine)
    with transaction(engine) as session:
        assert screen_person(session, *asked) and screen_person(session, *asked)
        assert not screen_person(session, "applicant", "8", "Grace Hopper", None, AT)
    assert count(engine, ScreeningHit) == 1
    lift(engine)
    with transaction(engine) as session:
        assert not screen_person(session, *asked)


def test_an_answer_needs_a_reason_and_is_not_on_the_own_membership(engine: Engine) -> None:
    membership = insure(engine, "M-1")
    bring_in(engine)
    with transaction(engine) as session:
        (row,) = standing(session)
        assert held_since(session, [membership]) == {membership: AT.date()}
        for outcome, why in (("lifted", "  "), ("forgotten", "w"), ("lifted", "w" * 1001)):
            with pytest.raises(BadInput):
                answer(session, row.id, outcome, why, AT, "test")
        with pytest.raises(NotFound):
            answer(session, 99, "lifted", "w", AT, "test")
        assert answer(session, row.id, "lifted", "w", AT, "test")
        assert not answer(session, row.id, "lifted", "w", AT, "test")
        with pytest.raises(Conflict):
            answer(session, row.id, "confirmed", "w", AT, "test")


def test_nobody_lifts_a_match_of_the_own_membership(engine: Engine) -> None:
    membership = insure(engine, "M-1")
    person = member_of(engine, membership)
    bring_in(engine)
    with transaction(engine) as session:
        actor = f"account:{account(session, 'ada@example.org', person)}"
        (row,) = standing(session)
        with pytest.raises(Own):
            answer(session, row.id, "lifted", "It is not me.", AT, actor)


def test_the_command_imports_once_and_says_what_it_found(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    insure(engine, "M-1", account=SINGAPORE)
    monkeypatch.setattr("expat.screening.commands.ready", lambda: engine)
    file = tmp_path / "xmlFullSanctionsList_1_1.xml"
    file.write_bytes(xml())
    for told in ("4 names", "was here already"):
        done = CliRunner().invoke(screening, ["import", str(file)])
        assert done.exit_code == 0 and told in done.output, done.output
    assert "new matches: 0" in done.output
    assert "Ada Lovelace" in CliRunner().invoke(screening, ["list"]).output


def rename(engine: Engine, first: str, last: str) -> None:
    """Write another name over that of everybody who is insured, as it stood before anybody was screened."""
    with transaction(engine) as session:
        session.execute(table_of(InsuredPerson).update().values(first_name=first, last_name=last))


def test_an_account_that_came_after_the_settlement_is_screened_before_the_bank_has_it(engine: Engine) -> None:
    publish(engine)
    key = insure(engine, "M-1", account=FRENCH)
    rename(engine, "Jean", "Dupont")
    assert bring_in(engine) == 0
    claim(engine, key, "c", "45.00 EUR")
    assert len(pay(engine).paid) == 1
    with transaction(engine) as session:
        keep_account(session, replace(FRENCH, holder="Ada Lovelace"), AT, membership_id=key)
    for _again in range(2):
        with transaction(engine) as session:
            made = bank_files(session, DAY, AT, DEBTOR)
            assert made.files == [] and [left.membership for left in made.left] == ["M-1"]
    assert count(engine, ScreeningHit) == 1
    lift(engine)
    with transaction(engine) as session:
        assert len(bank_files(session, DAY, AT, DEBTOR).files) == 1


def test_who_is_kept_late_under_an_earlier_key_is_screened_all_the_same(engine: Engine) -> None:
    """Keys are given before rows are kept: Ada's row is there after a run that saw a larger key."""
    publish(engine)
    first, second = insure(engine, "M-1"), insure(engine, "M-2")
    rename(engine, "Jean", "Dupont")
    bring_in(engine)
    claim(engine, first, "c", "45.00 EUR")
    with transaction(engine) as session:  # as if it was not there before
        people: Any = table_of(InsuredPerson)
        mine = people.c.membership_id == first
        session.execute(people.update().where(mine).values(first_name="Ada", last_name="Lovelace"))
    with transaction(engine) as session:
        assert screen_new(session, AT + timedelta(minutes=20), "test").hits == 1
        assert list(held_since(session, [first, second])) == [first]
    assert pay(engine).paid == []


def test_once_an_hour_has_passed_without_anybody_new_nobody_is_looked_at_again(engine: Engine) -> None:
    insure(engine, "M-1")
    bring_in(engine)
    looked = []
    for minutes in (20, 59, 60, 61, 600):
        with transaction(engine) as session:
            looked.append(screen_new(session, AT + timedelta(minutes=minutes), "test").looked > 0)
    assert looked == [True, True, True, False, False]
    insure(engine, "M-2")
    with transaction(engine) as session:
        assert screen_new(session, AT + timedelta(minutes=601), "test").hits == 1
