"""Reading what the bank sends, once: a file, overlapping files, a statement and a notification of the same movement.

A file is taken whole or not at all. What is not booked yet (pending, announced) waits for the statement that books it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from expat import audit
from expat.bank.camt import read
from expat.bank.codes import compact
from expat.bank.statements import BankMessage, Entry, Payment, Statement
from expat.collecting.batches import LOCK
from expat.collecting.match import charge, match
from expat.collecting.moved import WAITS, Match, Moved
from expat.collecting.tables import BankEntry, BankMessageRecord, BankPart, MoneyDecision, MoneyProposal
from expat.db import advisory_lock, table_of
from expat.errors import BadInput
from expat.ledger.post import reverse
from expat.membership.changes import Acting
from expat.settings import Settings

# What banks write where they have no reference.
NO_REFERENCE = ("NONREF", "NOTPROVIDED", "NONE", "-")

_MESSAGE: Any = table_of(BankMessageRecord)
_ENTRY: Any = table_of(BankEntry)
_PART: Any = table_of(BankPart)
_PROPOSAL: Any = table_of(MoneyProposal)
_DECISION: Any = table_of(MoneyDecision)


@dataclass
class Imported:
    """What came of a file: its key (of the first time, where it came `again`), movements that are new and that were
    known, and payments by what they were matched to (`waits`: a person looks at them)."""

    message: int
    again: bool = False
    new: int = 0
    known: int = 0
    parts: Counter[str] = field(default_factory=Counter)


def import_file(session: Session, name: str, content: bytes, acting: Acting, chosen: Settings) -> Imported:
    """Take a file of the bank: movements of our accounts that are booked and not known yet.

    Raises BadInput naming the file, the line and the element: what no bank sends, an account that is not ours, a day
    that has not come. Nothing is kept then.
    """
    digest = hashlib.sha256(content).hexdigest()
    advisory_lock(session, LOCK)
    before = session.execute(select(_MESSAGE.c.id).where(_MESSAGE.c.sha256 == digest)).scalar()
    if before is not None:
        return Imported(before, again=True)
    message = read(name, content)
    ours = _accounts(chosen)
    for statement in message.statements:
        if statement.account not in ours:
            problem = f"{statement.account} is no account of ours"
            raise BadInput(f"{statement.where}, Acct", problem, "EXPAT_OPERATOR_IBAN or EXPAT_PREMIUM_IBAN")
    done = Imported(_keep(session, name, digest, message, acting))
    for statement in message.statements:
        for entry in statement.entries:
            if entry.status == "booked":
                _take(session, done, message, statement, entry, acting, chosen)
    detail = {"file": name[:80], "new": done.new, "known": done.known, "waiting": done.parts[WAITS]}
    audit.record(session, acting.at, acting.actor, "bank_message.imported", f"bank_message:{done.message}", **detail)
    return done


def _accounts(chosen: Settings) -> set[str]:
    ours = {compact(account) for account in (chosen.operator_iban, chosen.premium_iban) if account}
    if not ours:
        raise BadInput("EXPAT_OPERATOR_IBAN", "is not set", "the account whose statements are read")
    return ours


def _keep(session: Session, name: str, digest: str, message: BankMessage, acting: Acting) -> int:
    values = {
        "sha256": digest, "name": name, "kind": message.kind, "version": message.version,
        "message_id": message.message_id, "made_on": message.made_on,
        "statements": [one.id for one in message.statements], "imported_by": acting.actor, "imported_at": acting.at,
    }  # fmt: skip
    return int(session.execute(_MESSAGE.insert().values(values).returning(_MESSAGE.c.id)).scalar_one())


def _take(
    session: Session, done: Imported, message: BankMessage, statement: Statement, entry: Entry, acting: Acting,
    chosen: Settings,
) -> None:  # fmt: skip
    if entry.booked_on > acting.day:
        raise BadInput(f"{entry.where}, BookgDt", f"{entry.booked_on} has not come yet", f"a day up to {acting.day}")
    by_key = (_ENTRY.c.account == statement.account) & (_ENTRY.c.key == entry.key)
    if session.execute(select(_ENTRY.c.id).where(by_key)).first() is not None:
        done.known += 1
        return
    same, doubt = _told_otherwise(session, done.message, message, statement, entry)
    if same is not None and not _adds_details(session, same, entry):
        done.known += 1
        return
    values = {
        "bank_message_id": done.message, "statement": statement.id, "account": statement.account, "key": entry.key,
        "currency": statement.currency, "amount": entry.amount, "booked_on": entry.booked_on,
        "value_on": entry.value_on, "bank_reference": entry.bank_reference, "text": entry.text,
        "details_of": same.id if same is not None else None,
    }  # fmt: skip
    key = int(session.execute(_ENTRY.insert().values(values).returning(_ENTRY.c.id)).scalar_one())
    if same is not None:
        _book_anew(session, same, acting)
    done.new += 1
    _parts(session, done, key, statement.currency, entry, doubt, acting, chosen)


def _parts(
    session: Session, done: Imported, key: int, currency: str, entry: Entry, doubt: bool, acting: Acting,
    chosen: Settings,
) -> None:  # fmt: skip
    def moved(position: int) -> Moved:
        return Moved(
            f"entry:{key}:{position}", currency, entry.booked_on, entry.value_on, entry.reversal,
            entry.transaction_code,
        )  # fmt: skip

    for position, told in enumerate(entry.payments, 1):
        if entry.payment_id and told.payment_id is None:
            told = told._replace(payment_id=entry.payment_id)
        found = match(session, told, moved(position), doubt, acting, chosen)
        _keep_part(session, key, position, told, found)
        done.parts[found.matched] += 1
    if entry.charges:
        found = charge(session, entry.charges, moved(0), acting)
        session.execute(_PART.insert().values(_values(key, 0, entry.charges, found) | {"remittance": entry.text}))
        done.parts[found.matched] += 1


def _keep_part(session: Session, entry: int, position: int, told: Payment, found: Match) -> None:
    who = told.counterparty
    values = _values(entry, position, told.amount, found) | {
        "end_to_end_id": told.end_to_end_id, "remittance": " ".join((*told.references, told.remittance)).strip(),
        "name": who.name, "iban": who.iban, "returned_code": told.returned.code if told.returned else None,
    }  # fmt: skip
    session.execute(_PART.insert().values(values))


def _values(entry: int, position: int, amount: int, found: Match) -> dict[str, Any]:
    return {
        "bank_entry_id": entry, "position": position, "amount": amount, "matched": found.matched,
        "subject": found.subject, "why": found.why,
    }  # fmt: skip


def _told_otherwise(
    session: Session, own: int, message: BankMessage, statement: Statement, entry: Entry
) -> tuple[Any, bool]:
    """The same movement as another message told of it, by the bank's own reference; else whether it may be the same:
    a statement and a notification of the same amount on the same day that nothing tells apart."""
    like = (
        select(_ENTRY, _MESSAGE.c.kind)
        .join(_MESSAGE, _MESSAGE.c.id == _ENTRY.c.bank_message_id)
        .where(
            _ENTRY.c.account == statement.account, _ENTRY.c.amount == entry.amount,
            _ENTRY.c.booked_on == entry.booked_on, _ENTRY.c.bank_message_id != own,
        )
        .order_by(_ENTRY.c.id.desc())
    )  # fmt: skip
    rows = session.execute(like).all()
    reference = _usable(entry.bank_reference)
    same = next((row for row in rows if reference and _usable(row.bank_reference) == reference), None)
    if same is not None:
        return same, False
    here = {one.key for one in statement.entries}
    others = [
        row for row in rows
        if row.kind != message.kind and row.key not in here and not (reference and _usable(row.bank_reference))
    ]  # fmt: skip
    return None, any(not _differ(session, row, entry) for row in others)


def _usable(reference: str | None) -> str | None:
    return reference if reference and reference.upper() not in NO_REFERENCE else None


def _differ(session: Session, row: Any, entry: Entry) -> bool:
    """Whether the references of two movements show that they are two."""
    parts = _parts_of(session, row)
    known = {part.end_to_end_id or part.remittance for part in parts} - {"", None}
    told = {one.end_to_end_id or " ".join((*one.references, one.remittance)).strip() for one in entry.payments} - {""}
    return bool(known and told and known.isdisjoint(told))


def _adds_details(session: Session, row: Any, entry: Entry) -> bool:
    """Whether a movement that waits is told again with what was missing."""
    parts = _parts_of(session, row)
    if not parts or any(part.matched != WAITS for part in parts):
        return False
    decided = select(_DECISION.c.proposal_id).join(_PROPOSAL, _PROPOSAL.c.id == _DECISION.c.proposal_id)
    decided = decided.where(_PROPOSAL.c.part_id.in_([part.id for part in parts]), _DECISION.c.outcome == "confirmed")
    if session.execute(decided).first() is not None:
        return False
    if session.execute(select(_ENTRY.c.id).where(_ENTRY.c.details_of == row.id)).first() is not None:
        return False
    known = sum(part.end_to_end_id is not None for part in parts)
    return len(entry.payments) > len(parts) or sum(one.end_to_end_id is not None for one in entry.payments) > known


def _book_anew(session: Session, row: Any, acting: Acting) -> None:
    """Take back how a movement without details was booked, before it is booked with them."""
    for part in _parts_of(session, row):
        reverse(session, f"waits:entry:{row.id}:{part.position}", row.booked_on, acting.at)


def _parts_of(session: Session, row: Any) -> Sequence[Any]:
    mine = select(_PART).where(_PART.c.bank_entry_id == row.id, _PART.c.position > 0)
    return session.execute(mine.order_by(_PART.c.position)).all()
