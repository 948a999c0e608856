"""Making invoices up: a visit of a person, its lines at local prices, its paper."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from expat.demo.household import Invoice, Item
from expat.demo.people import address
from expat.demo.world import Kind, countries, kinds, picked, read

LAYOUTS = 3
PAPERS = {"pdf": 66, "jpeg": 29, "png": 4, "heic": 1}


def item(
    chance: Random, care: str, country: str, day: date, quantity: int = 1, amount: Decimal | None = None, **more: Any
) -> Item:
    """A line: the care at a local price, with its wording in the language of the country."""
    kind, place = kinds()[care], countries()[country]
    cost = place.price(kind.euros(chance)) * quantity if amount is None else amount
    return Item(care, kind.labels[place.language], day, cost, quantity, **more)


def invoice(
    chance: Random, kind: str, country: str, person: int, items: list[Item], received: date, **more: Any
) -> Invoice:
    """An invoice from somebody of that kind (practice, clinic, hospital...) for these lines."""
    place, where = countries()[country], address(chance, country)
    name = chance.choice(read("care")["providers"][place.language][kind])
    provider = name.format(doctor=chance.choice(read("people")["doctors"]), town=where["town"])
    day = max(i.last_day or i.first_day for i in items)
    values = {
        "number": f"{day:%y%m}-{chance.randint(1000, 9999)}", "day": day, "received": received,
        "paper": picked(chance, PAPERS), "layout": chance.randrange(LAYOUTS), "currency": place.currency, **more,
    }  # fmt: skip
    street = f"{where['building']} {where['street']}"
    return Invoice(
        person=person, provider=provider, street=street, town=where["town"], country=country,
        language=place.language, items=tuple(items), **values,
    )  # fmt: skip


def visit(chance: Random, care: str, country: str, person: int, day: date, received: date, **more: Any) -> Invoice:
    """A visit: one care, often with something that goes with it; the same day, the same invoice."""
    kind = kinds()[care]
    quantity = chance.randint(1, kind.most)
    items = [item(chance, care, country, day, quantity, **more)]
    items += [item(chance, other, country, day, **more) for other in _others(chance, kind)]
    return invoice(chance, kind.kind, country, person, items, received)


def _others(chance: Random, kind: Kind) -> list[str]:
    return [other for other in kind.others if chance.randrange(3) > 0]


def written(line: Mapping[str, Any], chance: Random, country: str, day: date, on: date) -> Item:
    """A line as a file of lives writes it: days count back from the settlement's."""
    more = {key: line[key] for key in ("cause", "stay_days", "series") if key in line}
    if "papers" in line:
        more["papers"] = frozenset(line["papers"])
    for key, name in (("until", "last_day"), ("started", "started")):
        if key in line:
            more[name] = on - timedelta(days=line[key])
    first = on - timedelta(days=line["day"]) if "day" in line else day
    amount = Decimal(line["amount"]) if "amount" in line else None
    return item(chance, line["care"], country, first, line.get("quantity", 1), amount, **more)
