"""The database: SQLite by default (WAL), PostgreSQL when the URL says so, and column types that both give back whole.

Verbs take a session and do not commit; whoever opened the transaction (a request, a job's item, a command) does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from importlib import import_module
from typing import Any

import orjson
from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    Engine,
    Integer,
    Numeric,
    String,
    Text,
    TypeDecorator,
    create_engine,
    event,
    text,
)
from sqlalchemy.engine import Connection, make_url
from sqlmodel import Session, SQLModel

from expat.errors import BadInput

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Id = BigInteger().with_variant(Integer, "sqlite")


class Exact(TypeDecorator[Decimal]):
    """A decimal that comes back to the last digit: NUMERIC on PostgreSQL, text on SQLite (whose NUMERIC is a float)."""

    impl = Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Numeric())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        return str(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


class Instant(TypeDecorator[datetime]):
    """An instant in UTC, aware on the way in and on the way out."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must be aware (UTC)")
        return value.astimezone(UTC).replace(tzinfo=None if dialect.name == "sqlite" else UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """A document kept as JSON text, the same bytes on both databases."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else orjson.loads(value)


Code = String(40)


def table_of(model: type[SQLModel]) -> Any:
    """The table behind a model, for statements in SQLAlchemy's core."""
    return model.__table__  # type: ignore[attr-defined]


def table_named(name: str) -> Any:
    """A table by its name, whoever declares it. Raises KeyError where there is none."""
    if name not in SQLModel.metadata.tables:
        import_module("expat.tables")  # declares every table; it stands above all folders
    return SQLModel.metadata.tables[name]


def now() -> datetime:
    """The present instant; called at the edges (commands, requests, jobs), never inside a rule."""
    return datetime.now(UTC)


def open_engine(url: str, **options: Any) -> Engine:
    """An engine for the URL; SQLite gets WAL, foreign keys and transactions that take the write lock at once."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return create_engine(parsed.set(drivername="postgresql+psycopg"), hide_parameters=True, **options)
    if parsed.get_backend_name() != "sqlite":
        raise BadInput("EXPAT_DATABASE_URL", f"{parsed.get_backend_name()} is not supported", "sqlite or postgresql")
    engine = create_engine(parsed, connect_args={"timeout": 30}, hide_parameters=True, **options)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the begin event below says how a transaction starts
    for pragma in (
        "journal_mode=WAL",
        "foreign_keys=ON",
        "synchronous=FULL",
        "busy_timeout=30000",
        "recursive_triggers=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that reads and then writes can lose to another writer half-way: take the lock first.
    reading = connection.get_execution_options().get("read_only")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """One transaction: committed at the end, rolled back when anything is raised."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


def reader(engine: Engine) -> Engine:
    """The engine for what only reads.

    On SQLite it waits for no writer. On PostgreSQL each statement stands alone: at READ COMMITTED it sees the same as
    within a transaction, without the two round trips that begin and end one.
    """
    if engine.dialect.name == "postgresql":
        return engine.execution_options(read_only=True, isolation_level="AUTOCOMMIT")
    return engine.execution_options(read_only=True)


class ReadingSession(Session):
    """A session that refuses to write: nothing would take back what it wrote."""

    def execute(self, statement: Any, *arguments: Any, **options: Any) -> Any:
        """As any session, but for statements that change rows. Raises RuntimeError for these."""
        if getattr(statement, "is_dml", False):
            raise RuntimeError("a session that reads was asked to write")
        return super().execute(statement, *arguments, **options)

    def flush(self, objects: Any = None) -> None:
        """As any session, where there is nothing to write. Raises RuntimeError where there is."""
        if self.new or self.dirty or self.deleted:
            raise RuntimeError("a session that reads was asked to write")


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that only reads; on SQLite it does not wait for writers."""
    with ReadingSession(reader(engine), expire_on_commit=False) as session:
        yield session
        session.rollback()


def is_postgresql(session: Session) -> bool:
    """Whether the session talks to PostgreSQL."""
    return session.get_bind().dialect.name == "postgresql"


def advisory_lock(session: Session, key: int) -> None:
    """Hold a PostgreSQL advisory lock until the transaction ends; on SQLite the transaction itself is the lock."""
    if is_postgresql(session):
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})
