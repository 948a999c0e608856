"""The form as it was filled in so far: read from what is kept, whole or in part. Pure.

Each step of the form is a table in the application's content; a step that was not filled in yet is absent.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from expat.options.chosen import Chosen
from expat.periods import DAY

STEPS = ("people", "residence", "choice", "options", "prior", "health", "payment", "consents", "papers")
ROLES = ("member", "spouse", "child")
RELATIONS = ("married", "civil_partner", "cohabiting")
ACTIVITIES = ("employed", "self_employed", "none")
WAYS = ("debit", "transfer")
MEMBER = "p1"
MOST_PEOPLE = 12


class Person(NamedTuple):
    """Someone whom the application is for; `key` names the person in it.

    `since` is the day of the marriage, of the contract of a civil partnership or of living together; `dependent` says
    that a civil partner depends on the member for tax, `at_home` that a child lives with the family.
    """

    key: str
    role: str
    first_name: str
    last_name: str
    born: date
    nationality: str
    relation: str = ""
    since: date | None = None
    occupied: bool = False
    dependent: bool = False
    at_home: bool = True

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


class Residence(NamedTuple):
    """Where the member lives and works, how, and the first day that is wished for."""

    country: str
    activity: str
    desired: date
    street: str = ""
    building: str = ""
    postcode: str = ""
    town: str = ""


class Choice(NamedTuple):
    """What is chosen: formula, zone, and how often premiums are paid."""

    formula: str
    zone: str
    frequency: str


class Prior(NamedTuple):
    """Cover that ended immediately before: for whom (keys), with whom, its last day, and the attestation's date."""

    people: tuple[str, ...] = ()
    insurer: str = ""
    ended: date | None = None
    attested: date | None = None


class Filled(NamedTuple):
    """The form as it stands; None for a step that is not filled in. Options need not be looked at."""

    people: tuple[Person, ...]
    residence: Residence | None
    choice: Choice | None
    prior: Prior | None
    payment: Mapping[str, Any] | None
    consents: Mapping[str, Any] | None
    options: Chosen | None = None

    @property
    def works(self) -> bool:
        """Whether the member is said to work."""
        return self.residence is None or self.residence.activity != "none"

    @property
    def children(self) -> int:
        """How many children are named."""
        return sum(one.role == "child" for one in self.people)

    @property
    def member(self) -> Person | None:
        """Who joins."""
        return next((one for one in self.people if one.role == "member"), None)

    def person(self, key: str) -> Person | None:
        """One of the people."""
        return next((one for one in self.people if one.key == key), None)

    def effect(self, complete_on: date) -> date:
        """The first day that cover can begin where the file is complete on a day: the day after, or as wished for."""
        wished = self.residence.desired if self.residence else complete_on
        return max(wished, complete_on + DAY)


def read_form(content: Mapping[str, Any]) -> Filled:
    """The form from what is kept of it."""
    residence, choice, prior = (content.get(step) for step in ("residence", "choice", "prior"))
    return Filled(
        tuple(_person(one) for one in content.get("people", ())),
        Residence(**{**residence, "desired": date.fromisoformat(residence["desired"])}) if residence else None,
        Choice(**choice) if choice else None,
        _prior(prior) if prior is not None else None,
        content.get("payment"),
        content.get("consents"),
        Chosen(**content["options"]) if content.get("options") is not None else None,
    )


def kept_person(person: Person) -> dict[str, Any]:
    """A person as the form keeps one."""
    return _plain(person._asdict())


def kept_step(step: NamedTuple) -> dict[str, Any]:
    """A step as the form keeps it."""
    return _plain(step._asdict())


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same but for accents, capitals and spaces."""
    return _folded(one) == _folded(other)


def same_human(one: Person, other: Person) -> bool:
    """Whether what is said of somebody still is of the same human being: role, name and birth date."""
    return (one.role, one.born) == (other.role, other.born) and same_name(one.name, other.name)


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("-", " ").replace("’", "'"))
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _person(kept: Mapping[str, Any]) -> Person:
    since = kept.get("since")
    days = {"born": date.fromisoformat(kept["born"]), "since": date.fromisoformat(since) if since else None}
    return Person(**{**kept, **days})


def _prior(kept: Mapping[str, Any]) -> Prior:
    days = {name: date.fromisoformat(kept[name]) if kept.get(name) else None for name in ("ended", "attested")}
    return Prior(tuple(kept.get("people", ())), kept.get("insurer", ""), days["ended"], days["attested"])
