"""Prior approval on the pages: asked by a member, answered by the medical department, checked by a hospital."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest

from expat.wording.care import care
from expat.wording.voice import voice
from tests.documents.samples import pdf
from tests.portal.house import TODAY, Front, text_of

CARE = "hospital.stay"
DIAGNOSIS = "torn meniscus of the left knee"


def asked(front: Front, **changed: str) -> dict[str, object]:
    form = {
        "key": "k" * 32, "kind": "planned", "person": str(front.member), "care": CARE, "country": "SG",
        "starts_on": (TODAY + timedelta(days=20)).isoformat(), "provider": "Mount Test", "cost": "8,400.00",
        "currency": "SGD", "days": "4", "medical": DIAGNOSIS,
    }  # fmt: skip
    return {**form, **changed}


def ask(front: Front, **changed: str) -> str:
    """Ask; answers the address of the request."""
    answer = front.client("member").post("/approvals/new", data=asked(front, **changed))
    assert answer.status_code == 303, text_of(answer.text)
    return str(answer.location)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_request_sent_twice_is_one_and_says_who_acts_next(front: Front, language: str) -> None:
    first, second = ask(front), ask(front)
    assert first == second
    page = text_of(front.client("member", language).get(first).text)
    assert ("The medical department answers by" if language == "en" else "Le département médical répond") in page


def test_one_that_comes_late_is_sent_only_once_that_is_known(front: Front) -> None:
    soon = (TODAY + timedelta(days=3)).isoformat()
    refused = front.client("member").post("/approvals/new", data=asked(front, starts_on=soon))
    assert refused.status_code == 422
    assert "later than the contract allows" in text_of(refused.text) and DIAGNOSIS in refused.text
    page = front.client("member").get(ask(front, starts_on=soon, late_known="y")).text
    assert "came later than the contract allows" in text_of(page)


def test_papers_of_a_refused_form_need_not_be_sent_again(front: Front) -> None:
    browser = front.client("member")
    refused = browser.post("/approvals/new", data={**asked(front, care=""), "files": (BytesIO(pdf()), "report.pdf")})
    assert refused.status_code == 422 and "report.pdf is kept" in text_of(refused.text)
    kept = re.search(r'name="files"[^>]*value="([^"]+)"', refused.text) or re.search(
        r'value="([^"]+)"[^>]*name="files"|id="files" name="files" type="hidden" value="([^"]+)"', refused.text
    )
    assert kept
    token = next(one for one in kept.groups() if one)
    done = browser.post("/approvals/new", data=asked(front, files=token))
    assert done.status_code == 303
    assert "report.pdf" in browser.get(done.location).text


def test_a_grant_with_direct_payment_gives_a_letter_that_a_hospital_can_check(front: Front) -> None:
    place = ask(front)
    number = place.rpartition("/")[2]
    doctor = front.client("medical")
    assert DIAGNOSIS in doctor.get(f"/medical/approvals/{number}").text
    granted = doctor.post(f"/medical/approvals/{number}", data={"decision": "grant", "days": "4", "direct": "y"})
    assert granted.status_code == 303
    page = front.client("member").get(place).text
    code = re.search(r"<code>([0-9A-Z-]{19})</code>", page)
    assert code
    letter = front.client("member").get(f"{place}/guarantee.pdf")
    assert letter.data.startswith(b"%PDF")
    public = front.client().get(f"/guarantee/{code[1]}")
    assert public.status_code == 200 and "This guarantee letter is valid." in text_of(public.text)
    assert DIAGNOSIS not in public.text and "Lovelace" not in public.text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_after_a_grant_the_page_says_what_was_granted_and_who_was_told(front: Front, language: str) -> None:
    number = ask(front).rpartition("/")[2]
    doctor = front.client("medical", language)
    answer = doctor.post(f"/medical/approvals/{number}", data={"decision": "grant", "days": "4", "direct": "y"})
    assert answer.location.endswith(f"/medical?done={number}")
    with doctor.session_transaction() as kept:
        assert "Ada" not in str(kept.get("_flashes"))
    page = text_of(doctor.get(answer.location).text)
    until = voice(language).day(TODAY + timedelta(days=23)).replace("\xa0", " ")
    wanted = (
        ["for Ada Lovelace", f"4 days are granted: the stay is covered until {until}", "paid directly", "told by mail"]
        if language == "en"
        else ["pour Ada Lovelace", f"4 jours sont accordés : le séjour est couvert jusqu'au {until}", "directement"]
    )
    for text in [f"{number}", "member@test.example", care(CARE, language).replace("’", "'"), *wanted]:
        assert text in page, text
    assert DIAGNOSIS not in page


def test_after_a_refusal_the_next_request_says_so_first(front: Front) -> None:
    first, second = (ask(front, key=letter * 32).rpartition("/")[2] for letter in "ab")
    doctor = front.client("medical")
    answer = doctor.post(f"/medical/approvals/{first}", data={"decision": "refuse", "reason": "Not needed now."})
    assert answer.location.endswith(f"/medical/approvals/{second}?done={first}")
    page = text_of(doctor.get(answer.location).text)
    assert f"Request {first} is refused: " in page and "for Ada Lovelace." in page
    assert "day is granted" not in page and "days are granted" not in page


def test_nothing_is_said_of_what_was_not_answered(front: Front) -> None:
    number = ask(front).rpartition("/")[2]
    for query in (f"done={number}", "done=999", "done="):
        page = front.client("medical").get(f"/medical?{query}")
        assert page.status_code == 200 and "is granted" not in text_of(page.text)
    assert front.client("medical").get("/medical?done=x").status_code == 404
    granted = front.client("medical").post(f"/medical/approvals/{number}", data={"decision": "ask", "paper": "quote"})
    assert "done" not in granted.location


@pytest.mark.parametrize(
    "sent, told",
    [
        ({"decision": "refuse"}, "A refusal needs its reason"),
        ({"decision": ""}, "Please choose what you decide."),
        ({"decision": "ask"}, "Please choose which paper."),
        ({"decision": "grant", "days": "many"}, "Please give a whole number."),
        ({"decision": "grant", "days": "400"}, "from 1 to 30"),
    ],
)
def test_an_answer_that_cannot_be_keeps_what_was_typed(front: Front, sent: dict[str, str], told: str) -> None:
    number = ask(front).rpartition("/")[2]
    typed = {**sent, "paper_text": "the findings of the scan"}
    answer = front.client("medical").post(f"/medical/approvals/{number}", data=typed)
    assert answer.status_code == 422
    assert told in text_of(answer.text) and "the findings of the scan" in answer.text


def test_two_doctors_do_not_overrule_each_other_unseen(front: Front) -> None:
    number = ask(front).rpartition("/")[2]
    for expected in (303, 409):
        answer = front.client("medical").post(f"/medical/approvals/{number}", data={"decision": "grant"})
        assert answer.status_code == expected
