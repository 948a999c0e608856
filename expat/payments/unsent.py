"""What is owed and in no bank file yet: what the next files would carry, and what they would leave out and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Row, select
from sqlmodel import Session

from expat.db import table_of
from expat.errors import BadInput
from expat.membership.tables import Membership
from expat.payments.account_records import Known, accounts_of
from expat.payments.payouts import to_check, transfer_of
from expat.payments.tables import Payout, Settlement

_PAYOUT: Any = table_of(Payout)
_SETTLEMENT: Any = table_of(Settlement)
_MEMBERSHIP: Any = table_of(Membership)


class LeftOut(NamedTuple):
    """A payout that no file can carry as things stand; amounts in minor units.

    `why` is to_check (by a person), no_account, returned (on `returned_on`, and there is no other account since) or
    unusable (`detail`).
    """

    payout: int
    membership: str
    payee: str
    provider: str
    currency: str
    amount: int
    why: str
    returned_on: date | None
    detail: str = ""


@dataclass
class Unsent:
    """What is ready to be sent, as number of payments and sums in minor units by currency, and what is left out."""

    ready: int = 0
    sums: dict[str, int] = field(default_factory=dict)
    left: list[LeftOut] = field(default_factory=list)


def unsent(session: Session, day: date) -> Unsent:
    """What files to be executed on a day would carry and leave out; nothing is made."""
    query = (
        select(_PAYOUT, _MEMBERSHIP.c.number, _SETTLEMENT.c.day, to_check().label("to_check"))
        .join(_SETTLEMENT, _SETTLEMENT.c.id == _PAYOUT.c.settlement_id)
        .join(_MEMBERSHIP, _MEMBERSHIP.c.id == _PAYOUT.c.membership_id)
        .where(_PAYOUT.c.bank_file_id.is_(None), _PAYOUT.c.amount > _PAYOUT.c.set_off, ~_SETTLEMENT.c.open)
        .order_by(_PAYOUT.c.currency, _PAYOUT.c.id)
    )
    rows = session.execute(query).all()
    accounts, found = accounts_of(session, rows), Unsent()
    for row in rows:
        known = accounts.get(row.id)
        try:
            transfer_of(row, known, day)
        except BadInput as wrong:
            found.left.append(_left(row, known, wrong))
        else:
            found.ready += 1
            found.sums[row.currency] = found.sums.get(row.currency, 0) + row.amount - row.set_off
    return found


def _left(row: Row[Any], known: Known | None, wrong: BadInput) -> LeftOut:
    if row.to_check:
        why = "to_check"
    elif known is None:
        why = "no_account"
    elif row.returned_on is not None and row.account_id == known.id:
        why = "returned"
    else:
        why = "unusable"
    detail = str(wrong) if why == "unusable" else ""
    amount = row.amount - row.set_off
    return LeftOut(row.id, row.number, row.payee, row.provider, row.currency, amount, why, row.returned_on, detail)
