"""What is left of the ceilings that a payout touched, by person and membership year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from expat.claims.balances import balance_on
from expat.claims.dossier import Dossier
from expat.periods import Period, membership_year
from expat.wording import care
from expat.wording.voice import voice


@dataclass(frozen=True, slots=True)
class CeilingLeft:
    """EUR of a ceiling: all of it, what was paid for that year's care up to now, what is left of it.

    `category` is None for the overall ceiling. `ceiling` and `left` are None where a category has none of its own.
    """

    category: str | None
    name: str
    ceiling: Decimal | None
    used: Decimal
    left: Decimal | None


@dataclass(frozen=True, slots=True)
class YearLeft:
    """A person's ceilings of one membership year: those of the categories that were paid, and the overall one."""

    person: str
    days: Period
    categories: tuple[CeilingLeft, ...]
    overall: CeilingLeft


def ceilings_left(
    dossier: Dossier, touched: Iterable[tuple[int, str, date]], names: Mapping[int, str], day: date, language: str
) -> tuple[YearLeft, ...]:
    """The ceilings that payments for (person, category, day of care) touched.

    Terms are those that hold on `day`, or on the nearest day of a membership year in which it does not lie.
    """
    years: dict[tuple[int, Period], set[str]] = defaultdict(set)
    for person, category, on in touched:
        years[person, membership_year(dossier.joined, on)].add(category)
    return tuple(
        _year(dossier, person, year, years[person, year], names[person], day, language)
        for person, year in sorted(years)
    )


def _year(
    dossier: Dossier, person: int, year: Period, touched: set[str], name: str, day: date, language: str
) -> YearLeft:
    on = min(max(day, year.first), year.last)
    ordered = [category for category in dossier.plan.words.categories if category in touched]
    categories = tuple(_category(dossier, person, category, on, language) for category in ordered)
    return YearLeft(name, year, categories, _overall(dossier, person, year, on, language))


def _category(dossier: Dossier, person: int, category: str, on: date, language: str) -> CeilingLeft:
    held = balance_on(dossier, person, category, on)
    return CeilingLeft(category, care.category(category, language), held.ceiling, held.used, held.left)


def _overall(dossier: Dossier, person: int, year: Period, on: date, language: str) -> CeilingLeft:
    most = dossier.plan.on(on).overall_ceiling(dossier.on("formula", on)).value
    used = dossier.overall_used(person, year.first)
    title = voice(language).say("Overall, all categories")
    return CeilingLeft(None, title, most, used, max(Decimal(0), most - used))
