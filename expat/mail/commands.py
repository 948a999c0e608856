"""`expat mail`: send what waits in the outbox, and see what lies there."""

from __future__ import annotations

from signal import SIGTERM, signal
from threading import Event

import click

from expat.db import now, reading
from expat.errors import BadInput
from expat.mail.outbox import kept, state_of
from expat.mail.send import send_due
from expat.mail.transport import sender_of, transport_of
from expat.settings import settings
from expat.terminal import ready


@click.group()
def mail() -> None:
    """Mail to members and staff: send it, see what waits."""


@mail.command()
@click.option("--loop", is_flag=True, help="go on, and look for new mail every few seconds")
@click.option("--every", type=click.IntRange(1, 3600), default=5, show_default=True, help="how many seconds")
def send(loop: bool, every: int) -> None:
    """Send every mail that is due. Several at once share the work; none goes out twice."""
    engine, chosen = ready(), settings()
    transport, sender = transport_of(chosen), sender_of(chosen)
    if transport is None:
        raise BadInput("EXPAT_SMTP_HOST", "is not set", "a mail server, or EXPAT_MAIL_FOLDER for files")
    stop = Event()
    signal(SIGTERM, lambda *_: stop.set())  # a mail that is on its way is sent and noted
    while True:
        sent = send_due(engine, now, transport, sender, chosen.operator_name, stop.is_set)
        if sent or not loop:
            click.echo(f"{sent} mails sent")
        if not loop or stop.wait(every):
            break


@mail.command("list")
@click.option("--unsent", is_flag=True, help="only what is not sent")
@click.option("--most", type=click.IntRange(1, 10_000), default=50, show_default=True, help="how many, newest first")
def list_(unsent: bool, most: int) -> None:
    """Show the mails of the outbox: what they are about, to whom, and how far they got; never what they say."""
    with reading(ready()) as session:
        found = kept(session, most, unsent)
    if not found:
        click.echo("No mail.")
        return
    for row in found:
        tries = f", {row.attempts} tries" if row.attempts > 1 else ""
        problem = f": {row.problem}" if row.problem else ""
        made = f"{row.made_at:%Y-%m-%d %H:%M}"
        click.echo(f"{row.id}  {made}  {row.key}  to {row.to_address}  {state_of(row)}{tries}{problem}")
