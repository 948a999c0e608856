"""What the messages of ISO 20022 have in common as they are written: elements, parties, header, schema.

Addresses are structured (town and country at least, never a free line), as banks require since November 2026.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

from lxml import etree

from expat.bank.address import Address
from expat.bank.latin import fit, latin
from expat.errors import BadInput
from expat.xml import parse

_NAMESPACES = "urn:iso:std:iso:20022:tech:xsd:"
SEPA_NAME, NAME, STREET, TOWN, REMITTANCE = 70, 140, 70, 35, 140


def namespace(message: str) -> str:
    """The namespace of a message such as pain.008.001.08."""
    return _NAMESPACES + message


def document(message: str) -> etree._Element:
    """The empty document of a message."""
    # lxml takes None for the default namespace, which its types do not say.
    own: Any = {None: namespace(message)}
    return etree.Element(f"{{{namespace(message)}}}Document", nsmap=own)


def finished(message: str, root: etree._Element) -> bytes:
    """The document as bytes. Raises lxml's DocumentInvalid, a bug of ours, where it does not follow its schema."""
    content = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    schema(message).assertValid(etree.fromstring(content))
    return content


def read_own(message: str, content: bytes) -> etree._Element:
    """The root of a file that we wrote. Raises BadInput for what is no such file."""
    expected = f"a {message} file of ours"
    root = parse("bank file", content, expected)
    try:
        schema(message).assertValid(root)
    except etree.DocumentInvalid as wrong:
        raise BadInput("bank file", f"does not follow its schema ({wrong})", expected) from wrong
    return root


@cache
def schema(message: str) -> etree.XMLSchema:
    """The schema of a message, as the sepaxml package ships it."""
    text = resources.files("sepaxml").joinpath("schemas", f"{message}.xsd").read_bytes()
    return etree.XMLSchema(etree.fromstring(text))


def header(parent: etree._Element, message_id: str, made_at: datetime, amounts: Sequence[str], party: str) -> None:
    """The group header: who sends what and when (aware); `amounts` are those of all payments, as written."""
    group = add(parent, "GrpHdr")
    add(group, "MsgId", message_id)
    add(group, "CreDtTm", made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    count(group, amounts)
    add(add(group, "InitgPty"), "Nm", party)


def count(parent: etree._Element, amounts: Sequence[str]) -> None:
    """How many payments, and their sum: over several currencies a control figure of bare numbers, not money."""
    add(parent, "NbOfTxs", str(len(amounts)))
    add(parent, "CtrlSum", f"{sum(map(Decimal, amounts), Decimal(0)):f}")


def add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    """A child in the namespace of its parent."""
    tag: str = parent.tag
    child = etree.SubElement(parent, tag[: tag.index("}") + 1] + name)
    child.text = text
    return child


def add_amount(parent: etree._Element, number: str, currency: str) -> None:
    """The amount instructed."""
    add(parent, "InstdAmt", number).set("Ccy", currency)


def add_address(parent: etree._Element, address: Address) -> None:
    """A structured address that was checked, cut to what fits."""
    own = add(parent, "PstlAdr")
    _add_known(own, "StrtNm", fit(latin(address.street or "", "street"), STREET))
    _add_known(own, "BldgNb", latin(address.building or "", "building"))
    _add_known(own, "PstCd", latin(address.postcode or "", "postcode"))
    _add_town(own, address.town, address.country)


def add_town(parent: etree._Element, town: str | None, country: str | None) -> None:
    """The shortest address that is one: a town and its country."""
    _add_town(add(parent, "PstlAdr"), town, country)


def name_of(text: str, *, sepa: bool) -> str:
    """A party's name as a bank file carries it."""
    return fit(latin(text, "name"), SEPA_NAME if sepa else NAME)


def _add_town(address: etree._Element, town: str | None, country: str | None) -> None:
    _add_known(address, "TwnNm", fit(latin(town or "", "town"), TOWN))
    _add_known(address, "Ctry", country)


def _add_known(parent: etree._Element, name: str, text: str | None) -> None:
    if text:
        add(parent, name, text)
