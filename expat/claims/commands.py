"""`expat claim`: take in what a back office keyed, show what was decided and why, judge a decision again."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from expat.claims.claim_text import as_text
from expat.claims.keyed import Imported, Intake, import_keyed
from expat.claims.lines import key_of, ref_of
from expat.claims.look_over import Store, look_over, to_look_over
from expat.claims.papers import add_papers
from expat.claims.records import decisions_of, replayed
from expat.claims.rejudge import locked_line
from expat.claims.review import accept_part
from expat.claims.shown import shown_claim
from expat.db import now, reading, transaction
from expat.documents.keys import document_keys
from expat.documents.store import keep
from expat.errors import BadInput
from expat.money import parse_amount
from expat.plans.schema import DOCUMENTS
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


@claim.command("look-over")
def look_over_() -> None:
    """Look claims over that came, or had papers, since: what is odd is kept for a person to look at, and never decided.

    Claims that come by the web pages are looked over at once; those of a file, and of before, are by this.
    """
    engine, store = ready(), Store(settings().document_folder, document_keys())
    looked = found = 0
    while True:
        with transaction(engine) as session:
            keys = to_look_over(session, 50)
            found += sum(len(look_over(session, key, store, now())) for key in keys)
        if not keys:
            break
        looked += len(keys)
    click.echo(f"{looked} claims looked over, {found} times something odd")


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
@click.argument("number", type=int, metavar="ID")
def replay(number: int) -> None:
    """Judge a claim's decisions again, each on its own facts and figures. Exits 1 where a result is another."""
    with reading(ready()) as session:
        kept = decisions_of(session, number)
        results = [(line_id, decision, *replayed(session, decision)) for line_id, decision in kept]
    for line_id, decision, before, after in results:
        said = "identical" if before == after else "DIFFERENT"
        outcome = " ".join([before["status"], *before["reasons"]])
        click.echo(f"line {ref_of(line_id)}, decision {decision}: {said} ({outcome})")
        for name in (name for name in after if before.get(name) != after[name]):
            click.echo(f"  {name}: kept {before.get(name)!r}, judged again {after[name]!r}", err=True)
    if any(before != after for _, _, before, after in results):
        sys.exit(1)


@claim.command()
@click.argument("line", metavar="LINE")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--kind", type=click.Choice(sorted(DOCUMENTS)), required=True, help="what the paper is")
@click.option("--on", "day", type=DAY, help="the day on which it came; by default today")
@click.option("--by", default="back-office", show_default=True, help="who adds it, for the audit trail")
def papers(line: str, file: Path, kind: str, day: date | None, by: str) -> None:
    """Add a paper that came for a LINE (such as 207/1): it is kept, and what waits is judged again."""
    chosen, engine, key, at = settings(), ready(), key_of(line), now()
    try:
        content = file.read_bytes()
    except OSError as wrong:
        raise BadInput("file", f"{file} cannot be read ({wrong.strerror})", "a PDF, JPEG, PNG or HEIC") from wrong
    with transaction(engine) as session:
        kept = keep(session, content, chosen.document_folder, document_keys(), at)
        status = add_papers(session, key, {kind: kept}, day or at.date(), at, chosen.rate_sources, by)
    click.echo(f"line {line}: {status}")


@claim.command()
@click.argument("line", metavar="LINE")
@click.option("--accept", "amount", required=True, help="what is accepted of the cost, in the invoice's currency")
@click.option("--why", required=True, help="the reason, which the member reads")
@click.option("--by", required=True, help="the reviewer, for the audit trail")
def review(line: str, amount: str, why: str, by: str) -> None:
    """Accept a part of an unreasonable cost of a LINE (such as 207/1) that is not paid; it is judged again."""
    engine, key, at = ready(), key_of(line), now()
    with transaction(engine) as session:
        currency = locked_line(session, key).currency
        accepted = parse_amount(amount, currency, "accept")
        if accepted.currency.code != currency:
            raise BadInput("accept", f"{amount} is not in {currency}", "the currency of the invoice")
        status = accept_part(session, key, accepted.amount, why, at.date(), at, settings().rate_sources, by)
    click.echo(f"line {line}: {status}")
