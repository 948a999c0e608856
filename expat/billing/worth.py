"""What the days of a period are worth, by the tariff and by who is covered: the target that calls add up to. Pure.

A period is cut where the price changes: on 1 January, where somebody's cover begins or ends, where formula or zone
change, and on the birthday that ends the family tariff. Each part is the instalment in proportion to its days.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from expat.claims.dossier import Dossier
from expat.membership import standing
from expat.money import CENTS, EUR, round_half_up, to_minor
from expat.periods import DAY, Period, add_months, add_years
from expat.plans.edition import Edition
from expat.premiums.tariff import INSTALMENTS, Insured, Price, price


class Part(NamedTuple):
    """Some days of a period with one price: EUR cents for these days, the price, and who is insured (keys).

    `price` is None where nobody is covered on these days.
    """

    days: Period
    cents: int
    price: Price | None
    people: tuple[int, ...]
    formula: str
    zone: str

    def explained(self, dossier: Dossier, of: int) -> dict[str, Any]:
        """The arithmetic as it is kept; `of` is how many days the period has."""
        found: dict[str, Any] = {"days": _length(self.days), "of": of, "formula": self.formula, "zone": self.zone}
        if self.price is None:
            return found
        told, factor = self.price, self.price.instalment_factor
        people = [{"person": key, "role": dossier.people[key].role} for key in self.people]
        items = [
            {
                "what": item.what, "person": item.person, "age": item.age, "base": _used(item.base),
                "factors": [_used(one) for one in item.factors], "amount": str(item.amount),
            }
            for item in told.items
        ]  # fmt: skip
        return found | {
            "people": people, "items": items, "yearly": str(told.yearly), "frequency": told.frequency,
            "instalments": told.instalments, "instalment": str(told.instalment), "factor": _used(factor),
        }  # fmt: skip


def period_from(first: date, joined: date, frequency: str) -> Period:
    """The period that begins on `first`: its end is counted from the membership's first day, so that months keep it.

    >>> period_from(date(2026, 2, 28), date(2025, 8, 31), "quarterly")
    Period(first=datetime.date(2026, 2, 28), last=datetime.date(2026, 5, 30))
    """
    step, n = 12 // INSTALMENTS[frequency], 1
    while add_months(joined, n * step) <= first:
        n += 1
    return Period(first, add_months(joined, n * step) - DAY)


def worth(dossier: Dossier, period: Period, frequency: str, called: bool = False) -> list[Part]:
    """The parts of a period in order, covered or not; days that follow each other at one price are one part.

    Where it was `called`, the member's death changes nothing as long as it keeps the others covered (UNO-MEM-3).
    """
    cuts: list[Period] = []
    for days in _cut(dossier, period):
        if cuts and _same_price(dossier, cuts[-1].first, days.first, frequency, called):
            cuts[-1] = Period(cuts[-1].first, days.last)
        else:
            cuts.append(days)
    return [_part(dossier, days, period, frequency, called) for days in cuts]


def _same_price(dossier: Dossier, day: date, other: date, frequency: str, called: bool) -> bool:
    one, two = (_part(dossier, Period(d, d), Period(d, d), frequency, called) for d in (day, other))
    if (one.people, one.formula, one.zone) != (two.people, two.formula, two.zone):
        return False
    return (one.price and one.price.yearly) == (two.price and two.price.yearly)


def _part(dossier: Dossier, days: Period, period: Period, frequency: str, called: bool) -> Part:
    edition = dossier.plan.on(days.first)
    formula, zone = dossier.on("formula", days.first), dossier.on("zone", days.first)
    people = _covered(dossier, edition, days.first, called)
    if not people:
        return Part(days, 0, None, (), formula, zone)
    insured = [_insured(dossier.people[key]) for key in people]
    found = price(edition, formula, zone, insured, days.first, frequency)
    if days == period:
        return Part(days, to_minor(found.instalment, EUR), found, people, formula, zone)
    whole = Fraction(found.yearly) * Fraction(found.instalment_factor.value) / found.instalments
    share = round_half_up(whole * _length(days) / _length(period), CENTS)
    return Part(days, to_minor(share, EUR), found, people, formula, zone)


def _insured(row: Any) -> Insured:
    return Insured(row.role, row.born, row.surcharge)


def _covered(dossier: Dossier, edition: Edition, day: date, called: bool) -> tuple[int, ...]:
    """Who is covered on a day, suspended or not: premiums are due all the same. Without the member nobody pays."""
    found = tuple(
        key for key, row in dossier.people.items() if any(day in cover for cover in dossier.cover(key, edition))
    )
    if any(dossier.people[key].role == "member" for key in found):
        return found
    death = standing.death_of_member(dossier.changes)
    if called and found and death is not None and day >= death.effective_from:
        return _covered(dossier, edition, death.effective_from - DAY, called=False)
    return ()


def _cut(dossier: Dossier, period: Period) -> Iterator[Period]:
    starts = sorted({period.first, *(day for day in _turns(dossier, period) if period.first < day <= period.last)})
    ends: Sequence[date] = [*(day - DAY for day in starts[1:]), period.last]
    yield from (Period(first, last) for first, last in zip(starts, ends, strict=True))


def _turns(dossier: Dossier, period: Period) -> Iterator[date]:
    """Days on which the price may change."""
    edition = dossier.plan.on(period.first)
    yield from (date(year, 1, 1) for year in range(period.first.year, period.last.year + 1))
    for key in dossier.people:
        for cover in dossier.cover(key, edition):
            yield cover.first
            if cover.last < period.last:
                yield cover.last + DAY
    for kind in ("formula", "zone"):
        yield from (since.first for since in dossier.timeline(kind))
    yield add_years(dossier.member.born, edition["premium.family_tariff_until"].value)


def _used(used: Any) -> dict[str, str]:
    return {"name": used.name, "value": str(Decimal(used.value)), "citation": str(used.citation)}


def _length(days: Period) -> int:
    return (days.last - days.first).days + 1
