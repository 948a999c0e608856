"""Whatever order the bank tells of things in: the books balance, what is open is what was called less what counted."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from sqlmodel import Session

from expat.billing.account import balance
from expat.billing.calls import call
from expat.billing.tell import tell_call
from expat.collecting.batches import creditor_of, look, make_batches, release
from expat.collecting.receive import credits_of
from expat.collecting.statements import import_file
from expat.db import table_of
from expat.ledger.post import balances, out_of_balance
from expat.premiums.tables import Premium, PremiumOpen
from tests.bank.bank_says import Entry, message
from tests.collecting.paying import (
    ALLOCATION,
    CHOSEN,
    ITEM,
    JOINED,
    acting,
    at,
    debit,
    debit_back,
    enrol,
    transfer,
)

PREMIUM, OPEN = table_of(Premium), table_of(PremiumOpen)
COLLECTED = date(2025, 5, 12)
TODAY = COLLECTED + timedelta(days=9)


def _told(item: Any, one: int, two: int) -> list[Entry]:
    """Movements of one account: transfers for both premiums, a direct debit, its return, charges."""
    return [
        transfer(20_000, JOINED, one, reference="A"),
        transfer(9_325, JOINED + timedelta(days=3), one, reference="B"),
        transfer(12_345, COLLECTED, two, one, reference="C"),
        debit(item.cents, COLLECTED, item, reference="D"),
        debit_back(item.cents, COLLECTED + timedelta(days=2), item, charges=250, reference="E"),
        transfer(-250, COLLECTED, text="fees", reference="F")._replace(code="ACMT-MDOP-CHRG"),
        transfer(40_000, TODAY, text="rent", reference="G"),
        transfer(70_000, TODAY, two, reference="H"),
    ]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(8)), cut=st.integers(1, 7), again=st.sets(st.integers(0, 7), max_size=4))
def test_in_whatever_order_it_comes_to_the_same(engine: Engine, order: list[int], cut: int, again: set[int]) -> None:
    with Session(engine) as session:
        made = enrol(session, method="direct_debit")
        key, premiums = made.membership_id, list[int]()
        for day in (JOINED, date(2025, 4, 10)):
            called = call(session, key, acting(day))
            assert called is not None
            premiums.append(called.premium)
            tell_call(session, key, called, at(day), CHOSEN)
        (batch,) = make_batches(session, 7, acting(date(2025, 5, 5)))[-1:]
        look(session, batch, "ines", at(COLLECTED))
        release(session, batch, creditor_of(CHOSEN), acting(date(2025, 5, 6), "max"))
        item = session.execute(select(ITEM).where(ITEM.c.premium_id == premiums[1], ITEM.c.batch_id == batch)).one()
        entries = _told(item, *premiums)
        files = [order[:cut], [*order[cut:], *again], sorted(again)]
        for n, some in enumerate(files):
            content = message(*(entries[one] for one in dict.fromkeys(some)), kind="054" if n == 2 else "053")
            import_file(session, f"{n}.xml", content, acting(TODAY), CHOSEN)
        assert out_of_balance(session) == []
        booked = {account: cents for (account, _currency), cents in balances(session).items()}
        assert booked["bank"] == 20_000 + 9_325 + 12_345 - 250 - 250 + 40_000 + 70_000
        assert booked["unmatched_receipts"] == -40_000 and booked["bank_charges"] == 500
        called_cents = session.execute(select(func.sum(PREMIUM.c.amount))).scalar()
        counted = session.execute(select(func.sum(ALLOCATION.c.amount))).scalar()
        left = sum(cents for _payment, cents in credits_of(session, key))
        assert balance(session, key) == called_cents - counted == 0
        assert booked["premiums_receivable"] == -left == called_cents - 111_670
        assert session.execute(select(OPEN.c.step)).scalars().all() == ["paid", "paid"]
        session.rollback()
