"""Erasing what is past its time: rows that nothing rests on go, of the others what is personal becomes blank.

One class at a time, so many at most: whoever is stopped half-way starts again, and what is erased is not found again.
Held back are memberships in which the use of data is restricted, or a complaint or a request waits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import String, case, cast, delete, func, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

from expat import audit
from expat.db import is_postgresql, table_of
from expat.documents.store import path_of
from expat.documents.tables import Document, DocumentReading
from expat.guards import GONE
from expat.personal_data.blanks import BLANKED, DROPPED, belongs, blank, is_left, meant, table
from expat.personal_data.due import ROWS, due_of, past
from expat.personal_data.retention import ANSWER, Retention, retention_on
from expat.personal_data.tables import ErasedMembership, Erasing, Erasure
from expat.representatives.admit import ROLE as REPRESENTATIVE

MOST = 500  # of a class in one transaction of `expat data erase`

_DOCUMENT: Any = table_of(Document)
_READING: Any = table_of(DocumentReading)
_ERASURE: Any = table_of(Erasure)
_ERASING: Any = table_of(Erasing)
_DONE: Any = table_of(ErasedMembership)


def erase(session: Session, day: date, at: datetime, actor: str, most: int | None = None) -> dict[str, int]:
    """Erase what is past its time on a day; answers how many of what, none once nothing is left.

    Each class leaves a row of its own in `erasure`, and the trail names them. The documents' files go afterwards, with
    `remove_files`, once this is committed.
    """
    gone: dict[str, int] = {}
    for what, kept in retention_on(day).items():
        if what != ANSWER and (count := erase_class(session, kept, day, at, actor, most)):
            gone[what] = count
    return gone


def erase_class(session: Session, kept: Retention, day: date, at: datetime, actor: str, most: int | None = None) -> int:
    """Erase so many of one class; answers how many there were."""
    if kept.what in ROWS:
        counts = Counter({ROWS[kept.what][0]: _erase_rows(session, kept, day, at)})
        if found := counts.total():
            _leave_trail(session, kept, counts, uuid4().hex, day, at, actor)
        return found
    due = list(islice(due_of(session, kept, day, held=False), most))
    if due:
        key = uuid4().hex
        session.execute(_ERASING.insert().values(key=key))
        counts = _erase_due(session, kept.what, [one.key for one in due], at)
        _leave_trail(session, kept, counts, key, day, at, actor)
        session.execute(delete(_ERASING).where(_ERASING.c.key == key))
    return len(due)


def _erase_rows(session: Session, kept: Retention, day: date, at: datetime) -> int:
    name, _column = ROWS[kept.what]
    rows = table(name)
    query: Any = update(rows).values(content=None, dropped_at=at) if kept.what == "uploads" else delete(rows)
    done: Any = session.execute(query.where(past(kept, day)))
    return int(done.rowcount)


def _erase_due(session: Session, what: str, keys: Sequence[Any], at: datetime) -> Counter[str]:
    """Blank or drop what belongs to what is due, while the database lets it; answers the rows of each table."""
    counts: Counter[str] = Counter()
    papers: set[str] = set()
    if what in DROPPED:
        for name in DROPPED[what]:
            counts[name] += _drop(session, what, name, keys, papers)
    else:
        if BLANKED[what].subject == "membership":
            _mark(session, what, keys, at)
        for name, columns in BLANKED[what].tables.items():
            counts[name] += _blank(session, what, name, columns, keys, papers)
    if what in ("memberships", "payments"):
        counts += _identity(session, what, keys, at)
    counts["document"] += _erase_documents(session, papers, at)
    return +counts


def _mark(session: Session, what: str, keys: Sequence[int], at: datetime) -> None:
    """These memberships are erased; two who erase at once mark them once."""
    dialect: Any = postgresql if is_postgresql(session) else sqlite
    rows = [{"membership_id": key, "what": what, "recorded_at": at} for key in keys]
    session.execute(dialect.insert(_DONE).on_conflict_do_nothing(), rows)


def _blank(
    session: Session, what: str, name: str, columns: Collection[str], keys: Sequence[Any], papers: set[str]
) -> int:
    subject, rows = BLANKED[what].subject, table(name)
    where = [belongs(name, subject, keys), is_left(name, columns)]
    if (only := meant(what, name)) is not None:
        where.append(only)
    if "sha256" in rows.c:
        papers |= {one for one in session.execute(select(rows.c.sha256).where(*where)).scalars() if one}
    done: Any = session.execute(update(rows).where(*where).values({c: blank(name, c) for c in columns}))
    return int(done.rowcount)


def _drop(session: Session, what: str, name: str, keys: Sequence[Any], papers: set[str]) -> int:
    rows = table(name)
    where = belongs(name, DROPPED[what][-1], keys)
    if what == "consents":  # what was agreed to before goes with what took it back
        newer = rows.alias()
        taken_back = (newer.c.person_id == rows.c.person_id) & (newer.c.purpose == rows.c.purpose)
        where = select(newer.c.id).where(newer.c.id.in_(keys), taken_back, newer.c.id >= rows.c.id).exists()
    if "sha256" in rows.c:
        papers |= set(session.execute(select(rows.c.sha256).where(where)).scalars())
    done: Any = session.execute(delete(rows).where(where))
    return int(done.rowcount)


def _identity(session: Session, what: str, keys: Sequence[int], at: datetime) -> Counter[str]:
    """How somebody is reached goes with the membership, who it was with the last payment."""
    person, member, account = table("insured_person"), table("member"), table("account")
    agents = account.c.id.in_(_agents(what, keys))
    mine = belongs("insured_person", "membership", keys)
    members = belongs("member", "membership", keys) & meant(what, "member")
    if what == "memberships":
        reached: dict[str, Any] = dict.fromkeys(("email", "street", "building", "postcode", "town"))
        of_them = account.c.person_id.in_(select(person.c.id).where(mine))
        closed = {
            "email": literal("erased-") + cast(account.c.id, String), "name": "", "password_hash": None,
            "totp_secret": None, "closed_at": func.coalesce(account.c.closed_at, at),
        }  # fmt: skip
        changes: tuple[Any, ...] = (
            (member, members, reached),
            (account, of_them & (account.c.roles == "member"), closed),
            (account, agents & (account.c.roles == REPRESENTATIVE), closed),
        )
    else:
        nobody = {"first_name": "", "last_name": "", "nationality": None, "married_on": None}
        years = {row.id: row.born.replace(month=1, day=1) for row in session.execute(select(person).where(mine))}
        born = case(years, value=person.c.id, else_=person.c.born)
        changes = ((person, mine, {**nobody, "born": born}),
                   (member, members, {"first_name": "", "last_name": ""}))  # fmt: skip
    counts: Counter[str] = Counter()
    for rows, where, values in changes:
        done: Any = session.execute(update(rows).where(where).values(values))
        counts[str(rows.name)] += int(done.rowcount)
    return counts


def _agents(what: str, keys: Sequence[int]) -> Any:
    """The accounts that acted for these memberships, and act for no other that is kept."""
    bound, again, done = table("mandate_account"), table("mandate_account").alias(), table("erased_membership")
    erased = select(done.c.membership_id).where(done.c.what == what)
    elsewhere = select(again.c.account_id).where(again.c.membership_id.not_in(erased))
    return select(bound.c.account_id).where(bound.c.membership_id.in_(keys), bound.c.account_id.not_in(elsewhere))


def _erase_documents(session: Session, papers: Collection[str], at: datetime) -> int:
    """Of papers that were taken out, those that are used nowhere else are gone; answers how many."""
    gone = set(papers) - {one for rows in _users() for one in _used(session, rows, papers)}
    if not gone:
        return 0
    session.execute(delete(_READING).where(_READING.c.sha256.in_(gone)))
    fresh = _DOCUMENT.c.sha256.in_(gone) & _DOCUMENT.c.erased_at.is_(None)
    done: Any = session.execute(update(_DOCUMENT).where(fresh).values(erased_at=at))
    return int(done.rowcount)


def _users() -> list[Any]:
    """The tables whose rows name documents."""
    return [
        rows for rows in SQLModel.metadata.tables.values()
        if rows.name != "document_reading" and any(key.column is _DOCUMENT.c.sha256 for key in rows.foreign_keys)
    ]  # fmt: skip


def _used(session: Session, rows: Any, papers: Collection[str]) -> set[str]:
    query = select(rows.c.sha256).where(rows.c.sha256.in_(list(papers)))
    if "name" in rows.c:
        query = query.where(rows.c.name != GONE)
    return set(session.execute(query).scalars())


def _leave_trail(
    session: Session, kept: Retention, counts: Counter[str], key: str, day: date, at: datetime, actor: str
) -> None:
    """What class went, by which rule, and how many rows."""
    row = {
        "key": key, "what": kept.what, "months": kept.months, "basis": kept.basis, "on_day": day,
        "counts": dict(counts), "erased_by": actor, "recorded_at": at,
    }  # fmt: skip
    session.execute(_ERASURE.insert().values(row))
    detail = {"values": dict(counts), "on": day.isoformat(), "months": kept.months, "basis": kept.basis}
    audit.record(session, at, actor, "data.erased", f"retention:{kept.what}", **detail)


def remove_files(session: Session, folder: Path) -> int:
    """Remove the files of documents that were erased, once that is committed; answers how many there were."""
    gone = select(_DOCUMENT.c.sha256).where(_DOCUMENT.c.erased_at.is_not(None)).order_by(_DOCUMENT.c.sha256)
    count = 0
    for digest in session.execute(gone.with_for_update()).scalars():
        path = path_of(folder, digest)
        if path.exists():
            path.unlink()
            count += 1
    return count
