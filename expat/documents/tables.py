"""The table of documents; their content lies encrypted in a folder, under its hash."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlmodel import Field, SQLModel

from expat.db import Code, Instant, Json


class Document(SQLModel, table=True):
    """A document, once: hash, media type, size in bytes, and the key that encrypted it first."""

    __tablename__ = "document"

    sha256: str = Field(sa_column=Column(String(64), primary_key=True))
    media_type: str = Field(sa_column=Column(Code, nullable=False))
    size: int = Field(sa_column=Column(Integer, nullable=False))
    stored_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    key_id: str = Field(sa_column=Column(String(8), nullable=False))


class DocumentReading(SQLModel, table=True):
    """What was read from a document, to propose it to who fills in a claim; `state` is asked, read or failed."""

    __tablename__ = "document_reading"

    sha256: str = Field(sa_column=Column(String(64), ForeignKey("document.sha256"), primary_key=True))
    state: str = Field(sa_column=Column(Code, nullable=False, index=True))
    found: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    asked_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    taken_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    read_at: datetime | None = Field(default=None, sa_column=Column(Instant))
