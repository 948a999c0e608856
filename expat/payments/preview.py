"""What a settlement would pay, as it is looked at before it is released: kept as text, so that it stays as it was."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import Engine

from expat.money import EUR, from_minor, number
from expat.payments.settle import Progress, dry_run
from expat.payments.totals import Total


class CurrencyTotal(NamedTuple):
    """What is paid in a currency; `amount` (in it) and `eur` are decimals as text, `rate` says where it is from.

    `set_off` of the amount is kept back, empty where nothing is.
    """

    currency: str
    payouts: int
    lines: int
    amount: str
    eur: str
    rate: str
    set_off: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """Totals by currency, lines that would be refused at the settlement, and lines that wait for rates.

    `waiting` are lines (such as `207/1`) by the currencies that they miss a rate for, with spaces between these.
    """

    day: date
    memberships: int
    lines: int
    refused: int
    totals: tuple[CurrencyTotal, ...]
    waiting: dict[str, list[str]]

    @property
    def paid(self) -> tuple[object, ...]:
        """What two previews are compared by."""
        return self.lines, self.refused, self.totals, self.waiting

    @property
    def mark(self) -> str:
        """What tells this preview from another, so that a person releases what he or she has seen."""
        return sha256(json.dumps(self.as_json(), sort_keys=True).encode()).hexdigest()[:32]

    def as_json(self) -> dict[str, Any]:
        """The preview as it is kept."""
        return {
            "day": self.day.isoformat(), "memberships": self.memberships, "lines": self.lines,
            "refused": self.refused, "totals": [total._asdict() for total in self.totals], "waiting": self.waiting,
        }  # fmt: skip

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Preview:
        """A preview that was kept."""
        totals = tuple(CurrencyTotal(**total) for total in kept["totals"])
        return cls(
            date.fromisoformat(kept["day"]), kept["memberships"], kept["lines"], kept["refused"], totals,
            kept["waiting"],
        )  # fmt: skip


def preview_of(
    engine: Engine, day: date, at: datetime, preference: Sequence[str], progress: Progress = lambda done, total: None
) -> Preview:
    """What a settlement of a day would pay; nothing of it is kept."""
    done = dry_run(engine, day, at, preference, progress)
    waiting: dict[str, list[str]] = defaultdict(list)
    for line, currencies in done.waiting:
        waiting[currencies].append(line)
    totals = tuple(map(_as_text, done.totals))
    return Preview(day, done.memberships, len(done.paid), done.refused, totals, dict(waiting))


def _as_text(total: Total) -> CurrencyTotal:
    amount = number(from_minor(total.amount, total.currency), total.currency)
    eur = number(from_minor(total.eur_cents, EUR))
    kept = number(from_minor(total.set_off, total.currency), total.currency) if total.set_off else ""
    return CurrencyTotal(total.currency, total.payouts, total.lines, amount, eur, total.rate, kept)
