"""Money: Decimal and currency, exact until the one place where it is rounded.

Minor units are ISO 4217's (JPY 0, EUR 2, KWD 3; UNO-FX-6), taken from the published ISO table, not from a locale.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache

from iso4217 import Currency as IsoCurrency
from moneyed import CURRENCIES, Currency, Money

from expat.errors import BadInput

EUR = "EUR"
CENTS = 2

_PLAIN = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,9})?")


@cache
def minor_units(currency: str) -> int:
    """Decimals of the currency's smallest unit (ISO 4217). Raises BadInput for what is no currency.

    A withdrawn currency (BGN since 2026) is still one: an invoice in it can be claimed for two years.
    """
    try:
        exponent: int | None = IsoCurrency(currency).exponent
    except ValueError:
        exponent = _withdrawn().get(currency)
    if exponent is None:
        raise BadInput("currency", f"{currency!r} is no currency", "an ISO 4217 code such as SGD")
    return exponent


def current_currencies() -> tuple[str, ...]:
    """Every currency of the ISO 4217 table in force that has a minor unit, in alphabetical order."""
    return tuple(sorted(c.code for c in IsoCurrency if c.exponent is not None))


@cache
def _withdrawn() -> dict[str, int]:
    return {code: len(str(c.sub_unit)) - 1 for code, c in CURRENCIES.items() if str(c.numeric).isdigit()}


@lru_cache(maxsize=4096)
def exact(value: Decimal) -> Fraction:
    """A rate or a figure as an exact fraction; the same ones come again and again."""
    return Fraction(value)


def round_half_up(value: Fraction | Decimal, decimals: int) -> Decimal:
    """The one rounding: half up (away from zero), as if computed exactly.

    >>> round_half_up(Fraction(1, 8), 2)
    Decimal('0.13')
    """
    numerator, denominator = value.as_integer_ratio()
    sign = -1 if numerator < 0 else 1
    units = (2 * abs(numerator) * 10**decimals + denominator) // (2 * denominator)
    return Decimal(sign * units).scaleb(-decimals)


def to_minor(amount: Decimal, currency: str) -> int:
    """Whole minor units of an amount. Raises BadInput where the amount has more decimals than the currency."""
    scaled = amount.scaleb(minor_units(currency))
    if scaled != scaled.to_integral_value():
        raise BadInput("amount", f"{amount} {currency} has too many decimals", f"at most {minor_units(currency)}")
    return int(scaled)


def from_minor(units: int, currency: str) -> Decimal:
    """The amount that so many minor units make, with the currency's own number of decimals."""
    return Decimal(units).scaleb(-minor_units(currency))


def parse_amount(text: str, default_currency: str = EUR, where: str = "amount") -> Money:
    """Money from `"150.00 SGD"` or `"45.00"`. Raises BadInput, naming `where`."""
    number, _, code = str(text).strip().partition(" ")
    currency = code.strip() or default_currency
    amount = Decimal(number) if _PLAIN.fullmatch(number) else None
    if amount is None:
        raise BadInput(where, f"{text!r} is no amount", 'a decimal number and a currency, such as "150.00 SGD"')
    try:
        to_minor(amount, currency)
    except BadInput as wrong:
        raise BadInput(where, wrong.problem, wrong.expected) from wrong
    return Money(amount, Currency(currency))


def written(amount: Decimal, currency: str) -> str:
    """An amount as stories, files and logs write it: `78.15 SGD`, with the currency's own decimals."""
    return f"{number(amount, currency)} {currency}"


def number(amount: Decimal, currency: str = EUR) -> str:
    """The amount alone, with the currency's own number of decimals."""
    return f"{amount:.{minor_units(currency)}f}"
