"""What the medical department does: answer by keys alone, with a guarantee letter that a hospital checks."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.filling import button, fill
from tests.browser.visiting import DOCTOR, World, heading, says

CODE = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}")


def test_a_request_is_granted_by_keys_and_the_hospital_checks_its_letter(world: World) -> None:
    page = world.page(DOCTOR)
    assert heading(page) == world.say("Prior approval")
    open_first(page)
    page.keyboard.press("g")
    expect(page.locator("#answer")).to_be_focused()
    page.get_by_label(world.say("Pay the hospital directly: makes a guarantee letter")).check()
    page.locator("#answer").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    told = page.locator(".notice.good", has_text=CODE).inner_text()
    found = CODE.search(told)
    assert found, told
    assert world.say("Your answer") in page.inner_text("main"), "the next request comes by itself"
    check_letter(world, found[0])


def open_first(page: Page) -> None:
    """j goes to the first request of the list, Enter opens it."""
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "/medical/approvals/" in page.url


def check_letter(world: World, code: str) -> None:
    """Without signing in: a right code is confirmed without health data, a wrong one is not."""
    page = world.page(None, "/guarantee")
    page.fill("#code", "AAAA-AAAA-AAAA-AAAA")
    button(page, world.say("Check it"))
    says(page, world.say("There is no letter with this code. Compare it with the letter, or call us."))
    page.goto("/guarantee")
    page.fill("#code", code.lower())
    button(page, world.say("Check it"))
    says(page, code)
    says(page, world.say("Initials of the insured person"))
    assert "append" not in page.content().lower()


def test_a_refusal_needs_a_reason_which_the_member_reads(world: World) -> None:
    page = world.page(DOCTOR)
    open_first(page)
    address = page.url
    page.keyboard.press("r")
    expect(page.locator("#reason")).to_be_focused()
    page.locator("#answer").click()
    expect(page.locator(".field.wrong #reason")).to_be_visible()
    assert page.url == address
    fill(page, world.say("Reason"), "The report does not show why a stay is needed.")
    button(page, world.say("Answer and go on"))
    number = address.rpartition("/")[2]
    told = world.say("Request {number} is refused: {care}, for {name}.", number=number, care="|", name="")
    says(page, told.partition("|")[0])
    theirs = world.page(account_of(world, number), f"/approvals/{number}")
    says(theirs, "The report does not show why a stay is needed.")


def account_of(world: World, request: str) -> str:
    """The address of the person whom a request is for."""
    query = "SELECT email FROM account a JOIN approval_request r ON r.person_id = a.person_id WHERE r.id = ?"
    return str(world.made.ask(query, request)[0][0])
