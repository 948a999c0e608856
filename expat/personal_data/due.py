"""What is past the time that it is kept, found to the day; `erase` takes it out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Date, and_, case, func, or_, select, true
from sqlmodel import Session

from expat.complaints.complain import CLOSED
from expat.personal_data.blanks import BLANKED, is_left, table
from expat.personal_data.ended import SLICE, ended
from expat.personal_data.kept import KEPT
from expat.personal_data.retention import ANSWER, Retention, last_past, retention_on
from expat.personal_data.whose import Circles
from expat.restrictions.standing import restricted_people
from expat.screening.screen import APPLICANT

DECISION_MAILS = ("recovery", "leaving", "amendment", "death", "contest", "complaint")
Found = Iterator[tuple[Any, date]]


class Due(NamedTuple):
    """Something that is past its time: what, which, the day that its time counted from, and the last day of it.

    What is `held` is not erased for now: somebody's data in it is restricted, or a complaint or a request waits.
    """

    what: str
    table: str
    key: Any
    since: date
    until: date
    held: bool

    @property
    def subject(self) -> str:
        """How it is named."""
        return f"{self.table}:{self.key}"


def due(session: Session, day: date) -> Iterator[Due]:
    """What is past the time that it is kept, by the periods of a day."""
    for what, kept in retention_on(day).items():
        if what != ANSWER:
            yield from due_of(session, kept, day)


def due_of(session: Session, kept: Retention, day: date, held: bool = True) -> Iterator[Due]:
    """What of one class is past its time; without what is `held` where that is not wanted."""
    what = kept.what
    if what in OF_MEMBERSHIP:
        found, name = OF_MEMBERSHIP[what](session, kept, day), "membership"
    else:
        found, name = STARTS[what](session, last_past(kept, day)), SUBJECTS[what]
    back = _held(session, name, day)
    for key, start in found:
        if kept.ends(start) < day and (held or key not in back):
            yield Due(what, name, key, start, kept.ends(start), key in back)


def past(kept: Retention, day: date) -> Any:
    """Which rows of a class that is kept row by row are past their time."""
    name, column = ROWS[kept.what]
    last, start = last_past(kept, day), _started(table(name), column)
    limit: Any = last if isinstance(start.type, Date) else _end_of(last)
    return and_(start <= limit, _only(kept.what, table(name)))


def _held(session: Session, name: str, day: date) -> frozenset[Any]:
    """The keys of a table that are not erased for now."""
    people = table("insured_person")
    restricted = select(people.c.id, people.c.membership_id).where(people.c.id.in_(restricted_people(day)))
    rows = session.execute(restricted).all()
    if name == "membership":
        return frozenset(row.membership_id for row in rows) | _waiting(session)
    if not rows or name not in KEPT:
        return frozenset()
    persons, theirs = frozenset(row.id for row in rows), frozenset(row.membership_id for row in rows)
    where = KEPT[name].where(table(name), Circles(persons, persons, theirs, theirs))
    return frozenset(session.execute(select(_key_of(name)).where(where)).scalars())


def _waiting(session: Session) -> frozenset[int]:
    """The memberships in which a complaint or a request about data waits."""
    step, answer = table("complaint_step"), table("data_answer")
    complaint, asked = table("complaint"), table("data_request")
    closed = select(step.c.complaint_id).where(step.c.kind.in_(CLOSED))
    waits = select(complaint.c.membership_id).where(complaint.c.id.not_in(closed))
    asks = select(asked.c.membership_id).where(asked.c.id.not_in(select(answer.c.request_id)))
    return frozenset(session.execute(waits.union(asks)).scalars())


def _started(rows: Any, column: str) -> Any:
    """The column that a period counts from; of a sign-in that never ended, when it was last seen."""
    return func.coalesce(rows.c.ended_at, rows.c.seen_at) if rows.name == "sign_in" else rows.c[column]


def _key_of(name: str) -> Any:
    return next(iter(table(name).primary_key.columns))


def _only(what: str, rows: Any) -> Any:
    """Which rows of its table are meant, where that is not all of them: what was erased is not found again."""
    if what in ("mails", "decision_mails"):
        told = rows.c.kind.in_(DECISION_MAILS)
        return told if what == "decision_mails" else ~told
    if what == "uploads":
        return rows.c.content.is_not(None)
    if what in ROWS:
        return true()
    blanked = BLANKED.get(what)
    left: Any = true()
    if blanked is not None and blanked.subject == rows.name:
        left = is_left(blanked.subject, blanked.tables[blanked.subject])
    if what == "bank_statements":
        left = or_(left, rows.c.id.in_(_told_by_the_bank()))
    return and_(left, rows.c.kind == APPLICANT) if what == "applicant_checks" else left


def _told_by_the_bank() -> Any:
    """The movements of whose payments something is left, or of what people said of them."""
    part, said = table("bank_part"), table("money_proposal")
    reason = and_(said.c.id.is_not(None), is_left("money_proposal", ("reason",)))
    left = or_(is_left("bank_part", BLANKED["bank_statements"].tables["bank_part"]), reason)
    return select(part.c.bank_entry_id).outerjoin(said, said.c.part_id == part.c.id).where(left)


def _stamped(name: str, column: str, what: str) -> Callable[[Session, date], Found]:
    """The rows of a table whose column is a day, or an instant, up to a day."""

    def found(session: Session, last: date) -> Found:
        key, start = _key_of(name), _started(table(name), column)
        limit: Any = last if isinstance(start.type, Date) else _end_of(last)
        query = select(key, start).where(start <= limit, _only(what, table(name))).order_by(key).limit(SLICE)
        rows = session.execute(query).all()
        while rows:  # by their keys, not by a cursor: who only reads has no transaction for one
            yield from ((row[0], _day(row[1])) for row in rows)
            rows = session.execute(query.where(key > rows[-1][0])).all() if len(rows) == SLICE else []

    return found


def _closed_complaints(session: Session, last: date) -> Found:
    step, complaint = table("complaint_step"), table("complaint")
    newest = func.max(step.c.done_on)
    left = select(complaint.c.id).where(_only("complaints", complaint))
    query = select(step.c.complaint_id, newest).where(step.c.kind.in_(CLOSED), step.c.complaint_id.in_(left))
    yield from ((key, on) for key, on in session.execute(
        query.group_by(step.c.complaint_id).having(newest <= last).order_by(step.c.complaint_id)
    ))  # fmt: skip


def _answered_requests(session: Session, last: date) -> Found:
    answer, asked = table("data_answer"), table("data_request")
    query = select(answer.c.request_id, answer.c.recorded_at, answer.c.text).join(
        asked, asked.c.id == answer.c.request_id
    )
    left = or_(_only("requests", asked), is_left("data_answer", ("text",)))
    done = query.where(answer.c.recorded_at <= _end_of(last), left).order_by(answer.c.request_id)
    yield from ((row.request_id, _day(row.recorded_at)) for row in session.execute(done))


def _withdrawn_consents(session: Session, last: date) -> Found:
    consent = table("consent")
    newest = select(func.max(consent.c.id)).group_by(consent.c.person_id, consent.c.purpose)
    query = select(consent.c.id, consent.c.decided_on).where(consent.c.id.in_(newest), consent.c.given.is_(False))
    yield from ((key, on) for key, on in session.execute(query.where(consent.c.decided_on <= last)))


def _ended_applications(session: Session, last: date) -> Found:
    """Applications that were refused or withdrawn, or left lying without ever being handed in."""
    row, event = table("application"), table("application_event")
    newest = func.max(event.c.day)
    query = (
        select(row.c.id, newest, row.c.changed_at)
        .outerjoin(event, event.c.application_id == row.c.id)
        .where(row.c.membership_id.is_(None), row.c.changed_at <= _end_of(last), _only("applications", row))
        .group_by(row.c.id, row.c.changed_at)
    )
    for key, on, changed in session.execute(query):
        start = max(on, _day(changed)) if on is not None else _day(changed)
        if start <= last:
            yield key, start


def _ended_memberships(session: Session, kept: Retention, day: date) -> Found:
    """The memberships in which nobody is covered any more, with the last day on which somebody was."""
    yield from ended(session, kept, day)


def _paid_memberships(session: Session, kept: Retention, day: date) -> Found:
    """Of the memberships that were erased but for their payments, the day of the last one; else that of their end.

    While a payment is neither confirmed nor returned, nothing of it is past its time.
    """
    done, payout = table("erased_membership"), table("payout")
    erased = select(done.c.membership_id).where(done.c.what == "memberships")
    moving = payout.c.confirmed_on.is_(None) & payout.c.returned_on.is_(None)
    on = func.coalesce(payout.c.returned_on, payout.c.confirmed_on)
    query = select(payout.c.membership_id, func.max(on), func.max(case((moving, 1), else_=0)))
    query = query.group_by(payout.c.membership_id)
    found = ended(session, kept, day, erased)
    while some := list(islice(found, SLICE)):
        mine = query.where(payout.c.membership_id.in_([key for key, _end in some]))
        paid = {key: (last, open_) for key, last, open_ in session.execute(mine)}
        for key, end in some:
            last, is_open = paid.get(key, (end, 0))
            if not is_open:
                yield key, max(last, end)


def _day(value: date | datetime) -> date:
    return value.astimezone(UTC).date() if isinstance(value, datetime) else value


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time.max, UTC)


# What is kept row by row and rests on nothing: table, and the column that its time counts from.
ROWS = {
    "quotes": ("quote", "made_on"),
    "mails": ("outgoing_mail", "sent_at"),
    "decision_mails": ("outgoing_mail", "sent_at"),
    "uploads": ("employer_upload", "uploaded_at"),  # what was kept of the file goes; that it came stays
    "sign_ins": ("sign_in", "ended_at"),
    "tries": ("attempt", "at"),
    "readings": ("document_reading", "read_at"),
}
OF_MEMBERSHIP: dict[str, Callable[[Session, Retention, date], Found]] = {
    "memberships": _ended_memberships, "medical": _ended_memberships, "payments": _paid_memberships,
}  # fmt: skip
STARTS: dict[str, Callable[[Session, date], Found]] = {
    "complaints": _closed_complaints,
    "messages": _stamped("message", "at", "messages"),
    "requests": _answered_requests,
    "consents": _withdrawn_consents,
    "trail": _stamped("audit_entry", "at", "trail"),
    "applications": _ended_applications,
    "drafts": _stamped("claim_draft", "changed_at", "drafts"),
    "announcements": _stamped("announced_joiner", "recorded_at", "announcements"),
    "applicant_checks": _stamped("screening_hit", "found_at", "applicant_checks"),
    "bank_statements": _stamped("bank_entry", "booked_on", "bank_statements"),
    "bank_files": _stamped("bank_file", "day", "bank_files"),
    "debit_files": _stamped("debit_batch", "collect_on", "debit_files"),
    **{what: _stamped(name, column, what) for what, (name, column) in ROWS.items()},
}
SUBJECTS = {
    "complaints": "complaint", "messages": "message", "requests": "data_request", "consents": "consent",
    "trail": "audit_entry", "applications": "application", "drafts": "claim_draft",
    "announcements": "announced_joiner", "applicant_checks": "screening_hit",
    "bank_statements": "bank_entry", "bank_files": "bank_file", "debit_files": "debit_batch",
    **{what: name for what, (name, _column) in ROWS.items()},
}  # fmt: skip
