"""`expat claim`: take in what a back office keyed, show what was decided and why, judge a decision again."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from expat.claims.claim_text import as_text
from expat.claims.keyed import Imported, Intake, import_keyed
from expat.claims.records import replayed
from expat.claims.shown import shown_claim
from expat.db import now, reading
from expat.documents.keys import document_keys
from expat.errors import BadInput
from expat.settings import settings
from expat.terminal import DAY, ready
from expat.wording.catalogue import LANGUAGES


@click.group()
def claim() -> None:
    """Claims: import, show, judge again."""


@claim.command("import")
@click.argument("file", metavar="CSV", type=click.Path(path_type=Path))
@click.option("--folder", required=True, type=click.Path(path_type=Path), help="where the scanned files lie")
@click.option("--received", type=DAY, help="the day of receipt where a row names none; by default today")
@click.option("--by", default="back-office", show_default=True, help="who keyed them, for the audit trail")
def import_(file: Path, folder: Path, received: date | None, by: str) -> None:
    """Hand in the invoices of a CSV file, one row for each line. Exits 1 where a row was bad.

    A claim with a bad row stays out whole; the others go in. The same file again hands in nothing twice.
    """
    chosen, engine = settings(), ready()
    if not folder.is_dir():
        raise BadInput("--folder", f"{folder} is no folder", "where the scanned files lie")
    shared = Intake(
        folder, chosen.document_folder, document_keys, received or now().date(), now, chosen.rate_sources, by
    )  # fmt: skip
    try:
        done = import_keyed(engine, file, shared)
    except OSError as wrong:
        raise BadInput(str(wrong.filename), f"cannot be written ({wrong.strerror})", "a folder to write to") from wrong
    _report(file.name, done)


def _report(name: str, done: Imported) -> None:
    for wrong in done.wrong:
        click.echo(f"{name} {wrong}", err=True)
    click.echo(
        f"{done.claims} claims with {done.lines} lines handed in; {done.again} had been before; "
        f"{done.refused} left out for a bad row"
    )
    if done.wrong:
        sys.exit(1)


@claim.command()
@click.argument("number", type=int, metavar="ID")
@click.option("--language", type=click.Choice(LANGUAGES), help="by default the member's")
def show(number: int, language: str | None) -> None:
    """Show a claim: its lines, where they stand and why, and the trace of each with the contract's articles."""
    with reading(ready()) as session:
        found = shown_claim(session, number)
    click.echo(as_text(found, language or found.row.language))


@claim.command()
@click.argument("decision", type=int, metavar="DECISION_ID")
def replay(decision: int) -> None:
    """Judge a kept decision again, on its own facts and figures. Exits 1 where the result is another."""
    with reading(ready()) as session:
        kept, again = replayed(session, decision)
    if kept == again:
        click.echo(f"decision {decision}: identical ({' '.join([kept['status'], *kept['reasons']])})")
        return
    for name in (name for name in again if kept.get(name) != again[name]):
        click.echo(f"decision {decision}, {name}: kept {kept.get(name)!r}, judged again {again[name]!r}", err=True)
    sys.exit(1)
