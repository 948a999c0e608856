"""What is going on: what waits for the member first, then what others do, each with who acts next and by when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Row, bindparam, or_, select
from sqlmodel import Session

from expat.approvals.deadlines import Promise
from expat.approvals.listing import Followed, approvals_of
from expat.approvals.tables import ApprovalAnswer, ApprovalRequest
from expat.claims.drafts import drafts_of
from expat.claims.findings import ANSWERED_ON
from expat.claims.next_step import NOBODY, YOU, NextStep, Promises, known_of, next_step, of_claim
from expat.claims.tables import ClaimLine, Contest, ContestAnswer, PaperRequest
from expat.db import table_of
from expat.messages.read import unread
from expat.money import from_minor
from expat.payments.tables import Payout, Settlement

MOST_LINES = 200  # that are open: beyond these the list of claims shows them
MOST_SHOWN = 12
SOON, RECENT = timedelta(days=10), timedelta(days=400)  # a stay whose approved days end soon is told of

_LINE, _ASKED = table_of(ClaimLine), table_of(PaperRequest)
_CONTEST, _ANSWERED = table_of(Contest), table_of(ContestAnswer)
_PAYOUT, _SETTLEMENT = table_of(Payout), table_of(Settlement)
_REQUEST, _ANSWER = table_of(ApprovalRequest), table_of(ApprovalAnswer)

_MEMBERSHIP: Any = bindparam("membership")
_PERSONS: Any = bindparam("persons", expanding=True)

# Built once: making a statement costs as much as sending it.
_MINE = (_LINE.c.membership_id == _MEMBERSHIP) & _LINE.c.person_id.in_(_PERSONS)
_WAITING = (
    select(_LINE).where(_MINE, _LINE.c.status.in_(("pending", "accepted"))).order_by(_LINE.c.id).limit(MOST_LINES)
)
_CONTESTED = (
    select(_CONTEST.c.line_id)
    .join(_LINE, _LINE.c.id == _CONTEST.c.line_id)
    .outerjoin(_ANSWERED, _ANSWERED.c.contest_id == _CONTEST.c.id)
    .where(_LINE.c.membership_id == _MEMBERSHIP, _ANSWERED.c.id.is_(None))
)
_PAPERS = select(_ASKED.c.line_id).where(_ASKED.c.membership_id == _MEMBERSHIP, ANSWERED_ON.is_(None))
_MARKED = select(_LINE).where(_MINE, _LINE.c.id.in_(_CONTESTED.union(_PAPERS)))
_TO_ARRIVE = (
    select(_PAYOUT, _SETTLEMENT.c.day)
    .join(_SETTLEMENT, _SETTLEMENT.c.id == _PAYOUT.c.settlement_id)
    .where(_PAYOUT.c.membership_id == _MEMBERSHIP, _PAYOUT.c.payee == "member")
    .where(_PAYOUT.c.confirmed_on.is_(None), _PAYOUT.c.amount > 0)
    .order_by(_PAYOUT.c.returned_on.is_(None), _PAYOUT.c.id.desc())
    .limit(MOST_SHOWN)
)


class OpenClaim(NamedTuple):
    """A claim on which something is still to come: its lines that are open, and the next step."""

    id: int
    received_on: date
    lines: tuple[Row[Any], ...]
    step: NextStep


class OnItsWay(NamedTuple):
    """A payout that has not arrived: `state` is made, sent or returned; the amount in units of its currency."""

    id: int
    settled_on: date
    state: str
    amount: Any
    currency: str


class GoingOn(NamedTuple):
    """Everything that is open; `unread` counts messages, `drafts` are claims that were begun, the newest first."""

    claims: list[OpenClaim]
    approvals: list[Followed]
    payouts: list[OnItsWay]
    drafts: list[Any]
    unread: int


def going_on(
    session: Session, membership_id: int, account_id: int, persons: Collection[int], writer: int, member: bool,
    promises: Promises, today: date,
) -> GoingOn:  # fmt: skip
    """What is open for some persons of a membership, for the account of one of them (`writer`).

    Payouts go to the member: only `member` is told of them. A fixed number of queries, whatever was paid before.
    """
    return GoingOn(
        _claims(session, membership_id, persons, promises),
        _approvals(session, membership_id, persons, promises, today),
        _payouts(session, membership_id) if member else [],
        drafts_of(session, account_id, membership_id),
        unread(session, [writer], by_staff=False).get(writer, 0),
    )


def _claims(session: Session, membership_id: int, persons: Collection[int], promises: Promises) -> list[OpenClaim]:
    """Claims with lines that are neither paid nor refused for good, those first on which the member acts."""
    rows = _open_lines(session, membership_id, persons)
    known = known_of(session, rows, promises) if rows else {}
    by_claim: dict[int, list[Row[Any]]] = defaultdict(list)
    steps: dict[int, list[NextStep]] = defaultdict(list)
    for row in rows:
        step = next_step(row, known[row.id], promises)
        if step.what != "refused":
            by_claim[row.claim_id].append(row)
            steps[row.claim_id].append(step)
    found = [
        OpenClaim(key, lines[0].received_on, tuple(lines), of_claim(steps[key])) for key, lines in by_claim.items()
    ]
    return sorted(found, key=lambda one: (_rank(one.step.who), one.step.by or date.max, one.id))


def _rank(who: str) -> int:
    return 0 if who == YOU else 2 if who == NOBODY else 1


def _open_lines(session: Session, membership_id: int, persons: Collection[int]) -> list[Row[Any]]:
    """Lines that wait, the oldest first; and those that are contested, or of which a paper is asked for."""
    mine = {"membership": membership_id, "persons": list(persons)}
    found = {row.id: row for query in (_WAITING, _MARKED) for row in session.execute(query, mine)}
    return [found[key] for key in sorted(found)]


def _approvals(
    session: Session, membership_id: int, persons: Collection[int], promises: Promises, today: date
) -> list[Followed]:
    """Requests that wait for an answer or a paper, and stays whose approved days end soon."""
    answered = select(_ANSWER.c.id).where(_ANSWER.c.request_id == _REQUEST.c.id).exists()
    recent = or_(~answered, _REQUEST.c.starts_on > today - RECENT)
    mine = (_REQUEST.c.membership_id == membership_id) & _REQUEST.c.person_id.in_(list(persons))
    if session.execute(select(_REQUEST.c.id).where(mine, recent).limit(1)).first() is None:
        return []
    promise = Promise(promises.approval, promises.emergency)
    found = approvals_of(session, membership_id, persons, today, promise)
    return [one for one in found if one.acts is not None or _ends_soon(one, today)]


def _ends_soon(one: Followed, today: date) -> bool:
    """Whether more days of a stay can still be asked for, and soon no longer."""
    until, last = one.covered_until, one.extend_by
    return until is not None and last is not None and one.starts_on <= today <= last and until - today <= SOON


def _payouts(session: Session, membership_id: int) -> list[OnItsWay]:
    """Payouts to the member that have not arrived, those first that the bank returned."""
    rows = session.execute(_TO_ARRIVE, {"membership": membership_id})
    return [OnItsWay(row.id, row.day, _state(row), from_minor(row.amount, row.currency), row.currency) for row in rows]


def _state(row: Row[Any]) -> str:
    if row.bank_file_id is not None:
        return "sent"
    return "made" if row.returned_on is None else "returned"
