"""What the management unit does: key an invoice, ask for a paper, accept a part, find, answer."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.claiming import send_claim
from tests.browser.filling import button, fill, link, unfold
from tests.browser.visiting import DESK, MEMBER, World, heading, says

SCAN = "20261003-0004.png"  # glasses in France
WHY = "The invoice does not say what the visit was for."
LESS = "Usual for this visit in Singapore."


def test_an_invoice_is_keyed_beside_its_picture_and_found_by_its_amount(world: World) -> None:
    page = world.page(DESK, "/desk/keying")
    page.fill("#q", "Margaux")
    button(page, world.say("Find"))
    button(page, world.say("Key it"))
    page.set_input_files("#files", world.made.places.invoices / SCAN)
    button(page, world.say("Add them"))
    expect(page.locator("img.paper")).to_be_visible()
    page.select_option("#lines-0-care", "optical.consultation")
    page.select_option("#lines-0-country", "FR")
    page.fill("#lines-0-first_day", "2026-09-08")
    page.select_option("#lines-0-currency", "EUR")
    page.fill("#lines-0-amount", "64.30")
    page.fill("#lines-0-invoice", "2609-2990")
    page.fill("#lines-0-stay_days", "5")
    button(page, world.say("Check"))
    says(page, world.say("What it comes to today (estimate)"))
    button(page, world.say("Hand it in, and the next one"))
    number = number_in(page)
    page.goto("/desk/find")
    page.fill("#q", "64.30")
    button(page, world.say("Find"))
    link(page, f"{number}/1")
    assert heading(page) == world.say("Claim {number}", number=number)


def number_in(page: Page) -> str:
    """The number of the claim that was handed in, of which the page tells."""
    found = re.search(r"\d+", page.locator(".notice.good").first.inner_text())
    assert found
    return found[0]


def test_a_paper_is_asked_for_and_sent_and_a_part_accepted(world: World) -> None:
    number = send_claim(world, "150")
    page = world.page(DESK, f"/desk/claims/{number}")
    unfold(page, world.say("Ask for a paper"))
    act = page.locator("#ask-1")
    act.locator("select").select_option("other")
    act.locator("textarea").fill(WHY)
    with page.expect_navigation():
        act.locator("button").click()
    says(page, world.say("The paper is asked for, and the member is told by mail."))
    send_paper(world, number)
    page.goto(f"/desk/claims/{number}")
    says(page, world.say("came"))
    accept_part(page, world)


def send_paper(world: World, number: str) -> None:
    """The member sees what is asked for and why, sends it, and is no longer asked."""
    page = world.page(MEMBER, f"/claims/{number}")
    wanted = page.locator("#papers")
    expect(wanted).to_contain_text(WHY)
    wanted.locator("input[type=file]").set_input_files(world.made.places.invoices / "20261013-0011.pdf")
    button(page, world.say("Send it"))
    expect(page.get_by_role("heading", name=world.say("What we need from you"))).to_have_count(0)


def accept_part(page: Page, world: World) -> None:
    """A part of the cost is accepted, for a reason that the member reads."""
    unfold(page, world.say("Accept a part of the cost"))
    act = page.locator("#part-1")
    act.locator("input[name$=amount]").fill("100")
    with page.expect_navigation():
        act.locator("button").click()
    expect(page.locator("#part-1 .field.wrong textarea")).to_be_visible()
    assert page.locator("#part-1 input[name$=amount]").input_value() == "100"
    page.locator("#part-1 textarea").fill(LESS)
    with page.expect_navigation():
        page.locator("#part-1 button").click()
    says(page, LESS)


def test_a_contest_and_a_message_are_answered(world: World) -> None:
    page = world.page(DESK)
    assert heading(page) == world.say("Claims that are held up")
    claim, key = world.made.ask("SELECT l.claim_id, c.id FROM contest c JOIN claim_line l ON l.id = c.line_id LIMIT 1")[
        0
    ]
    page.locator(f"a[href='/desk/claims/{claim}']").first.click()
    unfold(page.locator(f"#contest-of-{key}"), world.say("Answer it"))
    act = page.locator(f"#contest-{key}")
    act.locator("input[value=upheld]").check()
    act.locator("textarea").fill("The ceiling of the year is used up.")
    with page.expect_navigation():
        act.locator("button").click()
    says(page, world.say("The contest is answered, and the member is told by mail."))
    page.goto("/desk/messages")
    page.locator("[data-worklist] a").first.click()
    fill(page, world.say("Your answer"), "Yes, a photograph is enough.")
    button(page, world.say("Send the answer"))
    says(page, world.say("Every message is answered. Conversations are found with the person, too."))
    theirs = world.page(MEMBER, "/messages")
    says(theirs, "Yes, a photograph is enough.")
