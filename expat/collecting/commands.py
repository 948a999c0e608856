"""`expat bank import` and `expat bank debits`, beside the files for the bank."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from expat.collecting.batches import make_batches, write_files
from expat.collecting.due import WHY, LeftOut, to_collect
from expat.collecting.listing import batch_sums
from expat.collecting.moved import WAITS
from expat.collecting.statements import Imported, import_file
from expat.db import now, reading, transaction
from expat.errors import BadInput
from expat.membership.changes import Acting
from expat.money import EUR, from_minor, written
from expat.payments.commands import bank
from expat.settings import settings
from expat.terminal import DAY, ready
from expat.wording.clock import day_there

__all__ = ["bank"]

_BY = click.option("--by", default="command", show_default=True, help="who acts, for the audit trail")


@bank.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@_BY
def import_(files: tuple[str, ...], by: str) -> None:
    """Read what the bank sent (camt.053, camt.054). Each file is taken whole or not at all, each movement once."""
    engine = ready()
    for file in files:
        try:
            content = Path(file).read_bytes()
        except OSError as wrong:
            raise BadInput(file, f"cannot be read ({wrong.strerror})", "a file of the bank") from wrong
        with transaction(engine) as session:
            done = import_file(session, Path(file).name, content, _acting(by), settings())
        click.echo(f"{file}: {_told(done)}")


def _told(done: Imported) -> str:
    if done.again:
        return "was read before; nothing is counted again"
    parts = ", ".join(f"{count} {name}" for name, count in sorted(done.parts.items()) if name != WAITS)
    known = f"; {done.known} known before" if done.known else ""
    waits = f"; {done.parts[WAITS]} wait for a person" if done.parts[WAITS] else ""
    return f"{done.new} new movements" + (f": {parts}" if parts else "") + known + waits


@bank.command()
@click.option("--on", "day", type=DAY, help="the day on which they are made; today where none is named")
@click.option("--dry-run", "dry", is_flag=True, help="show what would be collected; keep nothing")
@_BY
def debits(day: date | None, dry: bool, by: str) -> None:
    """Put premiums that fall due into batches of direct debits. Two people look and release on the pages."""
    engine, chosen, acting = ready(), settings(), _acting(by, day)
    with reading(engine) as session:
        found = list(to_collect(session, acting.day, chosen.debit_lead_days))
    for one in found:
        if isinstance(one, LeftOut):
            click.echo(f"not collected: premium {one.premium}: {WHY[one.why]}")
        elif dry:
            click.echo(f"premium {one.premium}: {_euros(one.cents)} on {one.collect_on}")
    if dry:
        return
    with transaction(engine) as session:
        keys = make_batches(session, chosen.debit_lead_days, acting)
    with reading(engine) as session:
        sums = batch_sums(session, keys)
        written_now = write_files(session, chosen.bank_folder)
    for key in keys:
        click.echo(f"batch {key}: {sums[key].debits} direct debits, {_euros(sums[key].cents)}; waits for two people")
    if not keys:
        click.echo("Nothing new to collect.")
    for name in written_now:
        click.echo(f"{chosen.bank_folder / name}: written, it was not in the folder")


def _acting(by: str, day: date | None = None) -> Acting:
    at: datetime = now()
    return Acting(day or day_there(at, settings().time_zone), at, settings().rate_sources, by)


def _euros(cents: int) -> str:
    return written(from_minor(cents, EUR), EUR)
