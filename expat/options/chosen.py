"""The options that can be chosen on joining: on which conditions, from when, at what price (UNO-ZEN-1, UNO-RC-1,
UNO-PREV-1). Pure.

Recharge On Demand is no option of joining: it is bought later, when a ceiling is nearly used.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from expat.errors import BadInput
from expat.money import CENTS, round_half_up
from expat.periods import add_months, add_years, age, first_of_next_month
from expat.plans.edition import Edition
from expat.plans.figures import Used
from expat.premiums.tariff import Insured

HOUSEHOLD = ("assistance", "liability")
PREVOYANCE = ("death", "education", "accident", "incapacity")
KINDS = (*HOUSEHOLD, *PREVOYANCE)
MONTHS = 12


class Chosen(NamedTuple):
    """What is chosen. `liability` is world or us_canada, empty without it; capitals are EUR, 0 without the option;
    `allowance` is EUR a day after `deductible` days."""

    assistance: bool = False
    liability: str = ""
    death: int = 0
    education: bool = False
    accident: int = 0
    allowance: int = 0
    deductible: int = 0

    @property
    def prevoyance(self) -> bool:
        """Whether an option of prévoyance is among them."""
        return bool(self.death or self.education or self.accident or self.allowance)

    def without(self, kinds: Collection[str]) -> Chosen:
        """The same without some options of prévoyance; what goes only with the death option goes with it."""
        left = self
        if "death" in kinds:
            kinds = {*kinds, "education", "incapacity"}
            left = left._replace(death=0)
        if "education" in kinds:
            left = left._replace(education=False)
        if "accident" in kinds:
            left = left._replace(accident=0)
        return left._replace(allowance=0, deductible=0) if "incapacity" in kinds else left


class Against(NamedTuple):
    """Why an option cannot be had: a stable word, the heading that says so, and the figure, where it carries one."""

    word: str
    heading: str
    figure: Used | None = None


class Option(NamedTuple):
    """An option with its terms, its price (EUR for a year, exact) and the figure that the price comes from, None where
    it was told before."""

    kind: str
    terms: Mapping[str, Any]
    yearly: Decimal
    figure: Used | None = None


def options(edition: Edition, chosen: Chosen, people: Sequence[Insured], on: date) -> tuple[Option, ...]:
    """The options that are chosen, priced for these people (the member among them) by their ages on 1 January of the
    day's year. Raises BadInput naming the field for what the plan does not offer."""
    return tuple(_options(edition, chosen, people, on))


def against(edition: Edition, chosen: Chosen, born: date, children: int, works: bool, first_day: date) -> list[Against]:
    """Everything that speaks against what is chosen, for a member born on that day, were prévoyance to begin then."""
    if not chosen.prevoyance:
        return []
    found, ages = [], edition["membership.joining_age"]
    heading = edition["prevoyance.ends_at"].citation.heading
    if first_day >= add_years(born, ages.value["below"]):
        found.append(Against("prevoyance_too_old", heading, ages))
    if not works:
        found.append(Against("prevoyance_needs_work", "Vos garanties / Prévoyance"))
    if chosen.education and not chosen.death:
        found.append(Against("education_needs_death", edition["prevoyance.education_per_child"].citation.heading))
    if chosen.education and not children:
        found.append(Against("education_needs_child", "Rente éducation / 3 Enfants à charge"))
    if chosen.allowance and not chosen.death:
        found.append(Against("incapacity_needs_death", edition["prevoyance.deductible_choices"].citation.heading))
    return found


def prevoyance_begins(effect: date) -> date:
    """The first day of prévoyance: the first of the month after the request, ⚖ never before the membership itself.

    A membership begins after the day of its request, so this is the first of a month on or after its own first day.

    >>> prevoyance_begins(date(2025, 8, 5))
    datetime.date(2025, 9, 1)
    """
    return effect if effect.day == 1 else first_of_next_month(effect)


def begins(kind: str, effect: date) -> date:
    """The first day of an option of a membership that takes effect on a day."""
    return prevoyance_begins(effect) if kind in PREVOYANCE else effect


def first_instalment(edition: Edition, found: Sequence[Option]) -> Decimal:
    """The first payment of prévoyance, EUR: so many months of it, rounded half up to the cent."""
    months = edition["prevoyance.first_instalment"].value
    yearly = sum((one.yearly for one in found if one.kind in PREVOYANCE), Decimal())
    return round_half_up(Fraction(yearly) * months / MONTHS, CENTS)


def paid_until(edition: Edition, first_day: date) -> date:
    """The day after the last that the first payment of prévoyance is for."""
    return add_months(first_day, edition["prevoyance.first_instalment"].value)


def household(found: Sequence[Option]) -> Decimal:
    """EUR for a year, exact, of the options that are paid together with the cover of care."""
    return sum((one.yearly for one in found if one.kind in HOUSEHOLD), Decimal())


def _options(edition: Edition, chosen: Chosen, people: Sequence[Insured], on: date) -> Iterator[Option]:
    member = next(one for one in people if one.role == "member")
    years, children = age(member.born, on.replace(month=1, day=1)), sum(one.role == "child" for one in people)
    if chosen.assistance:
        figure = _entry(edition["assistance.premium"], _household(people))
        yield Option("assistance", {}, figure.value, figure)
    if chosen.liability:
        _offered("liability", chosen.liability, edition["liability.premium"].value)
        figure = _entry(edition["liability.premium"], chosen.liability)
        yield Option("liability", {"extent": chosen.liability}, figure.value, figure)
    if chosen.death:
        _offered("death", chosen.death, edition["prevoyance.death_capital_choices"].value)
        figure = _band(edition["prevoyance.death_per_1000"], years)
        yield Option("death", {"capital": chosen.death}, figure.value * chosen.death / 1000, figure)
    if chosen.education:
        figure = edition["prevoyance.education_per_child"]
        yield Option("education", {}, Decimal(figure.value) * children, figure)
    if chosen.accident:
        _offered("accident", chosen.accident, edition["prevoyance.accident_capital_choices"].value)
        figure = edition["prevoyance.accident_per_1000"]
        yield Option("accident", {"capital": chosen.accident}, Decimal(figure.value) * chosen.accident / 1000, figure)
    if chosen.allowance:
        yield _incapacity(edition, chosen, years)


def _incapacity(edition: Edition, chosen: Chosen, years: int) -> Option:
    _offered("allowance", chosen.allowance, edition["prevoyance.daily_allowance_choices"].value)
    _offered("deductible", chosen.deductible, edition["prevoyance.deductible_choices"].value)
    whole = edition["prevoyance.allowance_per_10"]
    figure = _band(whole.part(str(chosen.deductible), whole.value[str(chosen.deductible)]), years)
    terms = {"allowance": chosen.allowance, "deductible": chosen.deductible}
    return Option("incapacity", terms, figure.value * chosen.allowance / 10, figure)


def _household(people: Sequence[Insured]) -> str:
    """⚖ A parent without a spouse pays as a family, as for the cover of care."""
    if any(one.role == "child" for one in people):
        return "family"
    return "couple" if len(people) > 1 else "single"


def _band(figure: Used, years: int) -> Used:
    """The entry of a table by age band; below the first band, the first counts, as for the cover of care."""
    bands = sorted((int(name.partition("-")[2]), name) for name in figure.value)
    for last, name in bands:
        if years <= last:
            return _entry(figure, name)
    raise BadInput("born", f"{years} years on 1 January", f"at most {bands[-1][0]}")


def _entry(figure: Used, key: str) -> Used:
    return figure.part(key, Decimal(figure.value[key]))


def _offered(where: str, value: object, known: Any) -> None:
    if value not in list(known):
        raise BadInput(where, f"{value!r} is not offered", f"one of {', '.join(map(str, known))}")
