"""Dates, amounts, rates and lists as each language writes them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from expat.periods import FOREVER
from expat.wording.voice import inside, voice

S, W = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("language", "day", "written"),
    [
        ("fr", date(2026, 9, 1), "1er septembre 2026"),
        ("fr", date(2026, 11, 21), "21 novembre 2026"),
        ("fr", date(2025, 1, 11), "11 janvier 2025"),
        ("en", date(2026, 9, 1), "1 September 2026"),
    ],
)
def test_a_date(language: str, day: date, written: str) -> None:
    assert voice(language).day(day) == written.replace(" ", W)


def test_a_period_with_and_without_an_end() -> None:
    first = date(2025, 1, 1)
    assert voice("en").period(first, FOREVER).replace(W, " ") == "from 1 January 2025 on"
    assert voice("fr").period(first, date(2025, 3, 31)).replace(W, " ") == "du 1er janvier 2025 au 31 mars 2025"


@pytest.mark.parametrize(
    ("amount", "currency", "english", "french"),
    [
        ("1234567", "JPY", "1,234,567", f"1{S}234{S}567"),
        ("1234.5", "EUR", "1,234.50", f"1{S}234,50"),
        ("0.005", "KWD", "0.005", "0,005"),
        ("12.345", "TND", "12.345", "12,345"),  # CLDR shows none of its decimals
        ("3917.41", "HUF", "3,917.41", f"3{S}917,41"),
        ("1000000000000000000000.01", "SGD", "1,000,000,000,000,000,000,000.01", None),
    ],
)
def test_an_amount_has_the_decimals_of_iso_4217(amount: str, currency: str, english: str, french: str | None) -> None:
    assert voice("en").amount(Decimal(amount), currency) == f"{english}{W}{currency}"
    if french:
        assert voice("fr").amount(Decimal(amount), currency) == f"{french}{W}{currency}"


def test_a_rate_keeps_all_its_digits() -> None:
    assert voice("fr").rate(Decimal("1.4500")) == "1,4500"
    assert voice("en").rate(Decimal("4.123456789012345")) == "4.123456789012345"
    assert voice("en").rate(Decimal("17000")) == "17,000"


def test_a_percentage() -> None:
    assert voice("fr").percent(Decimal("0.9")) == f"90{S}%"
    assert voice("en").percent(Decimal("0.125")) == "12.5%"
    assert voice("en").percent(Decimal("1.0")) == "100%"


def test_a_list() -> None:
    assert voice("fr").several(["a", "b", "c"]) == "a, b et c"
    assert voice("en").several(["a", "b"], "or") == "a or b"


def test_a_name_inside_a_sentence_loses_its_capital_unless_it_is_an_abbreviation() -> None:
    assert [inside(name) for name in ("Glasses", "IRM", "")] == ["glasses", "IRM", ""]
