"""Finding a payout by the reference that the bank was given."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from expat.claims.tables import ClaimLine
from expat.db import table_of
from expat.errors import BadInput, NotFound
from expat.membership.tables import Membership
from expat.payments.references import payout_of
from expat.payments.tables import BankFileRecord, Payout, Settlement

_PAYOUT: Any = table_of(Payout)
_FILE: Any = table_of(BankFileRecord)
_SETTLEMENT: Any = table_of(Settlement)
_MEMBERSHIP: Any = table_of(Membership)
_LINE: Any = table_of(ClaimLine)


class Found(NamedTuple):
    """A payout: whose it is, what is transferred (in minor units), and how far it got.

    `eur_cents` is what all of it counts, with what is `set_off`.
    """

    id: int
    membership: str
    settled_on: date
    payee: str
    provider: str
    currency: str
    amount: int
    eur_cents: int
    rate: str
    file: str | None
    confirmed_on: date | None
    returned_on: date | None
    lines: tuple[str, ...]
    set_off: int = 0


def find_payout(session: Session, reference: str) -> Found:
    """The payout that an end-to-end id names. Raises BadInput for a mistyped one, NotFound for an unknown one."""
    key = payout_of(reference)
    if key is None:
        raise BadInput("reference", f"{reference!r} is none of ours, or mistyped", "such as EXP0000001234-82")
    query = (
        select(_PAYOUT, _MEMBERSHIP.c.number, _SETTLEMENT.c.day, _FILE.c.name)
        .join(_SETTLEMENT, _SETTLEMENT.c.id == _PAYOUT.c.settlement_id)
        .join(_MEMBERSHIP, _MEMBERSHIP.c.id == _PAYOUT.c.membership_id)
        .outerjoin(_FILE, _FILE.c.id == _PAYOUT.c.bank_file_id)
        .where(_PAYOUT.c.id == key)
    )
    row = session.execute(query).first()
    if row is None:
        raise NotFound("reference", f"there is no payout {key}")
    paid = select(_LINE.c.claim_id, _LINE.c.position).where(_LINE.c.payout_id == key)
    lines = session.execute(paid.order_by(_LINE.c.claim_id, _LINE.c.position))
    return Found(
        key, row.number, row.day, row.payee, row.provider, row.currency, row.amount - row.set_off, row.eur_cents,
        row.rate_note, row.name, row.confirmed_on, row.returned_on,
        tuple(f"{line.claim_id}/{line.position}" for line in lines), row.set_off,
    )  # fmt: skip
