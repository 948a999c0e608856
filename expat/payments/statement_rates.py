"""The rate that a payment used, as a statement shows it: value, source, publication, and why that day's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from expat.currency.calendar import closing_day
from expat.currency.explain import why
from expat.currency.rates import Rate
from expat.currency.words import closing_day_in
from expat.wording import names
from expat.wording.catalogue import N_
from expat.wording.voice import voice


@dataclass(frozen=True, slots=True)
class RateShown:
    """Units of `currency` for 1 EUR, the source in words, the day of its publication and why that one holds."""

    currency: str
    name: str
    value: Decimal
    source: str
    published_on: date
    why: str
    note: str = ""


_WHY = {
    "published": N_("It was published on the day of the settlement."),
    "weekend": N_("The settlement was on a weekend day, {day}: the last rate published before it holds."),
    "closing": N_("On {day} no rates are published ({closing}): the last rate published before it holds."),
    "not_yet": N_("The rates of {day} were not published yet at the settlement: the last published holds."),
    "older": N_("For {currency} nothing newer was published up to {day}: the last rate published holds."),
    "euro": N_("The euro is the unit of the contract."),
    "parity_eur": N_("The parity with the euro is fixed and holds every day."),
    "parity_usd": N_("The parity with the US dollar is fixed; the dollar's own rate of {published} is used."),
}


def rate_shown(kept: Mapping[str, Any], day: date, language: str) -> RateShown:
    """A rate as a decision's facts keep it, for a settlement of that day."""
    published = date.fromisoformat(kept["published_on"])
    rate = Rate(
        kept["currency"], Decimal(kept["value"]), kept["source"], published, kept["note"], kept["id"], kept["basis"]
    )
    speaks = voice(language)
    because = speaks.say(
        _WHY[why(rate, day, day)],
        day=speaks.day(day),
        closing=closing_day_in(language, closing_day(day) or ""),
        currency=rate.currency,
        published=speaks.day(published),
    )
    name, source = names.currency(rate.currency, language), names.rate_source(rate.source, language)
    return RateShown(rate.currency, name, rate.value, source, published, because, rate.note or "")
