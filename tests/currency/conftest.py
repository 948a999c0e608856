"""What the tests on rates share: an order of preference, and a rate in one line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlmodel import Session

from expat.currency.rates import NewRate, add_rates

Publish = Callable[..., int]


@pytest.fixture
def publish(session: Session) -> Publish:
    """Keep one rate: `publish("SGD", "1.4473", "2025-07-31")`, the ECB's unless `source` says so."""

    def keep(currency: str, value: str, day: str, source: str = "ecb") -> int:
        row = NewRate(currency, Decimal(value), source, date.fromisoformat(day))
        return add_rates(session, [row], datetime(2030, 1, 1, tzinfo=UTC))

    return keep
