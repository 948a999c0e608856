"""Settlements by order: one person prepares and looks, another releases, then it runs (four eyes).

A run that died goes on where it stopped, and two runs of one order share the work: see `settle`.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Thread
from typing import Any

from sqlalchemy import Engine, Row, func, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from expat import audit
from expat.db import advisory_lock, reading, table_of, transaction
from expat.errors import BadInput, Conflict, NotFound
from expat.payments.preview import Preview, preview_of
from expat.payments.settle import Beside, Outcome, left_to_settle, nothing, settle
from expat.payments.tables import SettledMembership, Settlement, SettlementOrder

LOCK = 7_004
SILENT = timedelta(minutes=1)  # a run that notes nothing for so long has stopped

_ORDER: Any = table_of(SettlementOrder)
_SETTLEMENT: Any = table_of(Settlement)
_SETTLED: Any = table_of(SettledMembership)

Following = Callable[[int, int], None]  # hears how many memberships of how many are done


def unheard(_done: int, _total: int) -> None:
    """Where nobody follows."""


class _PaidElsewhere(Exception):
    """Another run of the order has paid it and closed its settlement since this one looked."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an order got, in memberships.

    `state` is waiting, withdrawn, released (not begun yet), running, stopped, done or failed (`problem` says why).
    """

    order: int
    state: str
    done: int
    total: int
    settlement: int | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class Changed:
    """What an order would pay when it was prepared, and what it would pay now."""

    before: Preview
    now: Preview

    @property
    def differs(self) -> bool:
        """Whether another sum would be paid, or other lines."""
        return self.before.paid != self.now.paid


def prepare(
    engine: Engine,
    day: date,
    today: date,
    at: datetime,
    preference: Sequence[str],
    actor: str,
    progress: Following = unheard,
) -> int:
    """Look at what a settlement of a day would pay and keep that as an order; answers its key.

    Opens its own transactions: call it with none open. Raises BadInput for a day that cannot be settled, Conflict where
    an order of that day waits already.
    """
    with reading(engine) as session:
        check_settled(session, day, today)
        check_free(session, day)
    preview = preview_of(engine, day, at, preference, progress)
    with transaction(engine) as session:
        advisory_lock(session, LOCK)
        check_settled(session, day, today)
        check_free(session, day)
        values = {
            "day": day, "prepared_by": actor, "prepared_at": at, "preview": preview.as_json(), "memberships": 0,
        }  # fmt: skip
        key = int(session.execute(_ORDER.insert().values(values).returning(_ORDER.c.id)).scalar_one())
        audit.record(session, at, actor, "settlement_order.prepared", f"settlement_order:{key}", day=day.isoformat())
    return key


def release(session: Session, order_id: int, actor: str, at: datetime, today: date) -> None:
    """Another person than prepared it lets an order run; anew, where it stopped before it began (see `lapsed`).

    Raises NotFound, BadInput, Conflict where it waits no more.
    """
    check_release(session, order_id, actor, at, today)
    _set(session, order_id, released_by=actor, released_at=at, progressed_at=None, problem=None)
    audit.record(session, at, actor, "settlement_order.released", f"settlement_order:{order_id}")


def check_release(session: Session, order_id: int, actor: str, at: datetime, today: date) -> Row[Any]:
    """An order that may be released by somebody, locked. Raises as `release` does."""
    order = _locked(session, order_id)
    if order.withdrawn_at is not None or (order.released_at is not None and not lapsed(order, at)):
        raise Conflict("order", f"{order_id} was {'withdrawn' if order.withdrawn_at else 'released'} already")
    if order.prepared_by.casefold() == actor.casefold():
        raise BadInput("by", f"{actor} prepared this settlement", "another person releases it")
    check_settled(session, order.day, today)
    return order


def release_seen(
    engine: Engine,
    order_id: int,
    actor: str,
    at: datetime,
    today: date,
    preference: Sequence[str],
    seen: str | None,
    progress: Following = unheard,
) -> Changed | None:
    """Release an order that pays what was prepared, or what its releaser has `seen` (the mark of that preview).

    Otherwise nothing is released, and what changed is answered. Opens its own transactions: call it with none open.
    Raises as `release` does.
    """
    changed = changed_since(engine, order_id, at, preference, progress)
    if changed.differs and seen != changed.now.mark:
        return changed
    with transaction(engine) as session:
        release(session, order_id, actor, at, today)
    return None


def lapsed(order: Any, at: datetime) -> bool:
    """Whether an order (its row) was released and stopped before anything of it was paid.

    What it would pay changes with every claim, and nobody has seen it since: it is released anew before it runs.
    """
    return order.settlement_id is None and _state(order, False, at) in ("stopped", "failed")


def withdraw(session: Session, order_id: int, actor: str, at: datetime) -> None:
    """Take an order back before anything of it is paid. Raises NotFound, Conflict."""
    order = _locked(session, order_id)
    if order.withdrawn_at is not None or order.settlement_id is not None:
        raise Conflict("order", f"{order_id} was {'withdrawn' if order.withdrawn_at else 'begun'} already")
    _set(session, order_id, withdrawn_at=at)
    audit.record(session, at, actor, "settlement_order.withdrawn", f"settlement_order:{order_id}")


def changed_since(
    engine: Engine, order_id: int, at: datetime, preference: Sequence[str], progress: Following = unheard
) -> Changed:
    """What an order would pay when it was prepared and now. Opens its own transactions: call it with none open."""
    with reading(engine) as session:
        order = order_of(session, order_id)
    return Changed(Preview.from_json(order.preview), preview_of(engine, order.day, at, preference, progress))


def run_order(
    engine: Engine,
    order_id: int,
    clock: Callable[[], datetime],
    preference: Sequence[str],
    batch: int = 50,
    closing: Beside = nothing,
    log: Callable[[str], None] = lambda line: None,
    progress: Following = unheard,
) -> Outcome | None:
    """Pay what a released order says, in the name of who released it; None where that is done.

    Stopped half-way, it goes on when it is run again; stopped before it began, it is released anew first. Raises
    NotFound, Conflict where the order is not released or a settlement of another day is open.
    """
    with transaction(engine) as session:
        order = _locked(session, order_id)
        if order.released_at is None or order.withdrawn_at is not None:
            raise Conflict("order", f"{order_id} is not released", "an order that a second person released")
        if lapsed(order, clock()):
            problem = f"{order_id} stopped before it began, and what it would pay may have changed"
            raise Conflict("order", problem, "a second person to look at it and release it again")
        if _ended(session, order.settlement_id):
            return None
        _set(session, order_id, progressed_at=clock(), problem=None)

    def noting(session: Session, settlement_id: int, at: datetime) -> None:
        _note(session, order_id, settlement_id, at)

    try:
        return settle(engine, order.day, clock, preference, batch, progress, order.released_by, log, noting, closing)
    except _PaidElsewhere:
        return None
    except (BadInput, SQLAlchemyError) as wrong:
        problem = str(wrong).splitlines()[0]
        with transaction(engine) as session:
            _set(session, order_id, problem=problem)
        raise


def start_in_background(order_id: int) -> None:
    """Have an order run by a process of its own, which outlives this one; started twice does no harm."""
    in_background("--order", order_id)


def in_background(option: str, key: int) -> None:
    """`expat settle` with an option and a key, as a process of its own, which outlives this one."""
    command = [sys.executable, "-m", "expat", "settle", option, str(key)]
    process = subprocess.Popen(  # noqa: S603 (our own command and a number)
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
    )
    Thread(target=process.wait, daemon=True).start()  # so that it leaves nothing behind when it ends


def progress(session: Session, order_id: int, at: datetime) -> Progress:
    """How far an order got. Raises NotFound."""
    order = order_of(session, order_id)
    ended = _ended(session, order.settlement_id)
    done, total = order.memberships, order.memberships
    if order.settlement_id is None:
        total = Preview.from_json(order.preview).memberships
    elif not ended:
        total += left_to_settle(session, order.settlement_id, order.day)
    return Progress(order_id, _state(order, ended, at), done, total, order.settlement_id, order.problem)


def orders(session: Session, most: int = 50) -> Sequence[Row[Any]]:
    """The newest orders, the last prepared first."""
    return session.execute(select(_ORDER).order_by(_ORDER.c.id.desc()).limit(most)).all()


def order_of(session: Session, order_id: int) -> Row[Any]:
    """An order. Raises NotFound."""
    row = session.execute(select(_ORDER).where(_ORDER.c.id == order_id)).first()
    if row is None:
        raise NotFound("order", f"there is no order {order_id}")
    return row


def _state(order: Row[Any], ended: bool, at: datetime) -> str:
    if order.withdrawn_at is not None:
        return "withdrawn"
    if order.released_at is None:
        return "waiting"
    if ended:
        return "done"
    if order.problem is not None:
        return "failed"
    if at - (order.progressed_at or order.released_at) > SILENT:
        return "stopped"
    return "released" if order.settlement_id is None else "running"


def _locked(session: Session, order_id: int) -> Row[Any]:
    row = session.execute(select(_ORDER).where(_ORDER.c.id == order_id).with_for_update()).first()
    if row is None:
        raise NotFound("order", f"there is no order {order_id}")
    return row


def _set(session: Session, order_id: int, **values: Any) -> None:
    session.execute(update(_ORDER).where(_ORDER.c.id == order_id).values(values))


def _note(session: Session, order_id: int, settlement_id: int, at: datetime) -> None:
    """How far the settlement got, in the transaction that got it there. Raises Conflict where it was withdrawn.

    An order has one settlement. A run that finds none open, since another run closed it, has opened a second: that is
    undone with its transaction.
    """
    if _locked(session, order_id).settlement_id not in (None, settlement_id):
        raise _PaidElsewhere
    through = select(func.count()).where(_SETTLED.c.settlement_id == settlement_id).scalar_subquery()
    query = update(_ORDER).where(_ORDER.c.id == order_id, _ORDER.c.withdrawn_at.is_(None))
    values = {"settlement_id": settlement_id, "memberships": through, "progressed_at": at, "problem": None}
    if not session.execute(query.values(values)).rowcount:  # type: ignore[attr-defined]
        raise Conflict("order", f"{order_id} was withdrawn")


def _ended(session: Session, settlement_id: int | None) -> bool:
    query = select(_SETTLEMENT.c.id).where(_SETTLEMENT.c.id == settlement_id, ~_SETTLEMENT.c.open)
    return settlement_id is not None and session.execute(query).first() is not None


def check_settled(session: Session, day: date, today: date) -> None:
    """Raise BadInput for a day that cannot be settled: to come, before the last one, or while another is open."""
    if day > today:
        raise BadInput("on", f"{day} has not come yet", "today or an earlier day")
    last = session.execute(select(func.max(_SETTLEMENT.c.day)).where(~_SETTLEMENT.c.open)).scalar()
    if last is not None and day < last:
        raise BadInput("on", f"{day} lies before the settlement of {last}", f"{last} or a later day")
    other = select(_SETTLEMENT.c.day).where(_SETTLEMENT.c.open, _SETTLEMENT.c.day != day)
    if (unfinished := session.execute(other).scalar()) is not None:
        raise BadInput("on", f"the settlement of {unfinished} is still open", "finish it first")


def waiting_for(session: Session, day: date) -> int | None:
    """The order of a day that waits for release, where there is one."""
    waits = (_ORDER.c.day == day) & _ORDER.c.released_at.is_(None) & _ORDER.c.withdrawn_at.is_(None)
    found: int | None = session.execute(select(_ORDER.c.id).where(waits)).scalar()
    return found


def check_free(session: Session, day: date) -> None:
    """Raise Conflict where an order of the day waits already."""
    if (found := waiting_for(session, day)) is not None:
        raise Conflict("on", f"order {found} of {day} waits already", "release or withdraw it first")
