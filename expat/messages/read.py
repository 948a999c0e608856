"""Reading conversations: one in pages, what a side has not read, and those that wait for the management unit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Boolean, Row, and_, bindparam, func, select
from sqlmodel import Session

from expat.accounts.tables import Account
from expat.currency.calendar import add_working_days
from expat.db import table_of
from expat.membership.tables import InsuredPerson, Membership
from expat.messages.tables import Message, MessagePaper, MessagePaperTaken, MessageSeen

_MESSAGE: Any = table_of(Message)
_SEEN: Any = table_of(MessageSeen)
_PAPER: Any = table_of(MessagePaper)
_TAKEN: Any = table_of(MessagePaperTaken)
_PERSON: Any = table_of(InsuredPerson)
_MEMBERSHIP: Any = table_of(Membership)
_ACCOUNT: Any = table_of(Account)


class Came(NamedTuple):
    """A paper that came with a message; a `medical` one opens to the person and the medical department alone."""

    id: int
    name: str
    sha256: str
    medical: bool


class Written(NamedTuple):
    """A message: who wrote it, from which side, about which claim, whether the other side has read it, its papers."""

    id: int
    claim_id: int | None
    account_id: int
    author: str
    from_staff: bool
    text: str
    at: datetime
    read: bool
    papers: tuple[Came, ...] = ()


class Conversation(NamedTuple):
    """Messages in the order written; `before` asks for those before them, None where there are none."""

    messages: tuple[Written, ...]
    before: int | None


class Waiting(NamedTuple):
    """A conversation whose last message is the insured person's: since when, by when an answer is promised.

    `first` is the key of the first message without an answer, `text` what the newest one says.
    """

    person: int
    membership: int
    number: str
    name: str
    since: datetime
    due: date
    overdue: bool
    messages: int
    text: str
    first: int


def conversation(session: Session, person_id: int, limit: int = 50, before: int | None = None) -> Conversation:
    """The newest messages of an insured person's conversation, or those before one."""
    seen = and_(_SEEN.c.person_id == _MESSAGE.c.person_id, _SEEN.c.by_staff != _MESSAGE.c.from_staff)
    query = select(_MESSAGE, _ACCOUNT.c.name.label("author"), _SEEN.c.message_id.label("seen"))
    query = query.join(_ACCOUNT, _ACCOUNT.c.id == _MESSAGE.c.account_id).outerjoin(_SEEN, seen)
    query = query.where(_MESSAGE.c.person_id == person_id)
    if before is not None:
        query = query.where(_MESSAGE.c.id < before)
    rows = session.execute(query.order_by(_MESSAGE.c.id.desc()).limit(limit + 1)).all()
    came = _papers(session, [row.id for row in rows[:limit]])
    found = [_written(row, came.get(row.id, ())) for row in rows[:limit]]
    return Conversation(tuple(reversed(found)), found[-1].id if len(rows) > limit else None)


def _written(row: Any, papers: tuple[Came, ...]) -> Written:
    read = row.id <= (row.seen or 0)
    return Written(row.id, row.claim_id, row.account_id, row.author, row.from_staff, row.text, row.at, read, papers)


def _papers(session: Session, messages: Sequence[int]) -> dict[int, tuple[Came, ...]]:
    """The papers of messages, by the message's key, as they were sent."""
    found: dict[int, tuple[Came, ...]] = {}
    if messages:
        for row in session.execute(select(_PAPER).where(_PAPER.c.message_id.in_(messages)).order_by(_PAPER.c.id)):
            one = Came(row.id, row.name, row.sha256, row.medical)
            found[row.message_id] = (*found.get(row.message_id, ()), one)
    return found


def paper_of(session: Session, paper_id: int) -> Row[Any] | None:
    """A paper of a message, with the conversation's person and membership and the message's text and instant.

    `secret` says whether the same content came as a medical paper with any message of that person: it then stays one.
    """
    again, other = _PAPER.alias(), _MESSAGE.alias()
    secret = (
        select(again.c.id)
        .join(other, other.c.id == again.c.message_id)
        .where(again.c.sha256 == _PAPER.c.sha256, again.c.medical, other.c.person_id == _MESSAGE.c.person_id)
        .exists()
    )
    columns = (_MESSAGE.c.person_id, _MESSAGE.c.membership_id, _MESSAGE.c.text, _MESSAGE.c.at)
    both = _PAPER.join(_MESSAGE, _MESSAGE.c.id == _PAPER.c.message_id)
    query = select(_PAPER, *columns, secret.label("secret")).select_from(both).where(_PAPER.c.id == paper_id)
    return session.execute(query).first()


def for_the_medical_department(
    session: Session, without: Collection[int] = (), taken: bool = False, most: int = 100
) -> Sequence[Row[Any]]:
    """The medical papers of messages that nobody has taken note of, the oldest first; or those `taken`, newest first.

    Rows with the message's text and instant and the person's names. `without` are memberships to leave out.
    """
    query = (
        select(
            _PAPER, _MESSAGE.c.text, _MESSAGE.c.at, _MESSAGE.c.person_id, _MESSAGE.c.membership_id,
            _PERSON.c.first_name, _PERSON.c.last_name,
        )
        .join(_MESSAGE, _MESSAGE.c.id == _PAPER.c.message_id)
        .join(_PERSON, _PERSON.c.id == _MESSAGE.c.person_id)
        .outerjoin(_TAKEN, _TAKEN.c.paper_id == _PAPER.c.id)
        .where(_PAPER.c.medical, _MESSAGE.c.membership_id.not_in(without))
    )  # fmt: skip
    query = query.where(_TAKEN.c.paper_id.is_not(None) if taken else _TAKEN.c.paper_id.is_(None))
    return session.execute(query.order_by(_PAPER.c.id.desc() if taken else _PAPER.c.id).limit(most)).all()


_BY_STAFF: Any = bindparam("by_staff", type_=Boolean)
UNREAD = (
    select(_MESSAGE.c.person_id, func.count().label("new"))
    .outerjoin(_SEEN, and_(_SEEN.c.person_id == _MESSAGE.c.person_id, _SEEN.c.by_staff == _BY_STAFF))
    .where(_MESSAGE.c.person_id.in_(bindparam("readers", expanding=True)), _MESSAGE.c.from_staff != _BY_STAFF)
    .where(_MESSAGE.c.id > func.coalesce(_SEEN.c.message_id, 0))
    .group_by(_MESSAGE.c.person_id)
)


def unread(session: Session, persons: Collection[int], by_staff: bool) -> dict[int, int]:
    """How many messages of the other side a side has not read, by insured person; those with none are left out."""
    rows = session.execute(UNREAD, {"readers": list(persons), "by_staff": by_staff})
    return {row.person_id: row.new for row in rows}


def waiting(session: Session, today: date, promise: int, after: int = 0, limit: int = 50) -> list[Waiting]:
    """The conversations that wait for an answer, the longest waiting first; `promise` is in working days.

    The next page comes `after` the `first` of the last one.
    """
    found, newest = _unanswered().subquery(), _MESSAGE.alias()
    query = (
        select(found, newest.c.text, _MESSAGE.c.at, _MESSAGE.c.membership_id, _MEMBERSHIP.c.number,
               _PERSON.c.first_name, _PERSON.c.last_name)
        .join(_MESSAGE, _MESSAGE.c.id == found.c.first)
        .join(newest, newest.c.id == found.c.last)
        .join(_PERSON, _PERSON.c.id == found.c.person_id)
        .join(_MEMBERSHIP, _MEMBERSHIP.c.id == _MESSAGE.c.membership_id)
        .where(found.c.first > after)
        .order_by(found.c.first)
        .limit(limit)
    )  # fmt: skip
    return [_waiting(row, today, promise) for row in session.execute(query)]


def waiting_count(session: Session) -> int:
    """How many conversations wait for an answer."""
    return int(session.execute(select(func.count()).select_from(_unanswered().subquery())).scalar_one())


def _unanswered() -> Any:
    """Per insured person the messages that no answer of the management unit came after."""
    later = _MESSAGE.alias()
    answered = select(later.c.id).where(
        later.c.person_id == _MESSAGE.c.person_id, later.c.from_staff, later.c.id > _MESSAGE.c.id
    )
    counted = (func.min(_MESSAGE.c.id).label("first"), func.max(_MESSAGE.c.id).label("last"), func.count().label("n"))
    query = select(_MESSAGE.c.person_id, *counted).where(~_MESSAGE.c.from_staff, ~answered.exists())
    return query.group_by(_MESSAGE.c.person_id)


def _waiting(row: Any, today: date, promise: int) -> Waiting:
    due = add_working_days(row.at.date(), promise)
    name = f"{row.first_name} {row.last_name}".strip()
    return Waiting(
        row.person_id, row.membership_id, row.number, name, row.at, due, due < today, row.n, row.text, row.first
    )
