"""Every test of data runs on SQLite and on PostgreSQL, on a database made by the migrations.

EXPAT_TEST_POSTGRESQL_URL names the PostgreSQL server. Without it those tests are skipped; where CI is set, they fail.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, SQLModel

import expat.tables  # noqa: F401  (registers every table)
from expat import migrate
from expat.db import open_engine

POSTGRESQL = os.environ.get("EXPAT_TEST_POSTGRESQL_URL", "")


# A machine that is busy is no reason to fail: speed is measured elsewhere.
hypothesis.settings.register_profile("expat", deadline=None)
hypothesis.settings.load_profile("expat")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """An empty database with every table, on each of the two kinds."""
    if request.param == "sqlite":
        made = open_engine(f"sqlite:///{request.getfixturevalue('sqlite_file')}")
        yield made
        made.dispose()
    else:
        shared = request.getfixturevalue("postgresql_database")
        _empty(shared)
        made = open_engine(shared.url.render_as_string(hide_password=False))  # what an engine remembers is not shared
        yield made
        made.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session on that database, rolled back at the end."""
    with Session(engine, expire_on_commit=False) as opened:
        yield opened
        opened.rollback()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def bare_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database without any table, of the test's own: for tests of the migrations themselves."""
    if request.param == "sqlite":
        made = open_engine(f"sqlite:///{tmp_path / 'bare.sqlite3'}")
        yield made
        made.dispose()
    else:
        yield from _fresh_database("bare")


@pytest.fixture
def sqlite_file(sqlite_template: Path, tmp_path: Path) -> Path:
    """An SQLite file with every table."""
    return Path(shutil.copy(sqlite_template, tmp_path / "expat.sqlite3"))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The migrations run once; each test gets a copy."""
    path = tmp_path_factory.mktemp("template") / "expat.sqlite3"
    made = open_engine(f"sqlite:///{path}")
    migrate.upgrade(made)
    made.dispose()
    return path


@pytest.fixture(scope="session")
def postgresql_database() -> Iterator[Engine]:
    """The migrations run once; each test finds the tables empty."""
    for made in _fresh_database("test"):
        migrate.upgrade(made)
        yield made


def _fresh_database(purpose: str) -> Iterator[Engine]:
    """A database on the server of EXPAT_TEST_POSTGRESQL_URL, named after this process: no other run touches it."""
    admin = _server()
    name = f"expat_{purpose}_{os.getpid()}"
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
        # A test's database need not survive a power cut.
        connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
    made = open_engine(admin.url.set(database=name).render_as_string(hide_password=False))
    yield made
    made.dispose()
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    admin.dispose()


def _server() -> Engine:
    if not POSTGRESQL:
        _unavailable("EXPAT_TEST_POSTGRESQL_URL is not set")
    admin = open_engine(POSTGRESQL, isolation_level="AUTOCOMMIT")
    try:
        admin.connect().close()
    except OperationalError as wrong:
        _unavailable(f"EXPAT_TEST_POSTGRESQL_URL cannot be reached: {str(wrong.orig).splitlines()[0]}")
    return admin


def _unavailable(reason: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def _empty(engine: Engine) -> None:
    """Delete what the test before left, and let every key start at 1 again; to truncate takes far longer."""
    tables = [table.name for table in reversed(SQLModel.metadata.sorted_tables)]
    filled = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in tables)
    used = r"SELECT setval(format('%I.%I', schemaname, sequencename)\:\:regclass, 1, false) FROM pg_sequences"
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL lock_timeout = '10s'"))  # where a test left a transaction open
        found = set(connection.execute(text(filled)).scalars())
        for name in (name for name in tables if name in found):
            connection.execute(text(f"ALTER TABLE {name} DISABLE TRIGGER USER"))
            connection.execute(text(f"DELETE FROM {name}"))
            connection.execute(text(f"ALTER TABLE {name} ENABLE TRIGGER USER"))
        connection.execute(text(f"{used} WHERE last_value IS NOT NULL"))
