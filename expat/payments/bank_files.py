"""Bank files: credit transfers as ISO 20022 pain.001.001.09, one file for SEPA and one for everything else.

Pure: transfers in, bytes out. Everything is checked before the first byte is written.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from expat.bank.codes import check_bic, check_country, check_iban, check_reference
from expat.bank.latin import latin, latin_needed
from expat.errors import BadInput
from expat.money import EUR, from_minor, to_minor
from expat.payments import pain001
from expat.payments.accounts import Account, sepa_account, verify
from expat.payments.pain001 import read_back
from expat.payments.transfers import CreditTransfer, Debtor

__all__ = ["Account", "BankFile", "CreditTransfer", "Debtor", "check_transfer", "credit_transfer_files", "read_back"]

Kind = Literal["sepa", "international"]
SUFFIX: dict[Kind, str] = {"sepa": "SEPA", "international": "INTL"}
DIGITS = 18  # of an amount and of a control sum in the schema
SEPA_MOST = Decimal("999999999.99")
_MOST = 10**DIGITS
_MESSAGE = re.compile(r"[A-Za-z0-9\-]{1,26}")


@dataclass(frozen=True, slots=True)
class BankFile:
    """A file for the bank; `totals` are the sums by currency."""

    kind: Kind
    name: str
    content: bytes
    count: int
    totals: dict[str, Decimal]


def credit_transfer_files(
    transfers: Iterable[CreditTransfer],
    debtor: Debtor,
    made_at: datetime,
    requested_on: date,
    message_id: str,
) -> list[BankFile]:
    """At most two files: euros to SEPA accounts, and everything else with one batch per currency.

    `made_at` is aware; `requested_on` is the day of execution; `message_id` (at most 26 letters, digits and
    dashes) is new every time: banks refuse one that they have seen. Raises BadInput naming the transfer's
    end-to-end id and the field, or the debtor's field; ValueError for a naive `made_at`.
    """
    if made_at.tzinfo is None:
        raise ValueError("made_at must be aware (UTC)")
    if not _MESSAGE.fullmatch(message_id):
        raise BadInput("message id", f"{message_id!r} is none", "at most 26 letters, digits and dashes")
    _check_debtor(debtor)
    sorted_out: dict[Kind, list[CreditTransfer]] = {"sepa": [], "international": []}
    for kind, transfer in _checked(transfers, requested_on):
        sorted_out[kind].append(transfer)
    return [
        _file(kind, f"{message_id}-{SUFFIX[kind]}", batch, debtor, made_at, requested_on)
        for kind, batch in sorted_out.items()
        if batch
    ]


def _file(
    kind: Kind,
    message_id: str,
    transfers: Sequence[CreditTransfer],
    debtor: Debtor,
    made_at: datetime,
    requested_on: date,
) -> BankFile:
    batches: dict[str, list[CreditTransfer]] = defaultdict(list)
    for transfer in transfers:
        batches[transfer.currency].append(transfer)
    totals = {c: _total(c, batches[c]) for c in sorted(batches)}
    if _too_long(sum(totals.values(), Decimal(0))):
        raise BadInput("bank file", "its amounts add up to more than a file can hold", "split the payments")
    content = pain001.write(
        message_id, {c: batches[c] for c in totals}, debtor, made_at, requested_on, sepa=kind == "sepa"
    )
    return BankFile(kind, f"{message_id}.xml", content, len(transfers), totals)


def _total(currency: str, transfers: Sequence[CreditTransfer]) -> Decimal:
    return from_minor(sum(to_minor(t.amount, currency) for t in transfers), currency)


def _too_long(amount: Decimal) -> bool:
    return len(amount.as_tuple().digits) > DIGITS


def _checked(transfers: Iterable[CreditTransfer], on: date) -> list[tuple[Kind, CreditTransfer]]:
    checked: list[tuple[Kind, CreditTransfer]] = []
    seen: set[str] = set()
    for transfer in transfers:
        try:
            checked.append((check_transfer(transfer, on), transfer))
            if transfer.end_to_end_id in seen:
                raise BadInput("end_to_end_id", "occurs twice", "one for each payment")
        except BadInput as wrong:
            where = f"transfer {transfer.end_to_end_id}, {wrong.where}"
            raise BadInput(where, wrong.problem, wrong.expected) from wrong
        seen.add(transfer.end_to_end_id)
    return checked


def check_transfer(transfer: CreditTransfer, on: date) -> Kind:
    """Which file the transfer goes into. Raises BadInput naming the field that is wrong."""
    check_reference("end_to_end_id", transfer.end_to_end_id)
    verify(transfer.creditor, transfer.currency, on)
    latin(transfer.remittance, "remittance")
    kind: Kind = "sepa" if transfer.currency == EUR and sepa_account(transfer.creditor, on) else "international"
    _check_amount(transfer, kind)
    return kind


def _check_amount(transfer: CreditTransfer, kind: Kind) -> None:
    amount = transfer.amount
    if not amount.is_finite() or amount <= 0:
        raise BadInput("amount", f"{amount} {transfer.currency} cannot be paid", "an amount above zero")
    most = SEPA_MOST if kind == "sepa" else Decimal(_MOST)
    if amount > most or to_minor(amount, transfer.currency) >= _MOST:
        raise BadInput("amount", f"{amount} {transfer.currency} is more than a bank file can hold", f"at most {most}")


def _check_debtor(debtor: Debtor) -> None:
    latin_needed(debtor.name, "debtor name", "the name of the account's holder")
    latin_needed(debtor.town, "debtor town", "the town of the account's holder")
    check_country("debtor country", debtor.country)
    check_iban(debtor.iban, "debtor iban")
    check_bic(debtor.bic, "debtor bic")
