"""The portfolio: the lives that are written down first, then households drawn from a seed, all over the world."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from expat.demo import lives
from expat.demo.care import invoice, item, visit
from expat.demo.household import Event, Household, Invoice
from expat.demo.people import account, address, family
from expat.demo.world import countries, kinds, picked, read
from expat.money import EUR
from expat.periods import add_years
from expat.plans.edition import Edition
from expat.plans.loader import plan

PLAN = "expat-uno"
FORMULAS = {"1": 1, "2": 4, "3": 5, "4": 3}
FAMILIES = {"": 9, "s": 4, "sc": 2, "scc": 3, "sccc": 1, "c": 1}
INVOICES = {"0": 2, "1": 6, "2": 6, "3": 1}
RECENT = 55  # days within which the demo's invoices reached the operator


def portfolio(seed: int, memberships: int, on: date) -> list[Household]:
    """So many households, the same for the same seed and day; a smaller portfolio is the beginning of a larger one."""
    edition, written = plan(PLAN).on(on), lives.lives()
    found = []
    for index in range(memberships):
        chance = Random(f"{seed}/{index}")  # noqa: S311 (a made-up portfolio, no secret)
        number = f"EXU-{on.year}-{index + 1:04d}"
        if index < len(written):
            found.append(lives.household(written[index], number, on, edition, chance))
        else:
            found.append(_drawn(number, on, edition, chance))
    return found


def _drawn(number: str, on: date, edition: Edition, chance: Random) -> Household:
    home = countries()[picked(chance, {code: c.weight for code, c in countries().items()})]
    joined = on - timedelta(days=chance.randint(20, 200) if chance.randrange(8) == 0 else chance.randint(200, 1300))
    people = family(chance, _roles(chance, joined, on), on)
    paid_in, where = chance.choice(home.paid_in), address(chance, home.code)
    holder = f"{people[0].first_name} {people[0].last_name}"
    made = Household(
        number, joined, picked(chance, FORMULAS), edition.zone_of(home.code), home.code, paid_in,
        chance.choice(("fr", "fr", "en")), people, where, account(chance, holder, where, paid_in),
    )  # fmt: skip
    made = replace(made, events=tuple(_events(made, on, chance)))
    invoices, events = [], list(made.events)
    for _ in range(int(picked(chance, INVOICES))):
        more, happened = _claim(made, on, edition, chance)
        invoices += more
        events += happened
    return replace(made, invoices=tuple(invoices), events=tuple(events))


def _roles(chance: Random, joined: date, on: date) -> list[dict[str, Any]]:
    """A member who could join, perhaps with a spouse and children."""
    years = on.year - joined.year + 1
    age = chance.randint(max(24, 18 + years), 57)
    member: dict[str, Any] = {"role": "member", "age": age}
    if chance.randrange(7) == 0:
        member["prior_cover_attested_on"] = joined - timedelta(days=chance.randint(3, 25))
    roles = [member]
    for letter in picked(chance, FAMILIES):
        if letter == "s":
            roles.append({"role": "spouse", "age": max(22, age + chance.randint(-6, 4))})
        else:
            roles.append({"role": "child", "age": chance.randint(years, max(years, min(24, age - 23)))})
    return roles


def _events(house: Household, on: date, chance: Random) -> list[Event]:
    """What may happen to any household: an upgrade, another currency, a premium, a student's certificate."""
    found, since = [], (on - house.joined).days
    if chance.randrange(4) == 0:
        due = date(on.year, 3 * ((on.month - 1) // 3) + 1, 1)
        if due > house.joined:
            found.append(Event(due, "premium", {"paid": min(due + timedelta(days=chance.randint(0, 12)), on)}))
    if since > 200 and house.formula in ("2", "3") and chance.randrange(9) == 0:
        day = on - timedelta(days=chance.randint(60, 180))
        up = str(int(house.formula) + 1)
        found.append(Event(day, "change_formula", {"to": up, "medical": chance.randrange(4) > 0}))
    if since > 90 and chance.randrange(12) == 0 and house.paid_in != EUR:
        found.append(Event(on - timedelta(days=chance.randint(1, 30)), "change_payout", {"currency": EUR}))
    for place, person in enumerate(house.people):
        if person.role == "child" and person.born < add_years(on, -19) and chance.randrange(4) > 0:
            day = max(house.joined, on - timedelta(days=59))
            for year in (on.year - 1, on.year):
                found.append(Event(day, "school_certificate", {"person": place, "year": year}))
    return found


def _claim(house: Household, on: date, edition: Edition, chance: Random) -> tuple[list[Invoice], list[Event]]:
    """An invoice, ordinary or not, with what had to happen for it."""
    turn = picked(chance, read("care")["turns"])
    if house.formula == "1" and chance.randrange(3) > 0:
        turn = "stay"
    received = on - timedelta(days=chance.randint(1, min(RECENT, (on - house.joined).days - 5)))
    day = max(house.joined + timedelta(days=1), received - timedelta(days=chance.randint(1, 90)))
    person = chance.randrange(len(house.people))
    if house.people[person].born >= day:
        person = 0
    if turn == "stay" and (received - house.joined).days > 40:
        return _stay(house, person, max(day, house.joined + timedelta(days=30)), received, chance)
    return _turn(house, person, day, received, turn, edition, chance), []


def _turn(
    house: Household, person: int, day: date, received: date, turn: str, edition: Edition, chance: Random
) -> list[Invoice]:
    care, country = _care(house.formula, chance), house.residence
    more: dict[str, Any] = {}
    if turn == "no_prescription":
        more = {"papers": frozenset(["invoice"])}
        care = "ambulatory.pharmacy" if chance.randrange(2) else "optical.glasses"
    elif turn == "france":
        country, more = "FR", {"stay_days": chance.choice((12, 20, 35, 95))}
    elif turn in ("out_of_zone", "third_country", "accident_abroad"):
        country = _abroad(house, edition, chance, turn)
        more = {"stay_days": chance.randint(4, 40), "cause": "accident" if turn == "accident_abroad" else "illness"}
    elif turn == "late":
        day = max(house.joined + timedelta(days=1), received - timedelta(days=chance.randint(735, 900)))
    one = visit(chance, care, country, person, day, received, **more)
    if turn == "excluded":
        extra = chance.choice(("excluded.everyday_product", "excluded.psychologist", "excluded.cosmetic"))
        one = replace(one, items=(*one.items, item(chance, extra, country, day)))
    if turn == "again":
        return [one, replace(one, received=received + timedelta(days=1), paper="jpeg")]
    return [one]


def _care(formula: str, chance: Random) -> str:
    """Somebody's care; few go for what their formula does not pay."""
    rare = () if formula in ("3", "4") else ("wellbeing",)
    weights = {k.care: min(1, k.weight) if k.care.startswith(rare) else k.weight for k in kinds().values()}
    return picked(chance, weights)


def _abroad(house: Household, edition: Edition, chance: Random, turn: str) -> str:
    """A country outside the membership's zone, or for a third country another one inside."""
    access = edition["zone.access"].value[house.zone]
    inside = turn == "third_country" or set(access) >= set(edition["zone.access"].value)
    found = [
        code for code in countries()
        if code not in ("FR", house.residence) and (edition.zone_of(code) in access) == inside
    ]  # fmt: skip
    return chance.choice(found)


def _stay(
    house: Household, person: int, day: date, received: date, chance: Random
) -> tuple[list[Invoice], list[Event]]:
    """A stay in hospital of some days, asked for and granted in time; sometimes the hospital is paid directly."""
    day = min(day, received - timedelta(days=8))
    nights, direct = chance.randint(2, 6), chance.randrange(4) == 0
    last = day + timedelta(days=nights - 1)
    items = [item(chance, "hospital.stay", house.residence, day, nights, last_day=last)]
    items += [item(chance, chance.choice(("hospital.surgery", "hospital.medical")), house.residence, day)]
    one = invoice(chance, "hospital", house.residence, person, items, received, direct=direct)
    asked = max(house.joined + timedelta(days=1), day - timedelta(days=chance.randint(11, 25)))
    values = {"person": person, "care": "hospital", "starts": day, "direct": direct}
    events = [Event(asked, "approval", values)]
    return [one], [*events, *([lives.hospital_account(chance, one)] if direct else [])]
