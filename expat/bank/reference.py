"""The reference that a premium is paid under: a structured creditor reference (ISO 11649), which banks carry whole.

Members also type it into the free text of a transfer, or a bank breaks it there: it is found again where every
character is there and the check digits hold. Nothing is guessed: an O is no 0.
"""

from __future__ import annotations

import re
import unicodedata

from stdnum import iso11649
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_97_10

from expat.errors import BadInput

MARK = "PRM"  # ours among the references of others
DIGITS = 9  # RF, check digits, mark and number make four blocks of four
_FORM = re.compile(rf"RF[0-9]{{2}}{MARK}([0-9]{{{DIGITS}}})")
_ANY = re.compile("RF[0-9]{2}[A-Z0-9]{1,21}")
# Between two characters: blanks, line breaks, what people and banks group digits with.
_BREAK = r"[\s\-‐-―./:,_|']{0,4}"
_SHAPE = [*"RF", *["[0-9]"] * 2, *MARK, *["[0-9]"] * DIGITS]
# A digit that goes on without a break makes another number of it.
_IN_TEXT = re.compile(rf"(?=({_BREAK.join(_SHAPE)})(?![0-9]))")


def premium_reference(premium: int) -> str:
    """The reference of a premium's number, without blanks. ValueError for a number that does not fit.

    >>> premium_reference(1234)
    'RF38PRM000001234'
    """
    if not 0 < premium < 10**DIGITS:
        raise ValueError(f"a premium's number has at most {DIGITS} digits and is above zero")
    own = f"{MARK}{premium:0{DIGITS}d}"
    return f"RF{mod_97_10.calc_check_digits(own + 'RF')}{own}"


def premium_of(reference: str) -> int | None:
    """The premium that a reference names; None for what is not ours or was mistyped.

    >>> premium_of("rf38 prm0 0000 1234"), premium_of("RF38PRM000001243")
    (1234, None)
    """
    found = _FORM.fullmatch(_compact(reference))
    return int(found[1]) or None if found and _holds(found[0]) else None


def printed(reference: str) -> str:
    """The reference in blocks of four, as letters and pages show it."""
    return iso11649.format(reference)


def grouped(account: str) -> str:
    """An account's number in blocks of four, as letters and pages show it.

    >>> grouped("FR7630006000011234567890189")
    'FR76 3000 6000 0112 3456 7890 189'
    """
    plain = _compact(account)
    return " ".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def check_creditor_reference(reference: str, where: str = "reference") -> str:
    """Any structured creditor reference, without blanks. Raises BadInput where form or check digits are wrong."""
    compact = _compact(reference)
    if not _ANY.fullmatch(compact) or not _holds(compact):
        raise BadInput(
            where, f"{reference[:40]!r} is no creditor reference", "RF, two check digits, 1 to 21 characters"
        )
    return compact


def premiums_named(*texts: str) -> tuple[int, ...]:
    """The premiums whose references stand in the texts of a payment, each once, in the order in which they stand.

    Small letters do not matter, nor do blanks, line breaks and dashes within a reference.
    """
    named: dict[int, None] = {}
    for text in texts:
        for found in _IN_TEXT.finditer(unicodedata.normalize("NFKC", text).upper()):
            reference = "".join(c for c in found[1] if c.isascii() and c.isalnum())
            if _holds(reference):
                named[int(reference[-DIGITS:])] = None
    return tuple(premium for premium in named if premium)


def _compact(reference: str) -> str:
    return "".join(reference.split()).upper()


def _holds(reference: str) -> bool:
    try:
        return bool(iso11649.validate(reference))
    except ValidationError:
        return False
