"""Claims that came by file, or whose papers came since, looked over for what is odd about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlmodel import Session

from expat.claims.look_over import Store, look_over, to_look_over
from expat.jobs.job import PAGE, Doing, Item, Job


def _new(session: Session, day: date, after: int) -> Sequence[Item]:
    return [Item(key, f"claim:{key}:{day}") for key in to_look_over(session, PAGE, max(after, 0))]


def _look(session: Session, item: Item, doing: Doing) -> Mapping[str, Any]:
    store = Store(doing.settings.document_folder, doing.keys())
    return {"odd": len(look_over(session, item.row, store, doing.at))}


JOB = Job("claims.look_over", _new, _look, catch_up="last")
