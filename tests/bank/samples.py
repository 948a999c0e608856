"""Collections and a creditor for the tests of direct debits."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from expat.bank.collection import Collection, Mandate, Payer
from expat.bank.creditor import Creditor
from expat.bank.direct_debits import DirectDebits, direct_debits
from expat.bank.reference import premium_reference

MADE_AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)  # a Friday
ON = date(2026, 12, 1)
OURS = "FR7630006000011234567890189"
CREDITOR = Creditor("Mutuelle de l'Étranger", "FR72ZZZ123456", OURS, "AGRIFRPP", "Paris", "FR")
PAYER = Payer("Zoë Müller", "DE89 3704 0044 0532 0130 00", "Köln", "DE")
SWISS = Payer(
    name="Jean Favre",
    iban="CH93 0076 2011 6238 5295 7",
    bic="POFICHBE",
    street="rue du Rhône",
    building="3 bis",
    postcode="1204",
    town="Genève",
    country="CH",
)


def collection(premium: int = 1, **changes: Any) -> Collection:
    one = Collection(
        premium_reference(premium), 312_50, ON, "RCUR", Mandate(f"EXP-{premium}-1", date(2026, 3, 2)), PAYER,
        f"Prime {premium}",
    )  # fmt: skip
    return one._replace(**changes)


def batch(*collections: Collection) -> DirectDebits:
    return direct_debits(collections, CREDITOR, MADE_AT, "EXP-20261120-DD1")
