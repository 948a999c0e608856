"""What the bank says of our payouts: paid, or sent back. Each posts once, whatever was noted by hand before."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from expat.bank.statements import Payment
from expat.collecting.moved import Match, Moved, waits
from expat.collecting.tables import BankPart
from expat.collecting.tell import tell_payout_returned
from expat.db import table_of
from expat.ledger.post import BANK, BANK_CHARGES, Entry, Transaction, post
from expat.membership.changes import Acting
from expat.money import EUR, from_minor
from expat.payments import payouts
from expat.payments.tables import BankFileRecord, Payout
from expat.settings import Settings

_PAYOUT: Any = table_of(Payout)
_FILE: Any = table_of(BankFileRecord)
_PART: Any = table_of(BankPart)


def payout_row(session: Session, key: int | None) -> Any:
    """A payout with the day of the file that it is in; None where there is none."""
    query = select(_PAYOUT, _FILE.c.day.label("file_day")).outerjoin(_FILE, _FILE.c.id == _PAYOUT.c.bank_file_id)
    return None if key is None else session.execute(query.where(_PAYOUT.c.id == key)).first()


def paid(session: Session, row: Any, told: Payment, moved: Moved, acting: Acting) -> Match:
    """Money left for a payout: it is confirmed, unless it was, or its return was told before."""
    done, back = _told(session, row.id)
    match, debited = Match("payout", f"payout:{row.id}"), None
    if back > done:
        return match  # the return came first, and the sending was confirmed with it
    if done > back:
        return waits("twice", match.subject)
    if row.bank_file_id is None or moved.booked_on < row.file_day:
        return waits("payout_not_sent", match.subject)
    if moved.currency == row.currency:
        if -told.amount != row.amount - row.set_off:
            return waits("payout_differs", match.subject)
    elif moved.currency == EUR:
        debited = {row.id: from_minor(-told.amount, EUR)}
    else:
        return waits("currency", match.subject)
    payouts.confirm(session, [row.id], moved.booked_on, acting.at, debited, acting.actor)
    return match


def sent_back(session: Session, row: Any, told: Payment, moved: Moved, acting: Acting, chosen: Settings) -> Match:
    """Money of a payout came back: the payout waits for another account, and its member is told and asked for one."""
    done, back = _told(session, row.id)
    match = Match("payout_return", f"payout:{row.id}")
    if row.bank_file_id is None:  # noted by hand before the bank's own word
        return match if row.returned_on is not None and done > back else waits("payout_not_sent", match.subject)
    sent, cost = row.amount - row.set_off, 0
    if moved.currency != row.currency or moved.booked_on < row.file_day:
        return waits("payout_differs", match.subject)
    if told.amount != sent:
        cost = sent - told.amount
        if told.charges != cost and told.instructed != sent:
            return waits("payout_differs", match.subject)
    if row.confirmed_on is None:
        payouts.confirm(session, [row.id], row.file_day, acting.at, None, acting.actor)
    code = told.returned.code if told.returned else None
    payouts.returned(session, row.id, moved.booked_on, acting.at, code or "-", acting.actor)
    if cost:
        both = (Entry(BANK_CHARGES, row.currency, cost), Entry(BANK, row.currency, -cost))
        post(session, [Transaction(f"charges:{moved.source}", moved.booked_on, both)], acting.at)
    tell_payout_returned(session, row, code, moved.source, acting.at, chosen)
    return match


def _told(session: Session, payout: int) -> tuple[int, int]:
    """How often the bank told of a payout that it was paid, and that it came back."""
    query = select(_PART.c.matched, func.count()).where(_PART.c.subject == f"payout:{payout}").group_by(_PART.c.matched)
    found = {row[0]: int(row[1]) for row in session.execute(query)}
    return found.get("payout", 0), found.get("payout_return", 0)
