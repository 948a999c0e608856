"""`expat data`: what is past the time that it is kept, and taking out what can go."""

from __future__ import annotations

from collections import Counter
from datetime import date

import click
from rich.table import Table

import expat.tables  # noqa: F401  what is kept stands in every folder's tables
from expat.db import now, transaction
from expat.personal_data.consents import PURPOSES, addressees
from expat.personal_data.due import ROWS, due
from expat.personal_data.erase import MOST, erase_class, remove_files
from expat.personal_data.export import snapshot
from expat.personal_data.retention import ANSWER, retention_on
from expat.settings import settings
from expat.terminal import DAY, ready, show


@click.group()
def data() -> None:
    """Personal data: what is past the time that it is kept."""


@data.command("due")
@click.option("--on", "day", type=DAY, help="the day to look from; by default today")
@click.option("--each", is_flag=True, help="every one of them, and not the number of each kind alone")
def due_(day: date | None, each: bool) -> None:
    """List what is past the time that it is kept (config/retention.toml), with its ground. Changes nothing."""
    on, count, held = day or now().date(), Counter[str](), Counter[str]()
    with snapshot(ready()) as session:
        for one in due(session, on):
            count[one.what] += 1
            held[one.what] += one.held
            if each:
                back = ", held back" if one.held else ""
                click.echo(f"{one.what} {one.subject}: since {one.since}, kept until {one.until}{back}")
    table = Table("what", "past its time", "held back", "months", "after", "ground")
    for what, kept in retention_on(on).items():
        if what in count:
            table.add_row(what, str(count[what]), str(held[what]), str(kept.months), kept.after, kept.basis)
    show(table)
    click.echo(f"{count.total()} past their time on {on}, {held.total()} held back")


@data.command("erase")
@click.option("--on", "day", type=DAY, help="the day to look from; by default today")
@click.option("--by", required=True, help="who has it erased, for the audit trail")
def erase_(day: date | None, by: str) -> None:
    """Erase what is past its time: blank what is personal in what is kept for good, and drop the rest.

    Held back is what is restricted, and memberships in which a complaint or a request about data waits. It works in
    small transactions: stopped half-way, it is started again.
    """
    engine, at, gone = ready(), now(), Counter[str]()
    on = day or at.date()
    for kept in retention_on(on).values():
        while kept.what != ANSWER:
            with transaction(engine) as session:
                count = erase_class(session, kept, on, at, by, MOST)
            gone[kept.what] += count
            if not count or kept.what in ROWS:
                break
    for what, count in (+gone).items():
        click.echo(f"{what}: {count} erased")
    with transaction(engine) as session:
        files = remove_files(session, settings().document_folder)
    click.echo(f"{gone.total()} erased, {files} files removed")


@data.command("addressees")
@click.argument("purpose", type=click.Choice(list(PURPOSES)))
@click.option("--on", "day", type=DAY, help="the day to look from; by default today")
def addressees_(purpose: str, day: date | None) -> None:
    """Who agreed to be written to for PURPOSE, as lines of address, name and language: the only list to write by.

    Without those who took it back, objected since, or whose data is restricted.
    """
    with snapshot(ready()) as session:
        for one in addressees(session, purpose, day or now().date()):
            if one.email is not None:
                click.echo(f"{one.email}\t{one.name}\t{one.language}")
