"""The database's schema by revision: where it stands, up and down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from alembic.script.revision import RevisionError
from alembic.util import CommandError
from sqlalchemy import Engine, inspect
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from expat.errors import BadInput
from expat.places import shipped

EMPTY = "base"
HEAD = "head"


@dataclass(frozen=True, slots=True)
class Revision:
    """A step of the schema: its number and what it is about."""

    number: str
    title: str


@dataclass(frozen=True, slots=True)
class Status:
    """Where a database stands: its revision, the newest one, and those in between, the oldest first."""

    current: str | None
    head: str
    missing: tuple[Revision, ...]


def status(engine: Engine) -> Status:
    """Where the database stands. Raises BadInput where it cannot be reached, or is newer than this version of Expat."""
    scripts = ScriptDirectory.from_config(_config(engine))
    with _known_revisions():
        current = current_revision(engine)
        missing = [_revision(s) for s in scripts.iterate_revisions(HEAD, current or EMPTY)]
    head = scripts.get_current_head()
    assert head is not None
    return Status(current, head, tuple(reversed(missing)))


def current_revision(engine: Engine) -> str | None:
    """The revision that the database is at; None where no migration has run. Raises BadInput: it cannot be reached."""
    with _reached(engine) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine, to: str = HEAD) -> tuple[Revision, ...]:
    """Bring the schema up to a revision, in one transaction; answers the revisions that were added, in order.

    Raises BadInput for an unknown revision, or for tables that no migration has made.
    """
    with _known_revisions():
        tables = _tables(engine)  # before the revision: another upgrade may end just now
        before = current_revision(engine)
        if before is None and tables - {"alembic_version"}:
            raise BadInput("database", "has tables that no migration has made", "an empty database")
        command.upgrade(_config(engine), to)
        return tuple(reversed(_between(engine, current_revision(engine), before)))


def downgrade(engine: Engine, to: str) -> tuple[Revision, ...]:
    """Take the schema down to a revision (`base`: no tables at all); answers the revisions that were removed, in order.

    Raises BadInput for an unknown revision.
    """
    with _known_revisions():
        before = current_revision(engine)
        command.downgrade(_config(engine), to)
        return _between(engine, before, current_revision(engine))


def _tables(engine: Engine) -> set[str]:
    with _reached(engine) as connection:
        return set(inspect(connection).get_table_names())


@contextmanager
def _reached(engine: Engine) -> Iterator[Connection]:
    try:
        with engine.connect() as connection:
            yield connection
    except OperationalError as wrong:
        raise BadInput("EXPAT_DATABASE_URL", "cannot be reached", str(wrong.orig).splitlines()[0]) from wrong


def _config(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(shipped("migrations")).replace("%", "%%"))
    config.attributes["engine"] = engine
    return config


def _between(engine: Engine, upper: str | None, lower: str | None) -> tuple[Revision, ...]:
    if upper is None or upper == lower:
        return ()
    scripts = ScriptDirectory.from_config(_config(engine))
    return tuple(_revision(s) for s in scripts.iterate_revisions(upper, lower or EMPTY))


def _revision(script: Script) -> Revision:
    return Revision(script.revision, (script.doc or "").rstrip("."))


@contextmanager
def _known_revisions() -> Iterator[None]:
    """A revision that nothing answers to, as one line."""
    try:
        yield
    except (CommandError, RevisionError) as wrong:
        raise BadInput("revision", str(wrong), "`expat db status` names the revisions") from wrong
