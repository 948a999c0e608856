"""How a migration runs: in one transaction on either database, on the engine passed in or the one of the settings."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Engine, text
from sqlalchemy.engine import Connection
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

import expat.tables  # noqa: F401  (registers every table)
from expat.db import Exact, Id, Instant, Json
from expat.terminal import database

LOCK = 7_000  # two upgrades at once: the second waits, and finds nothing left to do


def render(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Our own types are written by name, so that a migration gives each database the form that it needs."""
    if kind != "type":
        return False
    if isinstance(item, Exact | Instant | Json):
        autogen.imports.add("import expat.db")
        return f"expat.db.{type(item).__name__}()"
    if item is Id:
        autogen.imports.add("import expat.db")
        return "expat.db.Id"
    if isinstance(item, AutoString):
        return "sa.String()" if item.length is None else f"sa.String(length={item.length})"
    return False


def run(engine: Engine) -> None:
    """Everything or nothing: both databases roll back the definition of tables too."""
    with engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            # SQLite alters a table by copying and dropping it, which its references would refuse. The switch has
            # no effect inside a transaction, so it goes around the connection; what is wrong afterwards is found below.
            _raw(connection, "PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            render_item=render,
            render_as_batch=True,
            compare_type=True,
            transactional_ddl=True,
        )
        try:
            with connection.begin():
                if not sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
                context.run_migrations()
                if sqlite and (broken := connection.execute(text("PRAGMA foreign_key_check")).first()):
                    raise RuntimeError(f"the migration left {broken.table} with a reference to nothing")
        finally:
            if sqlite:
                _raw(connection, "PRAGMA foreign_keys=ON")


def _raw(connection: Connection, statement: str) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute(statement)


if context.is_offline_mode():
    raise SystemExit("a migration needs its database: run it without --sql")
run(context.config.attributes.get("engine") or database())
