"""The mandates under which premiums are collected by direct debit."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from expat.billing.tables import PremiumMandate
from expat.db import table_of

_MANDATE: Any = table_of(PremiumMandate)


class Standing(NamedTuple):
    """A mandate that stands: its unique reference, whose account, and since when it is signed."""

    id: int
    reference: str
    holder: str
    iban: str
    signed_on: date

    @property
    def shown(self) -> str:
        """The account as it may be shown: its country and its last four characters."""
        return f"{self.iban[:2]}•• {self.iban[-4:]}"


def mandate_for(session: Session, membership_id: int) -> Standing | None:
    """The mandate of a membership that stands: its newest one, unless that was ended."""
    query = select(_MANDATE).where(_MANDATE.c.membership_id == membership_id).order_by(_MANDATE.c.id.desc()).limit(1)
    row = session.execute(query).first()
    if row is None or row.ends:
        return None
    return Standing(row.id, row.reference, row.holder, row.iban, row.signed_on)
