"""What the membership that is applied for costs, with what the medical department asks for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from expat.applications.form import Choice, Filled
from expat.plans.edition import Edition
from expat.premiums.tariff import Insured, Price, price


def premium(
    edition: Edition, form: Filled, effect: date, surcharges: Mapping[str, Decimal] | None = None,
    choice: Choice | None = None,
) -> Price:  # fmt: skip
    """The premium for cover from a day on; `surcharges` are shares by the key of the person. Raises BadInput."""
    chosen = choice or form.choice
    assert chosen is not None
    asked = surcharges or {}
    people = [Insured(one.role, one.born, asked.get(one.key), one.name) for one in form.people]
    return price(edition, chosen.formula, chosen.zone, people, effect, chosen.frequency)
