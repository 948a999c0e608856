"""Reminders, suspensions and terminations of premiums that are not paid (UNO-DUN-1 to 3).

Formal notices are sent by the job that hands letters to the post service.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlmodel import Session

from expat.billing.dunning import steps_due, take_step
from expat.billing.tell import tell_step
from expat.jobs.job import PAGE, Doing, Item, Job
from expat.letters.post import write_if_any


def _due(session: Session, day: date, after: int) -> Sequence[Item]:
    found = steps_due(session, day, after, PAGE)
    return [Item(row.premium_id, f"premium:{row.premium_id}:{row.step}:{row.next_on}") for row in found]


def _step(session: Session, item: Item, doing: Doing) -> Mapping[str, Any] | None:
    taken = take_step(session, item.row, doing.today, doing.acting)
    if taken is None:
        return None
    tell_step(session, taken, doing.at, doing.settings)
    write_if_any(session, taken, doing.today, doing.acting, doing.settings)
    return {"step": taken.kind, "cents": taken.cents}


JOB = Job("premium.dunning", _due, _step)
