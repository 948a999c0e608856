"""The history that Expat is installed with."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from expat.currency.rates import add_rates, rates_on
from expat.currency.seed import shipped_history
from expat.currency.tables import PublishedRate

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def published() -> dict[tuple[str, str], Decimal]:
    rates = shipped_history(TODAY).rates()
    return {(rate.currency, rate.published_on.isoformat()): rate.value for rate in rates}


@pytest.mark.parametrize(
    ("currency", "day", "value"),
    [
        ("USD", "1999-01-04", "1.1789"),
        ("USD", "2025-07-31", "1.1446"),
        ("USD", "2000-10-26", "0.8252"),
        ("USD", "2008-07-15", "1.5990"),
        ("BGN", "2025-12-31", "1.9558"),
        ("HRK", "2022-12-30", "7.5365"),
        ("USD", "2026-10-30", "1.1172"),
    ],
)
def test_rates_that_the_ecb_published(
    published: dict[tuple[str, str], Decimal], currency: str, day: str, value: str
) -> None:
    assert published[currency, day] == Decimal(value)


def test_the_history_is_whole(published: dict[tuple[str, str], Decimal]) -> None:
    days = {day for _currency, day in published}
    assert (min(days), max(days), len(published)) == ("1999-01-04", "2026-10-30", 221_702)


def test_seeding_again_adds_nothing(session: Session) -> None:
    since = date(2026, 10, 1)
    first = add_rates(session, shipped_history(TODAY).rates(since), NOW)
    assert first > 600
    assert add_rates(session, shipped_history(TODAY).rates(since), NOW) == 0
    assert session.scalar(select(func.count()).select_from(PublishedRate)) == first
    assert session.scalar(select(func.min(col(PublishedRate.published_on)))) == since


def test_a_seeded_rate_is_found_on_the_weekend_after_it(session: Session) -> None:
    add_rates(session, shipped_history(TODAY).rates(date(2026, 10, 26)), NOW)
    held = rates_on(session, ["USD"], date(2026, 11, 1), ("ecb",))["USD"]
    assert (held.value, held.published_on) == (Decimal("1.1172"), date(2026, 10, 30))
