"""What a paper that came by post can belong to: requests, approvals, claims that wait, proofs asked for, and ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from expat.amendments.decide import PROVEN_BY
from expat.amendments.listing import amendments_of
from expat.amendments.papers import KINDS as AMENDMENT_KINDS
from expat.amendments.papers import LETTER, papers_of
from expat.approvals.deadlines import Promise
from expat.approvals.file import PAPERS as APPROVAL_KINDS
from expat.approvals.listing import approvals_of
from expat.claims.dossier import Dossier
from expat.claims.lines import ref_of
from expat.claims.next_step import known_of
from expat.claims.tables import ClaimLine
from expat.db import table_of
from expat.membership.end_papers import KINDS as END_KINDS
from expat.membership.end_papers import PROOFS, papers_of_ends, proof_missing
from expat.membership.proofs import proofs_due, sent_proofs
from expat.membership.standing import death_of_member, leavings, terminations
from expat.portal.desk.ends_forms import LEAVING, REASONS
from expat.portal.member import changes_words
from expat.portal.member.claim_pages import promises
from expat.portal.work import db, language, speaks, today
from expat.wording import care as care_words
from expat.wording.catalogue import N_

MOST = 50  # of a kind, the newest
LINE_KINDS = ("invoice", "prescription", "cause_proof", "medical_report", "other")
NAMES = {
    "letter": N_("The letter itself"),
    "civil_status": N_("Certificate of marriage, of birth, or the PACS contract"),
    "common_home": N_("Proof of the common home"),
    "prior_cover": N_("Certificate of earlier cover"),
    "medical_report": N_("Medical report, for the medical department alone"),
    "quote": N_("Quote"),
    "invoice": N_("Invoice"),
    "prescription": N_("Prescription"),
    "cause_proof": N_("Proof of the cause (accident report, certificate)"),
    "return_proof": N_("Proof of the return to France"),
    "status_proof": N_("Proof that the work has ended"),
    "school": N_("School certificate"),
    "work": N_("Proof of work"),
    "other": N_("Another paper"),
}

_LINE: Any = table_of(ClaimLine)


@dataclass(frozen=True)
class Belongs:
    """Something that papers can be put with: what it is, its key, its name, and the kinds of papers that belong to it.

    `missing` are the kinds that are asked for and did not come. A proof is of a person (its key) and a `year`.
    """

    what: str
    key: int
    membership: int
    name: str
    kinds: tuple[str, ...]
    missing: tuple[str, ...] = ()
    year: int = 0

    @property
    def word(self) -> str:
        """It in one word of a form."""
        return f"{self.what}:{self.key}" + (f":{self.year}" if self.year else "")


def kind_name(kind: str) -> str:
    """What a kind of paper is called."""
    return speaks().say(NAMES[kind])


def belongings(dossier: Dossier) -> list[Belongs]:
    """All that papers of a membership can be put with, what waits for some first."""
    found = [*_lines(dossier), *_proofs(dossier), *_amendments(dossier), *_approvals(dossier), *_ends(dossier)]
    return sorted(found, key=lambda one: not one.missing)


def _amendments(dossier: Dossier) -> Iterator[Belongs]:
    for one in amendments_of(db(), dossier.id)[:MOST]:
        came = {paper.kind for paper in papers_of(db(), one.id)} if one.is_open else set()
        wanted = {kind for name, kind in PROVEN_BY.items() if getattr(one.change, name, None) is not None}
        name = speaks().say(
            "Request {number}: {what}, asked for on {day}", number=one.id, what=changes_words.kind(one.kind),
            day=speaks().day(one.asked_on),
        )  # fmt: skip
        kinds = AMENDMENT_KINDS if one.is_open else (LETTER,)
        missing = tuple(sorted(wanted - came)) if one.is_open else ()
        yield Belongs("amendment", one.id, dossier.id, name, kinds, missing)


def _approvals(dossier: Dossier) -> Iterator[Belongs]:
    """Requests without an answer: all their papers are medical."""
    waits = Promise(promises().approval, promises().emergency)
    for one in approvals_of(db(), dossier, list(dossier.people), today(), waits):
        if one.answer is None:
            name = speaks().say(
                "Prior approval {number}: {care}, {name}", number=one.request,
                care=care_words.care(one.care, language()), name=_name(dossier, one.person),
            )  # fmt: skip
            missing = (one.question.kind,) if one.question is not None else ()
            yield Belongs("approval", one.request, dossier.id, name, APPROVAL_KINDS, missing)


def _lines(dossier: Dossier) -> Iterator[Belongs]:
    """The lines of claims that wait for a paper."""
    query = select(_LINE).where(_LINE.c.membership_id == dossier.id, _LINE.c.status == "pending")
    rows = db().execute(query.order_by(_LINE.c.id.desc()).limit(MOST)).all()
    known = known_of(db(), rows, promises())
    for row in rows:
        name = speaks().say(
            "Claim {line}: {care}, {name}, {day}", line=ref_of(row.id), care=care_words.care(row.care, language()),
            name=_name(dossier, row.person_id), day=speaks().day(row.first_day),
        )  # fmt: skip
        missing = tuple(kind for kind in known[row.id].missing if kind in LINE_KINDS)
        yield Belongs("line", row.id, dossier.id, name, LINE_KINDS, missing)


def _proofs(dossier: Dossier) -> Iterator[Belongs]:
    waiting = {(one.person, one.kind, one.year) for one in sent_proofs(db(), dossier.id) if one.accepted is None}
    for due in proofs_due(dossier, today()):
        name = speaks().say("{paper} {year}: {name}", paper=kind_name(due.kind), year=due.year,
                            name=_name(dossier, due.person))  # fmt: skip
        missing = () if (due.person, due.kind, due.year) in waiting else (due.kind,)
        yield Belongs("proof", due.person, dossier.id, name, (due.kind,), missing, due.year)


def _ends(dossier: Dossier) -> Iterator[Belongs]:
    papers, death = papers_of_ends(db(), dossier.id), death_of_member(dossier.changes)
    for change in (*terminations(dossier.changes), *leavings(dossier.changes), *([death] if death else [])):
        if change.kind == "termination":
            what = speaks().say(REASONS[change.value])
        else:
            what = f"{_name(dossier, change.person_id)}: {speaks().say(LEAVING.get(change.value, LEAVING['death']))}"
        name = speaks().say("End: {what}, told on {day}", what=what, day=speaks().day(change.requested_on))
        wanted = proof_missing(change, papers)
        kinds = END_KINDS if change.kind == "termination" else tuple(k for k in END_KINDS if k not in PROOFS)
        yield Belongs("end", change.id, dossier.id, name, kinds, (wanted,) if wanted else ())


def _name(dossier: Dossier, person: int) -> str:
    row = dossier.people[person]
    return f"{row.first_name} {row.last_name}".strip() or str(person)
