"""What care cost over the last twelve months: spent, paid, awaited and left to pay, by person, category and currency.

The months are calendar months, the last one today's, and care belongs to the month in which it began. Paid is what was
paid in EUR, cents counted. An invoice in EUR is what it says, one that was reimbursed in full is what was paid; every
other one is an estimate: at the rate of its payment where it was paid in its own currency, else at today's. One line
claimed twice and refused for that was spent once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from sqlalchemy import Date, Integer, Row, bindparam, case, cast, func, literal_column, null, select, union_all
from sqlmodel import Session

from expat.claims.tables import ClaimLine
from expat.currency.rates import Rate, rates_on
from expat.db import table_of
from expat.errors import NotFound
from expat.membership.tables import Membership
from expat.money import CENTS, EUR, exact, from_minor, round_half_up
from expat.periods import Period, add_months, month_end
from expat.plans.edition import Edition
from expat.plans.loader import plan

MONTHS = 12
EXCLUDED = "excluded"  # the category of what the plan does not cover

# How a line counts: paid in full, or in part in the invoice's currency or another; refused; awaited whole or cut.
IN_FULL, IN_ITS_OWN, IN_ANOTHER, REFUSED, WHOLE, CUT = range(6)
PAID = (IN_FULL, IN_ITS_OWN, IN_ANOTHER)

_LINE: Any = table_of(ClaimLine)
_MEMBERSHIP: Any = table_of(Membership)


@dataclass
class Sum:
    """Cents of EUR: invoiced = paid + awaited (accepted or pending) + left. `estimate`: not all of it is exact."""

    invoiced: int = 0
    paid: int = 0
    awaited: int = 0
    lines: int = 0
    estimate: bool = False

    @property
    def left(self) -> int:
        """What the insured pay themselves, in cents."""
        return self.invoiced - self.paid - self.awaited

    def add(self, other: Sum) -> None:
        """Count what another sum counts, too."""
        self.invoiced += other.invoiced
        self.paid += other.paid
        self.awaited += other.awaited
        self.lines += other.lines
        self.estimate = self.estimate or other.estimate


class Converted(NamedTuple):
    """Lines that a payout paid whose invoices are in a currency other than EUR; `line` is the key of one of them."""

    payout: int
    currency: str
    lines: int
    line: int


@dataclass
class Spending:
    """The twelve months: in all, and by person (key), category, currency of the invoice and month (its first day).

    `invoiced` is what the invoices say, by currency; `rates` those of today that served for estimates; `without_rate`
    is invoiced too and in none of the sums, because its currency has no rate. `estimated` are the lines that count at
    today's rate, by currency; `converted` those that count at the rate of their payment.
    """

    months: Period
    total: Sum = field(default_factory=Sum)
    by_person: dict[int, Sum] = field(default_factory=lambda: defaultdict(Sum))
    by_category: dict[str, Sum] = field(default_factory=lambda: defaultdict(Sum))
    by_currency: dict[str, Sum] = field(default_factory=lambda: defaultdict(Sum))
    by_month: dict[date, Sum] = field(default_factory=lambda: defaultdict(Sum))
    invoiced: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    without_rate: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    rates: dict[str, Rate] = field(default_factory=dict)
    estimated: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    converted: list[Converted] = field(default_factory=list)


def spending(
    session: Session,
    membership_id: int,
    persons: Collection[int],
    today: date,
    preference: Sequence[str],
    sums_only: Collection[int] = (),
) -> Spending:
    """What the persons' care cost; of those in `sums_only` the total by person is told, and nothing else.

    Three queries, however many lines there are. Raises NotFound.
    """
    name = session.execute(select(_MEMBERSHIP.c.plan).where(_MEMBERSHIP.c.id == membership_id)).scalar()
    if name is None:
        raise NotFound("membership", f"there is no membership {membership_id}")
    edition = plan(name).on(today)
    found = Spending(Period(add_months(today.replace(day=1), 1 - MONTHS), month_end(today)))
    months = found.months
    firsts = [add_months(months.first, n) for n in range(MONTHS)]
    asked = {"membership": membership_id, "persons": [*{*persons, *sums_only}], "last": months.last}
    asked |= {f"month_{n}": first for n, first in enumerate(firsts)}
    sent = session.execute(_GROUPED, asked).all()
    found.converted = [Converted(r.payout_id, r.currency, int(r.lines), r.line) for r in sent if r.payout_id]
    rows = [row for row in sent if not row.payout_id]
    foreign = {row.currency for row in rows if _own(row) is None}
    valid = edition["claim.rate_valid"].value
    found.rates = rates_on(session, foreign, today, preference, valid) if foreign else {}
    found.by_month |= {first: Sum() for first in firsts}
    for row in rows:
        _count(found, row, firsts[row.month], edition, row.person_id in sums_only and row.person_id not in persons)
    return found


def _month(first: int, last: int) -> Any:
    """The number of a line's month, by halves: the databases take a date's text apart several times as slowly."""
    if first == last:
        return literal_column(str(first), Integer)
    half = (first + last + 1) // 2
    later = _LINE.c.first_day >= bindparam(f"month_{half}", type_=Date)
    return case((later, _month(half, last)), else_=_month(first, half - 1))


def _kind() -> Any:
    """How a line counts, as a number: the databases group by one of these more cheaply than by several words."""
    line, word = _LINE.c, {kind: literal_column(str(kind), Integer) for kind in range(CUT + 1)}
    in_full, own = line.reasons == "", line.payout_currency == line.currency
    paid = case((in_full, word[IN_FULL]), (own, word[IN_ITS_OWN]), else_=word[IN_ANOTHER])
    return case(
        (line.status == "paid", paid), (line.status == "refused", word[REFUSED]),
        ((line.status == "pending") | in_full | line.cents.is_(None), word[WHOLE]), else_=word[CUT],
    )  # fmt: skip


def _grouped() -> Any:
    """The lines looked at once, grouped twice: by what they count for, and (with a `payout_id`) by what paid them."""
    line = _LINE.c
    keys = {
        "person_id": line.person_id, "care": line.care, "currency": line.currency, "kind": _kind(),
        "month": _month(0, MONTHS - 1),
    }  # fmt: skip
    sums = {name: func.sum(line[name]).label(name) for name in ("amount", "cents", "payout")}
    counted = func.count().label("lines"), func.min(line.id).label("line")
    query = select(*(key.label(name) for name, key in keys.items()), line.payout_id, *sums.values(), *counted)
    query = query.where(line.membership_id == bindparam("membership"))
    query = query.where(line.person_id.in_(bindparam("persons", expanding=True)), line.reasons != "duplicate")
    query = query.where(line.first_day.between(bindparam("month_0", type_=Date), bindparam("last", type_=Date)))
    held = query.group_by(*(literal_column(name) for name in keys), line.payout_id).cte("held")
    names, lines = [held.c[name] for name in keys], func.sum(held.c.lines).label("lines")
    summed = [func.sum(held.c[name]).label(name) for name in sums]
    nothing = {column.name: cast(null(), column.type).label(column.name) for column in held.c}
    counts = select(*names, nothing["payout_id"], *summed, lines, nothing["line"]).group_by(*names)
    first = func.min(held.c.line).label("line")
    shown = {**nothing, "currency": held.c.currency, "payout_id": held.c.payout_id, "lines": lines, "line": first}
    paid = select(*(shown[column.name] for column in held.c)).where(held.c.payout_id.is_not(None))
    return union_all(counts, paid.where(held.c.currency != EUR).group_by(held.c.payout_id, held.c.currency))


_GROUPED: Any = _grouped()  # made once: making a statement costs as much as sending it


def _count(found: Spending, row: Row[Any], month: date, edition: Edition, private: bool) -> None:
    """Count a group of lines: the member sees the sum alone of who keeps his or her claims private."""
    amount = from_minor(int(row.amount), row.currency)
    one = _sum(row, amount, found.rates)
    if not private:
        found.invoiced[row.currency] += amount
    if one is None:
        found.without_rate[row.currency] += amount
        return
    if _own(row) is None:
        found.estimated[row.currency] += one.lines
    found.total.add(one)
    found.by_person[row.person_id].add(one)
    if not private:
        care = edition.care.get(row.care)
        found.by_category[care.category if care else EXCLUDED].add(one)
        found.by_currency[row.currency].add(one)
        found.by_month[month].add(one)


def _sum(row: Row[Any], amount: Decimal, rates: Mapping[str, Rate]) -> Sum | None:
    """What a group of lines counts; None where its currency has no rate."""
    own = _own(row)
    invoiced = own
    if invoiced is None:
        rate = rates.get(row.currency)
        if rate is None:
            return None
        invoiced = _cents(exact(amount) / exact(rate.value))
    paid = int(row.cents or 0) if row.kind in PAID else 0
    invoiced = max(invoiced, paid)  # an estimate is never below what was paid
    sure = row.currency == EUR or row.kind == IN_FULL
    return Sum(invoiced, paid, _awaited(row, invoiced), int(row.lines), not sure)


def _own(row: Row[Any]) -> int | None:
    """Cents that the invoices come to without today's rate."""
    if row.currency == EUR:
        return int(row.amount)
    if row.kind == IN_FULL:
        return int(row.cents)
    if row.kind == IN_ITS_OWN and row.payout:
        return _cents(Fraction(int(row.amount)) * int(row.cents) / int(row.payout) / 10**CENTS)
    return None


def _awaited(row: Row[Any], invoiced: int) -> int:
    """What may still be paid: of an accepted line its benefit, of one that waits for papers all of it."""
    if row.kind == WHOLE:
        return invoiced
    return min(int(row.cents), invoiced) if row.kind == CUT else 0


def _cents(eur: Fraction) -> int:
    return int(round_half_up(eur, CENTS).scaleb(CENTS))
