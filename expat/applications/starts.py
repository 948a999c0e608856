"""The first day of cover, and until when one can still renounce (UNO-MEM-1, UNO-MEM-5). Pure."""

from __future__ import annotations

from datetime import date, timedelta

from expat.applications.form import Filled
from expat.periods import DAY
from expat.plans.edition import Edition


def first_day(
    edition: Edition, form: Filled, complete_on: date, paid_on: date, concluded_on: date | None = None
) -> date:
    """The first day of cover where the first premium comes on a day: as wished for, never before the day after the
    complete file nor before the payment; without the express wish, after the days in which one can renounce,
    which run from the conclusion, on the day of the payment where it is not told."""
    first = max(form.effect(complete_on), paid_on)
    if form.consents is not None and not form.consents.get("early"):
        first = max(first, renounce_until(edition, concluded_on or paid_on) + DAY)
    return first


def renounce_until(edition: Edition, concluded_on: date) -> date:
    """The last day on which one can change one's mind."""
    return concluded_on + timedelta(days=edition["membership.cooling_off"].value)
