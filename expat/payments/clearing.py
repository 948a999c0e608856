"""National clearing codes of banks, for countries without IBAN (ISO 20022, external code sets)."""

from __future__ import annotations

import re

from expat.errors import BadInput

SYSTEMS = {
    "AUBSB": (r"[0-9]{6}", "the BSB, 6 digits"),
    "CACPA": (r"[0-9]{9}", "the routing number, 9 digits: 0, institution, transit"),
    "CNAPS": (r"[0-9]{12}", "the CNAPS code, 12 digits"),
    "GBDSC": (r"[0-9]{6}", "the sort code, 6 digits"),
    "HKNCC": (r"[0-9]{3}", "the bank code, 3 digits"),
    "INFSC": (r"[A-Z]{4}0[A-Z0-9]{6}", "the IFSC, such as HDFC0000123"),
    "JPZGN": (r"[0-9]{7}", "bank and branch code, 7 digits"),
    "NZNCC": (r"[0-9]{6}", "bank and branch code, 6 digits"),
    "SGIBG": (r"[0-9]{7}|[0-9]{3,4}", "the bank code, 4 digits, or with the branch, 7"),
    "THCBC": (r"[0-9]{3}", "the bank code, 3 digits"),
    "TWNCC": (r"[0-9]{7}", "bank and branch code, 7 digits"),
    "USABA": (r"[0-9]{9}", "the ABA routing number, 9 digits"),
    "ZANCC": (r"[0-9]{6}", "the branch code, 6 digits"),
}


def check_clearing(system: str, member: str) -> None:
    """Raise BadInput for a system that is not known, and for a bank's code that cannot be one of it."""
    if system not in SYSTEMS:
        raise BadInput("clearing_system", f"{system!r} is not known", "one of " + ", ".join(SYSTEMS))
    pattern, expected = SYSTEMS[system]
    if not re.fullmatch(pattern, member) or (system == "USABA" and not _aba(member)):
        raise BadInput("clearing_member", f"{member!r} is no {system} code", expected)


def _aba(member: str) -> bool:
    return sum(weight * int(digit) for weight, digit in zip((3, 7, 1) * 3, member, strict=True)) % 10 == 0
