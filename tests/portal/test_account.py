"""One's own account: the devices on which one is signed in, by names that a person understands."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from expat.accounts.tables import SignIn
from expat.db import table_of
from tests.portal.house import PASSWORD, Front, text_of

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
ANDROID = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko)"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
IPAD = "Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
SIGN_IN = table_of(SignIn)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (f"{WINDOWS} Chrome/129.0.0.0 Safari/537.36", "Chrome on Windows"),
        (f"{WINDOWS} Chrome/129.0.0.0 Safari/537.36 Edg/129.0.0.0", "Edge on Windows"),
        (f"{ANDROID} Chrome/128.0.0.0 Mobile Safari/537.36", "Chrome on Android"),
        (f"{IPHONE} Version/17.5 Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        (f"{IPAD} CriOS/116.0 Mobile/15E148 Safari/604.1", "Chrome on iPad"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox on Mac"),
        ("Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox on Ubuntu"),
        ("", "A device"),
        ("<b>\N{SNOWMAN} no browser at all", "A device"),
    ],
)
def test_a_device_is_named_as_a_person_would(front: Front, agent: str, name: str) -> None:
    browser = front.client("member")
    with front.writing() as session:
        session.execute(update(SIGN_IN).values(agent=agent[:200]))
    page = browser.get("/account/").text
    assert f"{name} (this one)" in text_of(page)
    assert "Mozilla" not in page and "\N{SNOWMAN}" not in page


def test_in_french_too(front: Front) -> None:
    browser = front.client("member", "fr")
    with front.writing() as session:
        session.execute(update(SIGN_IN).values(agent=f"{WINDOWS} Chrome/129.0.0.0 Safari/537.36"))
    assert "Chrome sur Windows" in text_of(browser.get("/account/").text)


def test_who_changes_the_password_is_still_told_the_device(front: Front) -> None:
    browser = front.client("member")
    new = "a-boat-under-the-bridge"
    agent = f"{WINDOWS} Chrome/129.0.0.0 Safari/537.36"
    form = {"present": PASSWORD, "password": new, "again": new}
    assert browser.post("/account/password", data=form, headers={"User-Agent": agent}).status_code == 303
    with front.writing() as session:
        query = select(SIGN_IN.c.agent).where(SIGN_IN.c.ended_at.is_(None))
        assert list(session.execute(query).scalars()) == [agent]
