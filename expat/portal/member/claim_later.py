"""What would become of a line that waits for papers, once they are there: an estimate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from expat.claims.simulate import Simulated, with_papers
from expat.portal.member.claim_told import Told, told
from expat.portal.work import db, house, membership, speaks, today


class Later(NamedTuple):
    """A line with its papers: how it would be judged today, and that in words."""

    judged: Simulated
    told: Told


def later(judged: Simulated) -> Later:
    """A simulated line with its words."""
    return Later(judged, in_words(judged))


def in_words(judged: Simulated) -> Told:
    """A simulated line in the reader's language."""
    rates = [judged.invoice_rate, judged.payout_rate]
    return told(judged.trace, judged.flags, judged.edition, judged.invoiced, judged.currency, rates)


def later_of(lines: Sequence[int]) -> dict[int, Later]:
    """What kept lines that wait for papers would come to with them, by line."""
    if not lines:
        return {}
    found = with_papers(db(), membership(), lines, today(), house().preference)
    return {key: later(one) for key, one in found.items()}


def sums(judged: Iterable[Simulated], payee: str = "member") -> dict[str, Decimal]:
    """What would be paid to the member, or directly to the hospital, by currency."""
    found: dict[str, Decimal] = {}
    for one in judged:
        if one.paid and one.payee == payee:
            found[one.paid_in] = found.get(one.paid_in, Decimal(0)) + one.paid
    return found


def several_amounts(by_currency: dict[str, Decimal]) -> str:
    """Amounts of several currencies in a row."""
    return " + ".join(speaks().amount(amount, currency) for currency, amount in by_currency.items())
