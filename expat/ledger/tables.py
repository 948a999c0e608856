"""Ledger transactions and their entries. Append-only: a correction is a reversal."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, Date, ForeignKey, String, UniqueConstraint
from sqlmodel import Field, SQLModel

from expat.db import Code, Id, Instant


class LedgerTransaction(SQLModel, table=True):
    """Something that happened: `reference` names it once, such as `settled:payout:17`."""

    __tablename__ = "ledger_transaction"
    __table_args__ = (UniqueConstraint("reference"),)

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    reference: str = Field(sa_column=Column(String(80), nullable=False))
    day: date = Field(sa_column=Column(Date, nullable=False))
    reverses_id: int | None = Field(default=None, sa_column=Column(Id, ForeignKey("ledger_transaction.id")))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class LedgerEntry(SQLModel, table=True):
    """An amount on an account, in minor units of its currency: debit above zero, credit below."""

    __tablename__ = "ledger_entry"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    transaction_id: int = Field(sa_column=Column(Id, ForeignKey("ledger_transaction.id"), nullable=False, index=True))
    account: str = Field(sa_column=Column(Code, nullable=False))
    currency: str = Field(sa_column=Column(String(3), nullable=False))
    amount: int = Field(sa_column=Column(BigInteger, nullable=False))
