"""Reading a story: YAML 1.2, every wrong place named by file, line and what was expected."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from moneyed import Money
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError

from expat.errors import BadInput
from expat.money import EUR, parse_amount
from expat.periods import plausible


class BadStory(Exception):
    """A file that is no valid scenario: the file, the line, and what was expected there."""

    def __init__(self, file: str, line: int, expected: str) -> None:
        super().__init__(f"{file}:{line}: {expected}")
        self.file, self.line, self.expected = file, line, expected


_MISSING: Any = object()
MOST = 100_000


class Table:
    """A mapping of the story. Each field is taken once, in its kind; `done` refuses what nobody took."""

    def __init__(self, file: str, content: CommentedMap, what: str) -> None:
        self.file, self.content, self.what = file, content, what
        self._taken: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self.content

    def __iter__(self) -> Iterator[str]:
        return iter(self.content)

    def wrong(self, expected: str, key: str | None = None) -> BadStory:
        """The error for this table or one of its keys."""
        lines = self.content.lc
        line = lines.key(key)[0] if key is not None and key in self.content else lines.line
        return BadStory(self.file, line + 1, expected)

    def take(self, key: str, default: Any = _MISSING) -> Any:
        """The raw value of a field."""
        self._taken.add(key)
        value = self.content.get(key, _MISSING)
        if value is _MISSING or value is None:
            if default is _MISSING:
                raise self.wrong(f"{self.what} needs `{key}`")
            return default
        return value

    def text(self, key: str, default: Any = _MISSING) -> Any:
        value = self.take(key, default)
        if value is default:
            return value
        if isinstance(value, bool | CommentedMap | CommentedSeq):
            raise self.wrong(f"`{key}` is a word or a text", key)
        if not (text := str(value)).isprintable():
            raise self.wrong(f"`{key}` is a text of printable characters", key)
        return text

    def day(self, key: str, default: Any = _MISSING) -> Any:
        value = self.take(key, default)
        if value is default:
            return value
        return as_day(value, self, key)

    def whole(self, key: str, default: Any = _MISSING) -> Any:
        value = self.take(key, default)
        if value is not default and (isinstance(value, bool) or not isinstance(value, int) or abs(value) > MOST):
            raise self.wrong(f"`{key}` is a whole number, at most {MOST}", key)
        return value if value is default else int(value)

    def flag(self, key: str, default: bool = False) -> bool:
        value = self.take(key, default)
        if not isinstance(value, bool):
            raise self.wrong(f"`{key}` is true or false", key)
        return bool(value)

    def choice(self, key: str, choices: tuple[str, ...], default: Any = _MISSING) -> Any:
        value = self.text(key, default)
        if value is not default and value not in choices:
            raise self.wrong(f"`{key}` is one of {', '.join(choices)}", key)
        return value

    def money(self, key: str, currency: str = EUR, default: Any = _MISSING) -> Money | Any:
        value = self.text(key, default)
        if value is default:
            return value
        try:
            return parse_amount(value, currency, key)
        except BadInput as wrong:
            raise self.wrong(str(wrong), key) from wrong

    def table(self, key: str, default: Any = _MISSING) -> Any:
        value = self.take(key, default)
        if value is default:
            return value
        return as_table(value, self, key)

    def tables(self, key: str, default: Any = _MISSING) -> Any:
        value = self.take(key, default)
        if value is default:
            return value
        if not isinstance(value, list):
            raise self.wrong(f"`{key}` is a list", key)
        return [as_table(item, self, key) for item in value]

    def texts(self, key: str, default: Any = _MISSING) -> Any:
        value = self.take(key, default)
        if value is default:
            return value
        if not isinstance(value, list):
            raise self.wrong(f"`{key}` is a list of words", key)
        if not all(isinstance(item, str) for item in value):
            raise self.wrong(f"`{key}` is a list of words", key)
        return [str(item) for item in value]

    def done(self) -> None:
        """Refuse a field that nobody took."""
        for key in self.content:
            if key not in self._taken:
                raise self.wrong(f"`{key}` is not known in {self.what}", key)


def as_day(value: Any, table: Table, key: str) -> date:
    """A calendar date of the story."""
    try:
        is_date = isinstance(value, date) and not isinstance(value, datetime)
        return plausible(value if is_date else date.fromisoformat(str(value)), key)
    except ValueError:
        raise table.wrong(f"`{key}` is a date such as 2025-08-01", key) from None
    except BadInput as wrong:
        raise table.wrong(str(wrong), key) from wrong


def as_table(value: Any, parent: Table, key: str) -> Table:
    """A mapping within the story."""
    if not isinstance(value, CommentedMap):
        raise parent.wrong(f"`{key}` is a mapping", key)
    return Table(parent.file, value, key)


def read(path: Path) -> Table:
    """The story of a file. Raises BadStory."""
    yaml = YAML(typ="rt")
    yaml.version = (1, 2)
    text = ""
    try:
        text = path.read_text(encoding="utf-8")
        content = yaml.load(text)
    except YAMLError as wrong:
        mark = getattr(wrong, "problem_mark", None)
        raise BadStory(
            str(path), mark.line + 1 if mark else 1, f"no YAML: {getattr(wrong, 'problem', wrong)}"
        ) from wrong
    except (OSError, ValueError) as wrong:
        raise BadStory(str(path), _line_of_no_date(text), f"cannot be read: {wrong}") from wrong
    if not isinstance(content, CommentedMap):
        raise BadStory(str(path), 1, "a story is a mapping with scenario, plan, membership, events, expect")
    return Table(str(path), content, "the story")


def _line_of_no_date(text: str) -> int:
    """The first line with a date that no calendar has (YAML reads dates itself, and does not say where)."""
    for number, line in enumerate(text.splitlines(), start=1):
        for found in re.findall(r"\d{4}-\d{2}-\d{2}", line):
            try:
                date.fromisoformat(found)
            except ValueError:
                return number
    return 1


def story_files(paths: list[Path]) -> list[Path]:
    """The files that paths (files or folders) name, in order."""
    found: list[Path] = []
    for path in paths:
        found += sorted([*path.rglob("*.yaml"), *path.rglob("*.yml")]) if path.is_dir() else [path]
    return found
