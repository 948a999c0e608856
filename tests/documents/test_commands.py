"""`expat documents`, as an operator uses it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

from expat.db import transaction
from expat.documents import store
from expat.documents.commands import documents
from expat.documents.keys import Keys, new_key
from expat.errors import BadInput
from expat.settings import settings
from expat.terminal import database
from tests.documents.samples import pdf

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@pytest.fixture
def key(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The key of a process whose settings name the test's database and folder."""
    made = new_key()
    monkeypatch.setenv("EXPAT_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("EXPAT_DOCUMENT_FOLDER", str(tmp_path / "documents"))
    monkeypatch.setenv("EXPAT_DOCUMENT_KEY", made)
    settings.cache_clear()
    database.cache_clear()
    yield made
    database().dispose()
    settings.cache_clear()
    database.cache_clear()


def _run(command: str) -> Result:
    return CliRunner().invoke(documents, [command])


def test_a_fresh_key_is_a_key_and_another_every_time() -> None:
    one, two = _run("new-key").output.strip(), _run("new-key").output.strip()
    assert Keys.read(one).current != Keys.read(two).current


def test_check_is_quiet_where_all_is_well(engine: Engine, key: str) -> None:
    assert (_run("check").exit_code, _run("check").output) == (0, "0 documents, 0 with a problem\n")
    with transaction(engine) as session:
        store.keep(session, pdf(), settings().document_folder, Keys.read(key), AT)
    assert (_run("check").exit_code, _run("check").output) == (0, "1 documents, 0 with a problem\n")


def test_check_names_each_document_that_is_not_whole(engine: Engine, key: str) -> None:
    folder = settings().document_folder
    with transaction(engine) as session:
        kept = [store.keep(session, pdf(w), folder, Keys.read(key), AT) for w in (200, 201, 202)]
    store.path_of(folder, kept[0]).unlink()
    store.path_of(folder, kept[1]).write_bytes(b"x")
    result = _run("check")
    assert result.exit_code == 1
    assert kept[0] in result.output and kept[1] in result.output and kept[2] not in result.output
    assert result.output.endswith("3 documents, 2 with a problem\n")


def test_check_without_a_key_says_how_to_make_one(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EXPAT_DOCUMENT_KEY")
    settings.cache_clear()
    wrong = _run("check").exception
    assert isinstance(wrong, BadInput)
    assert str(wrong) == "EXPAT_DOCUMENT_KEY: is not set; make a key with `expat documents new-key`"
