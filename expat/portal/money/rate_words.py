"""Rates in words: which one holds on a day and why, or that there is none."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from expat.currency.calendar import closing_day
from expat.currency.explain import VALID_DAYS, why
from expat.currency.open_proposals import rate_before
from expat.currency.parities import Parity
from expat.currency.rates import Rate, rates_on
from expat.currency.words import closing_day_in
from expat.money import EUR
from expat.portal.work import db, house, language, speaks, today
from expat.wording import names
from expat.wording.catalogue import N_

WHY = {
    "published": N_("It was published on that very day."),
    "weekend": N_("{day} is a weekend day, on which nothing is published: the last rate before it holds."),
    "closing": N_("On {day} nothing is published ({closing}): the last rate before it holds."),
    "not_yet": N_("The rates of {day} are not published yet: until then the last one holds."),
    "older": N_("Nothing newer was published for {currency}: the last rate holds for {valid}."),
    "euro": N_("The euro is the unit of the contract."),
    "parity_eur": N_("The parity with the euro is fixed and holds every day."),
    "parity_usd": N_("The parity with the US dollar is fixed; the dollar's own rate of {published} is used."),
}
NONE = N_("There is no rate of {currency} on {day}: lines that need it wait.")
_NOTE = re.compile(r"(?P<value>[0-9.]+) (?P<currency>[A-Z]{3}) per EUR, (?P<source>.+), (?P<day>\d{4}-\d\d-\d\d)")


def rate_of_day(currency: str, day: date) -> tuple[Rate | None, list[str]]:
    """The rate of a day, and sentences that say which it is and why, or since when there is none."""
    chosen = house().preference
    rate = rates_on(db(), [currency], day, chosen, VALID_DAYS).get(currency)
    if rate is None:
        return None, _missing(currency, day)
    say, spoken = speaks().say, speaks()
    because = say(
        WHY[why(rate, day, today())], day=spoken.day(day), currency=currency, published=spoken.day(rate.published_on),
        closing=closing_day_in(language(), closing_day(day) or ""), valid=_valid(),
    )  # fmt: skip
    source = names.rate_source(rate.source, language())
    return rate, [say("{source}, published on {day}.", source=source, day=spoken.day(rate.published_on)), because]


def in_words(rate: Rate) -> str:
    """A rate with its source and day."""
    return rate_in_words(str(rate.value), rate.currency, rate.source, rate.published_on)


def rate_in_words(value: str, currency: str, source: str, published_on: date) -> str:
    """Units of a currency for 1 EUR, their source and the day of publication."""
    spoken = speaks()
    return spoken.say(
        "1 EUR = {rate} {currency}: {source}, {day}", rate=spoken.rate(Decimal(value)), currency=currency,
        source=names.rate_source(source, language()), day=spoken.day(published_on),
    )  # fmt: skip


def note_in_words(note: str) -> str:
    """The rate that a payout keeps, in the reader's language; nothing for euros, which need none."""
    found = _NOTE.fullmatch(note)
    if found is None:
        return note
    if found["currency"] == EUR:
        return speaks().say("no conversion")
    return rate_in_words(found["value"], found["currency"], found["source"], date.fromisoformat(found["day"]))


def parity_in_words(parity: Parity) -> str:
    """A fixed parity and since when it holds."""
    spoken = speaks()
    return spoken.say(
        "Fixed parity since {day}: 1 {per} = {value} {currency}", day=spoken.day(parity.since), per=parity.per,
        value=spoken.rate(parity.value), currency=parity.currency,
    )  # fmt: skip


def _missing(currency: str, day: date) -> list[str]:
    spoken, say = speaks(), speaks().say
    told = [say(NONE, currency=currency, day=spoken.day(day))]
    last = rate_before(db(), currency, day, house().preference)
    if last is None:
        return [*told, say("None was published in the year before.")]
    since = spoken.day(last.published_on)
    return [*told, say("The last one is of {day}; a rate holds for {valid}.", day=since, valid=_valid())]


def _valid() -> str:
    return speaks().plural("{n} day", "{n} days", VALID_DAYS)
