"""What the bank is told to pay, and for whom."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from expat.payments.accounts import Account


@dataclass(frozen=True, slots=True)
class CreditTransfer:
    """One payment to the account `creditor`: an amount above zero in `currency`, and what the payee reads."""

    end_to_end_id: str
    amount: Decimal
    currency: str
    creditor: Account
    remittance: str = ""


@dataclass(frozen=True, slots=True)
class Debtor:
    """Whose account is debited: the operator of the plan."""

    name: str
    iban: str
    bic: str
    town: str
    country: str
