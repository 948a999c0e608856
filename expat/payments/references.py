"""The reference that goes to the bank with a payout and comes back with its confirmation or return."""

from __future__ import annotations

import re

_FORM = re.compile(r"EXP([0-9]{10,19})-([0-9]{2})")


def end_to_end_id(payout_id: int) -> str:
    """The payout's end-to-end id, with two check digits (ISO 7064, modulus 97-10).

    >>> end_to_end_id(1234)
    'EXP0000001234-82'
    """
    if payout_id <= 0:
        raise ValueError("a payout's number is above zero")
    return f"EXP{payout_id:010d}-{98 - payout_id * 100 % 97:02d}"


def payout_of(reference: str) -> int | None:
    """The payout that an end-to-end id names; None for what is not ours or was mistyped.

    >>> payout_of("EXP0000001234-82"), payout_of("EXP0000001243-82")
    (1234, None)
    """
    given = reference.strip().upper()
    found = _FORM.fullmatch(given)
    number = int(found[1]) if found else 0
    return number if number and end_to_end_id(number) == given else None
