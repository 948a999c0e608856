"""What happened to an application, and where it stands: who acts next, and by when."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Row, select
from sqlmodel import Session

from expat import audit
from expat.applications.tables import ApplicationEvent
from expat.currency.calendar import add_working_days
from expat.db import table_of
from expat.documents.keys import Keys
from expat.errors import Conflict
from expat.membership.changes import Acting
from expat.plans.edition import Edition

ENDS = ("refused", "withdrawn", "lapsed", "concluded")
WITH_MEDICAL = ("handed_in", "answered", "declared_again")
STANDINGS = ("draft", "medical", "asked", "offered", "premium", "refused", "withdrawn", "lapsed", "concluded")

_EVENT: Any = table_of(ApplicationEvent)


class Event(NamedTuple):
    """Something that happened; `told` and `reason` as they are kept, sealed."""

    id: int
    kind: str
    day: date
    actor: str
    detail: dict[str, Any]
    told: bytes | None
    reason: bytes | None
    at: datetime


class Standing(NamedTuple):
    """Where an application stands: a word of STANDINGS, who acts next (applicant, medical, accountant, nobody), and by
    when, where that is promised, or where it lapses otherwise; `complete_on` is the day on which all that was asked for
    was there."""

    word: str
    acts: str | None
    by: date | None
    complete_on: date | None
    last: Event | None


def events_of(session: Session, application_ids: Collection[int]) -> dict[int, list[Event]]:
    """What happened to applications, in order, by their keys."""
    found: dict[int, list[Event]] = {key: [] for key in application_ids}
    query = select(_EVENT).where(_EVENT.c.application_id.in_(list(found))).order_by(_EVENT.c.id)
    for row in session.execute(query):
        found[row.application_id].append(_event(row))
    return found


def standing(edition: Edition, events: Sequence[Event]) -> Standing:
    """Where it stands after what happened. The promise counts from the complete file, anew after each answer."""
    if not events:
        return Standing("draft", "applicant", None, None, None)
    last = events[-1]
    complete = next((e.day for e in reversed(events) if e.kind in WITH_MEDICAL), None)
    if last.kind in WITH_MEDICAL:
        by = add_working_days(last.day, edition["membership.selection_promise"].value)
        return Standing("medical", "medical", by, complete, last)
    if last.kind in ENDS:
        return Standing(last.kind, None, None, complete, last)
    if last.kind == "asked":
        return Standing("asked", "applicant", None, complete, last)
    by = last.day + timedelta(days=edition["membership.first_premium_within"].value)
    if last.kind == "accepted" and last.detail.get("conditions"):
        return Standing("offered", "applicant", by, complete, last)
    return Standing("premium", "applicant", by, complete, last)


def accepted(events: Sequence[Event]) -> Event | None:
    """The newest acceptance that still holds: none after further questions or a new declaration."""
    event: Event
    for event in reversed(events):
        if event.kind == "accepted":
            return event
        if event.kind in (*WITH_MEDICAL, "asked"):
            return None
    return None


def add_event(
    session: Session, application_id: int, kind: str, acting: Acting, keys: Keys | None = None,
    detail: dict[str, Any] | None = None, told: Any = None, reason: str = "",
) -> int:  # fmt: skip
    """Keep what happened, and in the trail that it did; answers its key. Of what ends it there is one.

    The caller holds the application's lock and knows that it may happen now.
    """
    values = {
        "application_id": application_id, "kind": kind, "once": "end" if kind in ENDS else None, "day": acting.day,
        "actor": acting.actor, "detail": detail or {}, "told": _sealed(keys, told, application_id),
        "reason": _sealed(keys, reason or None, application_id), "recorded_at": acting.at,
    }  # fmt: skip
    key = int(session.execute(_EVENT.insert().values(values).returning(_EVENT.c.id)).scalar_one())
    audit.record(session, acting.at, acting.actor, f"application.{kind}", f"application:{application_id}")
    return key


def unsealed(keys: Keys, sealed: bytes | None, application_id: int) -> Any:
    """What was sealed of an application; None where nothing was."""
    return None if sealed is None else orjson.loads(keys.unseal(sealed, digest(application_id)))


def digest(application_id: int) -> str:
    """Under which name what is sealed of an application is good."""
    return f"application {application_id}"


def must_stand(standing: Standing, *words: str) -> None:
    """Raise Conflict unless the application stands so."""
    if standing.word not in words:
        raise Conflict("application", f"it stands at {standing.word}", f"{' or '.join(words)}: look at it again")


def _sealed(keys: Keys | None, value: Any, application_id: int) -> bytes | None:
    if value is None:
        return None
    assert keys is not None
    return keys.seal(orjson.dumps(value), digest(application_id))


def _event(row: Row[Any]) -> Event:
    return Event(row.id, row.kind, row.day, row.actor, row.detail, row.told, row.reason, row.recorded_at)
