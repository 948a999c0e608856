"""Settings from the environment: every one has a documented default, a wrong value stops the start with one line."""

from __future__ import annotations

import sys
from datetime import date, time
from functools import cache
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from stdnum.eu import at_02

TIME_ZONE = "Europe/Paris"

RateSource = Literal["operator", "ecb", "parity", "forex-python"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


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
    post_folder: Path = Field(Path("var/post"), description="where letters for the post service are written daily")
    rate_sources: Annotated[tuple[RateSource, ...], NoDecode] = Field(
        ("operator", "ecb", "parity", "forex-python"),
        description="sources of exchange rates, the preferred first, with commas between them",
    )
    forex_timeout: float = Field(5.0, gt=0, le=60, description="seconds that the online rate source may take")
    language: Literal["en", "fr"] = Field("en", description="language of what the commands print for people")
    time_zone: str = Field(TIME_ZONE, description="whose clock times are shown by, such as Europe/Paris")
    operator_name: str | None = Field(None, max_length=70, description="who pays, in bank files, which need it")
    operator_iban: str | None = Field(None, description="account that benefits are paid from; bank files need it")
    premium_iban: str | None = Field(None, description="account that premiums come to; operator_iban where not set")
    creditor_identifier: str | None = Field(
        None, description="SEPA creditor identifier (ICS) under which premiums are collected; direct debits need it"
    )
    premium_bic: str | None = Field(None, description="BIC of the premiums' account's bank; operator_bic where not set")
    debit_lead_days: int = Field(7, ge=3, le=12, description="days before a collection on which direct debits are made")
    operator_bic: str | None = Field(None, description="BIC of that account's bank; bank files need it")
    operator_town: str | None = Field(None, description="town of the operator; bank files need it")
    operator_country: str | None = Field(
        None, pattern="^[A-Z]{2}$", description="country of the operator; bank files need it"
    )
    operator_street: str | None = Field(None, max_length=70, description="street and number, where originals are sent")
    operator_postcode: str | None = Field(None, max_length=16, description="postcode of the operator")
    operator_email: str | None = Field(None, description="where members write to; shown on pages, letters and mails")
    operator_phone: str | None = Field(None, description="where members and hospitals call; shown on cards and letters")
    secret_key: SecretStr | None = Field(
        None, description="signs the sign-in cookies and forms of the web pages: any long random text"
    )
    base_url: str = Field("http://127.0.0.1:8000", description="address of the web pages, as mails and letters name it")
    idle_minutes: int = Field(20, ge=1, le=720, description="minutes without a click after which a sign-in ends")
    signed_in_hours: int = Field(10, ge=1, le=72, description="hours after which a sign-in ends in any case")
    pages_kept_mb: int = Field(16, ge=0, le=1024, description="megabytes of pages that a process keeps; 0 keeps none")
    trusted_proxies: int = Field(0, ge=0, le=3, description="proxies in front of the web pages, whose headers count")
    smtp_host: str | None = Field(None, description="server that sends mail; without one, mail waits in the outbox")
    smtp_port: int = Field(587, ge=1, le=65535, description="port of that server")
    smtp_security: Literal["starttls", "tls", "none"] = Field("starttls", description="how the line to it is encrypted")
    smtp_user: str | None = Field(None, description="user name at that server")
    smtp_password: SecretStr | None = Field(None, description="password at that server")
    mail_from: str | None = Field(None, description="address that mail comes from; operator_email where not set")
    mail_folder: Path | None = Field(None, description="write mail as files into this folder instead of sending it")
    promise_claim: int = Field(5, ge=1, le=60, description="working days in which a person looks at a claim")
    promise_contest: int = Field(10, ge=1, le=60, description="working days in which a contest is answered")
    promise_message: int = Field(2, ge=1, le=60, description="working days in which a message is answered")
    promise_approval: int = Field(5, ge=1, le=10, description="working days in which prior approval is answered")
    promise_emergency: int = Field(1, ge=1, le=10, description="days in which an emergency's approval is answered")
    demo_day: date | None = Field(None, description="the day that the demo's pages take for today; in the demo alone")
    jobs_at: time = Field(time(5, 0), description="time of day, by the time zone, from which a day's jobs run")
    rates_at: time = Field(time(16, 30), description="time of day from which a TARGET day's rates are fetched")
    settle_on: Annotated[tuple[Weekday, ...], NoDecode] = Field(
        (), description="days on which a settlement is prepared by itself, such as tue,fri; a person releases it"
    )
    settle_batch: int = Field(50, ge=1, le=1000, description="memberships settled in one transaction")

    @field_validator("rate_sources", "settle_on", mode="before")
    @classmethod
    def _with_commas(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return [part.strip(' "[]') for part in value.split(",")] if value.strip() else []

    @field_validator("creditor_identifier")
    @classmethod
    def _holds(cls, value: str | None) -> str | None:
        if value is not None and not at_02.is_valid(value):
            raise ValueError("give the SEPA creditor identifier that the bank obtained, such as FR72ZZZ123456")
        return value

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("name a time zone as the IANA database does, such as Europe/Paris or Asia/Singapore")
        return value

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
