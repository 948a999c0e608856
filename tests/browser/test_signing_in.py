"""Signing in and out, as a member does."""

from __future__ import annotations

from expat.demo.accounts import PASSWORD
from tests.browser.visiting import MEMBER, World, heading, press, says


def test_a_member_signs_in_after_a_mistake_and_out_again(world: World) -> None:
    page = world.page(None)
    assert heading(page) == world.say("Sign in")
    page.fill("#email", MEMBER)
    page.fill("#password", "not-my-password")
    press(page)
    says(page, world.say("Address or password are not right."))
    assert page.input_value("#email") == MEMBER
    page.fill("#password", PASSWORD)
    press(page)
    assert page.url.endswith("/home")
    press(page, f"text={world.say('Sign out')}")
    page.goto("/home")
    assert heading(page) == world.say("Sign in")
