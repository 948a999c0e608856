"""ISO 20022 customer credit transfer initiation, pain.001.001.09: written, held against its schema, read.

Addresses are structured (town and country at least, never a free line), as banks require since November 2026.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

from lxml import etree

from expat.errors import BadInput
from expat.money import number
from expat.payments.accounts import Account, bic_of, compact
from expat.payments.latin import fit, latin
from expat.payments.transfers import CreditTransfer, Debtor

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
_TAG = f"{{{NAMESPACE}}}"
_DEFAULT: Any = {None: NAMESPACE}
SEPA_NAME, NAME, STREET, TOWN, REMITTANCE = 70, 140, 70, 35, 140


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
    document = etree.Element(f"{_TAG}Document", nsmap=_DEFAULT)
    initiation = _add(document, "CstmrCdtTrfInitn")
    header = _add(initiation, "GrpHdr")
    _add(header, "MsgId", message_id)
    _add(header, "CreDtTm", made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    _count(header, [transfer for batch in batches.values() for transfer in batch])
    _add(_add(header, "InitgPty"), "Nm", _name(debtor.name, sepa))
    for currency, batch in batches.items():
        instruction = _instruction(initiation, f"{message_id}-{currency}", batch, requested_on, sepa)
        _debtor(instruction, debtor, sepa)
        for transfer in batch:
            _transfer(instruction, transfer, sepa)
    content = etree.tostring(document, xml_declaration=True, encoding="UTF-8")
    schema().assertValid(etree.fromstring(content))
    return content


def read_back(content: bytes) -> list[tuple[str, Decimal, str]]:
    """End-to-end id, amount and currency of every transfer. Raises BadInput for what is no such file."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        document = etree.fromstring(content, parser)
        schema().assertValid(document)
    except (etree.XMLSyntaxError, etree.DocumentInvalid) as wrong:
        raise BadInput("bank file", f"cannot be read ({wrong})", "a pain.001.001.09 file of ours") from wrong
    return list(_read(document))


@cache
def schema() -> etree.XMLSchema:
    """The schema of pain.001.001.09, as the sepaxml package ships it."""
    text = resources.files("sepaxml").joinpath("schemas", "pain.001.001.09.xsd").read_bytes()
    return etree.XMLSchema(etree.fromstring(text))


def _read(document: etree._Element) -> Iterator[tuple[str, Decimal, str]]:
    for transfer in document.iter(f"{_TAG}CdtTrfTxInf"):
        amount = transfer.find(f"{_TAG}Amt/{_TAG}InstdAmt")
        if amount is not None:
            reference = transfer.findtext(f"{_TAG}PmtId/{_TAG}EndToEndId")
            yield str(reference), Decimal(str(amount.text)), str(amount.get("Ccy"))


def _instruction(
    parent: etree._Element, reference: str, batch: Sequence[CreditTransfer], requested_on: date, sepa: bool
) -> etree._Element:
    instruction = _add(parent, "PmtInf")
    _add(instruction, "PmtInfId", reference)
    _add(instruction, "PmtMtd", "TRF")
    _count(instruction, batch)
    if sepa:
        _add(_add(_add(instruction, "PmtTpInf"), "SvcLvl"), "Cd", "SEPA")
    _add(_add(instruction, "ReqdExctnDt"), "Dt", requested_on.isoformat())
    return instruction


def _count(parent: etree._Element, transfers: Sequence[CreditTransfer]) -> None:
    _add(parent, "NbOfTxs", str(len(transfers)))
    # Over several currencies the standard sums the bare numbers: a control figure, not money.
    _add(parent, "CtrlSum", f"{sum((Decimal(number(t.amount, t.currency)) for t in transfers), Decimal(0)):f}")


def _debtor(instruction: etree._Element, debtor: Debtor, sepa: bool) -> None:
    party = _add(instruction, "Dbtr")
    _add(party, "Nm", _name(debtor.name, sepa))
    _address(party, TwnNm=fit(latin(debtor.town, "town"), TOWN), Ctry=debtor.country)
    _add(_add(_add(instruction, "DbtrAcct"), "Id"), "IBAN", compact(debtor.iban))
    _add(_add(_add(instruction, "DbtrAgt"), "FinInstnId"), "BICFI", compact(debtor.bic))
    _add(instruction, "ChrgBr", "SLEV" if sepa else "SHAR")


def _transfer(instruction: etree._Element, transfer: CreditTransfer, sepa: bool) -> None:
    payee = transfer.creditor
    one = _add(instruction, "CdtTrfTxInf")
    _add(_add(one, "PmtId"), "EndToEndId", transfer.end_to_end_id)
    amount = _add(_add(one, "Amt"), "InstdAmt", number(transfer.amount, transfer.currency))
    amount.set("Ccy", transfer.currency)
    _bank(one, payee, sepa)
    party = _add(one, "Cdtr")
    _add(party, "Nm", _name(payee.holder, sepa))
    _payee_address(party, payee)
    account = _add(_add(one, "CdtrAcct"), "Id")
    if payee.iban:
        _add(account, "IBAN", compact(payee.iban))
    else:
        _add(_add(account, "Othr"), "Id", payee.number)
    if remittance := fit(latin(transfer.remittance, "remittance"), REMITTANCE):
        _add(_add(one, "RmtInf"), "Ustrd", remittance)


def _bank(transfer: etree._Element, payee: Account, sepa: bool) -> None:
    bic = payee.bic if sepa else bic_of(payee)  # within SEPA the IBAN says enough
    if sepa and not bic:
        return
    bank = _add(_add(transfer, "CdtrAgt"), "FinInstnId")
    if bic:
        _add(bank, "BICFI", bic)
    if payee.clearing and not sepa:
        member = _add(bank, "ClrSysMmbId")
        _add(_add(member, "ClrSysId"), "Cd", payee.clearing[0])
        _add(member, "MmbId", payee.clearing[1])
    if payee.bank_name and not bic:
        _add(bank, "Nm", fit(latin(payee.bank_name, "bank_name"), NAME))
        _address(bank, TwnNm=fit(latin(payee.bank_town or "", "bank_town"), TOWN), Ctry=payee.bank_country)


def _payee_address(party: etree._Element, payee: Account) -> None:
    _address(
        party,
        StrtNm=fit(latin(payee.street or "", "street"), STREET),
        BldgNb=latin(payee.building or "", "building"),
        PstCd=latin(payee.postcode or "", "postcode"),
        TwnNm=fit(latin(payee.town, "town"), TOWN),
        Ctry=payee.country,
    )


def _address(parent: etree._Element, **parts: str | None) -> None:
    address = _add(parent, "PstlAdr")
    for name, text in parts.items():
        if text:
            _add(address, name, text)


def _name(text: str, sepa: bool) -> str:
    return fit(latin(text, "name"), SEPA_NAME if sepa else NAME)


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    child = etree.SubElement(parent, _TAG + name)
    child.text = text
    return child
