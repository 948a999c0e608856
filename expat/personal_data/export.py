"""Everything that is kept of somebody as one file: data.json, the documents, and a readable summary beside them.

The file is written piece by piece, so that ten thousand rows take no more room than ten.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import orjson
from sqlalchemy import Engine
from sqlmodel import Session

from expat import audit
from expat.db import ReadingSession
from expat.documents.keys import Damaged, Keys
from expat.documents.store import read
from expat.errors import NotFound
from expat.personal_data.file_names import FOLDER, Names
from expat.personal_data.kept import KEPT, NOT_GIVEN, rows_of
from expat.personal_data.whose import Circles, Kept

YOU, US = "you", "the operator"


class Store(NamedTuple):
    """Where documents lie, and the keys that open them."""

    folder: Path
    keys: Keys


class Given(NamedTuple):
    """What a file holds: rows by table, and documents; `missing` are documents that cannot be given back."""

    rows: dict[str, int]
    documents: int
    missing: int


@contextmanager
def snapshot(engine: Engine) -> Iterator[Session]:
    """A session that sees the data of one moment, however long it reads, and holds up nobody who writes."""
    options: dict[str, Any] = {"read_only": True}
    if engine.dialect.name == "postgresql":
        options["isolation_level"] = "REPEATABLE READ"
    with ReadingSession(engine.execution_options(**options), expire_on_commit=False) as session:
        yield session
        session.rollback()


def export(
    session: Session, circles: Circles, accounts: Collection[int], store: Store, out: IO[bytes], at: datetime,
    summary: bytes | None = None, tables: Mapping[str, Kept] | None = None,
    more: Mapping[str, Iterable[dict[str, Any]]] | None = None, language: str = "en",
) -> Given:  # fmt: skip
    """Write the file; answers what it holds. `accounts` are the own ones: what others did is given without their names.

    `tables` are those that are given, by default all; `more` is given beside them. Documents are named in the language,
    and the rows that they belong to say in `file` which they are.
    """
    wanted = Names(session, language)
    with ZipFile(out, "w", ZIP_DEFLATED) as file:
        if summary is not None:
            file.writestr("summary.pdf", summary)
        with file.open("data.json", "w", force_zip64=True) as data:
            count = _write_json(session, circles, accounts, store.keys, data.write, at, tables or KEPT, more, wanted)
        kept, missing = _write_documents(session, file, wanted.given, store)
    return Given(count, kept, missing)


def note(session: Session, at: datetime, actor: str, person_id: int, given: Given, medical: bool = False) -> None:
    """The trail knows that somebody's data were given."""
    action = "data.medical_exported" if medical else "data.exported"
    detail = {"values": sum(given.rows.values()), "count": given.documents, "medical": medical}
    audit.record(session, at, actor, action, f"insured_person:{person_id}", **detail)


def _write_json(
    session: Session, circles: Circles, accounts: Collection[int], keys: Keys, write: Callable[[bytes], Any],
    at: datetime, tables: Mapping[str, Kept], more: Mapping[str, Iterable[dict[str, Any]]] | None, wanted: Names,
) -> dict[str, int]:  # fmt: skip
    """The rows of each table as a list, one table after the other; notes the documents that they name."""
    count: dict[str, int] = {}
    head = {"made_at": at, "people": circles.of("seen"), "not_given": NOT_GIVEN}
    write(orjson.dumps(head, option=orjson.OPT_INDENT_2)[:-2] + b',\n  "tables": {')
    known = {f"account:{account}" for account in accounts}
    every: Iterator[tuple[str, Iterable[dict[str, Any]]]] = (
        (name, rows_of(session, name, kept, circles, keys)) for name, kept in tables.items()
    )
    for name, rows in [*every, *(more or {}).items()]:
        write((b",\n" if count else b"\n") + orjson.dumps(name) + b": [")
        count[name] = 0
        for row in rows:
            if name != "document_reading" and row.get("sha256"):
                row = {**row, "file": wanted.of(row)}
            write((b",\n" if count[name] else b"\n") + orjson.dumps(_plain(row, known), default=_text))
            count[name] += 1
        write(b"]")
    write(b"\n  }\n}\n")
    return count


def _plain(row: dict[str, Any], known: Collection[str]) -> dict[str, Any]:
    """A row without the names of the staff."""
    return {name: _who(value, known) if _is_actor(name, value) else value for name, value in row.items()}


def _is_actor(name: str, value: Any) -> bool:
    return isinstance(value, str) and (name == "actor" or name.endswith("_by"))


def _who(actor: str, known: Collection[str]) -> str:
    return YOU if actor in known else US


def _text(value: Any) -> str:
    """Decimals as their digits: a number of JSON may be read as something else."""
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value)} is not given")


def _write_documents(session: Session, file: ZipFile, wanted: Mapping[str, str], store: Store) -> tuple[int, int]:
    """Each document as it was handed in, one at a time; what cannot be given back is listed."""
    count, missing = 0, []
    for digest, name in wanted.items():
        try:
            content = read(session, digest, store.folder, store.keys)
        except (Damaged, NotFound):
            missing.append(f"{name} ({digest})")
            continue
        file.writestr(name, content, compress_type=ZIP_STORED)
        count += 1
    if missing:
        file.writestr(f"{FOLDER}/missing.txt", "\n".join(missing) + "\n")
    return count, len(missing)
