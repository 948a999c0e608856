"""`expat data`: what is past the time that it is kept, and taking out what can go."""

from __future__ import annotations

from collections import Counter
from datetime import date

import click
from rich.table import Table

from expat.db import now, transaction
from expat.personal_data.due import ERASED, due, erase
from expat.personal_data.export import snapshot
from expat.personal_data.retention import retention_on
from expat.terminal import DAY, ready, show


@click.group()
def data() -> None:
    """Personal data: what is past the time that it is kept."""


@data.command("due")
@click.option("--on", "day", type=DAY, help="the day to look from; by default today")
@click.option("--each", is_flag=True, help="every one of them, and not the number of each kind alone")
def due_(day: date | None, each: bool) -> None:
    """List what is past the time that it is kept (config/retention.toml), with its ground. Changes nothing."""
    on, count = day or now().date(), Counter[str]()
    with snapshot(ready()) as session:
        for one in due(session, on):
            count[one.what] += 1
            if each:
                click.echo(f"{one.what} {one.subject}: since {one.since}, kept until {one.until}")
    table = Table("what", "past its time", "months", "after", "ground", "erased by `expat data erase`")
    for what, kept in retention_on(on).items():
        if what in count:
            can = "yes" if what in ERASED else "no: kept append-only"
            table.add_row(what, str(count[what]), str(kept.months), kept.after, kept.basis, can)
    show(table)
    click.echo(f"{count.total()} past their time on {on}")


@data.command("erase")
@click.option("--on", "day", type=DAY, help="the day to look from; by default today")
@click.option("--by", required=True, help="who has it erased, for the audit trail")
def erase_(day: date | None, by: str) -> None:
    """Erase what is past its time and rests on nothing else; the rest is listed by `expat data due`."""
    at = now()
    with transaction(ready()) as session:
        gone = erase(session, day or at.date(), at, by)
    for what, count in gone.items():
        click.echo(f"{what}: {count} erased")
    click.echo(f"{sum(gone.values())} erased")
