"""Every test of data runs on SQLite and on PostgreSQL, on a database made by the migrations."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session, SQLModel

import expat.tables  # noqa: F401  (registers every table)
from expat.db import open_engine

POSTGRESQL = os.environ.get("EXPAT_TEST_POSTGRESQL_URL", "")


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database with every table, on each of the two kinds."""
    if request.param == "sqlite":
        made = open_engine(f"sqlite:///{tmp_path / 'expat.sqlite3'}")
        SQLModel.metadata.create_all(made)
        yield made
        made.dispose()
    else:
        if not POSTGRESQL:
            pytest.skip("EXPAT_TEST_POSTGRESQL_URL is not set")
        made = request.getfixturevalue("postgresql_database")
        with made.begin() as connection:
            names = ", ".join(f'"{t.name}"' for t in SQLModel.metadata.sorted_tables)
            connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
        yield made


@pytest.fixture(scope="session")
def postgresql_database(worker_id: str) -> Iterator[Engine]:
    """One database per test worker on the server of EXPAT_TEST_POSTGRESQL_URL."""
    name = f"expat_test_{worker_id}"
    admin = open_engine(POSTGRESQL, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    made = open_engine(str(admin.url.set(database=name).render_as_string(hide_password=False)))
    SQLModel.metadata.create_all(made)
    yield made
    made.dispose()
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session on that database, rolled back at the end."""
    with Session(engine, expire_on_commit=False) as opened:
        yield opened
        opened.rollback()
