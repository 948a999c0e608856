"""ISO 20022 customer direct debit initiation, pain.008.001.08: written, held against its schema, read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from lxml import etree

from expat.bank.codes import compact
from expat.bank.collection import Collection, Mandate, SequenceType, bic_of
from expat.bank.creditor import Creditor, check_creditor_identifier
from expat.bank.latin import fit, latin
from expat.bank.messages import (
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
from expat.bank.reference import check_creditor_reference
from expat.money import EUR, from_minor, number, to_minor

MESSAGE = "pain.008.001.08"
NAMESPACE = namespace(MESSAGE)
_TAG = f"{{{NAMESPACE}}}"


class Group(NamedTuple):
    """Collections of one day and one sequence: the bank books their sum as one entry, naming `payment_id`."""

    payment_id: str
    collections: tuple[Collection, ...]

    @property
    def collect_on(self) -> date:
        return self.collections[0].collect_on

    @property
    def sequence(self) -> SequenceType:
        return self.collections[0].sequence

    @property
    def cents(self) -> int:
        """The sum, EUR cents."""
        return sum(one.cents for one in self.collections)


def write(message_id: str, groups: Sequence[Group], creditor: Creditor, made_at: datetime) -> bytes:
    """The file of a message, its groups checked before.

    Raises lxml's DocumentInvalid, which is a bug of ours, where the file does not follow the schema.
    """
    root = document(MESSAGE)
    initiation = add(root, "CstmrDrctDbtInitn")
    everything = [one for group in groups for one in group.collections]
    header(initiation, message_id, made_at, _amounts(everything), name_of(creditor.name, sepa=True))
    for group in groups:
        instruction = _instruction(initiation, group)
        _creditor(instruction, creditor)
        for one in group.collections:
            _collection(instruction, one)
    return finished(MESSAGE, root)


def read_back(content: bytes) -> list[tuple[str, int]]:
    """End-to-end id and cents of every collection. Raises BadInput for what is no such file."""
    return [
        (
            str(one.findtext(f"{_TAG}PmtId/{_TAG}EndToEndId")),
            to_minor(Decimal(str(one.findtext(f"{_TAG}InstdAmt"))), EUR),
        )
        for one in read_own(MESSAGE, content).iter(f"{_TAG}DrctDbtTxInf")
    ]


def _amounts(collections: Sequence[Collection]) -> list[str]:
    return [number(from_minor(one.cents, EUR)) for one in collections]


def _instruction(parent: etree._Element, group: Group) -> etree._Element:
    instruction = add(parent, "PmtInf")
    add(instruction, "PmtInfId", group.payment_id)
    add(instruction, "PmtMtd", "DD")
    add(instruction, "BtchBookg", "true")
    count(instruction, _amounts(group.collections))
    kind = add(instruction, "PmtTpInf")
    add(add(kind, "SvcLvl"), "Cd", "SEPA")
    add(add(kind, "LclInstrm"), "Cd", "CORE")
    add(kind, "SeqTp", group.sequence)
    add(instruction, "ReqdColltnDt", group.collect_on.isoformat())
    return instruction


def _creditor(instruction: etree._Element, creditor: Creditor) -> None:
    party = add(instruction, "Cdtr")
    add(party, "Nm", name_of(creditor.name, sepa=True))
    add_town(party, creditor.town, creditor.country)
    add(add(add(instruction, "CdtrAcct"), "Id"), "IBAN", compact(creditor.iban))
    add(add(add(instruction, "CdtrAgt"), "FinInstnId"), "BICFI", compact(creditor.bic))
    add(instruction, "ChrgBr", "SLEV")
    identified = add(add(add(add(instruction, "CdtrSchmeId"), "Id"), "PrvtId"), "Othr")
    add(identified, "Id", check_creditor_identifier(creditor.identifier))
    add(add(identified, "SchmeNm"), "Prtry", "SEPA")


def _collection(instruction: etree._Element, one: Collection) -> None:
    payer = one.payer
    debit = add(instruction, "DrctDbtTxInf")
    add(add(debit, "PmtId"), "EndToEndId", one.end_to_end_id)
    add_amount(debit, number(from_minor(one.cents, EUR)), EUR)
    _mandate(add(add(debit, "DrctDbtTx"), "MndtRltdInf"), one.mandate)
    bank = add(add(debit, "DbtrAgt"), "FinInstnId")
    if bic := bic_of(payer):
        add(bank, "BICFI", bic)
    else:
        add(add(bank, "Othr"), "Id", "NOTPROVIDED")  # the IBAN says enough
    party = add(debit, "Dbtr")
    add(party, "Nm", name_of(payer.name, sepa=True))
    add_address(party, payer)
    add(add(add(debit, "DbtrAcct"), "Id"), "IBAN", compact(payer.iban))
    _remittance(debit, one)


def _mandate(related: etree._Element, mandate: Mandate) -> None:
    add(related, "MndtId", mandate.reference)
    add(related, "DtOfSgntr", mandate.signed_on.isoformat())
    if mandate.original_iban:
        add(related, "AmdmntInd", "true")
        before = add(add(related, "AmdmntInfDtls"), "OrgnlDbtrAcct")
        add(add(before, "Id"), "IBAN", compact(mandate.original_iban))


def _remittance(debit: etree._Element, one: Collection) -> None:
    if one.reference:
        told = add(add(add(debit, "RmtInf"), "Strd"), "CdtrRefInf")
        kind = add(told, "Tp")
        add(add(kind, "CdOrPrtry"), "Cd", "SCOR")
        add(kind, "Issr", "ISO")
        add(told, "Ref", check_creditor_reference(one.reference))
    elif text := fit(latin(one.remittance, "remittance"), REMITTANCE):
        add(add(debit, "RmtInf"), "Ustrd", text)
