"""Reading complaints: where each stands, who acts next and by when; and those that wait for the management unit."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlmodel import Session

from expat.complaints.complain import CLOSED
from expat.complaints.tables import Complaint, ComplaintPaper, ComplaintStep
from expat.db import table_of
from expat.errors import NotFound
from expat.membership.tables import InsuredPerson, Membership

_COMPLAINT: Any = table_of(Complaint)
_STEP: Any = table_of(ComplaintStep)
_PAPER: Any = table_of(ComplaintPaper)
_PERSON: Any = table_of(InsuredPerson)
_MEMBERSHIP: Any = table_of(Membership)

DESK, MEMBER, MEDIATOR = "desk", "member", "mediator"


class Step(NamedTuple):
    """What happened to a complaint, and when."""

    kind: str
    outcome: str | None
    text: str
    by: str
    on: date
    at: datetime


class Held(NamedTuple):
    """A paper of a complaint."""

    id: int
    name: str
    sha256: str
    at: datetime


class Followed(NamedTuple):
    """A complaint with all that happened to it. `reopened_as` is the complaint that takes it up."""

    id: int
    membership_id: int
    number: str
    person_id: int
    name: str
    subject: str
    text: str
    claim_id: int | None
    request_id: int | None
    reopens_id: int | None
    reopened_as: int | None
    channel: str
    written_by: str
    sent_on: date
    received_on: date
    acknowledge_by: date
    acknowledge_limit: date
    answer_by: date
    recorded_at: datetime
    steps: tuple[Step, ...] = ()
    papers: tuple[Held, ...] = ()

    @property
    def state(self) -> str:
        """received, acknowledged, question, answered, mediator or withdrawn."""
        newest = self.steps[-1].kind if self.steps else "received"
        if newest == "reply":
            return "acknowledged" if self.acknowledged_on else "received"
        if newest == "answered" and self.is_with_mediator:
            return "mediator"
        return newest

    @property
    def is_open(self) -> bool:
        """Whether it still is to be answered."""
        return not {step.kind for step in self.steps} & CLOSED

    @property
    def is_with_mediator(self) -> bool:
        """Whether the mediator has it, answered or not."""
        return any(step.kind == "mediator" for step in self.steps)

    @property
    def is_unanswered(self) -> bool:
        """Whether it still can be answered: while it is open, and when the mediator took it without an answer."""
        return self.is_open or (self.is_with_mediator and self.answer is None)

    @property
    def acts(self) -> str | None:
        """Who acts next: desk, member, mediator, or nobody."""
        who = {"received": DESK, "acknowledged": DESK, "question": MEMBER, "mediator": MEDIATOR}
        return who.get(self.state)

    @property
    def due(self) -> date | None:
        """By when it is acknowledged or, after that, answered; None once it is closed. A question stops no clock."""
        if not self.is_open:
            return None
        return self.acknowledge_by if self.state == "received" else self.answer_by

    def is_late(self, day: date) -> bool:
        """Whether what is next should have been done before a day."""
        return self.due is not None and day > self.due

    def past_limit(self, day: date) -> bool:
        """Whether the acknowledgement is missing past the supervisor's limit, too."""
        return self.state == "received" and day > self.acknowledge_limit

    @property
    def acknowledged_on(self) -> date | None:
        """When it was acknowledged."""
        return next((step.on for step in self.steps if step.kind == "acknowledged"), None)

    @property
    def answer(self) -> Step | None:
        """The answer, once there is one."""
        return next((step for step in self.steps if step.kind == "answered"), None)


def complaint(session: Session, complaint_id: int) -> Followed:
    """A complaint. Raises NotFound."""
    found = _read(session, _all().where(_COMPLAINT.c.id == complaint_id))
    if not found:
        raise NotFound("complaint", f"there is no complaint {complaint_id}")
    return found[0]


def complaints_of(session: Session, persons: Collection[int]) -> list[Followed]:
    """The complaints of insured persons, the newest first."""
    query = _all().where(_COMPLAINT.c.person_id.in_(list(persons)))
    return sorted(_read(session, query), key=lambda one: -one.id)


def open_complaints(session: Session, day: date) -> list[Followed]:
    """The complaints that are not closed: those that are late first, then by the day on which something is due."""
    closed = select(_STEP.c.complaint_id).where(_STEP.c.kind.in_(CLOSED))
    found = _read(session, _all().where(_COMPLAINT.c.id.not_in(closed)))
    return sorted(found, key=lambda one: (not one.is_late(day), one.due or day, one.id))


def closed_complaints(session: Session, most: int = 50) -> list[Followed]:
    """The complaints that were closed last, the newest first."""
    closed = select(_STEP.c.complaint_id).where(_STEP.c.kind.in_(CLOSED))
    return _read(session, _all().where(_COMPLAINT.c.id.in_(closed)).order_by(_COMPLAINT.c.id.desc()).limit(most))


def _all() -> Select[Any]:
    again = _COMPLAINT.alias("again")
    return (
        select(
            _COMPLAINT, _MEMBERSHIP.c.number, _PERSON.c.first_name, _PERSON.c.last_name,
            again.c.id.label("reopened_as"),
        )
        .join(_MEMBERSHIP, _MEMBERSHIP.c.id == _COMPLAINT.c.membership_id)
        .join(_PERSON, _PERSON.c.id == _COMPLAINT.c.person_id)
        .outerjoin(again, again.c.reopens_id == _COMPLAINT.c.id)
    )  # fmt: skip


def _read(session: Session, query: Select[Any]) -> list[Followed]:
    """Complaints with their steps and papers, by three queries however many they are."""
    rows = session.execute(query).all()
    keys = [row.id for row in rows]
    steps = _by_complaint(session.execute(select(_STEP).where(_STEP.c.complaint_id.in_(keys)).order_by(_STEP.c.id)))
    papers = _by_complaint(session.execute(select(_PAPER).where(_PAPER.c.complaint_id.in_(keys)).order_by(_PAPER.c.id)))
    plain = set(Followed._fields) - {"name", "steps", "papers"}
    return [
        Followed(
            **{name: getattr(row, name) for name in plain},
            name=f"{row.first_name} {row.last_name}".strip(),
            steps=tuple(
                Step(s.kind, s.outcome, s.text, s.done_by, s.done_on, s.recorded_at) for s in steps.get(row.id, ())
            ),
            papers=tuple(Held(p.id, p.name, p.sha256, p.recorded_at) for p in papers.get(row.id, ())),
        )
        for row in rows
    ]


def _by_complaint(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.complaint_id, []).append(row)
    return found
