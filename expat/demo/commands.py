"""`expat demo`: the main job on made-up members: invoices in, payouts out, every cent explained."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from expat.demo.places import Places
from expat.terminal import DAY

ON = date(2026, 10, 30)  # the last day of the ECB's history that Expat is installed with


@click.command()
@click.option("--on", "day", type=DAY, default=ON, show_default=True, help="the day of the settlement: its rates count")
@click.option("--seed", type=int, default=1, show_default=True, help="the same seed, the same portfolio and payouts")
@click.option("--memberships", type=click.IntRange(1, 5000), default=200, show_default=True, help="how many")
@click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False), default=Path("var/demo"), show_default=True,
    help="where everything is made: a database of its own, invoices, bank files, statements",
)  # fmt: skip
@click.option("--serve", is_flag=True, help="afterwards serve the web pages on it, until Ctrl-C")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="where they are served")
def demo(day: date, seed: int, memberships: int, folder: Path, serve: bool, port: int) -> None:
    """Invoices in, payouts out, every cent explained: on made-up members, in a database of its own.

    EXPAT_DATABASE_URL is not touched. Ends with 1 where something does not add up.
    """
    from expat.demo.show import play  # what it needs takes its time to import

    failed = play(Places(folder, port), day, seed, memberships)
    if failed or not serve:
        sys.exit(failed)
    from expat.demo.pages import serve_pages

    serve_pages(Places(folder, port), day)
