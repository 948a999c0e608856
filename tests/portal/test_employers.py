"""What an employer hands in and sees, what the management unit does with it, and what an employer never sees."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from expat.db import table_of, transaction
from expat.employers.open import bind_account, open_employer
from expat.employers.tables import AnnouncedJoiner, EmployerPays, EmployerUpload
from expat.membership.tables import InsuredPerson, MembershipChange
from expat.portal.access import PUBLIC, roles_of
from tests.employers.files import CHANGE, SPOUSE, csv_of, xlsx_of
from tests.portal.announcing import ENDS, JOINER
from tests.portal.house import AT, TODAY, Front, text_of
from tests.portal.records import DIAGNOSIS, Records
from tests.portal.test_access import routes

FILES = "/employer/files"


def hand_in(browser: FlaskClient, content: bytes, name: str = "people.csv") -> TestResponse:
    return browser.post(FILES, data={"file": (BytesIO(content), name)}, content_type="multipart/form-data")


def count(front: Front, table: Any, *where: Any) -> int:
    with transaction(front.engine) as session:
        return int(session.execute(select(func.count()).select_from(table_of(table)).where(*where)).scalar_one())


def test_a_file_is_looked_at_shown_and_announced_once(front: Front) -> None:
    browser, content = front.client("employer"), csv_of([JOINER, SPOUSE | {"effective": "2025-10-01"}, ENDS])
    answer = hand_in(browser, content)
    assert answer.status_code == 303
    page = text_of(browser.get(answer.location).text)
    assert "Nothing is announced yet" in page and "Léa Martin" in page and "health declaration" in page
    assert count(front, AnnouncedJoiner) == 0

    for told in ("Announced.", "This was confirmed before."):
        confirmed = browser.post(f"{answer.location}/confirm", follow_redirects=True)
        assert told in text_of(confirmed.text)
        assert count(front, AnnouncedJoiner) == 2
    again = hand_in(browser, content, "renamed.csv")
    assert again.location == answer.location and count(front, EmployerUpload) == 1
    with transaction(front.engine) as session:  # what was kept of the file is gone
        assert session.execute(select(table_of(EmployerUpload).c.content)).scalar() is None


@pytest.mark.parametrize(("language", "told"), [
    ("en", ("There is no such day as 1990-02-30", "born", "5 things to mend", "“Atlantis” is no country")),
    ("fr", ("Le 1990-02-30 n'existe pas", "born", "5 points à corriger", "« Atlantis » n'est pas un pays")),
])  # fmt: skip
def test_every_fault_is_told_at_once_and_nothing_is_kept(front: Front, language: str, told: tuple[str, ...]) -> None:
    rows = [JOINER | {"born": "1990-02-30", "residence": "Atlantis"}, JOINER | {"zone": "A"}, ENDS | {"reason": "x"}]
    answer = hand_in(front.client("employer", language), xlsx_of(rows), "people.xlsx")
    assert answer.status_code == 422
    page = text_of(answer.text)
    assert all(text in page for text in told), page
    assert count(front, EmployerUpload) == 0 and count(front, AnnouncedJoiner) == 0


def test_a_name_that_is_markup_is_shown_as_text(front: Front) -> None:
    answer = hand_in(front.client("employer"), csv_of([JOINER | {"role": "<script>alert(1)</script>"}]))
    assert answer.status_code == 422 and "<script>alert" not in answer.text and "&lt;script&gt;" in answer.text


def test_what_changed_before_the_confirmation_is_told_then(front: Front) -> None:
    browser = front.client("employer")
    one, two = (hand_in(browser, csv_of([JOINER | {"family": f}])).location for f in ("1", "2"))
    assert browser.post(f"{one}/confirm").status_code == 303
    refused = browser.post(f"{two}/confirm")
    assert refused.status_code == 422 and "You announced this person before" in text_of(refused.text)
    assert browser.post(f"{two}/drop").status_code == 303
    assert browser.get(two).status_code == 404


def test_a_file_without_a_file_is_asked_for(front: Front) -> None:
    answer = front.client("employer").post(FILES, data={}, content_type="multipart/form-data")
    assert answer.status_code == 422 and "Choose a file first." in text_of(answer.text)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_is_a_file_that_is_understood(front: Front, kind: str, language: str) -> None:
    browser = front.client("employer", language)
    template = browser.get(f"{FILES}/template.{kind}")
    assert template.status_code == 200
    answer = hand_in(browser, template.data, f"t.{kind}")  # nothing is wrong but made-up memberships
    assert answer.status_code == 422
    assert answer.text.count("EXU-0000-000") == 2
    assert ("2 things to mend" if language == "en" else "2 points à corriger") in text_of(answer.text)
    assert browser.get(f"{FILES}/template.exe").status_code == 404


def test_an_employer_sees_its_own_people_and_nobody_else_s(front: Front) -> None:
    page = text_of(front.client("employer").get("/employer/people").text)
    assert "Charles Lovelace" in page and "M-1" in page and "covered" in page
    assert "Hopper" not in page and "M-2" not in page


def test_another_employer_s_file_is_not_found(front: Front) -> None:
    where = hand_in(front.client("employer"), csv_of([JOINER])).location
    with transaction(front.engine) as session:
        other = open_employer(session, "OTHER", "Other", AT, "test")
        session.execute(table_of(EmployerUpload).update().values(employer_id=other))
    for method, address in (("GET", where), ("POST", f"{where}/confirm"), ("POST", f"{where}/drop")):
        assert front.client("employer").open(address, method=method).status_code == 404


def test_an_employer_never_sees_health_claims_or_what_is_paid(front: Front) -> None:
    """Every page that an employer can open, with a claim, an approval, a payment and a diagnosis there."""
    records, browser, seen = Records(front), front.client("employer"), 0
    never = (DIAGNOSIS, "Dr Tan", "F-1", "80.00", "Mount Test", "DBSS", "ambulatory", "Prior approval", "hospital")
    for rule, method in routes(front):
        roles = roles_of(front.app, rule.endpoint)
        if method != "GET" or "employer" not in roles or roles & {PUBLIC}:
            continue
        if rule.arguments - records.family.keys():
            continue
        answer = browser.get(records.address(rule))
        seen += 1
        for word in never:
            assert word not in answer.text, (rule.rule, word)
    assert seen >= 5


def test_the_pages_of_claims_are_shut(front: Front) -> None:
    for address in ("/claims", "/desk/claims", "/medical/approvals", "/settlements", "/statements", "/desk/employers"):
        assert front.client("employer").get(address).status_code in (403, 404), address


# --- the management unit ---


def announced(front: Front, rows: list[dict[str, Any]]) -> None:
    browser = front.client("employer")
    assert browser.post(f"{hand_in(browser, csv_of(rows)).location}/confirm").status_code == 303


def test_a_joiner_is_followed_until_the_membership_is_there(front: Front) -> None:
    announced(front, [JOINER])
    desk = front.client("manager")
    assert "Léa Martin" in text_of(desk.get("/desk/employers").text)
    where = "/desk/employers/joiners/1"
    assert desk.post(where, data={"state": "invited"}).status_code == 303
    assert "invited to apply" in text_of(desk.get(where).text)
    assert desk.post(where, data={"state": "joined", "number": "M-99"}).status_code == 422
    assert desk.post(where, data={"state": "joined", "number": "M-2"}).status_code == 303
    assert "Léa Martin" not in text_of(desk.get("/desk/employers").text)
    assert "insured" in text_of(front.client("employer").get(f"{FILES}/1").text)
    assert desk.post(where, data={"state": "refused", "why": "late"}).status_code in (409, 422)


def test_why_somebody_does_not_join_is_not_told_to_the_employer(front: Front) -> None:
    announced(front, [JOINER])
    desk = front.client("manager")
    assert desk.post("/desk/employers/joiners/1", data={"state": "refused", "why": ""}).status_code == 422
    assert desk.post("/desk/employers/joiners/1", data={"state": "refused", "why": "not for them"}).status_code == 303
    page = text_of(front.client("employer").get(f"{FILES}/1").text)
    assert "does not join" in page and "refused" not in page and "not for them" not in page


def test_a_leaver_that_is_recorded_ends_the_membership_by_the_rules(front: Front) -> None:
    announced(front, [ENDS | {"effective": "2025-08-31"}])  # two months' notice: not before 4 October
    desk = front.client("manager")
    for _ in range(2):
        answer = desk.post("/desk/employers/changes/1", data={"state": "done"}, follow_redirects=True)
        assert "the first day without cover is 4 October 2025" in text_of(answer.text)
    assert count(front, MembershipChange, table_of(MembershipChange).c.kind == "termination") == 1
    assert "4 October 2025" in text_of(front.client("employer").get(f"{FILES}/1").text)


def test_a_new_address_is_kept(front: Front) -> None:
    announced(front, [CHANGE | {"membership": "M-1", "effective": "2025-09-01"}])
    desk = front.client("manager")
    assert desk.post("/desk/employers/changes/1", data={"state": "done"}).status_code == 303
    assert "No leaver or change waits." in text_of(desk.get("/desk/employers").text)


def test_an_employer_is_added_and_pays_for_a_membership(front: Front) -> None:
    desk = front.client("manager")
    where = desk.post("/desk/employers", data={"number": "C-2", "name": "Jacquard"}).location
    assert desk.post(f"{where}/pays", data={"number": "M-1", "from_day": "2025-08-01"}).status_code == 422  # another's
    for told in ("Noted.", "It was so already"):
        data = {"number": "M-2", "from_day": "2025-08-01", "pays": "yes"}
        assert told in text_of(desk.post(f"{where}/pays", data=data, follow_redirects=True).text)
    assert "M-2" in text_of(desk.get(where).text)
    assert desk.post(f"{where}/accounts", data={"email": "member@test.example"}).status_code == 422
    assert desk.post("/desk/employers", data={"number": "C-2", "name": "Another"}).status_code == 422
    assert desk.get("/desk/employers/999").status_code == 404


def test_an_account_acts_for_one_employer(front: Front) -> None:
    with transaction(front.engine) as session:
        other = open_employer(session, "OTHER", "Other", AT, "test")
        with pytest.raises(Exception, match="acts for another employer"):
            bind_account(session, other, front.accounts["employer"], AT, "test")


def test_who_is_insured_elsewhere_is_found_by_the_desk_and_not_told_to_the_employer(front: Front) -> None:
    with transaction(front.engine) as session:
        person: Any = table_of(InsuredPerson)
        hopper = session.execute(select(person).where(person.c.last_name == "Hopper")).first()
    assert hopper is not None
    row = JOINER | {"first_name": hopper.first_name, "last_name": "Hopper", "born": hopper.born.isoformat()}
    announced(front, [row])  # no fault, no word
    for language, told in (("en", "is insured already: M-2"), ("fr", "est déjà assurée : M-2")):
        assert told in text_of(front.client("manager", language).get("/desk/employers/joiners/1").text)
    assert "M-2" not in text_of(front.client("employer").get(f"{FILES}/1").text)


def test_an_employer_that_no_longer_pays_ends_and_changes_nothing(front: Front) -> None:
    announced(front, [ENDS, CHANGE | {"membership": "M-1", "effective": "2025-09-01"}])
    with transaction(front.engine) as session:
        other = open_employer(session, "OTHER", "Other", AT, "test")
        pays: Any = table_of(EmployerPays)
        row = {"employer_id": other, "membership_id": front.membership, "from_day": TODAY, "pays": True}
        session.execute(pays.insert().values(**row, recorded_by="test", recorded_at=AT))
    desk = front.client("manager")
    for key in (1, 2):
        refused = desk.post(f"/desk/employers/changes/{key}", data={"state": "done"})
        assert refused.status_code == 422 and "no longer pays for the membership" in text_of(refused.text)
    assert count(front, MembershipChange, table_of(MembershipChange).c.kind == "termination") == 0
    said = {"state": "refused", "why": "Another employer pays by now."}
    assert desk.post("/desk/employers/changes/1", data=said).status_code == 303
