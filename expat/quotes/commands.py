"""`expat quote`: what a membership would cost, line by line."""

from __future__ import annotations

from datetime import date

import click
from rich.table import Table

from expat.db import now
from expat.letters.price_words import euros, frequency, price_lines
from expat.premiums.tariff import Insured
from expat.quotes.offers import Offer, offers
from expat.quotes.quote import Asked, checked, edition_for
from expat.settings import settings
from expat.terminal import DAY, show
from expat.wording.voice import Voice, voice


@click.group()
def quote() -> None:
    """Quotes: what a membership would cost."""


@quote.command("price")
@click.option("--country", required=True, help="where the member will live, as an ISO 3166-1 code such as SG")
@click.option("--from", "first_day", type=DAY, required=True, help="the first day of cover")
@click.option("--zone", help="a wider zone than the country's own")
@click.option("--member", type=DAY, required=True, help="the member's birth date")
@click.option("--spouse", type=DAY, help="the birth date of the spouse or partner")
@click.option("--child", "children", type=DAY, multiple=True, help="a child's birth date; once for each child")
def price_(
    country: str, first_day: date, zone: str | None, member: date, spouse: date | None, children: tuple[date, ...]
) -> None:
    """Print the premium of each formula and how it comes about; nothing is kept."""
    today = now().date()
    adults = [Insured("member", member), *([Insured("spouse", spouse)] if spouse else [])]
    people = (*adults, *(Insured("child", born) for born in children))
    edition = edition_for(first_day, today)
    chosen = zone or edition.zone_of(country)
    often = edition["premium.frequencies"].value
    checked(Asked(country, chosen, first_day, often[0], people), today)
    speaks = voice(settings().language)
    found = offers(edition, chosen, people, first_day)
    show(_prices(found, often, speaks))
    told = [(one.role, one.born) for one in people]
    for offer in found:
        for line in price_lines(offer.prices[0], told, first_day, speaks):
            click.echo(f"{offer.formula}  {line}")


def _prices(found: tuple[Offer, ...], often: list[str], speaks: Voice) -> Table:
    table = Table("", *(offer.formula for offer in found), box=None)
    for word in often:
        table.add_row(frequency(word, speaks), *(euros(o.paid(word).instalment, speaks) for o in found))
    return table
