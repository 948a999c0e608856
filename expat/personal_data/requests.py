"""Requests about one's data: to correct, restrict or delete it, to object, to have the medical details; and answers.

A correction that is agreed to changes the person's row: what it said before is kept beside it, decisions keep the facts
that they were made on, and what is not paid yet is judged again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from expat import audit
from expat.accounts.own import refuse_own
from expat.approvals.file import one_line
from expat.approvals.request import lock
from expat.claims.intake import is_country
from expat.claims.rejudge import new_fact
from expat.claims.written import storable, written
from expat.complaints.complain import Paper, check_papers
from expat.db import is_postgresql, table_of
from expat.errors import BadInput, Conflict, NotFound
from expat.membership.changes import Acting
from expat.membership.tables import InsuredPerson, Member, Membership
from expat.periods import add_months, plausible
from expat.personal_data.retention import answer_months
from expat.personal_data.tables import DataAnswer, DataRequest, DataRequestPaper, PersonCorrection
from expat.restrictions.use import restrict
from expat.screening.screen import PERSON, screen_person

RECTIFICATION, MEDICAL, OBJECTION, RESTRICTION = "rectification", "medical", "objection", "restriction"
KINDS = (RECTIFICATION, OBJECTION, RESTRICTION, "erasure", MEDICAL)
FIELDS = ("first_name", "last_name", "born", "nationality")
OUTCOMES = ("done", "partly", "refused")
LONGEST_NAME = 100

_REQUEST: Any = table_of(DataRequest)
_PAPER: Any = table_of(DataRequestPaper)
_ANSWER: Any = table_of(DataAnswer)
_CORRECTION: Any = table_of(PersonCorrection)
_PERSON: Any = table_of(InsuredPerson)
_MEMBER: Any = table_of(Member)
_MEMBERSHIP: Any = table_of(Membership)


@dataclass(frozen=True)
class NewDataRequest:
    """A request of an insured person. `key` is the form's own, 1 to 40 characters: sent twice is once.

    A rectification names a `field`, the `value` that is right, and comes with a paper that shows it.
    """

    key: str
    person: int
    kind: str
    text: str = ""
    field: str | None = None
    value: str | None = None
    papers: Sequence[Paper] = ()


class Asked(NamedTuple):
    """A request with its papers and its answer; `answered_on` is None while it is open."""

    id: int
    membership_id: int
    number: str
    person_id: int
    name: str
    kind: str
    field: str | None
    value: str | None
    text: str
    asked_by: str
    asked_on: date
    answer_by: date
    recorded_at: datetime
    outcome: str | None
    answer: str | None
    answered_by: str | None
    answered_on: date | None
    papers: tuple[Any, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it still is to be answered."""
        return self.answered_on is None

    def is_late(self, day: date) -> bool:
        """Whether its answer should have come before a day."""
        return self.is_open and day > self.answer_by


def ask(session: Session, new: NewDataRequest, day: date, at: datetime, actor: str) -> tuple[int, bool]:
    """Keep a request; answers its key, and whether it had been handed in before.

    Raises BadInput naming the field, NotFound for the person, Conflict where the key comes again with something else,
    or where the same is asked for and still open.
    """
    value = _checked(session, new, day)
    membership = session.execute(select(_PERSON.c.membership_id).where(_PERSON.c.id == new.person)).scalar()
    if membership is None:
        raise NotFound("person", f"there is no insured person {new.person}")
    lock(session, membership)
    text = written("text", new.text) if new.text.strip() else ""
    said = {"person_id": new.person, "kind": new.kind, "field": new.field, "value": value, "text": text}
    if (known := session.execute(select(_REQUEST).where(_REQUEST.c.key == new.key)).first()) is not None:
        if {name: getattr(known, name) for name in said} != said:
            raise _taken(new.key)
        return int(known.id), True
    _refuse_open(session, new)
    values = {
        "key": new.key, "membership_id": membership, **said, "asked_by": actor, "asked_on": day,
        "answer_by": add_months(day, answer_months(day)), "recorded_at": at,
    }  # fmt: skip
    dialect: Any = postgresql if is_postgresql(session) else sqlite
    query = dialect.insert(_REQUEST).values(values).on_conflict_do_nothing().returning(_REQUEST.c.id)
    key = session.execute(query).scalar()
    if key is None:
        raise _taken(new.key)
    rows = {p.sha256: {"request_id": key, "name": one_line(p.name)[:200], "sha256": p.sha256, "recorded_at": at}
            for p in new.papers}  # fmt: skip
    if rows:
        session.execute(_PAPER.insert(), list(rows.values()))
    audit.record(session, at, actor, "data.requested", f"data_request:{key}", kind=new.kind)
    return int(key), False


def answer(session: Session, request_id: int, outcome: str, text: str, acting: Acting) -> None:
    """Answer a request, once, with the reason; a rectification that is done corrects the person's row.

    Raises NotFound, Own, BadInput, Conflict where it is answered.
    """
    if outcome not in OUTCOMES:
        raise BadInput("outcome", f"{outcome!r} is unknown", f"one of {', '.join(OUTCOMES)}")
    said = written("text", text)
    lock(session, request(session, request_id).membership_id)
    found = request(session, request_id)
    refuse_own(session, found.membership_id, acting.actor)
    if not found.is_open:
        raise Conflict("request", f"request {request_id} is answered", "one answer to each request")
    if found.kind == RECTIFICATION and outcome == "done":
        _correct(session, found, acting)
    if found.kind == RESTRICTION and outcome != "refused":
        at, actor = acting.at, acting.actor
        restrict(session, found.person_id, found.membership_id, request_id, acting.day, at, actor)
    values = {
        "request_id": request_id, "outcome": outcome, "text": said, "answered_by": acting.actor,
        "answered_on": acting.day, "recorded_at": acting.at,
    }  # fmt: skip
    session.execute(_ANSWER.insert().values(values))
    audit.record(session, acting.at, acting.actor, "data.answered", f"data_request:{request_id}", outcome=outcome)


def request(session: Session, request_id: int) -> Asked:
    """A request. Raises NotFound."""
    found = _read(session, _all().where(_REQUEST.c.id == request_id))
    if not found:
        raise NotFound("request", f"there is no request {request_id}")
    return found[0]


def requests_of(session: Session, persons: Sequence[int]) -> list[Asked]:
    """The requests of insured persons, the newest first."""
    found = _read(session, _all().where(_REQUEST.c.person_id.in_(list(persons))))
    return sorted(found, key=lambda one: -one.id)


def open_requests(session: Session, day: date, medical: bool) -> list[Asked]:
    """The requests that wait, for the medical department or for the management unit: the late ones first."""
    mine = _REQUEST.c.kind == MEDICAL if medical else _REQUEST.c.kind != MEDICAL
    found = _read(session, _all().where(_ANSWER.c.request_id.is_(None), mine))
    return sorted(found, key=lambda one: (not one.is_late(day), one.answer_by, one.id))


def _correct(session: Session, found: Asked, acting: Acting) -> None:
    """Keep what the row said and write what is right; judge what is not paid again."""
    assert found.field is not None and found.value is not None
    row = session.execute(select(_PERSON).where(_PERSON.c.id == found.person_id)).one()
    before = getattr(row, found.field)
    value: Any = date.fromisoformat(found.value) if found.field == "born" else found.value
    kept = {
        "person_id": found.person_id, "request_id": found.id, "field": found.field,
        "before": None if before is None else str(before), "after": found.value, "corrected_by": acting.actor,
        "recorded_at": acting.at,
    }  # fmt: skip
    session.execute(_CORRECTION.insert().values(kept))
    session.execute(update(_PERSON).where(_PERSON.c.id == found.person_id).values({found.field: value}))
    if row.role == "member" and found.field in ("first_name", "last_name"):
        mine = select(_MEMBERSHIP.c.member_id).where(_MEMBERSHIP.c.id == found.membership_id).scalar_subquery()
        session.execute(update(_MEMBER).where(_MEMBER.c.id == mine).values({found.field: value}))
    subject = f"insured_person:{found.person_id}"
    audit.record(session, acting.at, acting.actor, "person.corrected", subject, kind=found.field)
    new_fact(session, found.membership_id, acting.day, acting.at, acting.preference)
    if found.field != "nationality":  # what a match is found by
        now = session.execute(select(_PERSON).where(_PERSON.c.id == found.person_id)).one()
        name = f"{now.first_name} {now.last_name}"
        screen_person(session, PERSON, str(now.id), name, now.born, acting.at, found.membership_id)


def _checked(session: Session, new: NewDataRequest, day: date) -> str | None:
    """The value that is right, once the rest of the request can be."""
    if not 0 < len(new.key) <= 40 or not storable(new.key):
        raise BadInput("key", "is empty, too long or cannot be kept", "1 to 40 characters")
    if new.kind not in KINDS:
        raise BadInput("kind", f"{new.kind!r} is unknown", f"one of {', '.join(KINDS)}")
    check_papers(session, new.papers)
    if new.kind != RECTIFICATION:
        if new.kind != MEDICAL:
            written("text", new.text)
        return None
    if new.field not in FIELDS:
        raise BadInput("field", f"{new.field!r} cannot be corrected so", f"one of {', '.join(FIELDS)}")
    if not new.papers:
        raise BadInput("papers", "there is none", "a paper that shows it, such as an identity card")
    return _value(new.field, (new.value or "").strip(), day)


def _value(field: str, value: str, day: date) -> str:
    if field == "born":
        try:
            born = plausible(date.fromisoformat(value), "value")
        except ValueError:
            raise BadInput("value", f"{value!r} is no date", "such as 1985-05-02") from None
        if born > day:
            raise BadInput("value", f"{born} has not come yet", "a day of birth")
        return born.isoformat()
    if field == "nationality":
        if not is_country(value):
            raise BadInput("value", f"{value!r} is no country", "an ISO 3166-1 code such as FR")
        return value
    name = one_line(value)
    if not 0 < len(name) <= LONGEST_NAME or not storable(name):
        raise BadInput("value", "is empty or too long", f"1 to {LONGEST_NAME} characters")
    return name


def _refuse_open(session: Session, new: NewDataRequest) -> None:
    for one in requests_of(session, [new.person]):
        if one.is_open and (one.kind, one.field) == (new.kind, new.field) and new.kind in (RECTIFICATION, MEDICAL):
            raise Conflict("kind", f"request {one.id} asks for it and is open", "its answer first")


def _taken(key: str) -> Conflict:
    return Conflict("key", f"{key!r} was used for another request", "a new key for a new request")


def _all() -> Select[Any]:
    return (
        select(
            _REQUEST, _MEMBERSHIP.c.number, _PERSON.c.first_name, _PERSON.c.last_name, _ANSWER.c.outcome,
            _ANSWER.c.text.label("answer"), _ANSWER.c.answered_by, _ANSWER.c.answered_on,
        )
        .join(_MEMBERSHIP, _MEMBERSHIP.c.id == _REQUEST.c.membership_id)
        .join(_PERSON, _PERSON.c.id == _REQUEST.c.person_id)
        .outerjoin(_ANSWER, _ANSWER.c.request_id == _REQUEST.c.id)
    )  # fmt: skip


def _read(session: Session, query: Select[Any]) -> list[Asked]:
    rows = session.execute(query).all()
    papers: dict[int, list[Row[Any]]] = {}
    held = select(_PAPER).where(_PAPER.c.request_id.in_([row.id for row in rows])).order_by(_PAPER.c.id)
    for paper in session.execute(held):
        papers.setdefault(paper.request_id, []).append(paper)
    plain = set(Asked._fields) - {"name", "papers"}
    return [
        Asked(
            **{name: getattr(row, name) for name in plain}, name=f"{row.first_name} {row.last_name}".strip(),
            papers=tuple(papers.get(row.id, ())),
        )
        for row in rows
    ]  # fmt: skip
