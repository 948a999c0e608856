"""Every page that can be reached, in both languages and at both widths: seen, heard, by keys, and translated.

EXPAT_TEST_PICTURES names a folder into which a picture of each is put, to be looked at.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Response

from expat.demo.world import template
from tests.browser.looking import DOWNLOADS, links, pattern, texts, wrong_for_ears, wrong_for_eyes, wrong_for_keys
from tests.browser.made import Made
from tests.browser.serving import served
from tests.browser.visiting import ADMIN, BROKER, DESK, DOCTOR, MEMBER, MONEY, PHONE, WIDE, World, press

PICTURES = os.environ.get("EXPAT_TEST_PICTURES")
EXAMPLES = 2  # of pages whose addresses differ in a key alone
STARTS: dict[str | None, tuple[str, ...]] = {
    None: ("/sign-in", "/password", "/guarantee", "/demo/mail", "/demo/accounts"),
    MEMBER: ("/home", "/account/"), DOCTOR: ("/medical",), DESK: ("/desk",), MONEY: ("/settlements",),
    ADMIN: ("/accounts",), BROKER: ("/acting-for",),
}  # fmt: skip
SIZES = {"phone": PHONE, "wide": WIDE}
LOOKS = {"fr": ("phone", "wide"), "en": ("wide", "phone")}
LONG = 25  # letters: shorter lines are names as often as not


@pytest.fixture(scope="module")
def looked_at(made: Made, chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A copy of the demo of which everything is looked at."""
    folder = tmp_path_factory.mktemp("looked_at")
    copied = made.copy(folder, "en")
    with served(copied.environment, folder / "server.log") as base:
        yield World(copied, base, chromium, "en", PHONE)


@pytest.mark.parametrize("email", STARTS, ids=lambda email: str(email).partition("@")[0])
def test_no_page_has_anything_wrong(looked_at: World, email: str | None) -> None:
    page = looked_at.page(email, STARTS[email][0])
    wrong = [f"{path}: {fault}" for path, fault in faults(looked_at, page, email)]
    assert [*wrong, *looked_at.leave()] == []


def faults(world: World, page: Page, email: str | None) -> Iterator[tuple[str, str]]:
    """Follow the links from page to page; answers what is wrong with each."""
    todo, seen, met = list(STARTS[email]), set[str](), dict[str, int]()
    while todo:
        path = todo.pop(0)
        like = pattern(path)
        if path in seen or met.get(like, 0) >= EXAMPLES or public(path, email):
            continue
        seen.add(path)
        met[like] = met.get(like, 0) + 1
        if DOWNLOADS.search(path.partition("?")[0]):
            status = page.request.get(path).status
            yield from [(path, f"status {status}")] if status >= 400 else []
            continue
        yield from ((path, fault) for fault in look(world, page, path, thorough=met[like] == 1))
        todo += [link for link in links(page, world.base) if link not in seen]


def public(path: str, email: str | None) -> bool:
    """Pages that are looked at once, without signing in."""
    return email is not None and path in ("/", *STARTS[None])


def look(world: World, page: Page, path: str, thorough: bool) -> Iterator[str]:
    """Look at a page in both languages and at both widths; at a second example of its kind in one language, narrow."""
    said = {}
    for language, widths in LOOKS.items() if thorough else [("fr", ("phone",))]:
        page.set_viewport_size(SIZES[widths[0]])
        answer = speak(world, page, path, language)
        if answer.status >= 400:
            yield f"status {answer.status}"
            return
        said[language] = texts(page)
        yield from wrong_for_ears(page)
        if language == "fr":
            yield from wrong_for_keys(page)
        for width in widths:
            page.set_viewport_size(SIZES[width])
            yield from wrong_for_eyes(page, language)
            picture(page, path, language, width)
    yield from untranslated(page, said.get("fr", set()) & said.get("en", set()))


def speak(world: World, page: Page, path: str, language: str) -> Response:
    """The page in a language: the account's; who has none chooses it on the page."""
    world.made.change("UPDATE account SET language = ?", language)
    answer = page.goto(path)
    assert answer is not None
    if page.get_attribute("html", "lang") != language:
        press(page, f"button[name=language][value={language}]")
    return answer


def untranslated(page: Page, same: set[str]) -> Iterator[str]:
    """Lines that read the same in both languages and are no data: neither typed, nor the subject of a mail as sent."""
    as_sent = set(page.locator("[data-as-sent]").all_inner_texts())
    agent = page.evaluate("navigator.userAgent")
    for line in sorted(same):
        words = sum(letter.isalpha() for letter in line) > LONG and " " in line
        typed = line.removesuffix(" · Expat")  # a page's title
        if words and typed not in typed_by_people() | as_sent and line[:60] not in agent:
            yield f"the same in French and English: {line!r}"


def typed_by_people() -> set[str]:
    """What the people of the demo wrote."""
    found: set[str] = set()
    for name in ("cases.toml", "joining.toml"):
        found.update(_strings(tomllib.loads(template(name).read_text(encoding="utf-8"))))
    return found


def _strings(found: object) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict | list):
        for one in found.values() if isinstance(found, dict) else found:
            yield from _strings(one)


def picture(page: Page, path: str, language: str, width: str) -> None:
    """Keep a picture, with everything unfolded, where one is wanted."""
    if PICTURES:
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        name = re.sub(r"\W+", "_", path).strip("_")[:70] or "start"
        page.screenshot(path=Path(PICTURES) / f"{name}-{language}-{width}.png", full_page=True)
