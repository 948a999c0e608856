"""Handing in a file: kept once it has no fault, then confirmed or dropped. The same file is one upload."""

from __future__ import annotations

from datetime import date, datetime
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import Row, select, update
from sqlmodel import Session

from expat import audit
from expat.db import advisory_lock, table_of
from expat.documents.keys import Keys
from expat.employers import rows as file_rows
from expat.employers.check import Looked, look
from expat.employers.columns import CHANGEABLE, JOINER, LEAVER
from expat.employers.listing import covered_by
from expat.employers.tables import AnnouncedChange, AnnouncedJoiner, EmployerUpload
from expat.errors import Conflict, NotFound

LOCK = 7_010
LONGEST_NAME = 120

_UPLOAD: Any = table_of(EmployerUpload)
_JOINER: Any = table_of(AnnouncedJoiner)
_CHANGE: Any = table_of(AnnouncedChange)


class HandedIn(NamedTuple):
    """A file that was looked at: its faults; without any, the upload's key, and whether it had come before."""

    looked: Looked
    upload: int | None = None
    again: bool = False


def hand_in(
    session: Session, employer_id: int, name: str, content: bytes, keys: Keys, today: date, at: datetime, actor: str
) -> HandedIn:
    """Look at a file, and keep it sealed until it is confirmed where nothing is wrong in it."""
    digest = sha256(content).hexdigest()
    looked: Looked | None = None
    if _waiting_or_done(_of_digest(session, employer_id, digest)) is None:
        looked = look(session, employer_id, content, today)  # this takes seconds, and nobody waits for it
    advisory_lock(session, LOCK)
    before = _of_digest(session, employer_id, digest)
    if (key := _waiting_or_done(before)) is not None:
        return HandedIn(Looked(), key, again=True)
    looked = looked or look(session, employer_id, content, today)
    if looked.faults:
        return HandedIn(looked)
    values = {
        "name": name[:LONGEST_NAME], "joiners": len(looked.of(JOINER)), "leavers": len(looked.of(LEAVER)),
        "changes": len(looked.of("change")), "content": keys.seal(content, digest), "uploaded_by": actor,
        "uploaded_at": at, "dropped_at": None,
    }  # fmt: skip
    if before is None:
        insert = _UPLOAD.insert().values(employer_id=employer_id, sha256=digest, **values).returning(_UPLOAD.c.id)
        key = int(session.execute(insert).scalar_one())
    else:
        key = int(before.id)
        session.execute(update(_UPLOAD).where(_UPLOAD.c.id == key).values(values))
    counts = {name: values[name] for name in ("joiners", "leavers", "changes")}
    audit.record(session, at, actor, "employer.handed_in", f"employer_upload:{key}", sha256=digest, **counts)
    return HandedIn(looked, key)


def upload_of(session: Session, employer_id: int, key: int) -> Row[Any]:
    """An upload of an employer's. Raises NotFound for one that is not its own, or that it dropped."""
    query = select(_UPLOAD).where(_UPLOAD.c.id == key, _UPLOAD.c.employer_id == employer_id)
    row = session.execute(query.where(_UPLOAD.c.dropped_at.is_(None))).first()
    if row is None:
        raise NotFound("upload", f"there is no file {key}")
    return row


def kept_rows(session: Session, upload: Row[Any], keys: Keys, today: date) -> Looked:
    """What a file that waits for its confirmation says, looked at anew. Raises Conflict where it waits no more."""
    if upload.content is None:
        raise Conflict("upload", "was confirmed already")
    return look(session, upload.employer_id, keys.unseal(upload.content, upload.sha256), today)


def confirm(
    session: Session, employer_id: int, key: int, keys: Keys, today: date, at: datetime, actor: str
) -> HandedIn:
    """Announce what the file says, all of it or nothing; once, however often it is sent.

    It is looked at again: what changed since is among the faults, and then nothing is announced.
    """
    advisory_lock(session, LOCK)
    upload = upload_of(session, employer_id, key)
    if upload.confirmed_at is not None:
        return HandedIn(Looked(), key, again=True)
    looked = kept_rows(session, upload, keys, today)
    if looked.faults:
        return HandedIn(looked, key)
    paid = {one.number.casefold(): one.id for one in covered_by(session, employer_id).values()}
    joiners = [_joiner(row, upload, at) for row in looked.of(JOINER)]
    changes = [_change(row, upload, paid, at) for row in looked.rows if row.action != JOINER]
    for table, values in ((_JOINER, joiners), (_CHANGE, changes)):
        if values:
            session.execute(table.insert(), values)
    done = update(_UPLOAD).where(_UPLOAD.c.id == key)
    session.execute(done.values(confirmed_by=actor, confirmed_at=at, content=None))
    audit.record(session, at, actor, "employer.confirmed", f"employer_upload:{key}", rows=len(looked.rows))
    return HandedIn(looked, key)


def drop(session: Session, employer_id: int, key: int, at: datetime, actor: str) -> None:
    """Take back a file that was not confirmed; what was kept of it goes."""
    advisory_lock(session, LOCK)
    upload = upload_of(session, employer_id, key)
    if upload.confirmed_at is not None:
        raise Conflict("upload", "was confirmed already")
    session.execute(update(_UPLOAD).where(_UPLOAD.c.id == key).values(dropped_at=at, content=None))
    audit.record(session, at, actor, "employer.dropped", f"employer_upload:{key}")


def _waiting_or_done(before: Row[Any] | None) -> int | None:
    """The key of an upload that was not dropped."""
    return int(before.id) if before is not None and before.dropped_at is None else None


def _of_digest(session: Session, employer_id: int, digest: str) -> Row[Any] | None:
    query = select(_UPLOAD).where(_UPLOAD.c.employer_id == employer_id, _UPLOAD.c.sha256 == digest)
    return session.execute(query).first()


def _joiner(row: file_rows.Row, upload: Row[Any], at: datetime) -> dict[str, Any]:
    text = row.text
    names = ("role", "first_name", "last_name", "nationality")
    chosen = ("email", "language", "residence", "formula", "zone", "currency")
    return {
        "upload_id": upload.id, "employer_id": upload.employer_id, "row": row.number,
        "family": text.get("membership") or text.get("family") or f"row {row.number}", "born": row.day["born"],
        "effective_on": row.day["effective"], "recorded_at": at, **{name: text[name] for name in names},
        **{name: text.get(name) for name in chosen},
    }  # fmt: skip


def _change(row: file_rows.Row, upload: Row[Any], paid: dict[str, int], at: datetime) -> dict[str, Any]:
    content = {name: row.text[name] for name in CHANGEABLE if name in row.text}
    if row.action == LEAVER:
        content = {"reason": row.text.get("reason", "lost_status")}
    return {
        "upload_id": upload.id, "employer_id": upload.employer_id, "row": row.number, "kind": row.action,
        "membership_id": paid[row.text["membership"].casefold()], "day": row.day["effective"], "content": content,
        "recorded_at": at,
    }  # fmt: skip
