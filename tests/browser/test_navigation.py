"""Where one goes: in a row on a wide screen, folded on a telephone; by keyboard, and without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.looking import wrong_for_ears
from tests.browser.visiting import DESK, DOCTOR, MEMBER, World

NAVIGATION = "nav.main"


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize(
    ("email", "path", "name"),
    [(MEMBER, "/claims", "Claims"), (DESK, "/desk/find", "Find"), (DOCTOR, "/medical", "Prior approval")],
)
def test_every_page_is_reached_without_scrolling_sideways(
    world: World, javascript: bool, email: str, path: str, name: str
) -> None:
    page = world.page(email, path, javascript)
    navigation, summary = page.locator(NAVIGATION), page.locator(f"{NAVIGATION} summary")
    here = navigation.locator("a[aria-current=page]:visible")
    if world.phone:
        expect(summary).to_contain_text(world.say(name))
        expect(navigation.locator("a:visible")).to_have_count(0)
        summary.press("Enter")
    else:
        expect(summary).not_to_be_visible()
    expect(here).to_have_count(1)
    expect(here).to_have_text(world.say(name))
    for link in navigation.locator("a:visible").all():
        box = link.bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= world.viewport["width"]
        assert box["height"] >= (44 if world.phone else 24)
    with page.expect_navigation():
        navigation.locator("a:visible").last.press("Enter")
    expect(page.locator("h1")).to_be_visible()


def test_an_open_menu_is_right_for_ears(world: World) -> None:
    page = world.page(MEMBER, "/claims")
    if world.phone:
        page.locator(f"{NAVIGATION} summary").click()
    assert wrong_for_ears(page) == []
