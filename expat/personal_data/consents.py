"""Consents: to what, on which text, given or withdrawn when. Without one nothing of the kind is done."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, func, select
from sqlmodel import Session

from expat import audit
from expat.accounts.tables import Account
from expat.approvals.request import lock
from expat.db import table_of
from expat.errors import BadInput, NotFound
from expat.membership.tables import InsuredPerson
from expat.personal_data.tables import Consent, DataRequest
from expat.restrictions.standing import restricted_people

# What can be consented to, and the version of the text that is shown now.
PURPOSES = {"offers": "2026-11", "surveys": "2026-11"}

_CONSENT: Any = table_of(Consent)
_PERSON: Any = table_of(InsuredPerson)
_REQUEST: Any = table_of(DataRequest)
_ACCOUNT: Any = table_of(Account)


class Addressee(NamedTuple):
    """Somebody who may be written to; without an account, nobody has an address for it."""

    person_id: int
    email: str | None
    name: str | None
    language: str | None


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


def allowed(session: Session, person_id: int, purpose: str, day: date) -> bool:
    """Whether something may be done with a person's data on a day that needs a consent: never without one.

    Nor while the use of the data is restricted, nor after an objection that is newer than the consent: to be written
    to stops at once, before anybody answers (RGPD, art. 21(2) and (3)).
    """
    return person_id in {one.person_id for one in addressees(session, purpose, day, person_id)}


def addressees(session: Session, purpose: str, day: date, person_id: int | None = None) -> list[Addressee]:
    """Who may be written to for a purpose on a day, by an account of his or her own; of one person where it is named.

    Raises BadInput for the purpose.
    """
    if purpose not in PURPOSES:
        raise BadInput("purpose", f"{purpose!r} is unknown", f"one of {', '.join(PURPOSES)}")
    newest = select(func.max(_CONSENT.c.id)).where(_CONSENT.c.purpose == purpose).group_by(_CONSENT.c.person_id)
    objected = select(_REQUEST.c.id).where(
        _REQUEST.c.person_id == _CONSENT.c.person_id, _REQUEST.c.kind == "objection",
        _REQUEST.c.recorded_at >= _CONSENT.c.recorded_at,
    )  # fmt: skip
    query = (
        select(_CONSENT.c.person_id, _ACCOUNT.c.email, _ACCOUNT.c.name, _ACCOUNT.c.language)
        .select_from(_CONSENT)
        .outerjoin(_ACCOUNT, (_ACCOUNT.c.person_id == _CONSENT.c.person_id) & _ACCOUNT.c.closed_at.is_(None))
        .where(_CONSENT.c.id.in_(newest), _CONSENT.c.given.is_(True), ~objected.exists())
        .where(_CONSENT.c.person_id.not_in(restricted_people(day)))
        .order_by(_CONSENT.c.person_id)
    )
    if person_id is not None:
        query = query.where(_CONSENT.c.person_id == person_id)
    return [Addressee(row.person_id, row.email, row.name, row.language) for row in session.execute(query)]
