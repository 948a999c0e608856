"""Rows of several tables in one round trip to the database: what a page needs of five tables costs one query, not five.

Each part is an ordinary statement; the database answers its rows as a JSON list, and they come back as named tuples
with the types of their columns: exact decimals, instants in UTC, days.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import Boolean, ColumnElement, Date, Integer, Label, Select, String, Text, cast, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import Session

from expat.db import Exact, Instant, Json

Decode = Callable[[Any], Any]


class Gathered:
    """A statement of several parts, made once and sent as often as wanted.

    The columns of a part need names that differ; their types are those of the tables' columns. Raises TypeError for
    a type that it does not know.
    """

    def __init__(self, **parts: Select[Any]) -> None:
        self._parts = {name: _Part(name, place, statement) for place, (name, statement) in enumerate(parts.items())}
        self._statement = select(*(part.column for part in self._parts.values()))

    def __call__(self, session: Session, values: Mapping[str, Any]) -> dict[str, list[Any]]:
        """The rows of each part, by its name and in its order; `values` are those of the bound parameters."""
        found = session.execute(self._statement, dict(values)).one()
        return {name: part.rows(text) for (name, part), text in zip(self._parts.items(), found, strict=True)}


class _Part:
    def __init__(self, name: str, place: int, statement: Select[Any]) -> None:
        # Short names within: the driver parses a long statement anew each time that it is sent.
        columns = list(statement.selected_columns)
        short = [_bare(column).label(f"c{number}") for number, column in enumerate(columns)]
        held = statement.with_only_columns(*short, maintain_column_froms=True).subquery(f"p{place}")
        self.row: Any = namedtuple(name, [column.name for column in columns])  # type: ignore[misc]
        self.decoded = [(number, how) for number, c in enumerate(held.c) if (how := _decoding(c.type)) is not None]
        self.column = select(_Rows(*map(_as_text, held.c))).select_from(held).scalar_subquery().label(name)

    def rows(self, text: str | None) -> list[Any]:
        found = orjson.loads(text) if text else []
        for values in found:
            for place, decode in self.decoded:
                if values[place] is not None:
                    values[place] = decode(values[place])
        return [self.row._make(values) for values in found]


def _bare(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return column.element if isinstance(column, Label) else column


def _as_text(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A number of JSON may be read as a float: exact ones travel as text."""
    return cast(column, Text) if isinstance(column.type, Exact) else column


def _decoding(kind: Any) -> Decode | None:
    """How the values of a column's type come out of JSON; None for those that are right as they are."""
    for known, decode in _DECODING:
        if isinstance(kind, known):
            return decode
    raise TypeError(f"{kind!r} cannot be gathered")


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


_DECODING: tuple[tuple[Any, Decode | None], ...] = (
    (Exact, Decimal), (Instant, _instant), (Json, orjson.loads), (Date, date.fromisoformat), (Boolean, bool),
    (Integer, None), (String, None),
)  # fmt: skip


class _Rows(FunctionElement[str]):
    """The rows of a statement as one JSON text, a list of lists."""

    name = "rows"
    type = Text()
    inherit_cache = True


@compiles(_Rows, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"CAST(json_agg(json_build_array({compiler.process(element.clauses, **options)})) AS TEXT)"


@compiles(_Rows, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"json_group_array(json_array({compiler.process(element.clauses, **options)}))"
