"""`expat statement`: show the explanation of benefits of a payout, write those of a settlement as files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from sqlalchemy import select

from expat.db import reading, table_of
from expat.errors import NotFound
from expat.payments.statement import statement as statement_of
from expat.payments.statement import statements
from expat.payments.statement_text import as_text
from expat.payments.tables import Payout, Settlement
from expat.terminal import ready
from expat.wording.catalogue import LANGUAGES

AT_ONCE = 200  # payouts read together

_PAYOUT: Any = table_of(Payout)
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
    """Write the explanations of a settlement's payouts: a text file for each, in the member's language."""
    engine = ready()
    with reading(engine) as session:
        query = select(_PAYOUT.c.id).where(_PAYOUT.c.settlement_id == settlement).order_by(_PAYOUT.c.id)
        payouts = list(session.execute(query).scalars())
        if not payouts and session.execute(select(_SETTLEMENT).where(_SETTLEMENT.c.id == settlement)).first() is None:
            raise NotFound("settlement", f"there is no settlement {settlement}")
        folder.mkdir(parents=True, exist_ok=True)
        for start in range(0, len(payouts), AT_ONCE):
            for one in statements(session, payouts[start : start + AT_ONCE]):
                file = folder / f"statement-{one.payout:08d}-{one.language}.txt"
                file.write_text(as_text(one), encoding="utf-8")
    click.echo(f"{len(payouts)} statements written to {folder}")
