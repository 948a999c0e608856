"""Lines in memory: as they were handed in, and where they stand while a claim or a membership is judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from expat.adjudication.facts import Asked, Line
from expat.claims.dossier import StayFound
from expat.errors import BadInput
from expat.money import from_minor

MOST_LINES = 999
STANDING = ("accepted", "paid")
UNPAID = ("accepted", "pending", "refused")


@dataclass(slots=True)
class LineState:
    """A line, its place in the order received, and its status as judging goes on. Amounts are in minor units."""

    id: int | None
    claim_id: int
    position: int
    membership_id: int
    person: int
    care: str
    first_day: date
    last_day: date
    quantity: int
    amount: int
    currency: str
    country: str
    received_on: date
    cause: str
    stay_days: int | None
    invoice: str | None
    series: str | None
    treatment_started: date | None
    provider: str | None
    accepted_amount: int | None
    accepted_why: str | None
    documents: frozenset[str]
    cents: int | None = None
    payee: str | None = None
    status: str = "received"
    reasons: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    covered: int = 0

    @property
    def order(self) -> tuple[date, int, int]:
        """UNO-ORDER-1: claims in the order received, their lines in the order listed."""
        return self.received_on, self.claim_id, self.position

    @property
    def ref(self) -> str:
        """How people and traces name the line: its claim and its place there."""
        return f"{self.claim_id}/{self.position}"

    @property
    def standing(self) -> tuple[object, ...]:
        """What a new decision can change: where it does not, no new decision is kept."""
        return self.status, self.reasons, self.flags, self.covered, self.cents, self.payee

    def as_fact(self, asked: tuple[Asked, ...] = (), stay: StayFound | None = None) -> Line:
        """The line as judging sees it, with the papers asked for and what a person found of its stay."""
        accepted = None if self.accepted_amount is None else from_minor(self.accepted_amount, self.currency)
        amount: Decimal = from_minor(self.amount, self.currency)
        return Line(
            self.person, self.care, self.first_day, self.last_day, self.quantity, amount, self.currency,
            self.country, self.received_on, self.cause, self.stay_days if stay is None else stay.days, self.documents,
            self.invoice, self.series, self.treatment_started, accepted, self.accepted_why, asked,
            None if stay is None else stay.why,
        )  # fmt: skip


def line_key(claim_id: int, position: int) -> int:
    """A line's key: it follows from its claim and its place there."""
    return claim_id * (MOST_LINES + 1) + position


def key_of(ref: str, where: str = "line") -> int:
    """The key of a line that a person names by claim and place, such as `207/1`. Raises BadInput naming `where`."""
    claim_id, _, position = ref.partition("/")
    if not (claim_id.isdecimal() and position.isdecimal() and 1 <= int(position) <= MOST_LINES):
        raise BadInput(where, f"{ref!r} is no line", "the claim and the line's place in it, such as 207/1")
    return line_key(int(claim_id), int(position))


def ref_of(key: int) -> str:
    """How people name the line of a key: `207/1`."""
    return "/".join(map(str, divmod(key, MOST_LINES + 1)))


def from_row(row: Row[Any]) -> LineState:
    """A line from its row in the database."""
    return LineState(
        row.id, row.claim_id, row.position, row.membership_id, row.person_id, row.care, row.first_day, row.last_day,
        row.quantity, row.amount, row.currency, row.country, row.received_on, row.cause, row.stay_days, row.invoice,
        row.series, row.treatment_started, row.provider, row.accepted_amount, row.accepted_why, words(row.documents),
        row.cents, row.payee, row.status, tuple(row.reasons.split()), tuple(row.flags.split()), row.covered,
    )  # fmt: skip


def words(text: str) -> frozenset[str]:
    """A set of words as a column keeps it."""
    return frozenset(text.split())


def kept(values: Iterable[str]) -> str:
    """Words as a column keeps them."""
    return " ".join(values)
