"""The table of documents; their content lies encrypted in a folder, under its hash."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Integer, String
from sqlmodel import Field, SQLModel

from expat.db import Code, Instant


class Document(SQLModel, table=True):
    """A document, once: hash, media type, size in bytes, and the key that encrypted it first."""

    __tablename__ = "document"

    sha256: str = Field(sa_column=Column(String(64), primary_key=True))
    media_type: str = Field(sa_column=Column(Code, nullable=False))
    size: int = Field(sa_column=Column(Integer, nullable=False))
    stored_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    key_id: str = Field(sa_column=Column(String(8), nullable=False))
