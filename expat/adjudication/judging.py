"""The state of one judging: what the gates have found so far. It lives for one call of `decide`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from expat.adjudication.decision import Result, Split, Step
from expat.adjudication.facts import Facts
from expat.adjudication.purses import Ceiling
from expat.adjudication.rules import RULES
from expat.money import CENTS, round_half_up
from expat.plans.edition import Care, Edition
from expat.plans.figures import Used

ZERO = Fraction(0)


class Judging:
    """Facts, the plan's edition on the day of care, and the trace as it grows."""

    __slots__ = (
        "benefit", "care", "cause_decides", "ceiling", "cents", "covered", "day", "edition", "facts", "flags",
        "formula", "left", "line", "payee", "reasons", "split", "steps", "waits_for_rate",
    )  # fmt: skip

    def __init__(self, facts: Facts, edition: Edition) -> None:
        self.facts = facts
        self.edition = edition
        self.line = facts.line
        self.day: date = facts.line.first_day
        self.care: Care | None = edition.care.get(facts.line.care)
        self.covered = facts.line.quantity
        self.left = Fraction(facts.line.amount)  # of the invoice, exact, in its currency
        self.benefit: Fraction | None = None  # in EUR, exact
        self.cents: Decimal | None = None  # the same, rounded half up
        self.ceiling: Ceiling | None = None  # of the line's category
        self.formula: str | None = None
        self.payee = "member"
        self.cause_decides = False
        self.waits_for_rate = False
        self.split: Split | None = None
        self.reasons: list[str] = []
        self.flags: list[str] = []
        self.steps: list[Step] = []

    @property
    def known_care(self) -> Care:
        """The catalogue's entry; the gates after `excluded` and `formula` can rely on it."""
        assert self.care is not None
        return self.care

    def passed(self, gate: str, rule: str, looked_at: dict[str, Any], *figures: Used) -> None:
        """The gate lets the line through."""
        self.steps.append(Step(gate, rule, RULES[rule], "passed", looked_at, figures))

    def refused(self, gate: str, rule: str, reason: str, looked_at: dict[str, Any], *figures: Used) -> None:
        """The gate refuses the whole line: everything that was left is taken off."""
        self._ends("refused", gate, rule, reason, looked_at, figures)

    def pending(self, gate: str, rule: str, reason: str, looked_at: dict[str, Any], *figures: Used) -> None:
        """The line waits for something; it is judged again when that arrives."""
        self.reasons = [reason]
        self.steps.append(Step(gate, rule, RULES[rule], "pending", looked_at, figures, reason))

    def waits(self, gate: str, rule: str, looked_at: dict[str, Any], *figures: Used) -> None:
        """The line is accepted, but a rate that it needs is missing."""
        self.waits_for_rate = True
        self.steps.append(Step(gate, rule, RULES[rule], "waits", looked_at, figures, "rate_unavailable"))

    def reduced(
        self, gate: str, rule: str, reason: str, to: Fraction, looked_at: dict[str, Any], *figures: Used
    ) -> None:
        """The gate lowers what is left of the invoice (exact, in its currency) to `to`; at zero it refuses."""
        if to == 0:
            self._ends("refused", gate, rule, reason, looked_at, figures)
            return
        if reason not in self.reasons:
            self.reasons.append(reason)
        step = Step(gate, rule, RULES[rule], "reduced", looked_at, figures, reason, self.left, to)
        self.steps.append(step)
        self.left = to

    def cut(self, gate: str, rule: str, reason: str, covered: int, looked_at: dict[str, Any], *figures: Used) -> None:
        """Only `covered` of the units are covered: the cost counts in proportion."""
        to = Fraction(self.line.amount) * covered / self.line.quantity
        self.covered = covered
        self.reduced(gate, rule, reason, to, looked_at, *figures)

    def _ends(
        self,
        result: Result,
        gate: str,
        rule: str,
        reason: str,
        looked_at: dict[str, Any],
        figures: tuple[Used, ...],
    ) -> None:
        self.reasons = [reason]
        self.pays(ZERO)
        self.steps.append(Step(gate, rule, RULES[rule], result, looked_at, figures, reason, self.left, ZERO))
        self.left = ZERO

    def pays(self, benefit: Fraction) -> None:
        """The benefit in EUR, exact; ceilings and the ledger see it rounded half up to the cent."""
        self.benefit = benefit
        self.cents = round_half_up(benefit, CENTS)

    @property
    def over(self) -> bool:
        """Whether the last gate ended the judging."""
        return bool(self.steps) and self.steps[-1].result in ("refused", "pending")
