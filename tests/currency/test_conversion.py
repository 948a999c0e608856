"""The two conversions are exact, and round once (UNO-FX-4, UNO-FX-6)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expat.currency.rates import Rate, from_eur, to_eur
from expat.money import current_currencies, from_minor


def rate(currency: str, value: str | Decimal) -> Rate:
    return Rate(currency, Decimal(value), "ecb", date(2025, 7, 31), None, 1, "published")


VALUES = st.decimals("0.0000001", "10000000000", allow_nan=False, allow_infinity=False, places=10).filter(bool)


@pytest.mark.parametrize("currency", current_currencies())
@given(units=st.integers(0, 10**15), value=VALUES)
def test_full_reimbursement_pays_the_invoiced_amount(currency: str, units: int, value: Decimal) -> None:
    invoiced = from_minor(units, currency)
    paid = from_eur(to_eur(invoiced, rate(currency, value)), rate(currency, value))
    assert str(paid) == str(invoiced)


def test_a_tie_is_rounded_away_from_zero_as_if_computed_exactly() -> None:
    assert from_eur(Fraction(1, 2), rate("JPY", "161")) == Decimal(81)
    assert from_eur(Fraction(1, 2) - Fraction(1, 10**40), rate("JPY", "161")) == Decimal(80)


def test_the_minor_unit_is_the_iso_one() -> None:
    assert str(from_eur(Fraction(60), rate("SGD", "1.4473"))) == "86.84"
    assert str(from_eur(Fraction(885, 10), rate("KWD", "0.3470"))) == "30.710"
    assert str(from_eur(Fraction(2000), rate("JPY", "162.50"))) == "325000"


def test_euros_are_not_rounded_on_the_way() -> None:
    assert to_eur(Decimal("33.333"), rate("KWD", "0.3470")) == Fraction(33333, 347)
