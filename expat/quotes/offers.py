"""What each formula would cost: prices as they are told, and as they are kept. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from expat.citation import Citation
from expat.plans.edition import Edition
from expat.plans.figures import Used
from expat.premiums.tariff import Insured, Price, PriceItem, price


class Offer(NamedTuple):
    """A formula and its price in each frequency; the year and its lines are the same in all of them."""

    formula: str
    prices: tuple[Price, ...]

    @property
    def yearly(self) -> Decimal:
        """EUR for a year, exact, before the factor of the frequency."""
        return self.prices[0].yearly

    def paid(self, frequency: str) -> Price:
        """The price in a frequency."""
        return next(one for one in self.prices if one.frequency == frequency)


def offers(edition: Edition, zone: str, people: Sequence[Insured], first_day: date) -> tuple[Offer, ...]:
    """The price of every formula in every frequency for that first day. Raises BadInput naming the field."""
    return tuple(
        Offer(formula, tuple(price(edition, formula, zone, people, first_day, f) for f in _frequencies(edition)))
        for formula in edition.formulas
    )


def offers_json(found: Sequence[Offer]) -> dict[str, Any]:
    """Prices as they are kept: decimals as text."""
    return {one.formula: [_price_json(price) for price in one.prices] for one in found}


def offers_of(kept: Mapping[str, Any], formulas: Sequence[str]) -> tuple[Offer, ...]:
    """The prices that were kept, in the order of the formulas."""
    return tuple(Offer(formula, tuple(_price_of(one) for one in kept[formula])) for formula in formulas)


def _frequencies(edition: Edition) -> list[str]:
    return list(edition["premium.frequencies"].value)


def _price_json(one: Price) -> dict[str, Any]:
    return {
        "frequency": one.frequency, "yearly": str(one.yearly), "instalments": one.instalments,
        "instalment": str(one.instalment), "factor": _used_json(one.instalment_factor),
        "items": [_item_json(item) for item in one.items],
    }  # fmt: skip


def _item_json(item: PriceItem) -> dict[str, Any]:
    return {
        "what": item.what, "person": item.person, "age": item.age, "base": _used_json(item.base),
        "factors": [_used_json(factor) for factor in item.factors], "amount": str(item.amount),
    }  # fmt: skip


def _used_json(used: Used) -> list[str]:
    return [used.name, str(used.value), used.unit, *used.citation]


def _price_of(kept: Mapping[str, Any]) -> Price:
    return Price(
        Decimal(kept["yearly"]), tuple(_item_of(item) for item in kept["items"]), kept["frequency"],
        kept["instalments"], Decimal(kept["instalment"]), _used_of(kept["factor"]),
    )  # fmt: skip


def _item_of(kept: Mapping[str, Any]) -> PriceItem:
    factors = tuple(_used_of(factor) for factor in kept["factors"])
    return PriceItem(
        kept["what"], kept["person"], kept["age"], _used_of(kept["base"]), factors, Decimal(kept["amount"])
    )  # fmt: skip


def _used_of(kept: Sequence[str]) -> Used:
    name, value, unit, heading, origin = kept
    return Used(name, Decimal(value), unit, Citation(heading, origin))  # type: ignore[arg-type]
