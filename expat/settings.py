"""Settings from the environment: every one has a documented default, a wrong value stops the start with one line."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

RateSource = Literal["operator", "ecb", "parity", "forex-python"]


class Settings(BaseSettings):
    """`EXPAT_<NAME>` in the environment sets each field."""

    model_config = SettingsConfigDict(env_prefix="EXPAT_", extra="ignore")

    database_url: str = Field(
        "sqlite:///var/expat.sqlite3", description="SQLite or PostgreSQL, as SQLAlchemy writes it"
    )
    document_folder: Path = Field(Path("var/documents"), description="where encrypted documents are kept")
    document_key: SecretStr | None = Field(
        None,
        description="key that encrypts documents: 32 bytes as URL-safe base64 (`expat documents new-key`)",
    )
    bank_folder: Path = Field(Path("var/bank"), description="where bank files are written")
    rate_sources: Annotated[tuple[RateSource, ...], NoDecode] = Field(
        ("operator", "ecb", "parity", "forex-python"),
        description="sources of exchange rates, the preferred first, with commas between them",
    )
    forex_timeout: float = Field(5.0, gt=0, le=60, description="seconds that the online rate source may take")
    language: Literal["en", "fr"] = Field("en", description="language of what the commands print for people")
    operator_name: str | None = Field(None, max_length=70, description="who pays, in bank files, which need it")
    operator_iban: str | None = Field(None, description="account that benefits are paid from; bank files need it")
    operator_bic: str | None = Field(None, description="BIC of that account's bank; bank files need it")
    operator_town: str | None = Field(None, description="town of the operator; bank files need it")
    operator_country: str | None = Field(
        None, pattern="^[A-Z]{2}$", description="country of the operator; bank files need it"
    )
    settle_batch: int = Field(50, ge=1, le=1000, description="memberships settled in one transaction")

    @field_validator("rate_sources", mode="before")
    @classmethod
    def _with_commas(cls, value: object) -> object:
        return [part.strip(' "[]') for part in value.split(",")] if isinstance(value, str) else value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if not value.startswith(("sqlite:", "postgresql:", "postgresql+psycopg:")):
            raise ValueError("use sqlite:///path or postgresql://user@host/database")
        return value


def read_settings() -> Settings:
    """The settings; raises ValueError with one line per wrong variable."""
    try:
        return Settings()
    except ValidationError as wrong:
        lines = [
            f"EXPAT_{str(e['loc'][0]).upper()}: {e['msg'].removeprefix('Value error, ')} (got {e['input']!r})"
            for e in wrong.errors()
        ]
        raise ValueError("\n".join(lines)) from None


@cache
def settings() -> Settings:
    """The settings of this process. A wrong value ends the process with one clear line."""
    try:
        return read_settings()
    except ValueError as wrong:
        sys.exit(f"Expat cannot start: {wrong}")
