"""`expat statement`: show the explanation of benefits of a payout, write those of a settlement as files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from sqlalchemy import select

from expat.db import reading, table_of
from expat.errors import NotFound
from expat.payments.notice import notice
from expat.payments.statement import statement as statement_of
from expat.payments.statement_files import write_statements
from expat.payments.statement_text import as_text
from expat.payments.tables import Settlement
from expat.terminal import ready
from expat.wording.catalogue import LANGUAGES

_SETTLEMENT: Any = table_of(Settlement)


@click.group()
def statement() -> None:
    """Explanations of benefits (décomptes): show one, write a settlement's."""


@statement.command()
@click.argument("payout", type=int, metavar="PAYOUT_ID")
@click.option("--language", type=click.Choice(LANGUAGES), help="by default the member's")
def show(payout: int, language: str | None) -> None:
    """Print the explanation of benefits of a payout."""
    with reading(ready()) as session:
        text = as_text(statement_of(session, payout, language))
    click.echo(text, nl=False)


@statement.command()
@click.option("--settlement", type=int, required=True, help="the settlement's number")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), required=True, help="where files go")
def write(settlement: int, folder: Path) -> None:
    """Write the explanations of a settlement's payouts, and notices of the claims of which nothing is paid.

    A text file for each, in the member's language.
    """
    engine = ready()
    with reading(engine) as session:
        if session.execute(select(_SETTLEMENT).where(_SETTLEMENT.c.id == settlement)).first() is None:
            raise NotFound("settlement", f"there is no settlement {settlement}")
        told, unpaid = write_statements(session, settlement, folder)
    click.echo(f"{told} statements and {unpaid} notices written to {folder}")


@statement.command("claim")
@click.argument("number", type=int, metavar="CLAIM")
@click.option("--language", type=click.Choice(LANGUAGES), help="by default the member's")
def claim_(number: int, language: str | None) -> None:
    """Print what the member is told of a claim's lines that are not paid."""
    with reading(ready()) as session:
        text = as_text(notice(session, number, language))
    click.echo(text, nl=False)
