"""`expat db`: where the schema stands, and bringing it up or down."""

from __future__ import annotations

import sys

import click

from expat import migrate
from expat.errors import BadInput
from expat.migrate import EMPTY, HEAD, Revision
from expat.terminal import make_room


@click.group()
def db() -> None:
    """The database's schema: where it stands, up, down."""


@db.command()
def status() -> None:
    """Show the database's revision, the newest one and what is missing. Ends with 1 where it is behind."""
    found = migrate.status(make_room())
    click.echo(f"current  {found.current or 'none'}")
    click.echo(f"head     {found.head}")
    if not found.missing:
        click.echo("The database is up to date.")
        return
    for revision in found.missing:
        click.echo(f"missing  {_line(revision)}")
    click.echo(f"The database is {len(found.missing)} behind: run `expat db upgrade`.")
    sys.exit(1)


@db.command()
@click.option("--to", default=HEAD, show_default=True, metavar="REV", help="the revision to stop at")
def upgrade(to: str) -> None:
    """Bring the schema up. What is there already stays; run again, it does nothing."""
    _say(migrate.upgrade(make_room(), to), "added", "Nothing to add: the database is up to date.")


@db.command()
@click.option("--to", required=True, metavar="REV", help=f"the revision to go back to; {EMPTY}: no tables at all")
@click.option("--yes", is_flag=True, help="go ahead: data of the removed revisions is lost")
def downgrade(to: str, yes: bool) -> None:
    """Take the schema down. What only the removed revisions hold is lost."""
    if not yes:
        raise BadInput("--yes", f"going back to {to} can lose data", "make a copy, then add --yes")
    _say(migrate.downgrade(make_room(), to), "removed", "Nothing to remove.")


def _say(revisions: tuple[Revision, ...], done: str, nothing: str) -> None:
    for revision in revisions:
        click.echo(f"{done}  {_line(revision)}")
    if not revisions:
        click.echo(nothing)


def _line(revision: Revision) -> str:
    return f"{revision.number} {revision.title}"
