"""What mails say: where to read more, in the reader's language, and nothing about care."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from expat.mail import letters
from expat.wording.catalogue import LANGUAGES

LINK = "https://plan.example.org/somewhere/17"
LETTERS: dict[str, Callable[[str], tuple[str, str]]] = {
    "first password": lambda language: letters.password_link(
        language, "Zoë", LINK, True, timedelta(days=7), "The Plan"
    ),
    "new password": lambda language: letters.password_link(language, "Zoë", LINK, False, operator="The Plan"),
    "statement": lambda language: letters.statement_ready(language, "Zoë", LINK, Decimal("1234.50"), "EUR", "The Plan"),
    "notice": lambda language: letters.nothing_paid(language, "Zoë", LINK, 12, "The Plan"),
    "message": lambda language: letters.message_waiting(language, "Zoë", LINK, "The Plan"),
    "paper": lambda language: letters.paper_asked(language, "Zoë", LINK, "The Plan"),
    "answer": lambda language: letters.request_answered(language, "Zoë", LINK, 7, "The Plan"),
}
ABOUT_HEALTH = ("hospital", "hôpital", "medical", "médic", "approval", "entente", "surgery", "doctor", "dental")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", LETTERS)
def test_a_mail_names_its_reader_its_link_and_who_signs(name: str, language: str) -> None:
    subject, body = LETTERS[name](language)
    assert subject and "\n" not in subject
    assert body.splitlines().count(LINK) == 1
    assert "Zoë" in body.splitlines()[0]
    assert body.endswith("\nThe Plan\n")
    assert max(map(len, body.splitlines())) <= letters.WIDTH
    assert "\n\n\n" not in body


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", LETTERS)
def test_a_mail_says_nothing_about_care(name: str, language: str) -> None:
    text = "\n".join(LETTERS[name](language)).lower()
    assert not any(word in text for word in ABOUT_HEALTH)


def test_languages_differ() -> None:
    for letter in LETTERS.values():
        assert letter("en") != letter("fr")


def test_a_statement_says_its_sum_as_the_language_writes_it() -> None:
    assert "1\u202f234,50\u00a0EUR" in LETTERS["statement"]("fr")[1]
    assert "1,234.50\u00a0EUR" in LETTERS["statement"]("en")[1]


def test_without_a_name_or_an_operator_a_mail_is_still_one() -> None:
    _subject, body = letters.message_waiting("en", " ", LINK)
    assert body.startswith("Hello,\n") and body.endswith("Your health plan\n")


def test_how_long_a_link_is_good_is_said_in_hours_or_days() -> None:
    for span, said in ((timedelta(hours=2), "2\u00a0hours"), (timedelta(days=7), "7\u00a0days")):
        assert said in letters.password_link("en", "Ada", LINK, True, span)[1]
