"""Letters handed to the post service: formal notices that are due, and what else goes by post (UNO-DUN-1).

A batch and its file are one thing: where the file cannot be written, nothing was handed over, and no day counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlmodel import Session

from expat.jobs.job import ACTOR, Doing, Item, Job
from expat.letters.post import hand_over, waiting
from expat.letters.post_file import write_batch
from expat.membership.changes import Acting

MOST = 100  # batches of a day


def _due(session: Session, day: date, after: int) -> Sequence[Item]:
    number = max(after, 0) + 1
    if number > MOST or all(one.problem for one in waiting(session, day)):
        return []
    return [Item(number, f"letters:{day}:{number}")]


def _post(session: Session, item: Item, doing: Doing) -> Mapping[str, Any] | None:
    acting = Acting(doing.today, doing.at, doing.settings.rate_sources, ACTOR)
    batch = hand_over(session, acting, doing.settings)
    if batch is None:
        return None
    return {"batch": batch, "file": write_batch(session, batch, doing.settings.post_folder).name}


JOB = Job("letters.post", _due, _post, catch_up="last", rounds=True)
