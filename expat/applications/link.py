"""A link by which an adult of an application fills in and signs the own declaration alone, on a device of his or her
own: the applicant sees only that it was signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session

from expat import audit
from expat.accounts.sign_in import hash_of
from expat.applications.begin import application, form_of, standing_of
from expat.applications.declare import LINK, Declared, Signed, declare, signs_for
from expat.applications.form import Person
from expat.applications.happened import ENDS, must_stand
from expat.applications.tables import DeclarationLink, HealthDeclaration
from expat.db import table_of
from expat.documents.keys import Keys
from expat.errors import BadInput, NotFound
from expat.mail.outbox import put
from expat.mail.tables import OutgoingMail
from expat.membership.changes import Acting

GOOD_FOR = timedelta(days=7)

_LINK: Any = table_of(DeclarationLink)
_DECLARATION: Any = table_of(HealthDeclaration)
_MAIL: Any = table_of(OutgoingMail)


class Opened(NamedTuple):
    """What a link opens: the declaration of one person in an application."""

    application: int
    person: Person


class Sent(NamedTuple):
    """A link that can still be used: the address to which it was mailed, when, and until when it is good."""

    address: str
    at: datetime
    until: datetime


def signs_alone(application_row: Any, person: Person, acting: Acting) -> bool:
    """Whether somebody other than the member signs for himself or herself."""
    return person.role != "member" and signs_for(form_of(application_row), person, acting.day) == (person.name,)


def make_link(session: Session, application_id: int, person_key: str, acting: Acting) -> str:
    """A token for the declaration of another adult, good for some days and one signature. Raises NotFound, BadInput for
    who does not sign alone, Conflict once the application has ended."""
    row = application(session, application_id, lock=True)
    must_stand(standing_of(session, row), "draft", "medical", "asked", "offered", "premium")
    person = form_of(row).person(person_key)
    if person is None:
        raise NotFound("person", f"nobody has the key {person_key!r}")
    if not signs_alone(row, person, acting):
        raise BadInput("person", "signs in this account", "another adult")
    token = token_urlsafe(32)
    values = {
        "token_hash": hash_of(token), "application_id": application_id, "person": person_key, "made_at": acting.at,
        "expires_at": acting.at + GOOD_FOR,
    }  # fmt: skip
    session.execute(_LINK.insert().values(values))
    subject = f"application:{application_id}"
    audit.record(session, acting.at, acting.actor, "application.link_made", subject, person=person_key)
    return token


def mail_link(
    session: Session,
    application_id: int,
    person_key: str,
    address: str,
    language: str,
    text: tuple[str, str],
    at: datetime,
) -> None:
    """Mail a link that `make_link` made at an instant: its subject and its text."""
    put(session, f"{_mailed(application_id)}{person_key}:{at.isoformat()}", "application", address, language, *text, at)


def links_out(session: Session, application_id: int, signed: Mapping[str, Signed], at: datetime) -> dict[str, Sent]:
    """The newest link of each person that was mailed, is still good, and by which nothing was signed since."""
    start = _mailed(application_id)
    query = select(_MAIL.c.key, _MAIL.c.to_address, _MAIL.c.made_at).where(
        _MAIL.c.key.startswith(start, autoescape=True), _MAIL.c.made_at > at - GOOD_FOR
    )
    found = {}
    for key, address, made_at in session.execute(query.order_by(_MAIL.c.made_at)):
        person = key.removeprefix(start).partition(":")[0]
        last = signed.get(person)
        if last is None or not last.alone or last.at < made_at:
            found[person] = Sent(address, made_at, made_at + GOOD_FOR)
    return found


def _mailed(application_id: int) -> str:
    """How the keys of the mails begin that carry links of an application."""
    return f"application:{application_id}:link:"


def opened(session: Session, token: str, at: datetime) -> Opened:
    """What a token opens. Raises NotFound where it is too old, was used, another link was sent since, or the person or
    the application is gone."""
    link = session.execute(select(_LINK).where(_LINK.c.token_hash == hash_of(token), _LINK.c.expires_at > at)).first()
    gone = NotFound("link", "was used already or is too old", "ask for another one")
    if link is None:
        raise gone
    same = (_LINK.c.application_id == link.application_id, _LINK.c.person == link.person)
    newest = session.execute(select(func.max(_LINK.c.made_at)).where(*same)).scalar_one()
    signed = select(_DECLARATION.c.id).where(
        _DECLARATION.c.application_id == link.application_id, _DECLARATION.c.person == link.person,
        _DECLARATION.c.recorded_at >= link.made_at, _DECLARATION.c.actor.startswith(LINK),
    )  # fmt: skip
    row = application(session, link.application_id)
    person = form_of(row).person(link.person)
    ended = standing_of(session, row).word in ENDS
    if newest > link.made_at or session.execute(signed).first() or person is None or ended:
        raise gone
    return Opened(int(link.application_id), person)


def sign_alone(session: Session, token: str, declared: Declared, acting: Acting, keys: Keys) -> int:
    """Keep the declaration of who opened the link. Raises NotFound, BadInput as `declare` does."""
    application(session, opened(session, token, acting.at).application, lock=True)  # two at once sign once
    found = opened(session, token, acting.at)
    actor = f"{LINK}{found.application}:{found.person.key}"
    alone = Acting(acting.day, acting.at, acting.preference, actor)
    return declare(session, found.application, replace(declared, person=found.person.key), alone, keys)
