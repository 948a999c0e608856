"""Writing a complaint: once, about something of the own membership; or taking an answered one up again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Row, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from expat import audit
from expat.approvals.file import one_line
from expat.approvals.request import lock
from expat.approvals.tables import ApprovalRequest
from expat.claims.tables import Claim
from expat.claims.written import storable, written
from expat.complaints.clocks import clocks
from expat.complaints.tables import Complaint, ComplaintPaper, ComplaintStep
from expat.db import is_postgresql, table_of
from expat.documents.tables import Document
from expat.errors import BadInput, Conflict, NotFound
from expat.membership.tables import InsuredPerson, Membership
from expat.plans.loader import plan

SUBJECTS = ("delay", "reimbursement", "approval", "premium", "service", "data", "other")
CHANNELS = ("portal", "letter", "mail", "phone")
OLDEST = timedelta(days=366)  # a letter that travelled longer is a slip of the pen
MOST_PAPERS, LONGEST_NAME = 20, 200
CLOSED = frozenset({"answered", "mediator", "withdrawn"})

_COMPLAINT: Any = table_of(Complaint)
_STEP: Any = table_of(ComplaintStep)
_PAPER: Any = table_of(ComplaintPaper)
_KEPT: Any = table_of(Document)
_PERSON: Any = table_of(InsuredPerson)
_MEMBERSHIP: Any = table_of(Membership)


class Paper(NamedTuple):
    """A kept document, by its hash, and the name that its sender gave it."""

    name: str
    sha256: str


@dataclass(frozen=True)
class NewComplaint:
    """A complaint of an insured person. `key` is the form's own, 1 to 40 characters: sent twice is once.

    `claim` or `request` is what it is about, `reopens` an answered complaint that it takes up. `sent_on` is the day on
    which it was sent, from which its clocks run: by default the day on which it comes.
    """

    key: str
    person: int
    subject: str
    text: str
    claim: int | None = None
    request: int | None = None
    reopens: int | None = None
    papers: Sequence[Paper] = ()
    sent_on: date | None = None
    channel: str = "portal"


def complain(
    session: Session, membership_id: int, new: NewComplaint, day: date, at: datetime, actor: str
) -> tuple[int, bool]:
    """Keep a complaint; answers its key, and whether it had been handed in before.

    Raises BadInput naming the field, NotFound for what is not of the membership, Conflict where the key comes again
    with something else, or where a complaint was taken up before.
    """
    said = _checked(session, membership_id, new, day)
    lock(session, membership_id)
    if (known := _known(session, new.key)) is not None:
        return _the_same(known, membership_id, new, said), True
    _check_reopens(session, new)
    sent_on = new.sent_on or day
    ends = clocks(plan(_plan_of(session, membership_id)).on(sent_on), sent_on)
    values = {
        "key": new.key, "membership_id": membership_id, "person_id": new.person, "subject": new.subject, "text": said,
        "claim_id": new.claim, "request_id": new.request, "reopens_id": new.reopens, "channel": new.channel,
        "written_by": actor, "sent_on": sent_on, "received_on": day, "acknowledge_by": ends.acknowledge_by,
        "acknowledge_limit": ends.limit, "answer_by": ends.answer_by, "recorded_at": at,
    }  # fmt: skip
    dialect: Any = postgresql if is_postgresql(session) else sqlite
    query = dialect.insert(_COMPLAINT).values(values).on_conflict_do_nothing().returning(_COMPLAINT.c.id)
    key = session.execute(query).scalar()
    if key is None:
        raise _taken(new.key)  # by another membership, in this moment
    keep_papers(session, key, new.papers, at)
    audit.record(session, at, actor, "complaint.received", f"complaint:{key}", subject=new.subject)
    return int(key), False


def keep_papers(session: Session, complaint_id: int, papers: Sequence[Paper], at: datetime) -> None:
    """Keep papers of a complaint, each content once. Raises BadInput for too many, or for one that is not kept."""
    there = session.execute(select(_PAPER.c.sha256).where(_PAPER.c.complaint_id == complaint_id)).scalars()
    known = set(there)
    check_papers(session, papers, len(known))
    fresh = {paper.sha256: paper for paper in papers if paper.sha256 not in known}
    rows = [
        {"complaint_id": complaint_id, "name": one_line(p.name)[:LONGEST_NAME], "sha256": p.sha256, "recorded_at": at}
        for p in fresh.values()
    ]
    if rows:
        session.execute(_PAPER.insert(), rows)


def check_papers(session: Session, papers: Sequence[Paper], there: int = 0) -> None:
    """Raise BadInput where papers are more than can be had, or one is not kept."""
    if there + len(papers) > MOST_PAPERS:
        raise BadInput("papers", f"{there + len(papers)} in all", f"at most {MOST_PAPERS}")
    wanted = {paper.sha256 for paper in papers}
    if wanted and set(session.execute(select(_KEPT.c.sha256).where(_KEPT.c.sha256.in_(wanted))).scalars()) != wanted:
        raise BadInput("papers", "one is not kept", "documents that were handed in")


def _checked(session: Session, membership_id: int, new: NewComplaint, day: date) -> str:
    """What was written, once the rest of the complaint can be."""
    if not 0 < len(new.key) <= 40 or not storable(new.key):
        raise BadInput("key", "is empty, too long or cannot be kept", "1 to 40 characters")
    if new.subject not in SUBJECTS:
        raise BadInput("subject", f"{new.subject!r} is unknown", f"one of {', '.join(SUBJECTS)}")
    if new.channel not in CHANNELS:
        raise BadInput("channel", f"{new.channel!r} is unknown", f"one of {', '.join(CHANNELS)}")
    if new.sent_on is not None and not day - OLDEST <= new.sent_on <= day:
        raise BadInput("sent_on", f"{new.sent_on} cannot be right", f"a day of the year before {day}")
    for what, model, key in (("person", InsuredPerson, new.person), ("claim", Claim, new.claim),
                             ("request", ApprovalRequest, new.request)):  # fmt: skip
        if key is not None:
            _check_of(session, what, table_of(model), key, membership_id)
    check_papers(session, new.papers)
    return written("text", new.text)


def _check_of(session: Session, what: str, table: Any, key: int, membership_id: int) -> None:
    found = select(table.c.id).where(table.c.id == key, table.c.membership_id == membership_id)
    if session.execute(found).first() is None:
        raise NotFound(what, f"there is no {what} {key} in this membership")


def _check_reopens(session: Session, new: NewComplaint) -> None:
    if new.reopens is None:
        return
    former = session.execute(select(_COMPLAINT.c.person_id).where(_COMPLAINT.c.id == new.reopens)).first()
    if former is None or former.person_id != new.person:
        raise NotFound("reopens", f"there is no complaint {new.reopens} of this person")
    kinds = set(session.execute(select(_STEP.c.kind).where(_STEP.c.complaint_id == new.reopens)).scalars())
    if not kinds & CLOSED:
        raise Conflict("reopens", f"complaint {new.reopens} is open", "its answer first")
    again = select(func.count()).where(_COMPLAINT.c.reopens_id == new.reopens)
    if session.execute(again).scalar_one():
        raise Conflict("reopens", f"complaint {new.reopens} was taken up before", "the complaint that takes it up")


def _known(session: Session, key: str) -> Row[Any] | None:
    return session.execute(select(_COMPLAINT).where(_COMPLAINT.c.key == key)).first()


def _the_same(known: Row[Any], membership_id: int, new: NewComplaint, said: str) -> int:
    before = (known.membership_id, known.person_id, known.subject, known.text, known.claim_id, known.request_id,
              known.reopens_id)  # fmt: skip
    if before != (membership_id, new.person, new.subject, said, new.claim, new.request, new.reopens):
        raise _taken(new.key)
    return int(known.id)


def _taken(key: str) -> Conflict:
    return Conflict("key", f"{key!r} was used for another complaint", "a new key for a new complaint")


def _plan_of(session: Session, membership_id: int) -> str:
    found = session.execute(select(_MEMBERSHIP.c.plan).where(_MEMBERSHIP.c.id == membership_id)).scalar()
    if found is None:
        raise NotFound("membership", f"there is no membership {membership_id}")
    return str(found)
