"""Who collects by direct debit, and the SEPA creditor identifier (EPC262-08; in French identifiant créancier, ICS)."""

from __future__ import annotations

import re
from typing import NamedTuple

from stdnum.eu import at_02
from stdnum.exceptions import ValidationError

from expat.bank.codes import check_bic, check_country, check_iban, compact
from expat.bank.latin import latin_needed
from expat.errors import BadInput

_IDENTIFIER = re.compile("[A-Z]{2}[0-9]{2}[A-Z0-9]{3}[A-Z0-9]{1,28}")
_FRENCH = re.compile("FR[0-9]{2}[A-Z0-9]{3}[A-Z0-9]{6}")


class Creditor(NamedTuple):
    """Whose account the premiums are collected on: the operator of the plan."""

    name: str
    identifier: str
    iban: str
    bic: str
    town: str
    country: str


def check_creditor_identifier(identifier: str, where: str = "creditor identifier") -> str:
    """The identifier without blanks. Raises BadInput where its form or its check digits are wrong."""
    given = compact(identifier)
    form = _FRENCH if given.startswith("FR") else _IDENTIFIER
    try:
        if form.fullmatch(given):
            return str(at_02.validate(given))
    except ValidationError:
        pass
    problem = f"{identifier!r} is no SEPA creditor identifier" if given else "is missing"
    raise BadInput(where, problem, "the one that the bank obtained, such as FR72ZZZ123456")


def check_creditor(creditor: Creditor) -> None:
    """Raise BadInput naming the field of the creditor that no bank would take."""
    latin_needed(creditor.name, "creditor name", "the name of the account's holder")
    latin_needed(creditor.town, "creditor town", "the town of the account's holder")
    check_country("creditor country", creditor.country)
    check_iban(creditor.iban, "creditor iban")
    check_bic(creditor.bic, "creditor bic")
    check_creditor_identifier(creditor.identifier)
