"""A judged line in words: what was invoiced, what each rule took off, what is left, at which rate; and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from expat.money import EUR, minor_units, round_half_up
from expat.payments.statement_lines import telescoped
from expat.plans.edition import Edition
from expat.portal.work import language
from expat.wording import names
from expat.wording.reasons import Explained, explain, explain_flag, flags_raised

STAYS = ("admission_or_discharge", "earlier_stay")

Trace = Mapping[str, Any]


class TakenOff(NamedTuple):
    """What a rule took off, in the invoice's currency, as it is shown; why; and the rule's name."""

    amount: Decimal
    why: Explained
    rule: str


class RateTold(NamedTuple):
    """Units of a currency for 1 EUR, the source in words, the day of its publication, a note on how it came about."""

    currency: str
    value: Decimal
    source: str
    published_on: date
    note: str


class Gate(NamedTuple):
    """A step of the trace: what it looks at, what came of it, its rule and its heading in the contract."""

    name: str
    result: str
    word: str
    rule: str
    heading: str


@dataclass(frozen=True, slots=True)
class Told:
    """A decision in words. Amounts are in `currency`; `left` is what is left after every rule.

    `waits` says what the line waits for; `warnings` are what a person will look at.
    """

    invoiced: Decimal
    currency: str
    taken_off: tuple[TakenOff, ...]
    left: Decimal
    waits: tuple[Explained, ...]
    warnings: tuple[Explained, ...]
    missing: tuple[str, ...]
    rates: tuple[RateTold, ...]
    gates: tuple[Gate, ...]


def told(trace: Trace, flags: Iterable[str], edition: Edition, invoiced: Decimal, currency: str, rates: Any) -> Told:
    """A kept decision (its trace) in the reader's language; `rates` are those that it knew, as facts keep them."""
    steps, spoken = trace["steps"], language()
    cuts = [step for step in steps if step["before"] is not None]
    exact = [(Fraction(step["before"]), Fraction(step["after"])) for step in cuts]
    whys = [explain(step, spoken, edition, currency) for step in cuts]
    off = telescoped(exact, minor_units(currency))
    waits = [step for step in steps if step["result"] in ("pending", "waits")]
    flagged = [(flag, step) for step in steps for flag in flags_raised(step, flags)]
    return Told(
        invoiced,
        currency,
        tuple(TakenOff(amount, why, step["rule"]) for amount, why, step in zip(off, whys, cuts, strict=True)),
        round_half_up(exact[-1][1], minor_units(currency)) if exact else invoiced,
        tuple(explain(step, spoken, edition, currency) for step in waits),
        tuple(explain_flag(flag, step, spoken, edition, currency) for flag, step in flagged),
        tuple(kind for step in waits for kind in step["looked_at"].get("missing", ()) if kind not in STAYS),
        tuple(rates_told(rates)),
        tuple(_gate(step) for step in steps),
    )


def _gate(step: Mapping[str, Any]) -> Gate:
    spoken = language()
    result = names.result(step["result"], spoken, step["reason"])
    return Gate(names.gate(step["gate"], spoken), result, step["result"], step["rule"], step["heading"])


def rates_told(rates: Sequence[Any]) -> list[RateTold]:
    """The rates that were needed; the euro needs none."""
    found: dict[str, RateTold] = {}
    for rate in rates:
        kept = rate if isinstance(rate, Mapping) or rate is None else _as_kept(rate)
        if kept is not None and kept["currency"] != EUR:
            found[kept["currency"]] = RateTold(
                kept["currency"], Decimal(kept["value"]), names.rate_source(kept["source"], language()),
                date.fromisoformat(kept["published_on"]), kept["note"] or "",
            )  # fmt: skip
    return list(found.values())


def _as_kept(rate: Any) -> dict[str, Any]:
    return {
        "currency": rate.currency, "value": rate.value, "source": rate.source, "note": rate.note,
        "published_on": rate.published_on.isoformat(),
    }  # fmt: skip
