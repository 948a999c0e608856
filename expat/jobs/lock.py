"""One scheduler at a time: on PostgreSQL an advisory lock of the connection, which goes with the process that held it.

On SQLite there is one machine, and the items' records alone keep two processes from doing a thing twice.
"""

from __future__ import annotations

from types import TracebackType

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

_KEY = 7_301_954


class Turn:
    """Whose turn it is to schedule. Held until it is given back, or until the connection or the process dies."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._held: Connection | None = None

    def mine(self) -> bool:
        """Whether this process has the turn; takes it where it is free. Asked before each piece of work."""
        if self._engine.dialect.name != "postgresql":
            return True
        if self._held is not None and self._alive(self._held):
            return True
        self._held = None
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _KEY}).scalar():
            self._held = connection
            return True
        connection.close()
        return False

    def give_back(self) -> None:
        """Let another process take its turn."""
        held, self._held = self._held, None
        if held is not None:
            if self._alive(held):
                held.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _KEY})
            held.close()

    def __enter__(self) -> Turn:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.give_back()

    @staticmethod
    def _alive(connection: Connection) -> bool:
        try:
            connection.execute(text("SELECT 1"))
        except DBAPIError:
            connection.invalidate()
            return False
        return True
