"""The one small interface that every source of exchange rates has."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from expat.currency.arrivals import NewRate
from expat.errors import BadInput


class RateSource(Protocol):
    """Where rates come from: the ECB's files, the history that Expat is installed with, an online service."""

    @property
    def name(self) -> str:
        """The code under which its rates are kept: `ecb`, `forex-python`."""

    def fetch(self, day: date) -> list[NewRate]:
        """The rates of the day, or of the last one before it that it has. Raises BadInput."""


class RateSourceUnavailable(BadInput):
    """A source that gave no usable answer: too slow, out of reach, or something that is no list of rates."""
