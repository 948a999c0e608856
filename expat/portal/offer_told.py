"""How the first premium of an offer comes about, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from expat.letters.price_words import euros, frequency, plain
from expat.money import EUR
from expat.wording.voice import Voice


def first_premium_told(detail: Mapping[str, Any], often: str, speaks: Voice) -> Iterator[str]:
    """What it is for and its arithmetic; nothing of an offer that does not hold it."""
    if "together" not in detail:
        return
    count = detail["instalments"]
    yield speaks.say(
        "The first {months} months: {year} a year × {factor} ({how}) ÷ {n} = {amount}",
        months=12 // count, year=euros(Decimal(detail["together"]), speaks),
        factor=plain(Decimal(detail["factor"]), speaks), how=frequency(often, speaks), n=count,
        amount=speaks.amount(Decimal(detail["instalment"]), EUR),
    )  # fmt: skip
    apart = Decimal(detail.get("prevoyance", "0"))
    if apart:
        yield speaks.say(
            "Prévoyance, its first {months} months: {amount}",
            months=detail["prevoyance_months"], amount=speaks.amount(apart, EUR),
        )  # fmt: skip
