"""Whether what the demo shows is right: it ends with 1 where it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from lxml import etree
from sqlalchemy import func, select
from sqlmodel import Session

from expat.bank.messages import schema
from expat.claims.records import replayed
from expat.claims.tables import ClaimLine, LineDecision
from expat.db import reading, table_of
from expat.demo.stages import Demo
from expat.documents.store import problems
from expat.ledger.post import BENEFITS_PAYABLE, balances, out_of_balance
from expat.money import from_minor
from expat.payments.pain001 import MESSAGE, read_back
from expat.payments.references import payout_of
from expat.payments.tables import BankFileRecord, Payout

_PAYOUT: Any = table_of(Payout)
_LINE: Any = table_of(ClaimLine)
_FILE: Any = table_of(BankFileRecord)
_DECISION: Any = table_of(LineDecision)

Check = Callable[[Demo, Session], Iterator[str]]


def ledger(demo: Demo, session: Session) -> Iterator[str]:
    """Every transaction, and every currency over all accounts, sums to zero."""
    for reference in out_of_balance(session):
        yield f"{reference} does not sum to zero"
    sums: dict[str, int] = {}
    for (_account, currency), amount in balances(session).items():
        sums[currency] = sums.get(currency, 0) + amount
    for currency, amount in sums.items():
        if amount:
            yield f"{currency}: the accounts sum to {amount}"


def payouts(demo: Demo, session: Session) -> Iterator[str]:
    """A payout is the sum of its lines, in its currency and in euros; what is owed still is what was posted."""
    sums = (func.sum(_LINE.c.payout), func.sum(_LINE.c.cents), func.count())
    paid = _LINE.c.status == "paid"
    query = select(_LINE.c.payout_id, *sums).where(paid).group_by(_LINE.c.payout_id)
    lines = {key: (amount, cents) for key, amount, cents, _count in session.execute(query)}
    owed: dict[str, int] = {}
    for row in session.execute(select(_PAYOUT)):
        if row.confirmed_on is None:
            owed[row.currency] = owed.get(row.currency, 0) + row.amount - row.set_off
        if lines.pop(row.id, None) != (row.amount, row.eur_cents):
            yield f"payout {row.id}: {row.amount} {row.currency} is not the sum of its lines"
    for key in lines:
        yield f"lines are paid by payout {key}, which is none"
    posted = balances(session)
    for currency, amount in owed.items():
        if posted.get((BENEFITS_PAYABLE, currency)) != -amount:
            yield f"{currency}: the ledger owes something else than the payouts"


def files(demo: Demo, session: Session) -> Iterator[str]:
    """A bank file is valid, lies in the folder as it is kept, and pays its payouts to the last unit."""
    for file in session.execute(select(_FILE)):
        there = demo.places.bank / file.name
        if not there.exists() or there.read_bytes() != file.content:
            yield f"{there} is not what was made"
        if not schema(MESSAGE).validate(etree.fromstring(file.content)):
            yield f"{file.name} does not validate"
        rows = session.execute(select(_PAYOUT).where(_PAYOUT.c.bank_file_id == file.id))
        wanted: dict[int | None, tuple[Decimal, str]] = {
            row.id: (from_minor(row.amount, row.currency), row.currency) for row in rows
        }
        if {payout_of(ref): (amount, code) for ref, amount, code in read_back(file.content)} != wanted:
            yield f"{file.name} holds other payments than its payouts"


def decisions(demo: Demo, session: Session) -> Iterator[str]:
    """The same facts, judged again, give the decision that was kept."""
    for key in session.execute(select(_DECISION.c.id).order_by(_DECISION.c.id)).scalars():
        kept, again = replayed(session, key)
        if kept != again:
            yield f"decision {key} does not replay"


def documents(demo: Demo, session: Session) -> Iterator[str]:
    """Every document is whole."""
    return problems(session, demo.places.documents, demo.keys)


def statements(demo: Demo, session: Session) -> Iterator[str]:
    """A statement for every payout, a notice for every claim without one, none empty."""
    written = [path.name.split("-")[0] for path in demo.places.statements.iterdir() if path.stat().st_size]
    count = session.execute(select(func.count()).select_from(_PAYOUT)).scalar_one()
    if written.count("statement") != count:
        yield f"{written.count('statement')} statements for {count} payouts"
    paid = select(_LINE.c.claim_id).where(_LINE.c.payout_id.is_not(None))
    untold = select(func.count(func.distinct(_LINE.c.claim_id))).where(_LINE.c.claim_id.not_in(paid))
    if written.count("notice") != session.execute(untold).scalar_one():
        yield f"{written.count('notice')} notices do not tell every claim without a payout"


CHECKS: dict[str, Check] = {
    "check_ledger": ledger,
    "check_payouts": payouts,
    "check_files": files,
    "check_decisions": decisions,
    "check_documents": documents,
    "check_statements": statements,
}


def wrong(demo: Demo) -> Iterator[tuple[str, list[str]]]:
    """Each check, with what it found wrong."""
    with reading(demo.engine) as session:
        for name, check in CHECKS.items():
            yield name, list(check(demo, session))
