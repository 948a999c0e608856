"""What every page that shows a claim says of its lines, and of what happened to it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from expat.claims.shown import ShownLine
from expat.claims.timeline import in_time, timeline
from expat.money import CENTS, from_minor
from expat.payments.timeline import payout_events
from expat.portal.member.claim_told import Told, told
from expat.portal.work import db, language
from expat.wording import care as care_words
from expat.wording.names import asked_why


class Happened(NamedTuple):
    """An entry of the timeline; `amount` is in `currency`."""

    on: date
    at: datetime | None
    what: str
    places: tuple[int, ...]
    words: tuple[str, ...]
    text: str
    amount: Decimal | None = None
    currency: str = ""


def line_told(line: ShownLine) -> Told:
    """The decision that holds, in words."""
    row, decision = line.row, line.decisions[-1]
    rates = [decision.facts["invoice_rate"], decision.facts["payout_rate"]]
    invoiced = from_minor(row.amount, row.currency)
    return told(decision.trace, row.flags.split(), line.edition, invoiced, row.currency, rates)


def quantity_told(line: ShownLine) -> str:
    """How many days or acts, in words; nothing for one act."""
    known = line.edition.care.get(line.row.care)
    if known is None or (line.row.quantity == 1 and not known.counted_in_days):
        return ""
    return care_words.units(known.unit, line.row.quantity, language())


def paid_or_expected(line: ShownLine) -> tuple[Decimal | None, str]:
    """What was paid; of an accepted line what its decision came to, at the rates of that day; with its currency."""
    row, trace = line.row, line.decisions[-1].trace
    if row.payout is not None:
        return from_minor(row.payout, row.payout_currency), row.payout_currency
    if row.status == "accepted" and trace["payout"] is not None:
        return from_minor(trace["payout"], trace["payout_currency"]), trace["payout_currency"]
    return None, ""


def counted(row: Any) -> Decimal | None:
    """What a line counts against ceilings, in EUR; None while that is open."""
    return None if row.cents is None else Decimal(row.cents).scaleb(-CENTS)


def happened(claim_id: int, persons: Collection[int] | None = None, amounts: bool = True) -> list[Happened]:
    """What happened to a claim and to the payouts that pay it, in order; with `persons` to their lines alone.

    Without `amounts` those of payouts stay unsaid.
    """
    found = []
    for one in timeline(db(), claim_id, persons):
        text = asked_why(one.text, language()) if one.what == "asked" else one.text
        found.append(Happened(one.on, one.at, one.what, one.lines, one.words, text))
    for paid in payout_events(db(), claim_id, persons):
        amount, currency = (paid.amount, paid.currency) if amounts else (None, "")
        found.append(Happened(paid.on, paid.at, paid.what, paid.lines, (), paid.text, amount, currency))
    return sorted(found, key=lambda one: in_time(one.on, one.at, one.what))
