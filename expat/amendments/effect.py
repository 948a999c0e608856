"""What a change would bring by the rules, and from when; pure, but for what is refused before it is asked for.

The same is shown to the member beforehand (`preview`) and brought about once it is agreed to (`decide`). The effect
counts from the day of the request, also where the medical department agrees later: the contract's own words for the
zone ("dès le premier jour du mois suivant sa demande"), and for the rest the reading that favours the insured ⚖.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from types import SimpleNamespace
from typing import Any

from expat.amendments.kinds import (
    LEAVING,
    TIES,
    Address,
    Change,
    Derogation,
    Formula,
    Joins,
    Leaves,
    Move,
    Stay,
    kind_of,
)
from expat.claims.dossier import Dossier
from expat.claims.intake import is_country
from expat.errors import BadInput
from expat.membership.borders import bordering
from expat.membership.cover import first_covered_day, is_newborn
from expat.membership.ends import leaving_change
from expat.membership.join import NewPerson, change_row, check_person
from expat.membership.leavings import check_leaving
from expat.membership.standing import death_of_member
from expat.membership.status import status_on
from expat.periods import DAY, FOREVER, add_years, first_of_next_month, next_anniversary, plausible
from expat.plans.edition import Edition

MOST_AHEAD = 1  # years
IMAGINED = 10**15  # a key that no row has: what is only thought of comes after what is kept


class NotPossible(BadInput):
    """What the rules do not allow, or what changes nothing: `word` says which, for the pages to tell in words."""

    def __init__(self, where: str, word: str, problem: str, expected: str = "", **figures: Any) -> None:
        super().__init__(where, problem, expected)
        self.word, self.figures = word, figures


@dataclass(frozen=True)
class Effect:
    """What a change brings: `values` by their kinds hold from `effective` on, or `person` is insured from then on. What
    concerns one insured person alone says `whose` it is, and where it ends by itself, `until` which day. On the `days`
    that follow the values are kept once more: something else was to hold from these on.

    `needs_medical` says that nothing happens before the medical department agrees; `about` names what it changes.
    """

    kind: str
    about: str
    effective: date
    needs_medical: bool
    values: dict[str, str]
    person: NewPerson | None = None
    whose: int | None = None
    until: date | None = None
    days: tuple[date, ...] = ()


def effect_of(dossier: Dossier, change: Change, asked_on: date) -> Effect:
    """What a change that is asked for on a day brings. Raises NotPossible, or BadInput naming the field."""
    plausible(asked_on, "asked_on")
    if isinstance(change, Address):
        check_address(change)
        return Effect("address", "address", asked_on, False, {})
    died = isinstance(change, Joins) and death_of_member(dossier.changes) is not None
    if died or status_on(dossier, max(asked_on, dossier.joined)) == "terminated":
        raise NotPossible("membership", "ended", "the membership has ended")
    found = _effect(dossier, change, asked_on)
    ends = dossier.facts_on(dossier.plan.on(asked_on)).terminated_on or FOREVER
    if ends <= found.effective:
        raise NotPossible("membership", "ends_before", f"the membership ends on {ends}", "a change before that day")
    return found


def _effect(dossier: Dossier, change: Formula | Move | Stay | Joins | Leaves | Derogation, asked_on: date) -> Effect:
    if isinstance(change, Formula):
        return _formula(dossier, change, asked_on)
    if isinstance(change, Move):
        return _move(dossier, change, asked_on)
    if isinstance(change, Stay):
        return _stay(dossier, change, asked_on)
    if isinstance(change, Joins):
        return _joins(dossier, change, asked_on)
    if isinstance(change, Leaves):
        return _leaves(dossier, change, asked_on)
    return _derogation(dossier, change, asked_on)


def imagined(dossier: Dossier, effect: Effect, asked_on: date) -> Dossier:
    """The dossier as it would be with the change in effect; nothing is kept."""
    rows = [
        SimpleNamespace(**{
            **change_row(dossier.id, kind, value, asked_on, day, None, None, effect.whose, effect.until),  # type: ignore[arg-type]
            "id": IMAGINED + n,
        })
        for n, (kind, value) in enumerate(effect.values.items())
        for day in (effect.effective, *effect.days)
    ]  # fmt: skip
    people = dict(dossier.people)
    if effect.person is not None:
        people[IMAGINED] = _person_row(dossier, effect.person)
    return replace(dossier, people=people, changes=[*dossier.changes, *rows], _cache={})


def _person_row(dossier: Dossier, person: NewPerson) -> Any:
    names = ("role", "born", "first_name", "last_name", "covered_from", "requested_on", "married_on", "surcharge",
             "prior_cover_attested_on", "nationality")  # fmt: skip
    said = {name: getattr(person, name) for name in names}
    return SimpleNamespace(id=IMAGINED, membership_id=dossier.id, **said)


# --- each kind -----------------------------------------------------------------------------------------------------


def _formula(dossier: Dossier, change: Formula, asked_on: date) -> Effect:
    formulas = dossier.plan.words.formulas
    if change.to not in formulas:
        raise BadInput("to", f"{change.to!r} is no formula", f"one of {', '.join(formulas)}")
    effective = next_anniversary(dossier.joined, asked_on)
    if change.to == dossier.on("formula", effective):
        raise NotPossible("to", "same_formula", f"formula {change.to} holds on {effective} already", "another one")
    higher = formulas.index(change.to) > formulas.index(dossier.on("formula", effective - DAY))
    return Effect("formula", "formula", effective, higher, {"formula": change.to})


def _move(dossier: Dossier, change: Move, asked_on: date) -> Effect:
    check_address(change.address)
    country, edition = change.address.country, dossier.plan.on(asked_on)
    if country in edition.france:
        raise NotPossible("country", "return_to_france", "a return to France ends the membership", "leaving it")
    moves = max(asked_on, plausible(change.first or asked_on, "first"))
    if moves > add_years(asked_on, MOST_AHEAD):
        raise NotPossible("first", "moves_too_late", f"{moves} is too far ahead", "a day within a year")
    # ⚖ Another zone holds from the first of the month after the request, or of the month in which one moves.
    later = max(first_of_next_month(asked_on), moves.replace(day=1))
    zone, own = dossier.on("zone", later), edition.zone_of(country)
    if change.keep_zone:
        if not edition.in_zone(country, zone):
            raise NotPossible("keep_zone", "not_covered", f"zone {zone} does not cover {country}", f"zone {own}")
        own = zone
    if own == zone and country == dossier.on("residence", max(moves, later)):
        raise NotPossible("country", "same_country", f"{country} is the residence already", "another country")
    if own == zone:
        first = moves if dossier.on("zone", moves) == zone else later  # within a zone on both days, or from then on
        days = sorted({since.first for since in dossier.timeline("residence") if since.first > first})
        return Effect("move", "zone", first, False, {"residence": country}, days=tuple(days))
    return Effect("move", "zone", later, True, {"zone": own, "residence": country})


def _stay(dossier: Dossier, change: Stay, asked_on: date) -> Effect:
    if not is_country(change.country):
        raise BadInput("country", f"{change.country!r} is no country", "an ISO 3166-1 code such as SG")
    if change.last < plausible(change.first, "first"):
        raise NotPossible("last", "before_first", f"{change.last} lies before {change.first}", "the last day")
    edition, later = dossier.plan.on(asked_on), first_of_next_month(asked_on)
    if change.country in edition.france:
        raise NotPossible("country", "stay_in_france", "no zone covers a long stay in France", "another country")
    if edition.in_zone(change.country, dossier.on("zone", later)):
        raise NotPossible("country", "in_zone", f"{change.country} is covered by the zone", "a country outside it")
    days = (plausible(change.last, "last") - change.first).days + 1
    if days < edition["territory.temporary_stay"].value:
        raise NotPossible("last", "short_stay", f"{days} days need no other zone", "a longer stay")
    return Effect("stay", "zone", later, True, {"zone": edition.zone_of(change.country)})


def _joins(dossier: Dossier, change: Joins, asked_on: date) -> Effect:
    edition = dossier.plan.on(asked_on)
    person = _new_person(dossier, edition, change, asked_on)
    check_person("person", person)
    if change.born > asked_on:
        raise NotPossible("born", "not_born", f"{change.born} has not come yet", "a day that has")
    if change.prior_cover_attested_on is not None and change.prior_cover_attested_on > asked_on:
        problem = f"{change.prior_cover_attested_on} lies after the request"
        raise NotPossible("prior_cover_attested_on", "attested_later", problem, "the day of the certificate")
    _not_known(dossier, change, asked_on)
    if change.role == "spouse":
        _may_be_spouse(dossier, edition, change, asked_on)
    effective = person.covered_from or asked_on
    age = edition["membership.joining_age"].value["from"]
    if change.role == "spouse" and effective < add_years(change.born, age):
        raise NotPossible("born", "spouse_too_young", f"is younger than {age}", "an older person", age=age)
    effect = Effect(kind_of(change), _about(change), effective, True, {}, person)
    cover = imagined(dossier, effect, asked_on).cover(IMAGINED, edition)
    if not any(period.last >= asked_on for period in cover):
        raise NotPossible("born", f"{change.role}_too_old", "is too old to be insured", "a younger person")
    return effect


def _leaves(dossier: Dossier, change: Leaves, asked_on: date) -> Effect:
    if change.reason not in LEAVING:
        raise BadInput("reason", f"{change.reason!r} is unknown", f"one of {', '.join(LEAVING)}")
    check_leaving(dossier, change.person, change.reason, change.first)
    left = leaving_change(dossier, change.person, change.reason, change.first, asked_on)
    edition = dossier.plan.on(asked_on)
    if not any(days.last >= left.effective_from for days in dossier.cover(change.person, edition)):
        raise NotPossible("person", "not_insured_then", "is not insured on that day", "somebody who is")
    values = {"left": change.reason}
    return Effect("leaves", f"person:{change.person}", left.effective_from, False, values, whose=change.person)


def _derogation(dossier: Dossier, change: Derogation, asked_on: date) -> Effect:
    """Asked for before the care begins; of use in zone alone, where the country is not covered without it."""
    if change.person not in dossier.people:
        raise BadInput("person", "is not insured by this membership", "one of its insured persons")
    if not is_country(change.country):
        raise BadInput("country", f"{change.country!r} is no country", "an ISO 3166-1 code such as SG")
    if plausible(change.last, "last") < plausible(change.first, "first"):
        raise NotPossible("last", "before_first", f"{change.last} lies before {change.first}", "the last day")
    if change.first <= asked_on:
        raise NotPossible("first", "asked_too_late", f"{change.first} is not after the request", "a later day")
    edition, residence = dossier.plan.on(change.first), dossier.on("residence", change.first)
    if change.country in edition.france:
        raise NotPossible("country", "needs_none", f"{change.country} needs no derogation")
    if not edition.in_zone(change.country, dossier.on("zone", change.first)):
        raise NotPossible("country", "outside_zone", f"{change.country} lies outside the zone", "one inside it")
    if change.country == residence or bordering(change.country, residence, change.first):
        raise NotPossible("country", "needs_none", f"{change.country} needs no derogation")
    about = f"derogation:{change.person}:{change.country}"
    values = {"derogation": change.country}
    return Effect("derogation", about, change.first, True, values, whose=change.person, until=change.last)


def _new_person(dossier: Dossier, edition: Edition, change: Joins, asked_on: date) -> NewPerson:
    """As `membership.changes.add_person` insures them: a newborn from birth, all others from the day after."""
    newborn = is_newborn(edition, change.role, change.born, asked_on)
    wanted = change.born if newborn else asked_on + DAY
    covered = first_covered_day(edition, change.role, change.born, dossier.joined, asked_on, wanted)
    return NewPerson(
        change.role, change.born, change.first_name.strip(), change.last_name.strip(), change.nationality, covered,
        asked_on, change.married_on if change.tie == "marriage" else None, change.prior_cover_attested_on,
    )  # fmt: skip


def _may_be_spouse(dossier: Dossier, edition: Edition, change: Joins, asked_on: date) -> None:
    if change.tie not in TIES:
        raise BadInput("tie", f"{change.tie!r} is unknown", f"one of {', '.join(TIES)}")
    if change.tie == "marriage" and change.married_on is None:
        raise NotPossible("married_on", "no_marriage", "is empty", "the day of the marriage")
    if change.married_on is not None and change.married_on > asked_on:
        raise NotPossible("married_on", "not_married", f"{change.married_on} has not come yet", "a day that has")
    if not change.no_occupation:
        raise NotPossible("no_occupation", "occupation", "a spouse with an occupation is not insured")
    if any(
        row.role == "spouse" and any(days.last > asked_on for days in dossier.cover(key, edition))
        for key, row in dossier.people.items()
    ):
        raise NotPossible("role", "has_spouse", "a spouse is insured already", "one spouse")


def _not_known(dossier: Dossier, change: Joins, asked_on: date) -> None:
    edition = dossier.plan.on(asked_on)
    for key, row in dossier.people.items():
        same = row.born == change.born and row.first_name.casefold() == change.first_name.strip().casefold()
        if same and any(days.last > asked_on for days in dossier.cover(key, edition)):
            raise NotPossible("first_name", "insured_already", "is insured by this membership already")


def _about(change: Joins) -> str:
    return "spouse" if change.role == "spouse" else f"child:{change.born}:{change.first_name.strip().casefold()}"


def check_address(address: Address) -> None:
    """Raise BadInput where nothing could be sent to an address."""
    for name in ("street", "town"):
        if not getattr(address, name).strip():
            raise BadInput(name, "is empty", "the street and the town")
    if not is_country(address.country):
        raise BadInput("country", f"{address.country!r} is no country", "an ISO 3166-1 code such as SG")
