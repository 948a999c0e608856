"""What documents are compared by: keyed hashes of their words, and what a file says of its own making.

The words themselves are not kept, and nobody can read them from the hashes without the key of the documents.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image
from rapidfuzz.distance import Indel
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from expat.db import is_postgresql, table_of
from expat.documents.keys import Damaged, Keys
from expat.documents.kinds import _BROKEN, _PDFIUM
from expat.documents.reading.read_text import PDF, Unread, read_text_layer
from expat.documents.store import media_type_of, read
from expat.documents.tables import DocumentMark, DocumentPrint
from expat.places import shipped

MOST_WORDS, MARKS, TOGETHER = 3_000, 12, 3
LARGEST = 5 * 1024 * 1024  # bytes that are read while somebody waits
_SOFTWARE = 305  # of a picture's Exif data
_WORD = re.compile(r"\w+")
_DATE = re.compile(r"D:(\d{4})(\d{2})(\d{2})(\d{2})?(\d{2})?(\d{2})?")

_PRINT: Any = table_of(DocumentPrint)
_MARK: Any = table_of(DocumentMark)


@dataclass(frozen=True)
class Made:
    """What a file says of its making: the programs, and when it was made and changed; empty where it does not say."""

    programs: str = ""
    created: datetime | None = None
    changed: datetime | None = None

    @property
    def editor(self) -> str:
        """The program that alters pictures or finished documents, where one left its name."""
        said = self.programs.casefold()
        return next((name for name in editors() if name.casefold() in said), "")


@dataclass(frozen=True)
class Print:
    """What a document can be compared by."""

    sha256: str
    words: tuple[int, ...]
    made: Made

    def like(self, other: Print) -> int:
        """How much of two texts is the same, in percent, in the same order."""
        return int(100 * Indel.normalized_similarity(self.words, other.words)) if self.words and other.words else 0


@cache
def editors() -> tuple[str, ...]:
    """The names of programs that alter pictures or finished documents."""
    text = (shipped("config") / "documents" / "editors.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["editors"])


def take_prints(session: Session, hashes: Collection[str], folder: Path, keys: Keys, at: datetime) -> None:
    """Take the prints of documents that have none. One that cannot be read has an empty one."""
    there = set(session.execute(select(_PRINT.c.sha256).where(_PRINT.c.sha256.in_(list(hashes)))).scalars())
    insert: Any = postgresql.insert if is_postgresql(session) else sqlite.insert
    for sha256 in sorted(set(hashes) - there):
        words, made = _taken(session, sha256, folder, keys)
        row = {"sha256": sha256, "words": words, "made": made, "taken_at": at}
        session.execute(insert(DocumentPrint).values(row).on_conflict_do_nothing())
        if marks := _marks(words):
            rows = [{"sha256": sha256, "mark": mark} for mark in marks]
            session.execute(insert(DocumentMark).values(rows).on_conflict_do_nothing())


def _taken(session: Session, sha256: str, folder: Path, keys: Keys) -> tuple[list[int], dict[str, str]]:
    try:
        content = read(session, sha256, folder, keys)
    except Damaged:
        return [], {}
    kind = media_type_of(session, sha256)
    if len(content) > LARGEST:
        return [], {}
    made = made_of(content, kind)
    return (words_of(content, keys) if kind == PDF else []), made


def words_of(content: bytes, keys: Keys) -> list[int]:
    """The words of a PDF's text as keyed hashes, in their order; none where it is a scan or cannot be read."""
    try:
        text = read_text_layer(content)
    except Unread:
        return []
    said = " ".join(cell.text for line in text.lines for cell in line.cells) if text is not None else ""
    plain = unicodedata.normalize("NFKC", said).casefold()
    secret = keys.by_id[keys.current]
    return [_hashed(word, secret) for word in _WORD.findall(plain)[:MOST_WORDS]]


def _hashed(word: str, secret: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=6, key=secret[:64]).digest(), "big")


def made_of(content: bytes, media_type: str) -> dict[str, str]:
    """What a file says of its making: `programs`, `created`, `changed`."""
    try:
        if media_type == PDF:
            with _PDFIUM, pypdfium2.PdfDocument(content) as document:
                said = document.get_metadata_dict(skip_empty=True)
            programs = " / ".join(dict.fromkeys(said[name] for name in ("Creator", "Producer") if name in said))
            days = {"created": said.get("CreationDate", ""), "changed": said.get("ModDate", "")}
            found = {"programs": programs, **days}
        elif media_type.startswith("image/") and media_type != "image/heic":
            with Image.open(BytesIO(content)) as picture:
                found = {"programs": str(picture.getexif().get(_SOFTWARE, ""))}
        else:
            found = {}
    except (*_BROKEN, pypdfium2.PdfiumError):
        return {}
    return {name: value.replace("\x00", "").strip()[:200] for name, value in found.items() if value}


def _marks(words: Sequence[int]) -> list[int]:
    """The least hashes of runs of words: texts that are mostly the same share most of them."""
    runs = {hash(tuple(words[n : n + TOGETHER])) & (2**62 - 1) for n in range(len(words) - TOGETHER + 1)}
    return sorted(runs)[:MARKS]


def prints_of(session: Session, hashes: Collection[str]) -> dict[str, Print]:
    """The prints of documents that have one, by their hash."""
    rows = session.execute(select(_PRINT).where(_PRINT.c.sha256.in_(list(hashes))))
    return {row.sha256: Print(row.sha256, tuple(row.words), _made(row.made)) for row in rows}


def resembling(session: Session, sha256: str) -> list[str]:
    """Other documents that share a mark with one: those whose text can be nearly the same."""
    mine = select(_MARK.c.mark).where(_MARK.c.sha256 == sha256)
    query = select(_MARK.c.sha256).where(_MARK.c.mark.in_(mine), _MARK.c.sha256 != sha256).distinct()
    return list(session.execute(query.order_by(_MARK.c.sha256).limit(200)).scalars())


def _made(said: dict[str, str]) -> Made:
    return Made(said.get("programs", ""), _instant(said.get("created", "")), _instant(said.get("changed", "")))


def _instant(text: str) -> datetime | None:
    """A PDF's date, such as D:20250701093000+02'00', without its zone; None where it is none."""
    found = _DATE.match(text)
    if found is None:
        return None
    try:
        return datetime(*(int(part or 0) for part in found.groups()))  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError:
        return None
