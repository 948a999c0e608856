"""How far an announced joiner is, as the employer may know it: never why somebody does not join."""

from __future__ import annotations

from typing import Any

from sqlalchemy import case, func, select

from expat.applications.tables import Application, ApplicationEvent
from expat.db import table_of
from expat.employers.tables import InvitedApplication

OPEN = ("announced", "invited", "applying")  # a joiner in another state is done with
DONE_WITH = ("joined", "declined", "refused", "withdrawn", "done")

_INVITED: Any = table_of(InvitedApplication)
_APPLICATION: Any = table_of(Application)
_EVENT: Any = table_of(ApplicationEvent)


def state_of(joiner: Any, step: Any) -> Any:
    """The state of a joiner of a query: what the management unit noted last where that ends it; else what became of the
    application that the joiner was invited to; else what was noted last."""
    ended = (
        select(_EVENT.c.kind)
        .join(_INVITED, _INVITED.c.application_id == _EVENT.c.application_id)
        .where(_INVITED.c.joiner_id == joiner.c.id, _EVENT.c.once == "end")
        .correlate(joiner)
        .scalar_subquery()
    )
    version = (
        select(_APPLICATION.c.version)
        .join(_INVITED, _INVITED.c.application_id == _APPLICATION.c.id)
        .where(_INVITED.c.joiner_id == joiner.c.id)
        .correlate(joiner)
        .scalar_subquery()
    )
    return case(
        (step.c.state.in_(DONE_WITH), step.c.state),
        (ended == "concluded", "joined"),
        (ended.is_not(None), "declined"),
        (version > 1, "applying"),
        else_=func.coalesce(step.c.state, "announced"),
    )
