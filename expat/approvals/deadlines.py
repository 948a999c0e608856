"""The days that count for prior approval (UNO-APP-2 to 4), and by when an answer is promised. Pure.

Figures come from the plan's edition, promises (in days) from who asks.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from expat.adjudication.approval import last_start
from expat.adjudication.facts import Approval
from expat.currency.calendar import add_working_days
from expat.periods import DAY
from expat.plans.edition import Edition


class Promise(NamedTuple):
    """How soon a request is answered: one that was planned in working days, an emergency in days."""

    planned: int
    emergency: int


class Asked(NamedTuple):
    """What the deadlines of a request follow from. `since` is the day on which all that was needed was there."""

    starts_on: date
    since: date
    emergency: bool


def earliest_start(edition: Edition, category: str, today: date) -> date:
    """The first day on which planned care can begin where its approval is asked for today (UNO-APP-2)."""
    return today if _no_notice(edition, category) else today + timedelta(days=_whole(edition, "planned_notice"))


def earliest_admission(edition: Edition, today: date) -> date:
    """The first day of an admission for which an emergency request that is made today is in time (UNO-APP-2)."""
    return today - timedelta(days=_whole(edition, "emergency_notice"))


def begin_by(edition: Edition, approval: Approval) -> date:
    """The last day on which care can begin under an approval (UNO-APP-3)."""
    return last_start(edition, approval)


def extend_by(edition: Edition, period_ends: date) -> date:
    """The last day on which more days can be asked for, once a period ends on a day (UNO-APP-4)."""
    return period_ends + timedelta(days=_whole(edition, "extension_notice"))


def answer_by(asked: Asked, promise: Promise) -> date:
    """By when a request is to be answered: as promised, and before care that is still to come begins."""
    if asked.emergency:
        return asked.since + timedelta(days=promise.emergency)
    promised = add_working_days(asked.since, promise.planned)
    return min(promised, asked.starts_on - DAY) if asked.starts_on > asked.since else promised


def _no_notice(edition: Edition, category: str) -> bool:
    return category in edition["approval.no_notice"].value


def _whole(edition: Edition, name: str) -> int:
    return int(edition[f"approval.{name}"].value)
