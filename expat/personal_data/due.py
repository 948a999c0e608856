"""What is past the time that it is kept: looked up, and erased where nothing else rests on it.

What the database keeps for good (claims, decisions, payments, the trail: append-only by its triggers) is listed alone:
it is taken out with the whole archive by who runs the database, never row by row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple

from sqlalchemy import Date, delete, func, select, true, update
from sqlmodel import Session, SQLModel

from expat import audit
from expat.claims.load import load
from expat.complaints.complain import CLOSED
from expat.periods import DAY, add_months
from expat.personal_data.retention import ANSWER, Retention, retention_on
from expat.screening.screen import APPLICANT

SLICE = 500
DECISION_MAILS = ("recovery", "leaving", "amendment", "death", "contest", "complaint")
Found = Iterator[tuple[str, date]]


class Due(NamedTuple):
    """Something that is past its time: what, which, the day that its time counted from, and the last day of it."""

    what: str
    subject: str
    since: date
    until: date


def due(session: Session, day: date) -> Iterator[Due]:
    """What is past the time that it is kept, by the periods of a day."""
    ended: dict[int, date] | None = None
    for what, kept in retention_on(day).items():
        if what == ANSWER:
            continue
        if kept.after == "end_of_membership":
            ended = _ended(session, day) if ended is None else ended
            found: Found = ((f"membership:{key}", last) for key, last in ended.items())
        else:
            found = STARTS[what](session, _last_past(kept, day))
        for subject, start in found:
            if kept.ends(start) < day:
                yield Due(what, subject, start, kept.ends(start))


def erase(session: Session, day: date, at: datetime, actor: str) -> dict[str, int]:
    """Erase what is past its time and rests on nothing; answers how much of what. The trail says so."""
    gone: dict[str, int] = {}
    for what, kept in retention_on(day).items():
        if what in ERASED:
            gone[what] = _erase(session, what, kept, day, at)
    gone = {what: count for what, count in gone.items() if count}
    if gone:
        audit.record(session, at, actor, "data.erased", "personal_data", on=day.isoformat(), values=gone)
    return gone


def _erase(session: Session, what: str, kept: Retention, day: date, at: datetime) -> int:
    name, column = ERASED[what]
    table, last = _table(name), _last_past(kept, day)
    start = _started(table, column)
    limit: Any = last if isinstance(start.type, Date) else _end_of(last)
    query: Any = update(table).values(content=None, dropped_at=at) if what == "uploads" else delete(table)
    gone: Any = session.execute(query.where(start <= limit, _only(what, table)))
    return int(gone.rowcount)


def _last_past(kept: Retention, day: date) -> date:
    """The last day on which something can have begun that is past its time."""
    last = add_months(day, -kept.months) + 3 * DAY  # months differ by three days
    while kept.ends(last) >= day:
        last -= DAY
    return last


def _started(table: Any, column: str) -> Any:
    """The column that a period counts from; of a sign-in that never ended, when it was last seen."""
    return func.coalesce(table.c.ended_at, table.c.seen_at) if table.name == "sign_in" else table.c[column]


def _only(what: str, table: Any) -> Any:
    """Which rows of its table are meant, where that is not all of them."""
    if what in ("mails", "decision_mails"):
        told = table.c.kind.in_(DECISION_MAILS)
        return told if what == "decision_mails" else ~told
    if what == "uploads":
        return table.c.content.is_not(None)
    return table.c.kind == APPLICANT if what == "applicant_checks" else true()


def _stamped(name: str, column: str, what: str = "") -> Callable[[Session, date], Found]:
    """The rows of a table whose column is a day, or an instant, up to a day."""

    def found(session: Session, last: date) -> Found:
        table = _table(name)
        key, start = next(iter(table.primary_key.columns)), _started(table, column)
        limit: Any = last if isinstance(start.type, Date) else _end_of(last)
        query = select(key, start).where(start <= limit, _only(what, table)).order_by(key)
        for row in session.execute(query.execution_options(yield_per=SLICE)):
            yield f"{name}:{row[0]}", _day(row[1])

    return found


def _closed_complaints(session: Session, last: date) -> Found:
    step = _table("complaint_step")
    newest = func.max(step.c.done_on)
    query = select(step.c.complaint_id, newest).where(step.c.kind.in_(CLOSED)).group_by(step.c.complaint_id)
    yield from ((f"complaint:{key}", on) for key, on in session.execute(query.having(newest <= last)))


def _withdrawn_consents(session: Session, last: date) -> Found:
    consent = _table("consent")
    newest = select(func.max(consent.c.id)).group_by(consent.c.person_id, consent.c.purpose)
    query = select(consent.c.id, consent.c.decided_on).where(consent.c.id.in_(newest), consent.c.given.is_(False))
    yield from ((f"consent:{key}", on) for key, on in session.execute(query.where(consent.c.decided_on <= last)))


def _ended_applications(session: Session, last: date) -> Found:
    """Applications that were refused or withdrawn, or left lying without ever being handed in."""
    row, event = _table("application"), _table("application_event")
    newest = func.max(event.c.day)
    query = (
        select(row.c.id, newest, row.c.changed_at)
        .outerjoin(event, event.c.application_id == row.c.id)
        .where(row.c.membership_id.is_(None), row.c.changed_at <= _end_of(last))
        .group_by(row.c.id, row.c.changed_at)
    )
    for key, on, changed in session.execute(query):
        start = max(on, _day(changed)) if on is not None else _day(changed)
        if start <= last:
            yield f"application:{key}", start


def _ended(session: Session, day: date) -> dict[int, date]:
    """The memberships in which nobody is covered any more, with the last day on which somebody was."""
    keys, found = list(session.execute(select(_table("membership").c.id)).scalars()), {}
    for start in range(0, len(keys), SLICE):
        for key, dossier in load(session, keys[start : start + SLICE]).items():
            edition = dossier.plan.on(day)
            last = max((period.last for one in dossier.people for period in dossier.cover(one, edition)), default=None)
            if last is not None and last < day:
                found[key] = last
    return found


def _table(name: str) -> Any:
    return SQLModel.metadata.tables[name]


def _day(value: date | datetime) -> date:
    return value.astimezone(UTC).date() if isinstance(value, datetime) else value


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time.max, UTC)


STARTS: dict[str, Callable[[Session, date], Found]] = {
    "payments": _stamped("payout", "confirmed_on"),
    "complaints": _closed_complaints,
    "messages": _stamped("message", "at"),
    "requests": _stamped("data_answer", "recorded_at"),
    "consents": _withdrawn_consents,
    "trail": _stamped("audit_entry", "at"),
    "applications": _ended_applications,
    "quotes": _stamped("quote", "made_on"),
    "drafts": _stamped("claim_draft", "changed_at"),
    "mails": _stamped("outgoing_mail", "sent_at", "mails"),
    "decision_mails": _stamped("outgoing_mail", "sent_at", "decision_mails"),
    "announcements": _stamped("announced_joiner", "recorded_at"),
    "uploads": _stamped("employer_upload", "uploaded_at", "uploads"),
    "applicant_checks": _stamped("screening_hit", "found_at", "applicant_checks"),
    "sign_ins": _stamped("sign_in", "ended_at"),
    "tries": _stamped("attempt", "at"),
    "readings": _stamped("document_reading", "read_at"),
}
# What nothing else rests on, and no trigger keeps: table, and the column that its time counts from.
ERASED = {
    "quotes": ("quote", "made_on"),
    "mails": ("outgoing_mail", "sent_at"),
    "decision_mails": ("outgoing_mail", "sent_at"),
    "uploads": ("employer_upload", "uploaded_at"),  # what was kept of the file goes; that it came stays
    "sign_ins": ("sign_in", "ended_at"),
    "tries": ("attempt", "at"),
    "readings": ("document_reading", "read_at"),
}
