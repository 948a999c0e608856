"""Keeping documents and giving them back: one row and one encrypted file a content, however often it comes.

The file comes first and the row second. A crash in between leaves an encrypted file without a row, which
hurts nobody; the same document, handed in again, replaces it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from expat.db import is_postgresql, table_of
from expat.documents.keys import Damaged, Keys
from expat.documents.kinds import media_type
from expat.documents.tables import Document
from expat.errors import NotFound
from expat.files import write_whole


def keep(session: Session, content: bytes, folder: Path, keys: Keys, at: datetime) -> str:
    """Keep a document under the SHA-256 of its content, which is returned (hex); twice the same is kept once.

    Raises BadInput for what is not accepted (see `kinds`); `at` is aware.
    """
    digest = sha256(content).hexdigest()
    known = session.get(Document, digest)
    if known is not None and known.erased_at is None and _problem(digest, folder, keys) is None:
        return digest
    kind = media_type(content)
    if known is not None and known.erased_at is not None:
        session.execute(_bring_back(digest))  # first: whoever removes files of what was erased waits for it
    _write(folder, digest, keys.seal(content, digest))
    insert = postgresql.insert if is_postgresql(session) else sqlite.insert
    row = insert(Document).values(sha256=digest, media_type=kind, size=len(content), stored_at=at, key_id=keys.current)
    session.execute(row.on_conflict_do_nothing(index_elements=["sha256"]))
    return digest


def _bring_back(digest: str) -> Any:
    documents: Any = table_of(Document)
    return update(documents).where(documents.c.sha256 == digest).values(erased_at=None)


def read(session: Session, digest: str, folder: Path, keys: Keys) -> bytes:
    """The content of a document. Raises NotFound where none was kept, Damaged where it is not whole."""
    known = session.get(Document, digest)
    if known is None:
        raise NotFound("document", f"{digest!r} is not known", "the SHA-256 of a document that was kept")
    if known.erased_at is not None:
        raise NotFound("document", f"{digest!r} is past its time and was erased")
    return _content(digest, folder, keys)


def media_type_of(session: Session, digest: str) -> str:
    """The media type of a document. Raises NotFound where none was kept."""
    row = session.get(Document, digest)
    if row is None:
        raise NotFound("document", f"{digest!r} is not known", "the SHA-256 of a document that was kept")
    return row.media_type


def problems(session: Session, folder: Path, keys: Keys) -> Iterator[str]:
    """One line for each document whose file is missing, does not decrypt or has another hash."""
    whole = select(Document.sha256).where(col(Document.erased_at).is_(None)).order_by(col(Document.sha256))
    for digest in session.exec(whole):
        if problem := _problem(digest, folder, keys):
            yield problem


def path_of(folder: Path, digest: str) -> Path:
    """Where the document's file lies: folder/ab/cd/abcd…"""
    return folder / digest[:2] / digest[2:4] / digest


def _problem(digest: str, folder: Path, keys: Keys) -> str | None:
    try:
        _content(digest, folder, keys)
    except Damaged as wrong:
        return str(wrong)
    return None


def _content(digest: str, folder: Path, keys: Keys) -> bytes:
    try:
        sealed = path_of(folder, digest).read_bytes()
    except OSError as wrong:
        raise Damaged(f"document {digest}: its file cannot be read ({wrong.strerror})") from wrong
    content = keys.unseal(sealed, digest)
    if sha256(content).hexdigest() != digest:
        raise Damaged(f"document {digest}: its content has another hash")
    return content


def _write(folder: Path, digest: str, sealed: bytes) -> None:
    """The whole file or none of it, on the disk when this returns."""
    path = path_of(folder, digest)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(path, sealed)
    for holder in (path.parent, path.parent.parent, folder):
        _sync(holder)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
