"""What settlements did, as lists: settlements, their payouts, and the files for the bank."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, and_, func, select
from sqlmodel import Session

from expat.db import table_of
from expat.errors import NotFound
from expat.membership.tables import Membership
from expat.payments.tables import BankFileRecord, Payout, Settlement

_SETTLEMENT: Any = table_of(Settlement)
_PAYOUT: Any = table_of(Payout)
_FILE: Any = table_of(BankFileRecord)
_MEMBERSHIP: Any = table_of(Membership)


def settlements(session: Session, most: int = 50, before: int | None = None) -> Sequence[Row[Any]]:
    """Settlements, the newest first, with the number of their payouts (`payouts`), before a key."""
    made = select(func.count()).where(_PAYOUT.c.settlement_id == _SETTLEMENT.c.id).scalar_subquery()
    query = select(_SETTLEMENT, made.label("payouts")).order_by(_SETTLEMENT.c.id.desc()).limit(most)
    return session.execute(query if before is None else query.where(_SETTLEMENT.c.id < before)).all()


def settlement_of(session: Session, settlement_id: int) -> Row[Any]:
    """A settlement. Raises NotFound."""
    row = session.execute(select(_SETTLEMENT).where(_SETTLEMENT.c.id == settlement_id)).first()
    if row is None:
        raise NotFound("settlement", f"there is no settlement {settlement_id}")
    return row


def open_settlement(session: Session) -> Row[Any] | None:
    """The settlement that has not ended, if there is one."""
    return session.execute(select(_SETTLEMENT).where(_SETTLEMENT.c.open)).first()


def last_settled(session: Session) -> date | None:
    """The day of the latest settlement that has ended."""
    found: date | None = session.execute(select(func.max(_SETTLEMENT.c.day)).where(~_SETTLEMENT.c.open)).scalar()
    return found


_PAYOUTS = (
    select(_PAYOUT, _MEMBERSHIP.c.number, _FILE.c.name.label("file"))
    .join(_MEMBERSHIP, _MEMBERSHIP.c.id == _PAYOUT.c.membership_id)
    .outerjoin(_FILE, _FILE.c.id == _PAYOUT.c.bank_file_id)
    .order_by(_PAYOUT.c.id)
)
STATES: dict[str, Any] = {
    "waiting": and_(
        _PAYOUT.c.bank_file_id.is_(None), _PAYOUT.c.returned_on.is_(None), _PAYOUT.c.confirmed_on.is_(None)
    ),
    "sent": and_(_PAYOUT.c.bank_file_id.is_not(None), _PAYOUT.c.confirmed_on.is_(None)),
    "confirmed": _PAYOUT.c.confirmed_on.is_not(None),
    "returned": _PAYOUT.c.returned_on.is_not(None),
}


def payouts_of(
    session: Session, settlement_id: int, after: int = 0, most: int = 50, state: str | None = None
) -> Sequence[Row[Any]]:
    """Payouts of a settlement with the membership's `number` and the `file` that carries them, in the order made.

    `after` is the last payout of the page above; `state` one of STATES. Raises NotFound.
    """
    settlement_of(session, settlement_id)
    query = _PAYOUTS.where(_PAYOUT.c.settlement_id == settlement_id, _PAYOUT.c.id > after)
    return session.execute((query.where(STATES[state]) if state else query).limit(most)).all()


def payouts_in(session: Session, file_id: int, after: int = 0, most: int = 50) -> Sequence[Row[Any]]:
    """Payouts that a file for the bank carries, as `payouts_of` gives them; those that came back are gone."""
    query = _PAYOUTS.where(_PAYOUT.c.bank_file_id == file_id, _PAYOUT.c.id > after)
    return session.execute(query.limit(most)).all()


_COUNTED = (
    *(_FILE.c[name] for name in ("id", "name", "kind", "day", "count", "made_at")),
    select(func.count())
    .where(_PAYOUT.c.bank_file_id == _FILE.c.id, _PAYOUT.c.confirmed_on.is_not(None))
    .scalar_subquery()
    .label("confirmed"),
    select(func.count()).where(_PAYOUT.c.bank_file_id == _FILE.c.id).scalar_subquery().label("inside"),
)


def files_made(session: Session, most: int = 50, before: int | None = None) -> Sequence[Row[Any]]:
    """Files for the bank without their content, the newest first.

    `confirmed` of their payments the bank has executed, `inside` are in the file still: others came back.
    """
    query = select(*_COUNTED).order_by(_FILE.c.id.desc()).limit(most)
    return session.execute(query if before is None else query.where(_FILE.c.id < before)).all()


def file_of(session: Session, name: str) -> Row[Any]:
    """A file for the bank as `files_made` gives it. Raises NotFound."""
    row = session.execute(select(*_COUNTED).where(_FILE.c.name == name)).first()
    if row is None:
        raise NotFound("file", f"no bank file has the name {name!r}")
    return row


def sums_in(session: Session, files: Collection[int]) -> dict[int, list[tuple[str, int]]]:
    """What files for the bank carry: currencies and amounts in minor units, by the file's key."""
    key, currency = _PAYOUT.c.bank_file_id, _PAYOUT.c.currency
    query = (
        select(key, currency, func.sum(_PAYOUT.c.amount - _PAYOUT.c.set_off))
        .where(key.in_(files))
        .group_by(key, currency)
    )
    found: dict[int, list[tuple[str, int]]] = {}
    for file, code, amount in session.execute(query.order_by(key, currency)):
        found.setdefault(file, []).append((code, int(amount)))
    return found


def file_made(session: Session, name: str) -> bytes:
    """A file for the bank as it was handed out. Raises NotFound."""
    found: bytes | None = session.execute(select(_FILE.c.content).where(_FILE.c.name == name)).scalar()
    if found is None:
        raise NotFound("file", f"no bank file has the name {name!r}")
    return found
