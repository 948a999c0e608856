"""What the membership that is applied for costs, with what the medical department asks for, and with its options."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from expat.applications.form import Choice, Filled
from expat.money import CENTS, round_half_up
from expat.options.chosen import Chosen, Option, first_instalment, household, options
from expat.plans.edition import Edition
from expat.premiums.tariff import Insured, Price, price


class Cost(NamedTuple):
    """What the whole costs, EUR: `care` by the tariff, the options, `yearly` all of it in a year, exact; `instalment`
    is each payment of care, assistance and liability, `prevoyance` the first payment of prévoyance."""

    care: Price
    options: tuple[Option, ...]
    yearly: Decimal
    instalment: Decimal
    prevoyance: Decimal

    @property
    def first(self) -> Decimal:
        """What is to be paid before cover begins."""
        return self.instalment + self.prevoyance


def premium(
    edition: Edition, form: Filled, effect: date, surcharges: Mapping[str, Decimal] | None = None,
    choice: Choice | None = None,
) -> Price:  # fmt: skip
    """The premium for cover from a day on; `surcharges` are shares by the key of the person. Raises BadInput."""
    chosen = choice or form.choice
    assert chosen is not None
    return price(edition, chosen.formula, chosen.zone, _people(form, surcharges), effect, chosen.frequency)


def cost(
    edition: Edition, form: Filled, effect: date, surcharges: Mapping[str, Decimal] | None = None,
    chosen: Chosen | None = None,
) -> Cost:  # fmt: skip
    """What cover and options cost from a day on; `chosen` stands in for the options of the form. Raises BadInput."""
    care = premium(edition, form, effect, surcharges)
    found = options(edition, chosen or form.options or Chosen(), _people(form), effect)
    paid = Fraction(care.yearly + household(found)) * Fraction(care.instalment_factor.value) / care.instalments
    yearly = care.yearly + sum((one.yearly for one in found), Decimal())
    return Cost(care, found, yearly, round_half_up(paid, CENTS), first_instalment(edition, found))


def _people(form: Filled, surcharges: Mapping[str, Decimal] | None = None) -> list[Insured]:
    asked = surcharges or {}
    return [Insured(one.role, one.born, asked.get(one.key), one.name) for one in form.people]
