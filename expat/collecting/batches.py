"""Direct debits in batches: made by the job, looked at by one person, released by another, then a file for the bank.

From the day on which a premium stands in a batch to the bank's answer, its course is held: nobody is reminded of what
is about to be collected.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import exists, func, select, update
from sqlmodel import Session

from expat import audit
from expat.bank.collection import Collection, Mandate, SequenceType
from expat.bank.creditor import Creditor
from expat.bank.direct_debits import DirectDebits, direct_debits
from expat.bank.reference import premium_reference
from expat.billing.account import open_premiums
from expat.billing.mandates import mandate_for
from expat.billing.tables import PremiumMandate
from expat.claims.load import load
from expat.collecting.due import ToCollect, payer_of, to_collect
from expat.collecting.tables import DebitBatch, DebitItem
from expat.db import advisory_lock, table_of
from expat.errors import BadInput, Conflict, NotFound
from expat.files import write_whole
from expat.membership.changes import Acting
from expat.premiums.tables import PremiumOpen
from expat.settings import Settings

LOCK = 7_019  # direct debits and bank messages change under it alone

_BATCH: Any = table_of(DebitBatch)
_ITEM: Any = table_of(DebitItem)
_OPEN: Any = table_of(PremiumOpen)
_MANDATE: Any = table_of(PremiumMandate)


def make_batches(session: Session, lead: int, acting: Acting) -> list[int]:
    """Put every premium that can be collected into a batch of its collection day; answers the batches' keys.

    A premium is in one batch at a time; made again, there is nothing new.
    """
    advisory_lock(session, LOCK)
    found = [one for one in to_collect(session, acting.day, lead) if isinstance(one, ToCollect) and one.cents > 0]
    found.sort(key=lambda one: (one.collect_on, one.premium))
    return [
        _make(session, day, list(batch), acting) for day, batch in groupby(found, key=lambda one: one.collect_on)
    ]  # fmt: skip


def look(session: Session, batch_id: int, actor: str, at: datetime) -> None:
    """Somebody has looked at a batch: another person may release it now. Raises NotFound, Conflict."""
    batch = _waiting(session, batch_id)
    if batch.looked_by is not None:
        raise Conflict("batch", f"{batch_id} was looked at already", "another person to release it")
    _set(session, batch_id, looked_by=actor, looked_at=at)
    audit.record(session, at, actor, "debit_batch.looked", f"debit_batch:{batch_id}")


def release(session: Session, batch_id: int, creditor: Creditor, acting: Acting) -> DirectDebits | None:
    """Another person than looked at it lets a batch go: the file is made and kept. None where nothing is left in it.

    What was paid meanwhile, or lost its mandate, is dropped. Raises NotFound, BadInput (the same person, the creditor's
    details, a day that is too near), Conflict.
    """
    batch = _waiting(session, batch_id)
    if batch.looked_by is None:
        raise Conflict("batch", f"nobody has looked at {batch_id}", "a first person to look at it")
    if batch.looked_by.casefold() == acting.actor.casefold():
        raise BadInput("by", f"{acting.actor} looked at this batch", "another person to release it")
    stays = [item for item in _items(session, batch_id) if not _dropped(session, item, acting)]
    if not stays:
        _set(session, batch_id, withdrawn_by=acting.actor, withdrawn_at=acting.at)
        return None
    file = _file(session, batch, stays, creditor, acting.at)
    digest = hashlib.sha256(file.content).hexdigest()
    _set(
        session, batch_id, released_by=acting.actor, released_at=acting.at, name=file.name, sha256=digest,
        content=file.content,
    )  # fmt: skip
    for group in file.groups:
        inside = [one.end_to_end_id for one in group.collections]
        session.execute(update(_ITEM).where(_ITEM.c.end_to_end_id.in_(inside)).values(group_id=group.payment_id))
    detail = {"file": file.name, "count": len(stays), "cents": file.cents, "sha256": digest}
    audit.record(session, acting.at, acting.actor, "debit_batch.released", f"debit_batch:{batch_id}", **detail)
    return file


def withdraw(session: Session, batch_id: int, acting: Acting) -> None:
    """Take a batch back before it is released: its premiums are free for the next one. Raises NotFound, Conflict."""
    _waiting(session, batch_id)
    _set(session, batch_id, withdrawn_by=acting.actor, withdrawn_at=acting.at)
    for item in _items(session, batch_id):
        _drop(session, item, "withdrawn", acting)
    audit.record(session, acting.at, acting.actor, "debit_batch.withdrawn", f"debit_batch:{batch_id}")


def write_files(session: Session, folder: Path) -> list[str]:
    """Write the files that the folder lacks and of which the bank has still to say something; answers their names.

    Raises BadInput where the folder cannot be written to.
    """
    waits = exists().where(_ITEM.c.batch_id == _BATCH.c.id, unanswered())
    rows = session.execute(select(_BATCH.c.name, _BATCH.c.content).where(_BATCH.c.name.is_not(None), waits)).all()
    missing = [row for row in rows if not (folder / row.name).exists()]
    try:
        for row in missing:
            folder.mkdir(parents=True, exist_ok=True)
            write_whole(folder / row.name, row.content)
    except OSError as wrong:
        raise BadInput("EXPAT_BANK_FOLDER", f"{folder} cannot be written to ({wrong.strerror})", "a folder") from wrong
    return [row.name for row in missing]


def creditor_of(chosen: Settings) -> Creditor:
    """Who collects, from the settings. Raises BadInput naming the first one that is missing."""
    given = {
        "OPERATOR_NAME": chosen.operator_name, "CREDITOR_IDENTIFIER": chosen.creditor_identifier,
        "OPERATOR_IBAN": chosen.premium_iban or chosen.operator_iban,
        "OPERATOR_BIC": chosen.premium_bic or chosen.operator_bic, "OPERATOR_TOWN": chosen.operator_town,
        "OPERATOR_COUNTRY": chosen.operator_country,
    }  # fmt: skip
    for name, value in given.items():
        if not value:
            raise BadInput(f"EXPAT_{name}", "is not set", "direct debits say who collects")
    return Creditor(*(str(value) for value in given.values()))


def unanswered() -> Any:
    """Direct debits on their way: sent or about to be, of which the bank has said nothing yet."""
    return _ITEM.c.dropped.is_(None) & _ITEM.c.payment_id.is_(None) & _ITEM.c.returned_on.is_(None)


def resume_course(session: Session, premium_id: int, membership_id: int, day: date) -> None:
    """The course of a premium goes on that was held for a direct debit: a reminder comes first, as it would have."""
    plan = load(session, [membership_id])[membership_id].plan
    row = session.execute(select(_OPEN).where(_OPEN.c.premium_id == premium_id)).first()
    if row is None or row.step != "reminder" or row.next_on is not None:
        return
    planned = row.due_on + timedelta(days=plan.on(row.due_on)["dunning.reminder"].value)
    mine = _OPEN.c.premium_id == premium_id
    session.execute(update(_OPEN).where(mine).values(next_on=max(planned, day)))


def _make(session: Session, collect_on: date, found: Sequence[ToCollect], acting: Acting) -> int:
    values = {"collect_on": collect_on, "made_by": acting.actor, "made_at": acting.at}
    key = int(session.execute(_BATCH.insert().values(values).returning(_BATCH.c.id)).scalar_one())
    for one in found:
        tries = session.execute(select(func.count()).where(_ITEM.c.premium_id == one.premium)).scalar_one()
        attempt = int(tries) + 1
        item = {
            "batch_id": key, "premium_id": one.premium, "attempt": attempt, "membership_id": one.membership,
            "mandate_id": one.mandate.id, "mandate": one.mandate.reference, "cents": one.cents,
            "sequence": _sequence(session, one.mandate.reference),
            "end_to_end_id": f"{premium_reference(one.premium)}-{attempt}",
        }  # fmt: skip
        session.execute(_ITEM.insert().values(item))
        held = (_OPEN.c.premium_id == one.premium) & (_OPEN.c.step == "reminder")
        session.execute(update(_OPEN).where(held).values(next_on=None))
    detail = {"day": collect_on.isoformat(), "count": len(found), "cents": sum(one.cents for one in found)}
    audit.record(session, acting.at, acting.actor, "debit_batch.made", f"debit_batch:{key}", **detail)
    return key


def _sequence(session: Session, mandate: str) -> SequenceType:
    """FRST until something was collected under a mandate, or is on its way; RCUR after (EPC016-06)."""
    used = select(_ITEM.c.id).where(
        _ITEM.c.mandate == mandate, _ITEM.c.dropped.is_(None), _ITEM.c.payment_id.is_not(None) | unanswered()
    )
    return "RCUR" if session.execute(used.limit(1)).first() else "FRST"


def _file(session: Session, batch: Any, items: Iterable[Any], creditor: Creditor, at: datetime) -> DirectDebits:
    collections = [_collection(session, batch, item) for item in items]
    return direct_debits(collections, creditor, at, f"DD-{batch.collect_on:%Y%m%d}-{batch.id}")


def _collection(session: Session, batch: Any, item: Any) -> Collection:
    row = session.execute(select(_MANDATE).where(_MANDATE.c.id == item.mandate_id)).one()
    used = select(_ITEM.c.id).where(_ITEM.c.mandate_id == row.id, _ITEM.c.payment_id.is_not(None)).limit(1)
    before = row.original_iban if session.execute(used).first() is None else None
    mandate = Mandate(row.reference, row.signed_on, before)
    return Collection(
        item.end_to_end_id, item.cents, batch.collect_on, item.sequence, mandate,
        payer_of(session, item.membership_id, row), "", premium_reference(item.premium_id),
    )  # fmt: skip


def _dropped(session: Session, item: Any, acting: Acting) -> bool:
    """Whether an item cannot be collected any more as it was made; then it is dropped."""
    opens = {one.premium: one.open for one in open_premiums(session, item.membership_id)}
    standing = mandate_for(session, item.membership_id)
    why = None
    if opens.get(item.premium_id, 0) != item.cents:
        why = "paid"
    elif standing is None or standing.id != item.mandate_id:
        why = "mandate"
    if why is not None:
        _drop(session, item, why, acting)
    return why is not None


def _drop(session: Session, item: Any, why: str, acting: Acting) -> None:
    session.execute(update(_ITEM).where(_ITEM.c.id == item.id).values(dropped=why))
    resume_course(session, item.premium_id, item.membership_id, acting.day)


def _items(session: Session, batch_id: int) -> Sequence[Any]:
    mine = select(_ITEM).where(_ITEM.c.batch_id == batch_id, _ITEM.c.dropped.is_(None))
    return session.execute(mine.order_by(_ITEM.c.id)).all()


def _waiting(session: Session, batch_id: int) -> Any:
    """A batch that was neither released nor withdrawn, once it is locked. Raises NotFound, Conflict."""
    advisory_lock(session, LOCK)
    batch = session.execute(select(_BATCH).where(_BATCH.c.id == batch_id)).first()
    if batch is None:
        raise NotFound("batch", f"there is no batch {batch_id}")
    if batch.released_at is not None or batch.withdrawn_at is not None:
        raise Conflict("batch", f"{batch_id} was {'released' if batch.released_at else 'withdrawn'} already")
    return batch


def _set(session: Session, batch_id: int, **values: Any) -> None:
    session.execute(update(_BATCH).where(_BATCH.c.id == batch_id).values(values))
