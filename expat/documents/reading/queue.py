"""Documents that wait to be read, and what was read of them: the suggestion alone, never the text.

A document is read once, by its content. A PDF's own text is read in the request that brings it; what has to be
recognised in a picture waits for the reader (`expat documents reader`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Engine, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from expat.db import is_postgresql, reading, table_of, transaction
from expat.documents.keys import Damaged, Keys
from expat.documents.reading.read_text import PDF, Text, Unread, read_text, read_text_layer
from expat.documents.reading.suggest import NO_HINTS, suggest
from expat.documents.reading.suggestion import Hints, Suggestion
from expat.documents.store import media_type_of, read
from expat.documents.tables import DocumentReading

ASKED, READ, FAILED = "asked", "read", "failed"
DAMAGED, TOO_HARD = "damaged", "too_hard"
TAKEN_AGAIN = timedelta(minutes=2)  # whoever took it and has not answered by then, will not
MOST_TRIES = 3
QUICK_BYTES = 5 * 1024 * 1024

Reader = Callable[[bytes, str], Text]


class Reading(NamedTuple):
    """How far the reading of a document is.

    `state` is "asked", "read" (with a suggestion, which may be empty) or "failed" with a code: "no_ocr" (the libraries
    are not installed), "no_text", "unreadable", "too_long", "too_hard" (it ended its readers) or "damaged".
    """

    sha256: str
    state: str
    suggestion: Suggestion | None
    code: str | None
    asked_at: datetime
    read_at: datetime | None

    @property
    def is_waiting(self) -> bool:
        return self.state == ASKED


class _Taken(NamedTuple):
    sha256: str
    media_type: str
    hints: Hints


def ask_reading(session: Session, sha256: str, at: datetime, hints: Hints = NO_HINTS) -> None:
    """Have a document read; one that was asked for before is not read again, nor is its first asking's hint changed."""
    insert = postgresql.insert if is_postgresql(session) else sqlite.insert
    row = insert(DocumentReading).values(sha256=sha256, state=ASKED, found={"country": hints.country}, asked_at=at)
    session.execute(row.on_conflict_do_nothing(index_elements=["sha256"]))


def reading_of(session: Session, sha256: str) -> Reading | None:
    """How far the reading of a document is; None where nobody asked."""
    return readings_of(session, [sha256]).get(sha256)


def readings_of(session: Session, hashes: Sequence[str]) -> dict[str, Reading]:
    """How far the reading of each document is that was asked for, in one query."""
    table = table_of(DocumentReading)
    rows = session.execute(select(table).where(table.c.sha256.in_(hashes)))
    return {row.sha256: _reading(row) for row in rows}


def _reading(row: Any) -> Reading:
    suggestion = Suggestion.from_json(row.found) if row.state == READ else None
    code = row.found.get("code") if row.state == FAILED else None
    return Reading(row.sha256, row.state, suggestion, code, row.asked_at, row.read_at)


def read_now_if_quick(
    session: Session, sha256: str, content: bytes, at: datetime, today: date, hints: Hints = NO_HINTS
) -> Reading:
    """Ask for a document's reading, and give it at once where a PDF brings its text along (some milliseconds).

    Raises NotFound for a document that was not kept.
    """
    media_type = media_type_of(session, sha256)
    ask_reading(session, sha256, at, hints)
    asked = readings_of(session, [sha256])[sha256]
    if not asked.is_waiting or media_type != PDF or len(content) > QUICK_BYTES:
        return asked
    try:
        text = read_text_layer(content)
    except Unread as wrong:
        _keep(session, sha256, _Outcome(FAILED, {"code": wrong.code}), at)
    else:
        if text is not None:
            _keep(session, sha256, _found(text, today, hints), at)
    return readings_of(session, [sha256])[sha256]


def read_next(
    engine: Engine, folder: Path, keys: Keys, clock: Callable[[], datetime], today: date, reader: Reader = read_text
) -> Reading | None:
    """Read the document that waits longest, outside of any transaction; None where none waits.

    What a reader took that died is taken again after two minutes, and given up when it ended three.
    """
    taken = _take(engine, clock())
    if taken is None:
        return None
    outcome = _outcome(engine, taken, folder, keys, today, reader)
    with transaction(engine) as session:
        _keep(session, taken.sha256, outcome, clock())
        return reading_of(session, taken.sha256)


class _Outcome(NamedTuple):
    state: str
    found: dict[str, Any]


def _outcome(engine: Engine, taken: _Taken, folder: Path, keys: Keys, today: date, reader: Reader) -> _Outcome:
    try:
        with reading(engine) as session:
            content = read(session, taken.sha256, folder, keys)
        return _found(reader(content, taken.media_type), today, taken.hints)
    except Damaged:
        return _Outcome(FAILED, {"code": DAMAGED})
    except Unread as wrong:
        return _Outcome(FAILED, {"code": wrong.code})


def _found(text: Text, today: date, hints: Hints) -> _Outcome:
    return _Outcome(READ, dict(suggest(text.lines, today, hints, text.from_picture).as_json()))


def _take(engine: Engine, at: datetime) -> _Taken | None:
    """The next document, marked as taken. Looks first without a lock: most of the time nothing waits."""
    with reading(engine) as session:
        if session.execute(_waiting(at)).first() is None:
            return None
    with transaction(engine) as session:
        while (row := session.execute(_waiting(at).with_for_update(skip_locked=True)).first()) is not None:
            tries = row.found.get("tries", 0) + 1
            if tries > MOST_TRIES:
                _keep(session, row.sha256, _Outcome(FAILED, {"code": TOO_HARD}), at)
                continue
            table = table_of(DocumentReading)
            taken = update(table).where(table.c.sha256 == row.sha256)
            session.execute(taken.values(taken_at=at, found={**row.found, "tries": tries}))
            return _Taken(row.sha256, media_type_of(session, row.sha256), Hints(row.found.get("country")))
    return None


def _waiting(at: datetime) -> Any:
    table = table_of(DocumentReading)
    free = or_(table.c.taken_at.is_(None), table.c.taken_at < at - TAKEN_AGAIN)
    waiting = select(table.c.sha256, table.c.found).where(table.c.state == ASKED, free)
    return waiting.order_by(table.c.asked_at, table.c.sha256).limit(1)


def _keep(session: Session, sha256: str, outcome: _Outcome, at: datetime) -> None:
    """Keep what was read, unless it was read already."""
    table = table_of(DocumentReading)
    waiting = update(table).where(table.c.sha256 == sha256, table.c.state == ASKED)
    session.execute(waiting.values(state=outcome.state, found=outcome.found, read_at=at))
