"""The web pages on what the demo has made, for who wants to try them by hand."""

from __future__ import annotations

import os
import sys
from datetime import date

import click

from expat.demo.accounts import ACCOUNTS, PASSWORD
from expat.demo.places import HOST, Places
from expat.settings import settings
from expat.wording.catalogue import N_
from expat.wording.voice import voice


def serve_pages(places: Places, day: date) -> None:
    """Say where and who, then become `expat serve` with the demo's settings."""
    say, base = voice(settings().language).say, places.base
    told = N_("The web pages are served at {address}. Everybody's password is {password}.")
    click.echo()
    click.echo(say(told, address=base, password=PASSWORD))
    for one in ACCOUNTS:
        click.echo(f"  {one.email:<24} {say(one.what)}")
    click.echo(say("Codes for the second factor: {address}", address=f"{base}/demo/accounts"))
    click.echo(say("Ctrl-C ends it."))
    sys.stdout.flush()
    here = {**os.environ, **places.settings(day), **places.secrets()}
    command = [sys.executable, "-m", "expat", "serve", "--host", HOST, "--port", str(places.port)]
    os.execve(sys.executable, command, here)  # noqa: S606
