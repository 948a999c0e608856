"""What a simulation says of care to come, as somebody who plans it reads it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.portal.house import Front, text_of

CARE: dict[str, Any] = {
    "amount": "1200", "currency": "SGD", "country": "SG", "first_day": "2025-09-04", "cause": "illness",
}  # fmt: skip


def asked(front: Front, care: str, language: str = "en", **more: Any) -> str:
    """What the page answers."""
    sent = {**CARE, "person": str(front.member), "care": care, **more}
    answer = front.client("member", language).post("/simulate", data=sent)
    assert answer.status_code == 200
    return text_of(answer.text.partition('id="result"')[2].partition("<form")[0])


def test_a_crown_speaks_of_dental_care_alone_with_its_rate_once(front: Front) -> None:
    told = asked(front, "dental.crown")
    assert "Entente préalable / Actes dentaires" in told
    assert "With prior approval" in told
    assert "hospital" not in told.lower()
    assert "admission" not in told
    assert "send us" not in told.lower()
    assert told.count("1 EUR = 1.4906 SGD") == 1
    assert "Left of the ceiling afterwards (Optical and dental)" in told


def test_a_crown_in_french(front: Front) -> None:
    told = asked(front, "dental.crown", "fr")
    assert "Contrat : Entente préalable / Actes dentaires" in told
    assert "numéro" not in told
    assert "hospital" not in told.lower()


def test_the_ceiling_that_limits_is_named(front: Front) -> None:
    told = asked(front, "dental.crown", amount="9000", approved="y")
    assert "In this category (optical and dental), at most" in told
    assert "for each person and membership year" in told
    assert "on this line" not in told.lower()
    assert "before this line" not in told.lower()


def test_an_ambulance_is_told_with_the_stay_that_it_goes_with(front: Front) -> None:
    told = asked(front, "hospital.ambulance")
    assert "Hospital stay not known yet" in told
    assert "Together with a hospital stay" in told
    assert "You would get back about" in told
    assert "Send us" not in told


def test_a_hospital_stay_says_how_many_days_were_counted_and_when_an_emergency_is_reported(front: Front) -> None:
    told = asked(front, "hospital.stay", quantity="5")
    assert "5 days" in told
    assert "in an emergency, at most 2 days after the admission" in told


@pytest.mark.parametrize(
    ("language", "told", "not_told"),
    [
        ("en", "The country (United States) lies in zone C", "was given"),
        ("fr", "La cause choisie est", "ont été donnés"),
    ],
)
def test_care_out_of_the_zone_is_told_as_care_to_come(front: Front, language: str, told: str, not_told: str) -> None:
    page = asked(front, "ambulatory.gp", language, country="US", currency="USD")
    assert told in page
    assert not_told not in page
    assert "1 EUR" not in page


def test_papers_are_named_in_a_list_where_something_would_be_paid(front: Front) -> None:
    assert "keep: the detailed invoice marked as paid and the prescription." in asked(front, "ambulatory.auxiliary")
    french = asked(front, "ambulatory.auxiliary", "fr")
    assert "l'ordonnance" in french
    assert "prescription" not in french
    assert "keep:" not in asked(front, "excluded.psychologist")
