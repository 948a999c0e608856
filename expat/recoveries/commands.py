"""`expat recoveries`: judge the paid lines again of memberships of which more is known, and list what differs."""

from __future__ import annotations

from datetime import date
from typing import Any

import click
from sqlalchemy import select

from expat.claims.lines import ref_of
from expat.db import now, reading, table_of, transaction
from expat.membership.tables import Membership
from expat.money import from_minor, written
from expat.recoveries.find import look_again, waiting
from expat.recoveries.standing import memberships_to_decide, open_differences_of
from expat.terminal import DAY, ready

ACTOR = "command"
_MEMBERSHIP: Any = table_of(Membership)


@click.group()
def recoveries() -> None:
    """What was paid and is not due: find it, list it. People decide on it on the web pages."""


@recoveries.command()
@click.option("--on", "day", type=DAY, help="the day on which it is found; today where none is named")
def find(day: date | None) -> None:
    """Judge paid lines again where more is known than when they were judged last; nothing is taken or paid."""
    engine, at = ready(), now()
    looked = found = 0
    while True:
        with transaction(engine) as session:
            keys = waiting(session, 1, day or at.date())
            if not keys:
                break
            found += len(look_again(session, keys[0], day or at.date(), at, ACTOR))
        looked += 1
    click.echo(f"{looked} memberships looked at, {found} new differences")


@recoveries.command("list")
def list_() -> None:
    """List the differences that nobody has decided on."""
    with reading(ready()) as session:
        keys = memberships_to_decide(session)
        query = select(_MEMBERSHIP.c.id, _MEMBERSHIP.c.number).where(_MEMBERSHIP.c.id.in_(keys))
        numbers = {row.id: row.number for row in session.execute(query)}
        rows = sorted(open_differences_of(session, keys), key=lambda row: (row.membership_id, row.id))
    for row in rows:
        paid, due = (written(from_minor(units, row.currency), row.currency) for units in (row.paid, row.due))
        click.echo(f"{numbers[row.membership_id]} line {ref_of(row.line_id)}: paid {paid}, due {due} ({row.cause})")
    click.echo(f"{len(rows)} differences to decide on")
