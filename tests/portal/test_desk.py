"""The management unit's pages: what a reviewer sees and does, what is refused, keying and finding."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from io import BytesIO
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from moneyed import Currency, Money
from PIL import Image
from sqlalchemy import select, update

from expat.accounts.tables import Account
from expat.claims.asked import requests_of
from expat.claims.contest import CONTESTS, contest
from expat.claims.drafts import draft, say_document
from expat.claims.intake import NewClaim, NewLine
from expat.claims.submit import submit
from expat.claims.tables import Claim, ClaimLine, LineDecision
from expat.db import table_of
from expat.documents.keys import Keys
from expat.documents.store import keep
from expat.mail.outbox import kept
from expat.membership.privacy import choose_privacy
from expat.payments.references import end_to_end_id
from expat.payments.settle import settle
from tests.portal.house import AT, TODAY, Front, text_of
from tests.portal.test_fuzz import NASTY

SOURCES = ("ecb",)
RECEIVED = date(2025, 8, 1)
_LINE: Any = table_of(ClaimLine)
_CLAIM: Any = table_of(Claim)


def scan(colour: str = "white") -> bytes:
    """A picture of a paper."""
    made = BytesIO()
    Image.new("RGB", (300, 400), colour).save(made, "PNG")
    return made.getvalue()


def visit(person: int, amount: str = "100.00", **changed: Any) -> NewLine:
    """A visit in Singapore that came with its invoice."""
    values: dict[str, Any] = {
        "care": "ambulatory.gp", "first_day": date(2025, 7, 1), "country": "SG", "documents": frozenset({"invoice"}),
        "invoice": f"I-{amount}", **changed,
    }  # fmt: skip
    return NewLine(person=person, amount=Money(Decimal(amount), Currency("SGD")), **values)


def hand_in(front: Front, *lines: NewLine, membership: int | None = None) -> int:
    """A claim of the family's, or another's; answers its number."""
    with front.writing() as session:
        new = NewClaim(list(lines), RECEIVED, uuid4().hex, f"account:{front.accounts['member']}")
        return submit(session, membership or front.membership, new, AT, SOURCES).claim_id


def keep_scan(front: Front, colour: str) -> str:
    secret = front.settings.document_key
    keys = Keys.read(secret.get_secret_value() if secret else None)
    with front.writing() as session:
        return keep(session, scan(colour), front.settings.document_folder, keys, AT)


def seen(page: str, name: str) -> str:
    """The decision that a form of the page carries."""
    found = re.search(rf'name="{name}-seen"[^>]*value="(\d+)"', page) or re.search(
        rf'value="(\d+)"[^>]*name="{name}-seen"', page
    )
    assert found is not None, name
    return found[1]


def act(browser: FlaskClient, claim: int, name: str, position: int = 1, **fields: str) -> Any:
    """Do something to a line, as the page's own form does."""
    page = browser.get(f"/desk/claims/{claim}").text
    prefix = f"{name}-{position}"
    data = {f"{prefix}-seen": seen(page, prefix), **{f"{prefix}-{key}": value for key, value in fields.items()}}
    return browser.post(f"/desk/claims/{claim}/lines/{position}/{name}", data=data)


def line(front: Front, claim: int, position: int = 1) -> Any:
    with front.writing() as session:
        query = select(_LINE).where(_LINE.c.claim_id == claim, _LINE.c.position == position)
        return session.execute(query).one()


def mails(front: Front) -> list[Any]:
    with front.writing() as session:
        return list(kept(session))


# --- the worklist and the claim -----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_worklist_shows_what_holds_claims_up_and_by_when_the_unit_acts(front: Front, language: str) -> None:
    first = hand_in(front, visit(front.member, documents=frozenset()))
    paid = hand_in(front, visit(front.member, "55.00", first_day=date(2025, 7, 9)))
    page = front.client("manager", language).get("/desk").text
    assert f"/desk/claims/{first}" in page and f"/desk/claims/{paid}" not in page
    assert "M-1" in text_of(page) and "Ada Lovelace" in text_of(page)
    assert ("Papers missing 1" if language == "en" else "Pièces manquantes 1") in text_of(page)
    assert front.client("manager").get("/desk?by=nonsense").status_code == 404
    for wrong in ("yesterday", "0.yesterday.1", "0.2025-08-01", "x.2025-08-01.1", f"0.2025-08-01.{'9' * 20}"):
        assert front.client("manager").get(f"/desk?after={wrong}").status_code == 404


def test_the_worklist_goes_on_after_the_last_claim_of_the_page(front: Front) -> None:
    numbers = [hand_in(front, visit(front.member, f"{n}.00", documents=frozenset())) for n in range(10, 13)]
    page = front.client("manager").get(f"/desk?after=3.{RECEIVED}.{numbers[0]}").text
    assert f"/desk/claims/{numbers[0]}" not in page and f"/desk/claims/{numbers[2]}" in page


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_claim_shows_each_rule_with_its_article_and_the_amounts(front: Front, language: str) -> None:
    number = hand_in(front, visit(front.member))
    page = text_of(front.client("manager", language).get(f"/desk/claims/{number}").text)
    assert "UNO-DUP-1" in page and "UNO-FORCE-1" in page and "Ada Lovelace" in page
    assert ("What you can do" if language == "en" else "Ce que vous pouvez faire") in page
    assert front.client("manager").get("/desk/claims/999999").status_code == 404


def test_accepting_a_part_pays_that_part_and_keeps_the_reason(front: Front) -> None:
    number = hand_in(front, visit(front.member))
    answer = act(front.client("manager"), number, "part", amount="80.00", why="Four fifths are usual there.")
    assert answer.status_code == 303
    row = line(front, number)
    assert (row.accepted_amount, row.accepted_why) == (8000, "Four fifths are usual there.")
    page = text_of(front.client("manager").get(f"/desk/claims/{number}").text)
    assert "unreasonable" in page.lower() or "Cost above what is usual" in page


@pytest.mark.parametrize(("amount", "told"), [("100.01", "100.00"), ("80.001", "decimals"), ("eighty", "amount")])
def test_a_part_that_cannot_be_is_refused_and_what_was_typed_is_kept(front: Front, amount: str, told: str) -> None:
    number = hand_in(front, visit(front.member))
    answer = act(front.client("manager"), number, "part", amount=amount, why="As is usual there.")
    assert answer.status_code == 422
    assert told in text_of(answer.text) and f'value="{amount}"' in answer.text and "As is usual there." in answer.text
    assert line(front, number).accepted_amount is None


def test_asking_for_a_paper_lets_the_line_wait_and_tells_the_member_without_a_word_on_health(front: Front) -> None:
    number = hand_in(front, visit(front.member))
    answer = act(front.client("manager"), number, "ask", kind="prescription", why="For the therapy of the knee.")
    assert answer.status_code == 303
    assert line(front, number).status == "pending"
    (mail,) = mails(front)
    assert mail.to_address == "member@test.example"
    assert f"/claims/{number}" in mail.body and "knee" not in mail.body and "prescription" not in mail.body
    again = act(front.client("manager"), number, "ask", kind="prescription", why="Once more.")
    assert again.status_code == 422 and "asked for already" in text_of(again.text) and "Once more." in again.text
    assert len(mails(front)) == 1


def test_a_paper_of_a_private_adult_is_asked_of_that_adult_alone(front: Front) -> None:
    number = hand_in(front, visit(front.spouse))
    with front.writing() as session:
        choose_privacy(session, front.spouse, True, TODAY, AT, "test")
    act(front.client("manager"), number, "ask", kind="prescription", why="It is needed.")
    assert [mail.to_address for mail in mails(front)] == ["spouse@test.example"]


def test_a_paper_that_came_by_post_is_noted_with_its_scan_or_without(front: Front) -> None:
    number = hand_in(front, visit(front.member, documents=frozenset()))
    browser = front.client("manager")
    assert line(front, number).status == "pending"
    assert act(browser, number, "came", kind="invoice").status_code == 303
    assert line(front, number).status == "accepted"
    prefix = "came-1"
    data = {
        f"{prefix}-seen": seen(browser.get(f"/desk/claims/{number}").text, prefix), f"{prefix}-kind": "prescription",
        f"{prefix}-files": (BytesIO(scan("red")), "note.png"),
    }  # fmt: skip
    path = f"/desk/claims/{number}/lines/1/came"
    assert browser.post(path, data=data, content_type="multipart/form-data").status_code == 303
    assert "/page/1.png" in browser.get(f"/desk/claims/{number}").text
    bad = {**data, f"{prefix}-seen": seen(browser.get(f"/desk/claims/{number}").text, prefix)}
    bad[f"{prefix}-files"] = (BytesIO(b"no paper"), "notes.txt")
    refused = browser.post(path, data=bad, content_type="multipart/form-data")
    assert refused.status_code == 422 and "notes.txt" in refused.text


def test_a_line_that_repeats_another_is_compared_and_refused(front: Front) -> None:
    first = hand_in(front, visit(front.member, invoice=None))
    second = hand_in(front, visit(front.member, invoice="late"))
    browser = front.client("manager")
    page = browser.get(f"/desk/claims/{second}").text
    assert f"{first}/1" in page and "the same" in text_of(page)
    refused = act(browser, second, "duplicate", outcome="duplicate", same_as="999/1", why="It is the same visit.")
    assert refused.status_code == 422 and "another line of the same person" in text_of(refused.text)
    assert "It is the same visit." in refused.text
    done = act(browser, second, "duplicate", outcome="duplicate", same_as=f"{first}/1", why="It is the same visit.")
    assert done.status_code == 303
    assert (line(front, second).status, line(front, second).reasons) == ("refused", "duplicate")
    assert act(browser, second, "duplicate", outcome="distinct", why="Two visits a day.").status_code == 303
    assert line(front, second).status == "accepted"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_an_invoice_of_another_membership_is_shown_to_the_desk_and_to_no_member(front: Front, language: str) -> None:
    first = hand_in(front, visit(front.stranger, invoice="F-77", country="SN"), membership=front.other_membership)
    second = hand_in(front, visit(front.member, invoice="F-77"))
    browser = front.client("manager", language)
    assert f"/desk/claims/{second}" in browser.get("/desk?by=duplicate").text
    page = browser.get(f"/desk/claims/{second}").text
    assert f'href="/desk/claims/{first}#line-1"' in page and f'value="{first}/1"' in page
    told = "Also claimed on another membership" if language == "en" else "Demandé aussi sur une autre adhésion"
    assert told in text_of(page) and "M-2" in text_of(page) and "Grace Hopper" in text_of(page)
    assert (
        act(browser, second, "duplicate", outcome="duplicate", same_as=f"{first}/1", why="Both sent it.").status_code
        == 303
    )
    assert (line(front, second).status, line(front, second).reasons) == ("refused", "duplicate")
    members = text_of(front.client("member", language).get(f"/claims/{second}").text)
    assert "Both sent it" in members
    for secret in ("M-2", "Hopper", f"{first}/1", told, f"claim {first}", f"demande {first}", "None"):
        assert secret not in members


def test_a_claim_of_another_membership_that_was_found_distinct_is_flagged_no_more(front: Front) -> None:
    first = hand_in(front, visit(front.stranger, invoice="F-77", country="SN"), membership=front.other_membership)
    second = hand_in(front, visit(front.member, invoice="F-77"))
    browser = front.client("manager")
    assert (
        act(browser, second, "duplicate", outcome="distinct", same_as=f"{first}/1", why="Two people.").status_code
        == 303
    )
    assert f"/desk/claims/{second}" not in browser.get("/desk").text
    assert "found to be distinct" in text_of(browser.get(f"/desk/claims/{second}").text)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_came_today_waits_since_today(front: Front, language: str) -> None:
    refused_line(front)
    page = text_of(front.client("manager", language).get("/desk").text)
    assert ("waits since today" if language == "en" else "en attente depuis aujourd'hui") in page
    assert not re.search(r"\b0 (day|jour)", page)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_sum_finds_the_claim_and_the_invoice(front: Front, language: str) -> None:
    number = hand_in(front, visit(front.member, "30.00"), visit(front.member, "12.50", first_day=date(2025, 7, 3)))
    page = front.client("manager", language).get("/desk/find?q=SGD+42.5").text
    assert f"/desk/claims/{number}" in page
    assert ("2 lines of the claim" if language == "en" else "2 lignes de la demande") in text_of(page)


def test_a_long_stay_is_looked_at(front: Front) -> None:
    days = [date(2025, 3, 1), date(2025, 4, 10), date(2025, 5, 20), date(2025, 6, 25)]
    away: dict[str, Any] = {"country": "US", "cause": "unexpected_illness", "stay_days": 20}
    away["documents"] = frozenset({"invoice", "cause_proof"})
    several = [visit(front.member, f"{40 + i}.00", first_day=d, **away) for i, d in enumerate(days)]
    number = hand_in(front, *several)
    browser = front.client("manager")
    flagged = [n for n in range(1, 5) if "possible_long_stay" in line(front, number, n).flags]
    assert flagged
    place = flagged[-1]
    missing = act(browser, number, "stay", place, found="one", days="", why="The passport shows it.")
    assert missing.status_code == 422 and "The passport shows it." in missing.text
    assert act(browser, number, "stay", place, found="one", days="120", why="The passport shows it.").status_code == 303
    assert line(front, number, place).reasons == "stay_too_long"
    assert act(browser, number, "stay", place, found="several", why="Three journeys.").status_code == 303
    assert "possible_long_stay" not in line(front, number, place).flags


def test_the_originals_are_asked_for_once_with_a_reason(front: Front) -> None:
    number = hand_in(front, visit(front.member), visit(front.member, "30.00", first_day=date(2025, 7, 3)))
    browser = front.client("manager")
    page = browser.get(f"/desk/claims/{number}").text
    data = {"originals-0-seen": seen(page, "originals-0"), "originals-0-why": "The copy is hard to read."}
    assert browser.post(f"/desk/claims/{number}/originals", data=data).status_code == 303
    line_ids = [line(front, number, n).id for n in (1, 2)]
    with front.writing() as session:
        asked = requests_of(session, line_ids)
    assert [(one.kind, one.why) for found in asked.values() for one in found] == [
        ("original", "The copy is hard to read.")
    ] * 2
    assert len(mails(front)) == 1
    again = browser.post(f"/desk/claims/{number}/originals", data=data)
    assert again.status_code == 422 and len(mails(front)) == 1


def refused_line(front: Front) -> tuple[int, int]:
    """A refused line that its member contests: the claim and the contest."""
    number = hand_in(front, visit(front.member, care="ambulatory.gp", country="US", stay_days=100))
    assert line(front, number).status == "refused"
    line_id = line(front, number).id
    with front.writing() as session:
        key = contest(session, line_id, "I was there on a journey.", TODAY, AT, "account:1")
    return number, key


def test_a_contest_is_answered_and_its_member_told(front: Front) -> None:
    number, key = refused_line(front)
    browser, path = front.client("manager"), f"/desk/claims/{number}/contests/{key}"
    prefix = f"contest-{key}"
    page = browser.get(f"/desk/claims/{number}").text
    assert "I was there on a journey." in text_of(page)
    data = {f"{prefix}-seen": seen(page, prefix), f"{prefix}-outcome": "changed", f"{prefix}-answer": "You are right."}
    unchanged = browser.post(path, data=data)
    assert unchanged.status_code == 422 and "You are right." in unchanged.text and mails(front) == []
    assert browser.post(path, data={**data, f"{prefix}-outcome": "upheld"}).status_code == 303
    line_id = line(front, number).id
    with front.writing() as session:
        (found,) = session.execute(CONTESTS, {"lines": [line_id]})
    assert (found.outcome, found.answer) == ("upheld", "You are right.")
    (mail,) = mails(front)
    assert f"/claims/{number}" in mail.body and "right" not in mail.body
    assert browser.post(path, data={**data, f"{prefix}-outcome": "upheld"}).status_code == 422
    assert browser.post(f"/desk/claims/{number + 1}/contests/{key}", data=data).status_code == 404


def test_two_reviewers_at_once_the_second_sees_what_the_first_decided(front: Front) -> None:
    number = hand_in(front, visit(front.member))
    first, second = front.client("manager"), front.client("manager2")
    looked_at = seen(second.get(f"/desk/claims/{number}").text, "part-1")
    assert act(first, number, "part", amount="80.00", why="Usual there.").status_code == 303
    data = {"part-1-seen": looked_at, "part-1-amount": "10.00", "part-1-why": "Far too dear."}
    late = second.post(f"/desk/claims/{number}/lines/1/part", data=data)
    assert late.status_code == 409
    assert "changed while you were looking" in text_of(late.text)
    assert "80.00" in late.text and "Far too dear." in late.text
    assert line(front, number).accepted_amount == 8000
    data["part-1-seen"] = seen(late.text, "part-1")
    assert second.post(f"/desk/claims/{number}/lines/1/part", data=data).status_code == 303
    assert line(front, number).accepted_amount == 1000


def test_a_paid_line_is_not_judged_again(front: Front) -> None:
    number = hand_in(front, visit(front.member))
    with front.writing() as session:
        session.execute(update(_LINE).where(_LINE.c.claim_id == number).values(status="paid"))
        newest = session.execute(select(table_of(LineDecision).c.id)).scalars().all()[-1]
    browser = front.client("manager")
    for name, fields in (
        ("part", {"amount": "1.00", "why": "x"}),
        ("ask", {"kind": "prescription", "why": "x"}),
        ("duplicate", {"outcome": "distinct", "why": "x"}),
        ("stay", {"found": "several", "why": "x"}),
    ):
        data = {f"{name}-1-seen": str(newest), **{f"{name}-1-{key}": value for key, value in fields.items()}}
        answer = browser.post(f"/desk/claims/{number}/lines/1/{name}", data=data)
        assert answer.status_code == 422, name
        if name == "ask":
            assert "This line is paid" in text_of(answer.text)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("part", ("amount", "why")), ("ask", ("kind", "why")), ("came", ("kind", "confidential")),
        ("duplicate", ("outcome", "same_as", "why")), ("stay", ("found", "days", "why")),
    ],
)  # fmt: skip
def test_nonsense_in_a_reviewer_s_form_is_answered(front: Front, name: str, fields: tuple[str, ...]) -> None:
    number, chance, browser = hand_in(front, visit(front.member)), Random(name), front.client("manager")
    good = ("one", "several", "prescription", "original", "suspected", "duplicate", "distinct", "12")
    for _ in range(12):
        typed = {field: chance.choice((*NASTY, *good, f"{number}/1")) for field in fields}
        data = {f"{name}-1-{field}": text for field, text in typed.items()}
        data[f"{name}-1-seen"] = seen(browser.get(f"/desk/claims/{number}").text, "came-1")
        answer = browser.post(f"/desk/claims/{number}/lines/1/{name}", data=data)
        assert answer.status_code in (303, 422), typed
    for wrong in ("", "x", "0", "9" * 40):
        answer = browser.post(f"/desk/claims/{number}/lines/1/{name}", data={f"{name}-1-seen": wrong})
        assert answer.status_code in (409, 422)


# --- one's own, and what is confidential --------------------------------------------------------------------------


def make_own(front: Front, person: int) -> None:
    """The manager is insured, too."""
    accounts: Any = table_of(Account)
    with front.writing() as session:
        mine = update(accounts).where(accounts.c.id == front.accounts["manager"])
        session.execute(mine.values(person_id=person, roles="manager member"))


@pytest.mark.parametrize("who", ["member", "spouse"])
def test_nobody_reads_nor_decides_on_a_claim_of_the_own_membership(front: Front, who: str) -> None:
    number, key = refused_line(front)
    make_own(front, getattr(front, who))
    browser = front.client("manager")
    for path in (f"claims/{number}", f"memberships/{front.membership}"):
        page = browser.get(f"/desk/{path}")
        assert page.status_code == 403 and "a colleague looks after it" in text_of(page.text), path
    assert f"/desk/claims/{number}" in browser.get(f"/desk/find?q={number}").text, "it is listed, and does not open"
    for path in ("lines/1/part", "lines/1/ask", "lines/1/came", "lines/1/duplicate", "lines/1/stay", "originals"):
        answer = browser.post(f"/desk/claims/{number}/{path}", data={})
        assert answer.status_code == 403 and "a colleague looks after it" in text_of(answer.text), path
    assert browser.post(f"/desk/claims/{number}/contests/{key}", data={}).status_code == 403
    assert browser.post("/desk/keying", data={"membership": front.membership}).status_code == 403
    assert mails(front) == []
    assert "What you can do" in text_of(front.client("manager2").get(f"/desk/claims/{number}").text)


def test_confidential_papers_are_never_shown_to_the_management_unit(front: Front) -> None:
    secret, report, plain = (keep_scan(front, colour) for colour in ("red", "blue", "white"))
    files = {"invoice": plain, "medical_report": report, "other": secret}
    number = hand_in(front, visit(front.member, files=files, confidential=frozenset({secret, "medical_report"})))
    browser = front.client("manager")
    page = browser.get(f"/desk/claims/{number}").text
    assert plain in page and secret not in page and report not in page
    assert "A confidential paper is with the medical department." in text_of(page)
    assert browser.get(f"/documents/{secret}/page/1.png").status_code == 404
    assert browser.get(f"/documents/{report}/page/1.png").status_code == 404
    assert browser.get(f"/documents/{plain}/page/1.png").status_code == 200


# --- keying -------------------------------------------------------------------------------------------------------


def begin(front: Front, browser: FlaskClient, *colours: str) -> str:
    """An invoice with its scans; answers the form's key."""
    files = [(BytesIO(scan(colour)), f"{colour}.png") for colour in colours]
    data = {"membership": str(front.membership), "key": uuid4().hex, "files": files}
    answer = browser.post("/desk/keying", data=data, content_type="multipart/form-data")
    assert answer.status_code == 303
    return str(answer.location.rpartition("/")[2])


def keyed(front: Front, **changed: str) -> dict[str, str]:
    """What a clerk types of an invoice."""
    typed = {
        "person": str(front.child), "care": "ambulatory.gp", "first_day": "2025-07-21", "quantity": "1",
        "amount": "90.50", "currency": "SGD", "provider": "Raffles", "invoice": "R-17", "country": "SG",
        "cause": "illness",
    }  # fmt: skip
    return {"version": "1", "received": "2025-08-01", **{f"lines-0-{k}": v for k, v in {**typed, **changed}.items()}}


def test_a_scan_that_is_taken_twice_stays_confidential(front: Front) -> None:
    browser = front.client("manager")
    key, account = begin(front, browser, "red"), front.accounts["manager"]
    with front.writing() as session:
        (report,) = draft(session, key, account).documents
        say_document(session, key, account, report.id, "medical_report", True)
    again = {**keyed(front), "do": "check", "files": [(BytesIO(scan("red")), "again.png")]}
    assert browser.post(f"/desk/keying/{key}", data=again, content_type="multipart/form-data").status_code == 200
    with front.writing() as session:
        (left,) = draft(session, key, account).documents
    assert (left.id, left.kind, left.confidential) == (report.id, "medical_report", True)


def test_an_invoice_is_keyed_beside_its_picture_checked_and_handed_in_once(front: Front) -> None:
    browser = front.client("manager")
    key = begin(front, browser, "white")
    page = browser.get(f"/desk/keying/{key}").text
    picture = re.search(r'src="(/documents/[0-9a-f]{64}/page/1\.png)"', page)
    assert picture is not None and browser.get(picture[1]).status_code == 200
    assert front.client("manager2").get(picture[1]).status_code == 404, "a draft is its clerk's alone"
    assert front.client("manager2").get(f"/desk/keying/{key}").status_code == 404
    checked = browser.post(f"/desk/keying/{key}", data={**keyed(front), "do": "check"})
    assert checked.status_code == 200 and "Would be paid" in text_of(checked.text)
    sent = {**keyed(front), "version": "2", "do": "submit"}
    first, second = (browser.post(f"/desk/keying/{key}", data=sent) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    with front.writing() as session:
        (claim,) = session.execute(select(_CLAIM)).all()
    assert claim.submitted_by == f"account:{front.accounts['manager']}" and claim.received_on == RECEIVED
    row = line(front, claim.id)
    assert (row.person_id, row.amount, row.currency, row.invoice) == (front.child, 9050, "SGD", "R-17")
    assert picture[1].split("/")[2] in browser.get(f"/desk/claims/{claim.id}").text


def test_what_was_keyed_wrongly_stays_in_the_form(front: Front) -> None:
    browser = front.client("manager")
    key = begin(front, browser)
    wrong = {**keyed(front, amount="9o.50", first_day="2025-08-03"), "do": "submit"}
    answer = browser.post(f"/desk/keying/{key}", data=wrong)
    assert answer.status_code == 422 and 'value="9o.50"' in answer.text and "R-17" in answer.text
    late = browser.post(f"/desk/keying/{key}", data={**keyed(front, first_day="2025-08-03"), "do": "submit"})
    assert late.status_code in (409, 422)
    with front.writing() as session:
        assert session.execute(select(_CLAIM)).all() == []


def test_several_lines_are_keyed_and_the_next_invoice_follows(front: Front) -> None:
    browser = front.client("manager")
    key, other = begin(front, browser, "white"), begin(front, browser)
    assert browser.post(f"/desk/keying/{key}", data={**keyed(front), "do": "add"}).status_code == 303
    two = {**keyed(front), "version": "2", "do": "submit"}
    two |= {name.replace("lines-0", "lines-1"): value for name, value in keyed(front, amount="20.00").items()}
    two |= {"version": "2"}
    done = browser.post(f"/desk/keying/{key}", data=two)
    assert done.status_code == 303 and done.location.endswith(f"/desk/keying/{other}")
    with front.writing() as session:
        assert session.execute(select(_LINE.c.amount).order_by(_LINE.c.id)).scalars().all() == [9050, 2000]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_keying_pages_render_in_both_languages(front: Front, language: str) -> None:
    browser = front.client("manager", language)
    assert browser.get("/desk/keying?q=lovelace").status_code == 200
    key = begin(front, browser, "white")
    assert browser.get(f"/desk/keying/{key}").status_code == 200
    asked = browser.post(f"/desk/keying/{key}/questions/0", data=keyed(front, care="hospital.stay"))
    assert asked.status_code == 200 and "questions-0" in asked.text
    assert browser.post("/desk/keying", data={"membership": "many"}).status_code == 422


# --- finding ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("lovelace", "/desk/memberships/"), ("M-2", "/desk/memberships/"), ("R-1", "/desk/claims/"),
        ("123.45", "/desk/claims/"), ("SGD 123.45", "/desk/claims/"),
    ],
)  # fmt: skip
def test_anyone_and_any_invoice_is_found(front: Front, text: str, there: str) -> None:
    hand_in(front, visit(front.member, "123.45", invoice="R-1"))
    page = front.client("manager").get("/desk/find", query_string={"q": text})
    assert page.status_code == 200 and there in page.text


def test_a_claim_and_a_line_are_found_by_their_numbers(front: Front) -> None:
    number = hand_in(front, visit(front.member))
    for text in (str(number), f"{number}/1"):
        assert f"/desk/claims/{number}" in front.client("manager").get("/desk/find", query_string={"q": text}).text


def test_a_payment_is_found_by_its_reference(front: Front) -> None:
    hand_in(front, visit(front.stranger, country="SN"), membership=front.other_membership)
    settle(front.engine, TODAY, lambda: AT, SOURCES)
    page = front.client("manager").get("/desk/find", query_string={"q": end_to_end_id(1)}).text
    assert "/settlements/payouts/1" in page and "M-2" in text_of(page)


def test_a_sum_of_an_old_claim_is_found_on_demand(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("expat.claims.find.NEWEST", 1)
    number = hand_in(front, visit(front.member, "100.00"), visit(front.member, "23.45", care="ambulatory.laboratory"))
    hand_in(front, visit(front.member, "1.00", first_day=date(2025, 6, 2)))
    browser = front.client("manager")
    page = browser.get("/desk/find", query_string={"q": "SGD 123.45"}).text
    assert "The sums of older claims were not looked at." in page and f"/desk/claims/{number}" not in page
    link = re.search(r'href="(/desk/find[^"]+all=1)"', page)
    assert link is not None
    everything = browser.get(link[1].replace("&amp;", "&")).text
    assert f"/desk/claims/{number}" in everything and "older claims" not in everything


@pytest.mark.parametrize("text", ["", "nobody of that name", "%", "0", "1" * 200, "a" * 300, "\x07"])
def test_finding_nothing_says_so(front: Front, text: str) -> None:
    answer = front.client("manager").get("/desk/find", query_string={"q": text})
    assert answer.status_code in (200, 422) and "<h2>" not in answer.text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_membership_s_page_shows_everything_but_what_is_medical(front: Front, language: str) -> None:
    number = hand_in(front, visit(front.member))
    page = front.client("manager", language).get(f"/desk/memberships/{front.membership}").text
    assert "Ada Lovelace" in page and f"/desk/claims/{number}" in page and "M-1" in page
    other = front.client("manager").get(f"/desk/memberships/{front.other_membership}").text
    assert "FR7630006000011234567890189" not in other.replace(" ", "")
    assert front.client("manager").get("/desk/memberships/999").status_code == 404
