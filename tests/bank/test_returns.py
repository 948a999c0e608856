"""Every reason for which a payment comes back is told in both languages, with what follows from it."""

from __future__ import annotations

import pytest

from expat.bank.returns import CONSEQUENCES, consequence
from expat.wording.returned import MANDATE, OWED, WHY, mandate_after, owed_after, why_returned


def test_every_code_has_words_and_a_consequence() -> None:
    assert WHY.keys() == CONSEQUENCES.keys()
    assert {c.mandate for c in CONSEQUENCES.values()} == MANDATE.keys()
    assert {c.owed for c in CONSEQUENCES.values()} <= OWED.keys()


@pytest.mark.parametrize(
    ("code", "mandate", "again", "owed"),
    [
        ("AM04", "usable", True, True),
        ("AC01", "correct", False, True),
        ("AC04", "correct", False, True),
        ("MD01", "ended", False, True),
        ("MD07", "ended", False, True),
        ("MD06", "ask", False, True),
        ("MS03", "ask", False, True),
        ("AM05", "usable", False, None),
        ("XX99", "ask", False, True),
        (None, "ask", False, True),
    ],
)
def test_what_follows_from_a_return(code: str | None, mandate: str, again: bool, owed: bool | None) -> None:
    assert consequence(code) == (mandate, again, owed)


def test_nothing_is_collected_again_under_a_mandate_that_does_not_hold() -> None:
    assert all(c.mandate == "usable" for c in CONSEQUENCES.values() if c.again)


def test_a_return_is_told_in_words() -> None:
    assert why_returned("AM04", "en") == "There was not enough money on the account."
    assert why_returned("AM04", "fr") == "La provision du compte était insuffisante."
    assert why_returned("XX99", "fr") == "La banque indique le code XX99."
    assert why_returned(None, "en") == "The bank gives no reason."
    assert mandate_after("ended", "en") == "The mandate no longer holds: a new one has to be signed."
    assert mandate_after("usable", "fr") == "Le mandat reste valable."
    assert owed_after(True, "fr") == "Le montant est de nouveau dû."
