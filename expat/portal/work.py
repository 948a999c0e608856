"""What a request works with: the application's engine, settings and keys, the day, one session, who is signed in.

A page that is asked for (GET) only reads; one that is sent to (POST) works in one transaction, committed when its
answer is a success or a redirection, rolled back otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import NoReturn, cast

from flask import Flask, Response, abort, current_app, g, request
from flask_babel import get_locale
from flask_login import current_user
from sqlalchemy import Engine
from sqlmodel import Session

from expat.accounts.sign_in import SignedIn
from expat.db import ReadingSession, reader, transaction
from expat.db import now as wall_clock
from expat.documents.keys import Keys
from expat.portal.memory import Memory
from expat.reread import spoil
from expat.settings import Settings
from expat.wording.voice import Voice, voice

EXTENSION = "expat"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass
class House:
    """What every request shares."""

    engine: Engine
    settings: Settings

    @cached_property
    def keys(self) -> Keys:
        """The keys of documents and of whatever is sealed."""
        secret = self.settings.document_key
        return Keys.read(secret.get_secret_value() if secret else None)

    @cached_property
    def reader(self) -> Engine:
        """The engine for pages that only read."""
        return reader(self.engine)

    @cached_property
    def memory(self) -> Memory:
        """The pages that this process keeps."""
        return Memory(self.settings.pages_kept_mb * 1024**2, self.settings.idle_minutes * 60)

    @property
    def preference(self) -> tuple[str, ...]:
        """The sources of rates, the preferred first."""
        return self.settings.rate_sources


def house(app: Flask | None = None) -> House:
    """What the application was made with."""
    return cast(House, (app or current_app).extensions[EXTENSION])


def now() -> datetime:
    """The present instant; in the demo the same time of day on the demo's day. A page that asks for it is not kept."""
    spoil()
    return _instant()


def _instant() -> datetime:
    at, day = wall_clock(), house().settings.demo_day
    return at if day is None else at.replace(year=day.year, month=day.month, day=day.day)


def today() -> date:
    """The day of the request."""
    return _instant().date()


def db() -> Session:
    """The request's session: it only reads where the page was merely asked for."""
    if "session" not in g:
        if request.method in SAFE:
            g.session = ReadingSession(house().reader, expire_on_commit=False)
        else:
            g.session = Session(house().engine, expire_on_commit=False)
    return cast(Session, g.session)


def me() -> SignedIn:
    """Who is signed in; on a page that needs nobody to be, aborts with 401 where nobody is.

    Who acts for somebody is shown here as if he or she were that person; the account stays the own one.
    """
    if not current_user.is_authenticated:
        abort(401)
    return cast(SignedIn, g.get("acting_as") or current_user.who)


def membership() -> int:
    """The membership of who is signed in; 404 for an account that belongs to none."""
    return me().membership or _nothing_here()


def person() -> int:
    """The insured person who is signed in; 404 for an account that belongs to none."""
    return me().person or _nothing_here()


def _nothing_here() -> NoReturn:
    abort(404)


def speaks() -> Voice:
    """The voice of the reader's language."""
    kept = g._get_current_object()  # a page asks hundreds of times
    found: Voice | None = kept.get("voice")
    if found is None:
        locale = get_locale()
        found = kept.voice = voice(locale.language if locale else "en")
    return found


def language() -> str:
    """The reader's language."""
    return speaks().language


def idle() -> timedelta:
    """How long a sign-in may lie idle."""
    return timedelta(minutes=house().settings.idle_minutes)


def longest() -> timedelta:
    """How long a sign-in lasts at most."""
    return timedelta(hours=house().settings.signed_in_hours)


def finish(response: Response) -> Response:
    """Commit what the request did before its answer leaves; a refusal leaves nothing behind."""
    session: Session | None = g.get("session")
    if session is not None and request.method not in SAFE:
        if response.status_code < 400:
            session.commit()
        else:
            session.rollback()
    return response


def close(_wrong: BaseException | None = None) -> None:
    """Give the connection back."""
    session: Session | None = g.pop("session", None)
    if session is not None:
        session.rollback()
        session.close()


def keep_so_far() -> None:
    """Commit what the request wrote up to here, such as papers that came with a form that is still to be checked."""
    db().commit()


@contextmanager
def apart() -> Iterator[Session]:
    """A short transaction of its own, kept whatever becomes of the request: that somebody read a file, or tried a code.

    What the request wrote before is taken back: on SQLite the two would wait for each other.
    """
    undo()
    with transaction(house().engine) as session:
        yield session


def undo() -> None:
    """Take back what the request wrote so far, before a form is shown again."""
    if "session" in g:
        g.session.rollback()


def whole_number(name: str, default: int | None = None) -> int | None:
    """A number of the address's query; 404 where it is none."""
    text = request.args.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        abort(404)
    return int(text)
