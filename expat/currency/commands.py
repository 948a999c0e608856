"""`expat rates`: bring rates in, show the one of a day and why, type one in and confirm it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click
from sqlmodel import Session

from expat import audit
from expat.currency.arrivals import NewRate, add_rates
from expat.currency.ecb import EcbFile
from expat.currency.explain import explained
from expat.currency.history import kept
from expat.currency.online import ForexPython
from expat.currency.proposals import confirm, discard, propose
from expat.currency.seed import shipped_history
from expat.currency.tables import PublishedRate
from expat.currency.words import say
from expat.db import now, reading, transaction
from expat.errors import BadInput
from expat.money import minor_units
from expat.settings import settings
from expat.terminal import DAY, ready

_BY = click.option("--by", default="command", show_default=True, help="who acts, for the audit trail")


class _Currency(click.ParamType[str]):
    name = "currency"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            minor_units(str(value).upper())
        except BadInput as wrong:
            self.fail(f"{wrong.problem}; {wrong.expected}", param, ctx)
        return str(value).upper()


class _Value(click.ParamType[Decimal]):
    name = "value"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        try:
            return Decimal(str(value))
        except InvalidOperation:
            self.fail(f"{value!r} is no number; write it as 1.4473", param, ctx)


@click.group()
def rates() -> None:
    """Exchange rates: import, show, type in."""


@rates.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@_BY
def import_(file: Path, by: str) -> None:
    """Import a file of the ECB's: CSV, XML, or the .zip of one."""
    source = EcbFile(file, _today())
    _keep(source.rates(), source.name, "rate.import", by, file=file.name)


@rates.command()
@click.option("--since", type=DAY, default=date.min, help="only rates published from this day on")
@_BY
def seed(since: date, by: str) -> None:
    """Bring in the ECB's history that Expat is installed with; again does no harm."""
    source = shipped_history(_today())
    # a correction that was imported since is not to be undone by the older history
    _keep(source.rates(since), source.name, "rate.seed", by, only_missing=True, since=str(since))


@rates.command()
@click.option("--on", "day", type=DAY, help="the day asked for; today where none is named")
@_BY
def fetch(day: date | None, by: str) -> None:
    """Ask the online source (forex-python) for a day's rates."""
    ready()
    asked = day or _today()
    source = ForexPython(settings().forex_timeout)
    _keep(source.fetch(asked), source.name, "rate.fetch", by, day=str(asked))


@rates.command()
@click.argument("currency", type=_Currency())
@click.option("--on", "day", type=DAY, required=True, help="the day of the reimbursement")
def show(currency: str, day: date) -> None:
    """Show the rate of a day and why it is that one. Ends with 1 where the currency has none."""
    chosen = settings()
    with reading(ready()) as session:
        found, lines = explained(session, currency, day, _today(), chosen.rate_sources, chosen.language)
    click.echo("\n".join(lines))
    sys.exit(0 if found else 1)


@rates.command("propose")
@click.argument("currency", type=_Currency())
@click.argument("value", type=_Value())
@click.option("--on", "day", type=DAY, required=True, help="the day that the rate is of")
@click.option("--reason", required=True, help="why it is typed in")
@click.option("--by", required=True, help="who types it in")
def propose_(currency: str, value: Decimal, day: date, reason: str, by: str) -> None:
    """Type in a rate (units of CURRENCY for 1 EUR); another person confirms it."""
    with _writing() as session:
        number = propose(session, currency, value, day, reason, by, now())
    command = f"expat rates confirm {number} --by NAME"
    _say("proposed", id=number, value=value, currency=currency, day=day, command=command)


@rates.command("confirm")
@click.argument("number", type=int, metavar="ID")
@click.option("--by", required=True, help="who confirms: not the one who typed it in")
def confirm_(number: int, by: str) -> None:
    """Confirm a rate that another person typed in."""
    with _writing() as session:
        rate_id = confirm(session, number, by, now())
        rate = session.get_one(PublishedRate, rate_id)
    _say("confirmed", id=number, rate_id=rate_id, value=rate.value, currency=rate.currency, day=rate.published_on)


@rates.command("discard")
@click.argument("number", type=int, metavar="ID")
@click.option("--reason", required=True, help="why it is not to be confirmed")
@click.option("--by", required=True, help="who discards it: whoever typed it in, or anybody else")
def discard_(number: int, reason: str, by: str) -> None:
    """Discard a rate that was typed in and is not confirmed; it stays, marked as discarded."""
    with _writing() as session:
        discard(session, number, reason, by, now())
    _say("discarded", id=number)


@rates.command("list")
@click.argument("currency", type=_Currency())
@click.option("--from", "start", type=DAY, help="first day of publication; by default 30 days earlier")
@click.option("--to", "end", type=DAY, help="last day of publication; by default today")
def list_(currency: str, start: date | None, end: date | None) -> None:
    """List every rate kept for a currency, corrected ones included."""
    last = end or _today()
    first = start or last - timedelta(days=30)
    with reading(ready()) as session:
        found = kept(session, currency, first, last)
    if not found:
        _say("nothing_listed", currency=currency, start=first, end=last)
    for rate in found:
        mark = "" if rate.holds else f"  [{say(settings().language, 'superseded')}]"
        note = f"  {rate.note}" if rate.note else ""
        click.echo(f"{rate.published_on}  {rate.value} {currency}  {rate.source}  {rate.id}{mark}{note}")


def _today() -> date:
    return now().date()


@contextmanager
def _writing() -> Iterator[Session]:
    with transaction(ready()) as session:
        yield session


def _keep(
    arrived: Iterable[NewRate], source: str, action: str, by: str, only_missing: bool = False, **detail: str
) -> None:
    """All of what arrived in one transaction, or nothing."""
    with _writing() as session:
        count = add_rates(session, arrived, now(), only_missing=only_missing)
        audit.record(session, now(), by, action, f"rate:{source}", added=count, **detail)
    _say("kept", count=count, source=source)


def _say(words: str, **values: object) -> None:
    click.echo(say(settings().language, words, **values))
