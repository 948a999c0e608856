"""Who can join, said before anything else is asked (UNO-MEM-1 to 3). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from expat.periods import add_years
from expat.plans.edition import Edition
from expat.plans.figures import Used
from expat.premiums.tariff import Insured, youngest_band

OCCUPIED = "spouse_occupied"  # a spouse who works, as a form tells it; nobody is insured in that role


class Obstacle(NamedTuple):
    """Why it cannot be so: a stable word, the field that it is about, the heading that says so, and the figure."""

    word: str
    where: str
    heading: str
    figure: Used | None = None


def obstacles(edition: Edition, country: str, people: Sequence[Insured], first_day: date) -> list[Obstacle]:
    """Everything that speaks against it, were cover to begin on that day."""
    found = []
    if country in edition.france:
        found.append(Obstacle("residence_france", "country", edition["membership.joining_age"].citation.heading))
    for n, one in enumerate(people):
        found += [o._replace(where=f"people.{n}.{o.where}") for o in _person(edition, one, first_day)]
    spouses = [n for n, one in enumerate(people) if one.role in ("spouse", OCCUPIED)]
    if len(spouses) > 1:
        found.append(Obstacle("two_spouses", f"people.{spouses[1]}.role", _family(edition)))
    return found


def school_certificates(edition: Edition, people: Sequence[Insured], first_day: date) -> list[int]:
    """The children, by their place, who are past the birthday after which each school year needs its certificate."""
    until = edition["membership.child_until"].value
    return [n for n, p in enumerate(people) if p.role == "child" and first_day > add_years(p.born, until)]


def zones_open(edition: Edition, country: str) -> list[str]:
    """The zones that can be chosen by who lives in a country: its own first, then those that give access to it."""
    own = edition.zone_of(country)
    others = [zone for zone in edition["zone.access"].value if zone != own and edition.in_zone(country, zone)]
    return [own, *others]


def _person(edition: Edition, one: Insured, first_day: date) -> Iterator[Obstacle]:
    if one.born > first_day:
        yield Obstacle("not_born", "born", edition["membership.joining_age"].citation.heading)
    elif one.role == "member":
        yield from _member(edition, one, first_day)
    elif one.role == "child":
        until = edition["membership.student_until"]
        if first_day > add_years(one.born, until.value):
            yield Obstacle("child_too_old", "born", until.citation.heading, until)
    else:
        yield from _spouse(edition, one, first_day)


def _member(edition: Edition, one: Insured, first_day: date) -> Iterator[Obstacle]:
    ages = edition["membership.joining_age"]
    if first_day < add_years(one.born, ages.value["from"]):
        yield Obstacle("member_too_young", "born", ages.citation.heading, ages)
    if first_day >= add_years(one.born, ages.value["below"]):
        yield Obstacle("member_too_old", "born", ages.citation.heading, ages)


def _spouse(edition: Edition, one: Insured, first_day: date) -> Iterator[Obstacle]:
    until, band = edition["membership.spouse_until"], youngest_band(edition)
    if one.role == OCCUPIED:
        yield Obstacle("spouse_occupied", "role", _family(edition))
    if first_day >= add_years(one.born, until.value):
        yield Obstacle("spouse_too_old", "born", until.citation.heading, until)
    if first_day < add_years(one.born, int(band.name.rpartition(".")[2].partition("-")[0])):
        yield Obstacle("spouse_too_young", "born", band.citation.heading, band)


def _family(edition: Edition) -> str:
    """The heading on spouses and children."""
    return edition["membership.child_until"].citation.heading
