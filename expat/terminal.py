"""What the commands share: the console, the database of the settings, and how a refusal is printed."""

from __future__ import annotations

import sys
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import NoReturn

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, inspect
from sqlalchemy.exc import OperationalError

from expat.db import open_engine
from expat.errors import BadInput
from expat.settings import settings

console = Console(highlight=False)
WIDE = 1_000


class Day(click.ParamType[date]):
    """A calendar date on the command line."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no date; write it as 2025-08-01", param, ctx)


DAY = Day()


@cache
def database() -> Engine:
    """The engine of the settings' database."""
    return open_engine(settings().database_url)


def _file() -> Path | None:
    """The file of an SQLite database."""
    url = database().url
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def make_room() -> Engine:
    """The database, with the folder in which an SQLite file is to be made."""
    if (file := _file()) is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
    return database()


def ready() -> Engine:
    """The database, once it can be reached and has its tables; a mistyped path makes no file. Raises BadInput."""
    if (file := _file()) is not None and not file.is_file():
        raise BadInput("EXPAT_DATABASE_URL", f"there is no file {file}", '"expat db upgrade" makes it')
    try:
        has_tables = inspect(database()).has_table("membership")
    except OperationalError as wrong:
        raise BadInput("EXPAT_DATABASE_URL", "cannot be reached", str(wrong.orig).splitlines()[0]) from wrong
    if not has_tables:
        raise BadInput("EXPAT_DATABASE_URL", "the database has no tables yet", 'run "expat db upgrade"')
    return database()


def show(table: Table) -> None:
    """Print a table; where nobody's terminal says how wide, no cell is broken over lines."""
    console.print(table, width=None if console.is_terminal else WIDE)


def refuse(wrong: BadInput | str) -> NoReturn:
    """Print one clear line on standard error and end with 2."""
    click.echo(f"expat: {wrong}", err=True)
    sys.exit(2)
