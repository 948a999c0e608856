"""The gates of the rulebook in their order, and the one function that judges a line."""

from __future__ import annotations

from collections.abc import Callable

from expat.adjudication.amounts import benefit, category_ceiling, overall_ceiling, payout
from expat.adjudication.approval import approved
from expat.adjudication.decision import Decision, Status
from expat.adjudication.entry import (
    duplicate,
    in_force,
    in_formula,
    in_time,
    not_excluded,
    not_suspended,
    of_age,
)
from expat.adjudication.facts import Facts
from expat.adjudication.judging import Judging
from expat.adjudication.limits import documented, within_limits
from expat.adjudication.territory import in_territory
from expat.adjudication.waiting import waited
from expat.money import CENTS
from expat.plans.edition import Edition

GATES: tuple[Callable[[Judging], None], ...] = (
    duplicate,
    in_force,
    not_suspended,
    in_time,
    not_excluded,
    in_formula,
    of_age,
    in_territory,
    waited,
    approved,
    documented,
    within_limits,
    benefit,
    category_ceiling,
    overall_ceiling,
)


def decide(facts: Facts, edition: Edition) -> Decision:
    """Judge one line on its facts and on the plan's edition of the day of care.

    The first gate that fails decides. The same facts and edition give the same decision, whenever it is asked.
    """
    judging = Judging(facts, edition)
    for gate in GATES:
        gate(judging)
        if judging.over:
            return _ended(judging)
    return _accepted(judging)


def _ended(j: Judging) -> Decision:
    status: Status = "pending" if j.steps[-1].result == "pending" else "refused"
    cents = 0 if status == "refused" else None
    return Decision(
        status,
        tuple(j.reasons),
        tuple(j.steps),
        0,
        j.formula,
        j.payee,
        j.benefit,
        cents,
        flags=tuple(j.flags),
    )


def _accepted(j: Judging) -> Decision:
    amount, currency = payout(j)
    if amount is None and not j.waits_for_rate:
        j.waits("payout", "UNO-FX-2", {"currency": currency, "judged_on": j.facts.judged_on})
    if j.waits_for_rate:
        j.reasons.append("rate_unavailable")
    cents = None if j.cents is None else int(j.cents.scaleb(CENTS))
    return Decision(
        "accepted",
        tuple(j.reasons),
        tuple(j.steps),
        j.covered,
        j.formula,
        j.payee,
        j.benefit,
        cents,
        amount,
        currency,
        j.split,
        tuple(j.flags),
    )
