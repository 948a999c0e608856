"""Birthdays that end somebody's cover for good (UNO-MEM-3) or the family tariff (UNO-MEM-4), told beforehand.

The ends that a school certificate or a proof of work puts off are told with the asking for these (`proofs.ask`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, or_, select
from sqlmodel import Session

from expat.billing.tables import PremiumSchedule
from expat.billing.terms import terms_of, terms_on
from expat.db import table_of
from expat.jobs.daily.renewals import prices
from expat.jobs.daily.telling import dossier_with, member_reader, named, of_each_plan, page, tell
from expat.jobs.job import PAGE, Doing, Item, Job
from expat.mail.clock_letters import cover_ends, family_tariff_ends
from expat.membership.cover import member_last_day, student_last_day
from expat.membership.leaving import as_if_paid
from expat.membership.status import covered_on
from expat.membership.tables import InsuredPerson, Membership
from expat.periods import DAY, add_months, add_years, first_of_next_month, months_before
from expat.plans.edition import Edition

_PERSON: Any = table_of(InsuredPerson)
_MEMBERSHIP: Any = table_of(Membership)
_SCHEDULE: Any = table_of(PremiumSchedule)


# --- the end of a cover ---------------------------------------------------------------------------------------------


def last_by_age(edition: Edition, role: str, born: date) -> date:
    """The last day on which a person's age allows cover, whatever the proofs."""
    if role == "child":
        return student_last_day(edition, born)
    if role == "member":
        return member_last_day(edition, born, True)
    return add_years(born, edition["membership.spouse_until"].value) - DAY


def _reach_an_end(session: Session, day: date, after: int) -> Sequence[Item]:
    """People whose birth puts that last day as far ahead as the operator's figure says."""

    def born(edition: Edition) -> Any:
        last = day + timedelta(days=edition["notice.age"].value)
        until = {name: 12 * edition[f"membership.{name}_until"].value for name in ("student", "spouse", "working")}
        found = [
            and_(_PERSON.c.role == "child", _PERSON.c.born.in_(months_before(last, until["student"]))),
            and_(_PERSON.c.role == "spouse", _PERSON.c.born.in_(months_before(last + DAY, until["spouse"]))),
        ]
        if (last + DAY).day == 1:  # of the member it is the end of the month after the birthday's
            first = add_months(first_of_next_month(last), -2 - until["working"])
            found.append(and_(_PERSON.c.role == "member", _PERSON.c.born.between(first, add_months(first, 1) - DAY)))
        return or_(*found)

    query = select(_PERSON.c.id).join(_MEMBERSHIP, _MEMBERSHIP.c.id == _PERSON.c.membership_id)
    query = query.where(_PERSON.c.id > after, of_each_plan(session, day, born))
    rows = session.execute(query.order_by(_PERSON.c.id).limit(PAGE)).scalars()
    return [Item(key, f"person:{key}:{day}") for key in rows]


def _tell_end(session: Session, item: Item, doing: Doing) -> Mapping[str, Any] | None:
    dossier, day = as_if_paid(dossier_with(session, item.row), doing.day), doing.day
    edition, row = dossier.plan.on(day), dossier.people[item.row]
    last, reader = last_by_age(edition, row.role, row.born), member_reader(session, dossier.id)
    if reader is None or not covered_on(dossier, item.row, day) or dossier.cover(item.row, edition)[-1].last != last:
        return None
    text = cover_ends(
        reader.language, reader.name, page(doing, "cover"), named(dossier, item.row, reader), last,
        row.role == "member" and len(dossier.people) > 1, doing.settings.operator_name,
    )  # fmt: skip
    return tell(session, doing, reader, f"age:{item.row}:{last}", "age", text)


# --- the end of the family tariff -----------------------------------------------------------------------------------


def _leave_family_tariff(session: Session, day: date, after: int) -> Sequence[Item]:
    def born(edition: Edition) -> Any:
        birthday = day + timedelta(days=edition["notice.age"].value)
        return _PERSON.c.born.in_(months_before(birthday, 12 * edition["premium.family_tariff_until"].value))

    query = (
        select(_PERSON.c.id)
        .join(_MEMBERSHIP, _MEMBERSHIP.c.id == _PERSON.c.membership_id)
        .join(_SCHEDULE, _SCHEDULE.c.membership_id == _MEMBERSHIP.c.id)
        .where(_PERSON.c.role == "member", _SCHEDULE.c.call_on.is_not(None), _PERSON.c.id > after)
        .where(of_each_plan(session, day, born))
    )
    rows = session.execute(query.order_by(_PERSON.c.id).limit(PAGE)).scalars()
    return [Item(key, f"person:{key}:{day}") for key in rows]


def _tell_tariff(session: Session, item: Item, doing: Doing) -> Mapping[str, Any] | None:
    dossier = as_if_paid(dossier_with(session, item.row), doing.day)
    edition = dossier.plan.on(doing.day)
    birthday = add_years(dossier.member.born, edition["premium.family_tariff_until"].value)
    terms, reader = terms_of(session, dossier.id), member_reader(session, dossier.id)
    before, now = prices(dossier, birthday, terms)
    if reader is None or before is None or now is None or before == now:
        return None
    if terms_on(terms, birthday).payer != "member":
        return None
    text = family_tariff_ends(
        reader.language, reader.name, page(doing, "premiums"), birthday, before, now, doing.settings.operator_name
    )
    return tell(session, doing, reader, f"family:{dossier.id}:{birthday}", "price", text)


JOBS = (
    Job("notice.ages", _reach_an_end, _tell_end),
    Job("notice.family", _leave_family_tariff, _tell_tariff),
)
