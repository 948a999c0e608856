"""What follows from the code with which a payment comes back (ISO 20022's external return reason codes).

After the guidance of the European Payments Council on reason codes of direct debits (EPC173-14) and of credit
transfers (EPC135-18). What the codes mean in words stands in `expat.wording.returned`.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Standing = Literal["usable", "correct", "ended", "ask"]


class Consequence(NamedTuple):
    """What a return means for what comes next.

    `mandate` is usable; correct: usable once an account, a bank or a name is put right, told as an amendment; ended:
    a new one must be signed; ask: the payer says first. `again` is whether the same collection may succeed later with
    nothing changed. `owed` is whether the debt stands again; None where a person finds out whether it was paid twice.
    """

    mandate: Standing
    again: bool = False
    owed: bool | None = True


_USABLE, _CORRECT, _ENDED, _ASK = (Consequence(mandate) for mandate in ("usable", "correct", "ended", "ask"))
_LATER = Consequence("usable", again=True)
_TWICE = Consequence("usable", owed=None)

CONSEQUENCES: dict[str, Consequence] = {
    "AC01": _CORRECT,
    "AC03": _CORRECT,
    "AC04": _CORRECT,
    "AC06": _ASK,
    "AC13": _CORRECT,
    "AG01": _CORRECT,
    "AG02": _USABLE,
    "AM04": _LATER,
    "AM05": _TWICE,
    "AM09": _ASK,
    "BE01": _CORRECT,
    "BE04": _USABLE,
    "BE05": _ASK,
    "BE06": _CORRECT,
    "BE07": _USABLE,
    "CNOR": _USABLE,
    "CUST": _ASK,
    "DNOR": _CORRECT,
    "DT01": _USABLE,
    "DUPL": _TWICE,
    "ED05": _LATER,
    "FF01": _USABLE,
    "FF05": _USABLE,
    "FOCR": _USABLE,
    "FRAD": _ASK,
    "LEGL": _ASK,
    "MD01": _ENDED,
    "MD02": _CORRECT,
    "MD05": _TWICE,
    "MD06": _ASK,
    "MD07": _ENDED,
    "MS02": _ASK,
    "MS03": _ASK,
    "NARR": _ASK,
    "RC01": _CORRECT,
    "RR01": _CORRECT,
    "RR02": _CORRECT,
    "RR03": _USABLE,
    "RR04": _ASK,
    "SL01": _ASK,
    "TECH": _TWICE,
    "TM01": _LATER,
}


def consequence(code: str | None) -> Consequence:
    """What follows from a code; from one that is not known, or none, a person finds out."""
    return CONSEQUENCES.get(code or "", _ASK)
