"""`expat screening`: bring in a list of sanctions and screen everybody against it."""

from __future__ import annotations

from pathlib import Path

import click
from rich.table import Table

from expat.db import now, reading, transaction
from expat.errors import BadInput
from expat.screening.listing import standing
from expat.screening.lists import current, import_list
from expat.screening.reading import read
from expat.screening.screen import screen_all
from expat.terminal import ready, show

_BY = click.option("--by", default="command", show_default=True, help="who acts, for the audit trail")


@click.group()
def screening() -> None:
    """Names against lists of sanctions: import a list, screen everybody, what stands."""


@screening.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@_BY
def import_(file: Path, by: str) -> None:
    """Import a list as it is published: the European Union's XML or CSV (version 1.1), or France's register as JSON.

    Everybody who is insured and every account that is paid is then screened. The same file again does no harm.
    """
    try:
        content = file.read_bytes()
    except OSError as wrong:
        raise BadInput(str(file), "cannot be read", "a file that is there") from wrong
    published, engine = read(file.name, content), ready()
    with transaction(engine) as session:
        done = import_list(session, published, now(), by)
        screened = screen_all(session, now(), by)
    came = "was here already" if done.again else f"{len(published.names)} names"
    click.echo(f"{published.source} of {published.published_on}: {came}")
    click.echo(f"screened {screened.looked}; new matches: {screened.hits}")


@screening.command()
@_BY
def run(by: str) -> None:
    """Screen everybody against the lists that hold."""
    with transaction(ready()) as session:
        screened = screen_all(session, now(), by)
    click.echo(f"screened {screened.looked}; new matches: {screened.hits}")


@screening.command("list")
def list_() -> None:
    """The lists that hold, and the matches that stop payments."""
    lists, hits = Table("List", "Published", "Names", box=None), Table("Match", "Name", "Listed as", "Score", box=None)
    with reading(ready()) as session:
        for row in current(session):
            lists.add_row(row.source, str(row.published_on), str(row.names))
        for row in standing(session, limit=1000):
            hits.add_row(str(row.id), row.name, f"{row.listed} ({row.entity})", str(row.score))
    show(lists)
    show(hits)
