"""What a bank tells of an account: statements and notifications, entries, and the payments that an entry is made of.

Amounts are minor units of the account's currency: above zero money came in, below zero it went out.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

Kind = Literal["statement", "notification"]
Status = Literal["booked", "pending", "information", "future"]


class Balance(NamedTuple):
    """What the account held on a day; `kind` is ISO 20022's code, such as OPBD or CLBD."""

    kind: str
    amount: int
    on: date


class Party(NamedTuple):
    """The other side of a payment, as far as the bank says; `iban` is another account number where there is no IBAN."""

    name: str | None = None
    iban: str | None = None
    bic: str | None = None


class Returned(NamedTuple):
    """Why a payment came back: a code of ISO 20022's list, such as AM04, and what the bank adds; each may lack."""

    code: str | None
    text: str


class Payment(NamedTuple):
    """One payment of an entry.

    The references are those that the payment was given when it was made: for one that came back, the original's.
    `instructed` is what was ordered then, where the bank says so in the account's currency: for a return it is the
    original amount without what the bank charges, which is in `charges` (above zero a cost).
    """

    amount: int
    instructed: int | None
    charges: int
    end_to_end_id: str | None
    mandate: str | None
    message_id: str | None
    payment_id: str | None
    instruction_id: str | None
    bank_reference: str | None
    remittance: str
    references: tuple[str, ...]
    counterparty: Party
    returned: Returned | None
    where: str


class Entry(NamedTuple):
    """One movement of the account; an entry of many payments (a batch) has them all where the bank tells them.

    `reversal` is the bank's own word for an entry that undoes an earlier one. `key` stays the same when the bank
    sends the entry again. `payment_id` is that of the batch that was handed in; `size` how many payments it had.
    """

    amount: int
    status: Status
    booked_on: date
    value_on: date | None
    reversal: bool
    bank_reference: str | None
    transaction_code: str | None
    payment_id: str | None
    size: int | None
    text: str
    payments: tuple[Payment, ...]
    where: str
    key: str = ""

    @property
    def charges(self) -> int:
        """What of the entry is no payment, but what the bank charges for them: below zero a cost."""
        return self.amount - sum(one.amount for one in self.payments)


class Statement(NamedTuple):
    """The entries of one account (its IBAN, or the number that the bank gives); `copy` of one that was sent before."""

    id: str
    account: str
    currency: str
    opening: Balance | None
    closing: Balance | None
    balances: tuple[Balance, ...]
    entries: tuple[Entry, ...]
    copy: bool
    adds_up: bool
    where: str


class BankMessage(NamedTuple):
    """A file; `version` is such as camt.053.001.08. A message of several pages says which, and whether the last."""

    kind: Kind
    version: str
    message_id: str
    made_on: date
    page: int
    last_page: bool
    statements: tuple[Statement, ...]
