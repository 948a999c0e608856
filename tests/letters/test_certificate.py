"""The certificate: who is covered, from when to when, where, up to what; signed by the operator."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine, select

from expat.db import reading, table_of
from expat.errors import BadInput, NotFound
from expat.letters.certificate import certificate_pdf
from expat.letters.operator import Operator, from_settings
from expat.membership.tables import Membership
from expat.settings import Settings
from tests.letters.conftest import Tell
from tests.letters.reading import OPERATOR, conforms, in_order, is_tagged, text
from tests.letters.test_card import DAY, STORY, key

MEMBERSHIP = table_of(Membership)


def certificate(engine: Engine, language: str = "en", day: date = DAY, people: tuple[int, ...] = ()) -> bytes:
    with reading(engine) as session:
        membership = session.execute(select(MEMBERSHIP.c.id)).scalar_one()
        return certificate_pdf(session, membership, day, OPERATOR, language, people)


def test_who_is_covered_from_when_to_when_and_where(engine: Engine, tell: Tell) -> None:
    tell(STORY)
    pdf = certificate(engine)
    assert conforms(pdf) and is_tagged(pdf)
    in_order(
        text(pdf), "Certificate of membership", "on 1 June 2025 the persons named below are covered by the plan Expat",
        "Member Camille Martin", "Member since 1 March 2024", "Membership year from 1 March 2025 to 28 February 2026",
        "Formula 3", "Zone B", "Country of residence Singapore",
        "Camille Martin 2 May 1985 The member 1 March 2024 28 February 2026",
        "The spouse or partner", "10 August 2005 The child 1 March 2024 10 August 2025", "renewed", "1 March 2026",
        "By category: Hospitalisation · Maternity", "Up to 500,000.00 EUR for each person",
        "Zone B is every country except: Canada, Japan and United States.", "less than 90 days",
        "Done in Paris on 1 June 2025", "For Association Expat",
    )  # fmt: skip


def test_in_french_too(engine: Engine, tell: Tell) -> None:
    tell(STORY)
    in_order(
        text(certificate(engine, "fr")), "Attestation d'adhésion", "Adhérent Camille Martin", "résidence Singapour",
        "10 août 2005", "10 août 2025", "500 000,00 EUR", "tous les pays sauf : Canada, États-Unis et Japon.",
        "Fait à Paris, le 1er juin 2025", "Pour Association Expat",
    )  # fmt: skip
    assert certificate(engine, "fr") == certificate(engine, "fr")


def test_for_one_person_alone(engine: Engine, tell: Tell) -> None:
    tell(STORY)
    found = text(certificate(engine, people=(key(engine, "spouse"),)))
    assert "1 January 1986" in found
    assert "10 August 2005" not in found


def test_who_is_no_longer_covered_is_not_named(engine: Engine, tell: Tell) -> None:
    tell(STORY)
    assert "10 August 2005" not in text(certificate(engine, day=date(2025, 8, 11)))


def test_nothing_is_certified_of_a_day_without_cover(engine: Engine, tell: Tell) -> None:
    tell(STORY)
    with pytest.raises(BadInput, match="nobody is covered on 2025-10-20"):  # suspended
        certificate(engine, day=date(2025, 10, 20))
    with pytest.raises(BadInput, match="999 is not insured by this membership"):
        certificate(engine, people=(999,))
    with reading(engine) as session, pytest.raises(NotFound, match="no membership 99"):
        certificate_pdf(session, 99, DAY, OPERATOR)


def test_the_operator_is_that_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"NAME": "Association Expat", "TOWN": "Paris", "EMAIL": "a@b.example"}.items():
        monkeypatch.setenv(f"EXPAT_OPERATOR_{name}", value)
    monkeypatch.setenv("EXPAT_BASE_URL", "https://expat.example.org/")
    found = from_settings(Settings())
    assert found == Operator("https://expat.example.org", "Association Expat", town="Paris", email="a@b.example")
    assert found.address("fr") == ["Paris"]
