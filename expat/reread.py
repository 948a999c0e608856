"""What was read of the database, and whether it still stands: for answers that are kept, and trusted only if so.

While a session is watched, every statement that it sends is noted with its values and with a digest of the raw rows
that came back. Asked again in the same order, the same statements either bring the same rows, so that whatever was made
of them is what would be made of them now, or they do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import blake2b
from typing import Any, NamedTuple

from psycopg import Pipeline, RawCursor
from sqlalchemy import Connection, Engine, event
from sqlmodel import Session

from expat.db import is_postgresql

MOST_READ = 128 * 1024  # bytes of rows: to read more again is no quicker than to work anew
_PLACES = re.compile(r"%(?:%|\(([^)]+)\)s)")


class Read(NamedTuple):
    """A statement as the driver takes it, its values, and the digest of its rows."""

    statement: str
    values: Any
    digest: bytes


class Watch:
    """What a session reads while it is watched; `whole` as long as nothing else happened that could matter."""

    def __init__(self, connection: Connection) -> None:
        self.connection, self.whole = connection, True
        self._sent: list[tuple[str, Any, bytes | None]] = []
        self._read = 0

    def spoil(self) -> None:
        """Note that what is made now must not be kept."""
        self.whole = False

    def reads(self) -> tuple[Read, ...] | None:
        """What was read, in order; None where something was written, or too much read, or the session was not alone."""
        if not self.whole or not self._sent:
            return None
        if any(digest is None for *_sent, digest in self._sent):
            found = self._again()
        else:
            found = [_read(statement, values, digest) for statement, values, digest in self._sent if digest]
        return tuple(found) if self._read <= MOST_READ else None

    def note(self, connection: Connection, cursor: Any, statement: str, values: Any, many: bool) -> None:
        """Note a statement that was sent, by this session or by another one."""
        if not self.whole:
            return
        if connection is not self.connection or many or cursor.description is None:
            self.spoil()  # another transaction, or one that writes
            return
        digest = None
        if connection.dialect.name == "postgresql":  # the driver holds all rows; that of SQLite gives them out once
            digest, size = _of_result(cursor.pgresult)
            self._read += size
        self._sent.append((statement, values, digest))

    def _again(self) -> list[Read]:
        """On SQLite: the rows once more, in the same transaction, which sees the database as it was when it began."""
        found = []
        cursor = _driver(self.connection).cursor()
        for statement, values, _digest in self._sent:
            digest, size = _of_rows(cursor.execute(statement, values).fetchall())
            self._read += size
            found.append(Read(statement, values, digest))
        return found


_WATCHED: ContextVar[Watch | None] = ContextVar("watched", default=None)


@contextmanager
def watched(session: Session, engine: Engine) -> Iterator[Watch]:
    """Watch what a session reads until the block ends; `engine` is the one that everything goes through."""
    if not event.contains(engine, "after_cursor_execute", _note):
        event.listen(engine, "after_cursor_execute", _note)
    found = Watch(session.connection())
    token = _WATCHED.set(found)
    try:
        yield found
    finally:
        _WATCHED.reset(token)


def spoil() -> None:
    """Say that whatever is being made rests on something that cannot be read again, such as the clock."""
    found = _WATCHED.get()
    if found is not None:
        found.spoil()


def stands(session: Session, reads: Sequence[Read]) -> bool:
    """Whether all that was read is the same now. Statements go to the driver as they are, on PostgreSQL together."""
    driver = _driver(session.connection())
    try:
        return _stands_on_postgresql(driver, reads) if is_postgresql(session) else _stands_on_sqlite(driver, reads)
    except session.get_bind().dialect.loaded_dbapi.Error:
        return False  # whoever works anew says what is wrong


def _stands_on_postgresql(driver: Any, reads: Sequence[Read]) -> bool:
    if not Pipeline.is_supported():
        return all(_of_result(_send(driver, one).pgresult)[0] == one.digest for one in reads)
    with driver.pipeline():
        sent = [_send(driver, one) for one in reads]
    return all(_of_result(cursor.pgresult)[0] == one.digest for cursor, one in zip(sent, reads, strict=True))


def _send(driver: Any, one: Read) -> Any:
    return RawCursor(driver).execute(one.statement, one.values)


def _stands_on_sqlite(driver: Any, reads: Sequence[Read]) -> bool:
    cursor = driver.cursor()
    return all(_of_rows(cursor.execute(one.statement, one.values).fetchall())[0] == one.digest for one in reads)


def _note(connection: Connection, cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
    found = _WATCHED.get()
    if found is not None:
        found.note(connection, cursor, statement, values, many)


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


def _read(statement: str, values: Any, digest: bytes) -> Read:
    """With numbered places for its values: the driver would look for the named ones each time that it is sent."""
    numbers: dict[str, int] = {}

    def place(found: re.Match[str]) -> str:
        return "%" if found[1] is None else f"${numbers.setdefault(found[1], len(numbers) + 1)}"

    numbered = _PLACES.sub(place, statement)
    return Read(numbered, tuple(values[name] for name in numbers), digest)


def _of_result(result: Any) -> tuple[bytes, int]:
    """The digest of an answer of PostgreSQL as it came over the line, and its bytes."""
    rows, columns, get = range(result.ntuples), range(result.nfields), result.get_value
    return _of_values([get(row, column) for row in rows for column in columns], result.nfields)


def _of_values(values: list[bytes | None], columns: int) -> tuple[bytes, int]:
    sizes = [-1 if value is None else len(value) for value in values]
    text = b"".join([value for value in values if value is not None])
    return blake2b(repr((columns, sizes)).encode() + text, digest_size=32).digest(), len(text)


def _of_rows(rows: list[Any]) -> tuple[bytes, int]:
    """The digest of SQLite's rows: numbers, texts, bytes and nothing, each of which writes itself as only it does."""
    text = repr(rows).encode()
    return blake2b(text, digest_size=32).digest(), len(text)
