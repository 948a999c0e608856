"""Bank accounts that benefits are paid to: what may be typed, and what a bank needs to find them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from schwifty.exceptions import SchwiftyException
from schwifty.registry import get_iban_spec

from expat.bank.address import check_address
from expat.bank.codes import FROM_STATEMENT, check_bic, check_country, check_iban, compact, known_bic
from expat.bank.latin import latin, latin_needed
from expat.bank.sepa import in_sepa
from expat.errors import BadInput
from expat.money import EUR, current_currencies
from expat.payments.clearing import check_clearing

_CURRENCIES = frozenset(current_currencies())


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account and its holder; countries are ISO 3166 codes of two letters, the address is structured."""

    holder: str
    town: str
    country: str
    iban: str | None = None
    number: str | None = None
    bic: str | None = None
    clearing: tuple[str, str] | None = None
    bank_name: str | None = None
    bank_town: str | None = None
    bank_country: str | None = None
    street: str | None = None
    building: str | None = None
    postcode: str | None = None


def check_account(values: Mapping[str, str | None], currency: str) -> Account:
    """The account that a member or an operator typed, for payments in `currency` (ISO 4217).

    `values` has the fields of `Account`, with `clearing_system` and `clearing_member` for `clearing`; blanks
    and small letters in codes do not matter. Raises BadInput naming the field and what would be right.
    """
    text = {key: " ".join((value or "").split()) or None for key, value in values.items()}
    system, member = _code(text.get("clearing_system")), _code(text.get("clearing_member"))
    if (system is None) != (member is None):
        missing = "clearing_system" if member else "clearing_member"
        raise BadInput(missing, "is missing", "the clearing system and the bank's code in it, or neither")
    account = Account(
        holder=text.get("holder") or "",
        town=text.get("town") or "",
        country=_code(text.get("country")) or "",
        clearing=(system, member) if system and member else None,
        **{field: _code(text.get(field)) for field in ("iban", "number", "bic", "bank_country")},
        **{field: text.get(field) for field in ("bank_name", "bank_town", "street", "building", "postcode")},
    )
    verify(account, currency, date.max)
    return account


def verify(account: Account, currency: str, on: date) -> None:
    """Refuse with BadInput an account that no bank could pay in `currency` on that day."""
    if currency not in _CURRENCIES:
        raise BadInput("currency", f"{currency!r} is no currency in use", "an ISO 4217 code such as SGD")
    _verify_party(account)
    if account.bic is not None:
        check_bic(account.bic)
    if account.clearing is not None:
        check_clearing(*account.clearing)
    if account.bank_country is not None:
        check_country("bank_country", account.bank_country)
    if account.iban is not None:
        _verify_iban(account, currency, on)
    else:
        _verify_number(account)


def sepa_account(account: Account, on: date) -> bool:
    """Whether a payment in euros reaches the account as a SEPA credit transfer on that day."""
    if account.iban is None:
        return False
    bic = bic_of(account)
    return in_sepa(compact(account.iban), bic[4:6] if bic else account.bank_country, on)


def bic_of(account: Account) -> str | None:
    """The BIC given, or else the one that the registry of IBANs knows for the bank, or None."""
    if account.bic or account.clearing or account.bank_name or not account.iban:
        return compact(account.bic) if account.bic else None
    return known_bic(account.iban)


def _verify_party(account: Account) -> None:
    latin_needed(account.holder, "holder", f"the holder's name, {FROM_STATEMENT}")
    check_address(account)
    for field in ("bank_name", "bank_town"):
        latin(getattr(account, field) or "", field)


def _verify_iban(account: Account, currency: str, on: date) -> None:
    iban = check_iban(account.iban or "")
    if account.number is not None:
        raise BadInput("number", "is given beside an IBAN", "one of the two: the IBAN is enough")
    if currency == EUR and sepa_account(account, on):
        return
    if not (bic_of(account) or account.clearing or (account.bank_name and account.bank_country)):
        raise BadInput("bic", "is missing", f"the bank's BIC (SWIFT code): needed for {currency} to {iban[:2]}")


def _verify_number(account: Account) -> None:
    if account.number is None:
        raise BadInput("iban", "is missing", "an IBAN, or an account number where the country has no IBAN")
    if not re.fullmatch("[0-9A-Za-z]{1,34}", account.number):
        raise BadInput("number", "is no account number", "at most 34 letters and digits, without blanks and dashes")
    if account.bank_country is None:
        raise BadInput("bank_country", "is missing", "the country of the bank, such as SG")
    if _uses_iban(account.bank_country):
        raise BadInput("iban", "is missing", f"accounts in {account.bank_country} are paid by IBAN, {FROM_STATEMENT}")
    if not (account.bic or account.clearing or account.bank_name):
        raise BadInput("bic", "is missing", "the bank's BIC (SWIFT code), its national clearing code or its name")


def _uses_iban(country: str) -> bool:
    try:
        return not get_iban_spec(country).aspirational
    except SchwiftyException:
        return False


def _code(text: str | None) -> str | None:
    return re.sub("[ -]", "", text).upper() or None if text else None
