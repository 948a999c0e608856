"""Joining: a membership with its first choices and the people that it insures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from expat import audit
from expat.claims.intake import is_country
from expat.db import table_of
from expat.errors import BadInput
from expat.membership.cover import first_covered_day
from expat.membership.tables import InsuredPerson, Member, Membership, MembershipChange
from expat.money import minor_units
from expat.periods import plausible
from expat.plans.edition import Edition
from expat.plans.loader import plan

ROLES = ("member", "spouse", "child")
SOLD = ("distance", "at_home")  # a sale at work counts as at home

_CHANGE: Any = table_of(MembershipChange)
_PERSON: Any = table_of(InsuredPerson)


@dataclass(frozen=True)
class NewPerson:
    """Someone to insure. `covered_from` is asked for; where it is not, it follows from the rules (UNO-WAIT-2)."""

    role: str
    born: date
    first_name: str = ""
    last_name: str = ""
    nationality: str | None = None
    covered_from: date | None = None
    requested_on: date | None = None
    married_on: date | None = None
    prior_cover_attested_on: date | None = None
    surcharge: Decimal | None = None
    working: bool = False


@dataclass(frozen=True)
class NewMembership:
    """A membership that is concluded: accepted by the medical department, the first premium paid.

    `concluded_on` is the date on the certificate, `sold` how it was sold (SOLD), None where not known (UNO-MEM-5).
    """

    number: str
    plan: str
    joined: date
    formula: str
    zone: str
    residence: str
    people: tuple[NewPerson, ...]
    payout_currency: str = "EUR"
    member: Member | None = None
    concluded_on: date | None = None
    sold: str | None = None


@dataclass(frozen=True)
class Joined:
    """The membership's key, and those of its people in the order given."""

    membership_id: int
    people: tuple[int, ...]


def join(session: Session, new: NewMembership, at: datetime, actor: str = "management") -> Joined:
    """Conclude a membership. Raises BadInput naming the field."""
    edition = plan(new.plan).on(plausible(new.joined, "joined"))
    _check(new, edition)
    member = new.member or Member(first_name="", last_name="", language="en", recorded_at=at)
    session.add(member)
    session.flush()
    membership = Membership(
        number=new.number, member_id=member.id or 0, plan=new.plan, joined=new.joined, recorded_at=at,
        concluded_on=new.concluded_on, sold=new.sold,
    )  # fmt: skip
    session.add(membership)
    session.flush()
    key = membership.id or 0
    people = insert_people(session, key, new.joined, edition, new.people, at)
    choices = {
        "formula": new.formula, "zone": new.zone, "residence": new.residence, "payout_currency": new.payout_currency,
    }  # fmt: skip
    rows = [change_row(key, kind, value, new.joined, new.joined, at) for kind, value in choices.items()]
    session.execute(_CHANGE.insert(), rows)
    audit.record(session, at, actor, "membership.concluded", f"membership:{key}", number=new.number)
    return Joined(key, people)


def insert_people(
    session: Session,
    membership_id: int,
    joined: date,
    edition: Edition,
    people: tuple[NewPerson, ...],
    at: datetime,
) -> tuple[int, ...]:
    """Insure people; answers their keys in order."""
    rows = [
        {
            "membership_id": membership_id, "role": p.role, "first_name": p.first_name, "last_name": p.last_name,
            "born": p.born, "nationality": p.nationality,
            "covered_from": first_covered_day(edition, p.role, p.born, joined, p.requested_on, p.covered_from),
            "requested_on": p.requested_on, "married_on": p.married_on,
            "prior_cover_attested_on": p.prior_cover_attested_on, "surcharge": p.surcharge, "recorded_at": at,
        }
        for p in people
    ]  # fmt: skip
    query = _PERSON.insert().returning(_PERSON.c.id, sort_by_parameter_order=True)
    keys = tuple(session.execute(query, rows).scalars())
    working = [
        change_row(membership_id, "working", "true", joined, joined, at, person_id=key)
        for key, p in zip(keys, people, strict=True)
        if p.working
    ]
    if working:
        session.execute(_CHANGE.insert(), working)
    return keys


def change_row(
    membership_id: int,
    kind: str,
    value: str,
    requested_on: date,
    effective_from: date,
    at: datetime,
    refused: str | None = None,
    person_id: int | None = None,
    effective_to: date | None = None,
) -> dict[str, Any]:
    """A change as its table keeps it."""
    return {
        "membership_id": membership_id, "kind": kind, "value": value, "requested_on": requested_on,
        "effective_from": effective_from, "recorded_at": at, "refused": refused, "person_id": person_id,
        "effective_to": effective_to,
    }  # fmt: skip


def check_person(at: str, person: NewPerson) -> None:
    """Raise BadInput where a person cannot be as described."""
    if person.role not in ROLES:
        raise BadInput(f"{at}.role", f"{person.role!r} is unknown", f"one of {', '.join(ROLES)}")
    for name in ("born", "covered_from", "requested_on", "married_on", "prior_cover_attested_on"):
        if (day := getattr(person, name)) is not None:
            plausible(day, f"{at}.{name}")
    if person.married_on is not None and person.role != "spouse":
        raise BadInput(f"{at}.married", "only a spouse has a date of marriage")
    if person.surcharge is not None and not (person.surcharge.is_finite() and person.surcharge >= 0):
        raise BadInput(f"{at}.surcharge", f"{person.surcharge} is no share", 'such as "0.20"')


def _check(new: NewMembership, edition: Edition) -> None:
    if new.formula not in edition.formulas:
        raise BadInput("formula", f"{new.formula!r} is unknown", f"one of {', '.join(edition.formulas)}")
    zones = edition["zone.access"].value
    if new.zone not in zones:
        raise BadInput("zone", f"{new.zone!r} is unknown", f"one of {', '.join(zones)}")
    if not is_country(new.residence):
        raise BadInput("residence", f"{new.residence!r} is no country", "an ISO 3166-1 code such as SG")
    minor_units(new.payout_currency)
    if new.concluded_on is not None:
        plausible(new.concluded_on, "concluded_on")
    if new.sold is not None and new.sold not in SOLD:
        raise BadInput("sold", f"{new.sold!r} is unknown", f"one of {', '.join(SOLD)}, or nothing")
    members = [p for p in new.people if p.role == "member"]
    if len(members) != 1:
        raise BadInput("people", f"{len(members)} of them are the member", "exactly one with the role member")
    for index, person in enumerate(new.people):
        check_person(f"people[{index}]", person)
