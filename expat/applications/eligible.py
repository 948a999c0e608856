"""Who may join, said at once and before papers are asked for (UNO-MEM-1, UNO-MEM-2). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from expat.applications.form import Filled, Person
from expat.currency.euro_area import in_euro_area
from expat.money import EUR
from expat.options.chosen import against, prevoyance_begins
from expat.periods import DAY, add_years
from expat.plans.edition import Edition
from expat.plans.figures import Used
from expat.quotes.joining import zones_open


class Problem(NamedTuple):
    """Why this cannot be insured as it is: a stable word, the person (key) or the step it is about, and the clause, by
    its figure or its heading."""

    word: str
    where: str
    figure: Used | None
    day: date
    name: str = ""
    heading: str = ""


# The clause of each problem that no figure carries.
FAMILY = "Personnes assurées / Les bénéficiaires"
CLAUSES = {
    "no_activity": "Personnes assurées / L'adhérent", "zone_elsewhere": "Étendue territoriale",
    "currency_elsewhere": "Choix de la devise",
}  # fmt: skip


def problems(edition: Edition, form: Filled, effect: date) -> list[Problem]:
    """Everything that speaks against it, were cover to begin on that day."""
    found = list(_composition(form, effect))
    for person in form.people:
        found += _person(edition, person, effect)
    if form.residence is not None:
        if form.residence.country in edition["territory.france"].value:
            found.append(Problem("residence_france", "residence", edition["membership.nationality"], effect))
        if form.residence.activity == "none":
            found.append(Problem("no_activity", "residence", None, effect))
        found += _of_residence(edition, form, form.residence.country, effect)
    return [*found, *_options(edition, form, effect)]


def student(edition: Edition, person: Person, effect: date) -> bool:
    """Whether a child is past the birthday after which each school year needs its certificate."""
    return person.role == "child" and effect > add_years(person.born, edition["membership.child_until"].value)


def _composition(form: Filled, effect: date) -> Iterator[Problem]:
    roles = [one.role for one in form.people]
    if roles.count("spouse") > 1:
        yield Problem("two_spouses", "people", None, effect)


def _of_residence(edition: Edition, form: Filled, country: str, effect: date) -> Iterator[Problem]:
    """What was chosen before the residence became another one, and does not go with it."""
    if form.choice is not None and form.choice.zone not in zones_open(edition, country):
        yield Problem("zone_elsewhere", "choice", None, effect, form.choice.zone)
    if form.payment is not None and form.payment["currency"] != EUR and in_euro_area(country, effect):
        yield Problem("currency_elsewhere", "payment", None, effect)


def _options(edition: Edition, form: Filled, effect: date) -> Iterator[Problem]:
    """Options whose conditions are not met (UNO-PREV-1)."""
    if form.options is None or form.member is None:
        return
    first_day = prevoyance_begins(effect)
    for one in against(edition, form.options, form.member.born, form.children, form.works, first_day):
        yield Problem(one.word, "options", one.figure, first_day, form.member.name, one.heading)


def _person(edition: Edition, person: Person, effect: date) -> Iterator[Problem]:
    if person.born > effect:
        yield Problem("not_born", person.key, None, effect, person.name)
    elif person.role == "member":
        yield from _member(edition, person, effect)
    elif person.role == "spouse":
        yield from _spouse(edition, person, effect)
    else:
        until = edition["membership.student_until"]
        if effect > add_years(person.born, until.value):
            yield Problem("child_too_old", person.key, until, effect, person.name)
        if not person.at_home:
            yield Problem("child_not_at_home", person.key, None, effect, person.name)


def _member(edition: Edition, person: Person, effect: date) -> Iterator[Problem]:
    ages, nationality = edition["membership.joining_age"], edition["membership.nationality"]
    if effect < add_years(person.born, ages.value["from"]):
        yield Problem("member_too_young", person.key, ages, effect, person.name)
    if effect >= add_years(person.born, ages.value["below"]):
        yield Problem("member_too_old", person.key, ages, effect, person.name)
    if person.nationality != nationality.value:
        yield Problem("not_french", person.key, nationality, effect, person.name)


def _spouse(edition: Edition, person: Person, effect: date) -> Iterator[Problem]:
    until = edition["membership.spouse_until"]
    if effect > add_years(person.born, until.value) - DAY:
        yield Problem("spouse_too_old", person.key, until, effect, person.name)
    if effect < add_years(person.born, edition["membership.joining_age"].value["from"]):
        yield Problem("spouse_too_young", person.key, edition["membership.joining_age"], effect, person.name)
    if person.occupied:
        yield Problem("spouse_occupied", person.key, None, effect, person.name)
    if person.relation == "civil_partner" and not person.dependent:
        yield Problem("partner_not_dependent", person.key, None, effect, person.name)
