"""What the options that were chosen add to a period's call: assistance and liability, from their first days on. EUR."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import zip_longest
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from expat.billing.worth import Part
from expat.claims.dossier import Dossier
from expat.db import table_of
from expat.money import CENTS, round_half_up, to_minor
from expat.options.tables import ChosenOption
from expat.periods import DAY, Period, clipped
from expat.premiums.tariff import INSTALMENTS

WITH_HEALTH = ("assistance", "liability")

_OPTION: Any = table_of(ChosenOption)


def option_lines(
    session: Session, dossier: Dossier, period: Period, frequency: str, parts: Sequence[Part]
) -> Iterator[tuple[Period, Period, int, dict[str, Any]]]:
    """For each option its period, its days in it, EUR cents, and the arithmetic: the year's price, the instalment's
    factor, and the days on which somebody is covered."""
    query = select(_OPTION).where(_OPTION.c.membership_id == dossier.id, _OPTION.c.kind.in_(WITH_HEALTH))
    covered = [part.days for part in parts if part.price is not None]
    factor = dossier.plan.on(period.first)["premium.instalment_factor"].value[frequency]
    length, count = (period.last - period.first).days + 1, INSTALMENTS[frequency]
    rows = session.execute(query.order_by(_OPTION.c.kind, _OPTION.c.first_day, _OPTION.c.id)).all()
    for row, later in zip_longest(rows, rows[1:]):
        last = period.last
        if later is not None and later.kind == row.kind:  # of one kind the newest holds
            last = min(last, later.first_day - DAY)
        for days in clipped(covered, Period(row.first_day, last)):
            of_these = (days.last - days.first).days + 1
            share = Fraction(row.yearly, 10**CENTS) * Fraction(str(factor)) / count * of_these / length
            explained = {
                "option": row.kind, "yearly": row.yearly, "factor": str(factor), "instalments": count,
                "days": of_these, "of": length,
            }  # fmt: skip
            yield period, days, to_minor(round_half_up(share, CENTS), "EUR"), explained
