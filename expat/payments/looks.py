"""Looks at what a settlement would pay, taken by a process of their own: with many memberships they take a while.

One asked for without an order ends in an order that waits for release; one asked for with an order releases it, where
it still pays what was prepared, or what its releaser has seen. One that died is asked for anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, Row, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from expat.db import reading, table_of, transaction
from expat.errors import BadInput, Conflict, NotFound
from expat.payments.orders import (
    SILENT,
    Changed,
    check_free,
    check_release,
    check_settled,
    in_background,
    order_of,
    prepare,
    release_seen,
    waiting_for,
)
from expat.payments.preview import Preview
from expat.payments.tables import SettlementLook

_LOOK: Any = table_of(SettlementLook)


@dataclass(frozen=True, slots=True)
class Looked:
    """How far a look got, in memberships: `state` is running, stopped, failed (`problem` says why) or done.

    `order` is the order that it made or was about.
    """

    look: int
    day: date
    state: str
    done: int
    total: int
    order: int | None
    releases: bool
    changed: bool
    problem: str | None


def ask_to_prepare(session: Session, day: date, today: date, at: datetime, actor: str) -> int:
    """Ask for a look at a day; answers its key. Raises as `prepare` does, before anything is looked at."""
    check_settled(session, day, today)
    check_free(session, day)
    return _ask(session, {"day": day, "asked_by": actor, "asked_at": at})


def ask_to_release(session: Session, order_id: int, actor: str, at: datetime, today: date, seen: str | None) -> int:
    """Ask for an order to be released once it was looked at again; answers the look's key. Raises as `release` does."""
    order = check_release(session, order_id, actor, at, today)
    return _ask(session, {"day": order.day, "order_id": order_id, "seen": seen, "asked_by": actor, "asked_at": at})


def start_look(look_id: int) -> None:
    """Have a look taken by a process of its own; started twice does no harm."""
    in_background("--look", look_id)


def take_look(engine: Engine, look_id: int, clock: Callable[[], datetime], preference: Sequence[str]) -> int | None:
    """Take a look; answers the order that it released and that is to run now, or None.

    What the same person had released already while it was looked at is done. Opens its own transactions: call it with
    none open. Raises NotFound.
    """
    with reading(engine) as session:
        look = look_of(session, look_id)
    if look.ended_at is not None:
        return None
    try:
        found = _taken(engine, look, clock, preference)
    except (BadInput, Conflict, SQLAlchemyError) as wrong:
        found = {"problem": str(wrong).splitlines()[0]}
    if before := bool(found) and _released_before(engine, look):
        found = {}
    with transaction(engine) as session:
        ended = update(_LOOK).where(_LOOK.c.id == look_id, _LOOK.c.ended_at.is_(None))
        session.execute(ended.values(ended_at=clock(), **found))
    return int(look.order_id) if look.order_id is not None and not found and not before else None


def _taken(engine: Engine, look: Any, clock: Callable[[], datetime], preference: Sequence[str]) -> dict[str, Any]:
    """What a look comes to, as its columns keep it; nothing where it released its order."""

    def note(done: int, total: int) -> None:
        with transaction(engine) as session:
            values = {"done": done, "total": total, "progressed_at": clock()}
            session.execute(update(_LOOK).where(_LOOK.c.id == look.id).values(values))

    at = clock()
    if look.order_id is None:
        try:
            return {"made_id": prepare(engine, look.day, at.date(), at, preference, look.asked_by, note)}
        except Conflict:
            with reading(engine) as session:
                made = waiting_for(session, look.day)  # somebody else was faster
            if made is None:
                raise
            return {"made_id": made}
    changed = release_seen(engine, look.order_id, look.asked_by, at, at.date(), preference, look.seen, note)
    return {} if changed is None else {"changed": changed.now.as_json()}


def _released_before(engine: Engine, look: Any) -> bool:
    """Whether who asked for a look had its order released since, by the same look taken twice or by another one."""
    if look.order_id is None:
        return False
    with reading(engine) as session:
        order = order_of(session, look.order_id)
    by_the_same = (order.released_by or "").casefold() == look.asked_by.casefold()
    return by_the_same and order.withdrawn_at is None and order.released_at >= look.asked_at


def looked(session: Session, look_id: int, at: datetime) -> Looked:
    """How far a look got. Raises NotFound."""
    row = look_of(session, look_id)
    return Looked(
        look_id, row.day, _state(row, at), row.done, row.total, row.order_id or row.made_id, row.order_id is not None,
        row.changed is not None, row.problem,
    )  # fmt: skip


def changed_by(session: Session, look_id: int, order_id: int) -> Changed | None:
    """What a look at an order found to be another than was prepared; None where it found nothing of that order."""
    row = session.execute(select(_LOOK).where(_LOOK.c.id == look_id, _LOOK.c.order_id == order_id)).first()
    if row is None or row.changed is None:
        return None
    return Changed(Preview.from_json(order_of(session, order_id).preview), Preview.from_json(row.changed))


def look_of(session: Session, look_id: int) -> Row[Any]:
    """A look's row. Raises NotFound."""
    row = session.execute(select(_LOOK).where(_LOOK.c.id == look_id)).first()
    if row is None:
        raise NotFound("look", f"there is no look {look_id}")
    return row


def _ask(session: Session, values: dict[str, Any]) -> int:
    return int(session.execute(_LOOK.insert().values(done=0, total=0, **values).returning(_LOOK.c.id)).scalar_one())


def _state(row: Any, at: datetime) -> str:
    if row.ended_at is not None:
        return "failed" if row.problem is not None else "done"
    return "stopped" if at - (row.progressed_at or row.asked_at) > SILENT else "running"
