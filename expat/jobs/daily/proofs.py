"""Certificates and proofs of work, asked for in time and once more (UNO-MEM-3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlmodel import Session

from expat.jobs.job import Doing, Item, Job
from expat.letters.reminders import remind_some, untold


def _untold(session: Session, day: date, after: int) -> Sequence[Item]:
    return [Item(key, f"membership:{key}:{day}") for key in untold(session, day, after)]


def _remind(session: Session, item: Item, doing: Doing) -> Mapping[str, Any]:
    chosen = doing.settings
    return {"mails": remind_some(session, [item.row], doing.day, doing.at, chosen.base_url, chosen.operator_name)}


JOB = Job("proofs.ask", _untold, _remind)
