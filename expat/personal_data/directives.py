"""What a person wants done with the data after his or her death (Loi 78-17, art. 85): the newest text holds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from expat import audit
from expat.accounts.own import refuse_own
from expat.approvals.request import lock
from expat.claims.written import written
from expat.db import table_of
from expat.errors import NotFound
from expat.membership.tables import InsuredPerson
from expat.personal_data.tables import DataDirective

_DIRECTIVE: Any = table_of(DataDirective)
_PERSON: Any = table_of(InsuredPerson)


def write_directive(session: Session, person_id: int, text: str, at: datetime, actor: str) -> bool:
    """Keep directives in place of those before; an empty text takes them back. Answers whether something changed."""
    said = written("text", text) if text.strip() else ""
    lock(session, _membership_of(session, person_id))
    newest = directive_of(session, person_id)
    if (newest.text if newest is not None else "") == said:
        return False
    values = {"person_id": person_id, "text": said, "written_by": actor, "recorded_at": at}
    session.execute(_DIRECTIVE.insert().values(values))
    audit.record(session, at, actor, "data.directive_written", f"insured_person:{person_id}")
    return True


def directive_of(session: Session, person_id: int) -> Row[Any] | None:
    """The directives that hold; one that is empty took them back."""
    query = select(_DIRECTIVE).where(_DIRECTIVE.c.person_id == person_id).order_by(_DIRECTIVE.c.id.desc()).limit(1)
    return session.execute(query).first()


def read_directive(session: Session, person_id: int, at: datetime, actor: str) -> Row[Any] | None:
    """The directives, read by the staff once somebody has died: that they were read is kept. Raises NotFound, Own."""
    refuse_own(session, _membership_of(session, person_id), actor)
    audit.record(session, at, actor, "data.directive_read", f"insured_person:{person_id}")
    return directive_of(session, person_id)


def _membership_of(session: Session, person_id: int) -> int:
    found = session.execute(select(_PERSON.c.membership_id).where(_PERSON.c.id == person_id)).scalar()
    if found is None:
        raise NotFound("person", f"there is no insured person {person_id}")
    return int(found)
