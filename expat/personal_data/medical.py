"""The medical details of one person, as the medical department gives them: what is sealed opened, nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import IO, Any

import orjson
from sqlalchemy import Row, and_, select
from sqlmodel import Session

from expat.amendments.ask import sealed_under
from expat.amendments.decide import text_sealed_under
from expat.amendments.tables import Amendment, AmendmentAnswer
from expat.applications.begin import form_of
from expat.applications.happened import digest
from expat.applications.tables import Application, ApplicationDocument, HealthDeclaration
from expat.db import table_named, table_of
from expat.errors import NotFound
from expat.membership.tables import InsuredPerson
from expat.personal_data.export import Given, Store, export
from expat.personal_data.kept import KEPT, MEDICAL
from expat.personal_data.tables import PersonCorrection
from expat.personal_data.whose import Kept, circles_for_medical

_PERSON: Any = table_of(InsuredPerson)
_APPLICATION: Any = table_of(Application)
_DECLARATION: Any = table_of(HealthDeclaration)
_PAPER: Any = table_of(ApplicationDocument)
_AMENDMENT: Any = table_of(Amendment)
_ANSWER: Any = table_of(AmendmentAnswer)
_CORRECTION: Any = table_of(PersonCorrection)

JOINING = ("spouse", "child")
# Rows that were kept with one of another table: the column that names it, and that table.
PARENTS = {"answer_reason": ("answer_id", "approval_answer"), "claim_line": ("claim_id", "claim")}


def medical_export(
    session: Session, person_id: int, store: Store, out: IO[bytes], at: datetime, until: date | None = None
) -> Given:
    """Write the file of one person's medical details; with `until` what was kept up to that day. Raises NotFound."""
    person = session.execute(select(_PERSON).where(_PERSON.c.id == person_id)).first()
    if person is None:
        raise NotFound("person", f"there is no insured person {person_id}")
    asked = list(_amendments(session, person, store, until))
    held = table_named("amendment_document")
    shown = select(held).where(held.c.amendment_id.in_([row["id"] for row in asked])).order_by(held.c.id)
    more = {
        "health_declaration": list(_declarations(session, person, store)),
        "application_document": list(_papers(session, person)),
        "amendment": asked,
        "amendment_document": [dict(row._mapping) for row in session.execute(shown)],
    }
    if until is not None:
        more = {name: [row for row in rows if row["recorded_at"] <= _end_of(until)] for name, rows in more.items()}
    tables = {name: KEPT[name] if until is None else _by(name, until) for name in MEDICAL}
    return export(session, circles_for_medical(person_id), (), store, out, at, tables=tables, more=more)


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time.max, UTC)


def _by(name: str, until: date) -> Kept:
    """The rows of a table that were kept up to a day."""
    kept, table = KEPT[name], table_named(name)
    if "recorded_at" in table.c:
        early = table.c.recorded_at <= _end_of(until)
    elif name in PARENTS:
        column, above = PARENTS[name][0], table_named(PARENTS[name][1])
        early = table.c[column].in_(select(above.c.id).where(above.c.recorded_at <= _end_of(until)))
    elif "received_on" in table.c:
        early = table.c.received_on <= until
    else:
        return kept
    return replace(kept, where=lambda table, circles: and_(kept.where(table, circles), early))


def _keys_in(session: Session, person: Row[Any]) -> Iterator[tuple[int, str]]:
    """Applications that became the person's membership, each with the person's key in it."""
    query, known = (
        select(_APPLICATION).where(_APPLICATION.c.membership_id == person.membership_id),
        _said(session, person),
    )
    for row in session.execute(query):
        for one in form_of(row).people:
            if _is(known, one.first_name, one.last_name, one.born):
                yield row.id, one.key


def _said(session: Session, person: Row[Any]) -> dict[str, set[str]]:
    """What the person's names and day of birth are, and were before they were corrected."""
    found = {name: {str(getattr(person, name))} for name in ("first_name", "last_name", "born")}
    for row in session.execute(select(_CORRECTION).where(_CORRECTION.c.person_id == person.id)):
        found.setdefault(row.field, set()).add(str(row.before))
    return found


def _is(known: dict[str, set[str]], first_name: Any, last_name: Any, born: Any) -> bool:
    """Whether names and a day of birth are the person's: all three, so that no twin is taken for the other."""
    given = {"first_name": first_name, "last_name": last_name, "born": born}
    return all(str(value) in known[name] for name, value in given.items())


def _declarations(session: Session, person: Row[Any], store: Store) -> Iterator[dict[str, Any]]:
    for application_id, key in _keys_in(session, person):
        mine = (_DECLARATION.c.application_id == application_id) & (_DECLARATION.c.person == key)
        for row in session.execute(select(_DECLARATION).where(mine).order_by(_DECLARATION.c.id)):
            if not row.answers:
                continue  # erased: past its time
            said = orjson.loads(store.keys.unseal(row.answers, digest(application_id)))
            yield {**row._mapping, "answers": said}


def _papers(session: Session, person: Row[Any]) -> Iterator[dict[str, Any]]:
    for application_id, key in _keys_in(session, person):
        mine = (_PAPER.c.application_id == application_id) & (_PAPER.c.person == key)
        for row in session.execute(select(_PAPER).where(mine).order_by(_PAPER.c.id)):
            yield dict(row._mapping)


def _amendments(session: Session, person: Row[Any], store: Store, until: date | None) -> Iterator[dict[str, Any]]:
    """Requests with a health statement: on somebody who is to join, that person's; on any other change the member's."""
    answered = _ANSWER.c.amendment_id == _AMENDMENT.c.id
    if until is not None:
        answered = and_(answered, _ANSWER.c.decided_on <= until)
    query = (
        select(_AMENDMENT, _ANSWER.c.outcome, _ANSWER.c.text, _ANSWER.c.decided_on)
        .outerjoin(_ANSWER, answered)
        .where(_AMENDMENT.c.membership_id == person.membership_id, _AMENDMENT.c.needs_medical)
        .order_by(_AMENDMENT.c.id)
    )
    known = _said(session, person)
    for row in session.execute(query):
        joins = row.content if row.kind in JOINING and isinstance(row.content, dict) else None
        named = joins and _is(known, joins.get("first_name"), joins.get("last_name"), joins.get("born"))
        if named or (joins is None and person.role == "member"):
            statement = store.keys.unseal(row.medical, sealed_under(row.key)).decode() if row.medical else None
            answer = store.keys.unseal(row.text, text_sealed_under(row.id)).decode() if row.text else None
            yield {**row._mapping, "medical": statement, "text": answer}
