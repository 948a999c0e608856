"""By when a complaint is acknowledged and answered: from the plan's figures, counted from the day it was sent."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from expat.currency.calendar import add_working_days
from expat.periods import add_months
from expat.plans.edition import Edition


class Clocks(NamedTuple):
    """The last days of a complaint's two clocks; past `limit` an acknowledgement is late for the supervisor, too."""

    acknowledge_by: date
    limit: date
    answer_by: date


def clocks(edition: Edition, sent_on: date) -> Clocks:
    """The clocks of a complaint that was sent on a day (Examen des réclamations)."""
    return Clocks(
        sent_on + timedelta(days=int(edition["complaint.acknowledge"].value)),
        add_working_days(sent_on, int(edition["complaint.acknowledge_limit"].value)),
        add_months(sent_on, int(edition["complaint.answer"].value)),
    )


def mediator_until(edition: Edition, sent_on: date) -> date:
    """The last day on which the mediator takes the matter up: so many months after the complaint."""
    return add_months(sent_on, int(edition["complaint.mediator_within"].value))
