"""What a member does: a claim from an invoice, its decision contested; before care; the account; a message."""

from __future__ import annotations

import csv
from datetime import timedelta
from decimal import Decimal
from typing import Any

from playwright.sync_api import Page, expect

from expat.demo.accounts import PASSWORD
from expat.demo.places import OPERATOR
from expat.wording.care import care as care_name
from expat.wording.names import currency as currency_name
from tests.browser.claiming import pick_invoice
from tests.browser.filling import button, choose, fill, link, open_page, unfold
from tests.browser.made import DAY
from tests.browser.visiting import MEMBER, World, heading, says

INVOICE = "20261003-0003"  # a dentist in France, two lines of 119.50 EUR in all
SPOUSE_NAME, CHILD_NAME = "Margaux", "Alice"
STAY = "hospital.stay"


def test_an_invoice_is_claimed_decided_and_contested(world: World) -> None:
    page = world.page(MEMBER)
    assert heading(page) == world.say("Overview")
    link(page, world.say("Send a claim"))
    pick_invoice(page, world, f"{INVOICE}.pdf")
    check_proposals(page, world)
    page.get_by_role("radio", name=SPOUSE_NAME).check()
    choose(page, world.say("What was it?"), care_name("dental.care", world.language))
    page.fill("#lines-0-stay_days", "12")
    button(page, world.say("Check before sending"))
    says(page, world.say("Please compare these figures with your invoice, then tick this."))
    page.get_by_label(world.say("I have compared the marked figures with my invoice.")).check()
    button(page, world.say("Check before sending"))
    page.get_by_role("heading", level=1, name=world.say("Check before sending")).wait_for()
    says(page, world.say("Would be paid in part"))
    button(page, world.say("Send this claim"))
    says(page, world.say("Rate of your formula"))
    says(page, world.say("Expected (estimate)"))
    contest(page, world)


def check_proposals(page: Page, world: World) -> None:
    """What was read from the invoice stands in the form, marked as such."""
    figures = keyed(world, INVOICE)
    said = page.locator(".reading.notice")
    expect(said).to_contain_text(world.voice.amount(figures["amount"], figures["currency"]))
    expect(said).to_contain_text(figures["provider"])
    assert page.input_value("#lines-0-currency") == figures["currency"]
    assert page.input_value("#lines-0-first_day") == figures["on"]
    expect(page.locator("#lines-0-amount-read")).to_be_visible()


def keyed(world: World, claim: str) -> dict[str, Any]:
    """What stands on an invoice of the demo, as its back office keyed it."""
    with (world.made.places.invoices / "claims.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["claim"] == claim]
    return {**rows[0], "amount": sum(Decimal(row["amount"]) for row in rows)}


def contest(page: Page, world: World) -> None:
    """The decision is contested on the claim's page, which then says that a person answers."""
    reason = "This fee is the usual one in Paris."
    unfold(page, world.say("Contest this decision"))
    fill(page, world.say("Why do you disagree?"), "")
    button(page, world.say("Contest it"))
    says(page, world.say("Please fill this in."))
    fill(page, world.say("Why do you disagree?"), reason)
    button(page, world.say("Contest it"))
    says(page, reason)
    assert page.locator("summary", has_text=world.say("Contest this decision")).count() == 0


def test_approval_is_asked_for_and_what_it_would_pay_is_shown_first(world: World) -> None:
    page = world.page(MEMBER, "/simulate")
    starts = DAY + timedelta(days=40)
    page.locator("#person").select_option(label=f"{CHILD_NAME} Vasseur")
    choose(page, world.say("Which care?"), care_name(STAY, world.language))
    fill(page, world.say("What will it cost?"), "12x")
    choose(page, world.say("Currency"), f"SGD – {currency_name('SGD', world.language)}")
    fill(page, world.say("When?"), starts.isoformat())
    button(page, world.say("What would I get back?"))
    assert page.locator(".field.wrong small.error").count() == 1
    assert page.get_by_label(world.say("What will it cost?")).input_value() == "12x"
    fill(page, world.say("What will it cost?"), "4000")
    fill(page, world.say("How many days, nights or acts?"), "3")
    button(page, world.say("What would I get back?"))
    says(page, world.say("With prior approval"))
    says(page, world.say("The rate of the day of the reimbursement will count, not this one."))
    with page.expect_navigation():
        page.locator("#result a", has_text=world.say("Ask for approval")).click()
    ask_for_approval(page, world)


def ask_for_approval(page: Page, world: World) -> None:
    """What is typed for the medical department reaches it with the papers, and the page says who acts next."""
    page.locator("input[name=kind]").first.check()
    page.locator("#person").select_option(label=f"{CHILD_NAME} Vasseur")
    choose(page, world.say("Which care?"), care_name(STAY, world.language))
    fill(page, world.say("From which day?"), (DAY + timedelta(days=40)).isoformat())
    fill(page, world.say("For how many days?"), "3")
    fill(page, world.say("Hospital, clinic or practitioner"), "Raffles Hospital")
    fill(page, world.say("For the medical department"), "Torn ligament. Please pay the hospital directly.")
    page.set_input_files("input[type=file]", world.made.places.invoices / f"{INVOICE}.pdf")
    button(page, world.say("Send the request"))
    says(page, world.say("With the medical department"))
    says(page, f"{INVOICE}.pdf")


def test_benefits_go_to_another_account_once_it_is_a_right_one(world: World) -> None:
    page = world.page(MEMBER, "/cover")
    link(page, world.say("Change it"))
    page.locator("#currency").select_option("EUR")
    page.locator("#iban").fill("FR76 3000 6000 0112 3456 7890 188")
    page.locator("#password").fill(PASSWORD)
    button(page, world.say("Pay me to this account"))
    assert page.locator(".field.wrong #iban").count() == 1
    assert page.input_value("#iban") == "FR76 3000 6000 0112 3456 7890 188"
    assert page.input_value("#password") == ""
    page.locator("#iban").fill(OPERATOR["iban"])
    page.locator("#password").fill(PASSWORD)
    button(page, world.say("Pay me to this account"))
    says(page, "FR76")
    page.goto("/cover")
    says(page, "EUR")


def test_a_statement_is_read_and_downloaded(world: World) -> None:
    page = world.page(MEMBER, "/statements")
    page.locator("table a", has_text=world.say("Read")).first.click()
    says(page, world.say("What this payment pays"))
    file = page.request.get(page.locator("a", has_text=world.say("As PDF")).get_attribute("href") or "")
    assert file.headers["content-type"] == "application/pdf"
    assert file.body().startswith(b"%PDF-")
    open_page(page, "/recharge")
    assert heading(page) == world.say("Recharge a ceiling")


def test_a_message_is_written_and_says_when_it_is_answered(world: World) -> None:
    page = world.page(MEMBER, "/messages")
    text = f"When does the card come? ({world.language}, {world.viewport['width']})"
    button(page, world.say("Send it"))
    says(page, world.say("Please fill this in."))
    fill(page, world.say("Your message"), text)
    button(page, world.say("Send it"))
    says(page, text)
    assert page.get_by_label(world.say("Your message")).input_value() == ""
