"""Health declarations: answered and signed for each person, sealed, good for some months before cover begins."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Row, select
from sqlmodel import Session

from expat import audit
from expat.applications.begin import application, form_of, standing_of, void_of
from expat.applications.form import Filled, Person, same_name
from expat.applications.happened import add_event, digest, must_stand
from expat.applications.tables import HealthDeclaration
from expat.db import table_of
from expat.documents.keys import Keys
from expat.errors import BadInput, NotFound
from expat.membership.changes import Acting
from expat.periods import add_months, add_years
from expat.plans.edition import Edition
from expat.plans.loader import plan

LONGEST = 4_000
LINK = "link:"  # who signs by an own link, without an account

_DECLARATION: Any = table_of(HealthDeclaration)


@dataclass(frozen=True)
class Declared:
    """What somebody declares: to each question yes or no, a yes in words, and with whose name it is signed."""

    person: str
    answers: Mapping[str, bool]
    words: Mapping[str, str]
    signed_by: str


class Signed(NamedTuple):
    """A declaration that is kept: whose, who signed it, the day, and until which first day of cover it is good; `alone`
    where it was signed by a link of the person's own."""

    id: int
    person: str
    signed_by: str
    signed_on: date
    good_until: date
    at: datetime
    alone: bool = False


def questions(edition: Edition) -> list[str]:
    """The names of the questions."""
    return list(edition["membership.health_questions"].value)


def declare(session: Session, application_id: int, declared: Declared, acting: Acting, keys: Keys) -> int:
    """Keep a person's declaration. After the file was handed in, the medical department looks at it again.

    Raises NotFound, Conflict once it has ended, BadInput naming the question or the signature.
    """
    row = application(session, application_id, lock=True)
    stands = standing_of(session, row)
    must_stand(stands, "draft", "medical", "asked", "offered", "premium")
    form = form_of(row)
    person = form.person(declared.person)
    if person is None:
        raise NotFound("person", f"nobody has the key {declared.person!r}")
    edition = plan(row.plan).on(acting.day)
    check_answers(edition, declared, signs_for(form, person, acting.day))
    values = {
        "application_id": application_id, "person": person.key, "questions": acting.day,
        "answers": sealed_answers(declared, keys, digest(application_id)), "signed_by": declared.signed_by.strip(),
        "signed_on": acting.day, "actor": acting.actor, "recorded_at": acting.at,
    }  # fmt: skip
    key = int(session.execute(_DECLARATION.insert().values(values).returning(_DECLARATION.c.id)).scalar_one())
    subject = f"application:{application_id}"
    audit.record(session, acting.at, acting.actor, "application.declared", subject, person=person.key)
    if stands.word not in ("draft", "asked"):
        add_event(session, application_id, "declared_again", acting, detail={"person": person.key})
    return key


def declarations(session: Session, edition: Edition, application_id: int) -> dict[str, Signed]:
    """The declaration that holds of each person, by the person's key; nothing medical in it. One that was signed for
    the member under another name or birth date holds of nobody any more."""
    months = edition["membership.health_declaration_valid"].value
    return {
        row.person: Signed(
            row.id,
            row.person,
            row.signed_by,
            row.signed_on,
            add_months(row.signed_on, months),
            row.recorded_at,
            row.actor.startswith(LINK),
        )
        for row in _rows(session, application_id)
    }


def read_declarations(
    session: Session, application_id: int, keys: Keys, at: datetime, actor: str
) -> dict[str, list[dict[str, Any]]]:
    """What was declared of each person, the newest last; that it was read is kept in the trail."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in _rows(session, application_id):
        if not row.answers:
            continue  # erased: past its time
        said = orjson.loads(keys.unseal(row.answers, digest(application_id)))
        found.setdefault(row.person, []).append({**said, "signed_by": row.signed_by, "signed_on": row.signed_on})
    if found:
        audit.record(session, at, actor, "application.declarations_read", f"application:{application_id}")
    return found


def signs_for(form: Filled, person: Person, day: date) -> tuple[str, ...]:
    """Whose signature a declaration bears: an adult's own; for a minor that of the member or the spouse."""
    if add_years(person.born, 18) <= day or person.role != "child":
        return (person.name,)
    return tuple(one.name for one in form.people if one.role in ("member", "spouse"))


def check_answers(edition: Edition, declared: Declared, signers: Collection[str]) -> None:
    """Raise BadInput naming the question that is not answered or explained, or the signature."""
    for question in questions(edition):
        if question not in declared.answers:
            raise BadInput(question, "is not answered", "yes or no")
        words = declared.words.get(question, "").strip()
        if declared.answers[question] and not words:
            raise BadInput(question, "is not explained", "a yes in a few words")
        if len(words) > LONGEST:
            raise BadInput(question, "is too long", f"at most {LONGEST} characters")
    if not any(same_name(declared.signed_by, name) for name in signers):
        raise BadInput("signed_by", "is another name", " or ".join(signers))


def sealed_answers(declared: Declared, keys: Keys, under: str) -> bytes:
    """What was declared, sealed for the medical department."""
    said = {"answers": dict(declared.answers), "words": {k: v.strip() for k, v in declared.words.items() if v.strip()}}
    return keys.seal(orjson.dumps(said), under)


def _rows(session: Session, application_id: int) -> list[Row[Any]]:
    void = void_of(application(session, application_id), "declarations")
    query = select(_DECLARATION).where(_DECLARATION.c.application_id == application_id).order_by(_DECLARATION.c.id)
    return [row for row in session.execute(query) if row.id not in void]
