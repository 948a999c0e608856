"""The demo's people: names, families, addresses and bank accounts, made up from a seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException
from schwifty.registry import get_iban_spec

from expat.demo.world import countries, read
from expat.membership.join import NewPerson
from expat.periods import add_years

ACCOUNT_DIGITS = 10


def family(chance: Random, roles: Sequence[Mapping[str, Any]], on: date) -> tuple[NewPerson, ...]:
    """People by role and age on a day. The spouse may keep his or her own name."""
    names = read("people")
    name = chance.choice(names["families"])
    woman = chance.randrange(2) == 0
    found = []
    for role in roles:
        last = name
        if role["role"] == "spouse":
            woman = not woman
            last = chance.choice(names["partners"]) if chance.randrange(4) == 0 else name
        found.append(_person(chance, role, last, woman, on))
    return tuple(found)


def newborn(chance: Random, last: str, born: date) -> NewPerson:
    """A child born into a family."""
    first = chance.choice(read("people")[chance.choice(("girls", "boys"))])
    return NewPerson("child", born, first, last, "FR")


def _person(chance: Random, role: Mapping[str, Any], last: str, woman: bool, on: date) -> NewPerson:
    names = read("people")
    child = role["role"] == "child"
    girl = chance.randrange(2) == 0 if child else woman
    first = chance.choice(names[("girls" if girl else "boys") if child else ("women" if girl else "men")])
    birthday = add_years(on, -role["age"]) - timedelta(days=role.get("days", chance.randrange(1, 360)))
    more = {key: role[key] for key in ("married_on", "requested_on", "prior_cover_attested_on") if key in role}
    return NewPerson(role["role"], birthday, first, last, "FR", **more)


def address(chance: Random, code: str) -> dict[str, str]:
    """Where somebody lives, or a practice is, in a country."""
    country = countries()[code]
    return {
        "street": chance.choice(country.streets),
        "building": str(chance.randint(1, 180)),
        "postcode": country.postcode,
        "town": chance.choice(country.towns),
        "country": code,
    }


def account(chance: Random, holder: str, lives: Mapping[str, str], currency: str) -> dict[str, str | None]:
    """An account in the country of the residence or of the currency: of banks that do not exist, for nobody real."""
    home = countries()[lives["country"]]
    bank = lives["country"] if currency == home.currency else read("world")["banks"].get(currency, lives["country"])
    bic = f"DEMO{bank}{'22' if _has_iban(bank) else '33'}"
    values: dict[str, str | None] = {"holder": holder, **lives, "bic": bic}
    if _has_iban(bank):
        return values | {"iban": str(IBAN.random(bank, random=chance, use_registry=False))}
    number = "".join(str(chance.randrange(10)) for _ in range(ACCOUNT_DIGITS))
    return values | {"number": number, "bank_country": bank, "bank_name": f"Demo Bank {bank}"}


def _has_iban(country: str) -> bool:
    try:
        return not get_iban_spec(country).aspirational
    except SchwiftyException:
        return False
