"""Gates 13 to 15: the benefit, the category's ceiling, the overall ceiling; and what is paid in the end."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from expat.adjudication.judging import Judging
from expat.adjudication.purses import Ceiling, ceiling_of, in_cents
from expat.money import minor_units, round_half_up
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
    share = Fraction(terms.rate.value)
    if share < 1:
        j.reduced("benefit", "UNO-BEN-1", "rate_applied", j.left * share, {"formula": j.formula}, terms.rate)
    if j.over:
        return
    fx = Fraction(rate.value)
    j.benefit = j.left / fx
    looked_at = {"formula": j.formula, "quantity": j.covered, "rate": rate}
    if terms.cap is not None and (cap := Fraction(terms.cap.value) * j.covered) < j.benefit:
        j.benefit = cap
        j.reduced("benefit", "UNO-BEN-1", "cap_reached", cap * fx, looked_at, terms.cap)
    elif share == 1:
        j.passed("benefit", "UNO-BEN-1", looked_at, terms.rate)


def _reasonable(j: Judging) -> None:
    accepted, amount = j.line.accepted_amount, j.line.amount
    if accepted is not None and accepted < amount:
        to = j.left * Fraction(accepted) / Fraction(amount)
        j.reduced("benefit", "UNO-BEN-1", "unreasonable_cost", to, {"invoiced": amount, "accepted": accepted})


def category_ceiling(j: Judging) -> None:
    """UNO-CEIL-1, UNO-CARRY-1, UNO-RECH-1, UNO-MAT-1: never above what the category's purses still hold."""
    if j.benefit is None:
        return
    category = j.known_care.category
    ceiling = _ceiling(j)
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
    if not j.over:
        _take_from_purses(j)


def _hold(j: Judging, rule: str, left: Decimal, looked_at: dict[str, Any], *figures: Used) -> None:
    """Lower the benefit to what a ceiling still holds; a benefit is compared as rounded to the cent."""
    gate, reason = _CEILINGS[rule]
    assert j.benefit is not None
    assert j.facts.invoice_rate is not None
    if in_cents(j.benefit) > left:
        j.benefit = Fraction(left)
        j.reduced(gate, rule, reason, j.benefit * Fraction(j.facts.invoice_rate.value), looked_at, *figures)
    else:
        j.passed(gate, rule, looked_at, *figures)


def _take_from_purses(j: Judging) -> None:
    assert j.benefit is not None
    ceiling = _ceiling(j)
    j.split = ceiling.split(in_cents(j.benefit)) if ceiling is not None else None


def _ceiling(j: Judging) -> Ceiling | None:
    category, complication = j.known_care.category, j.line.cause == "complication"
    return ceiling_of(j.edition, category, j.formula or "", j.facts.purses, j.day, complication)


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
    return int(round_half_up(j.benefit * Fraction(rate.value), decimals).scaleb(decimals)), currency
