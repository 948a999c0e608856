"""Looking at a page as people do who see it, hear it, or have only a keyboard: what is wrong with it."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SERIOUS = ("serious", "critical")
SETTLES = 20  # tenths of a second
# Keys, hashes, names of bank files, references of payments and of ledger transactions, codes of letters.
KEYS = (
    r"\d+", r"[0-9a-f]{32,64}", r"[A-Z]{3}-\d{8}[^/]*", r"EXP\w+-\d+", r"[a-z]+:[a-z]+:[\w:]+",
    r"[A-Z0-9]{4}-[A-Z0-9-]{4,}",
)  # fmt: skip
PATTERN = re.compile(rf"/(?:{'|'.join(KEYS)})(?=[/.?#]|$)")
DOWNLOADS = re.compile(
    r"\.(?:pdf|csv|png|svg|xml|zip)$|/download$|/documents/[0-9a-f]{64}$|^/medical/applications/\d+/papers/\d+$"
)

# The text that a reader finds, with what is folded up, and what is said instead of shown. What is marked as being in
# another language, and what people typed, is left out.
TEXT = """() => {
  const found = new Set();
  const other = node => node.parentElement.closest('[lang]')?.lang !== document.documentElement.lang;
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode())
    if (!/^(SCRIPT|STYLE|NOSCRIPT)$/.test(node.parentElement.tagName) && !other(node))
      found.add(node.textContent.replace(/\\s+/g, ' ').trim());
  for (const name of ['aria-label', 'alt', 'title', 'placeholder', 'data-confirm', 'data-search', 'data-none'])
    for (const one of document.querySelectorAll('[' + name + ']'))
      found.add(one.getAttribute(name).replace(/\\s+/g, ' ').trim());
  found.add(document.title);
  return Array.from(found);
}"""

STACKED_WIDER = "all => window.innerWidth < 640 ? all.map(one => one.scrollWidth - one.parentElement.clientWidth) : []"


def pattern(path: str) -> str:
    """What an address has in common with others: keys, hashes, names of files and values are left out."""
    before, _, query = path.partition("#")[0].partition("?")
    names = sorted({part.partition("=")[0] for part in query.split("&") if part})
    return PATTERN.sub("/*", before) + ("?" + "&".join(names) if names else "")


def links(page: Page, base: str) -> list[str]:
    """The addresses of our own that a page leads to."""
    found: list[str] = page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
    return [link[len(base) :].partition("#")[0] for link in found if link.startswith(base + "/")]


@cache
def axe() -> Axe:
    """The rules of accessibility."""
    return Axe()


def wrong_for_ears(page: Page) -> list[str]:
    """What axe finds to be serious."""
    options = {"resultTypes": ["violations"]}
    found: list[dict[str, Any]] = axe().run(page, options=options).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:150]} ({one['nodes'][0].get('failureSummary', '')[:150]})"
        for one in found if one["impact"] in SERIOUS
    ]  # fmt: skip


def wrong_for_eyes(page: Page, language: str) -> list[str]:
    """A page has one heading, says its language, and nothing of it lies beside the screen."""
    found = []
    headings = page.locator("h1").count()
    if headings != 1:
        found.append(f"{headings} headings of the first level")
    if page.get_attribute("html", "lang") != language:
        found.append(f"lang is {page.get_attribute('html', 'lang')!r}")
    over = too_wide(page)
    if over > 0:
        found.append(f"{over} pixels too wide at {page.viewport_size and page.viewport_size['width']}")
    cut = page.locator(".scroll > table.stack").evaluate_all(STACKED_WIDER)
    found += [f"a table for narrow screens is {more} pixels too wide" for more in cut if more > 0]
    if not page.title().partition(" · ")[0].strip():
        found.append("no title")
    return found


def too_wide(page: Page) -> int:
    """By how many pixels, once what follows the width of the window has done so."""
    for _ in range(SETTLES):
        over = int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))
        if over <= 0:
            return 0
        page.wait_for_timeout(100)
    return over


def wrong_for_keys(page: Page) -> list[str]:
    """The first key leads to the link that skips the navigation, and each of the next to something that can be seen."""
    if page.evaluate("document.activeElement !== document.body"):
        return []  # the page begins where something is to be typed
    found = []
    page.keyboard.press("Tab")
    if not page.evaluate("document.activeElement.matches('.skip')"):
        found.append("Tab does not lead to the link that skips the navigation")
    for _ in range(3):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """() => { const one = document.activeElement, box = one.getBoundingClientRect();
            const style = getComputedStyle(one);
            return one === document.body || (box.width > 0 && box.height > 0
              && (style.outlineStyle !== 'none' || style.boxShadow !== 'none')) }"""
        )
        if not seen:
            html = page.evaluate("document.activeElement.outerHTML.slice(0, 120)")
            found.append(f"the focus cannot be seen on {html}")
    return found


def texts(page: Page) -> set[str]:
    """The lines of a page's own words."""
    return set(page.evaluate(TEXT))
