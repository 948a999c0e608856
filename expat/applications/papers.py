"""Which papers an application needs, as they follow from its answers, each once; and keeping those that come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, select
from sqlmodel import Session

from expat import audit
from expat.applications.begin import application as application_of
from expat.applications.begin import hold_again, standing_of, void_of
from expat.applications.eligible import student
from expat.applications.form import MEMBER, Filled
from expat.applications.happened import must_stand
from expat.applications.tables import ApplicationDocument
from expat.db import table_of
from expat.errors import BadInput
from expat.plans.edition import Edition

KINDS = (
    "passport", "activity_proof", "prior_cover", "marriage", "civil_contract", "tax_proof", "joint_home", "honour",
    "family_book", "school_certificate", "medical_report", "other",
)  # fmt: skip
MEDICAL = frozenset({"medical_report"})
OF_RELATION = {
    "married": ("marriage",), "civil_partner": ("civil_contract", "tax_proof"), "cohabiting": ("joint_home", "honour"),
}  # fmt: skip
MOST = 60

_DOCUMENT: Any = table_of(ApplicationDocument)


class Wanted(NamedTuple):
    """A paper that is needed: its kind, and the person (key) whom it is about."""

    kind: str
    person: str


class Paper(NamedTuple):
    """A paper that came."""

    id: int
    kind: str
    person: str
    name: str
    sha256: str
    medical: bool
    recorded_at: datetime


def wanted(edition: Edition, form: Filled, effect: date) -> list[Wanted]:
    """The papers that the answers call for, in the order of the people."""
    prior = form.prior.people if form.prior else ()
    found = []
    for person in form.people:
        found.append(Wanted("passport", person.key))
        if person.role == "member":
            found.append(Wanted("activity_proof", person.key))
        if person.role == "spouse":
            found += [Wanted(kind, person.key) for kind in OF_RELATION.get(person.relation, ())]
        if student(edition, person, effect):
            found.append(Wanted("school_certificate", person.key))
        if person.key in prior:
            found.append(Wanted("prior_cover", person.key))
    return found


def missing(needed: Iterable[Wanted], came: Iterable[Paper]) -> list[Wanted]:
    """Those that did not come yet."""
    there = {(paper.kind, paper.person) for paper in came}
    return [one for one in needed if (one.kind, one.person) not in there]


def papers_of(session: Session, application_id: int) -> list[Paper]:
    """The papers that came, in their order; not those that came for the member under another name or birth date."""
    void = void_of(application_of(session, application_id), "papers")
    return [paper for paper in _all(session, application_id) if paper.id not in void]


def paper_of(session: Session, application_id: int, paper_id: int) -> Paper | None:
    """One of its papers."""
    of = (_DOCUMENT.c.application_id == application_id, _DOCUMENT.c.id == paper_id)
    row = session.execute(select(_DOCUMENT).where(*of)).first()
    return _paper(row) if row else None


def add_paper(
    session: Session, application: Any, kind: str, person: str, name: str, sha256: str, at: datetime, actor: str
) -> int | None:
    """Keep a paper of an application (its row, locked); None where it is there already.

    Raises BadInput, Conflict once it has ended.
    """
    if kind not in KINDS:
        raise BadInput("kind", f"{kind!r} is unknown", f"one of {', '.join(KINDS)}")
    must_stand(standing_of(session, application), "draft", "medical", "asked", "offered", "premium")
    came = _all(session, application.id)
    there = next((p for p in came if (p.kind, p.person, p.sha256) == (kind, person or MEMBER, sha256)), None)
    if there is not None:
        hold_again(session, application.id, there.id, at)  # sent again: it counts for who the member is said to be now
        return None
    if len(came) >= MOST:
        raise BadInput("files", f"{len(came)} papers are there", f"at most {MOST}")
    values = {
        "application_id": application.id, "kind": kind, "person": person or MEMBER, "name": name[:200],
        "sha256": sha256, "medical": kind in MEDICAL, "recorded_at": at,
    }  # fmt: skip
    key = int(session.execute(_DOCUMENT.insert().values(values).returning(_DOCUMENT.c.id)).scalar_one())
    audit.record(session, at, actor, "application.paper_added", f"application:{application.id}", paper=key)
    return key


def _all(session: Session, application_id: int) -> list[Paper]:
    query = select(_DOCUMENT).where(_DOCUMENT.c.application_id == application_id).order_by(_DOCUMENT.c.id)
    return [_paper(row) for row in session.execute(query)]


def _paper(row: Row[Any]) -> Paper:
    return Paper(row.id, row.kind, row.person, row.name, row.sha256, bool(row.medical), row.recorded_at)
