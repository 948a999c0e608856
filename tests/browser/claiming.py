"""A claim that a member sends, for the tests of those who work on it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.filling import button
from tests.browser.made import DAY
from tests.browser.visiting import MEMBER, World

CHILD_NAME = "Alice"


def send_claim(world: World, amount: str, care: str = "ambulatory.gp") -> str:
    """A visit of the child to a doctor at home, with an invoice; answers the claim's number."""
    page = world.page(MEMBER, "/claims/new")
    pick_invoice(page, world, "20261023-0025.pdf")
    page.get_by_role("radio", name=CHILD_NAME).check()
    page.select_option("#lines-0-care", care)
    page.select_option("#lines-0-country", "SG")
    page.select_option("#lines-0-currency", "SGD")
    page.fill("#lines-0-amount", amount)
    page.get_by_label(world.say("I have compared the marked figures with my invoice.")).check()
    button(page, world.say("Check before sending"))
    button(page, world.say("Send this claim"))
    number = page.url.rpartition("/")[2]
    assert number.isdecimal(), page.url
    page.close()
    return number


def send_new_claim(world: World, amount: str, folder: Path) -> None:
    """The same visit with an invoice that nobody has sent before: nothing odd about it waits for a person."""
    page = world.page(MEMBER, "/claims/new")
    pick_paper(page, folder)
    page.get_by_role("radio", name=CHILD_NAME).check()
    page.select_option("#lines-0-care", "ambulatory.gp")
    page.select_option("#lines-0-country", "SG")
    page.select_option("#lines-0-currency", "SGD")
    page.fill("#lines-0-first_day", (DAY - timedelta(days=3)).isoformat())
    page.fill("#lines-0-amount", amount)
    button(page, world.say("Check before sending"))
    button(page, world.say("Send this claim"))
    page.close()


def pick_invoice(page: Page, world: World, name: str) -> None:
    """Pick the invoice; it goes by itself, and the form comes."""
    with page.expect_navigation():
        page.set_input_files("input[type=file]", world.made.places.invoices / name)
    expect(page.locator("#papers")).to_contain_text(name)


def pick_paper(page: Page, folder: Path) -> None:
    """Pick a picture on which nothing can be read."""
    paper = folder / "paper.png"
    Image.new("RGB", (600, 800), "white").save(paper)
    with page.expect_navigation():
        page.set_input_files("input[type=file]", paper)
