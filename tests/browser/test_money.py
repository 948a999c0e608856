"""What accountants do: a settlement by four eyes, files for the bank, a rate by two people, the ledger."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.claiming import send_new_claim
from tests.browser.filling import button, fill, link
from tests.browser.made import DAY
from tests.browser.visiting import MONEY, MONEY_2, SLOWEST, World, says

RATE_DAY, MEMBERSHIP = DAY.isoformat(), "EXU-2026-0001"


def test_one_prepares_a_settlement_another_releases_it_and_the_bank_gets_its_file(world: World, tmp_path: Path) -> None:
    send_new_claim(world, "175", tmp_path)
    page = world.page(MONEY)
    button(page, world.say("Prepare"))
    says(page, world.say("What it pays"))
    assert page.get_by_role("button", name=world.say("Release it")).count() == 0
    says(page, world.say("You prepared this settlement, so you cannot release it: four eyes look at what is paid. "
                         "Ask somebody else of the accountants or of the management unit."))  # fmt: skip
    second = world.page(MONEY_2, page.url)
    button(second, world.say("Release it"))
    expect(second.locator("a", has_text=world.say("See what was paid"))).to_be_visible(timeout=SLOWEST)
    link(second, world.say("See what was paid"))
    says(second, MEMBERSHIP)
    make_files(second, world)


def make_files(page: Page, world: World) -> None:
    """The payments go into a file, which is handed out."""
    page.goto("/settlements/bank")
    button(page, world.say("Make the files"))
    link(page, "EXP-")
    with page.expect_download() as waiting:
        page.locator("a", has_text=world.say("Download")).click()
    assert b"pain.001" in waiting.value.path().read_bytes()


def test_a_rate_is_typed_in_by_one_and_confirmed_by_another(world: World) -> None:
    page = world.page(MONEY, "/rates")
    page.select_option("#typed-currency", "TND")
    fill(page, world.say("Units for 1 EUR"), "3.40x")
    fill(page, world.say("Where it is from, and why it is typed in"), "Central Bank of Tunisia")
    button(page, world.say("Type it in"))
    expect(page.locator("main .field.wrong")).to_have_count(1)
    fill(page, world.say("Units for 1 EUR"), "3.40")
    button(page, world.say("Type it in"))
    says(page, world.say("You typed it in: another person confirms it."))
    second = world.page(MONEY_2, "/rates")
    row = second.locator("tr", has_text="TND").first
    with second.expect_navigation():
        row.locator("button").first.click()
    second.goto(f"/rates?currency=TND&on={RATE_DAY}")
    says(second, "1 EUR = 3.40 TND" if world.language == "en" else "1 EUR = 3,40 TND")


def test_the_ledger_is_filtered_and_taken_out(world: World) -> None:
    page = world.page(MONEY, "/ledger")
    says(page, world.say("balanced in every currency"))
    page.select_option("#account", index=1)
    button(page, world.say("Show"))
    with page.expect_download() as waiting:
        page.locator("a", has_text=world.say("Export as CSV")).click()
    rows = waiting.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) > 1
