"""Premiums that were paid, what the bank told, direct debits, and what people decided. Amounts are minor units.

All is append-only but where a direct debit stands.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from expat.db import Code, Id, Instant, Json


class PremiumPayment(SQLModel, table=True):
    """Money that a membership paid: EUR cents, the day on which it came, by transfer, direct_debit or hand.

    `source` is what it was found by (`part:12`, `proposal:4`), once. What it counts towards stands in
    `premium_allocation`, under `payment:` and its key; the rest is the membership's credit.
    """

    __tablename__ = "premium_payment"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), nullable=False, index=True))
    premium_id: int | None = Field(default=None, sa_column=Column(Id, ForeignKey("premium.id")))
    cents: int = Field(sa_column=Column(BigInteger, nullable=False))
    received_on: date = Field(sa_column=Column(Date, nullable=False))
    method: str = Field(sa_column=Column(Code, nullable=False))
    source: str = Field(sa_column=Column(Code, nullable=False, unique=True))
    entered_by: str = Field(sa_column=Column(Code, nullable=False))
    confirmed_by: str | None = Field(default=None, sa_column=Column(Code))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class PremiumPaymentUndone(SQLModel, table=True):
    """A payment that the bank took back, on a day, with the bank's code."""

    __tablename__ = "premium_payment_undone"

    payment_id: int = Field(sa_column=Column(Id, ForeignKey("premium_payment.id"), primary_key=True))
    day: date = Field(sa_column=Column(Date, nullable=False))
    code: str | None = Field(default=None, sa_column=Column(Code))
    recorded_by: str = Field(sa_column=Column(Code, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class DebitBatch(SQLModel, table=True):
    """Direct debits of one day: looked at by one person, released by another, then the file is there, or withdrawn."""

    __tablename__ = "debit_batch"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    collect_on: date = Field(sa_column=Column(Date, nullable=False))
    made_by: str = Field(sa_column=Column(Code, nullable=False))
    made_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    looked_by: str | None = Field(default=None, sa_column=Column(Code))
    looked_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    released_by: str | None = Field(default=None, sa_column=Column(Code))
    released_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    withdrawn_by: str | None = Field(default=None, sa_column=Column(Code))
    withdrawn_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    name: str | None = Field(default=None, sa_column=Column(String(80), unique=True))
    sha256: str | None = Field(default=None, sa_column=Column(String(64)))
    content: bytes | None = Field(default=None, sa_column=Column(LargeBinary))


class DebitItem(SQLModel, table=True):
    """A direct debit of a premium, EUR cents. `dropped` says why it is not collected after all.

    `group_id` is how the bank names the sum that it is part of. `payment_id` is there once the bank has booked it,
    `returned_on` once it came back.
    """

    __tablename__ = "debit_item"
    __table_args__ = (UniqueConstraint("premium_id", "attempt"),)

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    batch_id: int = Field(sa_column=Column(Id, ForeignKey("debit_batch.id"), nullable=False, index=True))
    premium_id: int = Field(sa_column=Column(Id, ForeignKey("premium.id"), nullable=False))
    attempt: int = Field(sa_column=Column(Integer, nullable=False))
    membership_id: int = Field(sa_column=Column(Id, ForeignKey("membership.id"), nullable=False, index=True))
    mandate_id: int = Field(sa_column=Column(Id, ForeignKey("premium_mandate.id"), nullable=False))
    mandate: str = Field(sa_column=Column(String(35), nullable=False, index=True))
    sequence: str = Field(sa_column=Column(String(4), nullable=False))
    cents: int = Field(sa_column=Column(BigInteger, nullable=False))
    end_to_end_id: str = Field(sa_column=Column(String(35), nullable=False, unique=True))
    group_id: str | None = Field(default=None, sa_column=Column(String(35), index=True))
    dropped: str | None = Field(default=None, sa_column=Column(Code))
    payment_id: int | None = Field(default=None, sa_column=Column(Id, ForeignKey("premium_payment.id")))
    returned_on: date | None = Field(default=None, sa_column=Column(Date))
    returned_code: str | None = Field(default=None, sa_column=Column(Code))


class BankMessageRecord(SQLModel, table=True):
    """A file of the bank that was read: statements (053) or notifications (054)."""

    __tablename__ = "bank_message"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    sha256: str = Field(sa_column=Column(String(64), nullable=False, unique=True))
    name: str = Field(sa_column=Column(Text, nullable=False))
    kind: str = Field(sa_column=Column(Code, nullable=False))
    version: str = Field(sa_column=Column(Code, nullable=False))
    message_id: str = Field(sa_column=Column(Text, nullable=False))
    made_on: date = Field(sa_column=Column(Date, nullable=False))
    statements: list[Any] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    imported_by: str = Field(sa_column=Column(Code, nullable=False))
    imported_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class BankEntry(SQLModel, table=True):
    """A movement of one of our accounts, above zero where money came in; `key` tells it from all others.

    `details_of` is the same movement as it was told before, without details.
    """

    __tablename__ = "bank_entry"
    __table_args__ = (UniqueConstraint("account", "key"),)

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    bank_message_id: int = Field(sa_column=Column(Id, ForeignKey("bank_message.id"), nullable=False, index=True))
    statement: str = Field(sa_column=Column(Text, nullable=False))
    account: str = Field(sa_column=Column(String(34), nullable=False))
    key: str = Field(sa_column=Column(String(64), nullable=False))
    currency: str = Field(sa_column=Column(String(3), nullable=False))
    amount: int = Field(sa_column=Column(BigInteger, nullable=False))
    booked_on: date = Field(sa_column=Column(Date, nullable=False, index=True))
    value_on: date | None = Field(default=None, sa_column=Column(Date))
    bank_reference: str | None = Field(default=None, sa_column=Column(Text))
    text: str = Field(sa_column=Column(Text, nullable=False))
    details_of: int | None = Field(default=None, sa_column=Column(Id, ForeignKey("bank_entry.id"), index=True))


class BankPart(SQLModel, table=True):
    """One payment of a movement, and what it was matched to when it was read: premium, debit, debit_return, payout,
    payout_return, charges; or it waits for a person, and `why` says for what reason. `subject` is what it was."""

    __tablename__ = "bank_part"
    __table_args__ = (UniqueConstraint("bank_entry_id", "position"),)

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    bank_entry_id: int = Field(sa_column=Column(Id, ForeignKey("bank_entry.id"), nullable=False))
    position: int = Field(sa_column=Column(Integer, nullable=False))
    amount: int = Field(sa_column=Column(BigInteger, nullable=False))
    end_to_end_id: str | None = Field(default=None, sa_column=Column(Text))
    remittance: str = Field(sa_column=Column(Text, nullable=False))
    name: str | None = Field(default=None, sa_column=Column(Text))
    iban: str | None = Field(default=None, sa_column=Column(Text))
    returned_code: str | None = Field(default=None, sa_column=Column(Code))
    matched: str = Field(sa_column=Column(Code, nullable=False, index=True))
    subject: str | None = Field(default=None, sa_column=Column(Code, index=True))
    why: str | None = Field(default=None, sa_column=Column(Code))


class MoneyProposal(SQLModel, table=True):
    """What one person proposes and another decides on: what a waiting payment is, a payment by hand, a refund paid."""

    __tablename__ = "money_proposal"

    id: int | None = Field(default=None, sa_column=Column(Id, primary_key=True))
    kind: str = Field(sa_column=Column(Code, nullable=False))
    part_id: int | None = Field(default=None, sa_column=Column(Id, ForeignKey("bank_part.id"), index=True))
    premium_id: int | None = Field(default=None, sa_column=Column(Id, ForeignKey("premium.id")))
    refund_id: int | None = Field(default=None, sa_column=Column(Id, ForeignKey("premium_refund.id"), index=True))
    cents: int = Field(sa_column=Column(BigInteger, nullable=False))
    day: date = Field(sa_column=Column(Date, nullable=False))
    reason: str = Field(sa_column=Column(Text, nullable=False))
    proposed_by: str = Field(sa_column=Column(Code, nullable=False))
    proposed_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class MoneyDecision(SQLModel, table=True):
    """What another person decided on a proposal, once: confirmed or refused."""

    __tablename__ = "money_decision"

    proposal_id: int = Field(sa_column=Column(Id, ForeignKey("money_proposal.id"), primary_key=True))
    outcome: str = Field(sa_column=Column(Code, nullable=False))
    decided_by: str = Field(sa_column=Column(Code, nullable=False))
    decided_at: datetime = Field(sa_column=Column(Instant, nullable=False))
