"""Chromium, the demo on which people work, and a world of its own for each language and width.

EXPAT_TEST_CHROMIUM names the browser. Without one these tests are skipped; where CI is set, they fail.
EXPAT_TEST_PATIENCE says how many seconds a page may take, on a machine that is busy with other things.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.made import Made, OnlyOnce, make
from tests.browser.serving import served
from tests.browser.visiting import EVERYBODY, PHONE, WIDE, World, sign_in

CHROMIUM = Path(os.environ.get("EXPAT_TEST_CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
]  # fmt: skip
WORLDS = [(language, name) for language in ("en", "fr") for name in ("phone", "wide")]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs the browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser."""
    if not CHROMIUM.exists():
        reason = f"there is no browser at {CHROMIUM}: install chromium, or name one in EXPAT_TEST_CHROMIUM"
        pytest.fail(reason, pytrace=False) if os.environ.get("CI") else pytest.skip(reason)
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Made:
    """The demo, with everybody signed in; made once, whichever process of the run comes first."""
    base = tmp_path_factory.getbasetemp()
    run = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder = run / "browser_demo"
    with OnlyOnce(folder) as first:
        if first:
            _make(folder, chromium)
    return Made(folder)


def _make(folder: Path, chromium: Browser) -> None:
    demo = make(folder)
    with served(demo.environment, folder / "server.log") as base:
        for email in EVERYBODY:
            context = chromium.new_context(base_url=base)
            sign_in(context.new_page(), email)
            demo.keep_cookies(email, context.storage_state())
            context.close()


@pytest.fixture(scope="session", params=WORLDS, ids=["-".join(one) for one in WORLDS])
def world(
    request: pytest.FixtureRequest, made: Made, chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """A copy of the demo, served, in a language and at a width."""
    language, width = request.param
    folder = tmp_path_factory.mktemp(f"world_{language}_{width}")
    copied = made.copy(folder, language)
    with served(copied.environment, folder / "server.log") as base:
        yield World(copied, base, chromium, language, PHONE if width == "phone" else WIDE)


@pytest.fixture(autouse=True)
def quiet(request: pytest.FixtureRequest) -> Iterator[None]:
    """No page may make the browser complain."""
    yield
    if "world" in request.fixturenames:
        assert request.getfixturevalue("world").leave() == []
