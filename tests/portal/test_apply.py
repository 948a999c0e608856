"""Joining through the pages: the form, the medical answer, the first premium, the member's first page."""

from __future__ import annotations

import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from expat.accounts.tables import Account
from expat.applications.form import STEPS
from expat.applications.listing import first_premiums
from expat.applications.papers import papers_of
from expat.applications.tables import ApplicationEvent, HealthDeclaration
from expat.audit import AuditEntry
from expat.db import table_of
from expat.mail.tables import OutgoingMail
from expat.premiums.tariff import Insured
from expat.quotes.quote import Asked, make_quote
from expat.screening.answer import answer as lift
from expat.screening.lists import import_list
from expat.screening.names import Listed, folded
from expat.screening.reading import Published
from expat.screening.tables import ScreeningHit
from tests.documents.samples import pdf
from tests.portal.applicants import (
    CHOICE,
    HOME,
    IBAN,
    PAYMENT,
    PEOPLE,
    applicant,
    declaration,
    fill_in,
    hand_in,
    key_of,
    send_papers,
    signed_in_again,
)  # fmt: skip
from tests.portal.house import AT, TODAY, Front, text_of

EMAIL = "applicant@test.example"


def mails(front: Front, kind: str) -> list[tuple[str, str]]:
    with front.writing() as session:
        mail = table_of(OutgoingMail)
        query = select(mail.c.to_address, mail.c.body).where(mail.c.kind == kind).order_by(mail.c.id)
        return [(row.to_address, row.body) for row in session.execute(query)]


def decide(front: Front, key: int, **sent: str) -> object:
    page = front.client("medical").get(f"/medical/applications/{key}").text
    found = re.search(r'name="seen"[^>]*value="(\d+)"', page)
    assert found
    return front.client("medical").post(f"/medical/applications/{key}", data={"seen": found[1], **sent})


def pay(front: Front, key: int, amount: str = "950.13") -> object:
    return front.client("accountant").post(f"/money/first-premiums/{key}", data={"amount": amount, "confirm": "yes"})


@pytest.mark.parametrize("language", ["en", "fr"])
def test_from_the_form_to_the_first_claim(front: Front, language: str) -> None:
    browser, key = hand_in(front, language=language)
    promised = {"en": "answers by 11 August 2025", "fr": "répond au plus tard le 11 août 2025"}[language]
    assert promised in text_of(browser.get("/apply/file").text)
    assert "11/08/2025" in text_of(front.client("medical").get("/medical/memberships").text)
    assert decide(front, key, decision="accept").status_code == 303
    assert f"UNO{key:06d}" in text_of(browser.get("/apply/file").text)
    assert f"UNO{key:06d}" in text_of(front.client("accountant").get("/money/first-premiums").text)
    for _twice in range(2):
        assert pay(front, key).status_code == 303
    member, welcome = browser, browser.get("/apply/file")  # who became the member stays signed in, and is led on
    assert (welcome.status_code, welcome.headers["Location"]) == (303, "/cover")
    assert f"UNO-{key:06d}" in text_of(member.get("/cover").text)
    assert member.get("/claims/new").status_code in (200, 303)
    shown = member.get("/cover").text
    for path in ("/cover/certificate.pdf", re.search(r"/cover/card/\d+\.pdf", shown)[0]):  # type: ignore[index]
        assert path in shown
        assert member.get(path).data.startswith(b"%PDF"), path
    assert member.get("/apply/file/step/people").status_code == 403
    told = mails(front, "application")
    assert [to for to, _body in told] == [EMAIL] * 3
    assert f"UNO-{key:06d}" in told[-1][1]


def test_signing_up_sends_a_link_and_says_the_same_to_everybody(front: Front) -> None:
    sent = {"name": "Ada Byron", "email": "byron@post.example", "language": "fr"}
    first = front.client().post("/apply", data=sent)
    again = front.client().post("/apply", data=sent)
    assert text_of(first.text) == text_of(again.text)
    invited, known = mails(front, "password"), mails(front, "account")
    assert (len(invited), len(known)) == (1, 1)
    token = re.search(r"/password/(\S+)", invited[0][1])
    assert token
    chosen = {"password": "violets-in-vienna-7", "again": "violets-in-vienna-7"}
    browser = front.client()
    assert browser.post(f"/password/{token[1]}", data=chosen).status_code == 303
    signed = browser.post("/sign-in", data={"email": "byron@post.example", "password": chosen["password"]})
    assert signed.status_code == 303
    assert "Ma demande" in text_of(browser.get("/", follow_redirects=True).text)


def test_the_steps_that_are_promised_are_those_that_come(front: Front) -> None:
    assert f"one form, in {len(STEPS)} steps" in text_of(front.client().get("/apply").text)


def test_signing_up_is_limited(front: Front) -> None:
    for _many in range(6):
        front.client().post("/apply", data={"name": "Ada Byron", "email": "byron@post.example", "language": "en"})
    assert len(mails(front, "password")) + len(mails(front, "account")) <= 3


def test_what_cannot_be_read_is_said_beside_the_field(front: Front) -> None:
    browser = applicant(front)
    answer = browser.post("/apply/file/people/member", data={**PEOPLE, "born": "tomorrow"})
    assert (answer.status_code, "Curie" in answer.text) == (422, True)
    assert front.client().post("/apply", data={"name": "A", "email": "no", "language": "en"}).status_code == 422


@pytest.mark.parametrize(
    ("person", "home", "told"),
    [
        ({"nationality": "BE"}, {}, "French nationality"),
        ({"born": "1960-01-01"}, {}, "younger than 60"),
        ({"born": "2010-01-01"}, {}, "at least 18"),
        ({}, {"country": "FR"}, "outside France"),
        ({}, {"activity": "none"}, "employed or self-employed"),
    ],
)
def test_who_cannot_join_is_told_at_once(front: Front, person: dict[str, str], home: dict[str, str], told: str) -> None:
    browser = applicant(front)
    browser.post("/apply/file/people/member", data={**PEOPLE, **person})
    browser.post("/apply/file/step/residence", data={**HOME, **home})
    for page in ("/apply/file", "/apply/file/step/residence" if home else "/apply/file/step/people"):
        assert told in text_of(browser.get(page).text)
    assert browser.post("/apply/file/hand-in").status_code == 422


def test_a_spouse_who_works_and_papers_of_a_couple(front: Front) -> None:
    browser = applicant(front)
    browser.post("/apply/file/people/member", data=PEOPLE)
    browser.post("/apply/file/step/residence", data=HOME)
    spouse = {"first_name": "Pierre", "last_name": "Curie", "born": "1989-05-15", "nationality": "PL",
              "relation": "cohabiting", "since": "2020-01-01", "occupied": "yes"}  # fmt: skip
    assert browser.post("/apply/file/people/spouse", data=spouse).status_code == 303
    assert "without an occupation" in text_of(browser.get("/apply/file").text)
    assert browser.post("/apply/file/people/p2", data={**spouse, "occupied": "no"}).status_code == 303
    page = text_of(browser.get("/apply/file").text)
    assert "without an occupation" not in page
    for paper in ("Proof of the joint home", "Declaration on honour that you live together", "Passport"):
        assert paper in page
    assert "Marriage certificate" not in page
    assert browser.post("/apply/file/people/p2/remove").status_code == 303
    assert "Pierre" not in browser.get("/apply/file/step/people").text


def test_each_choice_has_its_price(front: Front) -> None:
    browser = applicant(front)
    browser.post("/apply/file/people/member", data=PEOPLE)
    browser.post("/apply/file/step/residence", data=HOME)
    browser.post("/apply/file/step/choice", data=CHOICE)
    page = text_of(browser.get("/apply/file/step/choice").text)
    assert "Zone A" not in page  # Singapore is in zone B
    assert "950.13" in page
    assert browser.post("/apply/file/step/choice", data={**CHOICE, "zone": "A"}).status_code == 422


def test_accounts_are_checked_and_the_form_kept(front: Front) -> None:
    browser = applicant(front)
    browser.post("/apply/file/people/member", data=PEOPLE)
    for wrong in ({"debit_iban": IBAN[:-1]}, {"iban": "FR76"}, {"signed": ""}, {"holder": ""}):
        answer = browser.post("/apply/file/step/payment", data={**PAYMENT, **wrong})
        assert answer.status_code == 422, wrong
        assert "Paris" in answer.text
    browser.post("/apply/file/step/residence", data={**HOME, "country": "ES"})
    answer = browser.post("/apply/file/step/payment", data={**PAYMENT, "currency": "USD", "bic": "AGRIFRPP"})
    assert "Inside the euro area it is the euro." in text_of(answer.text)


def test_it_is_taken_up_where_it_was_left(front: Front) -> None:
    fill_in(applicant(front))
    page = text_of(front.client("applicant").get("/apply/file").text)
    assert "You act next: this is still missing. Passport" in page
    assert "Orchard Road" in front.client("applicant").get("/apply/file/step/residence").text
    assert front.client("applicant").post("/apply/file/hand-in").status_code == 422


def test_handed_in_twice_is_once_and_is_not_changed_any_more(front: Front) -> None:
    browser, _key = hand_in(front)
    assert browser.post("/apply/file/hand-in").status_code == 303
    with front.writing() as session:
        assert len(session.execute(select(table_of(ApplicationEvent))).all()) == 1
    assert browser.post("/apply/file/step/choice", data=CHOICE).status_code == 409
    assert browser.get("/apply/file/step/choice").status_code == 303


def test_what_is_declared_reaches_the_applicant_and_the_medical_department_alone(front: Front) -> None:
    browser = applicant(front)
    fill_in(browser)
    assert declaration(browser, "p1", "Marie Curie", hospital="a pheochromocytoma").status_code == 303
    send_papers(browser)
    browser.post("/apply/file/hand-in")
    key = key_of(front)
    assert "pheochromocytoma" in browser.get("/apply/file/health/p1").text
    assert "pheochromocytoma" in front.client("medical").get(f"/medical/applications/{key}").text
    for name in ("manager", "accountant", "admin", "member"):
        assert front.client(name).get(f"/medical/applications/{key}").status_code == 403
        assert front.client(name).get("/apply/file/health/p1").status_code == 403
    other = applicant(front, "another")
    assert other.get("/apply/file/health/p1").status_code == 404
    with front.writing() as session:
        trail = session.execute(select(table_of(AuditEntry).c.action, table_of(AuditEntry).c.detail)).all()
        sealed = session.execute(select(table_of(HealthDeclaration).c.answers)).scalars().all()
    assert "application.declarations_read" in [row.action for row in trail]
    assert "pheochromocytoma" not in str(trail)
    assert not any(b"pheochromocytoma" in one for one in sealed)


def test_a_yes_needs_words_and_the_signature_the_persons_name(front: Front) -> None:
    browser = applicant(front)
    browser.post("/apply/file/people/member", data=PEOPLE)
    assert declaration(browser, "p1", "Marie Curie", hospital=" ").status_code == 422
    answer = declaration(browser, "p1", "Pierre Curie", hospital="In May.")
    assert (answer.status_code, "In May." in answer.text) == (422, True)
    assert declaration(browser, "p1", "marie  curie").status_code == 303


def test_papers_open_to_the_applicant_and_the_medical_department(front: Front) -> None:
    browser, key = hand_in(front)
    assert browser.get("/apply/file/papers/1").data.startswith(b"%PDF")
    assert front.client("medical").get(f"/medical/applications/{key}/papers/1").status_code == 200
    assert applicant(front, "another").get("/apply/file/papers/1").status_code == 404
    assert front.client("manager").get(f"/medical/applications/{key}/papers/1").status_code == 403


def test_conditions_are_told_agreed_to_and_paid(front: Front) -> None:
    browser, key = hand_in(front)
    words = "Care of the teeth is left out."
    sent = {"decision": "accept", "surcharge-p1": "25", "care-p1": "dental", "words-p1": words}
    assert decide(front, key, **sent).status_code == 422  # conditions need a reason
    page = front.client("medical").get(f"/medical/applications/{key}").text
    code = next(c for c in re.findall(r'<option value="([\w.]+)"', page) if "dental" in c)
    assert decide(front, key, **{**sent, "care-p1": code}, reason="teeth of glass").status_code == 303
    told = text_of(browser.get("/apply/file").text)
    assert "25%" in told
    assert words in told
    assert "1,187.66" in told
    assert "glass" not in told
    assert pay(front, key, "1187.66").status_code == 409
    offer = re.search(r'name="seen" value="(\d+)"', browser.get("/apply/file").text)
    assert offer
    assert browser.post("/apply/file/agree", data={"seen": offer[1]}).status_code == 303
    assert pay(front, key, "950.13").status_code == 422
    assert pay(front, key, "1187.66").status_code == 303


def test_a_question_is_answered(front: Front) -> None:
    browser, key = hand_in(front)
    assert decide(front, key, decision="ask", told="Since when?").status_code == 303
    assert "Since when?" in text_of(browser.get("/apply/file").text)
    assert browser.post("/apply/file/answer", data={"text": ""}).status_code == 422
    assert browser.post("/apply/file/answer", data={"text": "Since May."}).status_code == 303
    assert "Since May." in text_of(front.client("medical").get(f"/medical/applications/{key}").text)


def test_a_refusal_says_what_can_be_done_and_not_why(front: Front) -> None:
    browser, key = hand_in(front)
    assert decide(front, key, decision="refuse").status_code == 422
    assert decide(front, key, decision="refuse", reason="a heart of glass").status_code == 303
    page = text_of(browser.get("/apply/file").text)
    assert "cannot accept your application" in page
    assert "glass" not in page
    assert browser.post("/apply/file/start").status_code == 303
    assert "Being filled in" in text_of(browser.get("/apply/file").text)


def test_a_name_on_a_list_of_sanctions_stops_the_conclusion_until_it_is_lifted(front: Front) -> None:
    _browser, key = hand_in(front)
    decide(front, key, decision="accept")
    names = [Listed("E-1", "person", "Marie Curie", folded("Marie Curie"), ("1990-11-07",))]
    with front.writing() as session:
        import_list(session, Published("eu", TODAY, "f" * 64, names), AT, "test")
    for _twice in range(2):
        assert "lists of sanctions" in text_of(pay(front, key).text)
    with front.writing() as session:
        [hit] = session.execute(select(table_of(ScreeningHit).c.id)).scalars().all()
        lift(session, hit, "lifted", "another woman of that name", AT, "account:0")
    assert pay(front, key).status_code == 303


def test_a_quote_fills_in_what_it_knows(front: Front) -> None:
    people = (Insured("member", date(1990, 11, 7)), Insured("child", date(2018, 9, 12)))
    asked = Asked("SG", "B", TODAY + timedelta(days=10), "quarterly", people)
    with front.writing() as session:
        code = make_quote(session, asked, TODAY, AT, "q-1")
    page = front.client().get(f"/apply?quote={code}")
    assert code in page.text
    sent = {"name": "Ada Byron", "email": "byron@post.example", "language": "en", "quote": code}
    front.client().post("/apply", data=sent)
    browser = signed_in_again(front, "byron@post.example")
    assert 'value="1990-11-07"' in browser.get("/apply/file/people/member").text
    assert browser.post("/apply/file/people/member", data=PEOPLE).status_code == 303
    named = text_of(browser.get("/apply/file/step/people").text)
    assert "Your quote was for these people too" in named and "12 September 2018" in named
    assert 'value="2018-09-12"' in browser.get("/apply/file/people/child").text
    assert 'value="2025-08-14"' in browser.get("/apply/file/step/residence").text


def test_the_accountant_concludes_nothing_of_which_the_premium_is_not_due(front: Front) -> None:
    _browser, key = hand_in(front)
    assert pay(front, key).status_code == 409
    for name in ("medical", "manager", "member", "admin"):
        assert front.client(name).post(f"/money/first-premiums/{key}", data={"amount": "950.13"}).status_code == 403


def test_withdrawn(front: Front) -> None:
    browser, key = hand_in(front)
    assert browser.post("/apply/file/withdraw").status_code == 303
    assert "You withdrew this application" in text_of(browser.get("/apply/file").text)
    assert "Marie" not in front.client("medical").get("/medical/memberships").text
    assert decide_now(front, key) == 409


def decide_now(front: Front, key: int) -> int:
    return front.client("medical").post(f"/medical/applications/{key}", data={"decision": "accept"}).status_code


def test_another_adults_declaration_is_not_shown_again_to_who_applies(front: Front) -> None:
    browser = applicant(front)
    browser.post("/apply/file/people/member", data=PEOPLE)
    spouse = {"first_name": "Pierre", "last_name": "Curie", "born": "1989-05-15", "nationality": "PL",
              "relation": "married", "since": "2020-01-01", "occupied": "no"}  # fmt: skip
    browser.post("/apply/file/people/spouse", data=spouse)
    assert declaration(browser, "p2", "Pierre Curie", hospital="a pheochromocytoma").status_code == 303
    page = browser.get("/apply/file/health/p2").text
    assert "pheochromocytoma" not in page
    assert " checked" not in page
    assert "Signed on 4 August 2025" in text_of(page)


def test_a_spouse_who_becomes_another_signs_anew(front: Front) -> None:
    browser = applicant(front)
    browser.post("/apply/file/people/member", data=PEOPLE)
    spouse = {"first_name": "Pierre", "last_name": "Curie", "born": "1989-05-15", "nationality": "PL",
              "relation": "married", "since": "2020-01-01", "occupied": "no"}  # fmt: skip
    for _twice in range(2):
        assert browser.post("/apply/file/people/spouse", data=spouse).status_code == 303
    declaration(browser, "p2", "Pierre Curie")
    assert browser.post("/apply/file/people/p2", data={**spouse, "first_name": "Paul"}).status_code == 303
    page = text_of(browser.get("/apply/file").text)
    assert "Health declaration Paul Curie" in page
    assert browser.get("/apply/file/health/p2").status_code == 404
    assert browser.get("/apply/file/health/p3").status_code == 200


def test_moving_after_the_choice_is_said_on_its_step(front: Front) -> None:
    browser = applicant(front)
    fill_in(browser)
    send_papers(browser)
    browser.post("/apply/file/step/residence", data={**HOME, "country": "US"})
    for page in ("/apply/file", "/apply/file/step/choice"):
        assert "Zone B does not cover where the member lives" in text_of(browser.get(page).text)
    assert browser.post("/apply/file/hand-in").status_code == 422
    browser.post("/apply/file/step/residence", data={**HOME, "country": "ES"})
    browser.post("/apply/file/step/payment", data={**PAYMENT, "currency": "EUR"})
    assert browser.post("/apply/file/hand-in").status_code == 303


def test_an_attestation_to_come_is_said_beside_its_field(front: Front) -> None:
    browser = applicant(front)
    browser.post("/apply/file/people/member", data=PEOPLE)
    sent = {"had": "yes", "people": "p1", "insurer": "Former Mutual", "ended": "2025-08-04", "attested": "2025-08-05"}
    answer = browser.post("/apply/file/step/prior", data=sent)
    assert (answer.status_code, "today at the latest" in text_of(answer.text)) == (422, True)
    assert browser.post("/apply/file/step/prior", data={**sent, "attested": "2025-08-04"}).status_code == 303


def test_equivalent_cover_is_ticked_by_hand_and_a_gap_is_pointed_out(front: Front) -> None:
    browser = applicant(front)
    told = {"had": "yes", "people": "p1", "insurer": "Former Mutual", "ended": "2025-07-01", "attested": "2025-07-02"}
    fill_in(browser, prior=told)
    send_papers(browser)
    assert browser.post("/apply/file/hand-in").status_code == 303
    page = front.client("medical").get(f"/medical/applications/{key_of(front)}").text
    box = re.search(r'<input type="checkbox" name="prior"[^>]*>', page)
    assert box
    assert "checked" not in box[0]
    assert "It ends on 1 July 2025; cover here begins on 5 August 2025 at the earliest." in text_of(page)


def test_an_answer_sent_twice_is_kept_once(front: Front) -> None:
    """The second file is another one: it comes when nothing is asked any more."""
    browser, key = hand_in(front)
    assert decide(front, key, decision="ask", paper="passport|p1").status_code == 303
    with front.writing() as session:
        before = len(papers_of(session, key))
    for number in range(2):
        files = (BytesIO(pdf() + b"%z" * (number + 1)), "passport.pdf")
        assert browser.post("/apply/file/answer", data={"files": files, "text": ""}).status_code == 303
    with front.writing() as session:
        came = papers_of(session, key)
    assert [(one.kind, one.medical) for one in came[before:]] == [("passport", False)]


def test_a_decision_is_not_taken_over_what_arrived_meanwhile(front: Front) -> None:
    browser, key = hand_in(front)
    medical = front.client("medical")
    sent = hidden(medical.get(f"/medical/applications/{key}").text)
    data = {"paper": "medical_report|p1", "files": (BytesIO(pdf() + b"%%%"), "report.pdf")}
    assert browser.post("/apply/file/papers", data=data).status_code == 303
    answer = medical.post(f"/medical/applications/{key}", data={**sent, "decision": "accept"})
    assert answer.status_code == 409
    assert "report.pdf" in answer.text
    again = medical.post(f"/medical/applications/{key}", data={**hidden(answer.text), "decision": "accept"})
    assert again.status_code == 303


def hidden(page: str) -> dict[str, str]:
    return {n: re.search(rf'name="{n}"[^>]*value="([\d-]+)"', page)[1] for n in ("seen", "came")}  # type: ignore[index]


def test_an_earlier_refusal_is_seen_and_each_reading_kept(front: Front) -> None:
    _browser, first = hand_in(front)
    decide(front, first, decision="refuse", reason="a pheochromocytoma")
    _browser, key = hand_in(front, "another")
    page = front.client("medical").get(f"/medical/applications/{key}").text
    assert f'href="/medical/applications/{first}"' in page
    assert "Marie Curie Refused" in text_of(page)
    assert "pheochromocytoma" not in page
    assert "pheochromocytoma" in front.client("medical").get(f"/medical/applications/{first}").text
    with front.writing() as session:
        entry = table_of(AuditEntry)
        query = select(entry.c.subject).where(entry.c.action == "application.declarations_read")
        assert f"application:{first}" in session.execute(query).scalars().all()


@pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity", "-1", "x"])
def test_what_is_no_amount_is_refused(front: Front, amount: str) -> None:
    _browser, key = hand_in(front)
    decide(front, key, decision="accept")
    assert pay(front, key, amount).status_code == 422


def test_the_day_of_the_money_is_asked_for(front: Front) -> None:
    _browser, key = hand_in(front)
    decide(front, key, decision="accept")
    page = front.client("accountant").get("/money/first-premiums").text
    assert 'name="received_on" required value="2025-08-04" min="2025-08-04" max="2025-08-04"' in page
    for wrong in ("2025-08-03", "2025-08-05", "yesterday"):
        answer = front.client("accountant").post(
            f"/money/first-premiums/{key}", data={"amount": "950.13", "received_on": wrong}
        )
        assert (answer.status_code, f'value="{wrong}"' in answer.text) == (422, True)
    answer = front.client("accountant").post(
        f"/money/first-premiums/{key}", data={"amount": "950.13", "received_on": "2025-08-04"}
    )
    assert answer.status_code == 200 and "Cover begins on" in text_of(answer.text)
    assert f"UNO{key:06d}" in front.client("accountant").get("/money/first-premiums").text  # nothing is recorded yet
    sent = {"amount": "950.13", "received_on": "2025-08-04", "confirm": "yes"}
    answer = front.client("accountant").post(f"/money/first-premiums/{key}", data=sent)
    assert answer.status_code == 303


def test_an_account_of_an_insured_person_is_told_so(front: Front) -> None:
    browser = applicant(front)
    with front.writing() as session:
        table = table_of(Account)
        person = session.execute(select(table.c.person_id).where(table.c.id == front.accounts["member"])).scalar_one()
        session.execute(table.update().where(table.c.id == front.accounts["applicant"]).values(person_id=person))
    answer = browser.post("/apply/file/start")
    assert (answer.status_code, "is or was insured here" in text_of(answer.text)) == (409, True)


def test_who_is_named_in_an_application_does_not_see_it_as_staff(front: Front) -> None:
    _browser, key = hand_in(front)
    with front.writing() as session:
        table = table_of(Account)
        session.execute(table.update().where(table.c.id == front.accounts["medical"]).values(name="Marie Curie"))
    medical = front.client("medical")
    assert f"/medical/applications/{key}" not in medical.get("/medical/memberships").text
    assert medical.get(f"/medical/applications/{key}").status_code in (403, 409)


def test_a_surcharge_is_at_most_what_the_verb_takes(front: Front) -> None:
    _browser, key = hand_in(front)
    for wrong in ("501", "0", ",", "NaN", "sNaN"):
        answer = decide(front, key, **{"decision": "accept", "surcharge-p1": wrong, "reason": "x"})
        assert answer.status_code == 422, wrong
        assert "at most 500." in text_of(answer.text)


def test_letters_that_databases_refuse_are_left_out(front: Front) -> None:
    sent = {"name": "Ada\x00 Byron", "email": "byron@post.example", "language": "en", "quote": "A\x00B"}
    assert front.client().post("/apply", data=sent).status_code < 500
    browser, key = hand_in(front)
    assert key and browser.post("/apply/file/answer", data={"text": "No\x00 more."}).status_code < 500


def test_a_spouse_signs_by_a_link_what_the_applicant_never_reads(front: Front) -> None:
    browser = applicant(front)
    fill_in(browser)
    spouse = {
        "first_name": "Pierre", "last_name": "Curie", "born": "1989-05-15", "nationality": "PL", "relation": "married",
        "since": "2025-07-01", "occupied": "no",
    }  # fmt: skip
    assert browser.post("/apply/file/people/spouse", data=spouse).status_code == 303
    assert browser.post("/apply/file/health/p1/link", data={"email": "x@post.example"}).status_code == 404
    assert browser.post("/apply/file/health/p2/link", data={"email": "nobody"}).status_code == 422
    assert browser.post("/apply/file/health/p2/link", data={"email": "pierre@post.example"}).status_code == 303
    (told,) = [body for to, body in mails(front, "application") if to == "pierre@post.example"]
    assert "link sent to pierre@post.example on" in text_of(browser.get("/apply/file").text)
    address = re.search(r"/apply/file/declare/\S+", told)
    assert address
    his = front.client()
    page = his.get(address[0])
    assert page.status_code == 200 and "Marie Curie applies" in text_of(page.text) and "1990" not in page.text
    answers = {f"q-{q}": "no" for q in set(re.findall(r'name="q-(\w+)"', page.text))}
    sent = {**answers, "q-mental": "yes", "w-mental": "an illness of mine", "signed_by": "Pierre Curie"}
    assert his.post(address[0], data={**sent, "signed_by": "Marie Curie"}).status_code == 422
    assert "sealed" in text_of(his.post(address[0], data=sent).text)
    assert his.get(address[0]).status_code == 404
    for path in ("/apply/file", "/apply/file/step/health", "/apply/file/health/p2"):
        assert "an illness of mine" not in browser.get(path).text
    assert declaration(browser, "p2", "Pierre Curie").status_code == 409  # nobody signs over it
    step = text_of(browser.get("/apply/file/step/health").text)
    assert "Send another link: Pierre" in step and "sign it again: Pierre" not in step
    assert "link sent to" not in text_of(browser.get("/apply/file").text) and "pierre@post.example" not in step


@pytest.mark.parametrize("step", ["options", "consents"])
def test_a_step_that_needs_the_member_first_says_so(front: Front, step: str) -> None:
    page = applicant(front).get(f"/apply/file/step/{step}", follow_redirects=True)
    assert "First name who becomes the member" in text_of(page.text)


def test_options_are_chosen_priced_and_on_the_certificate(front: Front) -> None:
    browser = applicant(front)
    fill_in(browser, options={"assistance": "y", "death": "50000", "liability": "world"})
    chosen = text_of(browser.get("/apply/file/step/options").text)
    assert "Private liability" in chosen and "in a year" in chosen
    refused = browser.post("/apply/file/step/options", data={"allowance": "60", "deductible": "30"})
    assert refused.status_code == 422 and "only with the death option" in text_of(refused.text)
    assert browser.post("/apply/file/step/options", data={"allowance": "60"}).status_code == 422
    send_papers(browser)
    assert browser.post("/apply/file/hand-in").status_code == 303
    key = key_of(front)
    assert "World Zen" in text_of(front.client("medical").get(f"/medical/applications/{key}").text)
    decide(front, key, decision="accept")
    shown = text_of(browser.get("/apply/file").text)
    assert "lapses" in shown and "3 September 2025" in shown
    assert "Prévoyance, its first 6 months: " in shown and "÷ 4 = " in shown
    with front.writing() as session:
        amount = first_premiums(session)[0].amount
    assert pay(front, key, str(amount)).status_code == 303  # type: ignore[attr-defined]
    assert "Death, total and permanent invalidity" in text_of(browser.get("/cover").text)
    assert browser.get("/cover/certificate.pdf").data.startswith(b"%PDF")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_statutes_are_there_for_everybody_and_agreed_to_by_version(front: Front, language: str) -> None:
    assert "2026-1" in text_of(front.client().get("/apply/statutes").text)
    browser = applicant(front, language=language)
    assert {"en": "sample", "fr": "exemple"}[language] in text_of(browser.get("/apply/statutes").text)
    assert browser.post("/apply/file/people/member", data=PEOPLE).status_code == 303
    asked = browser.get("/apply/file/step/consents").text
    assert "/apply/statutes" in asked and "2026-1" in text_of(asked)
