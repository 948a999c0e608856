"""The rate of a day (UNO-FX-2)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Context, Decimal
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlmodel import Session, SQLModel

from expat.currency.arrivals import NewRate, add_rates
from expat.currency.parities import Parity, parity_of
from expat.currency.tables import PublishedRate
from expat.money import EUR

__all__ = ["NewRate", "Rate", "add_rates", "rates_on"]

USD = "USD"
PARITY = "parity"
CONFIGURABLE = frozenset({"operator", "ecb", PARITY, "forex-python"})

_RATE = SQLModel.metadata.tables[PublishedRate.__tablename__].c


@dataclass(frozen=True, slots=True)
class Rate:
    """Units of `currency` for 1 EUR, their source, and why this publication counts for the day.

    `basis` is `euro`, `published` (of that very day), `last_before` (weekend, TARGET closing day, or older),
    `parity_eur` or `parity_usd`; a dollar parity has the dollar rate's `published_on` and `id`.
    """

    currency: str
    value: Decimal
    source: str
    published_on: date
    note: str | None
    id: int | None
    basis: str


def rates_on(
    session: Session, currencies: Collection[str], day: date, preference: Sequence[str], valid_days: int = 7
) -> dict[str, Rate]:
    """The rate of `day` for each currency, by one query; a currency that has none is absent (UNO-FX-2).

    - It is the last one published on or before the day, at most `valid_days` days old, whichever source it
      comes from; between sources that published on the same day `preference` decides; of one source's rows
      for one day the latest to arrive holds.
    - A source that `preference` does not name and that no operator can configure (a story's own) ranks first;
      one that can be configured and is left out (`ecb`, `forex-python`...) is not used at all.
    - A fixed parity holds every day, so that nothing published is newer: it yields to a valid rate of a
      source that stands before `parity`; sources after it are not asked. Without `parity`, none is used.
    - A dollar parity is multiplied by the dollar rate of the day. Of dollar rates published on one day the
      ECB's comes first, whatever the preference; where the dollar has no rate, neither has the currency.
    """
    wanted = {c for c in currencies if c != EUR}
    pegs = {c: p for c in wanted if (p := parity_of(c, day))} if PARITY in preference else {}
    asked = wanted | {USD} if any(p.per == USD for p in pegs.values()) else wanted
    published = _published(session, asked, day, valid_days)
    found = {c: r for c in wanted if (r := _held(c, day, published, preference, pegs.get(c)))}
    if EUR in currencies:
        found[EUR] = Rate(EUR, Decimal(1), "euro", day, None, None, "euro")
    return found


_LATEST: Select[Any] = (
    select(_RATE.currency, _RATE.value, _RATE.source, _RATE.published_on, _RATE.note, _RATE.id)
    .where(
        _RATE.currency.in_(bindparam("currencies", expanding=True)),
        _RATE.published_on.between(bindparam("since"), bindparam("day")),
    )
    .order_by(_RATE.id)
)


def _published(session: Session, currencies: set[str], day: date, valid_days: int) -> Mapping[str, list[Rate]]:
    """What holds of every currency, source and day from `day - valid_days` to `day`."""
    if not currencies:
        return {}
    asked = {"currencies": sorted(currencies), "since": day - timedelta(days=valid_days), "day": day}
    holding: dict[tuple[str, str, date], Rate] = {}
    for currency, value, source, published_on, note, id_ in session.execute(_LATEST, asked):
        basis = "published" if published_on == day else "last_before"
        holding[currency, source, published_on] = Rate(currency, value, source, published_on, note, id_, basis)
    by_currency: dict[str, list[Rate]] = {}
    for rate in holding.values():
        by_currency.setdefault(rate.currency, []).append(rate)
    return by_currency


def _held(
    currency: str,
    day: date,
    published: Mapping[str, list[Rate]],
    preference: Sequence[str],
    peg: Parity | None,
) -> Rate | None:
    rates = published.get(currency, ())
    if peg is None:
        return _last(rates, preference)
    before = preference[: preference.index(PARITY)]
    return _last(rates, before) or _pegged(peg, day, published.get(USD, ()), preference)


def _last(rates: Iterable[Rate], preference: Sequence[str]) -> Rate | None:
    """The last published; of one day, the source that is preferred."""
    usable = [r for r in rates if r.source in preference or r.source not in CONFIGURABLE]
    rank = {source: -place for place, source in enumerate(preference, start=1)}
    return max(usable, key=lambda r: (r.published_on, rank.get(r.source, 0), r.id or 0), default=None)


def _pegged(peg: Parity, day: date, dollars: Iterable[Rate], preference: Sequence[str]) -> Rate | None:
    if peg.per == EUR:
        note = f"{peg.value} {peg.currency} per EUR ({peg.citation})"
        return Rate(peg.currency, peg.value, PARITY, day, note, None, "parity_eur")
    dollar = _last(dollars, sorted(preference, key=lambda source: source != "ecb"))
    if dollar is None:
        return None
    source = "ECB" if dollar.source == "ecb" else dollar.source
    note = (
        f"{peg.value} {peg.currency} per USD × {dollar.value} USD per EUR of {dollar.published_on}, {source}"
        f" ({peg.citation})"
    )
    value = _product(peg.value, dollar.value)
    return Rate(peg.currency, value, PARITY, dollar.published_on, note, dollar.id, "parity_usd")


def _product(one: Decimal, other: Decimal) -> Decimal:
    """one × other with every digit, and without the zeros at the end that a multiplication leaves."""
    exactly = Context(prec=len(one.as_tuple().digits) + len(other.as_tuple().digits))
    product = exactly.multiply(one, other).normalize(exactly)
    return product.quantize(Decimal(1), context=exactly) if product == product.to_integral_value() else product
