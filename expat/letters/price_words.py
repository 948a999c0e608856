"""A price in words: each line of its arithmetic, and what each instalment is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from expat.money import CENTS, EUR, round_half_up
from expat.plans.figures import Used
from expat.premiums.tariff import Price, PriceItem
from expat.wording import care, names
from expat.wording.catalogue import N_
from expat.wording.voice import Voice, inside

FREQUENCIES = {
    "quarterly": N_("every quarter"),
    "half_yearly": N_("every half-year"),
    "yearly": N_("once a year"),
}


def frequency(word: str, speaks: Voice) -> str:
    """How often premiums are paid; a word of a plan that has no wording yet stays the word."""
    return speaks.say(FREQUENCIES[word]) if word in FREQUENCIES else word


def euros(amount: Decimal, speaks: Voice) -> str:
    """An amount that is exact, rounded to be shown."""
    return speaks.amount(round_half_up(amount, CENTS), EUR)


def price_lines(
    price: Price, people: Sequence[tuple[str, date]], on: date, speaks: Voice, called: Sequence[str] = ()
) -> list[str]:
    """The lines that make the year's premium, each with its arithmetic; `people` are roles and birth dates, `called`
    their names where they are known."""
    return [_line(item, people, on, speaks, called) for item in price.items]


def instalment(price: Price, speaks: Voice) -> str:
    """What an instalment is, and how it follows from the year."""
    factor = price.instalment_factor.value
    each = speaks.amount(price.instalment, EUR)
    if price.instalments == 1 and factor == 1:
        return each
    return speaks.say(
        "{each} ({year} × {factor} ÷ {n})",
        each=each, year=euros(price.yearly, speaks), factor=plain(factor, speaks), n=speaks.whole(price.instalments),
    )  # fmt: skip


def _line(
    item: PriceItem, people: Sequence[tuple[str, date]], on: date, speaks: Voice, called: Sequence[str]
) -> str:  # fmt: skip
    shown = [factor for factor in item.factors if factor.name != "premium.single" or factor.value != 1]
    factors = "".join(f" × {_factor(factor, speaks)}" for factor in shown)
    return speaks.say(
        "{who}: {base} (ages {band}){factors} = {amount}",
        who=_who(item, people, on, speaks, called), base=euros(Decimal(item.base.value), speaks),
        band=item.base.name.rpartition(".")[2].replace("-", "–"), factors=factors, amount=euros(item.amount, speaks),
    )  # fmt: skip


def _who(item: PriceItem, people: Sequence[tuple[str, date]], on: date, speaks: Voice, called: Sequence[str]) -> str:
    role, born = people[item.person]
    values = {"age": care.span("years", item.age, speaks.language), "day": speaks.day(on.replace(month=1, day=1))}
    if item.what == "family":
        return speaks.say("The family, by the member's age ({age} on {day})", **values)
    if item.what == "surcharge" and called and called[item.person]:
        return speaks.say("Surcharge for {name}", name=called[item.person])
    if item.what == "surcharge":
        return speaks.say("Surcharge for {who}, born on {day}", who=inside(names.role(role, speaks.language)),
                          day=speaks.day(born))  # fmt: skip
    if item.what == "child":
        return speaks.say("The child born on {day}, by the youngest adults' band", day=speaks.day(born))
    return speaks.say("{who} ({age} on {day})", who=names.role(role, speaks.language), **values)


def _factor(used: Used, speaks: Voice) -> str:
    """A factor and what it stands for."""
    figure, _, name = used.name.removeprefix("premium.").partition(".")
    value = plain(used.value, speaks)
    if figure == "formula_factor":
        return speaks.say("{value} (formula {name})", value=value, name=name)
    if figure == "zone_factor":
        return speaks.say("{value} (zone {name})", value=value, name=name)
    if figure == "surcharge":
        return speaks.say("{value} (surcharge)", value=speaks.percent(used.value))
    if figure == "family":
        return speaks.say("{value} (family)", value=value)
    return speaks.say("{value} (per child)", value=value) if figure == "child_from_65" else value


def plain(value: Decimal, speaks: Voice) -> str:
    """A factor without zeros at its end: 1, 2.4."""
    return speaks.rate(value.normalize() if value != value.to_integral_value() else value.quantize(Decimal(1)))
