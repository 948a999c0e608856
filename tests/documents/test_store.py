"""Documents are kept once, encrypted, and come back as they came, or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from expat.db import open_engine, transaction
from expat.documents import store
from expat.documents.keys import Damaged, Keys, new_key
from expat.documents.tables import Document
from expat.errors import BadInput, NotFound
from tests.documents.samples import pdf, picture
from tests.payments.insured import APART

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "documents"


@pytest.fixture
def keys() -> Keys:
    return Keys.read(new_key())


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_document_comes_back_as_it_came(session: Session, folder: Path, keys: Keys) -> None:
    content = pdf()
    digest = store.keep(session, content, folder, keys, AT)
    assert digest == sha256(content).hexdigest()
    assert store.read(session, digest, folder, keys) == content
    row = session.exec(select(Document)).one()
    assert (row.sha256, row.media_type, row.size, row.stored_at, row.key_id) == (
        digest,
        "application/pdf",
        len(content),
        AT,
        keys.current,
    )
    assert _files(folder) == [folder / digest[:2] / digest[2:4] / digest]


def test_nothing_lies_on_the_disk_in_plain_text(session: Session, folder: Path, keys: Keys) -> None:
    content = pdf()
    store.keep(session, content, folder, keys, AT)
    (path,) = _files(folder)
    assert b"PDF" not in path.read_bytes() and content[:20] not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0


def test_the_same_document_twice_is_kept_once(session: Session, folder: Path, keys: Keys) -> None:
    content = picture("JPEG")
    first = store.keep(session, content, folder, keys, AT)
    (path,) = _files(folder)
    before = path.read_bytes()
    assert store.keep(session, content, folder, keys, AT) == first
    assert len(session.exec(select(Document)).all()) == 1
    assert path.read_bytes() == before


def test_a_refused_document_leaves_nothing(session: Session, folder: Path, keys: Keys) -> None:
    with pytest.raises(BadInput):
        store.keep(session, b"no document", folder, keys, AT)
    assert session.exec(select(Document)).all() == [] and _files(folder) == []


def test_a_document_that_nobody_kept_is_not_found(session: Session, folder: Path, keys: Keys) -> None:
    for digest in ("0" * 64, "../../etc/passwd", ""):
        with pytest.raises(NotFound):
            store.read(session, digest, folder, keys)


@pytest.mark.parametrize(
    "alter",
    [
        lambda sealed: b"",
        lambda sealed: sealed[:-1],
        lambda sealed: sealed + b"x",
        lambda sealed: sealed[:-20] + bytes([sealed[-20] ^ 1]) + sealed[-19:],
        lambda sealed: bytes([sealed[0] ^ 1]) + sealed[1:],
        lambda sealed: sealed[:20] + bytes([sealed[20] ^ 1]) + sealed[21:],
        lambda sealed: pdf(),
    ],
)
def test_an_altered_file_is_never_given_back(
    session: Session, folder: Path, keys: Keys, alter: Callable[[bytes], bytes]
) -> None:
    digest = store.keep(session, pdf(), folder, keys, AT)
    path = store.path_of(folder, digest)
    path.write_bytes(alter(path.read_bytes()))
    with pytest.raises(Damaged, match=f"{digest}.*altered"):
        store.read(session, digest, folder, keys)
    assert len(list(store.problems(session, folder, keys))) == 1


def test_one_document_cannot_stand_in_for_another(session: Session, folder: Path, keys: Keys) -> None:
    mine, other = (store.keep(session, c, folder, keys, AT) for c in (pdf(200), pdf(201)))
    store.path_of(folder, mine).write_bytes(store.path_of(folder, other).read_bytes())
    with pytest.raises(Damaged, match="altered"):
        store.read(session, mine, folder, keys)


def test_a_missing_file_is_said_and_healed_by_the_same_document(session: Session, folder: Path, keys: Keys) -> None:
    digest = store.keep(session, pdf(), folder, keys, AT)
    store.path_of(folder, digest).unlink()
    with pytest.raises(Damaged, match="cannot be read"):
        store.read(session, digest, folder, keys)
    store.keep(session, pdf(), folder, keys, AT)
    assert store.read(session, digest, folder, keys) == pdf()


def test_a_new_key_encrypts_and_the_old_one_still_reads(session: Session, folder: Path) -> None:
    old, new = new_key(), new_key()
    first = store.keep(session, pdf(200), folder, Keys.read(old), AT)
    both = Keys.read(f"{new}, {old}")
    second = store.keep(session, pdf(201), folder, both, AT)
    assert store.read(session, first, folder, both) == pdf(200)
    assert store.read(session, second, folder, Keys.read(new)) == pdf(201)
    with pytest.raises(Damaged, match=f"key {Keys.read(old).current}"):
        store.read(session, first, folder, Keys.read(new))


@pytest.mark.parametrize("text", [None, "", " , ", "short", "é", "A" * 40, "A" * 43 + "=,x"])
def test_a_key_that_is_none_is_refused_without_being_shown(text: str | None) -> None:
    with pytest.raises(BadInput) as refused:
        Keys.read(text)
    assert refused.value.where == "EXPAT_DOCUMENT_KEY" and "new-key" in refused.value.expected
    assert not text or not text.strip(" ,") or text not in str(refused.value)


def test_keys_do_not_show_in_what_is_logged() -> None:
    keys = Keys.read(new_key())
    assert repr(keys) == f"Keys(current={keys.current!r})"


def _keep_many(url: str, folder: Path, key: str, contents: list[bytes], start: Barrier) -> None:
    engine = open_engine(url)
    start.wait(60)
    for content in contents:
        with transaction(engine) as session:
            store.keep(session, content, folder, Keys.read(key), AT)
    engine.dispose()


def test_two_processes_may_keep_the_same_document_at_once(engine: Engine, folder: Path) -> None:
    key, contents = new_key(), [pdf(width) for width in range(100, 120)]
    url, start = engine.url.render_as_string(hide_password=False), APART.Barrier(2)
    both = [APART.Process(target=_keep_many, args=(url, folder, key, contents, start)) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join(120)
    assert [process.exitcode for process in both] == [0, 0]
    with Session(engine) as session:
        rows = session.exec(select(Document.sha256)).all()
        assert sorted(rows) == sorted(sha256(content).hexdigest() for content in contents)
        assert list(store.problems(session, folder, Keys.read(key))) == []
    assert len(_files(folder)) == len(contents)


def _die_before_the_row(url: str, folder: Path, key: str, content: bytes) -> None:
    with transaction(open_engine(url)) as session:
        store.keep(session, content, folder, Keys.read(key), AT)
        os._exit(9)


def _die_in_the_file(url: str, folder: Path, key: str, content: bytes) -> None:
    with patch("os.fsync", lambda _handle: os._exit(9)):
        _die_before_the_row(url, folder, key, content)


@pytest.mark.parametrize("death", [_die_before_the_row, _die_in_the_file])
def test_a_crash_hurts_nobody_and_the_document_can_come_again(
    engine: Engine, folder: Path, death: Callable[..., Any]
) -> None:
    key, url = new_key(), engine.url.render_as_string(hide_password=False)
    process = APART.Process(target=death, args=(url, folder, key, pdf()))
    process.start()
    process.join(60)
    assert process.exitcode == 9 and len(_files(folder)) == 1
    with transaction(engine) as session:
        assert session.exec(select(Document)).all() == []
        assert list(store.problems(session, folder, Keys.read(key))) == []
        other = Keys.read(new_key())  # the key was changed meanwhile
        digest = store.keep(session, pdf(), folder, other, AT)
        assert store.read(session, digest, folder, other) == pdf()


def test_a_full_disk_leaves_no_half_file(
    session: Session, folder: Path, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.keep(session, pdf(), folder, keys, AT)
    assert _files(folder) == [] and session.exec(select(Document)).all() == []
