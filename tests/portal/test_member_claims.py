"""The member's claims: from an invoice to a claim that is sent, once; its page; and what others may not see of it."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from expat.claims.drafts import draft
from expat.claims.intake import NewClaim
from expat.claims.submit import submit
from expat.claims.tables import Claim, ClaimLine, Contest, LineDocument, PaperRequest
from expat.db import table_of
from expat.demo.photograph import typeset
from expat.demo.world import read, template
from expat.documents.reading.suggestion import Found, Suggestion
from expat.documents.tables import DocumentReading
from expat.membership.privacy import choose_privacy
from tests.documents.samples import locked_pdf, pdf, picture
from tests.payments.insured import visit
from tests.portal.house import AT, TODAY, Front, text_of

CLAIM, LINE, PAPER = table_of(Claim), table_of(ClaimLine), table_of(LineDocument)


def upload(content: bytes | None = None, name: str = "invoice.pdf") -> tuple[BytesIO, str]:
    return BytesIO(pdf() if content is None else content), name


class Filling:
    """A draft in a browser without JavaScript: pages are asked for, forms are sent as they stand."""

    def __init__(self, front: Front, name: str = "member", language: str = "en", *files: Any) -> None:
        self.front, self.name = front, name
        self.browser: FlaskClient = front.client(name, language)
        sent = {"files": [*files]} if files else {}
        answer = self.browser.post("/claims/new", data=sent, content_type="multipart/form-data")
        assert answer.status_code == 303
        self.where = answer.location
        self.key = self.where.rpartition("/")[2]
        self.values: dict[str, Any] = {}
        self.look()

    def look(self, what: str = "") -> str:
        """The page as it is; its form's fields are what the next button sends."""
        html = str(self.browser.get(self.where + what).text)
        self.values = fields_of(html)
        return html

    def press(self, do: str, **changed: Any) -> Any:
        """Send the form with its button; `amount` stands for `lines-0-amount`."""
        for name, value in changed.items():
            self.values[name if name.startswith(("lines_", "files")) else f"lines-0-{name}"] = value
        sent = {name.replace("lines_", "lines-").replace("__", "-"): v for name, v in self.values.items()}
        return self.browser.post(self.where, data={**sent, "do": do}, content_type="multipart/form-data")

    def check(self, **changed: Any) -> str:
        """What the check says."""
        answer = self.press("check", **changed)
        assert answer.location.endswith("/check")
        followed = self.browser.get(answer.location, follow_redirects=True)
        assert followed.status_code == 200
        return str(followed.text)

    def send(self) -> Any:
        return self.browser.post(f"{self.where}/send", data={"version": str(self.kept().version)})

    def kept(self) -> Any:
        with self.front.writing() as session:
            return draft(session, self.key, self.front.accounts[self.name])


def fields_of(html: str) -> dict[str, Any]:
    """What a browser would send of the form `claim`."""
    form = re.search(r'(?s)<form[^>]* id="claim".*?</form>', html)
    if form is None:
        return {}
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input\b[^>]*>", form[0]):
        said = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        kind, name = said.get("type", "text"), said.get("name", "")
        if (name and kind not in ("file", "radio", "checkbox")) or (
            name and kind != "file" and re.search(r"\bchecked\b", tag.partition("value")[2])
        ):
            found[name] = said.get("value", "")
    for name, options in re.findall(r'(?s)<select\b[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form[0]):
        chosen = re.search(r'<option selected value="([^"]*)"|<option value="([^"]*)" selected', options)
        first = re.search(r'<option[^>]* value="([^"]*)"', options)
        found[name] = (chosen[1] or chosen[2] or "") if chosen else first[1] if first else ""
    return found


GP = {"care": "ambulatory.gp", "first_day": "2025-07-01", "amount": "120.00", "currency": "SGD", "country": "SG"}


def count(front: Front, table: Any) -> int:
    with front.writing() as session:
        return int(session.execute(select(func.count()).select_from(table)).scalar_one())


def lines(front: Front) -> list[Any]:
    with front.writing() as session:
        return list(session.execute(select(LINE).order_by(LINE.c.id)))


def sent_claim(front: Front, person: int, amount: str = "45.00 EUR", key: str = "k", **changed: Any) -> int:
    """A claim of one visit that came before."""
    values = {"country": "SG", "documents": frozenset({"invoice"}), **changed}
    membership = front.membership if person in front.people else front.other_membership
    with front.writing() as session:
        claim = NewClaim([visit(person, amount, **values)], TODAY, key)
        return submit(session, membership, claim, AT, ("ecb",)).claim_id


# --- from the invoice to the claim ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_claim_goes_from_its_invoice_to_its_page_in_four_steps(front: Front, language: str) -> None:
    filling = Filling(front, "member", language, upload())
    told = text_of(filling.check(**GP))
    assert ("120.00 SGD" if language == "en" else "120,00 SGD") in told
    answer = filling.send()
    page = filling.browser.get(answer.location)
    assert page.status_code == 200
    (line,) = lines(front)
    assert (line.person_id, line.care, line.amount, line.currency) == (front.member, "ambulatory.gp", 12000, "SGD")
    assert line.status == "accepted"
    assert ("Claim received" if language == "en" else "Demande reçue") in text_of(page.text)


def test_a_draft_begins_with_who_fills_it_in_and_what_is_used_at_home(front: Front) -> None:
    assert Filling(front, "spouse").values["lines-0-person"] == str(front.spouse)
    begun = Filling(front).values
    assert (begun["lines-0-person"], begun["lines-0-country"]) == (str(front.member), "SG")
    assert (begun["lines-0-currency"], begun["lines-0-cause"]) == ("SGD", "illness")


def test_sent_twice_is_sent_once(front: Front) -> None:
    filling = Filling(front, "member", "en", upload())
    filling.check(**GP)
    first, second = filling.send(), filling.send()
    assert first.location == second.location
    assert count(front, CLAIM) == 1
    assert filling.browser.get(filling.where).location == first.location


def test_the_same_invoice_in_a_second_draft_is_the_same_claim(front: Front) -> None:
    for _ in range(2):
        filling = Filling(front, "member", "en", upload())
        filling.check(**GP)
        page = filling.browser.get(filling.send().location)
    assert count(front, CLAIM) == 1
    assert "We have had this claim before" in text_of(page.text)


def test_beginning_twice_with_one_key_is_one_draft(front: Front) -> None:
    browser, key = front.client("member"), "0" * 32
    where = {browser.post("/claims/new", data={"key": key}).location for _ in range(2)}
    assert len(where) == 1
    assert browser.post("/claims/new", data={"key": "no key"}).status_code == 303


def test_what_was_checked_is_what_is_sent(front: Front) -> None:
    filling = Filling(front, "member", "en", upload())
    filling.check(**GP)
    old = str(filling.kept().version)
    filling.look()
    filling.press("save", amount="200.00")
    answer = filling.browser.post(f"{filling.where}/send", data={"version": old})
    assert answer.location.endswith("/check")
    assert count(front, CLAIM) == 0


def test_several_lines_and_papers_make_one_claim(front: Front) -> None:
    filling = Filling(front, "member", "en", upload(), upload(picture("PNG"), "prescription.png"))
    filling.press("add", **GP)
    html = filling.look()
    (prescription,) = re.findall(r"papers-(\d+)-kind", html)[-1:]
    assert filling.values["lines-1-currency"] == "SGD"
    second = {"lines_1__care": "ambulatory.pharmacy", "lines_1__amount": "30.00"}
    filling.values[f"papers-{prescription}-kind"] = "prescription"
    told = text_of(filling.check(**second))
    assert "Prescribed medicines" in told
    assert "A paper is missing" not in told
    filling.send()
    assert [line.care for line in lines(front)] == ["ambulatory.gp", "ambulatory.pharmacy"]
    assert {line.status for line in lines(front)} == {"accepted"}
    assert count(front, PAPER) == 4


def test_a_line_is_taken_out_again(front: Front) -> None:
    filling = Filling(front)
    filling.press("add", **GP)
    filling.look()
    filling.press("remove:0", lines_1__amount="30.00")
    assert [line["amount"] for line in filling.kept().content["lines"]] == ["30.00"]


def test_lines_for_several_persons_say_whose_each_paper_is(front: Front) -> None:
    filling = Filling(front, "member", "en", upload())
    filling.press("add", **GP)
    filling.look()
    other = {"lines_1__person": str(front.child), "lines_1__care": "ambulatory.gp", "lines_1__amount": "30.00"}
    assert "say for each paper to which line it belongs" in text_of(filling.check(**other))
    filling.look()
    (paper,) = filling.kept().documents
    filling.values[f"papers-{paper.id}-line"] = "1"
    assert "No paper belongs to line 2" in text_of(filling.check())
    filling.look()
    filling.press("upload", files=[upload(pdf(300))])
    filling.look()
    newest = filling.kept().documents[-1]
    filling.values[f"papers-{newest.id}-line"] = "2"
    filling.check()
    filling.send()
    with front.writing() as session:
        found = session.execute(select(PAPER.c.line_id, PAPER.c.sha256)).all()
    assert len({sha256 for _, sha256 in found}) == len(found) == 2


# --- what is typed is kept, and what is wrong is said -----------------------------------------------------------------


def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(front: Front) -> None:
    filling = Filling(front)
    html = filling.check(amount="12,3,4", first_day="2026-99-99", provider="Raffles")
    told = text_of(html)
    assert "Please give an amount, such as 1,250.50" in told
    assert "Please give a date" in told
    assert "Please fill this in." in told
    typed = fields_of(html)
    assert (typed["lines-0-amount"], typed["lines-0-provider"]) == ("12,3,4", "Raffles")
    assert typed["lines-0-first_day"] == "2026-99-99"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"first_day": "2025-08-05"}, "This day has not come yet"),
        ({"amount": "0"}, "above zero"),
        ({"amount": "100.5", "currency": "JPY"}, "fewer decimals: 0 at most"),
        ({"quantity": "0"}, "whole number from 1 to 1,000"),
        ({"care": "no.care"}, "choose one of the list"),
        ({"country": "XX"}, "choose one of the list"),
        ({"person": "999999"}, "choose one of the list"),
        ({"provider": "x" * 240}, "too long: 200 characters"),
        ({"country": "US"}, "Please fill this in."),
        ({"care": "dental.orthodontics"}, "Please fill this in."),
    ],
)
def test_a_field_that_cannot_be_right_is_refused_before_anything_is_judged(
    front: Front, changed: dict[str, str], told: str
) -> None:
    filling = Filling(front)
    filling.press("save", **{**GP, **changed})
    filling.look()
    assert told in text_of(filling.check(**changed))
    assert count(front, CLAIM) == 0


@pytest.mark.parametrize("amount", ["1250.50", "1,250.50", "1 250,50"])
def test_an_amount_is_understood_as_people_write_it(front: Front, amount: str) -> None:
    filling = Filling(front, "member", "fr" if "," in amount and " " in amount else "en")
    filling.check(**{**GP, "amount": amount})
    filling.send()
    assert [line.amount for line in lines(front)] == [125050]


def test_a_short_stay_in_hospital_is_outpatient_care(front: Front) -> None:
    filling = Filling(front)
    filling.press("save", care="hospital.surgery", first_day="2025-07-01")
    assert "more than 24 hours" in text_of(filling.look())
    told = text_of(filling.check(**{**GP, "care": "hospital.surgery", "hours": "no"}))
    assert "counts as outpatient care" in told
    assert "Visit to a specialist" in told
    filling.look()
    filling.press("care:0:ambulatory.specialist")
    assert filling.kept().content["lines"][0]["care"] == "ambulatory.specialist"
    filling.look()
    filling.check()
    filling.send()
    assert [line.care for line in lines(front)] == ["ambulatory.specialist"]


def test_a_stay_in_hospital_asks_for_its_last_day(front: Front) -> None:
    filling = Filling(front)
    stay = {**GP, "care": "hospital.stay", "hours": "yes"}
    filling.press("save", **stay)
    assert "Last day of the stay" in text_of(filling.look())
    assert "lies before the first day" in text_of(filling.check(last_day="2025-06-30", hours="yes"))
    filling.look()
    assert "No prior approval" in text_of(filling.check(last_day="2025-07-03"))
    filling.send()
    assert [(line.quantity, line.last_day) for line in lines(front)] == [(3, date(2025, 7, 3))]


def test_outside_the_zone_the_form_asks_how_long_the_stay_abroad_lasts(front: Front) -> None:
    filling = Filling(front)
    filling.press("save", **{**GP, "country": "US"})
    assert "how many days in a row" in text_of(filling.look())
    told = text_of(filling.check(stay_days="12", cause="illness"))
    assert "Outside your zone" in told
    assert "Would be refused" in told
    filling.look()
    assert "Stay too long" in text_of(filling.check(stay_days="95"))
    filling.look()
    assert "Proof of the cause" in text_of(filling.check(stay_days="12", cause="accident"))


def test_what_is_missing_is_said_before_sending_and_can_be_added_there(front: Front) -> None:
    filling = Filling(front, "member", "en", upload())
    told = text_of(filling.check(**{**GP, "care": "ambulatory.pharmacy"}))
    assert "What is missing" in told
    assert "With the missing papers: about 120.00 SGD" in told or "With the missing papers: about" in told
    sent = {"kind": "prescription", "line": "", "files": [upload(picture("JPEG"), "p.jpg")]}
    answer = filling.browser.post(f"{filling.where}/missing", data=sent, content_type="multipart/form-data")
    assert "What is missing" not in text_of(filling.browser.get(answer.location).text)
    filling.send()
    assert [line.status for line in lines(front)] == ["accepted"]


def test_an_estimate_shows_its_rate_its_source_and_its_day(front: Front) -> None:
    told = text_of(Filling(front, "member", "en", upload()).check(**GP))
    assert "estimate" in told
    assert "1 EUR = 1.4906 SGD (Singapore Dollar): European Central Bank, published on 4 August 2025." in told


def test_above_the_limit_the_originals_are_asked_for(front: Front) -> None:
    filling = Filling(front, "member", "en", upload())
    assert "post us the original invoices" in text_of(filling.check(**{**GP, "amount": "9000"}))
    page = text_of(filling.browser.get(filling.send().location).text)
    assert "The original invoices, by post" in page
    assert count(front, table_of(PaperRequest)) == 1
    assert [line.status for line in lines(front)] == ["accepted"]


def test_excluded_care_can_be_named_and_is_told_to_be_refused(front: Front) -> None:
    told = text_of(Filling(front, "member", "en", upload()).check(**{**GP, "care": "excluded.cosmetic"}))
    assert "Not covered by the contract" in told


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"hello", "is of a kind that we cannot read"),
        (locked_pdf(), "is protected by a password"),
        (b"%PDF-1.4 nothing", "does not open"),
        (picture("GIF"), "is of a kind that we cannot read"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_words_and_the_rest_is_kept(
    front: Front, content: bytes, told: str
) -> None:
    filling = Filling(front)
    filling.press("upload", amount="77", files=[upload(content, "scan.pdf"), upload(pdf(400), "good.pdf")])
    page = text_of(filling.look())
    assert f"scan.pdf {told}" in page
    assert "good.pdf" in page
    assert filling.values["lines-0-amount"] == "77"


def test_a_paper_can_be_taken_out_and_marked_for_the_medical_adviser(front: Front) -> None:
    filling = Filling(front, "member", "en", upload(), upload(pdf(401), "report.pdf"))
    first, second = filling.kept().documents
    filling.values |= {f"papers-{second.id}-kind": "medical_report", f"papers-{second.id}-confidential": "y"}
    filling.press(f"drop:{first.id}")
    (left,) = filling.kept().documents
    assert (left.name, left.kind, left.confidential) == ("report.pdf", "medical_report", True)


def test_a_paper_that_is_sent_again_stays_for_the_medical_adviser(front: Front) -> None:
    filling = Filling(front, "member", "en", upload(pdf(401), "report.pdf"))
    (report,) = filling.kept().documents
    filling.values |= {f"papers-{report.id}-kind": "medical_report", f"papers-{report.id}-confidential": "y"}
    filling.press("keep")
    filling.browser.post(f"{filling.where}/papers", data={"files": [upload(pdf(401), "again.pdf")]})
    (left,) = filling.kept().documents
    assert (left.id, left.name, left.kind, left.confidential) == (report.id, "report.pdf", "medical_report", True)


def test_files_go_at_once_where_the_page_can_send_them_by_itself(front: Front) -> None:
    filling = Filling(front)
    answer = filling.browser.post(f"{filling.where}/papers", data={"files": [upload()]}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "invoice.pdf" in answer.text
    assert "<html" not in answer.text


# --- what was read ----------------------------------------------------------------------------------------------------


def invoice(number: str = "R-4711") -> bytes:
    """An invoice as a practice makes it, with its text."""
    words = read("care")["words"]["en"]
    content = {
        "layout": 0, "language": "en", "words": words, "provider": "Raffles Family Clinic",
        "address": "12 Orchard Road, 238801 Singapore", "number": number, "title": words["title"],
        "date": "01 Jul 2025", "patient": "Ada Lovelace", "lines": [["01 Jul 2025", "Consultation", "1", "SGD 120.00"]],
        "total": "SGD 120.00", "stamp": words["paid"], "footer": "",
    }  # fmt: skip
    return typeset(template("invoice.typ"), json.dumps(content))


def note_reading(front: Front, sha256: str, **values: Any) -> None:
    """What the reader beside the pages read of a picture."""
    found = Suggestion(**{name: (Found(value, "sure", str(value)),) for name, value in values.items()})
    reading = table_of(DocumentReading)
    with front.writing() as session:
        row = update(reading).where(reading.c.sha256 == sha256)
        session.execute(row.values(state="read", found=found.as_json(), read_at=AT))


def test_the_figures_of_a_pdf_stand_in_the_form_at_once_and_have_to_be_confirmed(front: Front) -> None:
    filling = Filling(front, "member", "en", upload(invoice()))
    typed = filling.values
    assert (typed["lines-0-amount"], typed["lines-0-currency"]) == ("120.00", "SGD")
    assert (typed["lines-0-first_day"], typed["lines-0-invoice"]) == ("2025-07-01", "R-4711")
    assert "amount" in typed["lines-0-read"].split()
    assert "Please compare these figures with your invoice" in text_of(filling.check(care="ambulatory.gp"))
    filling.look()
    assert "Check before sending" in text_of(filling.check(checked="y"))
    filling.send()
    assert [(line.amount, line.invoice) for line in lines(front)] == [(12000, "R-4711")]


def test_a_figure_that_was_typed_over_is_the_members_own_and_the_one_read_stands_beside_it(front: Front) -> None:
    filling = Filling(front, "member", "en", upload(invoice()))
    filling.press("save", amount="99.00")
    html = filling.look()
    assert filling.values["lines-0-amount"] == "99.00"
    assert "amount" not in filling.values["lines-0-read"].split()
    assert "Read from your invoice: 120.00 SGD" in text_of(html)
    filling.press("use:0:amount")
    filling.look()
    assert filling.values["lines-0-amount"] == "120.00"
    assert "amount" in filling.values["lines-0-read"].split()


def test_a_picture_is_read_beside_the_pages_which_ask_until_it_is_done_or_takes_too_long(front: Front) -> None:
    filling = Filling(front, "member", "en", upload(picture("JPEG"), "i.jpg"))
    (paper,) = filling.kept().documents
    where = f"{filling.where}/papers/{paper.id}/reading"
    waiting = filling.browser.get(where).text
    assert "Reading the picture" in waiting
    assert "hx-get" in waiting
    note_reading(front, paper.sha256, amount=Decimal("88.00"), currency="SGD", country="SG")
    done = filling.browser.get(where).text
    assert "hx-get" not in done
    assert 'data-value="88.00"' in done
    filling.look()
    assert filling.values["lines-0-amount"] == "88.00"


def test_a_reading_that_takes_too_long_is_given_up_politely(front: Front) -> None:
    filling = Filling(front, "member", "en", upload(picture("JPEG"), "i.jpg"))
    (paper,) = filling.kept().documents
    reading = table_of(DocumentReading)
    with front.writing() as session:
        session.execute(update(reading).values(asked_at=AT - timedelta(days=1)))
    answer = filling.browser.get(f"{filling.where}/papers/{paper.id}/reading").text
    assert "please type them" in text_of(answer)
    assert "hx-get" not in answer


def test_what_is_read_never_overwrites_what_was_typed(front: Front) -> None:
    filling = Filling(front, "member", "en", upload(picture("JPEG"), "i.jpg"))
    filling.press("save", amount="50.00", provider="Dr Tan")
    (paper,) = filling.kept().documents
    note_reading(front, paper.sha256, amount=Decimal("88.00"), currency="EUR", provider="Raffles")
    filling.look()
    assert (filling.values["lines-0-amount"], filling.values["lines-0-currency"]) == ("50.00", "SGD")
    assert filling.values["lines-0-provider"] == "Dr Tan"


def test_a_second_invoice_can_be_made_another_line(front: Front) -> None:
    filling = Filling(front, "member", "en", upload(invoice()), upload(invoice("R-4712")))
    html = filling.look()
    assert "Make it another line" in text_of(html)
    (mark,) = re.findall(r'value="line_of:(\w+)"', html)
    filling.press(f"line_of:{mark}")
    filling.look()
    assert [filling.values[f"lines-{place}-invoice"] for place in (0, 1)] == ["R-4711", "R-4712"]


# --- drafts -----------------------------------------------------------------------------------------------------------


def test_a_draft_is_kept_by_itself_and_found_again(front: Front) -> None:
    filling = Filling(front)
    filling.values["lines-0-amount"] = "55.00"
    answer = filling.browser.post(f"{filling.where}/keep", data=filling.values)
    saved = text_of(answer.text)
    assert re.fullmatch(r"Saved at \d\d:\d\d \(Paris\)", saved), saved
    assert "data-words" not in answer.text  # nothing for a script to write another clock's time into
    assert 'value="2"' in answer.text
    assert "55.00 SGD" in text_of(front.client("member").get("/claims").text)
    filling.look()
    assert filling.values["lines-0-amount"] == "55.00"


def test_two_windows_do_not_overwrite_each_other(front: Front) -> None:
    here, there = Filling(front), None
    there = dict(here.values)
    here.look()
    here.press("save", amount="10.00")
    refused = here.browser.post(f"{here.where}/keep", data={**there, "lines-0-amount": "99.00"})
    assert "another window changed this claim" in refused.text
    page = here.browser.post(here.where, data={**there, "lines-0-amount": "99.00", "do": "save"})
    assert "Another window changed this claim" in text_of(page.text)
    assert fields_of(page.text)["lines-0-amount"] == "99.00"
    assert here.kept().content["lines"][0]["amount"] == "10.00"
    here.browser.post(here.where, data={**there, "lines-0-amount": "99.00", "do": "mine"})
    assert here.kept().content["lines"][0]["amount"] == "99.00"


def test_a_window_may_go_on_where_its_own_answer_was_lost(front: Front) -> None:
    filling = Filling(front)
    for amount in ("1", "12", "120"):  # the version that came back is never read
        answer = filling.browser.post(f"{filling.where}/keep", data={**filling.values, "lines-0-amount": amount})
        assert "Saved at" in answer.text
    assert filling.kept().content["lines"][0]["amount"] == "120"


def test_a_draft_can_be_deleted(front: Front) -> None:
    filling = Filling(front, "member", "en", upload())
    assert filling.press("discard").location.endswith("/claims")
    assert filling.browser.get(filling.where).status_code == 404


def test_strange_input_never_breaks_the_form(front: Front) -> None:
    filling = Filling(front)
    strange = {
        "lines-0-amount": "\x00\ud800"[:1] + "NaN", "lines-0-care": "x" * 900, "lines-7-care": "é" * 100,
        "lines-0-person": "-1", "version": "9" * 50, "papers-1-line": "7", "window": "\x01",
        "lines-999-read": "amount", "lines-0-quantity": "٣", "lines-0-stay_days": "1e9", "lines-0-hours": "maybe",
    }  # fmt: skip
    for do in ("save", "check", "add", "remove:99", "use:0:amount", "care:0:x", "line_of:zz", "drop:9", "mine", "?"):
        answer = filling.browser.post(filling.where, data={**strange, "do": do})
        assert answer.status_code < 500, do
        assert filling.browser.get(answer.location or filling.where, follow_redirects=True).status_code == 200
    assert filling.browser.post(f"{filling.where}/keep", data=strange).status_code == 200
    assert filling.browser.post(f"{filling.where}/questions/0", data=strange).status_code == 200
    assert filling.browser.post(f"{filling.where}/questions/55", data=strange).status_code == 404


# --- other people's ---------------------------------------------------------------------------------------------------


def test_other_peoples_drafts_are_not_there(front: Front) -> None:
    filling = Filling(front, "member", "en", upload())
    paper = filling.kept().documents[0].id
    for name in ("spouse", "stranger"):
        other = front.client(name)
        for path in ("", "/check", f"/papers/{paper}/reading"):
            assert other.get(filling.where + path).status_code == 404
        for path in ("", "/keep", "/papers", "/missing", "/send", "/questions/0"):
            assert other.post(filling.where + path).status_code == 404


def test_other_peoples_claims_are_not_there(front: Front) -> None:
    mine, theirs = sent_claim(front, front.member), sent_claim(front, front.stranger)
    for name, number in (("member", theirs), ("spouse", mine), ("stranger", mine), ("member", 10**14)):
        browser = front.client(name)
        assert browser.get(f"/claims/{number}").status_code == 404
        assert browser.post(f"/claims/{number}/papers", data={"kind": "invoice"}).status_code == 404
        assert browser.post(f"/claims/{number}/lines/1/contest", data={"contest-1-reason": "x"}).status_code == 404


def test_of_an_adult_who_keeps_claims_private_the_member_sees_the_sums_alone(front: Front) -> None:
    number = sent_claim(front, front.spouse, "45.00 EUR", provider="Clinic of the Lake", care="ambulatory.specialist")
    assert front.client("member").get(f"/claims/{number}").status_code == 200
    with front.writing() as session:
        choose_privacy(session, front.spouse, True, TODAY, AT, "account:2")
    browser = front.client("member")
    listed = text_of(browser.get("/claims").text)
    assert "Charles Lovelace keeps claims private" in listed
    assert "45.00 EUR" in listed
    assert "specialist" not in listed
    assert browser.get(f"/claims/{number}").status_code == 404
    assert front.client("spouse").get(f"/claims/{number}").status_code == 200
    assert str(front.spouse) not in re.findall(r'name="lines-0-person" value="(\d+)"', Filling(front).look())


def test_in_a_claim_for_several_persons_a_private_line_shows_its_sums_alone(front: Front) -> None:
    new = [
        visit(person, "45.00 EUR", country="SG", documents=frozenset({"invoice"}), provider=provider)
        for person, provider in ((front.member, "Clinic of the Hill"), (front.spouse, "Clinic of the Lake"))
    ]
    with front.writing() as session:
        number = submit(session, front.membership, NewClaim(new, TODAY, "k"), AT, ("ecb",)).claim_id
        choose_privacy(session, front.spouse, True, TODAY, AT, "account:2")
    page = text_of(front.client("member").get(f"/claims/{number}").text)
    assert "Clinic of the Hill" in page
    assert "Clinic of the Lake" not in page
    assert "Charles Lovelace keeps claims private" in page


# --- the claim's page -------------------------------------------------------------------------------------------------


def test_a_refusal_is_told_with_its_rule_its_article_and_its_arithmetic(front: Front) -> None:
    number = sent_claim(front, front.member, "100.00 EUR", care="excluded.cosmetic")
    page = text_of(front.client("member").get(f"/claims/{number}").text)
    for told in ("Refused", "Not covered by the contract", "In the French contract:", "Les risques non couverts",
                 "− 100.00 EUR", "rule UNO-EXCL-1", "You can contest this until"):  # fmt: skip
        assert told in page


def test_a_paper_is_asked_for_once_and_shown_once_it_is_there(front: Front) -> None:
    number = sent_claim(front, front.member, care="ambulatory.pharmacy")
    browser = front.client("member")
    assert "What we need from you" in text_of(browser.get(f"/claims/{number}").text)
    sent = {"kind": "prescription", "files": [upload(pdf(500))]}
    answer = browser.post(f"/claims/{number}/papers", data=sent, content_type="multipart/form-data")
    page = text_of(browser.get(answer.location).text)
    assert "the paper has arrived" in page
    assert "What we need from you" not in page
    assert [line.status for line in lines(front)] == ["accepted"]
    again = {"kind": "prescription", "files": [upload(pdf(500))]}
    answer = browser.post(f"/claims/{number}/papers", data=again, content_type="multipart/form-data")
    assert "This paper is there already" in text_of(browser.get(answer.location).text)
    assert count(front, PAPER) == 2


def test_a_paper_for_the_medical_adviser_alone_is_kept_as_such(front: Front) -> None:
    number = sent_claim(front, front.member, care="ambulatory.pharmacy")
    sent = {"kind": "medical_report", "files": [upload(pdf(501))], "confidential": "y"}
    front.client("member").post(f"/claims/{number}/papers", data=sent, content_type="multipart/form-data")
    with front.writing() as session:
        query = select(PAPER.c.confidential).where(PAPER.c.kind == "medical_report")
        assert session.execute(query).scalars().all() == [True]


def test_without_a_file_or_with_a_wrong_one_nothing_is_added(front: Front) -> None:
    number = sent_claim(front, front.member, care="ambulatory.pharmacy")
    browser = front.client("member")
    answer = browser.post(f"/claims/{number}/papers", data={"kind": "prescription"})
    assert "Please choose a file first." in text_of(browser.get(answer.location).text)
    wrong = {"kind": "prescription", "files": [upload(locked_pdf(), "scan.pdf")]}
    answer = browser.post(f"/claims/{number}/papers", data=wrong, content_type="multipart/form-data")
    assert "scan.pdf is protected by a password" in text_of(browser.get(answer.location).text)
    assert browser.post(f"/claims/{number}/papers", data={"kind": "original"}).status_code == 422
    assert count(front, PAPER) == 1


def test_a_decision_is_contested_with_a_reason_and_a_person_answers_by_a_day(front: Front) -> None:
    number = sent_claim(front, front.member, "100.00 EUR", care="excluded.cosmetic")
    browser, where = front.client("member"), f"/claims/{number}/lines/1/contest"
    refused = browser.post(where, data={"contest-1-reason": "  "})
    assert refused.status_code == 422
    assert "Please fill this in." in text_of(refused.text)
    reason = {"contest-1-reason": "It was after an accident, not for beauty."}
    for _ in range(2):  # a second tap is the same objection
        assert browser.post(where, data=reason).status_code == 303
    page = text_of(browser.get(f"/claims/{number}").text)
    assert "It was after an accident" in page
    assert "A person answers by 18 August 2025." in page
    assert count(front, table_of(Contest)) == 1


def test_an_objection_that_cannot_be_made_keeps_what_was_typed(front: Front) -> None:
    number = sent_claim(front, front.member, "100.00 EUR", care="excluded.cosmetic")
    browser, where = front.client("member"), f"/claims/{number}/lines/1/contest"
    assert browser.post(where, data={"contest-1-reason": "It was an accident."}).status_code == 303
    answer = browser.post(where, data={"contest-1-reason": "And it cost a lot."})
    assert answer.status_code == 422
    assert "cannot be contested" in text_of(answer.text)
    assert "And it cost a lot." in answer.text
    assert browser.post(where, data={"contest-1-reason": "x" * 5000}).status_code == 422
    assert browser.post(where, data={"contest-1-reason": "\x07"}).status_code == 422


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_renders_in_both_languages(front: Front, language: str) -> None:
    number = sent_claim(front, front.member, "100.00 SGD", care="ambulatory.pharmacy")
    filling = Filling(front, "member", language, upload())
    filling.check(**GP)
    for path in ("/claims", "/claims/new", f"/claims/{number}", filling.where, f"{filling.where}?look=1"):
        assert filling.browser.get(path).status_code == 200, path


def test_older_claims_stand_on_the_next_page(front: Front) -> None:
    numbers = [sent_claim(front, front.member, f"{20 + i}.00 SGD", f"k{i}") for i in range(22)]
    browser = front.client("member")
    first = browser.get("/claims").text
    assert f'/claims/{numbers[-1]}"' in first
    assert f'/claims/{numbers[0]}"' not in first
    older = re.search(r'href="(/claims\?before=\d+)" rel="next"', first)
    assert older is not None
    assert f'/claims/{numbers[0]}"' in browser.get(older[1]).text
    assert browser.get("/claims?before=x").status_code == 404
