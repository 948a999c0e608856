"""What judging answers: a status, reasons, amounts, and the trace that explains them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, NamedTuple

from expat.plans.figures import Used

Result = Literal["passed", "reduced", "refused", "pending", "waits"]
Status = Literal["accepted", "refused", "pending"]


class Step(NamedTuple):
    """One gate: the rule that it applied, what it looked at, the figures used, and what came of it.

    `before` and `after` are exact amounts in the invoice's currency, given where the step changed them.
    """

    gate: str
    rule: str
    heading: str
    result: Result
    looked_at: dict[str, Any]
    figures: tuple[Used, ...] = ()
    reason: str | None = None
    before: Fraction | None = None
    after: Fraction | None = None


class Split(NamedTuple):
    """From which purses a benefit comes, in cents: the year's own ceiling, the carry-over, each recharge."""

    own: int
    carried: int
    recharges: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome of judging one line.

    `benefit` is in EUR, exact; `cents` the same, rounded half up, for ceilings and ledger; `payout` in the minor
    units of `payout_currency`. They are None while a rate is missing or a document is waited for.
    """

    status: Status
    reasons: tuple[str, ...]
    steps: tuple[Step, ...]
    covered: int
    formula: str | None = None
    payee: str = "member"
    benefit: Fraction | None = None
    cents: int | None = None
    payout: int | None = None
    payout_currency: str | None = None
    split: Split | None = None
    flags: tuple[str, ...] = ()

    @property
    def reductions(self) -> tuple[Step, ...]:
        """The steps that took something off, in order: invoiced minus all of them is what is paid."""
        return tuple(s for s in self.steps if s.before is not None)

    @property
    def payable(self) -> bool:
        """Whether a settlement of the day of judging can pay the line."""
        return self.status == "accepted" and self.payout is not None
