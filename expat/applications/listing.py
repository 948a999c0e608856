"""Applications as lists: what waits for the medical department, and for the first premium."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Text, cast, or_, select
from sqlmodel import Session

from expat.applications.begin import form_of
from expat.applications.form import Filled, same_name
from expat.applications.happened import ENDS, WITH_MEDICAL, Standing, accepted, events_of, standing
from expat.applications.tables import Application, ApplicationEvent
from expat.db import table_of
from expat.plans.loader import plan

_APPLICATION: Any = table_of(Application)
_EVENT: Any = table_of(ApplicationEvent)


class Waiting(NamedTuple):
    """Something that waits for the medical department: `subject` and the account or membership are its own affair.

    `account_id` applies, for people of the names of `people`.
    """

    subject: str
    kind: str
    name: str
    since: date
    answer_by: date | None
    url: str
    account_id: int
    people: tuple[str, ...]


class FirstPremium(NamedTuple):
    """A first premium that is to come: EUR, and what the transfer names."""

    application: int
    name: str
    amount: Decimal
    reference: str
    since: date
    way: str
    accepted: date


class Other(NamedTuple):
    """Another application of the same account or people: where it stands, and since when."""

    application: int
    names: tuple[str, ...]
    word: str
    since: date


def others_of(session: Session, row: Any) -> list[Other]:
    """The other applications, once handed in, of the account of one (its row), or for somebody of the same name and
    birth date; the newest first."""
    form = form_of(row)
    content, born = cast(_APPLICATION.c.content, Text), {one.born.isoformat() for one in form.people}
    near = or_(_APPLICATION.c.account_id == row.account_id, *(content.like(f"%{day}%") for day in sorted(born)))
    handed = select(_EVENT.c.application_id).where(_EVENT.c.kind == "handed_in")
    query = select(_APPLICATION).where(_APPLICATION.c.id != row.id, _APPLICATION.c.id.in_(handed), near)
    rows = session.execute(query.order_by(_APPLICATION.c.id.desc())).all()
    events = events_of(session, [one.id for one in rows])
    found = []
    for one in rows:
        if one.account_id == row.account_id or _shared(form, form_of(one)):
            last = events[one.id][-1].day
            word = standing(plan(one.plan).on(last), events[one.id]).word
            found.append(Other(one.id, tuple(person.name for person in form_of(one).people), word, last))
    return found


def waiting_for_medical(session: Session) -> list[Waiting]:
    """Applications that wait for the medical department, by the day promised."""
    found = [
        Waiting(
            f"application:{row.id}",
            "join",
            name,
            stands.last.day,
            stands.by,
            f"/medical/applications/{row.id}",
            row.account_id,
            tuple(one.name for one in form_of(row).people),
        )
        for row, name, stands, _events in open_applications(session)
        if stands.acts == "medical" and stands.last is not None
    ]
    return sorted(found, key=lambda one: (one.answer_by or date.max, one.subject))


def first_premiums(session: Session) -> list[FirstPremium]:
    """Applications that wait for their first premium, the oldest first."""
    found = []
    for row, name, stands, events in open_applications(session):
        offer = accepted(events) if stands.word == "premium" else None
        if offer is not None and stands.last is not None:
            detail, way = offer.detail, (form_of(row).payment or {}).get("way", "transfer")
            found.append(
                FirstPremium(
                    row.id, name, Decimal(detail["amount"]), detail["reference"], stands.last.day, way, offer.day
                )
            )
    return sorted(found, key=lambda one: (one.since, one.application))


def open_applications(session: Session) -> Iterator[tuple[Any, str, Standing, list[Any]]]:
    """The applications that were handed in and have not ended: row, name of the member, standing, events."""
    handed = select(_EVENT.c.application_id).where(_EVENT.c.kind == "handed_in")
    ended = select(_EVENT.c.application_id).where(_EVENT.c.kind.in_(ENDS))
    query = select(_APPLICATION).where(_APPLICATION.c.id.in_(handed), _APPLICATION.c.id.not_in(ended))
    rows = session.execute(query.order_by(_APPLICATION.c.id)).all()
    events = events_of(session, [row.id for row in rows])
    for row in rows:
        member = form_of(row).member
        edition = plan(row.plan).on(events[row.id][-1].day)
        yield row, member.name if member else "", standing(edition, events[row.id]), events[row.id]


def with_applicant(session: Session, after: int, most: int) -> Iterator[tuple[Any, Standing]]:
    """The open applications above a key on which the applicant is to agree or to pay, in the order of their keys: row
    and standing. They are read `most` at a time, those that wait for anybody else not at all."""
    newer = _EVENT.alias()
    followed = select(newer.c.id).where(newer.c.application_id == _EVENT.c.application_id, newer.c.id > _EVENT.c.id)
    elsewhere = _EVENT.c.kind.in_((*WITH_MEDICAL, "asked", *ENDS))
    theirs = select(_EVENT.c.application_id).where(~elsewhere, ~followed.exists())
    query = select(_APPLICATION.c.id, _APPLICATION.c.plan).where(_APPLICATION.c.id.in_(theirs))
    query = query.order_by(_APPLICATION.c.id).limit(most)
    while rows := session.execute(query.where(_APPLICATION.c.id > after)).all():
        events = events_of(session, [row.id for row in rows])
        for row in rows:
            yield row, standing(plan(row.plan).on(events[row.id][-1].day), events[row.id])
        after = rows[-1].id


def _shared(one: Filled, other: Filled) -> bool:
    """Whether somebody is in both."""
    return any(a.born == b.born and same_name(a.name, b.name) for a in one.people for b in other.people)
