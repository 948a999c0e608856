"""What the bank tells, counted once: transfers by their references, whatever comes twice, and what people look at."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, select

from expat.bank.reference import premium_reference
from expat.collecting.batches import creditor_of, look, release, withdraw
from expat.collecting.debits import end_mandate
from expat.collecting.due import lapsed_mandates
from expat.collecting.receive import undo
from expat.db import transaction
from expat.errors import BadInput, Conflict
from expat.ledger.post import BANK
from expat.periods import DAY
from tests.bank.bank_says import THEIRS, Entry, Tx, message
from tests.collecting.paying import (
    BATCH,
    ITEM,
    JOINED,
    MAIL,
    PAYMENT,
    QUARTER,
    SECOND,
    Money,
    acting,
    at,
    debit,
    debit_back,
    enrol,
    euros,
    transfer,
)

NOTICE = SECOND + timedelta(days=16)
SUSPENSION = NOTICE + timedelta(days=30)


def test_a_transfer_that_names_a_premium_pays_it(engine: Engine) -> None:
    money = Money(engine)
    done = money.told(transfer(QUARTER, JOINED, 1, text="merci"))
    assert (done.new, done.parts) == (1, {"premium": 1})
    assert money.open() == 0
    assert money.ledger() == {"bank": QUARTER, "premium_income": -QUARTER, "premiums_receivable": 0}


def test_the_same_file_the_same_movement_and_both_kinds_count_once(engine: Engine) -> None:
    money = Money(engine)
    entry = transfer(QUARTER, JOINED, 1, reference="B-1")
    assert money.told(entry).new == 1
    assert money.told(entry).again
    again = money.told(entry, Entry("-2.50", booked=str(JOINED), value=str(JOINED), code="ACMT-MDOP-CHRG"))
    assert (again.new, again.known, again.parts) == (1, 1, {"charges": 1})
    told = money.told(entry._replace(text="said otherwise", code=None), kind="054")
    assert (told.new, told.known) == (0, 1)
    assert money.ledger()["bank"] == QUARTER - 250 and money.ledger()["bank_charges"] == 250
    assert len(money.rows(PAYMENT)) == 1


def test_told_first_as_a_sum_then_in_detail_it_counts_once_and_is_found(engine: Engine) -> None:
    money = Money(engine)
    bare = Entry(euros(QUARTER), booked=str(JOINED), value=str(JOINED), reference="B-1")
    assert money.told(bare).parts == {"waits": 1}
    assert money.ledger()["unmatched_receipts"] == -QUARTER
    paid = Tx(euros(QUARTER), end_to_end="E-1", reference=premium_reference(1), debtor=("Ada", THEIRS))
    assert money.told(bare._replace(payments=(paid,)), kind="054").parts == {"premium": 1}
    assert money.open() == 0 and money.ledger()["unmatched_receipts"] == 0 and money.ledger()["bank"] == QUARTER


def test_what_nothing_tells_apart_from_another_message_waits_for_a_person(engine: Engine) -> None:
    money = Money(engine)
    money.told(transfer(QUARTER, JOINED, 1))
    bare = Entry(euros(QUARTER), booked=str(JOINED), value=str(JOINED))
    money.told(bare, kind="054")
    assert money.matched()[-1] == ("waits", "twin") and len(money.rows(PAYMENT)) == 1
    other = transfer(QUARTER, JOINED, text="rent of May")
    money.told(other, kind="054")
    assert money.matched()[-1] == ("waits", "unknown")


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (transfer(QUARTER, JOINED, 77), "premium"),
        (transfer(QUARTER, JOINED, text="prime 1"), "unknown"),
        (transfer(QUARTER, JOINED, text=premium_reference(1).replace("0001", "0010")), "unknown"),
        (transfer(-QUARTER, JOINED, 1), "unknown"),
    ],
)
def test_nothing_is_guessed(engine: Engine, entry: Entry, why: str) -> None:
    money = Money(engine)
    money.told(entry)
    assert money.matched() == [("waits", why)] and money.open() == QUARTER
    assert money.ledger()["unmatched_receipts"] == -money.ledger()["bank"] != 0


def test_one_transfer_for_two_memberships_is_split_where_it_is_exactly_theirs(engine: Engine) -> None:
    money = Money(engine)
    with transaction(engine) as session:
        enrol(session, "UNO-2")
    money.until(JOINED + DAY)
    money.told(transfer(2 * QUARTER + 1, money.today, 1, 2))
    assert money.matched() == [("waits", "several")]
    money.told(transfer(2 * QUARTER, money.today, 1, 2))
    assert [(row.membership_id, row.cents) for row in money.rows(PAYMENT)] == [(1, QUARTER), (2, QUARTER)]


def test_paid_in_part_the_rest_stays_open_and_what_is_too_much_counts_towards_the_next_call(engine: Engine) -> None:
    money = Money(engine)
    money.told(transfer(20_000, JOINED, 1))
    assert money.open() == 9_325
    money.told(transfer(19_325, JOINED + DAY, 1), name="2") if money.live(JOINED + DAY) is None else None
    assert money.open() == 0
    money.until(SECOND - timedelta(days=30))
    assert money.open() == QUARTER - 10_000
    assert money.ledger()["premiums_receivable"] == QUARTER - 10_000


def test_a_payment_that_was_on_the_account_in_time_counts_although_its_statement_came_late(engine: Engine) -> None:
    money = Money(engine)
    money.told(transfer(QUARTER, JOINED, 1))
    money.until(SUSPENSION + timedelta(days=3))
    assert not money.covered(SUSPENSION + DAY)
    money.told(transfer(QUARTER, SUSPENSION - DAY, 2))
    assert money.covered(SUSPENSION) and money.covered(SUSPENSION + DAY)
    assert f"premium:2:resumed:{SUSPENSION - DAY}" in money.mails()


def test_paid_while_suspended_cover_is_back_and_that_is_told(engine: Engine) -> None:
    money = Money(engine)
    money.told(transfer(QUARTER, JOINED, 1))
    money.until(SUSPENSION + timedelta(days=2))
    money.told(transfer(QUARTER, money.today, 2))
    assert not money.covered(money.today) and money.covered(money.today + DAY)
    assert [key for key in money.mails() if "resumed" in key] == [f"premium:2:resumed:{money.today}"]


# --- direct debits ---------------------------------------------------------------------------------------------------


def debited(engine: Engine) -> Money:
    """The second quarter is collected on Monday 12 May 2025; the first was paid by transfer."""
    money = Money(engine, "direct_debit")
    money.told(transfer(QUARTER, JOINED, 1))
    money.until(date(2025, 5, 6))
    return money


COLLECTED = date(2025, 5, 12)


def test_a_premium_is_collected_from_announcement_to_the_banks_word(engine: Engine) -> None:
    money = debited(engine)
    (item,) = money.released()
    assert (item.premium_id, item.cents, item.sequence) == (2, QUARTER, "FRST")
    money.until(COLLECTED + timedelta(days=9))
    assert not any(":reminder" in key for key in money.mails())  # nobody is dunned while it is on its way
    money.told(
        Entry(euros(QUARTER), booked=str(COLLECTED), value=str(COLLECTED), batch=item.group_id, code="PMNT-IDDT-ESDD")
    )
    assert money.open() == 0 and money.matched()[-1][0] == "debit"
    assert money.rows(PAYMENT)[-1].received_on == COLLECTED
    money.until(date(2025, 8, 5))
    assert [row.sequence for row in money.released()] == ["FRST", "RCUR"]


def test_a_debit_that_comes_back_is_due_again_and_the_member_is_told_why(engine: Engine) -> None:
    money = debited(engine)
    (item,) = money.released()
    money.until(COLLECTED + timedelta(days=3))
    money.told(debit(QUARTER, COLLECTED, item))
    money.told(debit_back(QUARTER, money.today, item, charges=350))
    assert money.open() == QUARTER
    assert money.ledger()["bank"] == QUARTER - 350 and money.ledger()["bank_charges"] == 350
    mail = next(row for row in money.rows(MAIL) if row.key == f"debit:{item.id}:returned")
    assert "there was not enough money on the account" in " ".join(mail.body.split())
    back = money.today
    money.until(back + timedelta(days=5))
    assert any(key == f"premium:2:reminder:{back}" for key in money.mails())
    assert len(money.released()) == 1  # it is not tried again by itself


def test_a_return_that_is_told_before_its_booking_comes_to_the_same(engine: Engine) -> None:
    money = debited(engine)
    (item,) = money.released()
    money.until(COLLECTED + timedelta(days=3))
    money.told(debit_back(QUARTER, money.today, item))
    money.told(debit(QUARTER, COLLECTED, item))
    assert money.open() == QUARTER
    assert money.ledger()["unmatched_receipts"] == 0 and money.ledger()["bank"] == QUARTER
    money.told(debit(QUARTER, COLLECTED + DAY, item))
    assert money.matched()[-1] == ("waits", "twice")


def test_a_code_that_ends_the_mandate_ends_it(engine: Engine) -> None:
    money = debited(engine)
    (item,) = money.released()
    money.until(COLLECTED + timedelta(days=3))
    money.told(debit(QUARTER, COLLECTED, item), debit_back(QUARTER, money.today, item, "MD01"))
    assert any(key.startswith("mandate:") for key in money.mails())
    money.until(date(2025, 8, 5))
    assert len(money.released()) == 1  # the next quarter is not collected


def test_a_payment_taken_back_after_the_resumption_begins_the_course_anew(engine: Engine) -> None:
    money = Money(engine)
    money.told(transfer(QUARTER, JOINED, 1))
    money.until(SUSPENSION + timedelta(days=2))
    money.told(transfer(QUARTER, money.today, 2))
    paid = money.rows(PAYMENT)[-1].id
    back = money.today + timedelta(days=8)
    money.until(back)
    with transaction(engine) as session:
        undo(session, paid, back, "FOCR", BANK, acting(back), money.chosen)
    assert money.open() == QUARTER and money.covered(back)
    assert money.ledger()["bank"] == QUARTER == money.ledger()["premiums_receivable"]
    money.until(back + timedelta(days=5))
    assert f"premium:2:reminder:{back}" in money.mails()


def test_a_mandate_that_is_not_used_for_36_months_ends_and_that_is_told(engine: Engine) -> None:
    money = Money(engine, "direct_debit")
    with transaction(engine) as session:
        assert [row.id for row in lapsed_mandates(session, date(2028, 2, 9), 0, 9)] == []
        assert [row.id for row in lapsed_mandates(session, date(2028, 2, 10), 0, 9)] == [1]
        day = acting(date(2028, 2, 10))
        assert end_mandate(session, money.made.membership_id, "lapsed", None, day, money.chosen, 1)
        assert not end_mandate(session, money.made.membership_id, "lapsed", None, day, money.chosen, 1)
    assert "mandate:2:ended" in money.mails()


def test_a_batch_needs_two_people_and_gives_back_what_it_does_not_collect(engine: Engine) -> None:
    money = debited(engine)
    with transaction(engine) as session:
        (key,) = session.execute(select(BATCH.c.id)).scalars()
        with pytest.raises(Conflict):
            release(session, key, creditor_of(money.chosen), acting(money.today, "ines"))
        look(session, key, "ines", at(money.today))
        with pytest.raises(BadInput, match="another person"):
            release(session, key, creditor_of(money.chosen), acting(money.today, "Ines"))
    money.told(transfer(QUARTER, money.today, 2), name="early")
    with transaction(engine) as session:
        assert release(session, key, creditor_of(money.chosen), acting(money.today, "max")) is None
    assert [row.dropped for row in money.rows(ITEM)] == ["paid"]


def test_a_batch_that_is_withdrawn_is_made_again_and_the_course_goes_on(engine: Engine) -> None:
    money = debited(engine)
    with transaction(engine) as session:
        withdraw(session, 1, acting(money.today, "ines"))
    money.until(money.today + DAY)
    assert [(row.attempt, row.dropped) for row in money.rows(ITEM)] == [(1, "withdrawn"), (2, None)]


# --- faults ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"no xml", "s.xml"),
        (message(transfer(QUARTER, JOINED, 1), account="FR7612345987650123456789014"), "no account of ours"),
        (message(transfer(QUARTER, JOINED + timedelta(days=40), 1)), "has not come yet"),
        (message(transfer(QUARTER, JOINED, 1), Entry("1.00", currency="USD")), "is in USD"),
    ],
)
def test_a_file_is_taken_whole_or_not_at_all(engine: Engine, content: bytes, told: str) -> None:
    money = Money(engine)
    with pytest.raises(BadInput, match=told) as wrong:
        money.read(content)
    assert "s.xml" in str(wrong.value)
    assert money.rows(PAYMENT) == [] and money.open() == QUARTER
