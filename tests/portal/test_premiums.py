"""The pages of premiums: line by line for the member, who asks for a person to look; the management unit decides."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from expat.billing.account import allocate
from expat.billing.calls import call
from expat.billing.contest import contest_of
from expat.billing.dunning import take_step
from expat.billing.terms import Terms, Told, book_first, start_calling
from expat.claims.load import load
from expat.db import table_of
from expat.mail.tables import OutgoingMail
from expat.membership.changes import Acting
from expat.periods import Period
from expat.premiums.bill import premium_due
from expat.premiums.tables import PremiumOpen
from tests.portal.house import AT, TODAY, Front, text_of

OPEN: Any = table_of(PremiumOpen)
MAIL: Any = table_of(OutgoingMail)


def acting(day: Any = TODAY) -> Acting:
    return Acting(day, AT, ("ecb",), "jobs")


def called(front: Front, since: Any = TODAY) -> int:
    on = acting(since - timedelta(days=30)) if since < TODAY else acting()
    with front.writing() as session:
        dossier = load(session, [front.membership])[front.membership]
        start_calling(session, dossier, Terms("quarterly"), since, on)
        made = call(session, front.membership, on)
        assert made is not None
        return made.premium


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_member_reads_why_a_premium_is_what_it_is(front: Front, language: str) -> None:
    key = called(front)
    member = front.client("member", language)
    assert f"/premiums/{key}" in member.get("/premiums").text
    page = text_of(member.get(f"/premiums/{key}").text)
    assert ("How it is made up" if language == "en" else "Comment elle se calcule") in page
    assert "÷ 4 =" in page and "RF" in page


def test_others_and_other_adults_see_nothing_of_it(front: Front) -> None:
    key = called(front)
    assert front.client("spouse").get(f"/premiums/{key}").status_code == 404
    assert "the member, who alone" in text_of(front.client("spouse").get("/premiums").text)
    assert front.client("stranger").get(f"/premiums/{key}").status_code == 404


def test_a_contest_stops_the_course_until_a_person_has_decided(front: Front) -> None:
    key = called(front)
    with front.writing() as session:
        first = session.execute(select(OPEN)).one()
        assert take_step(session, key, first.next_on, acting(first.next_on)) is not None
    member, desk = front.client("member"), front.client("manager")
    assert member.post(f"/premiums/{key}/contest", data={"reason": ""}).status_code == 422
    assert member.post(f"/premiums/{key}/contest", data={"reason": "I paid on the 3rd"}).status_code == 303
    assert "A person looks at it and answers by" in text_of(member.get(f"/premiums/{key}").text)
    with front.writing() as session:
        row = session.execute(select(OPEN)).one()
        assert row.next_on is None
    assert "I paid on the 3rd" in text_of(desk.get("/desk/premiums").text)
    assert desk.post(f"/desk/premiums/{key}/answer", data={"outcome": "granted"}).status_code == 422
    sent = {"outcome": "granted", "answer": "It is here."}
    assert desk.post(f"/desk/premiums/{key}/answer", data=sent).status_code == 303
    assert "It is here." in text_of(member.get(f"/premiums/{key}").text)
    with front.writing() as session:
        assert contest_of(session, key).outcome == "granted"
        assert f"premium:{key}:answered" in session.execute(select(MAIL.c.key)).scalars().all()
    again = desk.post(f"/desk/premiums/{key}/answer", data={"outcome": "upheld", "answer": "no"})
    assert again.status_code == 303
    with front.writing() as session:
        assert contest_of(session, key).outcome == "granted"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_first_page_says_to_pay_what_is_late_and_speaks_of_a_contest_only_where_there_is_one(
    front: Front, language: str
) -> None:
    key = called(front, TODAY - timedelta(days=3))
    member = front.client("member", language)
    page = member.get("/home").text
    read = text_of(page)
    assert ("formal notice leaves on" if language == "en" else "la mise en demeure partira le") in read
    assert "contest" not in read and f'href="/premiums/{key}"' in page
    assert "Nothing is waiting" not in read and "Rien n’est en attente" not in read
    late = text_of(member.get(f"/premiums/{key}").text)
    assert ("It was due on 1 August 2025" if language == "en" else "due le 1er août 2025") in late
    assert "FR76 3000 6000 0112 3456 7890 189" in late
    member.post(f"/premiums/{key}/contest", data={"reason": "I paid"})
    assert ("You contested it" if language == "en" else "contesté") in text_of(member.get("/home").text)


@pytest.mark.parametrize(("language", "first", "prevoyance"), [
    ("en", "First premium, as it was told: from 4 August 2025 to 3 November 2025: 300.00 EUR",
     "Prévoyance: from 1 September 2025 to 28 February 2026: 120.00 EUR"),
    ("fr", "Première cotisation, telle qu’annoncée",
     "Prévoyance : du 1er septembre 2025 au 28 février 2026 : 120,00 EUR"),
])  # fmt: skip
def test_first_premiums_are_found_for_care_and_for_prevoyance(
    front: Front, language: str, first: str, prevoyance: str
) -> None:
    days = Period(TODAY, date(2025, 11, 3)), Period(date(2025, 9, 1), date(2026, 2, 28))
    with front.writing() as session:
        keys = [
            premium_due(session, front.membership, span.first, acting(), days=span, cents=cents, covers=covers)
            for span, cents, covers in zip(days, (300_00, 120_00), ("health", "prevoyance"), strict=True)
        ]
        other = premium_due(session, front.membership, TODAY, acting(), cents=77_00)  # known, and never called
        book_first(session, keys[1], 120_00, acting())
        dossier = load(session, [front.membership])[front.membership]
        told = Told(keys[0], days[0], 300_00, 300_00)
        start_calling(session, dossier, Terms("quarterly"), date(2025, 11, 4), acting(), told)
    for reader, at, one in (
        ("member", "/premiums", "/premiums/"),
        ("manager", f"/desk/premiums/of/{front.membership}", "/desk/premiums/"),
    ):
        browser = front.client(reader, language)
        listed = browser.get(at).text
        assert all(f"{one}{key}" in listed for key in keys) and f'{one}{other}"' not in listed
        assert "Prévoyance" in listed
        pages = [spaced(text_of(browser.get(f"{one}{key}").text)) for key in keys]
        assert first in pages[0].replace("'", "’") and prevoyance in pages[1]


def spaced(text: str) -> str:
    """With plain blanks."""
    return text.replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\N{NO-BREAK SPACE}", " ")


def test_what_is_paid_can_no_longer_be_contested(front: Front) -> None:
    key = called(front)
    with front.writing() as session:
        dossier = load(session, [front.membership])[front.membership]
        allocate(session, dossier, 10**7, "payment:1", acting(TODAY + timedelta(days=1)))
    page = front.client("member").get(f"/premiums/{key}").text
    assert "/contest" not in page
    assert front.client("member").post(f"/premiums/{key}/contest", data={"reason": "x"}).status_code == 303
    with front.writing() as session:
        assert contest_of(session, key) is None
