"""Dated tables in TOML: entries that hold from a day on, and a loader that refuses what it cannot use."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from expat.errors import BadInput


def read_entries(
    file: Path, table: str, needed: Collection[str], optional: Collection[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each `[[table]]` entry, after the words that name it in an error. Raises BadInput."""
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    except OSError as wrong:
        raise BadInput(str(file), "cannot be read", str(wrong)) from wrong
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise BadInput(str(file), f"is no TOML: {wrong}", f"[[{table}]] entries") from wrong
    entries = content.get(table)
    if not isinstance(entries, list) or not entries or set(content) != {table}:
        raise BadInput(str(file), f"holds {', '.join(content) or 'nothing'}", f"only [[{table}]] entries")
    for number, entry in enumerate(entries, start=1):
        where = f"{file}: {table} {number}"
        _refuse_keys(where, set(entry), set(needed), set(optional))
        yield where, entry


def _refuse_keys(where: str, given: set[str], needed: set[str], optional: set[str]) -> None:
    for key in sorted(needed - given):
        raise BadInput(f"{where}, {key}", "is missing", f"keys are {', '.join(sorted(needed | optional))}")
    for key in sorted(given - needed - optional):
        raise BadInput(f"{where}, {key}", "is no key here", f"keys are {', '.join(sorted(needed | optional))}")


def text_of(where: str, entry: dict[str, Any], key: str) -> str:
    """A key's text; an empty one, or something else, raises BadInput."""
    value = entry[key]
    if not isinstance(value, str) or not value.strip():
        raise BadInput(f"{where}, {key}", f"{value!r} is no text", "words between quotation marks")
    return value


def dated(where: str, entry: dict[str, Any]) -> tuple[date, date | None]:
    """The entry's first day and its last day (None: still in force). Raises BadInput."""
    since, until = _day(where, entry, "from"), _day(where, entry, "until") if "until" in entry else None
    if until is not None and until < since:
        raise BadInput(f"{where}, until", f"{until} lies before {since}", "the last day of the entry")
    return since, until


def _day(where: str, entry: dict[str, Any], key: str) -> date:
    value = entry[key]
    if not isinstance(value, date) or isinstance(value, datetime):
        raise BadInput(f"{where}, {key}", f"{value!r} is no date", "a day, unquoted, such as 1999-01-01")
    return value


def refuse_overlaps(where: str, periods: Sequence[tuple[date, date | None]]) -> None:
    """Raises BadInput where two periods share a day."""
    ordered = sorted(periods, key=lambda period: period[0])
    for (_since, until), (next_since, _next_until) in pairwise(ordered):
        if until is None or next_since <= until:
            raise BadInput(where, f"two entries hold on {next_since}", "`until` on the eve of the next")
