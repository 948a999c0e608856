"""The file of a request for prior approval: handed in once with its papers, and what comes later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from moneyed import Money
from sqlalchemy import Row, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from expat import audit
from expat.approvals.request import NewRequest, lock, locked_request, request_approval
from expat.approvals.tables import ApprovalDocument, ApprovalFile, ApprovalRequest
from expat.db import is_postgresql, table_of
from expat.documents.keys import Keys
from expat.documents.tables import Document
from expat.errors import BadInput, Conflict
from expat.membership.changes import Acting
from expat.money import to_minor
from expat.plans.shapes import is_country

PAPERS = ("medical_report", "quote", "prescription", "other")
MOST_PAPERS, MOST_DAYS, MOST_SESSIONS, LARGEST = 20, 366, 366, 10**15
LONGEST_NAME, LONGEST_MEDICAL = 200, 20_000
KOSOVO = "XK"  # the code that its users assigned, for want of one of ISO 3166-1

_REQUEST, _FILE, _DOCUMENT = table_of(ApprovalRequest), table_of(ApprovalFile), table_of(ApprovalDocument)
_KEPT = table_of(Document)


class Paper(NamedTuple):
    """A paper of a request: of PAPERS, the name that its sender gave it, and the kept document."""

    kind: str
    name: str
    sha256: str


@dataclass(frozen=True)
class NewFile:
    """A request with its file. `key` is the sender's own, 1 to 40 characters: sent twice is once.

    `cost` is what the provider expects, `days` of a stay or `sessions` in all what is asked for; `medical` opens to the
    person and the medical department alone.
    """

    key: str
    request: NewRequest
    provider: str = ""
    country: str | None = None
    cost: Money | None = None
    days: int | None = None
    sessions: int | None = None
    medical: str = ""
    papers: Sequence[Paper] = ()


def submit_request(session: Session, membership_id: int, new: NewFile, acting: Acting, keys: Keys) -> tuple[int, bool]:
    """Keep a request with its file; answers its key, and whether it had been handed in before.

    Raises BadInput naming the field, Conflict where the key comes again with something else.
    """
    _check(session, new)
    lock(session, membership_id)
    if known := _known(session, new.key):
        return _handed_in_before(session, known, membership_id, new, keys), True
    request_id = request_approval(session, membership_id, new.request, acting)
    dialect: Any = postgresql if is_postgresql(session) else sqlite
    insert = dialect.insert(_FILE).values(_row(request_id, new, acting, keys))
    if session.execute(insert.on_conflict_do_nothing(index_elements=["key"]).returning(_FILE.c.key)).first() is None:
        raise _taken(new.key)  # by another membership, in this moment
    _keep_papers(session, request_id, new.papers, acting)
    return request_id, False


def add_approval_document(session: Session, request_id: int, paper: Paper, acting: Acting) -> bool:
    """Add a paper to a request; answers whether it is new to it. Raises BadInput, NotFound."""
    _check_papers(session, [paper])
    locked_request(session, request_id)
    there = select(func.count()).where(_DOCUMENT.c.request_id == request_id)
    if session.execute(there).scalar_one() >= MOST_PAPERS:
        raise BadInput("papers", "are many already", f"at most {MOST_PAPERS} for a request")
    if not _keep_papers(session, request_id, [paper], acting):
        return False
    audit.record(session, acting.at, acting.actor, "approval.paper_added", f"approval:{request_id}", kind=paper.kind)
    return True


def sealed_under(key: str) -> str:
    """What the medical text of a file is sealed under."""
    return f"approval:{key}"


def _row(request_id: int, new: NewFile, acting: Acting, keys: Keys) -> dict[str, Any]:
    text = new.medical.strip()
    return {
        "request_id": request_id, "submitted_by": acting.actor, "key": new.key, **_plain(new), "days": new.days,
        "medical": keys.seal(text.encode(), sealed_under(new.key)) if text else None, "recorded_at": acting.at,
    }  # fmt: skip


def _plain(new: NewFile) -> dict[str, Any]:
    currency = new.cost.currency.code if new.cost is not None else None
    return {
        "provider": one_line(new.provider), "country": new.country, "days": new.days, "sessions": new.sessions,
        "cost": to_minor(new.cost.amount, currency) if new.cost is not None and currency else None,
        "currency": currency,
    }  # fmt: skip


def _known(session: Session, key: str) -> Row[Any] | None:
    columns = ("membership_id", "person_id", "care", "starts_on", "emergency", "extends_id")
    query = select(_FILE, *(_REQUEST.c[name] for name in columns))
    return session.execute(query.join(_REQUEST, _REQUEST.c.id == _FILE.c.request_id).where(_FILE.c.key == key)).first()


def _handed_in_before(session: Session, known: Row[Any], membership_id: int, new: NewFile, keys: Keys) -> int:
    asked = new.request
    said = {
        "membership_id": membership_id, "person_id": asked.person, "care": asked.care, "starts_on": asked.starts_on,
        "emergency": asked.emergency, "extends_id": asked.extends, **_plain(new),
    }  # fmt: skip
    text = keys.unseal(known.medical, sealed_under(new.key)).decode() if known.medical else ""
    query = select(_DOCUMENT.c.sha256).where(_DOCUMENT.c.request_id == known.request_id)
    papers = set(session.execute(query).scalars())
    same = {name: getattr(known, name) for name in said} == said
    if not same or text != new.medical.strip() or not {p.sha256 for p in new.papers} <= papers:
        raise _taken(new.key)
    return int(known.request_id)


def _taken(key: str) -> Conflict:
    return Conflict("key", f"{key!r} was used for another request", "a new key for a new request")


def _keep_papers(session: Session, request_id: int, papers: Iterable[Paper], acting: Acting) -> int:
    """Keep papers of a request, each content once; answers how many are new."""
    dialect: Any = postgresql if is_postgresql(session) else sqlite
    rows = [
        {"request_id": request_id, "kind": p.kind, "name": _name(p), "sha256": p.sha256, "recorded_at": acting.at}
        for p in papers
    ]
    if not rows:
        return 0
    query = dialect.insert(_DOCUMENT).values(rows).on_conflict_do_nothing(index_elements=["request_id", "sha256"])
    return len(session.execute(query.returning(_DOCUMENT.c.id)).all())


def _name(paper: Paper) -> str:
    return one_line(paper.name)[:LONGEST_NAME]


def one_line(text: str) -> str:
    """A text on one line, without what cannot be printed."""
    return " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())


def _check(session: Session, new: NewFile) -> None:
    if not 0 < len(new.key) <= 40:
        raise BadInput("key", "is empty or too long", "1 to 40 characters")
    if len(new.provider) > LONGEST_NAME:
        raise BadInput("provider", "is too long", f"at most {LONGEST_NAME} characters")
    if new.country is not None and not (is_country(new.country) or new.country == KOSOVO):
        raise BadInput("country", f"{new.country!r} is no country", "an ISO 3166-1 code such as SG")
    for name, value, most in (("days", new.days, MOST_DAYS), ("sessions", new.sessions, MOST_SESSIONS)):
        if value is not None and not 1 <= value <= most:
            raise BadInput(name, f"{value}", f"a whole number from 1 to {most}")
    if len(new.medical) > LONGEST_MEDICAL:
        raise BadInput("medical", "is too long", f"at most {LONGEST_MEDICAL} characters; more of it as a paper")
    _check_cost(new.cost)
    _check_papers(session, new.papers)


def _check_cost(cost: Money | None) -> None:
    if cost is None:
        return
    try:
        units = to_minor(cost.amount, cost.currency.code)
    except BadInput as wrong:
        raise BadInput("cost", wrong.problem, wrong.expected) from wrong
    if not 0 < units <= LARGEST:
        raise BadInput("cost", f"{cost.amount} {cost.currency.code}", "an amount above zero")


def _check_papers(session: Session, papers: Sequence[Paper]) -> None:
    if len(papers) > MOST_PAPERS:
        raise BadInput("papers", f"{len(papers)} at once", f"at most {MOST_PAPERS} for a request")
    for paper in papers:
        check_kind("papers", paper.kind)
    wanted = {paper.sha256 for paper in papers}
    if wanted and set(session.execute(select(_KEPT.c.sha256).where(_KEPT.c.sha256.in_(wanted))).scalars()) != wanted:
        raise BadInput("papers", "one is not kept", "documents that were handed in")


def check_kind(where: str, kind: str) -> None:
    if kind not in PAPERS:
        raise BadInput(where, f"{kind!r} is unknown", f"of {', '.join(PAPERS)}")
