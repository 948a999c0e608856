"""The lines of a statement: what was invoiced, what each rule took off, what was paid; what was not paid, and why.

Amounts shown add up: each reduction is the difference of two rounded amounts, so that the sum of what is shown is
the rounded sum. Nothing of a person's health appears but what settles the claim.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from expat.money import CENTS, EUR, from_minor, minor_units, round_half_up
from expat.payments.statement_rates import RateShown, rate_shown
from expat.plans.edition import Edition
from expat.wording import care, names
from expat.wording.catalogue import N_
from expat.wording.reasons import Explained, contest_until, explain
from expat.wording.voice import voice


@dataclass(frozen=True, slots=True)
class Care:
    """What a line is about. `name` is that of the care, `person` whom it was for; `claim` and `position` name it."""

    claim: int
    position: int
    person: str
    code: str
    name: str
    quantity: str
    first_day: date
    last_day: date
    country: str
    provider: str
    invoice: str
    invoiced: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Reduction:
    """What a rule took off, in the invoice's currency, as it is shown; and why."""

    why: Explained
    amount: Decimal


@dataclass(frozen=True, slots=True)
class PaidLine:
    """A line that a payout pays: invoiced − every reduction = `counted`, in the invoice's currency, as shown.

    `eur` is what it counts against the ceilings, `paid` what was paid, in the payout's currency. A rate is there
    where a currency is not the euro.
    """

    care: Care
    reductions: tuple[Reduction, ...]
    counted: Decimal
    eur: Decimal
    paid: Decimal
    paid_in: str
    invoice_rate: RateShown | None
    payout_rate: RateShown | None

    @property
    def taken_off(self) -> Decimal:
        """What is not reimbursed, in the invoice's currency."""
        return self.care.invoiced - self.counted


@dataclass(frozen=True, slots=True)
class UnpaidLine:
    """A line of the same claims that this payout does not pay.

    `status` is refused, pending (papers, a check), waiting (a rate), accepted (the next settlement) or elsewhere
    (another payout). `since` says from when it has stood so.
    """

    care: Care
    status: str
    title: str
    why: Explained | None
    since: date
    contest_until: date | None = None
    paid: Decimal | None = None
    paid_in: str = ""
    payee: str = ""


def telescoped(steps: Sequence[tuple[Fraction, Fraction]], decimals: int) -> list[Decimal]:
    """What each step from one exact amount to the next takes off, so that what is shown adds up to the last digit."""
    return [round_half_up(before, decimals) - round_half_up(after, decimals) for before, after in steps]


def care_of(row: Any, person: str, edition: Edition, language: str) -> Care:
    """What the line of a row is about."""
    known = edition.care.get(row.care)
    counted = known is not None and (row.quantity > 1 or known.counted_in_days)
    return Care(
        row.claim_id, row.position, person, row.care, care.care(row.care, language),
        care.units(known.unit, row.quantity, language) if known is not None and counted else "",
        row.first_day, row.last_day, names.country(row.country, language), row.provider or "", row.invoice or "",
        from_minor(row.amount, row.currency), row.currency,
    )  # fmt: skip


def paid_line(row: Any, decision: Any, edition: Edition, person: str, language: str) -> PaidLine:
    """A line that was paid, from its row and from the decision that the settlement paid."""
    steps = [step for step in decision.trace["steps"] if step["before"] is not None]
    exact = [(Fraction(step["before"]), Fraction(step["after"])) for step in steps]
    decimals = minor_units(row.currency)
    counted = exact[-1][1] if exact else Fraction(from_minor(row.amount, row.currency))
    whys = [explain(step, language, edition, row.currency) for step in steps]
    shown = _rates(decision, row, language)
    return PaidLine(
        care_of(row, person, edition, language),
        tuple(Reduction(*one) for one in zip(whys, telescoped(exact, decimals), strict=True)),
        round_half_up(counted, decimals),
        Decimal(row.cents).scaleb(-CENTS),
        from_minor(row.payout, row.payout_currency),
        row.payout_currency,
        shown.get(row.currency),
        shown.get(row.payout_currency),
    )


def _rates(decision: Any, row: Any, language: str) -> dict[str, RateShown]:
    """The rates that the line needed; the euro needs none."""
    kept = [decision.facts["invoice_rate"], decision.facts["payout_rate"]]
    needed = {row.currency, row.payout_currency} - {EUR}
    day = decision.judged_on
    return {rate["currency"]: rate_shown(rate, day, language) for rate in kept if rate and rate["currency"] in needed}


_TITLES = {
    "refused": N_("Refused"),
    "waiting": N_("Waiting for an exchange rate"),
    "accepted": N_("Accepted: the next settlement pays it"),
    "elsewhere": N_("Paid by another payment"),
    "held": N_("A person checks this before it is paid"),
}


def unpaid_line(
    row: Any, decisions: Sequence[Any], edition: Edition, person: str, language: str, held: bool = False
) -> UnpaidLine:  # fmt: skip
    """A line that this payout does not pay, from its row and its decisions, the newest last.

    `held` says that a person looks at it before it is paid.
    """
    status = standing(row)
    newest = decisions[-1]
    step = _deciding(newest.trace["steps"]) if status in ("refused", "pending", "waiting") else None
    return UnpaidLine(
        care_of(row, person, edition, language),
        status,
        _title("held" if held and status == "accepted" else status, row, language),
        None if step is None else explain(step, language, edition, row.currency),
        _since(row, decisions),
        contest_until(newest.judged_on, edition) if status == "refused" else None,
        from_minor(row.payout, row.payout_currency) if status == "elsewhere" else None,
        row.payout_currency or "" if status == "elsewhere" else "",
        row.payee or "",
    )


def _title(status: str, row: Any, language: str) -> str:
    if status == "pending":
        return names.status(status, language, row.reasons)
    return voice(language).say(_TITLES[status])


def standing(row: Any) -> str:
    """How a line that this payout does not pay stands."""
    if row.status == "paid":
        return "elsewhere"
    if row.status == "accepted":
        return "waiting" if "rate_unavailable" in row.reasons.split() else "accepted"
    return str(row.status)


def _deciding(steps: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The step that stopped the line: what refused it, or what it waits for."""
    return next(step for step in reversed(steps) if step["result"] in ("refused", "pending", "waits"))


def _since(row: Any, decisions: Sequence[Any]) -> date:
    """The day of the first of the newest decisions that all say the same."""
    since = decisions[-1]
    for decision in reversed(decisions):
        if (decision.status, decision.reasons) != (decisions[-1].status, decisions[-1].reasons):
            break
        since = decision
    day: date = since.judged_on
    return day


def uses_samples(decision: Any) -> bool:
    """Whether a figure that the decision used is a sample."""
    return any(figure[4] == "sample" for step in decision.trace["steps"] for figure in step["figures"])
