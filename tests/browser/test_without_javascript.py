"""Without JavaScript the pages do the same work."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.filling import button, link
from tests.browser.made import DAY
from tests.browser.visiting import DOCTOR, MEMBER, MONEY, MONEY_2, SLOWEST, World, says

SPOUSE_NAME = "Margaux"
pytestmark = pytest.mark.parametrize(
    "world", [("fr", "phone"), ("en", "wide")], ids=["fr-phone", "en-wide"], indirect=True
)


def test_a_claim_is_sent(world: World) -> None:
    page = world.page(MEMBER, "/claims/new", javascript=False)
    page.set_input_files("input[type=file]", world.made.places.invoices / "20261014-0012.pdf")
    button(page, world.say("Continue"))
    assert page.input_value("#lines-0-currency") == "CHF", "what was read stands in the form"
    page.get_by_role("radio", name=SPOUSE_NAME).check()
    page.select_option("#lines-0-care", "ambulatory.specialist")
    page.select_option("#lines-0-country", "FR")
    page.locator("#lines-0-checked").check()
    button(page, world.say("Check before sending"))
    assert page.locator(".field.wrong #lines-0-stay_days").count() == 1, "the country asks for one more thing"
    page.fill("#lines-0-stay_days", "9")
    button(page, world.say("Check before sending"))
    button(page, world.say("Send this claim"))
    says(page, world.say("How it was decided"))


def test_approval_is_asked_for_and_answered(world: World) -> None:
    page = world.page(MEMBER, "/approvals/new", javascript=False)
    page.locator("input[name=kind]").first.check()
    page.locator("#person").select_option(index=2)
    page.select_option("#care", "hospital.stay")
    page.fill("#starts_on", (DAY + timedelta(days=25)).isoformat())
    page.fill("#days", "2")
    button(page, world.say("Send the request"))
    number = page.url.rpartition("/")[2]
    assert number.isdecimal()
    doctor = world.page(DOCTOR, f"/medical/approvals/{number}", javascript=False)
    doctor.locator("input[value=grant]").check()
    button(doctor, world.say("Answer and go on"))
    granted = world.say("Request {number} is granted: {care}, for {name}.", number=number, care="", name="")
    says(doctor, granted.partition(":")[0].rstrip())


def test_a_settlement_is_prepared_and_released(world: World) -> None:
    page = world.page(MONEY, "/settlements", javascript=False)
    button(page, world.say("Prepare"))
    second = world.page(MONEY_2, page.url, javascript=False)
    button(second, world.say("Release it"))
    expect(second.locator("a", has_text=world.say("See what was paid"))).to_be_visible(timeout=SLOWEST)
    link(second, world.say("See what was paid"))
