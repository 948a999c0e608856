"""What a hospital learns from the code of a guarantee letter, and what nobody learns."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from expat.approvals.answer import Given, answer_file
from expat.approvals.guarantee import ALPHABET, check_guarantee, normalised
from expat.db import transaction
from expat.membership.ends import terminate
from tests.approvals.asked import KEYS, START, TODAY, acting, ask, asked
from tests.payments.insured import insure, member_of


@pytest.fixture
def membership(engine: Engine) -> int:
    return insure(engine, "EXP-204711")


def letter(engine: Engine, membership: int, key: str = "k1", care: str = "hospital", **more: object) -> tuple[int, str]:
    """A request that was granted with direct payment; answers it and its letter's code."""
    request = ask(engine, membership, asked(member_of(engine, membership), care, **more), key=key)  # type: ignore[arg-type]
    with transaction(engine) as session:
        code = answer_file(session, request, Given(True, days=10, direct=True), acting(minute=30), KEYS).code
    assert code is not None
    return request, code


def state(engine: Engine, code: str, today: date = TODAY) -> str | None:
    with transaction(engine) as session:
        found = check_guarantee(session, code, today)
    return found and found.state


def test_a_code_is_four_times_four_letters_that_nobody_mistakes(engine: Engine, membership: int) -> None:
    _key, code = letter(engine, membership)
    assert re.fullmatch(rf"([{ALPHABET}]{{4}}-){{3}}[{ALPHABET}]{{4}}", code)
    assert len(ALPHABET) ** 16 == 2**80
    assert not set("ILOU") & set(ALPHABET)


def test_a_valid_letter_shows_the_least_that_names_it(engine: Engine, membership: int) -> None:
    _key, code = letter(engine, membership, care="hospital.psychiatric")
    with transaction(engine) as session:
        found = check_guarantee(session, code, TODAY)
    assert found is not None
    assert asdict(found) == {
        "code": code,
        "state": "valid",
        "initials": "A. L.",
        "membership": "•••••••711",
        "first_day": START,
        "last_day": date(2026, 2, 20),
        "issued_at": found.issued_at,
    }
    assert found.issued_at.date() == TODAY


@pytest.mark.parametrize("typed", ["lower", "spaces", "plain", "letters"])
def test_a_code_is_found_however_it_is_typed(engine: Engine, membership: int, typed: str) -> None:
    _key, code = letter(engine, membership)
    how = {
        "lower": code.lower(),
        "spaces": f"  {code.replace('-', ' ')} ",
        "plain": code.replace("-", ""),
        "letters": code.replace("0", "o").replace("1", "l"),
    }
    assert state(engine, how[typed]) == "valid"


NO_CODES = ("", "x", "0000-0000-0000-0000", "0" * 500, "\x00" * 16, "é" * 16, "' OR 1=1 --", "UUUU" * 4)


@pytest.mark.parametrize("code", NO_CODES)
def test_what_is_no_code_finds_nothing(engine: Engine, membership: int, code: str) -> None:
    letter(engine, membership)
    assert state(engine, code) is None


def test_codes_are_read_as_crockford_reads_them() -> None:
    assert normalised("oOiI lL00-0000 0000") == "0011-1100-0000-0000"
    assert normalised("0000-0000-0000-000") == ""


def test_a_refusal_after_it_withdraws_a_letter(engine: Engine, membership: int) -> None:
    key, code = letter(engine, membership)
    with transaction(engine) as session:
        answer_file(session, key, Given(False, "no", seen=1), acting(minute=40), KEYS)
    assert state(engine, code) == "withdrawn"


def test_a_new_letter_takes_the_place_of_the_old_one(engine: Engine, membership: int) -> None:
    key, code = letter(engine, membership)
    with transaction(engine) as session:
        newer = answer_file(session, key, Given(True, direct=True, seen=1), acting(minute=40), KEYS).code
    assert newer is not None
    assert (state(engine, code), state(engine, newer)) == ("withdrawn", "valid")


def test_a_letter_expires_when_care_can_begin_no_longer(engine: Engine, membership: int) -> None:
    _key, code = letter(engine, membership)
    assert state(engine, code, date(2026, 2, 20)) == "valid"
    assert state(engine, code, date(2026, 2, 21)) == "expired"


def test_a_letter_of_an_extension_is_for_the_days_that_it_adds(engine: Engine, membership: int) -> None:
    key, _code = letter(engine, membership)
    _more, code = letter(engine, membership, "k2", starts=START + timedelta(days=7), extends=key)
    with transaction(engine) as session:
        found = check_guarantee(session, code, TODAY)
    assert found is not None
    assert (found.first_day, found.last_day) == (START + timedelta(days=10), START + timedelta(days=19))


def test_a_letter_of_somebody_who_is_covered_no_longer_is_on_hold(engine: Engine, membership: int) -> None:
    _key, code = letter(engine, membership)
    with transaction(engine) as session:
        ends = terminate(session, membership, "lost_status", date(2025, 9, 30), acting()).effective_from
    assert ends is not None
    assert state(engine, code, ends - timedelta(days=1)) == "valid"
    assert state(engine, code, ends) == "on_hold"
