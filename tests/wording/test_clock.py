"""Instants are told by the clock of a place, and it is said which."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from expat.mail.account_letters import account_changed
from expat.wording.clock import day_there, moment, moment_there, place, time_there

SUMMER, WINTER = datetime(2025, 8, 4, 22, 30, tzinfo=UTC), datetime(2025, 12, 31, 23, 30, tzinfo=UTC)
PARIS = "Europe/Paris"


@pytest.mark.parametrize(
    ("at", "zone", "language", "told"),
    [
        (SUMMER, PARIS, "en", "5 Aug 2025 00:30"),
        (SUMMER, PARIS, "fr", "5 août 2025 00:30"),
        (WINTER, PARIS, "en", "1 Jan 2026 00:30"),
        (SUMMER, "Asia/Kolkata", "en", "5 Aug 2025 04:00"),
        (SUMMER, "UTC", "en", "4 Aug 2025 22:30"),
    ],
)
def test_an_instant_is_told_by_the_clock_of_the_place(at: datetime, zone: str, language: str, told: str) -> None:
    assert moment(at, zone, language) == told


def test_the_day_is_that_of_the_place() -> None:
    assert (day_there(SUMMER, PARIS), day_there(SUMMER, "UTC")) == (date(2025, 8, 5), date(2025, 8, 4))


@pytest.mark.parametrize(
    ("zone", "language", "name"),
    [
        (PARIS, "fr", "Paris"), ("Asia/Singapore", "fr", "Singapour"), ("Africa/Dakar", "en", "Dakar"),
        ("America/Argentina/Buenos_Aires", "en", "Buenos Aires"), ("UTC", "en", "UTC"), ("Etc/UTC", "fr", "UTC"),
        ("Asia/Kolkata", "fr", "Kolkata"), ("CET", "en", "CET"),
    ],
)  # fmt: skip
def test_the_place_is_named_in_the_language(zone: str, language: str, name: str) -> None:
    assert place(zone, language) == name


def test_where_it_matters_the_place_stands_beside() -> None:
    assert time_there(SUMMER, PARIS, "en") == "00:30 (Paris)"
    assert moment_there(SUMMER, PARIS, "fr") == "5 août 2025 00:30 (Paris)"
    subject_and_text = account_changed("fr", "Ada", "FR76…89", SUMMER, PARIS, "https://expat.example/payout")
    assert "5 août 2025 00:30 (Paris)" in " ".join(subject_and_text[1].split())
