"""Who may open a document: the person whom it is about, the medical department, and for some the management unit.

Medical details (a request's file, medical reports, whatever was marked as confidential) open to the person concerned
and to the medical department alone; each reading of them is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlmodel import Session

from expat.accounts.own import own_memberships
from expat.approvals.tables import ApprovalDocument, ApprovalRequest
from expat.claims.tables import ClaimDraft, ClaimLine, DraftDocument, LineDocument
from expat.db import table_of
from expat.gathered import Gathered
from expat.membership.privacy import Visible, visible_people
from expat.membership.tables import CoverProof, EndPaper

LINE, APPROVAL, DRAFT, PROOF, END = "line", "approval", "draft", "proof", "end"
MEDICAL_REPORT = "medical_report"
STAFF = frozenset({"medical", "manager"})  # those of them who open documents
FILLING_IN = frozenset({"member", "manager"})  # who fills in claims, each in drafts of his or her own

_PAPER, _LINE = table_of(LineDocument), table_of(ClaimLine)
_OF_REQUEST, _REQUEST = table_of(ApprovalDocument), table_of(ApprovalRequest)
_OF_DRAFT, _DRAFT = table_of(DraftDocument), table_of(ClaimDraft)
_PROOF, _END = table_of(CoverProof), table_of(EndPaper)


class Use(NamedTuple):
    """Where a kept document belongs: to a claim's line, to a request for prior approval, or to a draft.

    `person` is whom it is about (none yet for a draft), `account` whose draft it is, `subject` how the trail names it.
    """

    where: str
    kind: str
    confidential: bool
    membership: int
    person: int | None
    account: int | None
    subject: str

    @property
    def medical(self) -> bool:
        """Whether it is for the person concerned and the medical department alone."""
        return self.where == APPROVAL or self.kind == MEDICAL_REPORT or self.confidential


class Reader(NamedTuple):
    """Who wants to open a document.

    `person` is the insured person whose account it is; `wards` are the minors for whom that person acts, `sees` the
    adults who do not keep their claims to themselves. Of the memberships in `own` nothing opens to a role of the staff.
    """

    account: int
    roles: frozenset[str]
    person: int | None = None
    wards: frozenset[int] = frozenset()
    sees: frozenset[int] = frozenset()
    own: frozenset[int] = frozenset()

    def knows(self, person: int) -> bool:
        """Whether what is medical of an insured person opens: of oneself, and of a minor for whom one acts."""
        return person == self.person or person in self.wards


def reader_of(session: Session, account: int, roles: frozenset[str], person: int | None, day: date) -> Reader:
    """Who is signed in, as a reader: with the people whose papers open to him or her on that day."""
    seen = visible_people(session, person, day) if person is not None and "member" in roles else None
    return reader_who_sees(session, account, roles, person, seen)


def reader_who_sees(
    session: Session, account: int, roles: frozenset[str], person: int | None, seen: Visible | None
) -> Reader:
    """The same, where whose claims the reader sees was read already; None: those of nobody."""
    own = own_memberships(session, account) if roles & STAFF else frozenset()
    if seen is None:
        return Reader(account, roles, own=own)
    return Reader(account, roles, person, seen.whole - seen.adults, seen.adults, own)


def opened_as(reader: Reader, uses: Iterable[Use]) -> Use | None:
    """The use by which the reader may open the document; None where there is none. The only rule on this.

    - A draft's document opens to the account whose draft it is, and to nobody else before it is sent.
    - The medical department opens whatever was handed in.
    - The management unit opens a claim's papers, proofs of school and work, and papers of ends; unless the same
      document is medical for that membership too.
    - An insured person opens what is about him or her, or about a minor for whom he or she acts; of another adult
      who does not keep claims private, what is not medical.
    - Who belongs to the staff opens papers of the own membership as an insured person alone.
    """
    known = list(uses)
    secret = {use.membership for use in known if use.medical and use.where == LINE}
    allowed = [use for use in known if _may(reader, use, secret)]
    return min(allowed, key=lambda use: (not use.medical, use.subject), default=None)


def _may(reader: Reader, use: Use, secret: set[int]) -> bool:
    roles = reader.roles - STAFF if use.membership in reader.own else reader.roles
    if use.where == DRAFT:
        return bool(roles & FILLING_IN) and use.account == reader.account
    if "medical" in roles:
        return True
    if "manager" in roles and use.where in (LINE, PROOF, END) and use.membership not in secret:
        return True
    if "member" not in roles or use.person is None:
        return False
    return reader.knows(use.person) or (use.person in reader.sees and not use.medical)


_PARTS = ("lines", "requests", "drafts", "proofs", "ends")
_HASHES: Any = bindparam("hashes", expanding=True)
_USES = Gathered(
    lines=select(
        *(_PAPER.c[n] for n in ("sha256", "kind", "confidential")),
        *(_LINE.c[n] for n in ("id", "membership_id", "person_id")),
    )
    .join(_LINE, _LINE.c.id == _PAPER.c.line_id)
    .where(_PAPER.c.sha256.in_(_HASHES))
    .distinct(),
    requests=select(
        _OF_REQUEST.c.sha256, _OF_REQUEST.c.kind, *(_REQUEST.c[n] for n in ("id", "membership_id", "person_id"))
    )
    .join(_REQUEST, _REQUEST.c.id == _OF_REQUEST.c.request_id)
    .where(_OF_REQUEST.c.sha256.in_(_HASHES))
    .distinct(),
    drafts=select(  # those that are still filled in
        _OF_DRAFT.c.sha256, _OF_DRAFT.c.kind, _OF_DRAFT.c.confidential,
        *(_DRAFT.c[n] for n in ("key", "membership_id", "account_id")),
    )
    .join(_DRAFT, _DRAFT.c.key == _OF_DRAFT.c.draft_key)
    .where(_OF_DRAFT.c.sha256.in_(_HASHES), _DRAFT.c.claim_id.is_(None), _DRAFT.c.dropped_at.is_(None)),
    proofs=select(*(_PROOF.c[n] for n in ("sha256", "kind", "id", "membership_id", "person_id"))).where(
        _PROOF.c.sha256.in_(_HASHES)
    ),
    ends=select(*(_END.c[n] for n in ("sha256", "kind", "id", "membership_id", "person_id"))).where(
        _END.c.sha256.in_(_HASHES)
    ),
)  # fmt: skip


def uses_of(session: Session, hashes: Collection[str]) -> dict[str, list[Use]]:
    """Where kept documents belong, by their SHA-256, each with a list that may be empty; one query for all."""
    found: dict[str, list[Use]] = {sha256: [] for sha256 in hashes}
    rows = _USES(session, {"hashes": list(found)}) if found else {part: [] for part in _PARTS}
    for row in rows["lines"]:
        found[row.sha256].append(_of_person(LINE, row, row.confidential))
    for row in rows["requests"]:
        found[row.sha256].append(_of_person(APPROVAL, row, True))
    for row in rows["proofs"]:
        found[row.sha256].append(_of_person(PROOF, row, False))
    for row in rows["ends"]:
        found[row.sha256].append(_of_person(END, row, False))
    for row in rows["drafts"]:
        subject = f"{DRAFT}:{row.key}"
        use = Use(DRAFT, row.kind, row.confidential, row.membership_id, None, row.account_id, subject)
        found[row.sha256].append(use)
    return found


def _of_person(where: str, row: Any, confidential: bool) -> Use:
    return Use(where, row.kind, confidential, row.membership_id, row.person_id, None, f"{where}:{row.id}")
