"""`expat application`: what becomes of applications by itself."""

from __future__ import annotations

from datetime import date

import click

from expat.applications.lapse import lapse, late, remind
from expat.db import now, transaction
from expat.membership.changes import Acting
from expat.settings import settings
from expat.terminal import DAY, ready

PAGE = "/apply/file"


@click.group()
def application() -> None:
    """Applications to join."""


@application.command("lapse")
@click.option("--on", "day", type=DAY, help="the day of which it is done; today where none is named")
def lapse_(day: date | None) -> None:
    """Let accepted applications lapse whose first premium never came; remind those whose last day is near."""
    chosen, engine = settings(), ready()
    on = day or now().date()
    acting = Acting(on, now(), chosen.rate_sources, "application lapse")
    url = chosen.base_url + PAGE
    counted = {True: 0, False: 0}
    with transaction(engine) as session:
        found = late(session, on)
    for one in found:
        with transaction(engine) as session:  # each by itself: one that fails leaves the others as they are
            verb = lapse if one.over else remind
            counted[one.over] += verb(session, one.application, acting, url, chosen.operator_name)
    click.echo(f"{counted[True]} lapsed, {counted[False]} reminded")
