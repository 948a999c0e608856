"""The lines of a premium's call in words: what each is for, its arithmetic, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from expat.billing.listing import Account
from expat.citation import Citation
from expat.claims.dossier import Dossier
from expat.letters.price_words import euros, frequency, price_lines
from expat.money import EUR, from_minor
from expat.payments.statement import full_name
from expat.plans.figures import Used
from expat.premiums.tariff import Price, PriceItem
from expat.wording.catalogue import N_
from expat.wording.voice import Voice

OPTIONS = {"assistance": N_("World Zen assistance"), "liability": N_("Private liability")}


class Insured(NamedTuple):
    """An insured person; the name is empty where it is not known."""

    name: str
    born: date


class LineTold(NamedTuple):
    """A line: what it is for, its arithmetic, and its amount, EUR cents."""

    heading: str
    details: tuple[str, ...]
    cents: int


def insured_of(dossier: Dossier) -> dict[int, Insured]:
    """Each insured person, by key."""
    return {key: Insured(full_name(row), row.born) for key, row in dossier.people.items()}


def lines_told(one: Account, rows: Sequence[Any], insured: Mapping[int, Insured], speaks: Voice) -> list[LineTold]:
    """What a premium is made of; a first one of prévoyance, paid apart from that for care, has no lines of its own."""
    if rows or one.days is None:
        return [line_told(row, insured, speaks) for row in rows]
    days = speaks.period(one.days.first, one.days.last)
    what = speaks.say("Prévoyance") if one.covers == "prevoyance" else speaks.say("First premium")
    return [LineTold(speaks.say("{what}: {days}", what=what, days=days), (), one.cents)]


def line_told(row: Any, insured: Mapping[int, Insured], speaks: Voice) -> LineTold:
    """A line of a call, as a person reads it; `insured` are those of the membership."""
    explained: Mapping[str, Any] = row.explained
    days = speaks.period(row.first_day, row.last_day)
    if row.kind == "told":
        return LineTold(speaks.say("First premium, as it was told: {days}", days=days), (), row.amount)
    if row.kind == "change":
        return LineTold(
            speaks.say("What changed for {days}", days=days), tuple(_change(explained, insured, speaks)), row.amount
        )  # fmt: skip
    if row.kind == "option":
        kind = explained["option"]
        name = speaks.say(OPTIONS[kind])
        return LineTold(
            speaks.say("{what}: {days}", what=name, days=days), (_option(explained, row.amount, speaks),), row.amount
        )
    return LineTold(days, tuple(_period(explained, insured, row.first_day, row.amount, speaks)), row.amount)


def _period(
    explained: Mapping[str, Any], insured: Mapping[int, Insured], first: date, cents: int, speaks: Voice
) -> Iterator[str]:
    if "items" not in explained:
        yield speaks.say("nobody is covered")
        return
    price = _price(explained)
    people = [(one["role"], insured[one["person"]].born) for one in explained["people"]]
    called = [insured[one["person"]].name for one in explained["people"]]
    yield from price_lines(price, people, first, speaks, called)
    how = frequency(price.frequency, speaks)
    year = euros(price.yearly, speaks)
    factor = speaks.rate(Decimal(price.instalment_factor.value))
    said = from_minor(cents, EUR)
    if explained["days"] == explained["of"]:
        yield speaks.say(
            "{year} a year × {factor} ({how}) ÷ {n} = {amount}",
            year=year, factor=factor, how=how, n=price.instalments, amount=speaks.amount(said, EUR),
        )  # fmt: skip
    else:
        yield speaks.say(
            "{year} a year × {factor} ({how}) ÷ {n} × {days} days of {of} = {amount}",
            year=year, factor=factor, how=how, n=price.instalments, days=explained["days"], of=explained["of"],
            amount=speaks.amount(said, EUR),
        )  # fmt: skip


def _change(explained: Mapping[str, Any], insured: Mapping[int, Insured], speaks: Voice) -> Iterator[str]:
    for part in explained["parts"]:
        first, last = date.fromisoformat(part["first"]), date.fromisoformat(part["last"])
        yield speaks.period(first, last)
        yield from _period(part, insured, first, part["cents"], speaks)
    now, before = (speaks.amount(from_minor(explained[name], EUR), EUR) for name in ("now", "before"))
    yield speaks.say("{now} in all, and {before} was called before", now=now, before=before)


def _option(explained: Mapping[str, Any], cents: int, speaks: Voice) -> str:
    return speaks.say(
        "{year} a year × {factor} ÷ {n} × {days} days of {of} = {amount}",
        year=speaks.amount(from_minor(explained["yearly"], EUR), EUR), factor=speaks.rate(Decimal(explained["factor"])),
        n=explained["instalments"], days=explained["days"], of=explained["of"],
        amount=speaks.amount(from_minor(cents, EUR), EUR),
    )  # fmt: skip


def _price(explained: Mapping[str, Any]) -> Price:
    items = tuple(
        PriceItem(
            item["what"], item["person"], item["age"], _used(item["base"]),
            tuple(_used(one) for one in item["factors"]), Decimal(item["amount"]),
        )
        for item in explained["items"]
    )  # fmt: skip
    return Price(
        Decimal(explained["yearly"]), items, explained["frequency"], explained["instalments"],
        Decimal(explained["instalment"]), _used(explained["factor"]),
    )  # fmt: skip


def _used(kept: Mapping[str, str]) -> Used:
    return Used(kept["name"], Decimal(kept["value"]), "", Citation(kept["citation"]))
