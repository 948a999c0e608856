"""Consents: to what, on which text, given or withdrawn when. Without one nothing of the kind is done."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from expat import audit
from expat.approvals.request import lock
from expat.db import table_of
from expat.errors import BadInput, NotFound
from expat.membership.tables import InsuredPerson
from expat.personal_data.tables import Consent

# What can be consented to, and the version of the text that is shown now.
PURPOSES = {"offers": "2026-11", "surveys": "2026-11"}

_CONSENT: Any = table_of(Consent)
_PERSON: Any = table_of(InsuredPerson)


def decide(
    session: Session, person_id: int, purpose: str, given: bool, language: str, day: date, at: datetime, actor: str
) -> bool:
    """Give a consent, or withdraw it; answers whether that is new. Raises BadInput, NotFound."""
    if purpose not in PURPOSES:
        raise BadInput("purpose", f"{purpose!r} is unknown", f"one of {', '.join(PURPOSES)}")
    membership = session.execute(select(_PERSON.c.membership_id).where(_PERSON.c.id == person_id)).scalar()
    if membership is None:
        raise NotFound("person", f"there is no insured person {person_id}")
    lock(session, membership)
    newest = standing(session, person_id).get(purpose)
    if (newest is not None and newest.given == given) and (not given or newest.version == PURPOSES[purpose]):
        return False
    if newest is None and not given:
        return False
    values = {
        "person_id": person_id, "purpose": purpose, "given": given, "version": PURPOSES[purpose], "language": language,
        "decided_on": day, "decided_by": actor, "recorded_at": at,
    }  # fmt: skip
    session.execute(_CONSENT.insert().values(values))
    audit.record(session, at, actor, "consent.changed", f"insured_person:{person_id}", kind=purpose, granted=given)
    return True


def standing(session: Session, person_id: int) -> dict[str, Row[Any]]:
    """The newest decision of a person on each purpose that he or she decided on."""
    query = select(_CONSENT).where(_CONSENT.c.person_id == person_id).order_by(_CONSENT.c.id)
    return {row.purpose: row for row in session.execute(query)}


def allowed(session: Session, person_id: int, purpose: str) -> bool:
    """Whether something may be done with a person's data that needs a consent: never without one."""
    newest = standing(session, person_id).get(purpose)
    return newest is not None and bool(newest.given)
