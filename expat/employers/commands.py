"""`expat employer`: what employers' files bring about by themselves."""

from __future__ import annotations

from datetime import date

import click

from expat.db import now, transaction
from expat.employers.invite import invite, to_invite
from expat.errors import BadInput
from expat.membership.changes import Acting
from expat.settings import settings
from expat.terminal import DAY, ready


@click.group()
def employer() -> None:
    """Employers and whom they announced."""


@employer.command("invite")
@click.option("--on", "day", type=DAY, help="the day of the invitations; today where none is named")
def invite_(day: date | None) -> None:
    """Invite by mail every announced member who waits for it; whom the management unit has to ask first is left."""
    chosen, engine = settings(), ready()
    acting = Acting(day or now().date(), now(), chosen.rate_sources, "employer invite")
    invited = left = 0
    with transaction(engine) as session:
        waiting = to_invite(session)
    for key in waiting:
        try:
            with transaction(engine) as session:
                invited += invite(session, key, acting, chosen.base_url, chosen.operator_name)
        except BadInput:
            left += 1
    click.echo(f"{invited} invited, {left} left to the management unit")
