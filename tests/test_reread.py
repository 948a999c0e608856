"""What was read is read again: the same rows, or something changed; and what cannot be read again is not kept."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from expat import reread
from expat.db import reading, transaction
from expat.reread import Read, stands, watched
from tests.payments.insured import publish

RATES = "SELECT currency, value, source, published_on, note FROM rate WHERE source = :source ORDER BY id"
NAMES = "SELECT name, '100%', totp_secret FROM account ORDER BY id"


def read(engine: Engine) -> tuple[Read, ...] | None:
    publish(engine)
    with reading(engine) as session, watched(session, engine) as watch:
        session.execute(text(RATES), {"source": "ecb"}).all()
        session.execute(text(NAMES)).first()  # whoever asks for one row asked for all of them
        return watch.reads()


def still(engine: Engine, reads: tuple[Read, ...] | None) -> bool:
    assert reads is not None
    with reading(engine) as session:
        return stands(session, reads)


def account(engine: Engine, name: str) -> None:
    with transaction(engine) as session:
        session.execute(text(
            "INSERT INTO account (email, name, language, roles, totp_step, made_at)"
            f" VALUES ('{name}@example.org', '{name}', 'en', 'member', 0, '2025-01-01 00:00:00')"
        ))  # fmt: skip


def test_the_same_rows_stand_and_a_new_or_changed_one_does_not(engine: Engine) -> None:
    reads = read(engine)
    assert still(engine, reads) and still(engine, reads)
    account(engine, "ada")
    assert not still(engine, reads)


def test_nothing_and_an_empty_text_are_two_answers(engine: Engine) -> None:
    account(engine, "ada")
    reads = read(engine)
    with transaction(engine) as session:
        session.execute(text("UPDATE account SET totp_secret = ''"))
    assert not still(engine, reads)


def test_a_value_that_moves_to_the_next_column_is_another_answer(engine: Engine) -> None:
    with reading(engine) as session, watched(session, engine) as watch:
        session.execute(text("SELECT 'ab' AS a, 'c' AS b")).all()
        reads = watch.reads()
    assert reads is not None
    other = Read("SELECT 'a' AS a, 'bc' AS b", reads[0].values, reads[0].digest)
    assert still(engine, reads) and not still(engine, (other,))


def test_what_can_no_longer_be_asked_does_not_stand(engine: Engine) -> None:
    wrong = Read("SELECT nothing FROM nowhere", (), b"")
    with reading(engine) as session:
        assert not stands(session, (wrong, wrong))
        session.rollback()
        assert session.execute(text("SELECT 1")).scalar() == 1  # and the connection serves on


def spoil(engine: Engine, what: str) -> None:
    if what == "clock":
        reread.spoil()
    else:
        account(engine, "ada")


@pytest.mark.parametrize("what", ["clock", "a write elsewhere"])
def test_what_rests_on_more_than_the_session_read_is_not_kept(engine: Engine, what: str) -> None:
    with reading(engine) as session, watched(session, engine) as watch:
        session.execute(text("SELECT 1")).all()
        assert watch.whole
        spoil(engine, what)
        assert watch.reads() is None


def test_what_two_transactions_read_is_not_kept(engine: Engine) -> None:
    with reading(engine) as session, watched(session, engine) as watch:
        session.execute(text("SELECT 1")).all()
        session.rollback()  # on SQLite two transactions see two states
        session.execute(text("SELECT 1")).all()
        assert watch.reads() is None


def test_too_much_to_read_again_is_not_kept(engine: Engine) -> None:
    with reading(engine) as session, watched(session, engine) as watch:
        session.execute(text("SELECT :long"), {"long": "x" * (reread.MOST_READ + 1)}).all()
        assert watch.reads() is None


def test_who_reads_nothing_or_is_not_watched_keeps_nothing(engine: Engine) -> None:
    with reading(engine) as session, watched(session, engine) as watch:
        pass
    with reading(engine) as session:
        session.execute(text("SELECT 1")).all()
    assert watch.reads() is None
