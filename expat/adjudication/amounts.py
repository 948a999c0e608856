"""Gates 13 to 15: the benefit, the category's ceiling, the overall ceiling; and what is paid in the end."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from expat.adjudication.facts import RateUsed
from expat.adjudication.judging import Judging
from expat.adjudication.purses import ceiling_of
from expat.money import exact, minor_units, round_half_up
from expat.plans.edition import Terms
from expat.plans.figures import Used

_CEILINGS = {
    "UNO-CEIL-1": ("category_ceiling", "category_ceiling_reached"),
    "UNO-CEIL-2": ("overall_ceiling", "overall_ceiling_reached"),
}


def benefit(j: Judging) -> None:
    """UNO-BEN-1: min(cost × rate, cap × quantity) on what is covered, at the rate of the day (UNO-FX-4)."""
    _reasonable(j)
    rate = j.facts.invoice_rate
    if j.over:
        return
    if rate is None:
        j.waits("benefit", "UNO-FX-2", {"currency": j.line.currency, "judged_on": j.facts.judged_on})
        return
    terms = j.known_care.terms[j.formula or ""]
    if terms.share < 1:
        j.reduced("benefit", "UNO-BEN-1", "rate_applied", j.left * terms.share, {"formula": j.formula}, terms.rate)
    if not j.over:
        _capped(j, terms, rate)


def _capped(j: Judging, terms: Terms, rate: RateUsed) -> None:
    """The cost in EUR at the rate of the day, at most the cap for each unit."""
    fx = exact(rate.value)
    looked_at = {"formula": j.formula, "quantity": j.covered, "rate": rate}
    cost = j.left / fx
    if terms.cap is not None and terms.most is not None and (most := terms.most * j.covered) < cost:
        j.pays(most)
        j.reduced("benefit", "UNO-BEN-1", "cap_reached", most * fx, looked_at, terms.cap)
    else:
        j.pays(cost)
        j.passed("benefit", "UNO-BEN-1", looked_at, terms.rate)


def _reasonable(j: Judging) -> None:
    accepted, amount = j.line.accepted_amount, j.line.amount
    if accepted is not None and accepted < amount:
        seen = {"invoiced": amount, "accepted": accepted, "why": j.line.accepted_why}
        to = j.left * Fraction(accepted) / Fraction(amount)
        j.reduced("benefit", "UNO-BEN-1", "unreasonable_cost", to, seen)


def category_ceiling(j: Judging) -> None:
    """UNO-CEIL-1, UNO-CARRY-1, UNO-RECH-1, UNO-MAT-1: never above what the category's purses still hold."""
    if j.benefit is None:
        return
    category = j.known_care.category
    complication = j.line.cause == "complication"
    ceiling = ceiling_of(j.edition, category, j.formula or "", j.facts.purses, j.day, complication)
    j.ceiling = ceiling
    if ceiling is None:
        j.passed("category_ceiling", "UNO-CEIL-1", {"category": category, "ceiling": None})
        return
    looked_at = {
        "category": category,
        "own": ceiling.own,
        "carried": ceiling.carried,
        "recharges": [(r.id, r.amount) for r in ceiling.recharges],
        "left": ceiling.left,
    }
    _hold(j, "UNO-CEIL-1", ceiling.left, looked_at, *ceiling.figures)


def overall_ceiling(j: Judging) -> None:
    """UNO-CEIL-2: never above what the year's overall ceiling still holds."""
    if j.benefit is None:
        return
    most = j.edition.overall_ceiling(j.formula or "")
    left = max(Decimal(0), most.value - j.facts.purses.overall_used)
    looked_at = {"ceiling": most.value, "left": left}
    _hold(j, "UNO-CEIL-2", left, looked_at, most)
    if not j.over and j.ceiling is not None and j.cents is not None:
        j.split = j.ceiling.split(j.cents)


def _hold(j: Judging, rule: str, left: Decimal, looked_at: dict[str, Any], *figures: Used) -> None:
    """Lower the benefit to what a ceiling still holds; a benefit is compared as rounded to the cent."""
    gate, reason = _CEILINGS[rule]
    assert j.cents is not None
    assert j.facts.invoice_rate is not None
    if j.cents > left:
        j.pays(Fraction(left))
        j.reduced(gate, rule, reason, exact(left) * exact(j.facts.invoice_rate.value), looked_at, *figures)
    else:
        j.passed(gate, rule, looked_at, *figures)


def payout(j: Judging) -> tuple[int | None, str]:
    """UNO-FX-4: the benefit in minor units of the currency that is paid, rounded half up once; and the currency.

    A hospital is paid in the currency of its invoice (UNO-APP-5). None while the rate is missing.
    """
    to_hospital = j.payee == "hospital"
    currency = j.line.currency if to_hospital else j.facts.payout_currency
    rate = j.facts.invoice_rate if to_hospital else j.facts.payout_rate
    if j.benefit is None or rate is None:
        return None, currency
    decimals = minor_units(currency)
    return int(round_half_up(j.benefit * exact(rate.value), decimals).scaleb(decimals)), currency
