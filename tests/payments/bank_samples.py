"""Accounts, transfers and files for the tests of bank files."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

from expat.errors import BadInput
from expat.payments.bank_files import Account, BankFile, CreditTransfer, Debtor, credit_transfer_files
from expat.payments.pain001 import NAMESPACE
from expat.payments.references import end_to_end_id

MADE_AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
ON = date(2026, 11, 23)
DEBTOR = Debtor("Mutuelle de l'Étranger", "FR76 3000 6000 0112 3456 7890 189", "AGRIFRPP", "Paris", "FR")
FRENCH = Account(
    holder="Zoë Müller",
    iban="FR7630006000011234567890189",
    street="rue de la Paix",
    building="3 bis",
    postcode="75002",
    town="Paris",
    country="FR",
)
SINGAPORE = Account(
    holder="Søren Ærø", number="0123456789", bic="DBSSSGSG", bank_country="SG", town="Singapore", country="SG"
)
AMERICAN = Account(
    holder="Jane Doe",
    number="12345678",
    clearing=("USABA", "021000021"),
    bank_country="US",
    town="Boston",
    country="US",
)


def transfer(amount: str, currency: str, creditor: Account, payout: int = 1, text: str = "Benefits") -> CreditTransfer:
    return CreditTransfer(end_to_end_id(payout), Decimal(amount), currency, creditor, text)


def files(*transfers: CreditTransfer) -> list[BankFile]:
    return credit_transfer_files(transfers, DEBTOR, MADE_AT, ON, "EXP-20261121-1")


def texts(content: bytes, path: str) -> list[str]:
    steps = "/".join(f"p:{step}" for step in path.split("/"))
    found: Any = etree.fromstring(content).xpath(f"//{steps}/text()", namespaces={"p": NAMESPACE})
    return [str(text) for text in found]


def refusal(*transfers: CreditTransfer) -> BadInput:
    with pytest.raises(BadInput) as refused:
        files(*transfers)
    return refused.value
