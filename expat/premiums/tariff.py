"""What a membership costs in a year, and what each instalment is (UNO-PREM-1, UNO-MEM-4). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from expat.errors import BadInput
from expat.money import CENTS, round_half_up
from expat.periods import add_years, age
from expat.plans.edition import Edition
from expat.plans.figures import Used

INSTALMENTS = {"yearly": 1, "half_yearly": 2, "quarterly": 4}
ROLES = ("member", "spouse", "child")
ADULT_ROLES = ("member", "spouse")


class Insured(NamedTuple):
    """Someone who is to be insured. `role` is member, spouse or child; `surcharge` a share on top of the own part."""

    role: str
    born: date
    surcharge: Decimal | None = None
    name: str = ""


class PriceItem(NamedTuple):
    """One line of the explanation: `base` times each of `factors` is `amount`, EUR for a year, exact.

    `what` is single, couple, family, child or surcharge; `person` the place in the list of people; `age` is that on
    1 January. A surcharge stands on its person's line, its `age` is of whoever's band `base` is.
    """

    what: str
    person: int
    age: int
    base: Used
    factors: tuple[Used, ...]
    amount: Decimal


class Price(NamedTuple):
    """What is paid: EUR for the year, exact, its lines, and each instalment, rounded half up to the cent once."""

    yearly: Decimal
    items: tuple[PriceItem, ...]
    frequency: str
    instalments: int
    instalment: Decimal
    instalment_factor: Used


def price(edition: Edition, formula: str, zone: str, people: Sequence[Insured], on: date, frequency: str) -> Price:
    """The premium of these people as it is for the day `on`, by their ages on 1 January of its year.

    Raises BadInput naming the field: `formula`, `zone`, `frequency`, `people`, or `people.N.born` and the like.
    """
    _known("formula", formula, edition.formulas)
    _known("zone", zone, edition["premium.zone_factor"].value)
    _known("frequency", frequency, edition["premium.frequencies"].value)
    _checked(edition, people, on)
    items = _Tariff(edition, formula, zone, people, on).items()
    yearly = _sum(items)
    factor = _entry(edition["premium.instalment_factor"], frequency)
    count = INSTALMENTS[frequency]
    instalment = round_half_up(Fraction(yearly) * Fraction(factor.value) / count, CENTS)
    return Price(yearly, items, frequency, count, instalment, factor)


def pro_rata(yearly: Decimal, days: int, of: int) -> Decimal:
    """The part of a year's premium for `days` of the year's `of` days, rounded half up to the cent.

    >>> pro_rata(Decimal(3650), 14, 365)
    Decimal('140.00')
    """
    if not 0 <= days <= of or of == 0:
        raise BadInput("days", f"{days} days of {of}", "from 0 to the days of the membership year")
    return round_half_up(Fraction(yearly) * days / of, CENTS)


def youngest_band(edition: Edition) -> Used:
    """The band of the youngest adults, EUR a year: the base of each child's own premium (UNO-MEM-4)."""
    figure = edition["premium.age_bands"]
    return _entry(figure, min(figure.value, key=_bounds))


class _Tariff:
    """The tariff's figures for one formula and zone, and the people as they are on 1 January."""

    def __init__(self, edition: Edition, formula: str, zone: str, people: Sequence[Insured], on: date) -> None:
        self.edition, self.people, self.on = edition, people, on
        self.factors = (
            _entry(edition["premium.formula_factor"], formula),
            _entry(edition["premium.zone_factor"], zone),
        )
        self.ages = [age(p.born, on.replace(month=1, day=1)) for p in people]
        roles = [p.role for p in people]
        self.member = roles.index("member")
        self.spouse = roles.index("spouse") if "spouse" in roles else None
        self.children = [n for n, role in enumerate(roles) if role == "child"]

    def items(self) -> tuple[PriceItem, ...]:
        """Single, couple or family, and from the member's 65th birthday a line for each child; surcharges on top.

        A parent without a spouse is read as a family or as a single person with children, whichever costs less: the
        contract does not say which of them such a family is.
        """
        adults = self._adults()
        apart = self._surcharged([*adults, *(self._child(n) for n in self.children)], adults[0])
        if not self.children or self._too_old_for_family():
            return apart
        own = self._line("single", self.member, self._band(self.member), (self.edition["premium.single"],))
        one = self._line("family", self.member, self._band(self.member), (self.edition["premium.family"],))
        family = self._surcharged([one], own)
        return family if self.spouse is not None or _sum(family) <= _sum(apart) else apart

    def _surcharged(self, lines: list[PriceItem], own: PriceItem) -> tuple[PriceItem, ...]:
        """The lines, then a surcharge for everyone who has one, on that person's own line.

        In a family nobody has a line of one's own, and the member's too is everybody's: `own`, the member's own rate,
        stands in for each of them.
        """
        parts = {} if lines[0].what == "family" else {item.person: item for item in lines}
        added = [_surcharge(parts.get(n, own), n, one) for n, one in enumerate(self.people) if one.surcharge]
        return (*lines, *added)

    def _adults(self) -> list[PriceItem]:
        if self.spouse is None:
            return [self._line("single", self.member, self._band(self.member), (self.edition["premium.single"],))]
        return [self._line("couple", n, self._band(n), ()) for n in (self.member, self.spouse)]

    def _child(self, n: int) -> PriceItem:
        return self._line("child", n, youngest_band(self.edition), (self.edition["premium.child_from_65"],))

    def _too_old_for_family(self) -> bool:
        until = self.edition["premium.family_tariff_until"].value
        return self.on >= add_years(self.people[self.member].born, until)

    def _band(self, n: int) -> Used:
        """The band of an adult; who turned 18 since 1 January, and may join by then, pays the youngest."""
        figure = self.edition["premium.age_bands"]
        for band in sorted(figure.value, key=_bounds):
            if self.ages[n] <= _bounds(band)[1]:
                return _entry(figure, band)
        oldest = max(_bounds(band)[1] for band in figure.value)
        raise BadInput(f"people.{n}.born", f"{self.ages[n]} years on 1 January {self.on.year}", f"at most {oldest}")

    def _line(self, what: str, n: int, base: Used, factors: tuple[Used, ...]) -> PriceItem:
        all_factors = tuple(f._replace(value=Decimal(f.value)) for f in (*self.factors, *factors))
        amount = Decimal(base.value)
        for factor in all_factors:
            amount *= factor.value
        return PriceItem(what, n, self.ages[n], base, all_factors, amount)


def _surcharge(part: PriceItem, n: int, one: Insured) -> PriceItem:
    share = Used("premium.surcharge", one.surcharge, "share", part.base.citation)
    amount = part.amount * Decimal(one.surcharge or 0)
    return part._replace(what="surcharge", person=n, factors=(*part.factors, share), amount=amount)


def _sum(items: Sequence[PriceItem]) -> Decimal:
    return sum((item.amount for item in items), Decimal())


def _entry(figure: Used, key: str) -> Used:
    return figure.part(key, Decimal(figure.value[key]))


def _bounds(band: str) -> tuple[int, int]:
    """The first and the last age of a band such as 18-29."""
    first, _, last = band.partition("-")
    return int(first), int(last)


def _known(where: str, value: str, known: Sequence[str]) -> None:
    if value not in known:
        raise BadInput(where, f"{value!r} is unknown", f"one of {', '.join(known)}")


def _checked(edition: Edition, people: Sequence[Insured], on: date) -> None:
    """One member, one spouse at most, no adult below the youngest band, nobody who is born after the day."""
    youngest = min(_bounds(band)[0] for band in edition["premium.age_bands"].value)
    for n, one in enumerate(people):
        _known(f"people.{n}.role", one.role, ROLES)
        if one.born > on:
            raise BadInput(f"people.{n}.born", f"born on {one.born}, after {on}", "a birth date up to that day")
        if one.role in ADULT_ROLES and age(one.born, on) < youngest:
            raise BadInput(f"people.{n}.born", f"{age(one.born, on)} years on {on}", f"at least {youngest}")
        if one.surcharge is not None and not (one.surcharge.is_finite() and one.surcharge >= 0):
            raise BadInput(f"people.{n}.surcharge", f"{one.surcharge} is no surcharge", "a share such as 0.25")
    roles = [one.role for one in people]
    if roles.count("member") != 1 or roles.count("spouse") > 1:
        found = f"{roles.count('member')} members and {roles.count('spouse')} spouses"
        raise BadInput("people", found, "one member, one spouse at most")
