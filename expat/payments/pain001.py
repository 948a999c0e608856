"""ISO 20022 customer credit transfer initiation, pain.001.001.09: written, held against its schema, read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from lxml import etree

from expat.bank.codes import compact
from expat.bank.latin import fit, latin
from expat.bank.messages import (
    NAME,
    REMITTANCE,
    add,
    add_address,
    add_amount,
    add_town,
    count,
    document,
    finished,
    header,
    name_of,
    namespace,
    read_own,
)
from expat.money import number
from expat.payments.accounts import Account, bic_of
from expat.payments.transfers import CreditTransfer, Debtor

MESSAGE = "pain.001.001.09"
NAMESPACE = namespace(MESSAGE)
_TAG = f"{{{NAMESPACE}}}"


def write(
    message_id: str,
    batches: Mapping[str, Sequence[CreditTransfer]],
    debtor: Debtor,
    made_at: datetime,
    requested_on: date,
    *,
    sepa: bool,
) -> bytes:
    """The file of a message; `batches` are its transfers by currency, each of them checked before.

    Raises lxml's DocumentInvalid, which is a bug of ours, where the file does not follow the schema.
    """
    root = document(MESSAGE)
    initiation = add(root, "CstmrCdtTrfInitn")
    everything = [transfer for batch in batches.values() for transfer in batch]
    header(initiation, message_id, made_at, _amounts(everything), name_of(debtor.name, sepa=sepa))
    for currency, batch in batches.items():
        instruction = _instruction(initiation, f"{message_id}-{currency}", batch, requested_on, sepa)
        _debtor(instruction, debtor, sepa)
        for transfer in batch:
            _transfer(instruction, transfer, sepa)
    return finished(MESSAGE, root)


def read_back(content: bytes) -> list[tuple[str, Decimal, str]]:
    """End-to-end id, amount and currency of every transfer. Raises BadInput for what is no such file."""
    return list(_read(read_own(MESSAGE, content)))


def _read(document: etree._Element) -> Iterator[tuple[str, Decimal, str]]:
    for transfer in document.iter(f"{_TAG}CdtTrfTxInf"):
        amount = transfer.find(f"{_TAG}Amt/{_TAG}InstdAmt")
        if amount is not None:
            reference = transfer.findtext(f"{_TAG}PmtId/{_TAG}EndToEndId")
            yield str(reference), Decimal(str(amount.text)), str(amount.get("Ccy"))


def _instruction(
    parent: etree._Element, reference: str, batch: Sequence[CreditTransfer], requested_on: date, sepa: bool
) -> etree._Element:
    instruction = add(parent, "PmtInf")
    add(instruction, "PmtInfId", reference)
    add(instruction, "PmtMtd", "TRF")
    count(instruction, _amounts(batch))
    if sepa:
        add(add(add(instruction, "PmtTpInf"), "SvcLvl"), "Cd", "SEPA")
    add(add(instruction, "ReqdExctnDt"), "Dt", requested_on.isoformat())
    return instruction


def _amounts(transfers: Sequence[CreditTransfer]) -> list[str]:
    return [number(t.amount, t.currency) for t in transfers]


def _debtor(instruction: etree._Element, debtor: Debtor, sepa: bool) -> None:
    party = add(instruction, "Dbtr")
    add(party, "Nm", name_of(debtor.name, sepa=sepa))
    add_town(party, debtor.town, debtor.country)
    add(add(add(instruction, "DbtrAcct"), "Id"), "IBAN", compact(debtor.iban))
    add(add(add(instruction, "DbtrAgt"), "FinInstnId"), "BICFI", compact(debtor.bic))
    add(instruction, "ChrgBr", "SLEV" if sepa else "SHAR")


def _transfer(instruction: etree._Element, transfer: CreditTransfer, sepa: bool) -> None:
    payee = transfer.creditor
    one = add(instruction, "CdtTrfTxInf")
    add(add(one, "PmtId"), "EndToEndId", transfer.end_to_end_id)
    add_amount(add(one, "Amt"), number(transfer.amount, transfer.currency), transfer.currency)
    _bank(one, payee, sepa)
    party = add(one, "Cdtr")
    add(party, "Nm", name_of(payee.holder, sepa=sepa))
    add_address(party, payee)
    account = add(add(one, "CdtrAcct"), "Id")
    if payee.iban:
        add(account, "IBAN", compact(payee.iban))
    else:
        add(add(account, "Othr"), "Id", payee.number)
    if remittance := fit(latin(transfer.remittance, "remittance"), REMITTANCE):
        add(add(one, "RmtInf"), "Ustrd", remittance)


def _bank(transfer: etree._Element, payee: Account, sepa: bool) -> None:
    bic = payee.bic if sepa else bic_of(payee)  # within SEPA the IBAN says enough
    if sepa and not bic:
        return
    bank = add(add(transfer, "CdtrAgt"), "FinInstnId")
    if bic:
        add(bank, "BICFI", bic)
    if payee.clearing and not sepa:
        member = add(bank, "ClrSysMmbId")
        add(add(member, "ClrSysId"), "Cd", payee.clearing[0])
        add(member, "MmbId", payee.clearing[1])
    if payee.bank_name and not bic:
        add(bank, "Nm", fit(latin(payee.bank_name, "bank_name"), NAME))
        add_town(bank, payee.bank_town, payee.bank_country)
