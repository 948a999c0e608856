"""What the jobs that tell people something share: whose dossier, who is written to, and each thing told once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import and_, false, or_, select
from sqlmodel import Session

from expat.claims.dossier import Dossier
from expat.claims.load import load
from expat.db import table_of
from expat.jobs.job import Doing
from expat.mail.outbox import put
from expat.membership.privacy import private_people
from expat.membership.tables import InsuredPerson, Membership
from expat.payments.statement import name_of
from expat.payments.tell import Reader, members_of, people
from expat.plans.edition import Edition
from expat.plans.loader import plan

_MEMBERSHIP: Any = table_of(Membership)
_PERSON: Any = table_of(InsuredPerson)


def of_each_plan(session: Session, day: date, condition: Callable[[Edition], Any]) -> Any:
    """A condition of a query that joins memberships: what an edition asks for, of each plan by its own figures."""
    names = session.execute(select(_MEMBERSHIP.c.plan).distinct()).scalars().all()
    return or_(false(), *(and_(_MEMBERSHIP.c.plan == name, condition(plan(name).on(day))) for name in names))


def dossier_of(session: Session, membership_id: int) -> Dossier:
    """A membership's dossier."""
    return load(session, [membership_id])[membership_id]


def dossier_with(session: Session, person_id: int) -> Dossier:
    """The dossier of the membership that insures a person."""
    query = select(_PERSON.c.membership_id).where(_PERSON.c.id == person_id)
    return dossier_of(session, session.execute(query).scalar_one())


def named(dossier: Dossier, person: int, reader: Reader) -> str:
    """An insured person's name as a mail to a reader has it."""
    return name_of(dossier.people[person], reader.language)


def member_reader(session: Session, membership_id: int) -> Reader | None:
    """How the member is reached; None where there is no address, or the member died."""
    return members_of(session, [membership_id]).get(membership_id)


def reader_of(session: Session, membership_id: int, person_id: int, day: date) -> Reader | None:
    """Who is told of what a person's claims led to: the member, or an adult who keeps these from the member."""
    if person_id in private_people(session, membership_id, day):
        return people(session, [person_id]).get(person_id)
    return member_reader(session, membership_id)


def page(doing: Doing, path: str) -> str:
    """The whole address of a page."""
    return f"{doing.settings.base_url.rstrip('/')}/{path}"


def tell(
    session: Session, doing: Doing, reader: Reader, key: str, kind: str, text: tuple[str, str]
) -> Mapping[str, Any] | None:
    """Put a mail into the outbox; answers its key there, None where `key` was told before."""
    kept = put(session, key, kind, reader.to, reader.language, *text, doing.at)
    return None if kept is None else {"mail": kept}
