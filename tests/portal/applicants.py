"""Applications through the pages, for the tests."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

from flask.testing import FlaskClient

from expat.accounts.open import account_of, open_account
from expat.accounts.sign_in import open_sign_in
from expat.applications.begin import begin, current
from expat.db import now, transaction
from tests.documents.samples import pdf
from tests.portal.house import AT, Front

IBAN = "FR7630006000011234567890189"
PEOPLE = {"first_name": "Marie", "last_name": "Curie", "born": "1990-11-07", "nationality": "FR"}
HOME = {"country": "SG", "activity": "employed", "street": "Orchard Road", "town": "Singapore", "desired": "2025-08-05"}
CHOICE = {"formula": "3", "zone": "B", "frequency": "quarterly"}
PAYMENT = {
    "way": "debit", "debit_holder": "Marie Curie", "debit_iban": IBAN, "signed": "y", "currency": "EUR",
    "holder": "Marie Curie", "iban": IBAN, "town": "Paris", "country": "FR",
}  # fmt: skip
CONSENTS = {"association": "y", "truth": "y", "data": "y", "early": "y"}
STEPS = {"residence": HOME, "choice": CHOICE, "prior": {"had": "no"}, "payment": PAYMENT, "consents": CONSENTS}


def applicant(front: Front, name: str = "applicant", language: str = "en") -> FlaskClient:
    """A browser in which somebody is signed in to apply, with an application begun."""
    with front.writing() as session:
        if name not in front.accounts:
            front.accounts[name] = open_account(
                session, f"{name}@post.example", "Marie Curie", language, ["applicant"], AT, "test"
            )
        begin(session, front.accounts[name], AT)
    return front.client(name, language)


def declaration(browser: FlaskClient, key: str, signed_by: str, **yes: str) -> Any:
    """Sign a declaration on its page: no to everything but what `yes` explains."""
    asked = set(re.findall(r'name="q-(\w+)"', browser.get(f"/apply/file/health/{key}").text))
    sent = {f"q-{q}": "yes" if q in yes else "no" for q in asked} | {f"w-{q}": text for q, text in yes.items()}
    return browser.post(f"/apply/file/health/{key}", data={**sent, "signed_by": signed_by})


def fill_in(browser: FlaskClient, **steps: dict[str, str]) -> None:
    """Every step, but for the papers."""
    assert browser.post("/apply/file/people/member", data=PEOPLE).status_code == 303
    for step, values in {**STEPS, **steps}.items():
        answer = browser.post(f"/apply/file/step/{step}", data=values)
        assert answer.status_code == 303, (step, answer.text)
    assert declaration(browser, "p1", "Marie Curie").status_code == 303


def send_papers(browser: FlaskClient) -> None:
    """Each paper that is missing."""
    page = browser.get("/apply/file/step/papers").text
    for number, paper in enumerate(re.findall(r'value="(\w+\|p\d+)"', page)):
        if not paper.startswith(("medical_report", "other")):
            data = {"paper": paper, "files": (BytesIO(pdf() + b"%" * number), "paper.pdf")}
            assert browser.post("/apply/file/papers", data=data).status_code == 303


def hand_in(front: Front, name: str = "applicant", language: str = "en") -> tuple[FlaskClient, int]:
    """A whole application, handed in; the browser and its key."""
    browser = applicant(front, name, language)
    fill_in(browser)
    send_papers(browser)
    assert browser.post("/apply/file/hand-in").status_code == 303
    return browser, key_of(front, name)


def key_of(front: Front, name: str = "applicant") -> int:
    """The key of somebody's application."""
    with front.writing() as session:
        return int(current(session, front.accounts[name]).id)


def signed_in_again(front: Front, email: str) -> FlaskClient:
    """A browser in which an account is signed in afresh."""
    browser = front.app.test_client()
    with transaction(front.engine) as session:
        account = account_of(session, email)
        assert account is not None
        token = open_sign_in(session, account.id, "test", now())
    with browser.session_transaction() as kept:
        kept["_user_id"], kept["_fresh"] = token, True
    return browser
