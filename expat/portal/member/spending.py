"""What care cost over the last twelve months, as charts, each with the table that it is drawn from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from babel.dates import format_date
from flask import Blueprint, render_template

from expat.claims.spending import EXCLUDED, Spending, Sum
from expat.claims.spending import spending as spending_of
from expat.money import CENTS, EUR
from expat.payments.rates_used import RateUsed, rates_used
from expat.portal.access import MEMBER, allow
from expat.portal.member.claim_pages import first_names, visible
from expat.portal.remembered import remembered
from expat.portal.work import db, house, language, me, membership, speaks, today
from expat.wording import care, names
from expat.wording.catalogue import N_

pages = Blueprint("member_spending", __name__, url_prefix="/spending")

TITLES = {
    "month": N_("By month"),
    "category": N_("By category"),
    "person": N_("By person"),
    "currency": N_("By currency of the invoice"),
}


class Row(NamedTuple):
    """A row of a table and a bar of its chart; `invoiced` is in the currency of the invoices, where they share one."""

    name: str
    sum: Sum
    invoiced: str = ""


class Chart(NamedTuple):
    """A chart with its table: `key` is month, category, person or currency."""

    key: str
    title: str
    rows: list[Row]


@pages.get("")
@allow(MEMBER)
@remembered
def spending() -> str:
    """Spent, paid, awaited and left to pay. Of who keeps care private the sum alone is in it, by person."""
    seen = visible()
    found = spending_of(db(), membership(), seen.whole, today(), house().preference, seen.sums)
    everyone = first_names()
    return render_template(
        "portal/member/spending/spending.html", found=found, charts=_charts(found, everyone), rates=list(_rates(found)),
        euros=euros, several=speaks().several, statements=me().person_role == "member",
        private=[everyone[key] for key in sorted(seen.sums) if key in found.by_person],
        without=[speaks().amount(amount, currency) for currency, amount in found.without_rate.items()],
    )  # fmt: skip


def euros(cents: int) -> Decimal:
    """Cents as euros."""
    return Decimal(cents).scaleb(-CENTS)


def _rates(found: Spending) -> Iterator[RateUsed]:
    """Every rate that a sum rests on: today's, without a payout, for estimates; those that were paid at."""
    today_s = [
        RateUsed(one.currency, one.value, one.source, one.published_on, found.estimated[one.currency], ())
        for one in found.rates.values() if one.currency != EUR
    ]  # fmt: skip
    for one in sorted([*today_s, *rates_used(db(), found.converted)], key=lambda rate: rate.currency):
        yield one._replace(source=names.rate_source(one.source, language()))


def _charts(found: Spending, everyone: Mapping[int, str]) -> list[Chart]:
    say, locale = speaks().say, speaks().locale
    months = [Row(format_date(first, "MMM y", locale=locale), one) for first, one in sorted(found.by_month.items())]
    categories = [Row(_category(word), one) for word, one in _largest(found.by_category)]
    people = [Row(everyone[key], one) for key, one in _largest(found.by_person)]
    currencies = [
        Row(f"{code} – {names.currency(code, language())}", one, speaks().amount(found.invoiced[code], code))
        for code, one in _largest(found.by_currency)
    ]
    rows = {"month": months, "category": categories, "person": people, "currency": currencies}
    return [Chart(key, say(TITLES[key]), made) for key, made in rows.items() if any(row.sum.lines for row in made)]


def _largest(sums: Mapping[Any, Sum]) -> list[tuple[Any, Sum]]:
    return sorted(sums.items(), key=lambda pair: -pair[1].invoiced)


def _category(word: str) -> str:
    return care.care(word, language()) if word == EXCLUDED else care.category(word, language())
