"""The lives that are written down in lives.toml: households with their days, each for something that the rules say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from expat.demo.care import invoice, written
from expat.demo.household import Event, Household, Invoice
from expat.demo.people import account, address, family, newborn
from expat.demo.world import countries, read
from expat.membership.join import NewPerson
from expat.plans.edition import Edition

DAYS = frozenset({"starts", "decided", "born", "due", "paid", "effective", "until"})
MEMBER_DAYS = {"married": "married_on", "requested": "requested_on", "prior_cover": "prior_cover_attested_on"}


def lives() -> list[dict[str, Any]]:
    """Every life that is written down."""
    found: list[dict[str, Any]] = read("lives")["life"]
    return found


def household(life: Mapping[str, Any], number: str, on: date, edition: Edition, chance: Random) -> Household:
    """The household of a life, with its days counted back from `on`."""
    home = life["country"]
    people = family(chance, [_role(role, on) for role in life["people"]], on)
    where = address(chance, home)
    holder = f"{people[0].first_name} {people[0].last_name}"
    made = Household(
        number, on - timedelta(days=life["joined"]), life["formula"], edition.zone_of(home), home, life["paid_in"],
        "fr" if countries()[home].language == "fr" else chance.choice(("fr", "en")), people, where,
        account(chance, holder, where, life["paid_in"]), _newborns(life, people, on, chance),
        tuple(_event(event, on, edition) for event in life.get("event", ())),
    )  # fmt: skip
    invoices = [one for entry in life["invoice"] for one in _invoices(entry, home, on, chance)]
    accounts = [hospital_account(chance, one) for one in invoices if one.direct]
    return replace(made, invoices=tuple(invoices), events=(*made.events, *accounts))


def hospital_account(chance: Random, one: Invoice) -> Event:
    """The account of a hospital that is paid directly, as the guarantee letter's answer brings it."""
    street, _, town = one.street, one.country, one.town
    where = {"street": street, "postcode": countries()[one.country].postcode, "town": town, "country": one.country}
    values = account(chance, one.provider, where, one.currency)
    return Event(
        one.received, "provider_account", {"provider": one.provider, "account": values, "currency": one.currency}
    )


def _role(role: Mapping[str, Any], on: date) -> dict[str, Any]:
    days = {MEMBER_DAYS[k]: on - timedelta(days=v) for k, v in role.items() if k in MEMBER_DAYS}
    return {**{k: v for k, v in role.items() if k not in MEMBER_DAYS}, **days}


def _newborns(
    life: Mapping[str, Any], people: tuple[NewPerson, ...], on: date, chance: Random
) -> tuple[NewPerson, ...]:
    births = [on - timedelta(days=e["born"]) for e in life.get("event", ()) if e["verb"] == "newborn"]
    return tuple(newborn(chance, people[0].last_name, born) for born in births)


def _event(entry: Mapping[str, Any], on: date, edition: Edition) -> Event:
    values = {k: on - timedelta(days=v) if k in DAYS else v for k, v in entry.items() if k not in ("day", "verb")}
    day = on - timedelta(days=entry["day"])
    if entry["verb"] == "school_certificate":
        values["year"] = day.year if day.month >= edition["membership.school_year_starts"].value else day.year - 1
    return Event(day, entry["verb"], values)


def _invoices(entry: Mapping[str, Any], home: str, on: date, chance: Random) -> list[Invoice]:
    """The invoice of an entry; twice where it is handed in again."""
    day, received = (on - timedelta(days=entry[key]) for key in ("day", "received"))
    country = entry.get("country", home)
    items = [written(line, chance, country, day, on) for line in entry["lines"]]
    more = {key: entry[key] for key in ("paper", "layout", "direct", "before") if key in entry}
    one = invoice(chance, entry["kind"], country, entry.get("person", 0), items, received, **more)
    if "again" not in entry:
        return [one]
    return [one, replace(one, received=on - timedelta(days=entry["again"]), paper="jpeg")]
