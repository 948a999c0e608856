"""Two imports at once, and the bank's word on what we paid out: everything counts once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Engine, select

from expat.collecting.statements import import_file
from expat.db import open_engine, reading, table_of, transaction
from expat.ledger.post import balances, out_of_balance
from expat.mail.tables import OutgoingMail
from expat.membership.tables import Member
from expat.payments.payouts import bank_files
from expat.payments.references import end_to_end_id
from tests.bank.bank_says import Entry, Tx, message
from tests.collecting.paying import CHOSEN, JOINED, PAYMENT, QUARTER, Money, acting, euros, transfer
from tests.payments.insured import AT, DAY, DEBTOR, FRENCH, at_once, claim, insure, pay, payouts, publish, url_of

MAIL = table_of(OutgoingMail)
TODAY = date(2025, 8, 20)


def _import_elsewhere(barrier: Any, url: str, name: str, content: bytes) -> None:
    engine = open_engine(url)
    barrier.wait(60)
    with transaction(engine) as session:
        import_file(session, name, content, acting(JOINED), CHOSEN)
    engine.dispose()


def test_two_imports_at_once_count_every_movement_once(engine: Engine) -> None:
    money = Money(engine)
    entry, other = transfer(QUARTER, JOINED, 1, reference="A"), transfer(900, JOINED, text="rent", reference="B")
    files = [message(entry), message(entry), message(entry, other)]
    at_once(_import_elsewhere, [(url_of(engine), f"{n}.xml", content) for n, content in enumerate(files)])
    assert len(money.rows(PAYMENT)) == 1 and money.open() == 0
    assert money.ledger()["bank"] == QUARTER + 900


class PaidOut:
    """A payout of 45 EUR in a file for the bank."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        publish(engine)
        ada = Member(first_name="Ada", last_name="L", language="en", email="ada@example.org", recorded_at=AT)
        membership = insure(engine, "M1", account=FRENCH, member=ada)
        claim(engine, membership, "a", "45.00 EUR")
        pay(engine)
        with transaction(engine) as session:
            bank_files(session, DAY, AT, DEBTOR)
        (self.payout,) = payouts(engine)

    def told(self, *entries: Entry, name: str = "s.xml") -> dict[str, int]:
        with transaction(self.engine) as session:
            return dict(import_file(session, name, message(*entries), acting(TODAY), CHOSEN).parts)

    def left(self, reference: str = "P") -> Entry:
        paid = Tx(euros(-self.payout.amount), end_to_end=end_to_end_id(self.payout.id))
        return Entry(euros(-self.payout.amount), booked=str(DAY), value=str(DAY), reference=reference, payments=(paid,))

    def back(self, reference: str = "R") -> Entry:
        on = str(DAY + timedelta(days=2))
        told = Tx(euros(self.payout.amount), end_to_end=end_to_end_id(self.payout.id), reason="AC04")
        return Entry(euros(self.payout.amount), booked=on, value=on, reference=reference, payments=(told,))

    def bank(self) -> int:
        with reading(self.engine) as session:
            assert out_of_balance(session) == []
            return balances(session).get(("bank", "EUR"), 0)


def test_a_payout_that_the_bank_tells_of_is_confirmed_once(engine: Engine) -> None:
    paid = PaidOut(engine)
    assert paid.told(paid.left()) == {"payout": 1}
    assert payouts(engine)[0].confirmed_on == DAY and paid.bank() == -paid.payout.amount
    assert paid.told(paid.left("Q"), name="2") == {"waits": 1}  # a second movement for the same payment


def test_a_payout_that_comes_back_is_reversed_and_its_member_is_asked_for_an_account(engine: Engine) -> None:
    paid = PaidOut(engine)
    paid.told(paid.left())
    assert paid.told(paid.back()) == {"payout_return": 1}
    row = payouts(engine)[0]
    assert (row.bank_file_id, row.confirmed_on, row.returned_on) == (None, None, DAY + timedelta(days=2))
    assert paid.bank() == 0
    with reading(engine) as session:
        mail = session.execute(select(MAIL).where(MAIL.c.kind == "payout")).one()
    assert "account is closed" in " ".join(mail.body.split()) and "/cover/payout" in mail.body


def test_a_return_that_is_told_first_comes_to_the_same(engine: Engine) -> None:
    paid = PaidOut(engine)
    assert paid.told(paid.back()) == {"payout_return": 1}
    assert paid.told(paid.left()) == {"payout": 1}
    assert payouts(engine)[0].returned_on is not None and paid.bank() == 0
