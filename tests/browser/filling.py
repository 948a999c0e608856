"""Filling in forms by what stands on them."""

from __future__ import annotations

from playwright.sync_api import Locator, Page


def fill(page: Page, label: str, text: str) -> None:
    """Type into the field of that label."""
    page.get_by_label(label, exact=False).first.fill(text)


def choose(page: Page, label: str, option: str) -> None:
    """Choose from the list of that label, by what the option says."""
    page.get_by_label(label, exact=False).locator("visible=true").first.select_option(label=option)


def unfold(page: Page | Locator, summary: str) -> None:
    """Open what is folded up under a line."""
    page.locator("summary", has_text=summary).first.click()


def button(page: Page, name: str) -> None:
    """Press the first button of that name, and wait for the page that it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).locator("visible=true").first.click()


def link(page: Page, name: str) -> None:
    """Follow the first link of that name."""
    with page.expect_navigation():
        page.locator("a", has_text=name).locator("visible=true").first.click()


def open_page(page: Page, path: str) -> None:
    """Go to an address; it is there."""
    answer = page.goto(path)
    assert answer is not None and answer.status < 400, f"{path}: {answer and answer.status}"
