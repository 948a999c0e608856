"""`expat letter`: each letter as a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, select

from expat import terminal
from expat.db import reading, table_of
from expat.errors import BadInput, NotFound
from expat.letters import commands
from expat.membership.tables import Membership
from tests.letters.conftest import Tell
from tests.letters.reading import text
from tests.letters.test_card import key
from tests.letters.test_guarantee import CODE, letter, story
from tests.payments.test_statement import EUROS


@pytest.fixture(autouse=True)
def on_that_database(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "database", lambda: engine)


def run(*arguments: object) -> str:
    done = CliRunner().invoke(commands.letter, [str(one) for one in arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_each_letter_is_written_to_its_file(engine: Engine, tell: Tell, tmp_path: Path) -> None:
    tell(EUROS)
    file = tmp_path / "letter.pdf"
    with reading(engine) as session:
        number = session.execute(select(table_of(Membership).c.number)).scalar_one()
    assert run("statement", 1, "--to", file).startswith(f"{file}: ")
    assert "Décompte" in text(file.read_bytes())
    run("statement", 1, "--to", file, "--language", "en")
    assert "Explanation of benefits" in text(file.read_bytes())
    run("notice", 1, "--to", file)
    assert "Avis sur la demande 1" in text(file.read_bytes())
    run("card", key(engine, "member"), "--on", "2025-06-01", "--to", file)
    assert "Carte d'assuré · Insurance card" in text(file.read_bytes())
    run("certificate", number, "--on", "2025-06-01", "--to", file)
    assert "Attestation d'adhésion" in text(file.read_bytes())


def test_a_guarantee_letter_by_its_code(engine: Engine, tell: Tell, tmp_path: Path) -> None:
    tell(story("hospital"))
    letter(engine)
    file = tmp_path / "letter.pdf"
    run("guarantee", CODE, "--to", file, "--language", "en")
    assert CODE in text(file.read_bytes())
    with pytest.raises(NotFound, match="no guarantee letter 'ABCD'"):
        run("guarantee", "ABCD", "--to", file)


def test_what_cannot_be_written_is_told_in_one_line(tell: Tell, tmp_path: Path) -> None:
    tell(EUROS)
    with pytest.raises(BadInput, match="cannot be written"):
        run("statement", 1, "--to", tmp_path / "missing" / "letter.pdf")
    with pytest.raises(NotFound, match="no membership 'X'"):
        run("certificate", "X", "--to", tmp_path / "letter.pdf")
