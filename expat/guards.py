"""Triggers by which the database itself refuses to change what is kept: for migrations, on both databases."""

from __future__ import annotations

from collections.abc import Iterable

from alembic import op


def append_only(tables: Iterable[str]) -> None:
    """No row of the tables is ever changed or deleted, whoever asks."""
    for table in tables:
        for act, done in (("UPDATE", "changed"), ("DELETE", "deleted")):
            _trigger(f"{table}_no_{act.lower()}", table, act, f"{table} is append-only: no row is ever {done}")


def unchanging(tables: Iterable[str]) -> None:
    """No row of the tables is ever changed; whole rows may be erased once their time is over."""
    for table in tables:
        _trigger(f"{table}_no_update", table, "UPDATE", f"{table} is kept as it was written: no row is ever changed")


def kept(table: str, columns: Iterable[str]) -> None:
    """The columns keep what was written first, and no row is ever deleted; the table's other columns may change."""
    names = tuple(columns)
    answer = f"{table} keeps what was written first: {', '.join(names)} never change"
    _trigger(f"{table}_kept", table, "UPDATE", answer, names)
    _trigger(f"{table}_no_delete", table, "DELETE", f"{table} keeps its rows: none is ever deleted")


def _trigger(name: str, table: str, act: str, answer: str, columns: tuple[str, ...] = ()) -> None:
    """The function `refuse_change` is revision 0002's."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    differ = "IS NOT" if sqlite else "IS DISTINCT FROM"
    differs = " OR ".join(f"OLD.{column} {differ} NEW.{column}" for column in columns)
    when = f"WHEN ({differs})" if differs else ""
    does = f"BEGIN SELECT RAISE(ABORT, '{answer}'); END" if sqlite else f"EXECUTE FUNCTION refuse_change('{answer}')"
    op.execute(f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW {when} {does}")
