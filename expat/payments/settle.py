"""Settling: every accepted line is paid at the rates of the day; killed or run twice, each is paid once.

A settlement works in batches of memberships, each in one transaction that locks them. What a batch did stands in
the database before the next begins, so that a run that died is taken up where it stopped, by whoever runs it next;
on PostgreSQL two runs share one settlement.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, Select, exists, func, or_, select, update
from sqlmodel import Session

from expat import audit
from expat.claims.tables import ClaimLine
from expat.db import advisory_lock, is_postgresql, reading, table_of, transaction
from expat.errors import Conflict
from expat.membership.tables import Membership
from expat.payments.batch import Paid, settle_memberships
from expat.payments.tables import SettledMembership, Settlement
from expat.payments.totals import Total, summed, totals_of
from expat.recoveries.waiting import complement_waits
from expat.screening.holds import stops_membership
from expat.screening.screen import screen_new

LOCK = 7_001
NO_SETTLEMENT = 0  # the key of none: nothing is settled in it
LOOKED_AT = 200  # memberships that a dry run settles and undoes at once
Progress = Callable[[int, int], None]
Beside = Callable[[Session, int, datetime], object]

_SETTLEMENT: Any = table_of(Settlement)
_SETTLED: Any = table_of(SettledMembership)
_MEMBERSHIP: Any = table_of(Membership)
_LINE: Any = table_of(ClaimLine)


@dataclass
class Outcome:
    """What a run did: its settlement, the lines that it paid and refused, and those that wait for a rate.

    `totals` are those of the whole settlement, with what earlier runs of it paid.
    """

    settlement_id: int
    day: date
    memberships: int = 0
    paid: list[Paid] = field(default_factory=list)
    refused: int = 0
    waiting: list[tuple[str, str]] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)


def nothing(_session: Session, _settlement_id: int, _at: datetime) -> None:
    """What is written beside a settlement where nothing is."""


class _DryRun(Exception):
    """Ends the transaction of a dry run: nothing of it is kept."""


def settle(
    engine: Engine,
    day: date,
    clock: Callable[[], datetime],
    preference: Sequence[str],
    batch: int = 50,
    progress: Progress = lambda done, total: None,
    actor: str = "settle",
    log: Callable[[str], None] = lambda line: None,
    noting: Beside = nothing,
    closing: Beside = nothing,
) -> Outcome:
    """Pay every accepted line that has its rates, at those of `day`. Takes up an open settlement of that day.

    `progress` and `log` hear of every commit once it stands. `noting` writes in each transaction, `closing` in the one
    that closes the settlement, once. Raises Conflict where a settlement of another day is still open.
    """
    with transaction(engine) as session:
        settlement_id = _open(session, day, clock(), actor)
        screen_new(session, clock(), actor)
        noting(session, settlement_id, clock())
        total = left_to_settle(session, settlement_id, day)
    log(f"settlement {settlement_id}: opened, memberships 0/{total}")
    outcome, last = Outcome(settlement_id, day), 0
    while True:
        with transaction(engine) as session:
            ids = _next(session, settlement_id, day, batch, last)
            if not ids:
                break
            _settle_batch(session, outcome, ids, clock(), preference)
            noting(session, settlement_id, clock())
        outcome.memberships, last = outcome.memberships + len(ids), ids[-1]
        total = max(total, outcome.memberships)
        log(f"settlement {settlement_id}: batch committed, memberships {outcome.memberships}/{total}")
        progress(outcome.memberships, total)
    log(f"settlement {settlement_id}: closing")
    with transaction(engine) as session:
        if _close(session, settlement_id, clock(), actor):
            closing(session, settlement_id, clock())
        noting(session, settlement_id, clock())
        outcome.totals = totals_of(session, settlement_id)
    log(f"settlement {settlement_id}: closed")
    return outcome


def dry_run(
    engine: Engine,
    day: date,
    at: datetime,
    preference: Sequence[str],
    progress: Progress = lambda done, total: None,
    batch: int = LOOKED_AT,
) -> Outcome:
    """What a settlement of that day would pay; nothing is kept.

    Each batch is settled and undone in a transaction of its own, so that nobody waits long for a membership that is
    only looked at. `progress` hears of each.
    """
    outcome, last = Outcome(0, day), 0
    found: list[Total] = []
    with reading(engine) as session:
        total = left_to_settle(session, NO_SETTLEMENT, day)
    progress(0, total)
    while ids := _look(engine, outcome, last, at, preference, batch, found):
        outcome.memberships, last = outcome.memberships + len(ids), ids[-1]
        progress(outcome.memberships, max(total, outcome.memberships))
    outcome.totals = summed(found)
    return outcome


def _look(
    engine: Engine, outcome: Outcome, after: int, at: datetime, preference: Sequence[str], batch: int,
    found: list[Total],
) -> list[int]:  # fmt: skip
    """Settle the next batch and undo it; answers the memberships, and adds what they would be paid to `found`."""
    ids: list[int] = []
    try:
        with transaction(engine) as session:
            due = _due(NO_SETTLEMENT, outcome.day).where(_MEMBERSHIP.c.id > after).limit(batch)
            locked = due.with_for_update(key_share=True, of=_MEMBERSHIP)
            ids = list(session.execute(locked).scalars())
            if ids:
                # Not open: one that died and is still open must not stand in the way of looking.
                outcome.settlement_id = _insert(session, outcome.day, at, is_open=False)
                _settle_batch(session, outcome, ids, at, preference)
                found += totals_of(session, outcome.settlement_id)
            raise _DryRun
    except _DryRun:
        return ids


def _open(session: Session, day: date, at: datetime, actor: str) -> int:
    """The open settlement of the day, or a new one."""
    advisory_lock(session, LOCK)
    row = session.execute(select(_SETTLEMENT).where(_SETTLEMENT.c.open)).first()
    if row is not None and row.day != day:
        raise Conflict(
            "on",
            f"the settlement of {row.day} is still open",
            f"finish it first: expat settle --on {row.day}",
        )
    if row is not None:
        return int(row.id)
    key = _insert(session, day, at)
    audit.record(session, at, actor, "settlement.opened", f"settlement:{key}", day=day.isoformat())
    return key


def _insert(session: Session, day: date, at: datetime, is_open: bool = True) -> int:
    query = _SETTLEMENT.insert().values(day=day, open=is_open, started_at=at).returning(_SETTLEMENT.c.id)
    return int(session.execute(query).scalar_one())


def _close(session: Session, settlement_id: int, at: datetime, actor: str) -> bool:
    """Close the settlement; whether it was this run that did."""
    query = update(_SETTLEMENT).where(_SETTLEMENT.c.id == settlement_id, _SETTLEMENT.c.open)
    if not session.execute(query.values(open=False, ended_at=at)).rowcount:  # type: ignore[attr-defined]
        return False
    audit.record(session, at, actor, "settlement.closed", f"settlement:{settlement_id}")
    return True


def left_to_settle(session: Session, settlement_id: int, day: date) -> int:
    """How many memberships an open settlement has not looked at yet."""
    due = select(func.count()).select_from(_due(settlement_id, day).subquery())
    return int(session.execute(due).scalar_one())


def _still_open(session: Session, settlement_id: int) -> bool:
    """Whether nobody has closed the settlement; while this transaction lasts, nobody can."""
    query = select(_SETTLEMENT.c.ended_at).where(_SETTLEMENT.c.id == settlement_id)
    return session.execute(query.with_for_update(read=True)).scalar() is None


def _due(settlement_id: int, day: date) -> Select[Any]:
    """Memberships with accepted lines, facts that their lines were not judged on, or more to be paid, not settled yet.

    One whose payments a person has to check first waits as a whole.
    """
    mine = _LINE.c.membership_id == _MEMBERSHIP.c.id
    accepted = exists().where(mine, _LINE.c.status == "accepted", _LINE.c.received_on <= day)
    newer = _MEMBERSHIP.c.facts_version > _MEMBERSHIP.c.judged_version
    settled = exists().where(_SETTLED.c.membership_id == _MEMBERSHIP.c.id, _SETTLED.c.settlement_id == settlement_id)
    return (
        select(_MEMBERSHIP.c.id)
        .where(or_(accepted, newer, complement_waits(_MEMBERSHIP.c.id, day)))
        .where(~settled, ~stops_membership(_MEMBERSHIP.c.id))
        .order_by(_MEMBERSHIP.c.id)
    )


def _next(session: Session, settlement_id: int, day: date, batch: int, after: int) -> list[int]:
    """The next memberships after a key, locked. Those that another run holds come last, and are waited for.

    What another run did while the lock was waited for is only seen by a new query, hence the second look.
    """
    if not _still_open(session, settlement_id):
        return []
    due = _due(settlement_id, day)
    free = due.limit(batch).with_for_update(skip_locked=True, key_share=True, of=_MEMBERSHIP)
    held = due.limit(1).with_for_update(key_share=True, of=_MEMBERSHIP)
    while True:
        for query in (free.where(_MEMBERSHIP.c.id > after), free, held):
            if ids := list(session.execute(query).scalars()):
                break
        if not ids or not is_postgresql(session):
            return ids
        if still := list(session.execute(due.where(_MEMBERSHIP.c.id.in_(ids))).scalars()):
            return still


def _settle_batch(session: Session, outcome: Outcome, ids: list[int], at: datetime, preference: Sequence[str]) -> None:
    done = settle_memberships(session, ids, outcome.settlement_id, outcome.day, at, preference)
    rows = [{"settlement_id": outcome.settlement_id, "membership_id": i} for i in ids]
    session.execute(_SETTLED.insert(), rows)
    outcome.paid += done.paid
    outcome.refused += done.refused
    outcome.waiting += done.waiting
