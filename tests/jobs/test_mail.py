"""The scheduler sends what is due every minute, where there is a way out, and only the process that has the turn."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from expat.db import transaction
from expat.documents.keys import Keys, new_key
from expat.errors import BadInput
from expat.jobs.lock import Turn
from expat.jobs.run import Runner
from expat.jobs.scheduler import Clockwork
from expat.mail.outbox import put
from expat.settings import Settings
from tests.jobs.test_run import Moved

DAY = date(2026, 3, 2)


def clockwork(engine: Engine, folder: Path | None, sender: str | None = "plan@expat.example") -> Clockwork:
    chosen = Settings(mail_folder=folder, mail_from=sender, operator_email=None)
    key = new_key()
    return Clockwork(Runner(engine, Moved(DAY), chosen, lambda: Keys.read(key)), (), lambda ran: None)


@pytest.fixture
def written(engine: Engine) -> None:
    with transaction(engine) as session:
        put(session, "k", "statement", "ada@post.example", "en", "Hello", "It is ready.\n", Moved(DAY).at)


@pytest.mark.usefixtures("written")
def test_what_is_due_is_sent_once(engine: Engine, tmp_path: Path) -> None:
    one = clockwork(engine, tmp_path)
    assert [one.send_mail(), one.send_mail()] == [1, 0]
    one.turn.give_back()
    assert len(list(tmp_path.glob("*.eml"))) == 1


@pytest.mark.usefixtures("written")
def test_without_a_way_out_it_waits(engine: Engine) -> None:
    assert clockwork(engine, None).send_mail() == 0


@pytest.mark.usefixtures("written")
def test_only_who_has_the_turn_sends(engine: Engine, tmp_path: Path) -> None:
    one = clockwork(engine, tmp_path)
    with Turn(engine) as other:
        other.mine()
        assert one.send_mail() == (1 if engine.dialect.name == "sqlite" else 0)
    one.turn.give_back()


def test_it_is_scheduled_where_there_is_a_way_out_and_refused_without_a_sender(engine: Engine, tmp_path: Path) -> None:
    for folder, there in ((tmp_path, True), (None, False)):
        one = clockwork(engine, folder)
        scheduler = one.start()
        assert (scheduler.get_job("send mail") is not None) is there
        scheduler.shutdown()
        one.turn.give_back()
    with pytest.raises(BadInput, match="EXPAT_MAIL_FROM"):
        clockwork(engine, tmp_path, None).start()
