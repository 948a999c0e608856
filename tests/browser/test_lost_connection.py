"""A draft survives: a connection that is lost, two windows, a picture that takes its time to be read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.claiming import pick_invoice
from tests.browser.made import Made
from tests.browser.serving import served
from tests.browser.visiting import MEMBER, PHONE, SLOWEST, World

PROVIDER = "#lines-0-provider"
PICTURE = "20261018-0019.jpg"


@pytest.fixture(scope="module")
def reading(made: Made, chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A copy of the demo with the reader of invoices beside the pages."""
    folder = tmp_path_factory.mktemp("reading")
    copied = made.copy(folder, "fr")
    with served(copied.environment, folder / "server.log", beside=True) as base:
        yield World(copied, base, chromium, "fr", PHONE)


def test_what_is_typed_while_offline_is_saved_once_the_connection_is_back(reading: World) -> None:
    page = reading.page(MEMBER, "/claims/new")
    pick_invoice(page, reading, "20261014-0012.pdf")
    saved = page.locator("#saved")
    page.fill(PROVIDER, "Cabinet du Dr Kim, Genève")
    expect(saved.locator("[data-saved-at]")).to_be_visible(timeout=SLOWEST)
    page.context.set_offline(True)
    page.fill("#lines-0-invoice", "typed while offline")
    expect(saved).to_contain_text(reading.say("Not saved: no connection. We will try again."), timeout=SLOWEST)
    page.fill(PROVIDER, "Dr Kim, typed while offline")
    page.context.set_offline(False)
    expect(saved.locator("[data-saved-at]")).to_be_visible(timeout=SLOWEST)
    page.reload()
    assert page.input_value(PROVIDER) == "Dr Kim, typed while offline"
    assert page.input_value("#lines-0-invoice") == "typed while offline"
    assert all("ERR_INTERNET_DISCONNECTED" in one or "htmx:" in one for one in reading.leave())


def test_the_older_of_two_windows_is_told(reading: World) -> None:
    older = reading.page(MEMBER, "/claims/new")
    pick_invoice(older, reading, "20261013-0011.pdf")
    newer = reading.page(MEMBER, older.url)
    newer.fill(PROVIDER, "typed in the newer window")
    expect(newer.locator("#saved [data-saved-at]")).to_be_visible(timeout=SLOWEST)
    older.fill(PROVIDER, "typed in the older window")
    expect(older.locator("#saved")).to_contain_text(
        reading.say("Not saved: another window changed this claim."), timeout=SLOWEST
    )
    newer.reload()
    assert newer.input_value(PROVIDER) == "typed in the newer window"
    assert older.input_value(PROVIDER) == "typed in the older window"


def test_figures_of_a_photograph_come_by_themselves(reading: World) -> None:
    page = reading.page(MEMBER, "/claims/new")
    pick_invoice(page, reading, PICTURE)
    proposed = page.locator(".reading.notice")
    expect(proposed).to_be_visible(timeout=3 * SLOWEST)
    expect(page.locator("#lines-0-amount")).not_to_have_value("", timeout=SLOWEST)
    expect(page.locator("#lines-0-amount-read")).to_be_visible()
    assert page.input_value("#lines-0-currency") == "KRW"
