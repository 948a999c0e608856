"""Times of day on the pages are those of EXPAT_TIME_ZONE, and the foot of the page says so."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from expat import audit
from expat.app import create_app
from tests.portal.house import Front, text_of

LATE = datetime(2025, 8, 3, 22, 30, tzinfo=UTC)  # 4 August, half past midnight in Paris


def noted(front: Front) -> Front:
    """An act of the trail, late in the evening."""
    with front.writing() as session:
        audit.record(session, LATE, "demo", "rate.confirm", "rate_proposal:1", rate=4)
    return front


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_trail_is_by_the_clock_of_paris_and_says_so(front: Front, language: str) -> None:
    page = text_of(noted(front).client("admin", language).get("/audit?subject=rate_proposal").text)
    assert ("4 Aug 2025 00:30" if language == "en" else "4 août 2025 00:30") in page and "UTC" not in page
    assert ("Times are those of Paris." if language == "en" else "Les heures indiquées sont celles de Paris.") in page


def test_a_page_without_times_names_no_clock(front: Front) -> None:
    assert "Times are those" not in front.client("manager").get("/desk").text


def test_the_days_that_are_looked_for_are_those_that_are_shown(front: Front) -> None:
    admin = noted(front).client("admin")
    for day, there in ((date(2025, 8, 4), True), (date(2025, 8, 3), False)):
        page = admin.get(f"/audit?subject=rate_proposal&from={day}&to={day}").text
        assert ("00:30" in page) is there
    assert admin.get("/audit?from=1900-01-01&to=2999-12-31").status_code in (200, 422)


def test_the_trail_as_csv_stays_in_utc(front: Front) -> None:
    found = noted(front).client("admin").get("/audit/export.csv?subject=rate_proposal").text
    assert "2025-08-03T22:30:00+00:00" in found


def elsewhere(front: Front, zone: str) -> FlaskClient:
    """An administrator of an application in another time zone."""
    browser = front.client("admin")
    front.app = create_app(front.engine, front.settings.model_copy(update={"time_zone": zone}))
    with browser.session_transaction() as signed_in:
        token = signed_in["_user_id"]
    there = front.app.test_client()
    with there.session_transaction() as kept:
        kept["_user_id"], kept["_fresh"] = token, True
    return there


def test_another_zone_is_another_clock(front: Front) -> None:
    page = text_of(elsewhere(noted(front), "Asia/Singapore").get("/audit?subject=rate_proposal").text)
    assert "4 Aug 2025 06:30" in page and "Times are those of Singapore." in page


def test_no_page_writes_an_instant_of_its_own() -> None:
    folder = Path(__file__).parents[2] / "templates"
    bare = re.compile(r"_at\.(?:date|strftime|time)\(|\bat\.(?:date|strftime)\(|\bUTC\b")
    found = [path.name for path in folder.rglob("*.html") if bare.search(path.read_text(encoding="utf-8"))]
    assert found == []
