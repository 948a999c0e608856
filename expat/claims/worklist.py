"""What holds claims up, for the management unit: which, since when, who acts and by when; its own work first.

A line can be held up by several things; a claim that nothing holds up is paid by the next settlement and is not here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, and_, literal, or_, select, union_all
from sqlmodel import Session

from expat.approvals.deadlines import Asked, Promise, answer_by
from expat.approvals.tables import ApprovalAnswer, ApprovalRequest
from expat.claims.elsewhere import repeated_elsewhere
from expat.claims.findings import ANSWERED_ON, ORIGINAL
from expat.claims.lines import ref_of
from expat.claims.next_step import Promises
from expat.claims.suspicions import to_look_at
from expat.claims.tables import ClaimLine, Contest, ContestAnswer, PaperRequest, Suspicion
from expat.db import table_of
from expat.errors import BadInput
from expat.membership.tables import InsuredPerson, Member, Membership

# What holds a claim up, and who acts on it.
BLOCKERS = {
    "contest": "unit", "suspicion": "unit", "duplicate": "unit", "long_stay": "unit", "approval": "medical",
    "asked": "member", "papers": "member", "originals": "member", "rate": "nobody",
}  # fmt: skip

ACTS = ("unit", "medical", "nobody", "member")  # in the order of the list

_LINE: Any = table_of(ClaimLine)
_CONTEST: Any = table_of(Contest)
_CONTEST_ANSWER: Any = table_of(ContestAnswer)
_ASKED: Any = table_of(PaperRequest)
_SUSPICION: Any = table_of(Suspicion)
_REQUEST: Any = table_of(ApprovalRequest)
_ANSWER: Any = table_of(ApprovalAnswer)
_PERSON: Any = table_of(InsuredPerson)
_MEMBERSHIP: Any = table_of(Membership)
_MEMBER: Any = table_of(Member)


class Blocker(NamedTuple):
    """What holds lines of a claim up: its word, the lines (`207/1`), since when, who acts, and by when if promised."""

    what: str
    lines: tuple[str, ...]
    since: date
    due: date | None

    @property
    def who(self) -> str:
        """Who acts: unit, medical, member or nobody."""
        return BLOCKERS[self.what]


@dataclass(frozen=True, slots=True)
class Held:
    """A claim that is held up: whose it is, since when, for how many days, by what, and the nearest day promised.

    A contest is what its member waits for: where there is one, the days are counted from it.
    """

    claim: int
    membership: int
    number: str
    member: str
    people: tuple[str, ...]
    since: date
    days: int
    blockers: tuple[Blocker, ...]
    due: date | None
    overdue: bool


class Cursor(NamedTuple):
    """Where a page ended: the next one begins after it. `rank` is of who acts, `day` that by which, or since when."""

    rank: int
    day: date
    claim: int


class Work(NamedTuple):
    """A page of claims that are held up, how many are by each thing, and where the next page begins."""

    claims: tuple[Held, ...]
    counts: dict[str, int]
    after: Cursor | None


def worklist(
    session: Session,
    today: date,
    promises: Promises,
    blocked_by: str | None = None,
    after: Cursor | None = None,
    limit: int = 50,
) -> Work:
    """The claims that are held up, or those held up by one thing: first what the management unit acts on, by the day
    promised, then what the medical department does, then what waits for a rate or for the member.

    A fixed number of queries. Raises BadInput for a word that is none of `BLOCKERS`.
    """
    if blocked_by is not None and blocked_by not in BLOCKERS:
        raise BadInput("blocked_by", f"{blocked_by!r} is unknown", f"one of {', '.join(BLOCKERS)}")
    rows = session.execute(_everything()).all()
    places = _places([row for row in rows if blocked_by in (None, row.what)], promises)
    page = [place for place in places if after is None or place > after][: limit + 1]
    more, page = len(page) > limit, page[:limit]
    reasons = _reasons(session, [place.claim for place in page])
    names = _names(session, [place.claim for place in page])
    held = [_held(one.claim, reasons[one.claim], names[one.claim], today, promises) for one in page]
    return Work(tuple(held), _counts(rows), page[-1] if more else None)


def overdue_claims(session: Session, today: date, promises: Promises) -> dict[str, int]:
    """How many claims each thing holds up past the day that was promised; what has none past it is left out. A claim
    that several things hold up counts for each of them."""
    late = {
        (row.what, row.claim_id)
        for row in session.execute(_everything())
        if (due := _due(row, promises)) is not None and due < today
    }
    return dict(Counter(what for what, _claim in late))


def _everything() -> Select[Any]:
    """Each claim once for each thing that holds it up and each day since when."""
    found = union_all(*_blocked().values()).subquery()
    return select(found.c.what, found.c.claim_id, found.c.since, found.c.starts, found.c.urgent).distinct()


def _counts(rows: Sequence[Row[Any]]) -> dict[str, int]:
    claims = {(row.what, row.claim_id) for row in rows}
    return {word: sum(what == word for what, _claim in claims) for word in BLOCKERS}


def _places(rows: Sequence[Row[Any]], promises: Promises) -> list[Cursor]:
    """Where each claim stands in the list: by the first who acts, and of what waits for them by the nearest day."""
    days: dict[tuple[Any, ...], date] = {}  # many claims share a day
    found: dict[int, Cursor] = {}
    for row in rows:
        key = (row.what, row.since, row.starts, row.urgent)
        if key not in days:
            days[key] = _due(row, promises) or row.since
        place = Cursor(ACTS.index(BLOCKERS[row.what]), days[key], row.claim_id)
        found[row.claim_id] = min(found.get(row.claim_id, place), place)
    return sorted(found.values())


# --- what holds lines up ------------------------------------------------------------------------------------------


def _blocked(claims: Collection[int] | None = None) -> dict[str, Select[Any]]:
    """For each thing the lines that it holds up, with the day since when and, of approvals, what promises hang on."""
    line, flagged = _LINE.c, _LINE.c.status.in_(("accepted", "pending"))
    missing = and_(line.status == "pending", line.reasons == "documents_missing")
    asked = select(_ASKED.c.id).where(_ASKED.c.line_id == line.id, _ASKED.c.kind != ORIGINAL, ANSWERED_ON.is_(None))
    queries = {
        "contest": _lines("contest", _CONTEST.c.contested_on)
        .join(_CONTEST, _CONTEST.c.line_id == line.id)
        .outerjoin(_CONTEST_ANSWER, _CONTEST_ANSWER.c.contest_id == _CONTEST.c.id)
        .where(_CONTEST_ANSWER.c.id.is_(None)),
        "duplicate": _lines("duplicate").where(
            flagged,
            or_(line.flags.contains("possible_duplicate"), line.reasons == "possible_duplicate", repeated_elsewhere()),
        ),
        "suspicion": _suspected(),
        "long_stay": _lines("long_stay").where(flagged, line.flags.contains("possible_long_stay")),
        "approval": _waiting_for_approval(),
        "asked": _asked("asked", _ASKED.c.kind != ORIGINAL).where(missing),
        "papers": _lines("papers").where(missing, ~asked.exists()),
        "originals": _asked("originals", _ASKED.c.kind == ORIGINAL),
        "rate": _lines("rate").where(line.status == "accepted", line.reasons.contains("rate_unavailable")),
    }
    if claims is None:
        return queries
    return {what: query.where(line.claim_id.in_(claims)) for what, query in queries.items()}


def _lines(what: str, since: Any = None, starts: Any = None, urgent: Any = None) -> Select[Any]:
    """Lines as every part of the union has them."""
    day = _LINE.c.received_on if since is None else since
    return select(
        literal(what).label("what"),
        _LINE.c.id.label("line_id"),
        _LINE.c.claim_id,
        day.label("since"),
        (day if starts is None else starts).label("starts"),
        (literal(False) if urgent is None else urgent).label("urgent"),
    )


def _suspected() -> Select[Any]:
    """Lines with something odd that a person is to look at."""
    condition, since = to_look_at(_LINE.c)
    return _lines("suspicion", since).select_from(_LINE).join(_SUSPICION, condition)


def _asked(what: str, kind: Any) -> Select[Any]:
    """Lines of which a paper was asked for and has not come."""
    query = _lines(what, _ASKED.c.asked_on).join(_ASKED, _ASKED.c.line_id == _LINE.c.id)
    return query.where(kind, ANSWERED_ON.is_(None))


def _waiting_for_approval() -> Select[Any]:
    """Lines that are refused for want of an approval for which a request is not decided yet."""
    urgent = or_(_REQUEST.c.emergency, _REQUEST.c.extends_id.is_not(None))
    named = or_(_LINE.c.care == _REQUEST.c.care, _LINE.c.care.startswith(_REQUEST.c.care + "."))
    undecided = ~select(_ANSWER.c.id).where(_ANSWER.c.request_id == _REQUEST.c.id).exists()
    return (
        _lines("approval", _REQUEST.c.requested_on, _REQUEST.c.starts_on, urgent)
        .join(_REQUEST, _REQUEST.c.person_id == _LINE.c.person_id)
        .where(_LINE.c.status == "refused", _LINE.c.reasons.startswith("approval_"), undecided)
        .where(named, _REQUEST.c.starts_on <= _LINE.c.first_day)
    )


# --- a page of it -------------------------------------------------------------------------------------------------


def _reasons(session: Session, claims: Sequence[int]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    query = union_all(*_blocked(claims).values()).order_by("what", "line_id")
    for row in session.execute(query) if claims else ():
        found[row.claim_id].append(row)
    return found


def _names(session: Session, claims: Sequence[int]) -> dict[int, list[Row[Any]]]:
    """Whose the claims are: the membership, the member, and the people of the lines."""
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    member = (_MEMBER.c.first_name.label("member_first"), _MEMBER.c.last_name.label("member_last"))
    columns = (_LINE.c.claim_id, _LINE.c.membership_id, _MEMBERSHIP.c.number, _PERSON.c.first_name, _PERSON.c.last_name)
    query = (
        select(*columns, *member)
        .join(_PERSON, _PERSON.c.id == _LINE.c.person_id)
        .join(_MEMBERSHIP, _MEMBERSHIP.c.id == _LINE.c.membership_id)
        .join(_MEMBER, _MEMBER.c.id == _MEMBERSHIP.c.member_id)
        .where(_LINE.c.claim_id.in_(claims))
    )
    for row in session.execute(query.order_by(_LINE.c.id)):
        found[row.claim_id].append(row)
    return found


def _held(claim: int, reasons: Sequence[Row[Any]], names: Sequence[Row[Any]], today: date, promises: Promises) -> Held:
    by_word: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in reasons:
        by_word[row.what].append(row)
    blockers = tuple(_blocker(what, by_word[what], promises) for what in BLOCKERS if what in by_word)
    contested = [blocker.since for blocker in blockers if blocker.what == "contest"]
    since = min(contested or [blocker.since for blocker in blockers])
    due = min((blocker.due for blocker in blockers if blocker.due is not None), default=None)
    people = dict.fromkeys(f"{row.first_name} {row.last_name}".strip() for row in names)
    member = f"{names[0].member_first} {names[0].member_last}".strip()
    days, overdue = (today - since).days, due is not None and due < today
    return Held(
        claim, names[0].membership_id, names[0].number, member, tuple(people), since, days, blockers, due, overdue
    )


def _blocker(what: str, rows: Sequence[Row[Any]], promises: Promises) -> Blocker:
    lines = tuple(dict.fromkeys(ref_of(row.line_id) for row in rows))
    return Blocker(what, lines, min(row.since for row in rows), min((_due(row, promises) for row in rows), key=_day))


def _due(row: Row[Any], promises: Promises) -> date | None:
    """The day promised, where the operator acts: for an approval as the medical department's own list has it."""
    if row.what == "contest":
        return promises.answer_by(row.since)
    if row.what == "approval":
        promise = Promise(promises.approval, promises.emergency)
        return answer_by(Asked(row.starts, row.since, bool(row.urgent)), promise)
    return promises.look_by(row.since) if BLOCKERS[row.what] == "unit" else None


def _day(due: date | None) -> date:
    return due or date.max
