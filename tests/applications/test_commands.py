"""`expat application lapse` and `expat employer invite`: what runs by itself, once however often it is started."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine

from expat.applications import commands as of_applications
from expat.currency.calendar import add_working_days
from expat.db import transaction
from expat.employers import commands as of_employers
from expat.employers.announce import confirm, hand_in
from tests.applications.applying import DAY, handed_in
from tests.applications.test_path import accept, stands
from tests.employers.files import AT, KEYS, MEMBER, TODAY, csv_of, employ

Run = Callable[..., str]


@pytest.fixture
def run(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A command, on the test's database."""

    def invoke(command: object, *options: str) -> str:
        for module in (of_applications, of_employers):
            monkeypatch.setattr(module, "ready", lambda: engine)
        done = CliRunner().invoke(command, options, catch_exceptions=False)  # type: ignore[arg-type]
        assert done.exit_code == 0, done.output
        return done.output.strip()

    return invoke


def test_what_is_never_paid_is_reminded_then_lapses_each_once(engine: Engine, run: Run) -> None:
    with transaction(engine) as session:
        key = handed_in(session)
        accept(session, key)
    by = DAY + timedelta(days=30)
    over = add_working_days(by, 3) + timedelta(days=1)
    said = [run(of_applications.application, "lapse", "--on", str(day)) for day in (DAY, by, by, over, over)]
    assert said == [
        "0 lapsed, 0 reminded", "0 lapsed, 1 reminded", "0 lapsed, 0 reminded", "1 lapsed, 0 reminded",
        "0 lapsed, 0 reminded",
    ]  # fmt: skip
    with transaction(engine) as session:
        assert stands(session, key) == "lapsed"


def test_who_was_announced_is_invited_once_and_who_is_insured_is_left(engine: Engine, run: Run) -> None:
    employer = employ(engine)
    ada = {"first_name": "Ada", "last_name": "Lovelace E-200", "born": "1985-05-02", "family": "2"}
    with transaction(engine) as session:
        rows = csv_of([MEMBER, MEMBER | ada | {"email": "ada@corp.example"}])
        upload = hand_in(session, employer, "people.csv", rows, KEYS, TODAY, AT, "account:1").upload
        assert upload is not None
        confirm(session, employer, upload, KEYS, TODAY, AT, "account:1")
    said = [run(of_employers.employer, "invite", "--on", str(TODAY)) for _twice in range(2)]
    assert said == ["1 invited, 1 left to the management unit", "0 invited, 1 left to the management unit"]
