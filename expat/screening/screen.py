"""Screening: people and the holders of bank accounts against the lists that hold. What is found stops payments.

Nothing is decided by it: a match waits for a person, who lifts or confirms it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Row, func, select
from sqlmodel import Session

from expat import audit
from expat.db import advisory_lock, table_of
from expat.membership.tables import InsuredPerson, PayoutAccount
from expat.screening.holds import stands
from expat.screening.lists import LOCK, current, index
from expat.screening.names import Match, folded
from expat.screening.tables import ScreeningHit, ScreeningRun

PERSON, ACCOUNT, APPLICANT = "person", "account", "applicant"
SLICE = 500
OVERLAP = 1_000  # keys before the largest seen that are looked at again: a row with one of them may be kept later
LATE = timedelta(hours=1)  # nothing is kept longer than that after its key was given

_HIT: Any = table_of(ScreeningHit)
_RUN: Any = table_of(ScreeningRun)
_PERSON: Any = table_of(InsuredPerson)
_ACCOUNT: Any = table_of(PayoutAccount)


@dataclass(frozen=True)
class Subject:
    """Somebody who is screened: what of ours it is, the name and birth, and whose payments a match stops."""

    kind: str
    key: str
    name: str
    born: date | None = None
    membership: int | None = None
    provider: str | None = None
    anybody: bool = False  # an enterprise too


class Screened(NamedTuple):
    """How many were looked at, and how many matches are new."""

    looked: int
    hits: int


class _Seen(NamedTuple):
    """The largest keys of people and accounts."""

    people: int
    accounts: int


def screen_person(
    session: Session, kind: str, key: str, name: str, born: date | None, at: datetime, membership: int | None = None,
    anybody: bool = False,
) -> bool:  # fmt: skip
    """Screen somebody, before joining or under a new name; whether a match stands that a person has not lifted.

    Without a list there is nothing to find. `kind` is person, account, applicant or agent, `key` says which one it is;
    `anybody` may be an enterprise too.
    """
    advisory_lock(session, LOCK)
    _look(session, current(session), [Subject(kind, key, name, born, membership, anybody=anybody)], at)
    query = select(_HIT.c.id).where(_HIT.c.kind == kind, _HIT.c.key == key, stands())
    return session.execute(query.limit(1)).first() is not None


def screen_all(session: Session, at: datetime, actor: str) -> Screened:
    """Screen everybody who is insured and every account that is paid: after a list came in."""
    advisory_lock(session, LOCK)
    lists = current(session)
    return _run(session, lists, _Seen(0, 0), at, actor) if lists else Screened(0, 0)


def screen_new(session: Session, at: datetime, actor: str) -> Screened:
    """Screen who came since, before anything is paid; everybody, where a newer list holds than they were seen with.

    Keys are given before rows are kept, so the last ones seen are looked at again for an hour; what was found then is
    not found twice. Where nobody came for an hour it costs a few small queries.
    """
    lists = current(session)
    if not lists:
        return Screened(0, 0)
    since = _seen_since(session, lists[-1].id)
    if since is not None and since[1] - since[0] >= LATE:
        return Screened(0, 0)
    advisory_lock(session, LOCK)
    last = session.execute(select(_RUN).order_by(_RUN.c.id.desc()).limit(1)).first()
    seen = _Seen(last.people, last.accounts) if last and last.list_id >= lists[-1].id else _Seen(0, 0)
    seen = _Seen(max(seen.people - OVERLAP, 0), max(seen.accounts - OVERLAP, 0))
    return _run(session, lists, seen, at, actor, noted=since is None or at - since[0] >= LATE)


def _seen_since(session: Session, list_id: int) -> tuple[datetime, datetime] | None:
    """When those with the largest keys of now were first looked at with the newest list, and when last."""
    largest = _largest(session)
    query = select(func.min(_RUN.c.run_at), func.max(_RUN.c.run_at)).where(
        _RUN.c.people == largest.people, _RUN.c.accounts == largest.accounts, _RUN.c.list_id >= list_id
    )
    first, last = session.execute(query).one()
    return None if first is None else (first, last)


def _largest(session: Session) -> _Seen:
    people, accounts = (
        select(func.coalesce(func.max(table.c.id), 0)).scalar_subquery() for table in (_PERSON, _ACCOUNT)
    )
    return _Seen(*session.execute(select(people, accounts)).one())


def _run(
    session: Session, lists: Sequence[Row[Any]], seen: _Seen, at: datetime, actor: str, noted: bool = True
) -> Screened:
    """Look at those after the keys that were seen; one without a new match is kept only where it is to be `noted`."""
    largest = _largest(session)
    subjects = [*_people(session, seen.people), *_accounts(session, seen.accounts)]
    hits = _look(session, lists, subjects, at)
    if not noted and not hits:
        return Screened(len(subjects), 0)
    values = {
        "list_id": lists[-1].id, "people": largest.people, "accounts": largest.accounts, "looked": len(subjects),
        "hits": hits, "run_by": actor, "run_at": at,
    }  # fmt: skip
    key = session.execute(_RUN.insert().values(values).returning(_RUN.c.id)).scalar_one()
    audit.record(session, at, actor, "screening.run", f"screening_run:{key}", looked=len(subjects), hits=hits)
    return Screened(len(subjects), hits)


def _people(session: Session, after: int) -> Iterator[Subject]:
    columns = (_PERSON.c.id, _PERSON.c.first_name, _PERSON.c.last_name, _PERSON.c.born, _PERSON.c.membership_id)
    for row in session.execute(select(*columns).where(_PERSON.c.id > after)):
        yield Subject(PERSON, str(row.id), f"{row.first_name} {row.last_name}", row.born, row.membership_id)


def _accounts(session: Session, after: int) -> Iterator[Subject]:
    """The holders of the accounts that hold, and the providers whose they are. A holder who is one of the membership's
    people was born when that person was."""
    other = _ACCOUNT.alias()
    newer = select(other.c.id).where(
        other.c.version > _ACCOUNT.c.version,
        other.c.membership_id.is_not_distinct_from(_ACCOUNT.c.membership_id),
        other.c.provider.is_not_distinct_from(_ACCOUNT.c.provider),
    )
    rows = session.execute(select(_ACCOUNT).where(_ACCOUNT.c.id > after, ~newer.exists())).all()
    births = _births(session, [row.membership_id for row in rows if row.membership_id is not None])
    for row in rows:
        born = births.get((row.membership_id, folded(row.holder)))
        for name in dict.fromkeys((row.holder, row.provider or row.holder)):
            yield Subject(ACCOUNT, str(row.id), name, born, row.membership_id, row.provider, anybody=True)


def _births(session: Session, memberships: Sequence[int]) -> dict[tuple[int, str], date]:
    found = {}
    columns = (_PERSON.c.membership_id, _PERSON.c.first_name, _PERSON.c.last_name, _PERSON.c.born)
    for start in range(0, len(memberships), SLICE):
        query = select(*columns).where(_PERSON.c.membership_id.in_(memberships[start : start + SLICE]))
        for row in session.execute(query):
            found[row.membership_id, folded(f"{row.first_name} {row.last_name}")] = row.born
    return found


def _look(session: Session, lists: Sequence[Row[Any]], subjects: Iterable[Subject], at: datetime) -> int:
    """Compare, and keep the matches that are new; answers how many."""
    if not lists:
        return 0
    names = index(session, lists)
    rows: dict[str, dict[str, Any]] = {}
    for one in subjects:
        for match in names.matches(one.name, one.born, persons_alone=not one.anybody):
            row = _hit(one, match, lists[-1].id, at)
            rows.setdefault(row["mark"], row)
    known: set[str] = set()
    marks = list(rows)
    for start in range(0, len(marks), SLICE):
        query = select(_HIT.c.mark).where(_HIT.c.mark.in_(marks[start : start + SLICE]))
        known |= set(session.execute(query).scalars())
    new = [row for mark, row in rows.items() if mark not in known]
    if new:
        keys = list(session.execute(_HIT.insert().returning(_HIT.c.id), new).scalars())
        audit.record_all(session, at, "screening", "screening.hit", [(f"screening_hit:{key}", {}) for key in keys])
    return len(new)


def _hit(one: Subject, match: Match, list_id: int, at: datetime) -> dict[str, Any]:
    listed = match.listed
    both = [one.kind, one.key, folded(one.name), str(one.born), listed.entity, listed.folded, sorted(listed.births)]
    return {
        "mark": sha256(orjson.dumps(both)).hexdigest(), "list_id": list_id, "kind": one.kind, "key": one.key,
        "membership_id": one.membership, "provider": one.provider, "name": one.name, "born": one.born,
        "entity": listed.entity, "listed": listed.name, "births": list(listed.births), "score": match.score,
        "found_at": at,
    }  # fmt: skip
