"""The codes that banks know an account by: IBAN, BIC, country; and references that a bank file may carry."""

from __future__ import annotations

import re

import pycountry
from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException

from expat.errors import BadInput

KOSOVO = "XK"  # not in ISO 3166, but in IBANs, BICs and bank files
FROM_STATEMENT = "as the bank's own statement shows it"
# EPC217-08: a reference neither starts nor ends with a slash nor holds two in a row.
_REFERENCE = re.compile(r"(?!/)(?!.*//)[A-Za-z0-9/\-?:().,'+ ]{1,35}(?<![/ ])")


def check_iban(iban: str, where: str = "iban") -> str:
    """The IBAN without blanks. Raises BadInput for what is none (unknown country, length, check digits)."""
    try:
        return str(IBAN(iban))
    except SchwiftyException as wrong:
        # Never the whole number: messages end up in logs.
        raise BadInput(where, f"{iban[:4]}… is no IBAN ({wrong.args[0]})", f"the IBAN {FROM_STATEMENT}") from None


def known_bic(iban: str) -> str | None:
    """The BIC that the registry of IBANs knows for the bank of a valid IBAN, or None."""
    known = IBAN(iban).bic
    return str(known) if known else None


def check_bic(bic: str, where: str = "bic") -> str:
    """The BIC. Raises BadInput where its form is wrong; whether a bank of that BIC exists is not asked."""
    try:
        # schwifty knows no XK; the rest of such a BIC is checked all the same.
        BIC(bic[:4] + "AL" + bic[6:] if bic[4:6] == KOSOVO else bic)
        return compact(bic)
    except SchwiftyException as wrong:
        raise BadInput(where, f"{bic!r} is no BIC ({wrong})", "8 or 11 characters, such as AGRIFRPP") from None


def check_country(where: str, code: str) -> None:
    """Raise BadInput unless the code is a country's (ISO 3166, or XK)."""
    if code != KOSOVO and not (len(code) == 2 and code.isupper() and pycountry.countries.get(alpha_2=code)):
        problem = f"{code!r} is no country" if code else "is missing"
        raise BadInput(where, problem, "an ISO 3166 code of two letters, such as SG")


def check_reference(where: str, reference: str) -> None:
    """Raise BadInput unless banks carry the reference unchanged (EPC217-08, at most 35 characters)."""
    if not _REFERENCE.fullmatch(reference):
        raise BadInput(where, "is none that banks take", "at most 35 Latin letters, digits and dashes")


def compact(code: str) -> str:
    """A code in capitals, without blanks."""
    return "".join(code.split()).upper()
