"""A member whose paid lines are no longer due, for the tests of what comes back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Engine, select, update
from sqlmodel import Session

from expat.claims.rejudge import new_fact
from expat.claims.tables import ClaimLine
from expat.db import table_of, transaction
from expat.membership.changes import Acting
from expat.membership.join import change_row
from expat.membership.tables import MembershipChange
from expat.recoveries.find import look_again
from expat.recoveries.standing import open_differences
from tests.payments.insured import AT, DAY, PAYOUT, SOURCES, claim, insure, pay, publish

LATER = AT + timedelta(days=30)
TODAY = DAY + timedelta(days=30)
LINE: Any = table_of(ClaimLine)
CHANGE: Any = table_of(MembershipChange)


def acting(actor: str = "account:901", days: int = 0) -> Acting:
    """Who acts, so many days after the change."""
    return Acting(TODAY + timedelta(days=days), LATER + timedelta(days=days), SOURCES, actor)


def paid_member(engine: Engine, *amounts: str, currency: str = "EUR", **changed: Any) -> int:
    """A member whose visits are paid, by the bank too."""
    publish(engine)
    key = insure(engine, "R-1", currency)
    claim(engine, key, "first", *amounts, **changed)
    pay(engine)
    bank_paid(engine)
    return key


def bank_paid(engine: Engine, on: date | None = DAY) -> None:
    """The bank has made every payment; or none, where there is no day. The books are left as they are."""
    with transaction(engine) as session:
        session.execute(update(PAYOUT).values(confirmed_on=on))


def change(
    session: Session, membership: int, kind: str, value: str, effective: date, person: int | None = None
) -> None:
    """Something that is only known now, and holds from an earlier day on."""
    row = change_row(membership, kind, value, TODAY, effective, LATER, person_id=person)
    session.execute(CHANGE.insert().values(row))
    new_fact(session, membership, TODAY, LATER, SOURCES)


def ended(engine: Engine, membership: int, effective: date = date(2025, 6, 1)) -> list[Any]:
    """The membership turns out to have ended before the care; answers the differences that this makes."""
    with transaction(engine) as session:
        change(session, membership, "termination", "false_declaration", effective)
        look_again(session, membership, TODAY, LATER, "account:901")
        return open_differences(session, membership)


def lines(engine: Engine) -> list[Any]:
    """Every line, in the order received."""
    with transaction(engine) as session:
        return list(session.execute(select(LINE).order_by(LINE.c.id)))
