"""The form of a quote: where, from when, paid how often, for whom. People are added and removed by its buttons."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from werkzeug.datastructures import MultiDict

from expat.errors import BadInput
from expat.letters.price_words import frequency
from expat.letters.quote_benefits import Said
from expat.periods import DAY
from expat.plans.loader import plan
from expat.portal.forms import Choice, DayField, Form, Needed, UnseenField, countries
from expat.portal.quote_words import in_the_way, who
from expat.portal.work import language, speaks, today
from expat.premiums.tariff import Insured
from expat.quotes.joining import OCCUPIED, Obstacle, obstacles, zones_open
from expat.quotes.quote import MOST_PEOPLE, PLAN, Asked, Quoted, edition_for, last_first_day
from expat.wording import names
from expat.wording.catalogue import N_

OWN = ""  # the zone in which the country lies
ROLES = {
    "spouse": N_("Spouse or partner, without an occupation"),
    OCCUPIED: N_("Spouse or partner who works"),
    "child": N_("Child who lives at home"),
}
WRONG_FIRST_DAY = N_("Please give a day from {first} to {last}.")
WRONG_ZONE = N_("Zone {zone} does not cover {country}. Choose {zones}.")
Row = Mapping[str, str]  # a person as typed: role and born


def _zones() -> list[tuple[str, str]]:
    zones = plan(PLAN).words.zones
    return [(OWN, speaks().say("The one of my country")), *((z, speaks().say("Zone {zone}", zone=z)) for z in zones)]


def frequencies() -> list[tuple[str, str]]:
    """How often premiums can be paid, in the plan's order."""
    return [(word, frequency(word, speaks())) for word in plan(PLAN).on(today())["premium.frequencies"].value]


def _roles() -> list[tuple[str, str]]:
    return [("", ""), *((word, speaks().say(name)) for word, name in ROLES.items())]


class QuoteForm(Form):
    """What is asked once; the people stand beside it."""

    key = UnseenField()
    country = Choice(choices=countries, validators=[Needed()])
    zone = Choice(choices=_zones)
    first_day = DayField(validators=[Needed()])
    frequency = Choice(choices=frequencies, validators=[Needed()])


class PersonForm(Form):
    """A person who is to be insured. The first one is the member."""

    role = Choice(choices=_roles)
    born = DayField(validators=[Needed()])


class QuoteAsked:
    """The form and its people, as they were typed; what is wrong stands beside the fields."""

    def __init__(self, form: QuoteForm, rows: list[Row]) -> None:
        self.form = form
        self.people = [_person_form(n, row) for n, row in enumerate(rows)]
        self.in_the_way: list[tuple[str, Said]] = []

    @property
    def can_add(self) -> bool:
        """Whether there is room for one more."""
        return len(self.people) < MOST_PEOPLE

    @property
    def earliest(self) -> date:
        """The first day for which a quote can be asked today."""
        return today() + DAY

    @property
    def latest(self) -> date:
        """The last one."""
        return last_first_day(today())

    def asked(self) -> Asked | None:
        """What is asked, once the form is right and the plan takes these people; None where something is wrong."""
        right = self.form.validate()
        for n, person in enumerate(self.people):
            right = person.validate() and right
            if n and not person.role.data and not person.role.errors:
                person.role.errors = [speaks().say("Please choose one of the list.")]
                right = False
        return self._taken() if right else None

    def _taken(self) -> Asked | None:
        first_day, country = self.form.first_day.data, self.form.country.data
        assert first_day is not None
        try:
            edition = edition_for(first_day, today())
        except BadInput:
            first, last = speaks().day(self.earliest), speaks().day(self.latest)
            self.form.first_day.errors = [speaks().say(WRONG_FIRST_DAY, first=first, last=last)]
            return None
        zone = self.form.zone.data or edition.zone_of(country)
        people = tuple(
            Insured(person.role.data if n else "member", person.born.data)  # type: ignore[arg-type]
            for n, person in enumerate(self.people)
        )
        asked = Asked(country, zone, first_day, self.form.frequency.data, people)
        found = obstacles(edition, country, people, first_day)
        for obstacle in found:
            self._show(obstacle, asked)
        open_to = zones_open(edition, country)
        if zone not in open_to and not found:
            self._refuse_zone(zone, country, open_to)
        return None if found or zone not in open_to else asked

    def _show(self, obstacle: Obstacle, asked: Asked) -> None:
        """Put what stands in the way beside its field, and at the head of the form with its clause."""
        said = in_the_way(obstacle, asked, speaks())
        field, about = self.form.country, ""
        if obstacle.where.startswith("people."):
            n, name = obstacle.where.split(".")[1:]
            field, about = self.people[int(n)][name], who(int(n), asked.people[int(n)], speaks())
        field.errors = [*field.errors, said.text]
        self.in_the_way.append((about, said))

    def _refuse_zone(self, zone: str, country: str, open_to: list[str]) -> None:
        zones = speaks().several((speaks().say("zone {zone}", zone=one) for one in open_to), "or")
        where = names.country(country, language())
        self.form.zone.errors = [speaks().say(WRONG_ZONE, zone=zone, country=where, zones=zones)]


def _person_form(n: int, row: Row) -> PersonForm:
    prefix = f"people-{n}-"
    return PersonForm(MultiDict({f"{prefix}{k}": v for k, v in row.items()}), prefix=prefix, meta={"csrf": False})


def typed_people(sent: Mapping[str, str]) -> list[Row]:
    """The people of a form that was sent; the member alone where it names nobody."""
    rows: list[Row] = []
    while len(rows) < MOST_PEOPLE and (f"people-{len(rows)}-born" in sent or f"people-{len(rows)}-role" in sent):
        rows.append({name: sent.get(f"people-{len(rows)}-{name}", "") for name in ("role", "born")})
    return rows or [{"role": "", "born": ""}]


def people_of(quoted: Quoted) -> list[Row]:
    """The people of a quote, for the form to begin with."""
    return [{"role": "" if role == "member" else role, "born": born.isoformat()} for role, born in quoted.people]
