"""Who is covered on a day, and on which terms, as cards and certificates show it."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlmodel import Session

from expat.claims.dossier import Dossier
from expat.claims.load import load
from expat.db import table_of
from expat.errors import BadInput, NotFound
from expat.membership.status import covered_on
from expat.membership.tables import InsuredPerson, Member, Membership
from expat.payments.statement import name_of
from expat.periods import Period, clipped, membership_year
from expat.wording import names
from expat.wording.voice import voice

_MEMBERSHIP, _MEMBER, _PERSON = table_of(Membership), table_of(Member), table_of(InsuredPerson)


@dataclass(frozen=True, slots=True)
class Insured:
    """Someone who is covered since a day; `days` are those of the membership year. `role`: member, spouse or child."""

    name: str
    born: date
    role: str
    since: date
    days: Period


def dossier_of(session: Session, membership_id: int) -> Dossier:
    """What is known of a membership. Raises NotFound."""
    found = load(session, [membership_id]).get(membership_id)
    if found is None:
        raise NotFound("membership", f"there is no membership {membership_id}")
    return found


def membership_of(session: Session, person_id: int) -> int:
    """The membership that insures a person. Raises NotFound."""
    key = session.execute(select(_PERSON.c.membership_id).where(_PERSON.c.id == person_id)).scalar()
    if key is None:
        raise NotFound("person", f"there is no insured person {person_id}", "one of a membership's")
    return int(key)


def language_of(session: Session, membership_id: int) -> str:
    """The language that the member reads."""
    query = select(_MEMBER.c.language).join(_MEMBERSHIP, _MEMBERSHIP.c.member_id == _MEMBER.c.id)
    return str(session.execute(query.where(_MEMBERSHIP.c.id == membership_id)).scalar_one())


def addressee(session: Session, dossier: Dossier) -> str:
    """The member by name: as insured, else as the one who signed."""
    row = dossier.member
    if (name := f"{row.first_name or ''} {row.last_name or ''}".strip()) != "":
        return name
    query = select(_MEMBER.c.first_name, _MEMBER.c.last_name).join(_MEMBERSHIP, _MEMBERSHIP.c.member_id == _MEMBER.c.id)
    return " ".join(session.execute(query.where(_MEMBERSHIP.c.id == dossier.id)).one()).strip()


def product(dossier: Dossier, language: str) -> str:
    """The plan's name, without what its title says beside it ("Expat Uno, general conditions")."""
    return dossier.plan.title[language].split(",")[0]


def insured(dossier: Dossier, day: date, language: str, people: Collection[int] = ()) -> tuple[Insured, ...]:
    """The persons covered on a day: those named (by key), or all. Raises BadInput for one who is not."""
    if unknown := set(people) - set(dossier.people):
        raise BadInput("person", f"{min(unknown)} is not insured by this membership", "one of its insured persons")
    if uncovered := [key for key in people if not covered_on(dossier, key, day)]:
        raise BadInput("person", f"{uncovered[0]} is not covered on {day}", "a day of cover")
    covered = [key for key in people or dossier.people if covered_on(dossier, key, day)]
    if not covered:
        raise BadInput("membership", f"nobody is covered on {day}", "a day of cover")
    # What a premium that is unpaid will bring has not come: paid in time, the cover goes on to the end of the year.
    as_known = replace(dossier, premiums={}, _cache={})
    return tuple(_insured(as_known, key, day, language) for key in covered)


def _insured(dossier: Dossier, person: int, day: date, language: str) -> Insured:
    row = dossier.people[person]
    held = next(days for days in dossier.cover(person, dossier.plan.on(day)) if day in days)
    [days] = clipped([held], membership_year(dossier.joined, day))
    return Insured(name_of(row, language), row.born, row.role, held.first, days)


def countries(codes: Collection[str], language: str) -> str:
    """Countries by name, in the order of the alphabet, as a list in words."""
    found = sorted((names.country(code, language) for code in codes), key=_alphabetical)
    return voice(language).several(found)


def _alphabetical(name: str) -> str:
    """Without accents: Émirats comes between Chine and Espagne."""
    return "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
