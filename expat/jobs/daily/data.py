"""What is kept no longer than it may be: erased class by class, so many in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlmodel import Session

from expat.jobs.job import ACTOR, Doing, Item, Job, once
from expat.personal_data.due import due_of
from expat.personal_data.erase import MOST, erase, remove_files
from expat.personal_data.retention import ANSWER, Retention, retention_on

ROUNDS = 100  # of a day


def _past(session: Session, day: date, after: int) -> Sequence[Item]:
    """One more round as long as something is past its time that nothing holds back."""
    after = max(after, 0)
    if after >= ROUNDS:
        return []
    past = (next(due_of(session, kept, day, held=False), None) for kept in _classes(day))
    return [Item(after + 1, f"erase:{day}:{after + 1}")] if any(past) else []


def _classes(day: date) -> Iterator[Retention]:
    return (kept for what, kept in retention_on(day).items() if what != ANSWER)


def _erase(session: Session, item: Item, doing: Doing) -> Mapping[str, Any]:
    return erase(session, doing.day, doing.at, ACTOR, MOST)


def _remove(session: Session, item: Item, doing: Doing) -> Mapping[str, Any]:
    return {"files": remove_files(session, doing.settings.document_folder)}


JOBS = (
    Job("data.erase", _past, _erase, catch_up="last", rounds=True),
    Job("data.files", once("files"), _remove, catch_up="last"),
)
