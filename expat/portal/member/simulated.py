"""A simulated line in words: what would be paid, by which rule each part would be cut, at which rate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from expat.adjudication.facts import RateUsed
from expat.claims.simulate import Simulated
from expat.money import EUR
from expat.portal.work import language, speaks
from expat.wording import names
from expat.wording.reasons import Explained, explain, explain_flag


@dataclass(frozen=True)
class Told:
    """The outcome, each rule that cut or refused something, the rates, the papers that the claim will need."""

    line: Simulated
    reasons: tuple[Explained, ...]
    rates: tuple[str, ...]
    papers: tuple[str, ...]

    @property
    def needs_approval(self) -> bool:
        """Whether it is refused, or cut, for want of a prior approval."""
        return bool({"approval_missing", "approval_late"} & set(self.line.reasons))

    @property
    def left(self) -> Decimal | None:
        """What the category's ceiling holds after it, EUR."""
        return None if self.line.balance is None else self.line.balance.left


def told(line: Simulated) -> Told:
    """A simulated line in the reader's language."""
    spoken = language()
    papers = tuple(names.document(kind, spoken) for kind in line.needed)
    return Told(line, tuple(_reasons(line)), tuple(_rates(line)), papers)


def _reasons(line: Simulated) -> Iterator[Explained]:
    for step in line.trace["steps"]:
        if step["reason"]:
            yield explain(step, language(), line.edition, line.currency)
        elif step["gate"] == "duplicate":
            for flag in line.flags:
                yield explain_flag(flag, step, language(), line.edition, line.currency)


def _rates(line: Simulated) -> Iterator[str]:
    """The rates of today that it was counted with; the euro needs none."""
    known = {rate.currency: rate for rate in (line.invoice_rate, line.payout_rate) if rate is not None}
    return (_rate(rate) for rate in known.values() if rate.currency != EUR)


def _rate(rate: RateUsed) -> str:
    speaking = speaks()
    return speaking.say(
        "1 EUR = {rate} {currency} ({name}): {source}, published on {day}.",
        rate=speaking.rate(rate.value),
        currency=rate.currency,
        name=names.currency(rate.currency, speaking.language),
        source=names.rate_source(rate.source, speaking.language),
        day=speaking.day(rate.published_on),
    )
