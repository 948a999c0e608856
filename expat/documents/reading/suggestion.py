"""What is proposed of an invoice: for each figure the candidates, the best first, each with what it was read from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, Generic, TypeVar

SURE, LIKELY = "sure", "likely"
MOST_CANDIDATES = 4
_MOST_TEXT = 60

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A candidate, how far it can be trusted ("sure" or "likely"), and the words that it was read from."""

    value: T
    confidence: str
    text: str

    @property
    def sure(self) -> bool:
        return self.confidence == SURE


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known before reading: where the member lives (ISO 3166), which decides where the paper does not."""

    country: str | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The candidates for each figure, the best first; none where nothing was found.

    `care_date` is the first day of care where the paper tells one that is not the invoice's own day.
    """

    amount: tuple[Found[Decimal], ...] = ()
    currency: tuple[Found[str], ...] = ()
    invoice_date: tuple[Found[date], ...] = ()
    care_date: tuple[Found[date], ...] = ()
    provider: tuple[Found[str], ...] = ()
    invoice_number: tuple[Found[str], ...] = ()
    country: tuple[Found[str], ...] = ()

    def as_json(self) -> dict[str, list[dict[str, str]]]:
        """Plain data: amounts as decimal strings, days as ISO dates."""
        return {
            field.name: [{"value": str(one.value), "confidence": one.confidence, "text": one.text} for one in found]
            for field in fields(self)
            if (found := getattr(self, field.name))
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Suggestion:
        """What `as_json` gave."""
        return cls(**{
            name: tuple(Found(read(one["value"]), one["confidence"], one["text"]) for one in kept.get(name, ()))
            for name, read in _READ.items()
        })  # fmt: skip


_READ: dict[str, Callable[[str], Any]] = {
    "amount": Decimal,
    "currency": str,
    "invoice_date": date.fromisoformat,
    "care_date": date.fromisoformat,
    "provider": str,
    "invoice_number": str,
    "country": str,
}


def found(value: T, sure: bool, text: str) -> Found[T]:
    """A candidate with the words that it was read from, which are cut short."""
    return Found(value, SURE if sure else LIKELY, " ".join(text.split())[:_MOST_TEXT])


def ranked(candidates: list[Found[T]]) -> tuple[Found[T], ...]:
    """The first of each value, as many as anyone would look through."""
    best: dict[T, Found[T]] = {}
    for one in candidates:
        best.setdefault(one.value, one)
    return tuple(best.values())[:MOST_CANDIDATES]
