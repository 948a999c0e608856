"""Who lives in the euro area, by date (UNO-FX-5)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from expat.currency.euro_area import in_euro_area, load, members, payout_currency
from expat.errors import BadInput

DAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("country", "first"),
    [
        ("FR", "1999-01-01"),
        ("GR", "2001-01-01"),
        ("SI", "2007-01-01"),
        ("CY", "2008-01-01"),
        ("MT", "2008-01-01"),
        ("SK", "2009-01-01"),
        ("EE", "2011-01-01"),
        ("LV", "2014-01-01"),
        ("LT", "2015-01-01"),
        ("HR", "2023-01-01"),
        ("BG", "2026-01-01"),
    ],
)
def test_a_state_is_in_from_its_first_day_and_not_on_the_eve(country: str, first: str) -> None:
    day = date.fromisoformat(first)
    assert in_euro_area(country, day)
    assert not in_euro_area(country, date.fromordinal(day.toordinal() - 1))


@pytest.mark.parametrize("country", ["RE", "GP", "MQ", "GF", "YT", "MF", "AX"])
def test_territories_of_the_union_are_in(country: str) -> None:
    assert in_euro_area(country, DAY)


@pytest.mark.parametrize(
    "country",
    ["MC", "SM", "VA", "AD", "XK", "ME", "PM", "BL", "NC", "PF", "WF", "DK", "SE", "GB", "SG", "AW"],
)
def test_who_uses_the_euro_outside_the_union_or_not_at_all_is_out(country: str) -> None:
    assert not in_euro_area(country, DAY)


def test_twenty_one_states_in_2026() -> None:
    territories = {"RE", "GP", "MQ", "GF", "YT", "MF", "AX"}
    inside = {country for country in members() if in_euro_area(country, DAY)}
    assert len(inside - territories) == 21


def test_a_choice_that_the_area_caught_up_with_pays_in_euros_from_that_day() -> None:
    assert payout_currency("BGN", "BG", date(2025, 12, 31)) == "BGN"
    assert payout_currency("BGN", "BG", date(2026, 1, 1)) == "EUR"
    assert payout_currency("USD", "MC", DAY) == "USD"
    assert payout_currency("USD", "RE", DAY) == "EUR"


def test_a_bad_table_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "euro_area.toml"
    file.write_text('[[member]]\ncountries = ["France"]\nfrom = 1999-01-01\ncitation = "a decision"\n')
    with pytest.raises(BadInput, match="member 1, countries"):
        load(file)
