"""Members with something to be paid, for the tests of paying."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from moneyed import Currency, Money
from sqlalchemy import Engine, func, select

from expat.claims.intake import NewClaim, NewLine
from expat.claims.submit import Submitted, submit
from expat.claims.tables import ClaimLine
from expat.currency.rates import NewRate, add_rates
from expat.db import table_of, transaction
from expat.ledger.post import BENEFITS_PAYABLE, balances, out_of_balance
from expat.membership.join import NewMembership, NewPerson, join
from expat.membership.tables import InsuredPerson
from expat.payments.account_records import keep_account
from expat.payments.accounts import Account
from expat.payments.settle import Outcome, settle
from expat.payments.tables import Payout
from expat.payments.transfers import Debtor

JOINED = date(2025, 1, 1)
RECEIVED = date(2025, 8, 1)
DAY = date(2025, 8, 4)  # a Monday, on which the rates below are published
AT = datetime(2025, 8, 4, 12, tzinfo=UTC)
SOURCES = ("ecb",)
RATES = {"SGD": "1.4906", "JPY": "171.23", "USD": "1.1565", "KWD": "0.35391"}
DEBTOR = Debtor("Expat Demo Association", "FR7630006000011234567890189", "AGRIFRPP", "Paris", "FR")
FRENCH = Account(holder="Zoë Müller", iban="FR7630006000011234567890189", town="Paris", country="FR")
SINGAPORE = Account(
    holder="Tan Wei", number="0123456789", bic="DBSSSGSG", bank_country="SG", town="Singapore", country="SG"
)
OF_CURRENCY = {"EUR": FRENCH, "SGD": SINGAPORE}
# Processes of their own, forked from one that has nothing open: each begins without importing everything again.
APART = multiprocessing.get_context("forkserver")
APART.set_forkserver_preload(["tests.portal.house", "pytest", "hypothesis"])
PAYOUT, LINE, PERSON = table_of(Payout), table_of(ClaimLine), table_of(InsuredPerson)


def publish(engine: Engine, day: date = DAY, **rates: str) -> None:
    """The rates of a day."""
    rows = [NewRate(code, Decimal(value), "ecb", day) for code, value in (rates or RATES).items()]
    with transaction(engine) as session:
        add_rates(session, rows, AT + timedelta(days=9))


def insure(engine: Engine, number: str, currency: str = "EUR", account: Account | None = None, **more: Any) -> int:
    """A member in Senegal on formula 4; answers the membership. No account is kept where `account` is not given."""
    people = (NewPerson("member", date(1985, 5, 2), "Ada", "Lovelace"),)
    new = NewMembership(number, "expat-uno", JOINED, "4", "A", "SN", people, currency, **more)
    with transaction(engine) as session:
        key = join(session, new, AT).membership_id
        if account is not None:
            keep_account(session, account, AT, membership_id=key)
    return key


def member_of(engine: Engine, membership: int) -> int:
    """The insured person who is the member."""
    with transaction(engine) as session:
        query = select(PERSON.c.id).where(PERSON.c.membership_id == membership).order_by(PERSON.c.id)
        return int(session.execute(query).scalars().first() or 0)


def visit(person: int, amount: str, **changed: Any) -> NewLine:
    """A doctor's visit, paid in full: `visit(person, "45.00 EUR")`."""
    value, currency = amount.split()
    values: dict[str, Any] = {"care": "ambulatory.gp", "first_day": date(2025, 7, 1), "country": "SN", **changed}
    return NewLine(person=person, amount=Money(Decimal(value), Currency(currency)), **values)


def claim(engine: Engine, membership: int, key: str, *amounts: str, **changed: Any) -> Submitted:
    """A claim of one visit for each amount."""
    person = member_of(engine, membership)
    lines = [visit(person, amount, **{"invoice": f"{key}/{i}", **changed}) for i, amount in enumerate(amounts)]
    with transaction(engine) as session:
        return submit(session, membership, NewClaim(lines, RECEIVED, key), AT, SOURCES)


def pay(engine: Engine, day: date = DAY, **options: Any) -> Outcome:
    """The settlement of a day."""
    return settle(engine, day, lambda: AT, SOURCES, **options)


def payouts(engine: Engine) -> list[Any]:
    """Every payout, in the order made."""
    with transaction(engine) as session:
        return list(session.execute(select(PAYOUT).order_by(PAYOUT.c.id)))


def statuses(engine: Engine) -> list[str]:
    """The status of every line, in the order received."""
    with transaction(engine) as session:
        return list(session.execute(select(LINE.c.status).order_by(LINE.c.claim_id, LINE.c.position)).scalars())


def check_books(engine: Engine) -> None:
    """Every transaction balances; the payouts are the sums of their lines, and what is owed is what they sum to."""
    with transaction(engine) as session:
        assert out_of_balance(session) == []
        owed = {c: -total for (account, c), total in balances(session).items() if account == BENEFITS_PAYABLE}
        unpaid = PAYOUT.c.confirmed_on.is_(None)
        sums = select(PAYOUT.c.currency, func.sum(PAYOUT.c.amount)).where(unpaid).group_by(PAYOUT.c.currency)
        assert {c: v for c, v in owed.items() if v} == {c: int(v) for c, v in session.execute(sums) if v}
        paid = select(LINE.c.payout_id, func.sum(LINE.c.payout), func.sum(LINE.c.cents)).where(LINE.c.status == "paid")
        lines = {key: (int(a), int(e)) for key, a, e in session.execute(paid.group_by(LINE.c.payout_id))}
        made = session.execute(select(PAYOUT.c.id, PAYOUT.c.amount, PAYOUT.c.eur_cents))
        assert lines == {key: (amount, cents) for key, amount, cents in made}


def at_once(target: Callable[..., None], calls: Sequence[tuple[Any, ...]]) -> None:
    """Run the calls in processes of their own, started together; all must end well."""
    barrier = APART.Barrier(len(calls))
    environment = dict(os.environ)
    processes = [APART.Process(target=in_environment, args=(environment, target, barrier, *call)) for call in calls]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0] * len(calls)


def in_environment(environment: dict[str, str], target: Callable[..., None], *values: Any) -> None:
    """In the environment of the test, where the server of processes has that of its own start."""
    os.environ.clear()
    os.environ.update(environment)
    target(*values)


def url_of(engine: Engine) -> str:
    """The URL under which another process finds the database."""
    return engine.url.render_as_string(hide_password=False)
