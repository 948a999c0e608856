"""What the bank is told to collect, from whom, and under which mandate: SEPA direct debits, CORE scheme, EUR alone."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

from expat.bank.address import check_address
from expat.bank.codes import FROM_STATEMENT, check_bic, check_iban, check_reference, compact, known_bic
from expat.bank.latin import latin, latin_needed
from expat.bank.reference import check_creditor_reference
from expat.bank.sepa import OUTSIDE_EEA, in_sepa
from expat.currency.calendar import is_target_day
from expat.errors import BadInput

SequenceType = Literal["FRST", "RCUR", "FNAL", "OOFF"]
SEQUENCES: tuple[SequenceType, ...] = ("FRST", "RCUR", "FNAL", "OOFF")
LAST_OF_A_MANDATE = ("FNAL", "OOFF")
MOST = 999_999_999_99  # cents, of one collection (EPC130-08)


class Mandate(NamedTuple):
    """What the payer signed: its unique reference and the day; `original_iban` is the account collected from before."""

    reference: str
    signed_on: date
    original_iban: str | None = None


class Payer(NamedTuple):
    """Whose account is debited; the address is structured, the country an ISO 3166 code of two letters."""

    name: str
    iban: str
    town: str
    country: str
    bic: str | None = None
    street: str | None = None
    building: str | None = None
    postcode: str | None = None


class Collection(NamedTuple):
    """One direct debit of so many cents (EUR) on a day; the payer reads `remittance`, or `reference` (ISO 11649)."""

    end_to_end_id: str
    cents: int
    collect_on: date
    sequence: SequenceType
    mandate: Mandate
    payer: Payer
    remittance: str = ""
    reference: str | None = None


def check_collection(one: Collection) -> None:
    """Raise BadInput naming the field that no bank would take."""
    check_reference("end_to_end_id", one.end_to_end_id)
    if not 0 < one.cents <= MOST:
        raise BadInput("cents", f"{one.cents} cannot be collected", f"1 to {MOST} cents")
    if one.sequence not in SEQUENCES:
        raise BadInput("sequence", f"{one.sequence!r} is none", f"one of {', '.join(SEQUENCES)}")
    if not is_target_day(one.collect_on):
        raise BadInput("collect_on", f"banks are closed on {one.collect_on}", "a day on which TARGET is open")
    check_payer(one.payer, one.collect_on)
    _check_mandate(one.mandate, one.payer)
    _check_remittance(one)


def check_payer(payer: Payer, on: date) -> None:
    """Raise BadInput unless the payer's account can be debited on that day through SEPA."""
    latin_needed(payer.name, "name", f"the holder's name, {FROM_STATEMENT}")
    check_address(payer)
    iban, bic = check_iban(payer.iban), bic_of(payer)
    bank = bic or known_bic(iban)
    if not in_sepa(iban, bank[4:6] if bank else None, on):
        raise BadInput("iban", f"{iban[:2]} is outside SEPA", "an account in SEPA, or payment by transfer")
    if bic is None and iban[:2] in OUTSIDE_EEA:
        raise BadInput("bic", "is missing", f"the bank's BIC: needed for direct debits in {iban[:2]}")


def bic_of(payer: Payer) -> str | None:
    """The BIC given; else, outside the European Economic Area, the one that the registry of IBANs knows, or None."""
    if payer.bic:
        return check_bic(payer.bic)
    return known_bic(payer.iban) if compact(payer.iban)[:2] in OUTSIDE_EEA else None


def _check_mandate(mandate: Mandate, payer: Payer) -> None:
    check_reference("mandate reference", mandate.reference)
    if mandate.original_iban is None:
        return
    if check_iban(mandate.original_iban, "mandate original_iban") == check_iban(payer.iban):
        raise BadInput("mandate original_iban", "is the account that is debited", "the one before it, or none")


def _check_remittance(one: Collection) -> None:
    latin(one.remittance, "remittance")
    if one.reference is None:
        return
    check_creditor_reference(one.reference)
    if one.remittance:
        raise BadInput("remittance", "is given beside a reference", "one of the two: banks carry no more")
