"""What people decide, four eyes each time: what a movement is, payments by hand, refunds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from expat.billing.account import refund
from expat.collecting.decide import Proposed, decide, propose, propose_by_hand, propose_refunded
from expat.db import transaction
from expat.errors import BadInput, Conflict, NotFound
from expat.periods import DAY
from tests.bank.bank_says import Entry
from tests.collecting.paying import JOINED, PART, PAYMENT, QUARTER, Money, acting, euros, transfer
from tests.membership.ending import dossier


def by(money: Money, actor: str) -> Any:
    return acting(money.today, actor)


def proposed(money: Money, part: int, kind: str, **more: Any) -> int:
    with transaction(money.engine) as session:
        return propose(session, part, Proposed(kind, "seen on the account", **more), by(money, "ines"))


def confirmed(money: Money, proposal: int, outcome: str = "confirmed", actor: str = "max") -> None:
    with transaction(money.engine) as session:
        decide(session, proposal, outcome, by(money, actor), money.chosen)


def test_a_movement_that_names_nothing_pays_what_two_people_say(engine: Engine) -> None:
    money = Money(engine)
    money.told(transfer(QUARTER, JOINED, text="for Ada"))
    key = proposed(money, 1, "premium", premium=1)
    assert money.open() == QUARTER and money.rows(PAYMENT) == []
    with pytest.raises(BadInput, match="another person"):
        confirmed(money, key, actor="INES")
    confirmed(money, key)
    assert money.open() == 0 and money.ledger()["unmatched_receipts"] == 0
    (paid,) = money.rows(PAYMENT)
    assert (paid.entered_by, paid.confirmed_by, paid.received_on) == ("ines", "max", JOINED)
    with pytest.raises(Conflict):
        confirmed(money, key)
    with pytest.raises(Conflict):
        proposed(money, 1, "not_ours")


def test_what_is_refused_is_not_booked_and_can_be_proposed_anew(engine: Engine) -> None:
    money = Money(engine)
    money.told(transfer(QUARTER, JOINED, text="for Ada"))
    first = proposed(money, 1, "premium", premium=1)
    with pytest.raises(Conflict):
        proposed(money, 1, "known")
    confirmed(money, first, "refused")
    assert money.open() == QUARTER
    confirmed(money, proposed(money, 1, "known"))
    assert money.ledger()["bank"] == 0 == money.ledger()["unmatched_receipts"]


def test_money_that_is_not_ours_goes_back_and_leaves_nothing(engine: Engine) -> None:
    money = Money(engine)
    money.told(transfer(500, JOINED, text="rent"), transfer(-500, JOINED, text="back"), transfer(-12, JOINED, text="?"))
    for part, kind in ((1, "sent_back"), (2, "sent_back"), (3, "charges")):
        confirmed(money, proposed(money, part, kind))
    assert money.ledger()["unmatched_receipts"] == 0 and money.ledger()["bank_charges"] == 12
    assert money.open() == QUARTER


@pytest.mark.parametrize(
    ("kind", "more", "where"),
    [
        ("premium", {}, "premium"), ("premium", {"premium": 99}, "premium"), ("charges", {}, "kind"),
        ("else", {}, "kind"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_field(engine: Engine, kind: str, more: Any, where: str) -> None:
    money = Money(engine)
    money.told(transfer(QUARTER, JOINED, text="for Ada"))
    with pytest.raises(BadInput) as wrong:
        proposed(money, 1, kind, **more)
    assert wrong.value.where == where


def test_a_payment_by_hand_counts_once_although_the_bank_tells_of_it_later(engine: Engine) -> None:
    money = Money(engine)
    with transaction(engine) as session:
        key = propose_by_hand(session, 1, QUARTER, JOINED, "a cheque", by(money, "ines"))
    with transaction(engine) as session, pytest.raises(Conflict):
        propose_by_hand(session, 1, QUARTER, JOINED, "the same cheque", by(money, "max"))
    confirmed(money, key)
    assert money.open() == 0
    money.live(JOINED + DAY)
    money.told(transfer(QUARTER, JOINED + DAY, 1))
    assert [(row.matched, row.why) for row in money.rows(PART)] == [("waits", "by_hand")]
    confirmed(money, proposed(money, 1, "known"))
    assert money.ledger() == {
        "bank": QUARTER, "premium_income": -QUARTER, "premiums_receivable": 0, "unmatched_receipts": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("cents", "later", "where"), [(0, 0, "amount"), (-5, 0, "amount"), (100, 1, "day")]
)  # fmt: skip
def test_a_payment_by_hand_that_cannot_be_is_refused(engine: Engine, cents: int, later: int, where: str) -> None:
    money = Money(engine)
    with transaction(engine) as session, pytest.raises(BadInput) as wrong:
        propose_by_hand(session, 1, cents, JOINED + timedelta(days=later), "x", by(money, "ines"))
    assert wrong.value.where == where


def test_a_refund_leaves_by_two_people_once(engine: Engine) -> None:
    money = Money(engine)
    with transaction(engine) as session:
        refund(session, dossier(session, money.made), 700, "test:1", "change", None, acting(JOINED))
    with transaction(engine) as session:
        key = propose_refunded(session, 1, JOINED, "to DE…", by(money, "ines"))
    confirmed(money, key)
    assert money.ledger()["premium_refunds"] == 0 and money.ledger()["bank"] == -700
    with transaction(engine) as session, pytest.raises(Conflict):
        propose_refunded(session, 1, JOINED, "again", by(money, "ines"))
    money.told(Entry(euros(-700), booked=str(JOINED), value=str(JOINED)))
    confirmed(money, proposed(money, 1, "known"))
    assert money.ledger()["bank"] == -700
    with transaction(engine) as session, pytest.raises(NotFound):
        propose_refunded(session, 9, JOINED, "none", by(money, "ines"))
