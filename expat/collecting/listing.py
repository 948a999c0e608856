"""Direct debits, statements, what waits and what people decided, for the pages of who keeps the money. EUR cents."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import and_, func, select
from sqlmodel import Session

from expat.billing.tables import PremiumRefund
from expat.collecting.batches import unanswered
from expat.collecting.decide import refund_paid, still_waits
from expat.collecting.tables import (
    BankEntry,
    BankMessageRecord,
    BankPart,
    DebitBatch,
    DebitItem,
    MoneyDecision,
    MoneyProposal,
)
from expat.db import table_of
from expat.errors import NotFound
from expat.membership.tables import Membership

_BATCH: Any = table_of(DebitBatch)
_ITEM: Any = table_of(DebitItem)
_MESSAGE: Any = table_of(BankMessageRecord)
_ENTRY: Any = table_of(BankEntry)
_PART: Any = table_of(BankPart)
_PROPOSAL: Any = table_of(MoneyProposal)
_DECISION: Any = table_of(MoneyDecision)
_REFUND: Any = table_of(PremiumRefund)
_MEMBERSHIP: Any = table_of(Membership)

_OF_BATCH = [_BATCH.c[name] for name in DebitBatch.model_fields if name != "content"]


class Sum(NamedTuple):
    """How many direct debits, what they come to, and of how many the bank has said nothing yet."""

    debits: int
    cents: int
    unanswered: int


def batches(session: Session, before: int | None = None, most: int = 30) -> Sequence[Any]:
    """Batches of direct debits, the newest first."""
    query = select(*_OF_BATCH).order_by(_BATCH.c.id.desc()).limit(most)
    return session.execute(query if before is None else query.where(_BATCH.c.id < before)).all()


def batch(session: Session, batch_id: int) -> Any:
    """A batch without its file. Raises NotFound."""
    row = session.execute(select(*_OF_BATCH).where(_BATCH.c.id == batch_id)).first()
    if row is None:
        raise NotFound("batch", f"there is no batch {batch_id}")
    return row


def batch_state(row: Any) -> str:
    """withdrawn, released, looked (it waits for its release) or waiting (nobody has looked at it)."""
    if row.withdrawn_at is not None:
        return "withdrawn"
    if row.released_at is not None:
        return "released"
    return "waiting" if row.looked_by is None else "looked"


def file_of(session: Session, batch_id: int) -> bytes | None:
    """The file of a batch, as it was released."""
    content: bytes | None = session.execute(select(_BATCH.c.content).where(_BATCH.c.id == batch_id)).scalar()
    return content


def batch_sums(session: Session, keys: Collection[int]) -> dict[int, Sum]:
    """What batches come to, without what was dropped."""
    waits = func.count().filter(unanswered())
    query = select(_ITEM.c.batch_id, func.count(), func.coalesce(func.sum(_ITEM.c.cents), 0), waits)
    rows = session.execute(
        query.where(_ITEM.c.batch_id.in_(keys), _ITEM.c.dropped.is_(None)).group_by(_ITEM.c.batch_id)
    )
    return dict.fromkeys(keys, Sum(0, 0, 0)) | {row[0]: Sum(int(row[1]), int(row[2]), int(row[3])) for row in rows}


def items(session: Session, batch_id: int, after: int = 0, most: int = 100) -> Sequence[Any]:
    """The direct debits of a batch with the numbers of their memberships, in order."""
    query = select(_ITEM, _MEMBERSHIP.c.number).join(_MEMBERSHIP, _MEMBERSHIP.c.id == _ITEM.c.membership_id)
    query = query.where(_ITEM.c.batch_id == batch_id, _ITEM.c.id > after)
    return session.execute(query.order_by(_ITEM.c.id).limit(most)).all()


def messages(session: Session, before: int | None = None, most: int = 30) -> Sequence[Any]:
    """Files of the bank that were read, the newest first, with how many movements each brought."""
    count = select(func.count()).where(_ENTRY.c.bank_message_id == _MESSAGE.c.id).scalar_subquery()
    query = select(_MESSAGE, count.label("entries")).order_by(_MESSAGE.c.id.desc()).limit(most)
    return session.execute(query if before is None else query.where(_MESSAGE.c.id < before)).all()


def waiting(session: Session, after: int = 0, most: int = 50) -> Sequence[Any]:
    """Payments of the bank that a person has to look at, in order, with the proposal that waits for another person."""
    columns = (_ENTRY.c[name] for name in ("currency", "booked_on", "text", "account"))
    pending = and_(_PROPOSAL.c.part_id == _PART.c.id, _undecided())
    query = (
        select(_PART, *columns, _PROPOSAL.c.id.label("proposal"))
        .join(_ENTRY, _ENTRY.c.id == _PART.c.bank_entry_id)
        .outerjoin(_PROPOSAL, pending)
        .where(still_waits(), _PART.c.id > after)
    )
    return session.execute(query.order_by(_PART.c.id).limit(most)).all()


def part(session: Session, part_id: int) -> Any:
    """A payment of the bank with its movement. Raises NotFound."""
    columns = (_ENTRY.c[name] for name in ("currency", "booked_on", "value_on", "text", "account", "bank_reference"))
    query = select(_PART, *columns).join(_ENTRY, _ENTRY.c.id == _PART.c.bank_entry_id).where(_PART.c.id == part_id)
    row = session.execute(query).first()
    if row is None:
        raise NotFound("part", f"there is no payment {part_id}")
    return row


def proposals(session: Session, most: int = 100) -> Sequence[Any]:
    """What waits for a second person, the oldest first."""
    query = _with_currency(select(_PROPOSAL, _ENTRY.c.currency)).where(_undecided())
    return session.execute(query.order_by(_PROPOSAL.c.id).limit(most)).all()


def decided(session: Session, most: int = 30) -> Sequence[Any]:
    """What was decided last, the newest first."""
    columns = (_DECISION.c[name] for name in ("outcome", "decided_by", "decided_at"))
    query = select(_PROPOSAL, *columns, _ENTRY.c.currency).join(_DECISION, _DECISION.c.proposal_id == _PROPOSAL.c.id)
    query = _with_currency(query)
    return session.execute(query.order_by(_DECISION.c.decided_at.desc(), _PROPOSAL.c.id.desc()).limit(most)).all()


def refunds(session: Session, after: int = 0, most: int = 50) -> Sequence[Any]:
    """Refunds that nobody has paid yet, with whose they are and the proposal that waits."""
    pending = and_(_PROPOSAL.c.refund_id == _REFUND.c.id, _undecided())
    query = (
        select(_REFUND, _MEMBERSHIP.c.number, _PROPOSAL.c.id.label("proposal"))
        .join(_MEMBERSHIP, _MEMBERSHIP.c.id == _REFUND.c.membership_id)
        .outerjoin(_PROPOSAL, pending)
        .where(~refund_paid(), _REFUND.c.id > after)
    )
    return session.execute(query.order_by(_REFUND.c.id).limit(most)).all()


def refund(session: Session, refund_id: int) -> Any:
    """A refund. Raises NotFound."""
    row = session.execute(select(_REFUND).where(_REFUND.c.id == refund_id)).first()
    if row is None:
        raise NotFound("refund", f"there is no refund {refund_id}")
    return row


def _with_currency(query: Any) -> Any:
    """Proposals with the currency of the movement that they are about; none of what is in EUR by itself."""
    part = query.outerjoin(_PART, _PART.c.id == _PROPOSAL.c.part_id)
    return part.outerjoin(_ENTRY, _ENTRY.c.id == _PART.c.bank_entry_id)


def _undecided() -> Any:
    return ~select(_DECISION.c.proposal_id).where(_DECISION.c.proposal_id == _PROPOSAL.c.id).exists()
