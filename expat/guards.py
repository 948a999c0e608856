"""Triggers by which the database itself refuses to change what is kept: for migrations, on both databases."""

from __future__ import annotations

from collections.abc import Iterable

from alembic import op
from sqlalchemy import inspect, text


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


# --- erasing what is past the time that it is kept ---

# What a column says once it was erased; anything else would be a change, and is refused.
BLANK_DAY, GONE = "1900-01-01", "∅"
_BLANK = ", ".join(f"'{blank}'" for blank in ("", "{}", "[]", BLANK_DAY, GONE))
_GOING_ON = "EXISTS (SELECT 1 FROM erasing)"
_UNLESS = f" AND NOT ({_GOING_ON}"

REFUSE_UNLESS_ERASED = f"""
CREATE FUNCTION refuse_unless_erased() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was jsonb := to_jsonb(OLD);
    becomes jsonb;
    name text;
    only_blanks boolean := {_GOING_ON};
BEGIN
    IF TG_OP = 'DELETE' AND only_blanks THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND only_blanks THEN
        becomes := to_jsonb(NEW);
        FOREACH name IN ARRAY TG_ARGV[1:] LOOP
            IF becomes ->> name IS DISTINCT FROM was ->> name THEN
                only_blanks := only_blanks AND coalesce(becomes ->> name, '') IN ({_BLANK}, '\\x');
            END IF;
            was := was - name;
            becomes := becomes - name;
        END LOOP;
        IF only_blanks AND was = becomes THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END $$
"""


def erasable(table: str, columns: Iterable[str]) -> None:
    """While an erasure goes on (a row of `erasing`), the columns may become blank; no other column ever changes.

    It changes the trigger that the table has; without columns, whole rows may be erased.
    """
    names = tuple(columns)
    trigger, made = _found(table, ("_no_update", "_kept") if names else ("_no_delete",))
    if op.get_bind().dialect.name == "sqlite":
        head, when, does = _parts(made)
        others = [one["name"] for one in inspect(op.get_bind()).get_columns(table) if one["name"] not in names]
        same = "".join(f" AND OLD.{name} IS NEW.{name}" for name in others) if names else ""
        blank = "".join(
            f" AND (OLD.{name} IS NEW.{name} OR coalesce(NEW.{name}, '') IN ({_BLANK}, x''))" for name in names
        )
        _replace(trigger, table, f"{head} WHEN ({when}){_UNLESS}{same}{blank}) {does}")
    else:
        more = "".join(f", '{name}'" for name in names)
        changed = made.replace("refuse_change(", "refuse_unless_erased(").removesuffix(")") + f"{more})"
        _replace(trigger, table, changed)


def never_erasable(table: str, rows: bool = False) -> None:
    """Put back the trigger that `erasable` changed."""
    trigger, made = _found(table, ("_no_delete",) if rows else ("_no_update", "_kept"))
    if op.get_bind().dialect.name == "sqlite":
        head, when, does = _parts(made)
        _replace(trigger, table, f"{head} WHEN {when.split(_UNLESS)[0]} {does}")
    else:
        call, argument = made.split("refuse_unless_erased(", 1)
        answer = argument[: argument.index("'", 1) + 1]
        _replace(trigger, table, f"{call}refuse_change({answer})")


def _found(table: str, endings: tuple[str, ...]) -> tuple[str, str]:
    """The name of the table's trigger of that ending, and how it was made."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    query = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table AND name = :name"
    if not sqlite:
        query = "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = to_regclass(:table) AND tgname = :name"
    for name in (f"{table}{ending}" for ending in endings):
        made = op.get_bind().execute(text(query), {"table": table, "name": name}).scalar()
        if made is not None:
            return name, str(made)
    raise LookupError(f"{table} has no trigger {' or '.join(endings)}")


def _parts(made: str) -> tuple[str, str, str]:
    """What stands before the condition of a trigger of SQLite, the condition, and what it does."""
    head, rest = made.split("FOR EACH ROW", 1)
    when, does = rest.split("BEGIN", 1)
    return f"{head}FOR EACH ROW", when.strip().removeprefix("WHEN").strip() or "1", f"BEGIN{does}"


def _replace(trigger: str, table: str, made: str) -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute(f"DROP TRIGGER {trigger}" + ("" if sqlite else f" ON {table}"))
    op.execute(made)
