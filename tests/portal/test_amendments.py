"""Changes on the pages: seen beforehand, asked for once, decided by the medical department, entered by the desk."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from expat.accounts.tables import Account
from expat.amendments.ask import NewAmendment, ask
from expat.amendments.kinds import Joins
from expat.amendments.tables import Amendment, AmendmentAnswer
from expat.applications.exclusions import exclusions_of
from expat.audit import AuditEntry
from expat.claims.load import load
from expat.db import table_of
from expat.mail.tables import OutgoingMail
from expat.membership.changes import Acting
from expat.membership.join import NewMembership, NewPerson, join
from expat.membership.tables import InsuredPerson
from expat.plans.loader import plan
from tests.documents.samples import pdf, picture
from tests.portal.house import AT, TODAY, Front, text_of

DIAGNOSIS = "multiple sclerosis since 2019"
WHERE = {"street": "3 Fifth Avenue", "town": "New York", "country": "US"}
CHILD = {"first_name": "Bea", "last_name": "Lovelace", "born": "2025-07-20"}
FORMS: dict[str, dict[str, str]] = {
    "formula": {"to": "4"},
    "move": WHERE | {"first": "2025-08-04"},
    "stay": {"country": "US", "first": "2025-09-01", "last": "2026-02-01"},
    "child": CHILD,
    "derogation": {"person": "1", "country": "TH", "first": "2025-09-01", "last": "2025-09-20"},
    "address": WHERE,
}


def declaration(signed_by: str = "Ada Lovelace", **yes: str) -> dict[str, str]:
    """The answers of a health declaration: no to everything but what `yes` explains."""
    asked = plan("expat-uno").on(TODAY)["membership.health_questions"].value
    said = {f"q-{q}": "yes" if q in yes else "no" for q in asked} | {f"w-{q}": text for q, text in yes.items()}
    return {**said, "signed_by": signed_by}


def send(front: Front, kind: str, who: str = "member", **more: str) -> Any:
    """Send the form of a kind with what it needs, as somebody; of a child the statement is in the declaration."""
    if kind == "child" and "confirm" in more and "signed_by" not in more:
        said = more.pop("medical", "")
        more |= declaration(**({"illness": said} if said else {}))
    return front.client(who).post(f"/cover/changes/new?kind={kind}", data={"key": f"k-{kind}", **FORMS[kind], **more})


def asked(front: Front, kind: str, medical: str = DIAGNOSIS) -> int:
    """Ask for a change; answers its number."""
    answer = send(front, kind, confirm="yes", medical=medical)
    assert answer.status_code == 303, text_of(answer.text)
    with front.writing() as session:
        return int(session.execute(select(table_of(Amendment).c.id).order_by(table_of(Amendment).c.id.desc())).scalar())


def answered(front: Front) -> list[Any]:
    with front.writing() as session:
        return list(session.execute(select(table_of(AmendmentAnswer))))


def decide(front: Front, number: int, **form: str) -> Any:
    return front.client("medical").post(f"/medical/amendments/{number}", data=form)


def page(browser: FlaskClient, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return text_of(answer.text)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", ["formula", "move", "stay", "spouse", "child", "leaves", "derogation", "address"])
def test_every_form_opens_and_says_what_is_missing(front: Front, kind: str, language: str) -> None:
    browser = front.client("member", language)
    address = f"/cover/changes/new?kind={kind}"
    assert browser.get(address).status_code == 200
    answer = browser.post(address, data={"key": "k"})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", list(FORMS))
def test_what_it_would_change_is_shown_and_nothing_is_sent(front: Front, kind: str, language: str) -> None:
    front.speak("member", language)
    answer = front.client("member", language).post(
        f"/cover/changes/new?kind={kind}", data={"key": "k", **FORMS[kind]}
    )  # fmt: skip
    assert answer.status_code == 200, text_of(answer.text)
    told = text_of(answer.text)
    assert ("What it would change" if language == "en" else "Ce que cela changerait") in told
    assert "NotPossible" not in told and 'name="confirm"' in answer.text
    with front.writing() as session:
        assert session.execute(select(table_of(Amendment))).all() == []


def test_a_formula_is_shown_with_its_price_its_waits_and_its_ceilings(front: Front) -> None:
    told = text_of(send(front, "formula").text)
    assert "From 1 January 2026" in told and "3, then 4" in told
    assert "as formula 3" in told and "1 April 2026" in told and "1 November 2026" in told
    assert "500,000" in told and "1,000,000" in told
    before, after = re.findall(r"Premium for a year (?:without the change|with it) ([\d,.]+) EUR", told)
    assert Decimal(after.replace(",", "")) > Decimal(before.replace(",", ""))
    assert "answers by 18 August 2025" in told and "UNO-" not in told


def test_a_newborn_s_dates_are_told_on_both_sides(front: Front) -> None:
    told = text_of(send(front, "child").text)
    assert "asked for by 20 October 2025" in told and "This is in time." in told
    late = text_of(send(front, "child", born="2025-05-03").text)
    assert "asked for by 3 August 2025" in late and "That day has passed." in late
    assert "5 August 2025" in late and "only after an accident" in late


def test_a_request_sent_twice_is_one_and_says_who_acts_next(front: Front) -> None:
    first, second = asked(front, "child"), asked(front, "child")
    assert first == second
    told = page(front.client("member"), "/cover/changes")
    assert "Bea Lovelace, born on 20 July 2025" in told and "The medical department answers by 18 August 2025" in told
    again = send(front, "child", key="other", confirm="yes", medical="x")
    assert again.status_code == 409 and "withdraw that one first" in text_of(again.text)


def test_the_statement_is_needed_and_is_not_shown_again(front: Front) -> None:
    for wrong, told in (
        ({"q-illness": ""}, "answer yes or no"),
        ({"q-illness": "yes", "w-illness": " "}, "explain in a few words"),
        ({"signed_by": "Bea Lovelace"}, "Ada Lovelace or Charles Lovelace"),
    ):
        answer = send(front, "child", confirm="yes", **{**declaration(hospital=DIAGNOSIS), **wrong})
        assert answer.status_code == 422 and told in text_of(answer.text)
    hidden = re.findall(r'<input type="hidden"[^>]*>', answer.text)
    assert DIAGNOSIS not in str(hidden) and "q-illness" not in str(hidden)
    assert send(front, "formula", confirm="yes", medical=" ").status_code == 422
    number = asked(front, "child")
    assert DIAGNOSIS not in front.client("member").get("/cover/changes").text
    assert DIAGNOSIS in front.client("medical").get(f"/medical/amendments/{number}").text
    for who in ("spouse", "manager", "accountant", "admin", "stranger"):
        for path in (
            "/cover/changes",
            f"/medical/amendments/{number}",
            f"/desk/memberships/{front.membership}/changes",
        ):
            assert DIAGNOSIS not in front.client(who).get(path).text
    with front.writing() as session:
        trail = table_of(AuditEntry)
        reads = session.execute(select(trail.c.subject).where(trail.c.action == "amendment.medical_read")).all()
        assert reads == [(f"amendment:{number}",)]
        assert DIAGNOSIS not in repr(session.execute(select(trail)).all())


@pytest.mark.parametrize("language", ["en", "fr"])
def test_an_agreement_changes_the_cover_and_the_member_is_told_by_mail(front: Front, language: str) -> None:
    front.speak("member", language)
    number = asked(front, "child")
    front.speak("member", language)
    assert decide(front, number, decision="agree").status_code == 303
    with front.writing() as session:
        born = session.execute(select(table_of(InsuredPerson)).order_by(table_of(InsuredPerson).c.id.desc())).first()
        mails = session.execute(select(table_of(OutgoingMail))).all()
    assert (born.first_name, born.covered_from) == ("Bea", date(2025, 7, 20))
    assert [mail.key for mail in mails] == [f"amendment:{number}:answer"]
    assert mails[0].subject.startswith("Your request" if language == "en" else "Votre demande")
    assert not {"Bea", "health", "agreed", "Agreed"} & set(re.findall(r"\w+", mails[0].body.split("For your")[0]))
    told = page(front.client("member", language), "/cover/changes")
    assert ("Holds from 20 July 2025" if language == "en" else "Vaut à partir du 20 juillet 2025") in told


def test_a_refusal_changes_nothing_and_its_words_reach_the_member_alone(front: Front) -> None:
    number = asked(front, "move", medical="")
    for form, told in (
        ({"decision": "refuse"}, "Please choose the reason."),
        ({"decision": ""}, "Please choose what you decide."),
    ):
        answer = decide(front, number, **form)
        assert answer.status_code == 422 and told in text_of(answer.text)
    done = decide(front, number, decision="refuse", reason="health", text="Ask again after the treatment.")
    assert done.status_code == 303
    with front.writing() as session:
        assert load(session, [front.membership])[front.membership].on("zone", date(2030, 1, 1)) == "B"
    assert "Ask again after the treatment." in page(front.client("member"), "/cover/changes")
    desk = page(front.client("manager"), f"/desk/memberships/{front.membership}/changes")
    assert "Refused" in desk and "after the treatment" not in desk and "medical selection" not in desk
    assert "The medical selection did not allow it." in page(front.client("member"), "/cover/changes")
    late = decide(front, number, decision="agree")
    assert late.status_code == 409 and len(answered(front)) == 1


def test_a_member_withdraws_what_is_open_and_nobody_decides_on_it_any_more(front: Front) -> None:
    number = asked(front, "formula")
    member = front.client("member")
    assert front.client("stranger").post(f"/cover/changes/{number}/withdraw").status_code == 404
    assert member.post(f"/cover/changes/{number}/withdraw").status_code == 303
    assert "Withdrawn" in page(member, "/cover/changes")
    assert decide(front, number, decision="agree").status_code == 409
    assert [one.outcome for one in answered(front)] == ["withdrawn"]


def test_what_needs_nobody_is_done_at_once(front: Front) -> None:
    answer = send(front, "address", confirm="yes")
    assert answer.status_code == 303
    told = page(front.client("member"), "/cover/changes")
    assert "We write to: 3 Fifth Avenue, New York, United States." in told
    assert "3 Fifth Avenue" in front.client("member").get("/cover/payout").text
    assert [(one.outcome, one.decided_by) for one in answered(front)] == [("agreed", "rules")]


@pytest.mark.parametrize(
    ("kind", "sent", "told"),
    [
        ("formula", {"to": "3"}, "You have this formula already"),
        ("move", {"country": "FR"}, "A return to France for good ends the membership"),
        ("stay", {"last": "2025-09-20"}, "A stay this short needs no change"),
        ("stay", {"country": "SG"}, "Your zone covers this country already"),
        ("derogation", {"country": "SG"}, "Care there is covered without this"),
        ("derogation", {"first": "2025-08-04"}, "before the day on which the care begins"),
        ("child", {"born": "2005-01-01"}, "A child of this age is insured only as a student"),
        ("child", {"born": "2026-01-01"}, "Ask once the child is born"),
    ],
)
def test_what_is_not_possible_is_said_beside_the_field_and_what_was_typed_is_kept(
    front: Front, kind: str, sent: dict[str, str], told: str
) -> None:
    answer = send(front, kind, **sent)
    assert answer.status_code == 422 and told in text_of(answer.text)
    assert all(value in answer.text for value in sent.values())


def test_one_goes_back_to_the_answers_with_what_was_typed(front: Front) -> None:
    answer = send(front, "move", again="yes")
    assert answer.status_code == 200 and "3 Fifth Avenue" in answer.text and 'name="confirm"' not in answer.text


def test_the_others_of_a_membership_change_nothing_of_it(front: Front) -> None:
    for answer in (front.client("spouse").get("/cover/changes"), send(front, "formula", "spouse", confirm="yes")):
        assert answer.status_code == 303 and answer.location.endswith("/cover")
    assert front.client("member").get("/cover/changes/new?kind=zone").status_code == 404


def test_the_desk_enters_a_letter_as_of_the_day_on_which_it_came(front: Front) -> None:
    desk, address = front.client("manager"), f"/desk/memberships/{front.membership}/changes/new?kind=move"
    assert desk.get(address).status_code == 200
    form = {"key": "post-1", **FORMS["move"], "first": "2025-07-31", "came_on": "2025-07-31"}
    seen = desk.post(address, data=form)
    assert "From 1 August 2025" in text_of(seen.text) and 'name="medical"' not in seen.text
    assert desk.post(address, data={**form, "confirm": "yes"}).status_code == 303
    told = page(desk, f"/desk/memberships/{front.membership}/changes")
    assert "asked for on 31 July 2025" in told and "The medical department answers by 14 August 2025" in told
    for wrong in ("2025-08-05", "", "x"):
        answer = desk.post(address, data={**form, "key": "post-2", "came_on": wrong})
        assert answer.status_code == 422 and "the day on which the letter came" in text_of(answer.text)
        assert "3 Fifth Avenue" in answer.text


def test_nobody_reads_or_decides_what_is_of_the_own_membership(front: Front) -> None:
    with front.writing() as session:
        people = (NewPerson("member", date(1980, 1, 1), "Doc", "Own"),)
        own = join(session, NewMembership("M-9", "expat-uno", date(2024, 1, 1), "3", "B", "SG", people), AT)
        change = Joins("child", "Bea", "Own", TODAY - timedelta(days=9))
        keys = front.app.extensions["expat"].keys
        by = Acting(TODAY, AT, ("ecb",), "account:1")
        number = ask(session, own.membership_id, NewAmendment("k", change, DIAGNOSIS), by, keys).id
        account = table_of(Account)
        session.execute(
            account.update().where(account.c.id == front.accounts["medical"]).values(person_id=own.people[0])
        )
    browser = front.client("medical")
    for answer in (browser.get(f"/medical/amendments/{number}"), decide(front, number, decision="agree")):
        assert answer.status_code in (403, 409) and DIAGNOSIS not in answer.text
    assert answered(front) == []


def test_papers_of_a_request_open_to_those_who_may(front: Front) -> None:
    number, member = asked(front, "child"), front.client("member")
    address = f"/cover/changes/{number}/papers"
    for kind, content in (("civil_status", pdf()), ("medical_report", picture("PNG"))):
        sent = {"kind": kind, "files": (BytesIO(content), f"{kind}.pdf")}
        assert member.post(address, data=sent).status_code == 303
    told = page(member, "/cover/changes")
    assert "Certificate of marriage, of birth, or the PACS contract: civil_status.pdf" in told
    assert "Please choose a file." in text_of(member.post(address, data={"kind": "other"}).text)
    assert "Please say what it is." in text_of(member.post(address, data={"files": (BytesIO(pdf()), "x.pdf")}).text)
    desk, doctor = front.client("manager"), front.client("medical")
    own = f"/desk/memberships/{front.membership}/changes"
    assert "civil_status.pdf" in desk.get(own).text and "medical_report.pdf" not in desk.get(own).text
    opened = [desk.get(f"{own}/{number}/papers/{n}").status_code for n in (1, 2)]
    assert opened == [200, 404]
    assert [doctor.get(f"/medical/amendments/{number}/papers/{n}").status_code for n in (1, 2, 3)] == [200, 200, 404]
    assert desk.get(f"/desk/memberships/{front.other_membership}/changes/{number}/papers/1").status_code == 404
    with front.writing() as session:
        trail = table_of(AuditEntry)
        reads = select(trail.c.detail).where(trail.c.action == "document.read").order_by(trail.c.id)
        assert [one["medical"] for one in session.execute(reads).scalars()] == [False, False, True]
    decide(front, number, decision="agree")
    late = member.post(address, data={"kind": "other", "files": (BytesIO(pdf()), "x.pdf")})
    assert late.status_code == 409


def test_the_medical_department_sees_what_came_of_earlier_requests_of_the_same_kind(front: Front) -> None:
    first = asked(front, "formula")
    assert decide(front, first, decision="refuse", reason="health", text="Not now.").status_code == 303
    other = asked(front, "child")
    assert send(front, "formula", key="again", confirm="yes", medical="All is well.").status_code == 303
    doctor, second = front.client("medical"), other + 1
    told = doctor.get(f"/medical/amendments/{second}").text
    assert f'href="/medical/amendments/{first}"' in told and f'href="/medical/amendments/{other}"' not in told
    assert "Refused" in text_of(told) and DIAGNOSIS not in told
    assert "Earlier requests" not in page(doctor, f"/medical/amendments/{first}")
    with front.writing() as session:
        trail = table_of(AuditEntry)
        reads = select(trail.c.detail).where(trail.c.subject == f"amendment:{second}")
        assert {"earlier": [first]} in session.execute(reads).scalars().all()


@pytest.mark.parametrize(("whose", "read"), [("spouse", False), ("child", True), ("member", True)])
def test_words_about_another_adult_are_not_for_the_member(front: Front, whose: str, read: bool) -> None:
    assert send(front, "derogation", person=str(getattr(front, whose)), confirm="yes", medical="x").status_code == 303
    done = decide(front, 1, decision="refuse", reason="health", text="Not with this illness.")
    assert done.status_code == 303
    told = page(front.client("member"), "/cover/changes")
    assert ("Not with this illness." in told) is read
    assert ("is about another adult" in told) is not read


def test_the_member_is_told_what_no_paper_shows_and_the_medical_department_too(front: Front) -> None:
    assert send(front, "child", confirm="yes", medical="x", prior_cover_attested_on="2025-07-25").status_code == 303
    doctor = front.client("medical")
    assert "No certificate of earlier cover came" in page(doctor, "/medical/amendments/1")
    sent = {"kind": "prior_cover", "files": (BytesIO(pdf()), "cover.pdf")}
    assert front.client("member").post("/cover/changes/1/papers", data=sent).status_code == 303
    assert "No certificate of earlier cover came" not in page(doctor, "/medical/amendments/1")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_day_that_is_over_is_for_the_desk_to_record(front: Front, language: str) -> None:
    form = {"key": "k", "person": str(front.child), "reason": "moved_out", "last_day": "2025-07-01", "confirm": "yes"}
    path = "/cover/changes/new?kind=leaves"
    answer = front.client("member", language).post(path, data=form)
    assert answer.status_code == 422
    assert ("write to the management unit" if language == "en" else "unité de gestion") in text_of(answer.text)
    desk = f"/desk/memberships/{front.membership}/changes/new?kind=leaves"
    entered = front.client("manager").post(desk, data={**form, "came_on": TODAY.isoformat()})
    assert entered.status_code == 303


def test_letters_that_no_database_keeps_do_no_harm(front: Front) -> None:
    assert send(front, "address", key="a\x00b", confirm="yes").status_code == 303
    assert send(front, "formula", confirm="yes", medical="all\x00 well").status_code == 303
    with front.writing() as session:
        assert [row.key for row in session.execute(select(table_of(Amendment)))] == ["ab", "k-formula"]


def test_a_letter_from_before_the_membership_is_refused_beside_its_day(front: Front) -> None:
    desk = f"/desk/memberships/{front.membership}/changes/new?kind=move"
    answer = front.client("manager").post(desk, data={"key": "old", **WHERE, "came_on": "2001-01-01", "confirm": "yes"})
    assert answer.status_code == 422 and "came_on-error" in answer.text
    assert "cannot be the day it arrived" in text_of(answer.text)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_child_is_no_spouse(front: Front, language: str) -> None:
    form = {
        "key": "s", "first_name": "T", "last_name": "U", "born": "2015-01-01", "tie": "cohabiting",
        "no_occupation": "y", "confirm": "yes", "medical": "well",
    }  # fmt: skip
    answer = front.client("stranger", language).post("/cover/changes/new?kind=spouse", data=form)
    assert answer.status_code == 422
    told = "from the age of 18" if language == "en" else "à partir de 18 ans"
    assert told in text_of(answer.text)


def test_a_child_is_accepted_on_conditions_to_which_the_member_agrees(front: Front) -> None:
    number, doctor, member = asked(front, "child"), front.client("medical"), front.client("member")
    for wrong, told in (
        ({}, "Without one, name care"),
        ({"surcharge": "501"}, "at most 500"),
        ({"surcharge": "25", "words": "Teeth."}, "needs its care"),
    ):
        answer = decide(front, number, decision="offer", **wrong)
        assert answer.status_code == 422 and told in text_of(answer.text), wrong
    terms = {"decision": "offer", "surcharge": "25", "care": "dental", "words": "Crowns are left out."}
    assert decide(front, number, **terms).status_code == 303
    assert f"/medical/amendments/{number}" not in doctor.get("/medical/memberships").text
    assert decide(front, number, decision="agree").status_code == 409
    told = page(member, "/cover/changes")
    assert "You act next" in told and "25 %" in told.replace("25%", "25 %") and "Crowns are left out." in told
    for _twice in range(2):
        assert member.post(f"/cover/changes/{number}/agree").status_code == 303
    with front.writing() as session:
        person = session.execute(select(table_of(InsuredPerson)).order_by(table_of(InsuredPerson).c.id.desc())).first()
        assert (person.first_name, person.surcharge) == ("Bea", Decimal("0.25"))
        keys = front.app.extensions["expat"].keys
        assert exclusions_of(session, [person.id], keys) == [(person.id, ["dental"], "Crowns are left out.")]
        assert load(session, [front.membership])[front.membership].people[person.id].surcharge == Decimal("0.25")


def test_conditions_count_for_nobody_before_the_member_agrees(front: Front) -> None:
    number, member = asked(front, "child"), front.client("member")
    assert decide(front, number, decision="offer", surcharge="25").status_code == 303
    with front.writing() as session:
        before = len(load(session, [front.membership])[front.membership].people)
    assert front.client("spouse").post(f"/cover/changes/{number}/agree").status_code == 303
    assert member.post(f"/cover/changes/{number}/withdraw").status_code == 303
    assert member.post(f"/cover/changes/{number}/agree").status_code == 409
    with front.writing() as session:
        assert len(load(session, [front.membership])[front.membership].people) == before
