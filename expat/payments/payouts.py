"""Payouts on their way: into bank files, confirmed by the bank, or returned by it.

A payout keeps its end-to-end id for life, however often it is sent: it stands in one file at a time, and the file's
own message id is new. What the bank answers is told apart by that file, and the ledger's references name it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Row, bindparam, func, or_, select, update
from sqlmodel import Session

from expat import audit
from expat.db import advisory_lock, table_of
from expat.errors import BadInput, NotFound
from expat.ledger.post import Transaction, confirmed, post, reverse
from expat.membership.tables import Membership
from expat.money import EUR, from_minor, to_minor
from expat.payments.account_records import Known, accounts_of
from expat.payments.agent_payouts import stops_agent
from expat.payments.bank_files import BankFile, CreditTransfer, Debtor, check_transfer, credit_transfer_files, read_back
from expat.payments.references import end_to_end_id
from expat.payments.setting_off import give_back, set_off_cents
from expat.payments.tables import BankFileRecord, Payout, Settlement
from expat.screening.holds import stops_membership, stops_provider
from expat.screening.screen import screen_new

LOCK = 7_002
_PAYOUT: Any = table_of(Payout)
_FILE: Any = table_of(BankFileRecord)
_SETTLEMENT: Any = table_of(Settlement)
_MEMBERSHIP: Any = table_of(Membership)


class Left(NamedTuple):
    """A payout that could not be put in a file, and why; it waits for the next time."""

    payout: int
    membership: str
    reason: str


@dataclass
class HandedOut:
    """The files that were made, and what was left out of them."""

    files: list[BankFile] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)


@dataclass
class Confirmed:
    """The payouts that are confirmed now, and those that had been before."""

    now: list[int] = field(default_factory=list)
    before: list[int] = field(default_factory=list)


class Ready(NamedTuple):
    """A payout with the account that it goes to, as a credit transfer."""

    payout: int
    account: int
    transfer: CreditTransfer


def bank_files(session: Session, day: date, made_at: datetime, debtor: Debtor, actor: str = "bank") -> HandedOut:
    """Put what is owed into files for the bank, to be executed on `day`, and keep them as handed out.

    Taken are payouts of closed settlements that are in no file, less what is set off of them. One whose account is
    missing or cannot be used is left for the next time, with the reason. Raises BadInput where the debtor's own details
    are wrong.

    Accounts that came since the settlement are screened first: nothing goes to a name that nobody has looked at.
    """
    screen_new(session, made_at, actor)
    advisory_lock(session, LOCK)
    rows = _waiting(session)
    accounts = accounts_of(session, rows)
    done, ready = HandedOut(), []
    for row in rows:
        try:
            ready.append(transfer_of(row, accounts.get(row.id), day))
        except BadInput as wrong:
            done.left.append(Left(row.id, row.number, str(wrong)))
    if ready:
        done.files = credit_transfer_files([r.transfer for r in ready], debtor, made_at, day, _message_id(session, day))
    _keep(session, done.files, ready, day, made_at, actor)
    return done


def _waiting(session: Session) -> Sequence[Row[Any]]:
    """Payouts to be sent, locked: a confirmation or return of one of them waits."""
    query = (
        select(_PAYOUT, _MEMBERSHIP.c.number, _SETTLEMENT.c.day, to_check().label("to_check"))
        .join(_SETTLEMENT, _SETTLEMENT.c.id == _PAYOUT.c.settlement_id)
        .join(_MEMBERSHIP, _MEMBERSHIP.c.id == _PAYOUT.c.membership_id)
        .where(_PAYOUT.c.bank_file_id.is_(None), _PAYOUT.c.amount > _PAYOUT.c.set_off, ~_SETTLEMENT.c.open)
        .order_by(_PAYOUT.c.id)
    )
    return session.execute(query.with_for_update(of=_PAYOUT)).all()


def to_check() -> Any:
    """Whether a person has to check a payout (of the query) before it is sent, as a name resembles one of a list."""
    owners = stops_membership(_PAYOUT.c.membership_id), stops_provider(_PAYOUT.c.provider)
    return or_(*owners, stops_agent(_PAYOUT.c.id))


def transfer_of(row: Row[Any], known: Known | None, day: date) -> Ready:
    """A payout (a row of `_waiting`) as a transfer. Raises BadInput where it cannot be."""
    if row.to_check:
        raise BadInput("payee", "is to be checked by a person first", "the list of names to check says why")
    if known is None:
        owner = "the member's bank account" if row.payee == "member" else f"the bank account of {row.provider or '?'}"
        raise BadInput("account", "there is none", owner)
    if row.returned_on is not None and row.account_id == known.id:
        raise BadInput("account", f"the bank returned the payment on {row.returned_on}", "another account")
    amount, text = from_minor(row.amount - row.set_off, row.currency), f"{row.number} {row.day.isoformat()}"
    transfer = CreditTransfer(end_to_end_id(row.id), amount, row.currency, known.account, text)
    check_transfer(transfer, day)
    return Ready(row.id, known.id, transfer)


def _message_id(session: Session, day: date) -> str:
    """New every time: the lock is held, and the number is that of the file to come."""
    number = session.execute(select(func.coalesce(func.max(_FILE.c.id), 0) + 1)).scalar_one()
    return f"EXP-{day:%Y%m%d}-{number}"


def _keep(session: Session, files: Iterable[BankFile], ready: list[Ready], day: date, at: datetime, actor: str) -> None:
    by_reference = {r.transfer.end_to_end_id: r for r in ready}
    sent = update(_PAYOUT).where(_PAYOUT.c.id == bindparam("key"))
    sent = sent.values(bank_file_id=bindparam("file"), account_id=bindparam("account"), returned_on=None)
    for file in files:
        values = {"name": file.name, "kind": file.kind, "day": day, "count": file.count, "content": file.content}
        query = _FILE.insert().values(**values, made_at=at).returning(_FILE.c.id)
        key = session.execute(query).scalar_one()
        inside = [by_reference[reference] for reference, _amount, _currency in read_back(file.content)]
        session.connection().execute(sent, [{"key": r.payout, "account": r.account, "file": key} for r in inside])
        audit.record(session, at, actor, "bank_file.made", f"bank_file:{key}", name=file.name, count=file.count)
        subjects = [(f"payout:{r.payout}", {"file": file.name, "account": r.account}) for r in inside]
        audit.record_all(session, at, actor, "payout.sent", subjects)


def confirm(
    session: Session,
    payouts: Sequence[int] | str,
    on: date,
    at: datetime,
    debited_eur: Mapping[int, Decimal] | None = None,
    actor: str = "bank",
) -> Confirmed:
    """The bank has paid payouts, given by their keys or as the name of the file that holds them; once is enough.

    `debited_eur` are euros taken from the operator's account, by payout, where the bank changed the money itself.
    Raises NotFound for what is not known, BadInput for a payout in no file or a day before that of its file.
    """
    rows, debits, done = _sent(session, payouts), debited_eur or {}, Confirmed()
    if unknown := set(debits) - {row.id for row in rows}:
        raise BadInput("debited", f"payout {min(unknown)} is not among those confirmed", "one of them")
    for row in rows:
        if row.file_day is None:
            raise BadInput("payout", f"{row.id} is in no bank file", "a payout that was handed out")
        if on < row.file_day:
            raise BadInput("on", f"{on} lies before {row.file_day}, the day of the file", "the day of the payment")
        (done.before if row.confirmed_on else done.now).append(row.id)
    fresh = [row for row in rows if row.confirmed_on is None]
    post(session, [_confirmation(row, on, debits.get(row.id)) for row in fresh], at)
    if fresh:
        query = update(_PAYOUT).where(_PAYOUT.c.id == bindparam("key")).values(confirmed_on=on)
        session.connection().execute(query, [{"key": row.id} for row in fresh])
    subjects = [(f"payout:{row.id}", {"on": on.isoformat(), "file": row.file_name}) for row in fresh]
    audit.record_all(session, at, actor, "payout.confirmed", subjects)
    return done


def returned(session: Session, payout_id: int, day: date, at: datetime, reason: str, actor: str = "bank") -> bool:
    """The bank sent the money back: what was confirmed is reversed, and the payout waits for another account.

    What was set off of it is owed again, and the payout waits whole.

    Answers False, and changes nothing, where the payout waits for one already. Raises NotFound for what is not
    known, BadInput for a payout in no file or a day before that of its file (the return of an earlier sending).
    """
    _lock_membership(session, payout_id)
    row = _sent(session, [payout_id])[0]
    if row.file_day is None and row.returned_on is not None:
        return False
    if row.file_day is None:
        raise BadInput("payout", f"{payout_id} is in no bank file", "a payout that was handed out")
    if day < row.file_day:
        raise BadInput("on", f"{day} lies before {row.file_day}, the day of the file", "the day of the return")
    if row.confirmed_on is not None:
        reverse(session, _reference(row), day, at)
    query = update(_PAYOUT).where(_PAYOUT.c.id == payout_id)
    session.execute(query.values(bank_file_id=None, confirmed_on=None, returned_on=day))
    give_back(session, row, day, at, actor)
    detail = {"file": row.file_name, "account": row.account_id, "reason": reason, "on": day.isoformat()}
    confirmed_on = row.confirmed_on and row.confirmed_on.isoformat()
    audit.record(session, at, actor, "payout.returned", f"payout:{payout_id}", **detail, confirmed_on=confirmed_on)
    return True


def _lock_membership(session: Session, payout_id: int) -> None:
    """What is asked back of the payout's membership changes under this lock alone."""
    mine = select(_PAYOUT.c.membership_id).where(_PAYOUT.c.id == payout_id).scalar_subquery()
    lock = select(_MEMBERSHIP.c.id).where(_MEMBERSHIP.c.id == mine).with_for_update(key_share=True)
    session.execute(lock)


def _sent(session: Session, payouts: Sequence[int] | str) -> Sequence[Row[Any]]:
    """Payouts by key, or those of a file, locked, with the file that they are in."""
    query = select(_PAYOUT, _FILE.c.day.label("file_day"), _FILE.c.name.label("file_name"))
    query = query.outerjoin(_FILE, _FILE.c.id == _PAYOUT.c.bank_file_id).order_by(_PAYOUT.c.id)
    advisory_lock(session, LOCK)  # the file of a payout changes only under it
    if isinstance(payouts, str):
        if session.execute(select(_FILE.c.id).where(_FILE.c.name == payouts)).first() is None:
            raise NotFound("file", f"no bank file has the name {payouts!r}", "a name that `expat bank files` showed")
        return session.execute(query.where(_FILE.c.name == payouts).with_for_update(of=_PAYOUT)).all()
    rows = session.execute(query.where(_PAYOUT.c.id.in_(payouts)).with_for_update(of=_PAYOUT)).all()
    if unknown := set(payouts) - {row.id for row in rows}:
        raise NotFound("payout", f"there is no payout {min(unknown)}")
    return rows


def _reference(row: Row[Any]) -> str:
    return f"confirmed:payout:{row.id}:file:{row.bank_file_id}"


def _confirmation(row: Row[Any], on: date, debited: Decimal | None) -> Transaction:
    cents = None if debited is None else to_minor(debited, EUR)
    if cents is not None and cents <= 0:
        raise BadInput("debited", f"{debited} EUR", "the euros that the bank took, above zero")
    amount = row.amount - row.set_off
    if cents is not None and row.currency == EUR and cents != amount:
        raise BadInput("debited", f"{debited} EUR for payout {row.id}, which is in EUR", "nothing, or its amount")
    return confirmed(_reference(row), on, row.eur_cents - set_off_cents(row), row.currency, amount, cents)
