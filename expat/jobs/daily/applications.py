"""Accepted applications whose first premium does not come: told beforehand, then they lapse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlmodel import Session

from expat.applications.lapse import lapse, late, remind
from expat.jobs.job import PAGE, Doing, Item, Job


def _late(session: Session, day: date, after: int) -> Sequence[Item]:
    return [
        Item(one.application, f"application:{one.application}:{'over' if one.over else 'near'}:{one.by}")
        for one in late(session, day, after, PAGE)
    ]


def _tell(session: Session, item: Item, doing: Doing) -> Mapping[str, Any]:
    chosen = doing.settings
    url = f"{chosen.base_url.rstrip('/')}/apply/file"
    if ":over:" in item.key:
        return {"lapsed": lapse(session, item.row, doing.acting, url, chosen.operator_name)}
    return {"reminded": remind(session, item.row, doing.acting, url, chosen.operator_name)}


JOB = Job("applications.lapse", _late, _tell)
