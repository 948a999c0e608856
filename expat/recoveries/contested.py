"""A contest that is answered "changed" on a line that is paid: what a person found to be due makes a difference."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlmodel import Session

from expat.claims.lines import ref_of
from expat.claims.load import load
from expat.errors import BadInput, Conflict
from expat.membership.changes import Acting
from expat.money import exact, from_minor, minor_units, round_half_up
from expat.recoveries.again import Again, Found, judged_again
from expat.recoveries.find import found_on_contest
from expat.recoveries.standing import standing_of


class Costly(BadInput):
    """More would be due than a line cost, which are `most` minor units of what was paid."""

    def __init__(self, most: int, currency: str) -> None:
        self.most = most
        super().__init__("due", "is above what the line cost", f"{from_minor(most, currency)} {currency} at most")


def change_paid(
    session: Session, membership_id: int, line_id: int, due: int, contest_id: int, acting: Acting
) -> int:  # fmt: skip
    """Keep that a paid line is due another sum, in minor units of what was paid; answers the difference's key.

    It stands in the place of what the rules would say, until a person says otherwise. Raises Conflict where the line
    is not paid, BadInput for the sum that counts as paid already, one below zero, or above what the line cost.
    """
    dossier = load(session, [membership_id], lock=True)[membership_id]
    again = {one.row.id: one for one in judged_again(session, dossier, {})}
    if line_id not in again:
        raise Conflict("line", f"{ref_of(line_id)} is not paid", "a line that is")
    one = again[line_id]
    stands = standing_of(session, membership_id, again.values())[line_id]
    if due > (most := cost_of(one)):
        raise Costly(most, one.row.payout_currency)
    if due < 0 or due == stands.amount:
        counts = f"{from_minor(stands.amount, one.row.payout_currency)} {one.row.payout_currency}"
        raise BadInput("due", "changes nothing", f"zero or more, and not {counts}, which counts as paid")
    whole = one.row.payout or 1
    cents = int(round_half_up(Decimal(int(one.row.cents) * due) / whole, 0))
    return found_on_contest(session, one, stands, Found(cents, due), contest_id, acting.day, acting.at)


def cost_of(one: Again) -> int:
    """What was invoiced for a paid line, in minor units of what was paid, at the rates at which it was paid."""
    row, facts = one.row, one.paid_on.facts
    if row.currency == row.payout_currency:
        return int(row.amount)
    invoiced, paid = (_rate(facts[name]) for name in ("invoice_rate", "payout_rate"))
    cost = exact(from_minor(row.amount, row.currency)) / invoiced * paid
    decimals = minor_units(row.payout_currency)
    return int(round_half_up(cost, decimals).scaleb(decimals))


def _rate(used: Any) -> Fraction:
    """Units for 1 EUR of a rate as it was kept; EUR has none."""
    return Fraction(1) if used is None else exact(Decimal(str(used["value"])))
