"""`expat complaint`: what is to be answered, and by when."""

from __future__ import annotations

from datetime import date

import click
from rich.table import Table

from expat.complaints.listing import open_complaints
from expat.db import now, reading
from expat.terminal import DAY, ready, show


@click.group()
def complaint() -> None:
    """Complaints: those that wait, by the day on which something is due."""


@complaint.command("list")
@click.option("--on", "day", type=DAY, help="the day to look from; by default today")
def list_(day: date | None) -> None:
    """List the complaints that are not answered yet: the late ones first, with the day by which somebody acts."""
    on = day or now().date()
    with reading(ready()) as session:
        found = open_complaints(session, on)
    table = Table("complaint", "membership", "subject", "sent on", "acknowledged on", "who acts", "by", "late")
    for one in found:
        late = "past the supervisor's limit" if one.past_limit(on) else "late" if one.is_late(on) else ""
        table.add_row(
            str(one.id), one.number, one.subject, str(one.sent_on), str(one.acknowledged_on or ""), one.acts or "",
            str(one.due), late,
        )  # fmt: skip
    show(table)
    click.echo(f"{len(found)} open, {sum(one.is_late(on) for one in found)} late")
