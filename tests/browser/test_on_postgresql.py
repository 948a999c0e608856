"""A member's main path on PostgreSQL: sign in, a claim, approval, a message."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from pydantic import SecretStr
from sqlalchemy import Engine

from expat.settings import Settings
from expat.wording.care import care as care_name
from expat.wording.voice import voice
from tests.browser.claiming import pick_paper
from tests.browser.filling import button, choose, fill, link
from tests.browser.serving import served
from tests.browser.visiting import PHONE, heading, press, says
from tests.portal.house import PASSWORD, TODAY, Front

say = voice("en").say


@pytest.fixture
def member(chromium: Browser, engine: Engine, tmp_path: Path) -> Iterator[Page]:
    """The member of a small house, with a browser."""
    front = Front(engine, tmp_path)
    with served(_environment(engine, front.settings), tmp_path / "server.log") as base:
        context = chromium.new_context(base_url=base, viewport=PHONE, locale="en-GB")
        yield context.new_page()
        context.close()


def _environment(engine: Engine, settings: Settings) -> dict[str, str]:
    """The settings of the house, for a server of its own."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("EXPAT_")}
    inside = {f"EXPAT_{name.upper()}": _text(getattr(settings, name)) for name in settings.model_fields_set}
    return {**outside, **inside, "EXPAT_DATABASE_URL": engine.url.render_as_string(hide_password=False)}


def _text(value: Any) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return ",".join(value) if isinstance(value, tuple) else str(value)


@pytest.mark.parametrize("engine", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
def test_a_claim_an_approval_and_a_message(member: Page, tmp_path: Path) -> None:
    member.goto("/")
    member.fill("#email", "member@test.example")
    member.fill("#password", PASSWORD)
    press(member)
    assert heading(member) == say("Overview")
    send_claim(member, tmp_path)
    ask_for_approval(member)
    member.goto("/messages")
    fill(member, say("Your message"), "When does the card come?")
    button(member, say("Send it"))
    says(member, "When does the card come?")


def send_claim(page: Page, folder: Path) -> None:
    """A visit to a doctor at home, with a picture of the invoice."""
    page.goto("/claims/new")
    pick_paper(page, folder)
    page.get_by_role("radio", name="Charles").check()
    page.select_option("#lines-0-care", "ambulatory.gp")
    page.fill("#lines-0-first_day", (TODAY - timedelta(days=3)).isoformat())
    page.fill("#lines-0-amount", "90")
    button(page, say("Check before sending"))
    button(page, say("Send this claim"))
    says(page, say("How it was decided"))


def ask_for_approval(page: Page) -> None:
    """A planned stay in hospital."""
    page.goto("/approvals")
    link(page, say("Ask for approval"))
    page.locator("input[name=kind]").first.check()
    choose(page, say("Which care?"), care_name("hospital.stay", "en"))
    fill(page, say("From which day?"), (TODAY + timedelta(days=30)).isoformat())
    fill(page, say("For how many days?"), "2")
    button(page, say("Send the request"))
    says(page, say("With the medical department"))
