"""`expat mail`: what waits goes out, and can be seen without what it says."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

from expat.db import transaction
from expat.errors import BadInput
from expat.mail import commands
from expat.mail.outbox import put
from expat.settings import Settings

AT = datetime(2025, 8, 4, 12, tzinfo=UTC)


@pytest.fixture
def chosen(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings that send to a folder, from this database."""
    settings = Settings(mail_folder=tmp_path / "mail", mail_from="plan@example.org")
    monkeypatch.setattr(commands, "settings", lambda: settings)
    monkeypatch.setattr(commands, "ready", lambda: engine)
    with transaction(engine) as session:
        put(session, "statement:[17]", "statement", "ada@example.org", "fr", "Secret subject", "Secret body", AT)
        put(session, "statement:18", "statement", "nobody", "fr", "Secret subject", "Secret body", AT)
    return settings


def run(*words: str) -> Result:
    return CliRunner().invoke(commands.mail, words)


def test_what_waits_is_sent_and_listed(chosen: Settings, tmp_path: Path) -> None:
    assert "waiting" in run("list").output
    assert run("send").output == "1 mails sent\n"
    assert len(list((tmp_path / "mail").glob("*.eml"))) == 1
    listed = run("list").output
    assert "statement:[17]" in listed and "sent" in listed and "no usable address" in listed
    assert "Secret" not in listed
    assert "[17]" not in run("list", "--unsent").output
    assert run("send").output == "0 mails sent\n"


def test_without_a_way_out_or_a_sender_the_setting_is_named(chosen: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for settings, named in (
        (Settings(mail_from="a@b.org"), "EXPAT_SMTP_HOST"),
        (Settings(smtp_host="mail.example.org"), "EXPAT_MAIL_FROM"),
    ):
        monkeypatch.setattr(commands, "settings", lambda settings=settings: settings)
        wrong = run("send").exception
        assert isinstance(wrong, BadInput) and wrong.where == named
