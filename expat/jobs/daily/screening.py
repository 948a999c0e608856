"""Names that came since are screened, and everybody where a newer list of sanctions holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from expat.jobs.job import ACTOR, Doing, Item, Job, once
from expat.screening.screen import screen_new


def _screen(session: Session, item: Item, doing: Doing) -> Mapping[str, Any]:
    return screen_new(session, doing.at, ACTOR)._asdict()


JOB = Job("screening.new", once("screening"), _screen, catch_up="last")
