"""The purses of a category's ceiling: the year's own, the carry-over, the recharges (UNO-CEIL-1, UNO-CARRY-1).

All amounts are EUR in whole cents. Judging, balances and the recharge's threshold read the same purses.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from expat.adjudication.decision import Split
from expat.adjudication.facts import Purses, Recharge
from expat.money import CENTS, round_half_up
from expat.plans.edition import Edition
from expat.plans.figures import Used


class Ceiling(NamedTuple):
    """What a category's purses hold on a day, in EUR."""

    own: Decimal
    carried: Decimal
    recharges: tuple[Recharge, ...]
    purses: Purses
    figures: tuple[Used, ...]

    @property
    def own_left(self) -> Decimal:
        return max(Decimal(0), self.own - self.purses.own_used)

    @property
    def carried_left(self) -> Decimal:
        return max(Decimal(0), self.carried - self.purses.carried_used)

    @property
    def left(self) -> Decimal:
        """What can still be paid."""
        return self.own_left + self.carried_left + sum((r.amount - r.used for r in self.recharges), Decimal(0))

    def split(self, amount: Decimal) -> Split:
        """Take an amount (not above `left`) from the purses, in their order."""
        own = min(amount, self.own_left)
        carried = min(amount - own, self.carried_left)
        rest = amount - own - carried
        taken = []
        for recharge in self.recharges:
            part = min(rest, recharge.amount - recharge.used)
            if part > 0:
                taken.append((recharge.id, _cents(part)))
                rest -= part
        return Split(_cents(own), _cents(carried), tuple(taken))


def ceiling_of(
    edition: Edition, category: str, formula: str, purses: Purses, day: date, complication: bool = False
) -> Ceiling | None:
    """The purses of a category for care that begins on `day`, on a formula's terms; None without a ceiling.

    UNO-MAT-1: a complication of pregnancy doubles the year's own maternity ceiling.
    """
    own = edition.category_ceiling(category, formula)
    if own is None:
        return None
    amount, figures = own.value, [own]
    doubles = category == edition["ceiling.complication_category"].value
    if doubles and (purses.complication or complication):
        factor = edition["ceiling.complication_multiplier"]
        amount, figures = amount * factor.value, [*figures, factor]
    carried = carried_over(edition, category, purses)
    if carried:
        figures.append(edition["carry_over.share"])
    valid = tuple(r for r in purses.recharges if day in r.days)
    return Ceiling(amount, carried, valid, purses, tuple(figures))


def carried_over(edition: Edition, category: str, purses: Purses) -> Decimal:
    """UNO-CARRY-1: half of an unused year's own ceiling; after a late claim for that year, what was paid from it."""
    if category not in edition["carry_over.categories"].value:
        return Decimal(0)
    if purses.carry_from is None:
        return purses.carried_used
    return round_half_up(purses.carry_from * edition["carry_over.share"].value, CENTS)


def _cents(amount: Decimal) -> int:
    return int(amount.scaleb(CENTS))
