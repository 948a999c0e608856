"""The guarantee letter: what is paid, until when, how it is checked, and nothing of a person's health."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pypdfium2
import pytest
from sqlalchemy import Engine, select, update

from expat.approvals.tables import ApprovalAnswer, ApprovalFile, ApprovalRequest, GuaranteeLetter
from expat.db import reading, table_of, transaction
from expat.errors import BadInput, NotFound
from expat.letters.guarantee import guarantee_of, guarantee_pdf
from expat.letters.guarantee_page import Guarantee, Paid, guarantee_page
from expat.letters.kinds import STAY, kind_of
from expat.periods import Period
from expat.plans.loader import plan
from expat.wording.care import CARE
from tests.letters.conftest import Tell
from tests.letters.reading import OPERATOR, conforms, in_order, is_tagged, pages, text

CODE = "7KQ2-9D3M-XW4T-0B8N"
AT = datetime(2025, 5, 21, 9, tzinfo=UTC)
ANSWER, REQUEST, LETTER = table_of(ApprovalAnswer), table_of(ApprovalRequest), table_of(GuaranteeLetter)
HEALTH = re.compile(
    "psychiat|chirurg|surg|césar|caesar|diagno|convalesc|enfant|child|illness|maladie|accouch|birth|medical|médica",
    re.IGNORECASE,
)


def story(care: str, formula: int = 3, days: int | None = None, more: str = "") -> str:
    granted = f"decision: granted, direct: true{f', days: {days}' if days else ''}"
    return f"""
scenario: A stay with a guarantee letter
plan: expat-uno
membership:
  joined: 2023-01-01
  formula: {formula}
  zone: B
  residence: SG
  people:
    - {{id: m, role: member, born: 1985-05-02}}
events:
  - {{on: 2025-05-20, approval: {{id: a, person: m, care: {care}, starts: 2025-06-10, {granted}}}}}
{more}
"""


def letter(engine: Engine, answer: int = 1, code: str = CODE, provider: str = "Mount Elizabeth Hospital") -> int:
    """Keep a letter of an answer, and a file that names the hospital."""
    file: Any = table_of(ApprovalFile)
    with transaction(engine) as session:
        request = session.execute(select(ANSWER.c.request_id).where(ANSWER.c.id == answer)).scalar_one()
        session.execute(LETTER.insert().values(answer_id=answer, code=code, made_at=AT))
        values = {"submitted_by": "account:1", "key": code, "provider": provider, "country": "SG", "recorded_at": AT}
        session.execute(file.insert().values(request_id=request, **values))
    return answer


def made(engine: Engine, answer: int = 1, language: str = "en") -> bytes:
    with reading(engine) as session:
        return guarantee_pdf(session, answer, OPERATOR, language)


def of(engine: Engine, answer: int = 1) -> Guarantee:
    with reading(engine) as session:
        return guarantee_of(session, answer, "en")


def test_a_stay_on_one_page_in_reading_order(engine: Engine, tell: Tell) -> None:
    tell(story("hospital", days=12))
    letter(engine)
    pdf = made(engine)
    assert conforms(pdf) and is_tagged(pdf)
    assert len(pages(pdf)) == 1
    in_order(
        text(pdf), "Association Expat", "Guarantee letter", "Mount Elizabeth Hospital Singapore",
        "Done in Paris on 21 May 2025 For Association Expat", "Insured person Camille Martin", "Born on 2 May 1985",
        "Membership number", "Formula 3", "Care Stay in hospital",
        "Days covered 12 days, from 10 June 2025 to 21 June 2025", "Valid until 10 December 2025", f"Code {CODE}",
        "Stay in hospital 100% of the cost, at most 300.00 EUR per day what exceeds 300.00 EUR per day",
        "Treatment during the stay 100% of the cost nothing",
        "We pay in the currency of your invoice, without conversion.", "overall ceiling of the membership year",
        "Conditions", "The cover is in force on the day", "asked for within 48 hours", "by 23 June 2025",
        "Check this letter", f"https://expat.example.org/guarantee/{CODE}", f"Code {CODE}",
    )  # fmt: skip


def test_in_french_too(engine: Engine, tell: Tell) -> None:
    tell(story("hospital"))
    letter(engine)
    pdf = made(engine, language="fr")
    assert len(pages(pdf)) == 1
    in_order(
        text(pdf), "Lettre de prise en charge", "Séjour à l'hôpital", "30 jours, du 10 juin 2025 au 9 juillet 2025",
        "100 % du coût, au plus 300,00 EUR par jour", "ce qui dépasse 300,00 EUR par jour",
        "dans la devise de votre facture", "dans les 48 heures", "au plus tard le 11 juillet 2025",
    )  # fmt: skip
    with reading(engine) as session:
        assert guarantee_pdf(session, 1, OPERATOR) == pdf  # the member reads French


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    "care", ["hospital", "hospital.psychiatric", "hospital.surgery", "hospital.child_health", "hospital.convalescence"]
)
def test_nothing_of_it_is_about_health(engine: Engine, tell: Tell, care: str, language: str) -> None:
    tell(story(care))
    letter(engine)
    assert HEALTH.findall(text(made(engine, language=language))) == []


def test_a_delivery_is_a_maternity_stay_with_its_ceiling(engine: Engine, tell: Tell) -> None:
    tell(story("maternity.caesarean"))
    letter(engine)
    found = text(made(engine))
    assert "Care Maternity stay" in found
    assert "up to 5,000.00 EUR in a membership year" in found
    assert HEALTH.findall(found) == []


def test_the_kind_of_any_care_is_no_more_than_its_family() -> None:
    kinds = {code: kind_of(code, "en") for code in CARE}
    assert kinds["hospital.psychiatric"] == kinds["hospital.child_health"] == kind_of("hospital", "en") == STAY
    assert kinds["hospital.surgery"] == "Treatment during the stay"
    assert kinds["dental.implant"] == "Dental treatment"
    assert kinds["hospital.ambulance"] == "Stay in hospital"


def test_care_that_needs_no_approval_is_not_guaranteed(engine: Engine, tell: Tell) -> None:
    tell(story("hospital"))
    letter(engine)
    assert "hospital.ambulance" not in {paid.care for paid in of(engine).paid}


def test_a_rate_and_a_cap_leave_their_rest_to_the_member(engine: Engine, tell: Tell) -> None:
    tell(story("dental.crown", formula=2))
    letter(engine)
    found = text(made(engine))
    assert "Dental treatment 80% of the cost 20% of the cost" in found
    assert "Days covered" not in found and "extension" not in found
    capped = Guarantee(
        "en", CODE, date(2025, 5, 21), "Expat Uno", "M-1", "2", "Ada", date(1985, 5, 2), "", "", "ambulatory",
        Period(date(2025, 6, 1), date(2025, 12, 1)), None, 12, False,
        (Paid("ambulatory.gp", "act", Decimal("0.8"), Decimal(40)),), Decimal(3000), 2,
    )  # fmt: skip
    found = text(guarantee_page(capped, OPERATOR))
    assert "80% of the cost, at most 40.00 EUR per act 20% of the cost, and what exceeds the cap" in found
    assert "Acts covered 12 acts" in found


def test_an_extension_adds_days_to_the_period_that_it_prolongs(engine: Engine, tell: Tell) -> None:
    tell(story("hospital", more="  - {on: 2025-07-08, approval: {id: b, person: m, care: hospital, starts: 2025-07-08, "
                                "extends: a, decision: granted, direct: true, days: 5}}"))  # fmt: skip
    letter(engine, answer=2)
    found = of(engine, 2)
    assert found.days == Period(date(2025, 7, 10), date(2025, 7, 14))
    assert found.valid == found.days
    shown = text(made(engine, 2))
    in_order(shown, "Days added 5 days, from 10 July 2025 to 14 July 2025", "adds the days", "by 16 July 2025")
    assert "begins after" not in shown


def test_the_code_is_drawn_as_its_address(engine: Engine, tell: Tell) -> None:
    cv2 = pytest.importorskip("cv2")
    tell(story("hospital"))
    letter(engine)
    with pypdfium2.PdfDocument(made(engine)) as document:
        picture = np.array(document[0].render(scale=3).to_pil().convert("L"))
    read, _points, _straight = cv2.QRCodeDetector().detectAndDecode(picture)
    assert read == f"https://expat.example.org/guarantee/{CODE}"


def test_a_letter_that_a_newer_answer_replaced_is_not_made(engine: Engine, tell: Tell) -> None:
    tell(story("hospital"))
    letter(engine)
    with transaction(engine) as session:
        values = {"granted": False, "decided_on": date(2025, 6, 1), "decided_by": "account:2", "recorded_at": AT}
        session.execute(ANSWER.insert().values(request_id=1, direct=False, **values))
    with pytest.raises(BadInput, match="a newer answer holds"):
        made(engine)


def test_without_a_letter_there_is_none_to_make(engine: Engine, tell: Tell) -> None:
    tell(story("hospital"))
    with pytest.raises(NotFound, match="answer 1 has no guarantee letter"):
        made(engine)
    with pytest.raises(NotFound):
        made(engine, 99)


def test_a_formula_without_the_care_promises_nothing(engine: Engine, tell: Tell) -> None:
    tell(story("hospital", formula=1))
    letter(engine)
    with transaction(engine) as session:
        session.execute(update(REQUEST).values(care="maternity.delivery"))
    with pytest.raises(BadInput, match=r"formula 1 does not cover 'maternity\.delivery'"):
        made(engine)


def test_every_care_that_can_be_guaranteed_has_its_rows() -> None:
    edition = plan("expat-uno").on(date(2025, 6, 10))
    for care in edition.care.values():
        if care.approval.value != "none":
            assert kind_of(care.code, "fr") and kind_of(care.code, "en") not in CARE
