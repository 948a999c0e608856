"""The entries of a camt.053 or camt.054 message, and the payments in them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date

from expat.bank.camt_payments import charged, payment
from expat.bank.element import Element
from expat.bank.statements import Entry, Party, Payment, Status
from expat.errors import BadInput
from expat.money import from_minor, written

_STATUS: dict[str, Status] = {"BOOK": "booked", "PDNG": "pending", "INFO": "information", "FUTR": "future"}
_KEY = 40  # characters


def entry(one: Element, account: str, currency: str, until: date | None) -> Entry:
    """An entry of an account; `until` is the day to which it is booked where it names none. Raises BadInput."""
    number, own = one.the("Amt").amount()
    if own != currency:
        raise BadInput(one.the("Amt").where(), f"is in {own}", f"{currency}, the account's currency")
    amount = one.sign() * number
    value_on = one.day("ValDt")
    booked_on = one.day("BookgDt") or value_on or until
    if booked_on is None:
        raise BadInput(one.where("BookgDt"), "is missing", "the day on which it was booked")
    reversal = one.truth("RvslInd", False)
    return Entry(
        amount=amount,
        status=_status(one),
        booked_on=booked_on,
        value_on=value_on,
        reversal=reversal,
        bank_reference=one.text("AcctSvcrRef"),
        transaction_code=_transaction_code(one),
        payment_id=next(iter(one.texts("NtryDtls/Btch/PmtInfId")), None),
        size=next((n for batch in one.all("NtryDtls/Btch") if (n := batch.count("NbOfTxs")) is not None), None),
        text=one.text("AddtlNtryInf") or "",
        payments=_payments(one, account, currency, amount, reversal),
        where=one.where(),
    )


def key_of(account: str, one: Entry) -> str:
    """What tells the entry from others, the same whenever and in whatever file the bank tells it again.

    What it is made of never changes: keys that are kept are compared with those of files yet to come.
    """
    told: list[object] = [account, one.amount, one.status, one.booked_on, one.value_on, one.reversal]
    told += [one.bank_reference, one.transaction_code, one.payment_id, one.text]
    for paid in one.payments:
        told += [paid.amount, paid.end_to_end_id, paid.mandate, paid.message_id, paid.payment_id, paid.bank_reference]
        told += [paid.remittance, *paid.references, paid.counterparty.name, paid.counterparty.iban]
        told += [paid.returned.code if paid.returned else None]
    return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()[:_KEY]


def _status(one: Element) -> Status:
    """In early versions a word, in later ones a code in an element of its own."""
    path = "Sts/Cd" if one.first("Sts/Cd") else "Sts"
    return _STATUS[one.word(path, _STATUS)]


def _transaction_code(one: Element) -> str | None:
    """The bank's transaction code: domain, family and sub-family, such as PMNT-IDDT-UPDD, or its own."""
    domain = one.first("BkTxCd/Domn")
    if domain is None:
        return one.text("BkTxCd/Prtry/Cd")
    return "-".join(filter(None, (domain.text(path) for path in ("Cd", "Fmly/Cd", "Fmly/SubFmlyCd"))))


def _payments(one: Element, account: str, currency: str, amount: int, reversal: bool) -> tuple[Payment, ...]:
    batches = one.all("NtryDtls")
    details = sum(batch.number_of("TxDtls") for batch in batches)
    if not details:
        return (_only(one, amount),)
    alone = amount if details == 1 else None
    payments = tuple(
        payment(found, batch, account, currency, amount, alone, reversal)
        for batch in batches
        for found in batch.each("TxDtls")
    )
    _check_sum(one, payments, currency, amount)
    return payments


def _only(one: Element, amount: int) -> Payment:
    """The payment that an entry without details is."""
    return Payment(
        amount=amount,
        instructed=None,
        charges=0,
        end_to_end_id=None,
        mandate=None,
        message_id=next(iter(one.texts("NtryDtls/Btch/MsgId")), None),
        payment_id=next(iter(one.texts("NtryDtls/Btch/PmtInfId")), None),
        instruction_id=None,
        bank_reference=one.text("AcctSvcrRef"),
        remittance=one.text("AddtlNtryInf") or "",
        references=(),
        counterparty=Party(),
        returned=None,
        where=one.where(),
    )


def _check_sum(one: Element, payments: Sequence[Payment], currency: str, amount: int) -> None:
    """Refuse details that do not make the entry: what is missing is what the bank says it charges, or nothing."""
    total = sum(found.amount for found in payments)
    told = charged(one, currency)
    charges = {0, told, sum(found.charges for found in payments), told + sum(found.charges for found in payments)}
    if total - amount not in charges:
        parts, whole = (written(from_minor(n, currency), currency) for n in (total, amount))
        raise BadInput(one.where("NtryDtls"), f"adds up to {parts}, but the entry is {whole}", "details of all of it")
