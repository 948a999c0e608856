"""The page of what runs by itself: what failed and waits, and what was given up since a newer day did its work."""

from __future__ import annotations

from datetime import date

import pytest
from click.testing import CliRunner

from expat.db import table_of
from expat.jobs import commands
from expat.jobs.run import DROPPED
from expat.jobs.tables import JobItem
from tests.portal.house import AT, Front, text_of

MONDAY = date(2026, 1, 5)


def test_what_was_given_up_is_shown_with_its_error_and_is_not_tried_again(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    with front.writing() as session:
        row = {"job": "settlement.prepare", "key": f"settle:{MONDAY}", "row_key": 1, "day": MONDAY, "attempts": 2,
               "error": "BadInput: settlement: another is open", "done_at": AT, "effect": {DROPPED: True}}  # fmt: skip
        session.execute(table_of(JobItem).insert().values(row))
    page = "/jobs/settlement.prepare"
    shown = text_of(front.client("admin").get(page).get_data(as_text=True))
    assert "Given up: a newer day did this work" in shown and "another is open" in shown and "Nothing waits." in shown
    assert "Try again now" not in shown
    assert "un jour plus récent a fait ce travail" in text_of(
        front.client("admin", "fr").get(page).get_data(as_text=True)
    )
    monkeypatch.setattr(commands, "ready", lambda: front.engine)
    told = CliRunner().invoke(commands.jobs, ["failed"]).output
    assert f"settle:{MONDAY}  given up, a newer day did its work: BadInput" in told
