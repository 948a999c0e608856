"""Quotes on the web: asked for without an account, without JavaScript, without a name."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from expat.accounts import attempts
from expat.db import now, table_of
from expat.mail.tables import OutgoingMail
from expat.premiums.tariff import Insured
from expat.quotes.quote import MOST_PEOPLE, Asked, make_quote
from expat.quotes.tables import Quote
from tests.letters.reading import conforms, text
from tests.portal.house import AT, Front, text_of

QUOTE, MAIL = table_of(Quote), table_of(OutgoingMail)
# Today is 4 August 2025.
FAMILY = {
    "key": "a-form", "country": "SG", "zone": "", "first_day": "2025-10-01", "frequency": "quarterly",
    "people-0-born": "1985-05-02",
    "people-1-role": "spouse", "people-1-born": "1990-01-01",
    "people-2-role": "child", "people-2-born": "2015-06-01",
}  # fmt: skip


def count(front: Front, table: Any = QUOTE) -> int:
    with front.writing() as session:
        return int(session.execute(select(func.count()).select_from(table)).scalar_one())


def made(front: Front, **changed: str) -> str:
    """The address of the quote that the family asks for."""
    answer = front.client().post("/quote", data={**FAMILY, **changed})
    assert answer.status_code == 303, text_of(answer.text)
    return str(answer.location)


def refused(front: Front, **changed: str) -> str:
    answer = front.client().post("/quote", data={**FAMILY, **changed})
    assert answer.status_code == 422
    assert count(front) == 0
    return text_of(answer.text)


def test_the_sign_in_page_leads_to_it(front: Front) -> None:
    assert 'href="/quote"' in front.client().get("/sign-in").text
    page = front.client().get("/quote")
    assert page.status_code == 200
    assert "You need no account" in text_of(page.text)
    assert 'type="email"' not in page.text


def test_the_formulas_stand_side_by_side(front: Front) -> None:
    page = text_of(front.client().get(made(front)).text)
    assert "Singapore" in page and "Your country of expatriation (Singapore) lies in zone B." in page
    assert "Zone C can be chosen too" in page and "Canada, Japan and United States" in page
    for amount in ("1,029.31 EUR", "1,749.82 EUR", "2,470.34 EUR", "3,293.78 EUR"):
        assert amount in page
    assert "The family, by the member's age (39 years on 1 January 2025): 1,150.00 EUR (ages 30–39)" in page
    assert "80% of the cost, at most 40.00 EUR per act" in page
    assert "not covered" in page
    assert "500,000.00 EUR" in page
    assert "Waiting period of 10 months: care that begins on 1 August 2026 or later is covered." in page
    assert "Without a waiting period: covered from 1 October 2025 on." in page
    assert "Cosmetic treatment or surgery" in page
    assert "are samples" in page
    assert "complete by 30 September 2025" in page
    assert "Valid until 3 September 2025" in page


def test_the_price_is_explained_line_by_line(front: Front) -> None:
    alone = {key: "" for key in FAMILY if key.startswith(("people-1", "people-2"))}
    address = front.client().post("/quote", data={k: v for k, v in FAMILY.items() if k not in alone}).location
    page = text_of(front.client().get(address).text)
    assert (
        "The member (39 years on 1 January 2025): 1,150.00 EUR (ages 30–39) × 2.4 (formula 3) × 1.35 (zone B) "
        "= 3,726.00 EUR" in page
    )
    assert "every quarter: 950.13 EUR (3,726.00 EUR × 1.02 ÷ 4)" in page


def test_in_french_too(front: Front) -> None:
    browser = front.client()
    browser.post("/language", data={"language": "fr"})
    page = text_of(browser.get(made(front)).text)
    assert "Votre devis" in page and "Paiement des cotisations chaque trimestre" in page
    assert "80 % du coût" in page
    assert "2 470,34 EUR" in page


def test_people_are_added_and_left_out_without_javascript(front: Front) -> None:
    browser = front.client()
    more = browser.post("/quote", data={**FAMILY, "do": "add"})
    assert more.status_code == 200
    assert 'name="people-3-born"' in more.text and 'value="1985-05-02"' in more.text
    assert 'class="error"' not in more.text
    fewer = browser.post("/quote", data={**FAMILY, "do": "remove:1"})
    assert 'name="people-2-born"' not in fewer.text and 'value="2015-06-01"' in fewer.text
    assert 'value="1990-01-01"' not in fewer.text
    kept = browser.post("/quote", data={**FAMILY, "do": "remove:0"})
    assert 'value="1985-05-02"' in kept.text
    assert count(front) == 0


def test_there_is_an_end_to_adding(front: Front) -> None:
    people = {f"people-{n}-born": "2015-06-01" for n in range(1, MOST_PEOPLE)}
    page = front.client().post("/quote", data={**FAMILY, **people, "do": "add"})
    assert f'name="people-{MOST_PEOPLE - 1}-born"' in page.text
    assert f'name="people-{MOST_PEOPLE}-born"' not in page.text
    assert "12 persons at most" in text_of(page.text)


def test_who_lives_in_france_is_told_why_with_the_clause(front: Front) -> None:
    page = refused(front, country="RE")
    assert "Réunion counts as France" in page
    assert "Personnes assurées / L'adhérent" in page


def test_ages_are_refused_with_the_day_that_counts(front: Front) -> None:
    page = refused(front, **{"people-0-born": "1960-05-02", "people-2-born": "1990-01-01"})
    assert "up to the eve of the birthday at 60 years" in page and "1 May 2020" in page
    assert "Person 3 : A child is covered up to the birthday at 28 years" in page and "1 January 2018" in page
    assert "Les bénéficiaires" in page


def test_a_spouse_who_works_is_refused_before_an_address_is_asked_for(front: Front) -> None:
    answer = front.client().post("/quote", data={**FAMILY, "people-1-role": "spouse_occupied"})
    assert answer.status_code == 422
    assert "A spouse or partner who works cannot be insured with the member." in text_of(answer.text)
    assert 'type="email"' not in answer.text


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"first_day": "2025-08-04"}, "Please give a day from 5 August 2025 to 4 August 2026."),
        ({"first_day": "2026-08-05"}, "Please give a day from 5 August 2025 to 4 August 2026."),
        ({"first_day": "soon"}, "Please give a date"),
        ({"zone": "A"}, "Zone A does not cover Singapore. Choose zone B or zone C."),
        ({"country": ""}, "Please fill this in."),
        ({"country": "ZZ"}, "Please choose one of the list."),
        ({"frequency": "daily"}, "Please choose one of the list."),
        ({"people-1-role": ""}, "Please choose one of the list."),
        ({"people-1-role": "uncle"}, "Please choose one of the list."),
        ({"people-0-born": ""}, "Please fill this in."),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_is_kept(
    front: Front, changed: dict[str, str], told: str
) -> None:
    answer = front.client().post("/quote", data={**FAMILY, **changed})
    assert answer.status_code == 422
    assert told in text_of(answer.text)
    assert 'value="2015-06-01"' in answer.text


def test_sent_twice_it_is_one_quote(front: Front) -> None:
    assert made(front) == made(front)
    assert count(front) == 1


def test_another_zone_begins_with_the_same_answers(front: Front) -> None:
    code = made(front).rpartition("/")[2]
    page = front.client().get(f"/quote?again={code}&zone=C").text
    assert 'value="1990-01-01"' in page and 'value="2025-10-01"' in page
    assert re.search(r'<option selected value="C">', page)
    assert re.search(r'<option selected value="SG">', page)


def test_the_pdf_says_the_same_in_the_readers_language(front: Front) -> None:
    browser, address = front.client(), made(front)
    pdf = browser.get(f"{address}.pdf")
    assert pdf.mimetype == "application/pdf"
    assert conforms(pdf.data)
    assert "2,470.34 EUR" in text(pdf.data) and address.rpartition("/")[2] in text(pdf.data)
    browser.post("/language", data={"language": "fr"})
    assert "2 470,34 EUR" in text(browser.get(f"{address}.pdf").data)


def test_it_is_mailed_once_to_an_address_and_the_quote_keeps_none(front: Front) -> None:
    address, browser = made(front), front.client()
    for _ in range(2):
        assert browser.post(f"{address}/mail", data={"email": "ada@post.example"}).status_code == 303
    with front.writing() as session:
        mail = session.execute(select(MAIL)).one()
        quote = session.execute(select(QUOTE)).one()
    assert mail.to_address == "ada@post.example"
    assert address in mail.body and "3 September 2025" in mail.body.replace("\xa0", " ")
    assert "1985" not in mail.body
    assert "ada@" not in str(quote)
    wrong = browser.post(f"{address}/mail", data={"email": "no address"})
    assert wrong.status_code == 422 and "such as ada@example.org" in text_of(wrong.text)


def test_nobody_is_mailed_over_and_over(front: Front) -> None:
    browser, answers = front.client(), []
    for n in range(attempts.QUOTE_MAIL.most + 1):
        address = made(front, key=f"form {n}")
        answers.append(browser.post(f"{address}/mail", data={"email": "ada@post.example"}).status_code)
    assert answers[-2:] == [303, 429]
    assert count(front, MAIL) == attempts.QUOTE_MAIL.most


def test_who_asks_for_many_has_to_wait(front: Front) -> None:
    with front.writing() as session:
        for _ in range(attempts.QUOTE.most):
            attempts.note(session, attempts.QUOTE, "127.0.0.1", now())
    answer = front.client().post("/quote", data=FAMILY)
    assert answer.status_code == 429
    assert "Wait an hour" in text_of(answer.text) and 'value="1990-01-01"' in answer.text
    assert count(front) == 0


def test_who_tries_many_codes_has_to_wait(front: Front) -> None:
    browser, address = front.client(), made(front)
    for _ in range(attempts.QUOTE_CODE.most):
        assert browser.get("/quote/0000-0000-0000-0000").status_code == 404
    assert browser.get("/quote/0000-0000-0000-0000").status_code == 429
    assert browser.get(address).status_code == 429


def test_an_unknown_code_is_told_plainly_everywhere(front: Front) -> None:
    browser = front.client()
    for address in ("/quote/nothing", "/quote/nothing.pdf", "/quote?again=nothing"):
        answer = browser.get(address)
        assert answer.status_code == 404 and "There is no quote with this code" in text_of(answer.text)
    assert browser.post("/quote/nothing/mail", data={"email": "a@b.example"}).status_code == 404


def test_the_way_to_apply_is_shown_where_there_is_one(front: Front) -> None:
    page = front.client().get(made(front)).text
    there = "apply.begin" in front.app.view_functions
    assert ("Apply with this quote" in page) == there


def test_whatever_is_typed_about_people_is_answered(front: Front) -> None:
    browser = front.client()
    for nasty in ("", "1e9", "9999-12-31", "\x00", "<script>", "١٢٣", "x" * 3000, "2026-02-30"):
        for field in ("people-0-born", "people-1-role", "people-1-born", "zone", "frequency", "key", "do"):
            assert browser.post("/quote", data={**FAMILY, field: nasty}).status_code < 500, (field, nasty)


def test_a_quote_past_its_time_says_so_and_leads_to_a_new_one(front: Front) -> None:
    people = (Insured("member", date(1985, 5, 2)),)
    asked, made_on = Asked("SG", "B", date(2025, 10, 1), "yearly", people), date(2025, 7, 1)
    with front.writing() as session:
        code = make_quote(session, asked, made_on, AT, "k")
    page = front.client().get(f"/quote/{code}").text
    assert "it was valid until 31 July 2025" in text_of(page)
    assert f'href="/quote?again={code}"' in page
    assert "Apply with this quote" not in page
