"""What an administrator does: open an account; its holder sets a password and a second factor."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pyotp

from tests.browser.filling import button, fill
from tests.browser.visiting import ADMIN, World, heading, says

PASSWORD = "green-kettle-in-quito"


def test_an_account_is_opened_and_its_holder_gets_in(world: World) -> None:
    email = f"new-{world.language}-{world.viewport['width']}@demo.example"
    page = world.page(ADMIN, "/accounts/open")
    fill(page, world.say("E-mail address"), "no address")
    fill(page, world.say("First and last name"), "Nils Holm")
    page.select_option("#language", world.language)
    page.locator("input[value=accountant]").check()
    button(page, world.say("Open it and mail the link"))
    assert page.locator(".field.wrong #email").input_value() == "no address"
    fill(page, world.say("E-mail address"), email)
    button(page, world.say("Open it and mail the link"))
    says(page, email)
    world.made.run("mail", "send")
    take_up(world, email)


def take_up(world: World, email: str) -> None:
    """The link of the mail, a password, the sign-in, the authenticator: then the pages of the role."""
    page = world.page(None, "/demo/mail")
    link = page.locator("article", has_text=email).first.locator("a").first.get_attribute("href") or ""
    page.goto(urlsplit(link).path)
    page.fill("#password", "short")
    page.fill("#again", "short")
    button(page, world.say("Set this password"))
    assert page.locator(".field.wrong #password").count() == 1
    page.fill("#password", PASSWORD)
    page.fill("#again", PASSWORD)
    button(page, world.say("Set this password"))
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    button(page, world.say("Sign in"))
    assert heading(page) == world.say("Set up your second factor")
    secret = re.search(r"[A-Z2-7]{32}", page.inner_text("main"))
    assert secret
    page.fill("#code", pyotp.TOTP(secret[0]).now())
    button(page, world.say("Go on"))
    assert heading(page) == world.say("Settlements")
    page.goto(urlsplit(link).path)
    assert page.locator("#again").count() == 0, "a link is good once"
