"""Joining, as people do it: from the form, without JavaScript, to the certificate and the page of the first claim."""

from __future__ import annotations

import re
from datetime import date, timedelta

from playwright.sync_api import Page
from sqlalchemy import select

from expat.db import open_engine, reading, table_of
from expat.mail.tables import OutgoingMail
from tests.browser.filling import button
from tests.browser.visiting import DOCTOR, MONEY, World, press, says
from tests.documents.samples import picture

EMAIL, PASSWORD, IBAN = "marie.curie@post.example", "violets-in-vienna-7", "FR7630006000011234567890189"


def test_from_the_form_to_the_first_claim(world: World) -> None:
    page = world.page(None, "/quote", javascript=False)
    ask_for_a_quote(world, page)
    sign_up(world, page)
    fill_in(world, page)
    hand_in_papers(world, page)
    accept(world)
    page.goto("/apply/file")
    reference = page.locator("code").first.inner_text()
    record_premium(world, reference)
    page.goto("/apply/file")  # who became the member stays signed in, and is led to the cover
    says(page, "UNO-")
    says(page, world.say("Private liability"))
    page.locator("a[href*='certificate']").first.wait_for()
    answer = page.request.get("/cover/certificate.pdf")
    assert answer.body().startswith(b"%PDF")
    opened = page.goto("/claims/new")
    assert opened is not None and opened.status == 200


def ask_for_a_quote(world: World, page: Page) -> None:
    page.select_option("#country", "SG")
    page.fill("#first_day", str(tomorrow(world)))
    page.fill("[id$=born]", "1990-11-07")
    button(page, world.say("Show the prices"))
    with page.expect_navigation():
        page.locator("main a", has_text=world.say("Apply with this quote")).first.click()


def sign_up(world: World, page: Page) -> None:
    page.fill("#name", "Marie Curie")
    page.fill("#email", EMAIL)
    page.check(f"input[name=language][value={world.language}]")
    button(page, world.say("Open my account"))
    mail = table_of(OutgoingMail)
    with reading(open_engine(world.made.environment["EXPAT_DATABASE_URL"])) as session:
        query = select(mail.c.body).where(mail.c.to_address == EMAIL, mail.c.kind == "password")
        found = re.search(r"/password/\S+", session.execute(query).scalar_one())
    assert found
    page.goto(found[0])
    page.fill("#password", PASSWORD)
    page.fill("#again", PASSWORD)
    press(page)
    sign_in(world, page)


def sign_in(world: World, page: Page) -> None:
    page.goto("/sign-in")
    page.fill("#email", EMAIL)
    page.fill("#password", PASSWORD)
    press(page)


def fill_in(world: World, page: Page) -> None:
    keep, on = world.say("Keep"), world.say("Keep and go on")
    says(page, world.say("You act next: this is still missing."))
    page.goto("/apply/file/people/member")
    assert page.input_value("#born") == "1990-11-07"  # the quote's
    for field, text in (("first_name", "Marie"), ("last_name", "Curie")):
        page.fill(f"#{field}", text)
    page.select_option("#nationality", "FR")
    button(page, keep)
    page.goto("/apply/file/step/residence")
    page.select_option("#country", "SG")
    page.check("input[name=activity][value=employed]")
    for field, text in (("street", "Orchard Road"), ("town", "Singapore"), ("desired", str(tomorrow(world)))):
        page.fill(f"#{field}", text)
    button(page, on)
    for field, value in (("formula", "3"), ("zone", "B"), ("frequency", "quarterly")):
        page.select_option(f"#{field}", value)
    button(page, on)
    page.select_option("#liability", "world")
    button(page, on)
    page.check("input[name=had][value=no]")
    button(page, on)
    page.goto("/apply/file/health/p1")
    for answer in page.locator("input[type=radio][value=no]").all():
        answer.check()
    page.fill("#signed_by", "Marie Curie")
    button(page, world.say("Sign the declaration"))
    page.goto("/apply/file/step/payment")
    page.check("input[name=way][value=transfer]")
    page.select_option("#currency", "EUR")
    for field, text in (("iban", IBAN), ("holder", "Marie Curie"), ("town", "Singapore")):
        page.fill(f"#{field}", text)
    button(page, on)
    for consent in ("association", "truth", "data", "early"):
        page.check(f"#{consent}")
    button(page, on)


def hand_in_papers(world: World, page: Page) -> None:
    for number, paper in enumerate(("passport|p1", "activity_proof|p1")):
        page.goto("/apply/file/step/papers")
        page.select_option("#paper", paper)
        content = picture("PNG") + b" " * number
        page.set_input_files("#files", {"name": "paper.png", "mimeType": "image/png", "buffer": content})
        button(page, world.say("Send it"))
    page.goto("/apply/file")
    button(page, world.say("Hand it in"))
    says(page, world.say("Your application has reached us. A mail confirms it."))


def accept(world: World) -> None:
    page = world.page(DOCTOR, "/medical/memberships")
    with page.expect_navigation():
        page.locator("a", has_text="Marie Curie").first.click()
    says(page, "Marie Curie")
    page.check("input[name=decision][value=accept]")
    button(page, world.say("Answer it"))


def record_premium(world: World, reference: str) -> None:
    page = world.page(MONEY, "/money/first-premiums")
    row = page.locator("tr", has_text=reference)
    with page.expect_navigation():
        row.locator("button").click()
    says(page, reference)
    button(page, world.say("It is there: conclude the membership"))
    says(page, "UNO-")


def tomorrow(world: World) -> date:
    return date.fromisoformat(world.made.environment["EXPAT_DEMO_DAY"]) + timedelta(days=1)
