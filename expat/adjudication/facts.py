"""What a line is judged on: frozen, complete, and the same years later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from expat.periods import Period


class Since(NamedTuple):
    """A choice (a formula, a zone, a residence) and the first day on which it holds."""

    first: date
    value: str


class Asked(NamedTuple):
    """A paper that a person asked for beyond those that the care needs, which has not come yet: why, and since when."""

    kind: str
    why: str
    asked_on: date


class Reviewed(NamedTuple):
    """What a person found of a line that resembles another: suspected, duplicate or distinct; and why."""

    outcome: str
    same_as: str | None
    why: str


class LeftOut(NamedTuple):
    """Care (codes or families) that a person agreed on joining to have left out, and from which day."""

    care: tuple[str, ...]
    first: date

    def holds(self, care: str, day: date) -> bool:
        """Whether it leaves out that care when it begins on a day."""
        return day >= self.first and any(care == code or care.startswith(f"{code}.") for code in self.care)


class ShownStay(NamedTuple):
    """Days that claims show outside the zone, or in France, and the first and the last of the lines that show them."""

    days: Period
    from_line: str
    to_line: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it was handed in. Amounts are in `currency`; `quantity` counts the care's unit.

    `stay_why` is the reason of a person who reviewed the stay: `stay_days` is then that person's finding.
    """

    person: int
    care: str
    first_day: date
    last_day: date
    quantity: int
    amount: Decimal
    currency: str
    country: str
    received_on: date
    cause: str = "illness"
    stay_days: int | None = None
    documents: frozenset[str] = frozenset()
    invoice: str | None = None
    series: str | None = None
    treatment_started: date | None = None
    accepted_amount: Decimal | None = None
    accepted_why: str | None = None
    asked: tuple[Asked, ...] = ()
    stay_why: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """The insured person: covered days, and what can make waiting periods fall away."""

    role: str
    born: date
    cover: tuple[Period, ...]
    requested_on: date | None = None
    married_on: date | None = None
    prior_cover_attested_on: date | None = None
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Membership:
    """The membership's choices over time, the days of suspension, and its end where that is no end by age."""

    joined: date
    formulas: tuple[Since, ...]
    zones: tuple[Since, ...]
    residences: tuple[Since, ...]
    suspensions: tuple[Period, ...] = ()
    terminated_on: date | None = None
    kept_after_return: Period | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """A decided request for prior approval that names this person. `care` is a code or a family."""

    id: int
    care: str
    requested_on: date
    starts_on: date
    granted: bool
    emergency: bool = False
    days: int | None = None
    sessions: int | None = None
    override: str | None = None
    direct: bool = False
    extends: int | None = None


@dataclass(frozen=True, slots=True)
class Derogation:
    """Care in a third country, asked for beforehand and granted."""

    country: str
    requested_on: date
    days: Period


@dataclass(frozen=True, slots=True)
class History:
    """What other lines of the same person say about this one."""

    duplicate_of: str | None = None
    resembles: str | None = None
    series_acts: int = 0
    earlier_first_days: tuple[date, ...] = ()
    lifetime_days: int = 0
    stay_days: int = 0
    stay_first_day: date | None = None
    goes_with_known: bool = True
    reviewed: Reviewed | None = None
    stay: ShownStay | None = None


@dataclass(frozen=True, slots=True)
class Recharge:
    """A Recharge On Demand of the line's category: EUR added and EUR used, for care that begins on `days`."""

    id: int
    days: Period
    amount: Decimal
    used: Decimal


@dataclass(frozen=True, slots=True)
class Purses:
    """What was paid for care of the line's membership year, in EUR, and what the year before leaves.

    `carry_from` is the own ceiling of the year before, at its end; None where it leaves nothing.
    """

    own_used: Decimal = Decimal(0)
    carried_used: Decimal = Decimal(0)
    overall_used: Decimal = Decimal(0)
    complication: bool = False
    carry_from: Decimal | None = None
    recharges: tuple[Recharge, ...] = ()


@dataclass(frozen=True, slots=True)
class RateUsed:
    """Units of a currency for 1 EUR on the day of judging: value, source, publication date and why that day."""

    currency: str
    value: Decimal
    source: str
    published_on: date
    basis: str = "published"
    note: str | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that a decision depends on, beside the plan's edition (whose key it names)."""

    line: Line
    person: Person
    membership: Membership
    approvals: tuple[Approval, ...]
    derogations: tuple[Derogation, ...]
    history: History
    purses: Purses
    bordering: bool
    judged_on: date
    payout_currency: str
    invoice_rate: RateUsed | None
    payout_rate: RateUsed | None
    edition_key: str = ""


def value_on(timeline: tuple[Since, ...], day: date) -> str:
    """What held on `day`: the last choice made on or before it; before the first one, that one."""
    held = timeline[0].value
    for since in timeline:
        if since.first > day:
            break
        held = since.value
    return held
