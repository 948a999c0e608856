"""What changes in a membership: formula, zone, payout currency, people, certificates; its ends stand in ends.py.

Each verb keeps the request, accepted or refused, and answers what came of it. Unpaid lines are judged again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from expat import audit
from expat.claims.dossier import Dossier
from expat.claims.intake import is_country
from expat.claims.load import load
from expat.claims.rejudge import new_fact
from expat.currency.euro_area import in_euro_area
from expat.db import table_of
from expat.errors import BadInput, NotFound
from expat.membership.cover import is_newborn
from expat.membership.join import NewPerson, change_row, check_person, insert_people
from expat.membership.standing import Change
from expat.membership.tables import MembershipChange
from expat.money import EUR, minor_units
from expat.periods import DAY, first_of_next_month, next_anniversary, plausible
from expat.recoveries.find import look_after

_CHANGE: Any = table_of(MembershipChange)


@dataclass(frozen=True)
class Acting:
    """Who acts when: the day on which the request reached the operator, the instant, and the sources of rates."""

    day: date
    at: datetime
    preference: Sequence[str]
    actor: str = "management"


@dataclass(frozen=True)
class Outcome:
    """What came of a request: refused with a reason, or in effect from a day on."""

    refused: str | None = None
    effective_from: date | None = None
    key: int | None = None


def change_formula(session: Session, membership_id: int, to: str, medical: bool, acting: Acting) -> Outcome:
    """UNO-UP-1: from the next anniversary on or after the request; an increase needs the medical department."""
    dossier = locked(session, membership_id)
    formulas = dossier.plan.words.formulas
    if to not in formulas:
        raise BadInput("to", f"{to!r} is no formula", f"one of {', '.join(formulas)}")
    effective = next_anniversary(dossier.joined, acting.day)
    higher = formulas.index(to) > formulas.index(dossier.on("formula", effective - DAY))
    refused = "medical_refused" if higher and not medical else None
    return _change(session, dossier, acting, {"formula": to}, effective, refused)


def change_zone(
    session: Session, membership_id: int, to: str, residence: str | None, medical: bool, acting: Acting,
    not_before: date = date.min,
) -> Outcome:  # fmt: skip
    """UNO-WAIT-4: from the first of the month after the request, once the medical department agrees; `not_before` a
    later day that was asked for, such as that of a move."""
    dossier = locked(session, membership_id)
    if to not in dossier.plan.words.zones:
        raise BadInput("to", f"{to!r} is no zone", f"one of {', '.join(dossier.plan.words.zones)}")
    if residence is not None and not is_country(residence):
        raise BadInput("residence", f"{residence!r} is no country", "an ISO 3166-1 code such as SG")
    values = {"zone": to} | ({"residence": residence} if residence else {})
    refused = None if medical else "medical_refused"
    effective = max(first_of_next_month(acting.day), not_before)
    return _change(session, dossier, acting, values, effective, refused)


def change_payout(session: Session, membership_id: int, currency: str, acting: Acting) -> Outcome:
    """UNO-FX-5: any currency for who lives outside the euro area, EUR inside."""
    dossier = locked(session, membership_id)
    minor_units(currency)
    euro_area = in_euro_area(dossier.on("residence", acting.day), acting.day)
    refused = "euro_area_pays_eur" if euro_area and currency != EUR else None
    return _change(session, dossier, acting, {"payout_currency": currency}, acting.day, refused)


def add_person(session: Session, membership_id: int, person: NewPerson, acting: Acting) -> Outcome:
    """Insure someone more: from the day after the request; a newborn asked for in time from birth (UNO-WAIT-2)."""
    dossier = locked(session, membership_id)
    check_person("person", person)
    if person.role == "member":
        raise BadInput("person.role", "a membership has one member", "spouse or child")
    edition = dossier.plan.on(acting.day)
    asked = _asked(dossier, person, acting)
    keys = insert_people(session, membership_id, dossier.joined, edition, (asked,), acting.at)
    audit.record(session, acting.at, acting.actor, "person.added", f"membership:{membership_id}", person=keys[0])
    new_fact(session, membership_id, acting.day, acting.at, acting.preference)
    return Outcome(key=keys[0])


def _asked(dossier: Dossier, person: NewPerson, acting: Acting) -> NewPerson:
    requested = person.requested_on or acting.day
    newborn = is_newborn(dossier.plan.on(acting.day), person.role, person.born, requested)
    covered_from = person.covered_from or (person.born if newborn else requested + DAY)
    return replace(person, requested_on=requested, covered_from=covered_from)


def add_school_certificate(
    session: Session, membership_id: int, person_id: int, school_year: int, acting: Acting
) -> Outcome:
    """UNO-MEM-3: a child past the birthday is covered on the days of the certificate's school year."""
    dossier = locked(session, membership_id)
    if person_id not in dossier.people or dossier.people[person_id].role != "child":
        raise BadInput("person", "is no child of this membership", "the child whose certificate it is")
    return _change(session, dossier, acting, {"school_year": str(school_year)}, acting.day, None, person_id)


def grant_derogation(
    session: Session,
    membership_id: int,
    person_id: int,
    country: str,
    first: date,
    last: date,
    acting: Acting,
) -> Outcome:
    """UNO-TERR-4: care in a third country of the zone, asked for beforehand and granted."""
    dossier = locked(session, membership_id)
    if person_id not in dossier.people:
        raise BadInput("person", "is not insured by this membership")
    if not is_country(country):
        raise BadInput("country", f"{country!r} is no country", "an ISO 3166-1 code such as SG")
    if last < first:
        raise BadInput("until", f"{last} lies before {first}", "the last day of the derogation")
    plausible(first, "from")
    plausible(last, "until")
    return _change(session, dossier, acting, {"derogation": country}, first, None, person_id, last)


def locked(session: Session, membership_id: int) -> Dossier:
    """A membership whose row is locked until the commit. Raises NotFound."""
    found = load(session, [membership_id], lock=True).get(membership_id)
    if found is None:
        raise NotFound("membership", f"there is no membership {membership_id}")
    return found


def _change(
    session: Session, dossier: Dossier, acting: Acting, values: dict[str, str], effective: date, refused: str | None,
    person_id: int | None = None, until: date | None = None,
) -> Outcome:  # fmt: skip
    rows = [
        change_row(dossier.id, kind, value, acting.day, effective, acting.at, refused, person_id, until)
        for kind, value in values.items()
    ]
    session.execute(_CHANGE.insert(), rows)
    action = f"membership.{next(iter(values))}"
    detail = {"values": values, "effective": effective.isoformat(), "refused": refused}
    audit.record(session, acting.at, acting.actor, action, f"membership:{dossier.id}", **detail)
    if refused is None:
        new_fact(session, dossier.id, acting.day, acting.at, acting.preference)
        look_after(session, dossier.id, values, acting.day, acting.at, acting.actor)
    return Outcome(refused, effective)


def keep_change(session: Session, dossier: Dossier, acting: Acting, change: Change, judge: bool = True) -> Outcome:
    """Keep a change of a locked membership, and judge its unpaid lines again where it was accepted."""
    row = change_row(
        dossier.id, change.kind, change.value, change.requested_on, change.effective_from, acting.at, change.refused,
        change.person_id, change.effective_to,
    )  # fmt: skip
    key = int(session.execute(_CHANGE.insert().values(row).returning(_CHANGE.c.id)).scalar_one())
    detail = {
        "values": {change.kind: change.value}, "effective": change.effective_from.isoformat(),
        "arrived": change.requested_on.isoformat(), "refused": change.refused, "person": change.person_id,
    }  # fmt: skip
    action, subject = f"membership.{change.kind}", f"membership:{dossier.id}"
    audit.record(session, acting.at, acting.actor, action, subject, **detail)
    if judge and change.refused is None:
        new_fact(session, dossier.id, acting.day, acting.at, acting.preference)
        look_after(session, dossier.id, [change.kind], acting.day, acting.at, acting.actor)
    return Outcome(change.refused, change.effective_from, key)
