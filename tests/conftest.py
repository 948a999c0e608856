"""Every test of data runs on SQLite and on PostgreSQL, on a database made by the migrations.

EXPAT_TEST_POSTGRESQL_URL names the PostgreSQL server. Without it those tests are skipped; where CI is set, they fail.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, SQLModel

import expat.tables  # noqa: F401  (registers every table)
from expat import migrate
from expat.db import open_engine

POSTGRESQL = os.environ.get("EXPAT_TEST_POSTGRESQL_URL", "")


# A machine that is busy is no reason to fail: speed is measured elsewhere.
hypothesis.settings.register_profile("expat", deadline=None)
hypothesis.settings.load_profile("expat")


def pytest_configure() -> None:
    """Letters that the jobs of a test hand to the post service lie in a folder of their own."""
    os.environ["EXPAT_POST_FOLDER"] = tempfile.mkdtemp(prefix="expat-post-")


def pytest_unconfigure() -> None:
    shutil.rmtree(os.environ["EXPAT_POST_FOLDER"], ignore_errors=True)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """An empty database with every table, on each of the two kinds.

    The engine is the test's own, so that nothing remembers it; the statements that it compiles are kept for the next.
    """
    if request.param == "sqlite":
        shared, place = request.getfixturevalue("sqlite_files")
        place.file = request.getfixturevalue("sqlite_file")
        made = shared.execution_options()
        made.url = shared.url.set(database=str(place.file))
        yield made
        made.dispose()
    else:
        shared = request.getfixturevalue("postgresql_database")
        _empty(shared)
        made = shared.execution_options()
        yield made
        if made.pool.checkedout():  # left open by the test: no other test gets it
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


class Place:
    """The SQLite file of the test that runs."""

    file: Path


@pytest.fixture(scope="session")
def sqlite_files(sqlite_template: Path) -> tuple[Engine, Place]:
    """An engine that connects to whichever file is that of the test; what it writes need not survive a power cut."""
    made, place = open_engine(f"sqlite:///{sqlite_template}"), Place()

    @event.listens_for(made, "do_connect")
    def to_the_file(dialect: Any, _record: Any, _words: Any, options: dict[str, Any]) -> Any:
        return dialect.connect(str(place.file), **options)

    @event.listens_for(made, "connect")
    def hurry(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    return made, place


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
        superuser = connection.execute(text("SELECT current_setting('is_superuser')")).scalar() == "on"
        if superuser:  # then no trigger runs in this transaction; otherwise each is put to sleep, which takes longer
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        for name in (name for name in tables if name in found):
            delete, trigger = f"DELETE FROM {name}", f"ALTER TABLE {name} %s TRIGGER USER"
            for statement in [delete] if superuser else [trigger % "DISABLE", delete, trigger % "ENABLE"]:
                connection.execute(text(statement))
        connection.execute(text(f"{used} WHERE last_value IS NOT NULL"))
