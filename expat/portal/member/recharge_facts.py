"""What a recharge of each category would cost and give, and what is missing for one; from the dossier alone.

Amounts are EUR.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from expat.claims.balances import ceiling_on, is_shown
from expat.claims.dossier import Dossier
from expat.options.recharge import Offer, offer
from expat.periods import add_months
from expat.portal.member.home_facts import Recharged


class Chance(NamedTuple):
    """A recharge of a person's category: the offer, and where it is refused what is missing.

    `opens` is the first day on which the membership allows it; `used` of `own` is paid, `needed` must be. `held` are
    earlier ones that are still valid.
    """

    category: str
    offer: Offer
    opens: date
    own: Decimal
    used: Decimal
    needed: Decimal
    held: tuple[Recharged, ...]


def chances_of(dossier: Dossier, person: int, day: date) -> list[Chance]:
    """The recharges of the categories for which the plan has any and that can matter to the person."""
    edition = dossier.plan.on(day)
    found, offered = [], edition["recharge.categories"].value
    for category in dossier.plan.words.categories:
        if category not in offered or not is_shown(dossier, person, category, day):
            continue
        ceiling = ceiling_on(dossier, person, category, day)
        opens = add_months(dossier.joined, edition["recharge.opens_after"].value[category])
        own = ceiling.own if ceiling else Decimal(0)
        used = ceiling.purses.own_used if ceiling else Decimal(0)
        held = tuple(Recharged(r.amount, r.amount - r.used, r.days.last) for r in ceiling.recharges) if ceiling else ()
        needed = own * edition["recharge.threshold"].value
        found.append(Chance(category, offer(dossier, person, category, day), opens, own, used, needed, held))
    return found
