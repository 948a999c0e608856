"""People with a browser: signed in, at a width, in a language, and what their browser complained of."""

from __future__ import annotations

import os
import re
import time

import pyotp
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, ViewportSize, expect

from expat.demo.accounts import ACCOUNTS, PASSWORD
from expat.wording.voice import Voice, voice
from tests.browser.made import Made

PHONE, WIDE = ViewportSize(width=390, height=844), ViewportSize(width=1280, height=900)
SLOWEST = int(os.environ.get("EXPAT_TEST_PATIENCE", "30")) * 1000  # milliseconds, on a machine that is busy
# Answers of ours that a browser notes as errors: a refused form, a code or a link that is good no more; and a question
# to the server that a newer one has overtaken.
EXPECTED = (
    re.compile("status of 422"), re.compile("/(?:guarantee|password)/.*status of 404"),
    re.compile(": htmx:(?:afterRequest|sendAbort)"),
)  # fmt: skip
MEMBER, SPOUSE, DOCTOR = "member@demo.example", "spouse@demo.example", "doctor@demo.example"
DESK, DESK_2 = "desk@demo.example", "desk2@demo.example"
MONEY, MONEY_2, ADMIN = "money@demo.example", "money2@demo.example", "admin@demo.example"
BROKER = "broker@demo.example"
EVERYBODY = tuple(one.email for one in ACCOUNTS)


class World:
    """A copy of the demo that is served, and the browser with which people come to it."""

    def __init__(self, made: Made, base: str, browser: Browser, language: str, viewport: ViewportSize) -> None:
        self.made, self.base, self.browser = made, base, browser
        self.language, self.viewport = language, viewport
        self.complaints: list[str] = []
        self.open: dict[tuple[str | None, bool], BrowserContext] = {}

    @property
    def voice(self) -> Voice:
        """The words of the pages, by which buttons and fields are found."""
        return voice(self.language)

    def say(self, text: str, **values: object) -> str:
        """A text of the pages in the language of the world."""
        return self.voice.say(text, **values)

    @property
    def phone(self) -> bool:
        """Whether it is looked at on a telephone."""
        return self.viewport == PHONE

    def context(self, email: str | None, javascript: bool = True) -> BrowserContext:
        """A browser of somebody's; of nobody's that is signed in, where no address is given."""
        made = self.browser.new_context(
            viewport=self.viewport, java_script_enabled=javascript, base_url=self.base, accept_downloads=True,
            locale={"fr": "fr-FR", "en": "en-GB"}[self.language], reduced_motion="reduce",
            storage_state=self.made.cookies(email) if email else None,
        )  # fmt: skip
        made.set_default_timeout(SLOWEST)
        return made

    def page(self, email: str | None, path: str = "/", javascript: bool = True) -> Page:
        """A page in somebody's browser; the browser is opened once and kept."""
        key = email, javascript
        if key not in self.open:
            self.open[key] = self.context(email, javascript)
        page = self.open[key].new_page()
        self.listen(page)
        page.goto(path)
        return page

    def listen(self, page: Page) -> None:
        """Note what the browser complains of: errors of scripts, whatever the policy forbids."""
        page.on("console", lambda said: self._hear(page, said))
        page.on("pageerror", lambda wrong: self._note(page, str(wrong)))
        page.on("response", lambda answer: self._receive(page, answer))

    def _hear(self, page: Page, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            self._note(page, said.text)

    def _receive(self, page: Page, answer: Response) -> None:
        if answer.status >= 500:
            self._note(page, f"{answer.status} {answer.url}")

    def _note(self, page: Page, text: str) -> None:
        if not any(one.search(f"{page.url}: {text}") for one in EXPECTED):
            self.complaints.append(f"{page.url}: {text}")

    def leave(self) -> list[str]:
        """Close every browser; answers what they complained of since the last time."""
        for context in self.open.values():
            context.close()
        self.open = {}
        found, self.complaints = self.complaints, []
        return found


def sign_in(page: Page, email: str) -> None:
    """Sign in as people do: address, password, and the authenticator's code where there is one."""
    page.goto("/sign-in")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    press(page)
    secret = next(one.secret for one in ACCOUNTS if one.email == email)
    if secret is None:
        return
    page.fill("#code", pyotp.TOTP(secret).now())
    press(page)
    if "second-factor" in page.url:  # the code of this half-minute was used: take the next one
        page.fill("#code", pyotp.TOTP(secret).at(int(time.time()) + 30))
        press(page)
    assert "second-factor" not in page.url


def press(page: Page, selector: str = "main form button") -> None:
    """Press the first such button, and wait for the page that it leads to."""
    with page.expect_navigation():
        page.locator(selector).first.click()


def heading(page: Page) -> str:
    """The page's one heading."""
    return page.locator("h1").inner_text()


def says(page: Page, text: str) -> None:
    """Wait until the page shows a text."""
    try:
        expect(page.locator("main")).to_contain_text(text, timeout=SLOWEST)
    except AssertionError:
        shown = " | ".join(page.locator("main").inner_text().split("\n"))[:1500]
        raise AssertionError(f"{page.url} does not say {text!r}, but: {shown}") from None
