"""What is known of employers: whom they pay for, their files, and what they announced. Nothing of health or claims."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, String, and_, cast, func, or_, select
from sqlmodel import Session

from expat.claims.dossier import Dossier
from expat.claims.load import load
from expat.db import table_of
from expat.employers.states import OPEN, state_of
from expat.employers.tables import (
    AnnouncedChange,
    AnnouncedJoiner,
    AnnouncementStep,
    Employer,
    EmployerAccount,
    EmployerPays,
    EmployerUpload,
)
from expat.errors import NotFound
from expat.membership.standing import TAKEN_BACK
from expat.membership.tables import InsuredPerson, Membership, MembershipChange
from expat.premiums.dunning import course
from expat.premiums.tables import Premium

_EMPLOYER: Any = table_of(Employer)
_ACCOUNT: Any = table_of(EmployerAccount)
_PAYS: Any = table_of(EmployerPays)
_UPLOAD: Any = table_of(EmployerUpload)
_JOINER: Any = table_of(AnnouncedJoiner)
_ANNOUNCED: Any = table_of(AnnouncedChange)
_STEP: Any = table_of(AnnouncementStep)
_MEMBERSHIP: Any = table_of(Membership)
_PERSON: Any = table_of(InsuredPerson)
_CHANGE: Any = table_of(MembershipChange)
_PREMIUM: Any = table_of(Premium)


class Paid(NamedTuple):
    """A membership that an employer pays for, `since` a day; `ends_on` is the first day without cover, where an end is
    known."""

    id: int
    number: str
    joined: date
    since: date
    ends_on: date | None


class Insured(NamedTuple):
    """Somebody whom an employer pays for: name, role, days of cover, and its state on a day.

    `state` is covered, to_come, suspended or ended.
    """

    number: str
    name: str
    role: str
    born: date
    first: date
    last: date | None
    state: str


class Due(NamedTuple):
    """A premium that an employer owes or paid, in EUR cents: `state` is paid, `since` a day, or unpaid.

    Of one that is unpaid, `since` is the first day without cover, where it came to that.
    """

    number: str
    member: str
    due_on: date
    days: tuple[date, date] | None
    amount: int | None
    state: str
    since: date | None


def employer_of(session: Session, account_id: int) -> Row[Any] | None:
    """The employer for whom an account acts."""
    query = select(_EMPLOYER).join(_ACCOUNT, _ACCOUNT.c.employer_id == _EMPLOYER.c.id)
    return session.execute(query.where(_ACCOUNT.c.account_id == account_id)).first()


def employer(session: Session, employer_id: int) -> Row[Any]:
    """An employer by its key. Raises NotFound."""
    row = session.execute(select(_EMPLOYER).where(_EMPLOYER.c.id == employer_id)).first()
    if row is None:
        raise NotFound("employer", f"there is no employer {employer_id}")
    return row


def employers(session: Session) -> Sequence[Row[Any]]:
    """Every employer by name, with the number of memberships that it pays for."""
    counted = _paying().subquery()
    query = (
        select(_EMPLOYER, func.count(counted.c.membership_id).label("memberships"))
        .outerjoin(counted, counted.c.employer_id == _EMPLOYER.c.id)
        .group_by(*_EMPLOYER.c)
        .order_by(_EMPLOYER.c.name, _EMPLOYER.c.id)
    )
    return session.execute(query).all()


def _paying() -> Select[Any]:
    """Each membership with the employer that pays for it."""
    newest = select(func.max(_PAYS.c.id)).group_by(_PAYS.c.membership_id)
    return select(_PAYS.c.employer_id, _PAYS.c.membership_id, _PAYS.c.from_day).where(
        _PAYS.c.id.in_(newest), _PAYS.c.pays
    )


def payer_of(session: Session, membership_id: int) -> Row[Any] | None:
    """The employer that pays for a membership, which answers for its premiums until it ends."""
    paying = _paying().subquery()
    query = select(_EMPLOYER).join(paying, paying.c.employer_id == _EMPLOYER.c.id)
    return session.execute(query.where(paying.c.membership_id == membership_id)).first()


def covered_by(session: Session, employer_id: int) -> dict[int, Paid]:
    """The memberships that an employer pays for, by their keys; two queries."""
    paying = _paying().where(_PAYS.c.employer_id == employer_id).subquery()
    ends = and_(_CHANGE.c.membership_id == _MEMBERSHIP.c.id, standing_end())
    query = (
        select(
            _MEMBERSHIP.c.id, _MEMBERSHIP.c.number, _MEMBERSHIP.c.joined, paying.c.from_day,
            func.min(_CHANGE.c.effective_from),
        )
        .join(paying, paying.c.membership_id == _MEMBERSHIP.c.id)
        .outerjoin(_CHANGE, ends)
        .group_by(_MEMBERSHIP.c.id, _MEMBERSHIP.c.number, _MEMBERSHIP.c.joined, paying.c.from_day)
    )  # fmt: skip
    return {row.id: Paid(*row) for row in session.execute(query)}


def standing_end() -> Any:
    """Whether a change is an end of the membership that was neither refused nor withdrawn."""
    back = _CHANGE.alias()
    withdrawn = select(back.c.id).where(
        back.c.membership_id == _CHANGE.c.membership_id, back.c.kind == TAKEN_BACK["termination"],
        back.c.refused.is_(None), back.c.value == cast(_CHANGE.c.id, String),
    )  # fmt: skip
    return and_(_CHANGE.c.kind == "termination", _CHANGE.c.refused.is_(None), ~withdrawn.exists())


def insured(session: Session, employer_id: int, today: date, after: str = "", limit: int = 50) -> list[Insured]:
    """People whom an employer pays for, by membership number after one; whole memberships, at most `limit` of them."""
    paying = _paying().where(_PAYS.c.employer_id == employer_id).subquery()
    query = select(_MEMBERSHIP.c.id).join(paying, paying.c.membership_id == _MEMBERSHIP.c.id)
    query = query.where(_MEMBERSHIP.c.number > after).order_by(_MEMBERSHIP.c.number).limit(limit)
    keys = list(session.execute(query).scalars())
    dossiers = load(session, keys) if keys else {}
    return [_insured(dossiers[key], person, today) for key in keys for person in dossiers[key].people.values()]


def _insured(dossier: Dossier, person: Any, today: date) -> Insured:
    edition = dossier.plan.on(today)
    days = dossier.cover(person.id, edition)
    first = days[0].first if days else person.covered_from
    last = days[-1].last if days else person.covered_from
    known = None if last >= date(today.year + 50, 1, 1) else last
    if any(today in period for period in dossier.facts_on(edition).suspensions):
        state = "suspended"
    elif any(today in period for period in days):
        state = "covered"
    else:
        state = "to_come" if today < first else "ended"
    name = f"{person.first_name} {person.last_name}".strip()
    return Insured(dossier.number, name, person.role, person.born, first, known, state)


def premiums(session: Session, employer_id: int, before: int | None = None, limit: int = 50) -> list[tuple[int, Due]]:
    """The premiums of the memberships that an employer pays for, the newest first, with their keys."""
    paying = _paying().where(_PAYS.c.employer_id == employer_id).subquery()
    query = select(_PREMIUM).join(
        paying, and_(paying.c.membership_id == _PREMIUM.c.membership_id, _PREMIUM.c.due_on >= paying.c.from_day)
    )
    query = query.where(_PREMIUM.c.covers == "health")  # prévoyance is the member's own affair
    if before is not None:
        query = query.where(_PREMIUM.c.id < before)
    rows = session.execute(query.order_by(_PREMIUM.c.id.desc()).limit(limit)).all()
    dossiers = load(session, {row.membership_id for row in rows}) if rows else {}
    return [(row.id, _due(dossiers[row.membership_id], row)) for row in rows]


def _due(dossier: Dossier, row: Row[Any]) -> Due:
    due_on, events = dossier.premiums[row.id][:2]
    member = f"{dossier.member.first_name} {dossier.member.last_name}".strip()
    days = (row.first_day, row.last_day) if row.first_day and row.last_day else None
    paid = [event.day for event in events if event.kind in ("paid", "granted")]
    found = course(dossier.plan.on(due_on), due_on, events)
    since = min(paid) if paid else found.suspension.first if found.suspension else None
    return Due(dossier.number, member, due_on, days, row.amount, "paid" if paid else "unpaid", since)


def uploads(session: Session, employer_id: int, limit: int = 20) -> Sequence[Row[Any]]:
    """The files that an employer handed in, the newest first; not those that it dropped."""
    query = select(_UPLOAD).where(_UPLOAD.c.employer_id == employer_id, _UPLOAD.c.dropped_at.is_(None))
    return session.execute(query.order_by(_UPLOAD.c.id.desc()).limit(limit)).all()


def _joiners() -> Select[Any]:
    """Announced joiners with their state, and who announced them."""
    step = and_(_STEP.c.joiner_id == _JOINER.c.id, _STEP.c.id == _newest(_STEP.c.joiner_id, _JOINER.c.id))
    return (
        select(
            _JOINER, state_of(_JOINER, _STEP).label("state"), _STEP.c.why, _STEP.c.noted_at,
            _STEP.c.membership_id.label("joined_as"), _EMPLOYER.c.name.label("employer"),
        )
        .join(_EMPLOYER, _EMPLOYER.c.id == _JOINER.c.employer_id)
        .outerjoin(_STEP, step)
    )  # fmt: skip


def _newest(key: Any, of: Any) -> Any:
    """The newest step of what a row of the query announced."""
    other = _STEP.alias()
    return select(func.max(other.c.id)).where(other.c[key.name] == of).correlate(of.table).scalar_subquery()


def _changes() -> Select[Any]:
    """Announced leavers and changes with their state, and who announced them."""
    step = and_(_STEP.c.change_id == _ANNOUNCED.c.id, _STEP.c.id == _newest(_STEP.c.change_id, _ANNOUNCED.c.id))
    state = func.coalesce(_STEP.c.state, "announced").label("state")
    return (
        select(
            _ANNOUNCED, state, _STEP.c.why, _STEP.c.noted_at, _STEP.c.effective_on,
            _EMPLOYER.c.name.label("employer"), _MEMBERSHIP.c.number,
        )
        .join(_EMPLOYER, _EMPLOYER.c.id == _ANNOUNCED.c.employer_id)
        .join(_MEMBERSHIP, _MEMBERSHIP.c.id == _ANNOUNCED.c.membership_id)
        .outerjoin(_STEP, step)
    )  # fmt: skip


def open_joiners(session: Session, employer_id: int | None = None, after: int = 0, limit: int | None = None) -> Any:
    """Joiners whose answer is still to come, in the order announced; of one employer or of all."""
    waits = state_of(_JOINER, _STEP).in_(OPEN)
    query = _joiners().where(waits, _JOINER.c.id > after).order_by(_JOINER.c.id).limit(limit)
    return session.execute(query if employer_id is None else query.where(_JOINER.c.employer_id == employer_id)).all()


def open_changes(session: Session, after: int = 0, limit: int | None = None) -> Sequence[Row[Any]]:
    """Leavers and changes that the management unit has not dealt with, in the order announced."""
    waits = or_(_STEP.c.state.is_(None), _STEP.c.state.in_(OPEN))
    query = _changes().where(waits, _ANNOUNCED.c.id > after).order_by(_ANNOUNCED.c.id).limit(limit)
    return session.execute(query).all()


def announced(session: Session, upload_ids: Collection[int]) -> tuple[Sequence[Row[Any]], Sequence[Row[Any]]]:
    """What files announced, with its state: joiners, and leavers and changes."""
    joiners = session.execute(_joiners().where(_JOINER.c.upload_id.in_(upload_ids)).order_by(_JOINER.c.row)).all()
    changes = session.execute(_changes().where(_ANNOUNCED.c.upload_id.in_(upload_ids)).order_by(_ANNOUNCED.c.row)).all()
    return joiners, changes


def joiner(session: Session, key: int) -> Row[Any]:
    """An announced joiner with the state. Raises NotFound."""
    return _one(session, _joiners().where(_JOINER.c.id == key), "joiner", key)


def change(session: Session, key: int) -> Row[Any]:
    """An announced leaver or change with the state. Raises NotFound."""
    return _one(session, _changes().where(_ANNOUNCED.c.id == key), "change", key)


def _one(session: Session, query: Select[Any], where: str, key: int) -> Row[Any]:
    row = session.execute(query).first()
    if row is None:
        raise NotFound(where, f"nothing was announced under {key}")
    return row
