"""Beginning an application and saving it step by step, until it is handed in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlmodel import Session

from expat import audit
from expat.accounts.open import account
from expat.applications.form import MEMBER, MOST_PEOPLE, Filled, Person, kept_person, read_form, same_human
from expat.applications.happened import ENDS, Standing, events_of, must_stand, standing
from expat.applications.tables import Application, ApplicationDocument, HealthDeclaration
from expat.db import advisory_lock, table_of
from expat.errors import BadInput, Conflict, NotFound
from expat.plans.loader import plan

PLAN = "expat-uno"
LOCK = 7_021

_APPLICATION: Any = table_of(Application)
_DECLARATION: Any = table_of(HealthDeclaration)
_DOCUMENT: Any = table_of(ApplicationDocument)


def begin(session: Session, account_id: int, at: datetime, content: Mapping[str, Any] | None = None) -> int:
    """The account's application that is still open, or a new one; answers its key. `content` is what is known so far,
    such as the choices of a quote; it fills in what a form that was begun before leaves open.

    Raises Conflict for the account of somebody who is insured, or was.
    """
    refuse_insured(session, account_id)
    advisory_lock(session, LOCK)  # two at once begin one
    row = current(session, account_id)
    known = dict(content or {})
    if row is not None and standing_of(session, row).word not in ENDS:
        row = application(session, row.id, lock=True)  # a step may be saved at this moment
        if known and not events_of(session, [row.id])[row.id]:
            _keep(session, row, {**known, **row.content}, at)
        return int(row.id)
    values = {
        "account_id": account_id, "plan": PLAN, "content": known, "version": 1, "made_at": at, "changed_at": at,
    }  # fmt: skip
    key = int(session.execute(_APPLICATION.insert().values(values).returning(_APPLICATION.c.id)).scalar_one())
    audit.record(session, at, f"account:{account_id}", "application.begun", f"application:{key}")
    return key


def refuse_insured(session: Session, account_id: int) -> None:
    """Raise Conflict where an account belongs to an insured person already: a membership has an account of its own."""
    if account(session, account_id).person_id is not None:
        raise Conflict("account", "belongs to an insured person already", "an account of another address of mail")


def current(session: Session, account_id: int) -> Row[Any] | None:
    """The newest application of an account."""
    query = select(_APPLICATION).where(_APPLICATION.c.account_id == account_id).order_by(_APPLICATION.c.id.desc())
    return session.execute(query.limit(1)).first()


def application(session: Session, application_id: int, lock: bool = False) -> Row[Any]:
    """An application by its key, held until the transaction ends where that is asked for. Raises NotFound."""
    query = select(_APPLICATION).where(_APPLICATION.c.id == application_id)
    row = session.execute(query.with_for_update() if lock else query).first()
    if row is None:
        raise NotFound("application", f"there is no application {application_id}")
    return row


def standing_of(session: Session, row: Any) -> Standing:
    """Where an application (its row) stands."""
    events = events_of(session, [row.id])[row.id]
    edition = plan(row.plan).on(events[-1].day if events else row.changed_at.date())
    return standing(edition, events)


def save_step(session: Session, application_id: int, step: str, values: Mapping[str, Any], at: datetime) -> None:
    """Keep a step of the form. Raises Conflict once it is handed in."""
    row = application(session, application_id, lock=True)
    must_stand(standing_of(session, row), "draft")
    _keep(session, row, {**row.content, step: dict(values)}, at)


def save_person(session: Session, application_id: int, person: Person, at: datetime) -> None:
    """Add somebody, or put others in the place of what was said of somebody. Without a known key it is one more
    person, whose key was never anybody's; the same human being added twice is added once.

    Where role, name or birth date become another human being's, what was signed and sent counts for nobody any more.
    Raises BadInput, Conflict.
    """
    row = application(session, application_id, lock=True)
    must_stand(standing_of(session, row), "draft")
    form, content = read_form(row.content), dict(row.content)
    before = form.person(person.key)
    if before is None and any(same_human(one, person) for one in form.people):
        return
    people = [one for one in form.people if one is not before]
    if person.role == "member" and any(one.role == "member" for one in people):
        raise BadInput("role", "there is a member already", "spouse or child")
    if len(people) >= MOST_PEOPLE:
        raise BadInput("role", f"{len(people)} people are named", f"at most {MOST_PEOPLE}")
    used = _used(session, row)
    changed = before is not None and not same_human(before, person)
    if before is not None and changed:
        _void(content, form, before.key, used)
    if person.role == "member":
        person = person._replace(key=MEMBER)
    elif before is None or (changed and person.key in used):
        person = person._replace(key=f"p{_next_person(row.content, form, used)}")
    ordered = sorted([*people, person], key=lambda one: int(one.key[1:]))
    content["people"] = [kept_person(one) for one in ordered]
    content["next_person"] = max(_next_person(row.content, form, used), int(person.key[1:]) + 1)
    _keep(session, row, content, at)


def remove_person(session: Session, application_id: int, key: str, at: datetime) -> None:
    """Leave somebody out again; the member stays. Raises NotFound, Conflict."""
    row = application(session, application_id, lock=True)
    must_stand(standing_of(session, row), "draft")
    form = read_form(row.content)
    found = form.person(key)
    if found is None or found.role == "member":
        raise NotFound("person", f"nobody of the key {key!r} can be left out")
    people = [kept_person(one) for one in form.people if one.key != key]
    content = {**row.content, "people": people, "next_person": _next_person(row.content, form, _used(session, row))}
    if form.prior is not None and key in form.prior.people:
        content["prior"] = {**content["prior"], "people": [one for one in form.prior.people if one != key]}
    _keep(session, row, content, at)


def void_of(row: Any, what: str) -> frozenset[int]:
    """The declarations or papers of an application (its row) that count for nobody any more: the member is another."""
    return frozenset(row.content.get("void", {}).get(what, ()))


def hold_again(session: Session, application_id: int, paper: int, at: datetime) -> None:
    """A paper that counted for nobody any more was sent again. The caller holds the application's lock."""
    row = application(session, application_id)
    if paper in void_of(row, "papers"):
        void = row.content["void"]
        left = [one for one in void["papers"] if one != paper]
        _keep(session, row, {**row.content, "void": {**void, "papers": left}}, at)


def form_of(row: Any) -> Filled:
    """The form of an application (its row)."""
    return read_form(row.content)


def _used(session: Session, row: Any) -> dict[str, dict[str, list[int]]]:
    """The keys of people for whom something was signed or sent, each with its declarations and papers."""
    found: dict[str, dict[str, list[int]]] = {}
    for what, table in (("declarations", _DECLARATION), ("papers", _DOCUMENT)):
        query = select(table.c.person, table.c.id).where(table.c.application_id == row.id).order_by(table.c.id)
        for key, number in session.execute(query):
            found.setdefault(key, {}).setdefault(what, []).append(number)
    return found


def _void(content: dict[str, Any], form: Filled, key: str, used: Mapping[str, Mapping[str, list[int]]]) -> None:
    """What was signed, sent and said of cover until now was of another human being."""
    if form.prior is not None and key in form.prior.people:
        del content["prior"]  # it is asked again
    if key == MEMBER and key in used:  # the others get a new key
        content["void"] = {what: list(used[key].get(what, ())) for what in ("declarations", "papers")}


def _next_person(content: Mapping[str, Any], form: Filled, used: Collection[str]) -> int:
    """The number of the next person's key: it never goes back, whoever is left out."""
    keys = [int(key[1:]) for key in (*used, *(one.key for one in form.people))]
    return max(int(content.get("next_person", 2)), *(key + 1 for key in (1, *keys)))


def _keep(session: Session, row: Any, content: Mapping[str, Any], at: datetime) -> None:
    if content == row.content:
        return
    query = update(_APPLICATION).where(_APPLICATION.c.id == row.id)
    session.execute(query.values(content=dict(content), version=row.version + 1, changed_at=at))
