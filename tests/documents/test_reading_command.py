"""`expat documents reader`, as an operator runs it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine

from expat.db import transaction
from expat.documents import store
from expat.documents.commands import documents
from expat.documents.keys import Keys, new_key
from expat.documents.reading.queue import ask_reading
from expat.settings import settings
from expat.terminal import database
from tests.documents.reading_pages import pdf_of
from tests.documents.reading_papers import papers

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@pytest.fixture
def keys(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Keys]:
    """The keys of a process whose settings name the test's database and folder."""
    made = new_key()
    monkeypatch.setenv("EXPAT_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("EXPAT_DOCUMENT_FOLDER", str(tmp_path / "documents"))
    monkeypatch.setenv("EXPAT_DOCUMENT_KEY", made)
    monkeypatch.setenv("EXPAT_DEMO_DAY", "2026-11-21")
    settings.cache_clear()
    database.cache_clear()
    yield Keys.read(made)
    database().dispose()
    settings.cache_clear()
    database.cache_clear()


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """What the command does with signals ends with it."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def _wait_for_reading(engine: Engine, keys: Keys, name: str) -> str:
    with transaction(engine) as session:
        digest = store.keep(session, pdf_of(papers()[name].text), settings().document_folder, keys, AT)
        ask_reading(session, digest, AT)
    return digest


def test_once_reads_what_waits_and_says_nothing_of_what_stands_in_it(engine: Engine, keys: Keys) -> None:
    read = [_wait_for_reading(engine, keys, name) for name in ("de-doctor", "sg-clinic")]
    result = CliRunner().invoke(documents, ["reader", "--once"])
    assert result.exit_code == 0, result.output
    lines = [line for line in result.stdout.splitlines() if line]
    assert sorted(line[:12] for line in lines) == sorted(digest[:12] for digest in read)
    assert all(" s, read: amount sure" in line for line in lines)
    for told in ("168.30", "EUR", "SGD", "Weber", "RAFFLES", "Lefèvre", "2026-"):
        assert told not in result.output


def test_it_ends_after_so_many_seconds_in_which_nothing_waited(keys: Keys) -> None:
    result = CliRunner().invoke(documents, ["reader", "--idle", "1"])
    assert (result.exit_code, result.stdout) == (0, "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly_when_it_is_told_to(engine: Engine, keys: Keys, number: signal.Signals) -> None:
    digest = _wait_for_reading(engine, keys, "sg-clinic")
    command = [sys.executable, "-c", "from expat.cli import main; main()", "documents", "reader"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=dict(os.environ)) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith(digest[:12])
        process.send_signal(number)
        said = process.communicate(timeout=20)
    assert (process.returncode, said) == (0, ("", ""))
