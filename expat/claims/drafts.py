"""A claim that is being filled in: kept as it grows, so that a lost connection loses nothing; sent once.

The draft's key becomes the claim's: a draft that is sent twice, at the same time too, is one claim.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import uuid4

import orjson
from sqlalchemy import Row, bindparam, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from expat.claims.dossier import Dossier
from expat.claims.intake import NewClaim, NewLine
from expat.claims.load import load
from expat.claims.originals import ask_originals, originals_wanted
from expat.claims.submit import Submitted, hand_in, lines_of
from expat.claims.tables import ClaimDraft, DraftDocument
from expat.claims.written import storable
from expat.db import is_postgresql, table_of
from expat.documents.tables import Document
from expat.errors import BadInput, Conflict, NotFound
from expat.plans.schema import DOCUMENTS

MOST_CONTENT = 200_000  # bytes
MOST_DOCUMENTS = 30
LONGEST_NAME = 255
DEEPEST = 5
ONLINE = "online"  # who asks for originals above the limit: nobody in person

_DRAFT: Any = table_of(ClaimDraft)
_PAPER: Any = table_of(DraftDocument)
_DOCUMENT: Any = table_of(Document)
_KEY = re.compile(r"[0-9a-f]{32}")


class Draft(NamedTuple):
    """A draft and its documents in the order added; `claim_id` is the claim that it became."""

    key: str
    membership_id: int
    account_id: int
    content: dict[str, Any]
    version: int
    made_at: datetime
    changed_at: datetime
    claim_id: int | None
    documents: tuple[Row[Any], ...] = ()


def start_draft(session: Session, membership_id: int, account_id: int, at: datetime, key: str | None = None) -> Draft:
    """Begin a draft; the same key again is the same draft. The key is 32 hexadecimal digits, made where none is given.

    Raises BadInput for another key, Conflict where the key is somebody else's or was dropped.
    """
    key = uuid4().hex if key is None else key
    if not _KEY.fullmatch(key):
        raise BadInput("key", f"{key[:40]!r} is no key", "32 hexadecimal digits, in small letters")
    values = {
        "key": key, "membership_id": membership_id, "account_id": account_id, "content": {}, "version": 1,
        "made_at": at, "changed_at": at,
    }  # fmt: skip
    session.execute(_insert(session, ClaimDraft).values(values).on_conflict_do_nothing())
    try:
        found = draft(session, key, account_id)
    except NotFound:
        found = None
    if found is None or found.membership_id != membership_id:
        raise Conflict("key", f"{key!r} was used before", "a new key for a new draft")
    return found


def keep_draft(
    session: Session, key: str, account_id: int, content: Mapping[str, Any], version: int, at: datetime
) -> int:
    """Keep what the form holds; answers the new version. `version` is the one that the form was filled in on.

    The same content sent again (its answer was lost) is kept once. Raises NotFound, BadInput for what no form holds,
    Conflict where the draft was sent, or where another window has kept something else since.
    """
    _check(content)
    row = _locked(session, key, account_id)
    _not_sent(row)
    if row.content == content:
        return int(row.version)
    if row.version != version:
        problem = f"another window kept this draft at {row.changed_at:%Y-%m-%d %H:%M} UTC"
        raise Conflict("version", problem, "the draft as it is kept now")
    query = update(_DRAFT).where(_DRAFT.c.key == key)
    session.execute(query.values(content=dict(content), version=version + 1, changed_at=at))
    return version + 1


def add_document(
    session: Session, key: str, account_id: int, sha256: str, kind: str, name: str, confidential: bool, at: datetime
) -> int:
    """Add a kept document to a draft; answers its key there. The same content again stays as it was said first.

    What it is, and that it is confidential, changes by `say_document` alone: an upload says nothing about either.
    Raises NotFound for the draft or the document, BadInput for a kind or a number that cannot be, Conflict once sent.
    """
    if not storable(name):
        raise BadInput("name", "has characters that cannot be kept", "a name without control characters")
    _check_kind(kind)
    _not_sent(_locked(session, key, account_id))
    if session.execute(select(_DOCUMENT.c.sha256).where(_DOCUMENT.c.sha256 == sha256)).first() is None:
        raise NotFound("document", f"{sha256[:64]!r} is not known", "the SHA-256 of a document that was kept")
    others = select(func.count()).where(_PAPER.c.draft_key == key, _PAPER.c.sha256 != sha256)
    if session.execute(others).scalar_one() >= MOST_DOCUMENTS:
        raise BadInput("document", f"is more than {MOST_DOCUMENTS}", "a second claim for further documents")
    said = {"kind": kind, "name": name.strip()[:LONGEST_NAME], "confidential": confidential}
    query = _insert(session, DraftDocument).values(draft_key=key, sha256=sha256, added_at=at, **said)
    session.execute(query.on_conflict_do_nothing(index_elements=["draft_key", "sha256"]))
    there = select(_PAPER.c.id).where(_PAPER.c.draft_key == key, _PAPER.c.sha256 == sha256)
    return int(session.execute(there).scalar_one())


def say_document(session: Session, key: str, account_id: int, document_id: int, kind: str, confidential: bool) -> None:
    """Say what a document of a draft is, and whether it is confidential.

    Raises NotFound for the draft or the document, BadInput for an unknown kind, Conflict once sent.
    """
    _check_kind(kind)
    _not_sent(_locked(session, key, account_id))
    query = update(_PAPER).where(_PAPER.c.draft_key == key, _PAPER.c.id == document_id)
    done = session.execute(query.values(kind=kind, confidential=confidential).returning(_PAPER.c.id))
    if done.first() is None:
        raise NotFound("document", f"there is no document {document_id} in this draft")


def drop_document(session: Session, key: str, account_id: int, document_id: int) -> None:
    """Take a document out of a draft, where it is there. Raises NotFound for the draft, Conflict once it is sent."""
    _not_sent(_locked(session, key, account_id))
    session.execute(delete(_PAPER).where(_PAPER.c.draft_key == key, _PAPER.c.id == document_id))


def drop_draft(session: Session, key: str, account_id: int, at: datetime) -> None:
    """Throw a draft away. Raises NotFound; Conflict once it is sent."""
    _not_sent(_locked(session, key, account_id))
    session.execute(delete(_PAPER).where(_PAPER.c.draft_key == key))
    session.execute(update(_DRAFT).where(_DRAFT.c.key == key).values(dropped_at=at, content={}))


def drafts_of(session: Session, account_id: int, membership_id: int | None = None) -> list[Draft]:
    """The drafts of an account that are neither sent nor dropped, the newest first, without their documents.

    Those of one membership alone, where it is given: who works for the management unit keys claims of others, too.
    """
    query = OPEN_DRAFTS if membership_id is None else OPEN_DRAFTS.where(_DRAFT.c.membership_id == membership_id)
    return [_draft(row) for row in session.execute(query, {"account": account_id})]


OPEN_DRAFTS = (
    select(_DRAFT)
    .where(_DRAFT.c.account_id == bindparam("account"), _DRAFT.c.dropped_at.is_(None), _DRAFT.c.claim_id.is_(None))
    .order_by(_DRAFT.c.changed_at.desc(), _DRAFT.c.key)
)


def draft(session: Session, key: str, account_id: int, lock: bool = False) -> Draft:
    """A draft of the account with its documents, held where `lock` says so; a sent one says which claim it is.

    Raises NotFound.
    """
    query = select(_DRAFT).where(_DRAFT.c.key == key, _of(account_id))
    row = session.execute(query.with_for_update() if lock else query).first()
    if row is None:
        raise _unknown(key)
    return _draft(row, _papers(session, key))


def send_draft(
    session: Session,
    key: str,
    account_id: int,
    lines: Sequence[NewLine],
    received_on: date,
    at: datetime,
    preference: Sequence[str],
    online: bool = True,
) -> Submitted:
    """Hand a draft in as a claim, once: sent again, it is answered with the claim that it is.

    Above the operator's limit for online claims the originals are asked for; not where the management unit keyed them
    from papers that came by post (`online` is then false). A line that names no files comes with
    all of the draft's. Raises NotFound; BadInput naming the field, for care to come and for a file that is not the
    draft's, too.
    """
    found = draft(session, key, account_id, lock=True)
    dossier = load(session, [found.membership_id], lock=True)[found.membership_id]
    return send_held(session, found, dossier, lines, received_on, at, preference, online)


def send_held(
    session: Session,
    found: Draft,
    dossier: Dossier,
    lines: Sequence[NewLine],
    received_on: date,
    at: datetime,
    preference: Sequence[str],
    online: bool = True,
) -> Submitted:
    """The same for a draft, and its membership, that are read and locked already, the draft first."""
    if found.claim_id is not None:
        return Submitted(found.claim_id, lines_of(session, found.claim_id), True)
    whole = [_with_papers(f"lines[{i}]", line, found.documents, received_on) for i, line in enumerate(lines)]
    claim = NewClaim(whole, received_on, found.key, f"account:{found.account_id}")
    done = hand_in(session, dossier, claim, at, preference)
    amounts = [line.amount for line in whole]
    if online and not done.again and originals_wanted(session, dossier, amounts, received_on, preference):
        ask_originals(session, done.claim_id, received_on, at, ONLINE)
    session.execute(update(_DRAFT).where(_DRAFT.c.key == found.key).values(claim_id=done.claim_id, changed_at=at))
    return done


def _with_papers(at: str, line: NewLine, papers: Sequence[Row[Any]], received_on: date) -> NewLine:
    """The line with the papers that came with it: none is taken for granted, nothing that a reviewer says either."""
    if max(line.first_day, line.last_day or line.first_day) > received_on:
        raise BadInput(f"{at}.on", "lies after the day of sending", "care that was given; simulate care to come")
    named = {file for kind in line.files for file in line.of_kind(kind)}
    if strange := named - {paper.sha256 for paper in papers}:
        raise BadInput(f"{at}.files", f"{min(strange)[:12]}… is no document of this draft", "documents that were added")
    files: dict[str, tuple[str, ...]] = {}
    for paper in papers:
        if paper.sha256 in named or not named:
            files[paper.kind] = (*files.get(paper.kind, ()), paper.sha256)
    secret = frozenset(paper.sha256 for paper in papers if paper.confidential)
    return replace(
        line, files=files, documents=frozenset(), confidential=secret, accepted_amount=None, accepted_why=None
    )


def _check_kind(kind: str) -> None:
    if kind not in DOCUMENTS:
        raise BadInput("kind", f"{kind!r} is unknown", f"one of {', '.join(sorted(DOCUMENTS))}")


def _check(content: Mapping[str, Any]) -> None:
    if not isinstance(content, Mapping) or not _of_strings(content, DEEPEST):
        raise BadInput("content", "is not what a form holds", "a JSON object of texts, lists and objects")
    if len(orjson.dumps(content)) > MOST_CONTENT:
        raise BadInput("content", "is too large", f"at most {MOST_CONTENT // 1000} kB")


def _of_strings(value: object, deep: int) -> bool:
    if isinstance(value, Mapping):
        return deep > 0 and all(_of_strings(k, 0) and _of_strings(v, deep - 1) for k, v in value.items())
    if isinstance(value, list):
        return deep > 0 and all(_of_strings(item, deep - 1) for item in value)
    return isinstance(value, str) and storable(value.replace("\r", ""))


def _papers(session: Session, key: str) -> tuple[Row[Any], ...]:
    return tuple(session.execute(select(_PAPER).where(_PAPER.c.draft_key == key).order_by(_PAPER.c.id)))


def _locked(session: Session, key: str, account_id: int) -> Row[Any]:
    """The draft's row, held until the transaction ends: whoever changes or sends it waits here."""
    row = session.execute(select(_DRAFT).where(_DRAFT.c.key == key, _of(account_id)).with_for_update()).first()
    if row is None:
        raise _unknown(key)
    return row


def _of(account_id: int) -> Any:
    return (_DRAFT.c.account_id == account_id) & _DRAFT.c.dropped_at.is_(None)


def _unknown(key: str) -> NotFound:
    return NotFound("draft", f"there is no draft {key[:40]!r}")


def _not_sent(row: Row[Any]) -> None:
    if row.claim_id is not None:
        raise Conflict("draft", f"it was sent as claim {row.claim_id}", "a new draft")


def _draft(row: Row[Any], documents: tuple[Row[Any], ...] = ()) -> Draft:
    return Draft(**{name: getattr(row, name) for name in Draft._fields[:-1]}, documents=documents)


def _insert(session: Session, model: Any) -> Any:
    dialect: Any = postgresql if is_postgresql(session) else sqlite
    return dialect.insert(model)
