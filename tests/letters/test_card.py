"""The card: one person's, of the size of a bank card, in French and English."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine, select

from expat.db import reading, table_of
from expat.errors import BadInput, NotFound
from expat.letters.card import card_pdf
from expat.letters.operator import Operator
from expat.membership.tables import InsuredPerson
from tests.letters.conftest import Tell
from tests.letters.reading import OPERATOR, conforms, in_order, is_tagged, pages, text

DAY = date(2025, 6, 1)
PERSON = table_of(InsuredPerson)
STORY = """
scenario: A couple and a child; a premium that is not paid
plan: expat-uno
membership:
  joined: 2024-03-01
  formula: 3
  zone: B
  residence: SG
  people:
    - {id: m, role: member, born: 1985-05-02}
    - {id: s, role: spouse, born: 1986-01-01}
    - {id: c, role: child, born: 2005-08-10}
events:
  - {on: 2025-09-01, premium: {id: p, due: 2025-09-01}}
"""


def key(engine: Engine, role: str) -> int:
    with reading(engine) as session:
        return int(session.execute(select(PERSON.c.id).where(PERSON.c.role == role)).scalar_one())


def card(engine: Engine, role: str = "member", day: date = DAY, operator: Operator = OPERATOR, **more: str) -> bytes:
    with reading(engine) as session:
        return card_pdf(session, key(engine, role), day, operator, **more)


def test_a_card_says_who_is_insured_and_how_to_ask_in_both_languages(engine: Engine, tell: Tell) -> None:
    tell(STORY)
    pdf = card(engine)
    assert conforms(pdf) and is_tagged(pdf) and len(pages(pdf)) == 1
    in_order(
        text(pdf), "Carte d'assuré · Insurance card", "Association Expat Expat Uno", "Camille Martin",
        "Numéro d'adhésion · Membership number", "Date de naissance · Born on 02/05/1985",
        "Valable à partir du · Valid from 01/03/2025", "Valable jusqu'au · Valid until 28/02/2026",
        "Formule · Formula 3", "Zone B", "Assistance et contact · Assistance and contact +33 1 23 45 67 89",
        "adherents@expat.example.org", "Entente préalable", "au moins 10 jours avant l'admission",
        "au plus tard 48 heures", "https://expat.example.org/guarantee", "Prior approval of a hospital stay",
        "at least 10 days before the admission", "at most 48 hours after it",
    )  # fmt: skip


def test_a_card_in_one_language(engine: Engine, tell: Tell) -> None:
    tell(STORY)
    english, french = text(card(engine, language="en")), text(card(engine, language="fr"))
    assert "Insurance card" in english and "Carte" not in english
    assert "Carte d'assuré" in french and "Insurance" not in french


def test_a_child_is_covered_to_the_birthday(engine: Engine, tell: Tell) -> None:
    tell(STORY)
    assert "Valid until 10/08/2025" in text(card(engine, "child", language="en"))


def test_before_the_first_day_the_card_is_there_and_says_from_when_it_holds(engine: Engine, tell: Tell) -> None:
    tell(STORY)
    assert "Valid from 01/03/2024" in text(card(engine, day=date(2024, 2, 20), language="en"))


def test_who_is_not_covered_gets_no_card(engine: Engine, tell: Tell) -> None:
    tell(STORY)
    with pytest.raises(BadInput, match="is not covered on 2025-08-11"):
        card(engine, "child", date(2025, 8, 11))
    with pytest.raises(BadInput, match="is not covered on 2025-10-20"):  # suspended
        card(engine, day=date(2025, 10, 20))
    with reading(engine) as session, pytest.raises(NotFound, match="no insured person 99"):
        card_pdf(session, 99, DAY, OPERATOR)


def test_all_of_a_long_name_stands_on_the_card(engine: Engine, tell: Tell) -> None:
    last = "de La Rochefoucauld-Montmorency d'Aubigné-Saint-Hilaire"
    tell(STORY, "Marie-Françoise Élisabeth Anne-Sophie", last)
    assert last in text(card(engine, language="en"))


def test_what_the_operator_did_not_set_is_left_out(engine: Engine, tell: Tell) -> None:
    tell(STORY)
    found = text(card(engine, operator=Operator("http://127.0.0.1:8000"), language="en"))
    assert "Assistance" not in found
    assert "http://127.0.0.1:8000/guarantee" in found
