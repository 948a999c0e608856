"""What is going on: what waits for the member first, then what others do, each with who acts next and by when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Date, bindparam, or_, select, union_all
from sqlmodel import Session

from expat.amendments.listing import Followed as Amended
from expat.amendments.listing import amendments_of
from expat.amendments.tables import Amendment, AmendmentAnswer
from expat.approvals.deadlines import Promise
from expat.approvals.listing import Followed, approvals_of
from expat.approvals.tables import ApprovalAnswer, ApprovalRequest
from expat.claims.dossier import Dossier
from expat.claims.drafts import OPEN_DRAFTS
from expat.claims.findings import ANSWERED_ON
from expat.claims.next_step import NOBODY, YOU, NextStep, Promises, known_of, next_step, of_claim
from expat.claims.tables import ClaimDraft, ClaimLine, Contest, ContestAnswer, PaperRequest
from expat.complaints.listing import Followed as Complained
from expat.complaints.listing import complaints_of
from expat.complaints.tables import Complaint
from expat.db import table_of
from expat.gathered import Gathered
from expat.messages.read import UNREAD
from expat.money import from_minor
from expat.payments.tables import Payout, Settlement

MOST_LINES = 200  # that are open: beyond these the list of claims shows them
MOST_SHOWN = 12
SOON, RECENT = timedelta(days=10), timedelta(days=400)  # a stay whose approved days end soon is told of

_LINE, _ASKED = table_of(ClaimLine), table_of(PaperRequest)
_CONTEST, _ANSWERED = table_of(Contest), table_of(ContestAnswer)
_PAYOUT, _SETTLEMENT = table_of(Payout), table_of(Settlement)
_REQUEST, _ANSWER = table_of(ApprovalRequest), table_of(ApprovalAnswer)

_AMENDMENT, _AMENDED, _COMPLAINT = table_of(Amendment), table_of(AmendmentAnswer), table_of(Complaint)

_MEMBERSHIP: Any = bindparam("membership")
_PERSONS: Any = bindparam("persons", expanding=True)

# Built once: making a statement costs as much as sending it.
_MINE = (_LINE.c.membership_id == _MEMBERSHIP) & _LINE.c.person_id.in_(_PERSONS)
_WAITING = (
    select(_LINE.c.id).where(_MINE, _LINE.c.status.in_(("pending", "accepted"))).order_by(_LINE.c.id).limit(MOST_LINES)
)
_CONTESTED = (
    select(_CONTEST.c.line_id)
    .join(_LINE, _LINE.c.id == _CONTEST.c.line_id)
    .outerjoin(_ANSWERED, _ANSWERED.c.contest_id == _CONTEST.c.id)
    .where(_LINE.c.membership_id == _MEMBERSHIP, _ANSWERED.c.id.is_(None))
)
_PAPERS = select(_ASKED.c.line_id).where(_ASKED.c.membership_id == _MEMBERSHIP, ANSWERED_ON.is_(None))
_ANSWER_THERE = select(_ANSWER.c.id).where(_ANSWER.c.request_id == _REQUEST.c.id).exists()
_READ = Gathered(
    lines=select(_LINE)
    .where(_MINE, _LINE.c.id.in_(union_all(_WAITING.subquery().select(), _CONTESTED, _PAPERS)))
    .order_by(_LINE.c.id),
    approvals=select(_REQUEST.c.id)
    .where(_REQUEST.c.membership_id == _MEMBERSHIP, _REQUEST.c.person_id.in_(_PERSONS))
    .where(or_(~_ANSWER_THERE, _REQUEST.c.starts_on > bindparam("recent", type_=Date)))
    .limit(1),
    payouts=select(_PAYOUT, _SETTLEMENT.c.day)
    .join(_SETTLEMENT, _SETTLEMENT.c.id == _PAYOUT.c.settlement_id)
    .where(_PAYOUT.c.membership_id == _MEMBERSHIP, _PAYOUT.c.payee == "member")
    .where(_PAYOUT.c.confirmed_on.is_(None), _PAYOUT.c.amount > _PAYOUT.c.set_off)
    .order_by(_PAYOUT.c.returned_on.is_(None), _PAYOUT.c.id.desc())
    .limit(MOST_SHOWN),
    drafts=OPEN_DRAFTS.where(table_of(ClaimDraft).c.membership_id == _MEMBERSHIP).limit(MOST_SHOWN),
    unread=UNREAD,
    changes=select(_AMENDMENT.c.id)
    .outerjoin(_AMENDED, _AMENDED.c.amendment_id == _AMENDMENT.c.id)
    .where(_AMENDMENT.c.membership_id == _MEMBERSHIP, _AMENDED.c.amendment_id.is_(None))
    .limit(1),
    complaints=select(_COMPLAINT.c.id)
    .where(_COMPLAINT.c.person_id == bindparam("writer"), _COMPLAINT.c.received_on > bindparam("recent", type_=Date))
    .limit(1),
)


class OpenClaim(NamedTuple):
    """A claim on which something is still to come: its lines that are open, and the next step."""

    id: int
    received_on: date
    lines: tuple[Any, ...]
    step: NextStep


class OnItsWay(NamedTuple):
    """A payout that has not arrived: `state` is made, sent or returned; the amount in units of its currency."""

    id: int
    settled_on: date
    state: str
    amount: Any
    currency: str


class GoingOn(NamedTuple):
    """Everything that is open; `unread` counts messages, `drafts` are claims that were begun, the newest first.

    `changes` of the membership are the member's to follow, `complaints` are those of who reads.
    """

    claims: list[OpenClaim]
    approvals: list[Followed]
    payouts: list[OnItsWay]
    drafts: list[Any]
    unread: int
    changes: list[Amended]
    complaints: list[Complained]


def going_on(
    session: Session, dossier: Dossier, account_id: int, persons: Collection[int], writer: int, member: bool,
    promises: Promises, today: date,
) -> GoingOn:  # fmt: skip
    """What is open for some persons of a membership, for the account of one of them (`writer`).

    Payouts go to the member: only `member` is told of them. A fixed number of queries, whatever was paid before.
    """
    found = _READ(session, {
        "membership": dossier.id, "persons": list(persons), "recent": today - RECENT, "account": account_id,
        "readers": [writer], "by_staff": False, "writer": writer,
    })  # fmt: skip
    return GoingOn(
        _claims(session, found["lines"], promises),
        _approvals(session, dossier, persons, promises, today) if found["approvals"] else [],
        [_payout(row) for row in found["payouts"]] if member else [],
        found["drafts"],
        sum(row.new for row in found["unread"]),
        [one for one in amendments_of(session, dossier.id) if one.is_open] if member and found["changes"] else [],
        [one for one in complaints_of(session, [writer]) if one.acts] if found["complaints"] else [],
    )


def _claims(session: Session, rows: Sequence[Any], promises: Promises) -> list[OpenClaim]:
    """Claims with lines that are neither paid nor refused for good, those first on which the member acts.

    `rows` are lines that wait, the oldest first, and those that are contested, or of which a paper is asked for.
    """
    known = known_of(session, rows, promises) if rows else {}
    by_claim: dict[int, list[Any]] = defaultdict(list)
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


def _approvals(
    session: Session, dossier: Dossier, persons: Collection[int], promises: Promises, today: date
) -> list[Followed]:
    """Requests that wait for an answer or a paper, and stays whose approved days end soon."""
    promise = Promise(promises.approval, promises.emergency)
    found = approvals_of(session, dossier, persons, today, promise)
    return [one for one in found if one.acts is not None or _ends_soon(one, today)]


def _ends_soon(one: Followed, today: date) -> bool:
    """Whether more days of a stay can still be asked for, and soon no longer."""
    until, last = one.covered_until, one.extend_by
    return until is not None and last is not None and one.starts_on <= today <= last and until - today <= SOON


def _payout(row: Any) -> OnItsWay:
    return OnItsWay(row.id, row.day, _state(row), from_minor(row.amount - row.set_off, row.currency), row.currency)


def _state(row: Any) -> str:
    if row.bank_file_id is not None:
        return "sent"
    return "made" if row.returned_on is None else "returned"
