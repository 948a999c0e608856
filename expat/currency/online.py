"""forex-python as an online source: asked by a command or a job only, and within a time limit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import requests
import simplejson
from forex_python.converter import CurrencyRates

from expat.currency.arrivals import NewRate
from expat.currency.sources import RateSourceUnavailable
from expat.errors import BadInput
from expat.money import EUR, minor_units

NAME = "forex-python"


class _TimedRates(CurrencyRates):  # type: ignore[misc]  # the library has no types
    """CurrencyRates that waits `timeout` seconds at most, and gives the whole answer, in decimals."""

    def __init__(self, timeout: float, address: str | None) -> None:
        super().__init__(force_decimal=True)
        self._timeout, self._address = timeout, address

    def answer(self, day: date) -> Any:
        """The service's answer for the euro on a day, as JSON with decimals."""
        address = (self._address or self._source_url()) + self._get_date_string(day)
        response = requests.get(address, params={"base": EUR, "rtype": "fpy"}, timeout=self._timeout)
        if response.status_code != requests.codes.ok:
            raise RateSourceUnavailable(NAME, f"answered with {response.status_code}", "try again later")
        return simplejson.loads(response.text, use_decimal=True)


@dataclass(frozen=True, slots=True)
class ForexPython:
    """The service that forex-python asks; `timeout` in seconds, `address` instead of the library's own."""

    timeout: float
    address: str | None = None
    name: str = NAME

    def fetch(self, day: date) -> list[NewRate]:
        """The service's rates of a day, under the day that it says they are of.

        Raises RateSourceUnavailable: nothing is to be kept. What is no ISO currency (bitcoin) is left out.
        """
        try:
            answer = _TimedRates(self.timeout, self.address).answer(day)
        except requests.Timeout as wrong:
            problem = f"no answer within {self.timeout} s"
            raise RateSourceUnavailable(NAME, problem, "try again later") from wrong
        except requests.RequestException as wrong:
            problem = f"cannot be reached ({type(wrong).__name__})"
            raise RateSourceUnavailable(NAME, problem, "try again later") from wrong
        except ValueError as wrong:
            raise RateSourceUnavailable(NAME, f"its answer is no JSON: {wrong}", "try again later") from wrong
        return _read(answer, day)


def _read(answer: Any, day: date) -> list[NewRate]:
    rates = answer.get("rates") if isinstance(answer, Mapping) else None
    if not isinstance(rates, Mapping) or not rates or answer.get("base", EUR) != EUR:
        raise RateSourceUnavailable(NAME, "its answer holds no rates for the euro", "try again later")
    published_on = _published(answer.get("date"), day)
    return [
        NewRate(code, _value(code, value), NAME, published_on)
        for code, value in rates.items()
        if code != EUR and _is_currency(code)
    ]


def _published(text: object, day: date) -> date:
    try:
        published_on = date.fromisoformat(str(text))
    except ValueError as wrong:
        raise RateSourceUnavailable(NAME, f"its answer is of no day: {text!r}", "try again later") from wrong
    if published_on > day:
        raise RateSourceUnavailable(NAME, f"asked for {day}, it answered with {published_on}", "another day")
    return published_on


def _value(code: str, value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or value <= 0:
        raise RateSourceUnavailable(NAME, f"its rate for {code} is {value!r}", "a number above zero")
    return Decimal(value)


def _is_currency(code: str) -> bool:
    try:
        minor_units(code)
    except BadInput:
        return False
    return True
