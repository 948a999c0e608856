"""The letter to the family of a member who died: who stays covered until when, in the contact's language."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import Session

from expat.errors import NotFound
from expat.letters.death import death_pdf, stays_of
from expat.membership.death import NewReport, report_death
from tests.letters.reading import OPERATOR, conforms, text
from tests.membership.ending import acting, dossier, family

DAY = date(2024, 6, 1)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["What goes on for your family", "Ada Lovelace died on 20 May 2024", "30 June 2026"]),
        ("fr", ["Ce qui continue pour votre famille", "20 mai 2024", "30 juin 2026"]),
    ],
)
def test_the_letter_names_everybody_s_days(session: Session, language: str, said: list[str]) -> None:
    made = family(session)
    report = NewReport(date(2024, 5, 20), "Charles", "Charles Lovelace", "1 Test Street\nSingapore", language)
    report_death(session, made.membership_id, report, acting(DAY))
    letter = death_pdf(session, made.membership_id, DAY, OPERATOR)
    found = text(letter)
    for words in ["Charles Lovelace", "1 Test Street", *said]:
        assert words in found
    assert conforms(letter)
    ends = [one.last_day for one in stays_of(dossier(session, made))]
    assert ends == [date(2024, 5, 20), date(2024, 6, 30), date(2024, 6, 30)]


def test_without_a_death_there_is_no_letter(session: Session) -> None:
    made = family(session)
    with pytest.raises(NotFound, match="no death"):
        death_pdf(session, made.membership_id, DAY, OPERATOR)
