"""A simulated line in words: what would be paid, by which rule each part would be cut, at which rate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from expat.adjudication.facts import RateUsed
from expat.claims.next_step import STAYS
from expat.claims.simulate import Simulated
from expat.money import EUR
from expat.portal.work import language, speaks
from expat.wording import care as care_words
from expat.wording import names
from expat.wording.reasons import Explained, explain, explain_flag, flags_raised


@dataclass(frozen=True)
class Told:
    """The outcome, each rule that cut or refused something, the rates, the papers that the claim will need."""

    line: Simulated
    reasons: tuple[Explained, ...]
    rates: tuple[str, ...]
    papers: str
    quantity: str

    @property
    def needs_approval(self) -> bool:
        """Whether it is refused, or cut, for want of a prior approval."""
        return bool({"approval_missing", "approval_late"} & set(self.line.reasons))

    @property
    def needs_stay(self) -> bool:
        """Whether the hospital stay that it goes with is not known yet."""
        return any(kind in STAYS for kind in self.line.missing)

    @property
    def goes_with_stay(self) -> bool:
        """Whether the care goes with a hospital stay."""
        known = self.line.edition.care.get(self.line.line.care)
        return known is not None and bool(known.goes_with)

    @property
    def category(self) -> str:
        """The category whose ceiling it counts against, in words."""
        known = self.line.edition.care.get(self.line.line.care)
        return "" if known is None else care_words.category(known.category, language())

    @property
    def left(self) -> Decimal | None:
        """What the category's ceiling holds after it, EUR."""
        return None if self.line.balance is None else self.line.balance.left


def told(line: Simulated) -> Told:
    """A simulated line in the reader's language."""
    spoken = language()
    papers = speaks().several(names.document(kind, spoken) for kind in line.needed)
    return Told(line, tuple(_reasons(line)), tuple(_rates(line)), papers, _quantity(line))


def _quantity(line: Simulated) -> str:
    """How much of the care was counted; nothing where it is one act."""
    known, n = line.edition.care.get(line.line.care), line.line.quantity
    if known is None or (n == 1 and not known.counted_in_days):
        return ""
    return care_words.units(known.unit, n, language())


def _reasons(line: Simulated) -> Iterator[Explained]:
    """Why; of what would not be paid at all, the rule that decides alone."""
    steps = [step for step in line.trace["steps"] if step["reason"]]
    for step in steps[-1:] if line.status == "refused" else steps:
        yield explain(step, language(), line.edition, line.currency, ahead=True)
    for step in line.trace["steps"]:
        for flag in flags_raised(step, line.flags):
            yield explain_flag(flag, step, language(), line.edition, line.currency, ahead=True)


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
