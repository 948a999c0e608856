"""The table of documents; their content lies encrypted in a folder, under its hash."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, String
from sqlmodel import Field, SQLModel

from expat.db import Code, Instant, Json


class Document(SQLModel, table=True):
    """A document, once: hash, media type, size in bytes, and the key that encrypted it first.

    From `erased_at` on its content is gone for good, unless somebody hands the same in again.
    """

    __tablename__ = "document"

    sha256: str = Field(sa_column=Column(String(64), primary_key=True))
    media_type: str = Field(sa_column=Column(Code, nullable=False))
    size: int = Field(sa_column=Column(Integer, nullable=False))
    stored_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    key_id: str = Field(sa_column=Column(String(8), nullable=False))
    erased_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class DocumentReading(SQLModel, table=True):
    """What was read from a document, to propose it to who fills in a claim; `state` is asked, read or failed."""

    __tablename__ = "document_reading"

    sha256: str = Field(sa_column=Column(String(64), ForeignKey("document.sha256"), primary_key=True))
    state: str = Field(sa_column=Column(Code, nullable=False, index=True))
    found: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    asked_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    taken_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    read_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class DocumentPrint(SQLModel, table=True):
    """What a document can be compared by, taken once: keyed hashes of its words, never the words, and who made it.

    `words` are in the order of the text, `made` what the file says of its own making.
    """

    __tablename__ = "document_print"

    sha256: str = Field(sa_column=Column(String(64), ForeignKey("document.sha256"), primary_key=True))
    words: list[int] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    made: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    taken_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class DocumentMark(SQLModel, table=True):
    """A few marks of a print, by which those that have most words in common are found."""

    __tablename__ = "document_mark"

    sha256: str = Field(sa_column=Column(String(64), ForeignKey("document.sha256"), primary_key=True))
    mark: int = Field(sa_column=Column(BigInteger, primary_key=True, index=True))
