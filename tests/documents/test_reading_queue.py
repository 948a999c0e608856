"""Documents are read once, by whoever is free, and nothing of their text is kept but what is proposed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from threading import Barrier

import orjson
import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session

from expat.db import reading, table_of, transaction
from expat.documents import store
from expat.documents.keys import Keys, new_key
from expat.documents.reading.lines import plain
from expat.documents.reading.queue import (
    Reading,
    ask_reading,
    read_next,
    read_now_if_quick,
    reading_of,
    readings_of,
)
from expat.documents.reading.read_text import Text, Unread
from expat.documents.reading.suggestion import Hints
from expat.documents.tables import DocumentReading
from expat.errors import NotFound
from tests.documents.reading_pages import pdf_of
from tests.documents.reading_papers import TODAY, papers
from tests.documents.samples import pdf, picture

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
Kept = Callable[..., str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "documents"


@pytest.fixture
def keys() -> Keys:
    return Keys.read(new_key())


@pytest.fixture
def kept(engine: Engine, folder: Path, keys: Keys) -> Kept:
    """Keeps a document and asks for its reading; answers its hash."""

    def keep(content: bytes, at: datetime = AT, hints: Hints | None = None) -> str:
        with transaction(engine) as session:
            digest = store.keep(session, content, folder, keys, at)
            ask_reading(session, digest, at, hints or Hints())
        return digest

    return keep


class Eyes:
    """A reader that sees the same text in every document, and counts."""

    def __init__(self, text: str = "Total EUR 45.00", wrong: str | None = None) -> None:
        self.text, self.wrong, self.seen = text, wrong, 0

    def __call__(self, content: bytes, media_type: str) -> Text:
        self.seen += 1
        if self.wrong:
            raise Unread(self.wrong)
        return Text(plain(self.text), from_picture=media_type != "application/pdf")


def _state(engine: Engine, digest: str) -> Reading:
    with reading(engine) as session:
        found = reading_of(session, digest)
    assert found is not None
    return found


def test_what_waits_longest_is_read_first_and_each_once(engine: Engine, kept: Kept, folder: Path, keys: Keys) -> None:
    late, early = kept(pdf(201)), kept(pdf(202), AT - SECOND)
    eyes = Eyes()
    done = [read_next(engine, folder, keys, lambda: AT, TODAY, eyes) for _ in range(3)]
    assert [one and one.sha256 for one in done] == [early, late, None]
    kept(pdf(201))
    assert read_next(engine, folder, keys, lambda: AT, TODAY, eyes) is None
    assert eyes.seen == 2
    told = _state(engine, late)
    assert (told.state, told.read_at) == ("read", AT)
    assert told.suggestion is not None and told.suggestion.amount[0].value == Decimal("45.00")


def test_nothing_is_known_of_a_document_that_nobody_asked_for(session: Session, folder: Path, keys: Keys) -> None:
    digest = store.keep(session, pdf(), folder, keys, AT)
    assert reading_of(session, digest) is None
    ask_reading(session, digest, AT)
    assert readings_of(session, [digest, "0" * 64]) == {digest: reading_of(session, digest)}
    assert readings_of(session, []) == {}


def test_where_the_member_lives_is_heeded(engine: Engine, kept: Kept, folder: Path, keys: Keys) -> None:
    kept(picture("PNG"), hints=Hints("SG"))
    done = read_next(engine, folder, keys, lambda: AT, TODAY, Eyes("Total $45.00"))
    assert done is not None and done.suggestion is not None
    assert done.suggestion.currency[0].value == "SGD"


def test_a_document_whose_reader_died_is_taken_again_and_given_up_at_last(
    engine: Engine, kept: Kept, folder: Path, keys: Keys
) -> None:
    digest = kept(picture("PNG"))

    def dies(content: bytes, media_type: str) -> Text:
        raise KeyboardInterrupt

    at = AT
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            read_next(engine, folder, keys, lambda: at, TODAY, dies)  # noqa: B023
        assert read_next(engine, folder, keys, lambda: at + 119 * SECOND, TODAY, Eyes()) is None  # noqa: B023
        assert _state(engine, digest).is_waiting
        at += 121 * SECOND
    eyes = Eyes()
    assert read_next(engine, folder, keys, lambda: at, TODAY, eyes) is None
    assert (_state(engine, digest).code, eyes.seen) == ("too_hard", 0)


def test_a_document_whose_reader_died_once_is_read_by_the_next(
    engine: Engine, kept: Kept, folder: Path, keys: Keys
) -> None:
    digest = kept(picture("PNG"), hints=Hints("SG"))

    def dies(content: bytes, media_type: str) -> Text:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_next(engine, folder, keys, lambda: AT, TODAY, dies)
    assert read_next(engine, folder, keys, lambda: AT + 121 * SECOND, TODAY, Eyes("Total $45.00")) is not None
    told = _state(engine, digest).suggestion
    assert told is not None and told.currency[0].value == "SGD"


def test_a_late_answer_does_not_replace_what_was_read(engine: Engine, kept: Kept, folder: Path, keys: Keys) -> None:
    digest = kept(picture("PNG"))

    def overtaken(content: bytes, media_type: str) -> Text:
        assert read_next(engine, folder, keys, lambda: AT + 121 * SECOND, TODAY, Eyes("Total EUR 1.00")) is not None
        return Text(plain("Total EUR 2.00"), True)

    read_next(engine, folder, keys, lambda: AT, TODAY, overtaken)
    told = _state(engine, digest).suggestion
    assert told is not None and told.amount[0].value == Decimal("1.00")


@pytest.mark.parametrize("code", ["no_ocr", "no_text", "unreadable", "too_long"])
def test_what_could_not_be_read_says_why(engine: Engine, kept: Kept, folder: Path, keys: Keys, code: str) -> None:
    digest = kept(picture("PNG"))
    assert read_next(engine, folder, keys, lambda: AT, TODAY, Eyes(wrong=code)) is not None
    told = _state(engine, digest)
    assert (told.state, told.code, told.suggestion) == ("failed", code, None)


def test_a_document_whose_file_is_gone_is_damaged(engine: Engine, kept: Kept, folder: Path, keys: Keys) -> None:
    digest = kept(picture("PNG"))
    store.path_of(folder, digest).unlink()
    read_next(engine, folder, keys, lambda: AT, TODAY, Eyes())
    assert _state(engine, digest).code == "damaged"


def test_several_readers_share_the_work(engine: Engine, kept: Kept, folder: Path, keys: Keys) -> None:
    waiting = {kept(pdf(300 + number)) for number in range(8)}
    start = Barrier(4)

    def work(_number: int) -> list[str]:
        start.wait()
        found = []
        while (one := read_next(engine, folder, keys, lambda: AT, TODAY, Eyes())) is not None:
            found.append(one.sha256)
        return found

    with ThreadPoolExecutor(4) as pool:
        done = [digest for found in pool.map(work, range(4)) for digest in found]
    assert len(done) == len(set(done))
    while (one := read_next(engine, folder, keys, lambda: AT, TODAY, Eyes())) is not None:
        done.append(one.sha256)  # a reader that found the others' locked went home early
    assert sorted(done) == sorted(waiting)


def test_a_pdf_with_text_is_read_in_the_request(session: Session, folder: Path, keys: Keys) -> None:
    content = pdf_of(papers()["sg-clinic"].text)
    digest = store.keep(session, content, folder, keys, AT)
    told = read_now_if_quick(session, digest, content, AT, TODAY, Hints("SG"))
    assert told.state == "read" and told == reading_of(session, digest)
    assert told.suggestion is not None and told.suggestion.amount[0].value == Decimal("168.30")
    assert read_now_if_quick(session, digest, b"", AT, TODAY) == told


def test_pictures_and_scans_wait_for_the_reader(session: Session, folder: Path, keys: Keys) -> None:
    for content in (picture("JPEG"), pdf()):
        digest = store.keep(session, content, folder, keys, AT)
        assert read_now_if_quick(session, digest, content, AT, TODAY).is_waiting


def test_a_document_that_was_not_kept_is_not_read(session: Session) -> None:
    with pytest.raises(NotFound):
        read_now_if_quick(session, "0" * 64, pdf(), AT, TODAY)


def test_the_text_of_a_document_is_not_kept(session: Session, folder: Path, keys: Keys) -> None:
    content = pdf_of(papers()["de-doctor"].text)  # diagnosis, patient, address and kind of care stand on it
    digest = store.keep(session, content, folder, keys, AT)
    read_now_if_quick(session, digest, content, AT, TODAY)
    table = table_of(DocumentReading)
    found = orjson.dumps(session.execute(select(table.c.found).where(table.c.sha256 == digest)).scalar_one()).decode()
    for word in ("M54", "Lefèvre", "Schelling", "Röntgen", "Beratung", "3704"):
        assert word not in found
