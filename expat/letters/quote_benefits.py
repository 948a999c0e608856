"""What each formula pays of each care, up to what, and from when on: a plan's benefits in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from expat.letters.price_words import euros
from expat.money import EUR
from expat.periods import add_months
from expat.plans.edition import Care, Edition, Terms
from expat.plans.loader import plan
from expat.wording import care as care_words
from expat.wording.voice import Voice, inside


class Said(NamedTuple):
    """A sentence, and the contract's heading that it rests on, where there is one."""

    text: str
    heading: str = ""


class Row(NamedTuple):
    """A care: its name, what it asks for, and what each formula pays."""

    name: str
    note: str
    cells: tuple[str, ...]


class Group(NamedTuple):
    """A category: since when its care would be covered, what each care pays, and the year's ceilings."""

    name: str
    wait: str
    rows: tuple[Row, ...]
    ceilings: tuple[str, ...]


def groups(edition: Edition, first_day: date, speaks: Voice) -> Iterable[Group]:
    """What each formula pays, by category, were cover to begin on that day."""
    for category in in_order(edition):
        cares = sorted((c for c in edition.care.values() if c.category == category), key=lambda c: _place(edition, c))
        rows = tuple(_row(edition, one, speaks) for one in cares)
        ceilings = tuple(_ceiling(edition, category, formula, speaks) for formula in edition.formulas)
        name = care_words.category(category, speaks.language)
        yield Group(name, _wait(edition, category, first_day, speaks), rows, ceilings)


def in_order(edition: Edition) -> list[str]:
    """The categories as the plan's own files order them: an edition that was kept has lost that order."""
    known = plan(edition.plan).words.categories
    found = dict.fromkeys(c.category for c in edition.care.values())
    return sorted(found, key=lambda c: known.index(c) if c in known else len(known))


def _place(edition: Edition, one: Care) -> int:
    """The place of a care in the plan's catalogue, as its files have it today."""
    known = list(plan(edition.plan).care)
    return known.index(one.code) if one.code in known else len(known)


def _row(edition: Edition, one: Care, speaks: Voice) -> Row:
    cells = tuple(_cell(one, one.terms.get(formula), speaks) for formula in edition.formulas)
    return Row(care_words.care(one.code, speaks.language), " · ".join(_notes(edition, one, speaks)), cells)


def _cell(one: Care, terms: Terms | None, speaks: Voice) -> str:
    if terms is None:
        return speaks.say("not covered")
    share = speaks.percent(terms.rate.value)
    if terms.cap is None:
        return speaks.say("{share} of the cost", share=share)
    cap = speaks.say("{amount} per {unit}", amount=speaks.amount(terms.cap.value, EUR),
                     unit=care_words.unit(one.unit, speaks.language))  # fmt: skip
    return speaks.say("{share} of the cost, at most {cap}", share=share, cap=cap)


def _notes(edition: Edition, one: Care, speaks: Voice) -> Iterable[str]:
    def span(unit: str, n: int) -> str:
        return care_words.span(unit, n, speaks.language)

    if one.approval.value == "always":
        yield speaks.say("prior approval needed")
    elif one.approval.value == "series":
        yield speaks.say("prior approval after {acts} of a series", acts=span("acts", _free(edition)))
    if one.under_age:
        yield speaks.say("for a child under {age}", age=span("years", one.under_age.value))
    if one.started_before_age:
        yield speaks.say("where it began before the age of {age}", age=span("years", one.started_before_age.value))
    if one.days_per_stay:
        yield speaks.say("{days} for each stay", days=span("days", one.days_per_stay.value))
    if one.lifetime_days:
        yield speaks.say("{days} in a lifetime", days=span("days", one.lifetime_days.value))
    if one.every_years:
        yield speaks.say("once in {years}", years=span("years", one.every_years.value))


def _free(edition: Edition) -> int:
    return int(edition["approval.series_free"].value)


def _ceiling(edition: Edition, category: str, formula: str, speaks: Voice) -> str:
    if not edition.covers_category(category, formula):
        return speaks.say("not covered")
    ceiling = edition.category_ceiling(category, formula)
    return speaks.say("no ceiling of its own") if ceiling is None else euros(ceiling.value, speaks)


def _wait(edition: Edition, category: str, first_day: date, speaks: Voice) -> str:
    months = edition.waiting_months(category).value
    if not months:
        return speaks.say("Without a waiting period: covered from {day} on.", day=speaks.day(first_day))
    return speaks.say(
        "Waiting period of {months}: care that begins on {day} or later is covered.",
        months=care_words.span("months", months, speaks.language), day=speaks.day(add_months(first_day, months)),
    )  # fmt: skip


def waived(edition: Edition, speaks: Voice) -> Said:
    """What makes waiting periods fall away (UNO-WAIT-2)."""
    lifted = edition["waiver.categories"].value
    waits = [c for c in in_order(edition) if edition.waiting_months(c).value]

    def several(categories: Iterable[str]) -> str:
        return speaks.several(inside(care_words.category(c, speaks.language)) for c in categories)

    def months(figure: str) -> str:
        return care_words.span("months", edition[figure].value, speaks.language)

    text = speaks.say(
        "The waiting periods for {lifted} fall away for care after an accident or an unexpected illness; for whoever "
        "had equivalent cover until just before, with an attestation at most {attested} old; for a spouse who is "
        "asked for within {married} of the marriage, and a child within {born} of the birth.",
        lifted=several(c for c in waits if c in lifted), attested=months("waiver.attestation"),
        married=months("waiver.marriage"), born=months("waiver.newborn"),
    )  # fmt: skip
    stays = [c for c in waits if c not in lifted]
    if stays:
        text += " " + speaks.say("The one for {stays} stays in every case.", stays=several(stays))
    return Said(text, edition["waiver.categories"].citation.heading)
