"""Proofs on which cover goes on: asked for in time, sent by the member, accepted by the management unit (UNO-MEM-3)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from expat import audit
from expat.claims.dossier import Dossier
from expat.db import table_of
from expat.documents.tables import Document
from expat.errors import BadInput, NotFound
from expat.membership import standing
from expat.membership.changes import Acting, Outcome, add_school_certificate, keep_change, locked
from expat.membership.cover import child_last_day, member_last_day, school_year, student_last_day, work_year
from expat.membership.standing import Change
from expat.membership.tables import CoverProof, CoverProofAnswer, InsuredPerson, Membership
from expat.periods import DAY, Period, clipped, plausible

SCHOOL, WORK = "school", "work"
KINDS = (SCHOOL, WORK)

_PROOF: Any = table_of(CoverProof)
_ANSWER: Any = table_of(CoverProofAnswer)
_MEMBERSHIP: Any = table_of(Membership)
_PERSON: Any = table_of(InsuredPerson)
_DOCUMENT: Any = table_of(Document)


@dataclass(frozen=True, slots=True)
class ProofDue:
    """A proof that is asked for: of whom, for which school or calendar year, since when, and the last covered day
    without it. `needed_by` is that day: one that comes later brings the cover back for the whole year all the same ⚖.

    `days` are those that it would cover; `goes_on`: the person is covered on that last day, so that the cover would
    end.
    """

    person: int
    kind: str
    year: int
    asked_from: date
    needed_by: date
    cover_ends: date
    days: Period
    goes_on: bool


def proofs_due(dossier: Dossier, day: date) -> list[ProofDue]:
    """The proofs that are asked for on a day, the most urgent first; those whose year is over are asked for no more."""
    found = [due for due in _all_due(dossier, day) if due.asked_from <= day <= due.days.last]
    return sorted(found, key=lambda due: (due.needed_by, due.person))


def _all_due(dossier: Dossier, day: date) -> Iterator[ProofDue]:
    for key, row in dossier.people.items():
        if row.role == "child":
            yield from _school(dossier, key, day)
        elif row.role == "member":
            yield from _work(dossier, day)


def _school(dossier: Dossier, person: int, day: date) -> Iterator[ProofDue]:
    """The school years of a child past the birthday that have no certificate, of the day and the one after it."""
    edition, born = dossier.plan.on(day), dossier.people[person].born
    student = Period(child_last_day(edition, born) + DAY, student_last_day(edition, born))
    proven = standing.school_days(dossier.changes, person, edition)
    for year in range(day.year - 1, day.year + 2):
        for days in clipped([school_year(edition, year)], student):
            if not clipped(proven, days) and _would_cover(dossier, person, days):
                yield _due(dossier, person, SCHOOL, year, days, day)


def _work(dossier: Dossier, day: date) -> Iterator[ProofDue]:
    """The calendar years past the member's first age limit that have no proof of work."""
    edition, born, member = dossier.plan.on(day), dossier.member.born, dossier.member.id
    later = Period(member_last_day(edition, born, False) + DAY, member_last_day(edition, born, True))
    proven = standing.work_days(dossier.changes, member, edition)
    for year in range(day.year - 1, day.year + 2):
        for days in clipped([work_year(str(year))], later):
            if not clipped(proven, days) and _would_cover(dossier, member, days):
                yield _due(dossier, member, WORK, year, days, day)


def _would_cover(dossier: Dossier, person: int, days: Period) -> bool:
    """Whether nothing else keeps the person from being covered on the first of the days."""
    row, death = dossier.people[person], standing.death_of_member(dossier.changes)
    ended = dossier.facts_on(dossier.plan.on(days.first)).terminated_on
    ends = min(ended or date.max, standing.left_on(dossier.changes, person), standing.terminated_on(dossier.changes))
    if death is not None:
        ends = min(ends, death.effective_from if person == death.person_id else death.effective_to + DAY)
    return bool(ends > days.first and days.last >= row.covered_from)


def _due(dossier: Dossier, person: int, kind: str, year: int, days: Period, day: date) -> ProofDue:
    ends = days.first - DAY
    before = timedelta(days=dossier.plan.on(day)["membership.proof_asked"].value)
    goes_on = any(ends in held for held in dossier.cover(person, dossier.plan.on(ends)))
    return ProofDue(person, kind, year, ends - before, ends, ends, days, goes_on)


# --- what was sent ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sent:
    """A proof that somebody sent, and what the management unit made of it: `accepted` is None until it has."""

    id: int
    person: int
    kind: str
    year: int
    sha256: str
    name: str
    media_type: str
    sent_on: date
    accepted: bool | None
    why: str | None


def send_proof(
    session: Session, membership_id: int, person_id: int, kind: str, year: int, sha256: str, name: str, acting: Acting
) -> int:  # fmt: skip
    """Keep a proof that was sent; the same paper for the same year is kept once. Answers its key. Raises BadInput."""
    dossier = locked(session, membership_id)
    role = {SCHOOL: "child", WORK: "member"}.get(kind)
    if person_id not in dossier.people or dossier.people[person_id].role != role:
        raise BadInput("person", "is not who such a proof is for", "the child at school, or the member at work")
    if not dossier.joined.year - 1 <= year <= acting.day.year + 1:
        raise BadInput("year", f"{year} cannot be right", f"a year up to {acting.day.year + 1}")
    same = (_PROOF.c.person_id == person_id, _PROOF.c.kind == kind, _PROOF.c.year == year, _PROOF.c.sha256 == sha256)
    if (held := session.execute(select(_PROOF.c.id).where(*same)).scalar()) is not None:
        return int(held)
    values = {
        "membership_id": membership_id, "person_id": person_id, "kind": kind, "year": year, "sha256": sha256,
        "name": name, "sent_by": acting.actor, "sent_on": acting.day, "recorded_at": acting.at,
    }  # fmt: skip
    key = int(session.execute(_PROOF.insert().values(values).returning(_PROOF.c.id)).scalar_one())
    audit.record(session, acting.at, acting.actor, "proof.sent", f"membership:{membership_id}", proof=key, kind=kind)
    return key


def answer_proof(session: Session, proof_id: int, accepted: bool, why: str, acting: Acting) -> None:
    """Accept a proof, which brings the cover of its year, or say why it proves nothing. Decided once."""
    row = session.execute(select(_PROOF).where(_PROOF.c.id == proof_id)).one_or_none()
    if row is None:
        raise NotFound("proof", f"there is no proof {proof_id}")
    locked(session, row.membership_id)
    if not accepted and not why:
        raise BadInput("why", "is missing", "what is wrong with the paper, in a sentence for the member")
    held = session.execute(select(_ANSWER.c.accepted).where(_ANSWER.c.proof_id == proof_id)).scalar()
    if held is not None:
        if held == accepted:
            return
        raise BadInput("proof", "was answered already", "another paper")
    values = {
        "proof_id": proof_id, "accepted": accepted, "why": why or None, "answered_by": acting.actor,
        "answered_on": acting.day, "recorded_at": acting.at,
    }  # fmt: skip
    session.execute(_ANSWER.insert().values(values))
    audit.record(
        session, acting.at, acting.actor, "proof.answered", f"membership:{row.membership_id}", proof=proof_id,
        accepted=accepted,
    )  # fmt: skip
    if accepted and row.kind == SCHOOL:
        add_school_certificate(session, row.membership_id, row.person_id, row.year, acting)
    elif accepted:
        add_work_proof(session, row.membership_id, row.year, acting)


def sent_proofs(session: Session, membership_id: int) -> list[Sent]:
    """The proofs of a membership, the newest first."""
    rows = session.execute(_sent().where(_PROOF.c.membership_id == membership_id).order_by(_PROOF.c.id.desc()))
    return [_as_sent(row) for row in rows]


def waiting_proofs(session: Session, without: Collection[int] = (), most: int = 100) -> Sequence[Row[Any]]:
    """The proofs that nobody has answered yet, the oldest first: rows with the membership's number and the names.

    `without` are memberships to leave out.
    """
    query = (
        select(_PROOF, _MEMBERSHIP.c.number, _PERSON.c.first_name, _PERSON.c.last_name)
        .join(_MEMBERSHIP, _MEMBERSHIP.c.id == _PROOF.c.membership_id)
        .join(_PERSON, _PERSON.c.id == _PROOF.c.person_id)
        .outerjoin(_ANSWER, _ANSWER.c.proof_id == _PROOF.c.id)
        .where(_ANSWER.c.proof_id.is_(None), _PROOF.c.membership_id.not_in(without))
    )
    return session.execute(query.order_by(_PROOF.c.id).limit(most)).all()


def proof(session: Session, proof_id: int) -> tuple[int, Sent] | None:
    """The membership's key and the proof; None where there is none."""
    row = session.execute(_sent().where(_PROOF.c.id == proof_id)).one_or_none()
    return None if row is None else (row.membership_id, _as_sent(row))


def _sent() -> Any:
    return (
        select(_PROOF, _DOCUMENT.c.media_type, _ANSWER.c.accepted, _ANSWER.c.why)
        .join(_DOCUMENT, _DOCUMENT.c.sha256 == _PROOF.c.sha256)
        .outerjoin(_ANSWER, _ANSWER.c.proof_id == _PROOF.c.id)
    )


def _as_sent(row: Row[Any]) -> Sent:
    return Sent(
        row.id, row.person_id, row.kind, row.year, row.sha256, row.name, row.media_type, row.sent_on, row.accepted,
        row.why,
    )  # fmt: skip


# --- what they prove ----------------------------------------------------------------------------------------------


def add_work_proof(session: Session, membership_id: int, year: int, acting: Acting) -> Outcome:
    """UNO-MEM-3: past 65 the member is covered on the days of the calendar years whose proof of work came."""
    dossier = locked(session, membership_id)
    if not dossier.joined.year <= year <= acting.day.year + 1:
        raise BadInput("year", f"{year} cannot be right", f"a year from {dossier.joined.year} to {acting.day.year + 1}")
    change = Change("working", str(year), acting.day, max(dossier.joined, date(year, 1, 1)), None, dossier.member.id)
    if any(c.value == change.value and _standing(dossier, c) for c in standing.accepted(dossier.changes, "working")):
        return Outcome(None, change.effective_from)
    return keep_change(session, dossier, acting, change)


def withdraw_proof(session: Session, membership_id: int, change_id: int, first: date, acting: Acting) -> Outcome:
    """A certificate or a proof of work holds no longer from a day on: who stops studying, or working, says so."""
    dossier = locked(session, membership_id)
    kinds = ("school_year", "working")
    if not any(c.id == change_id and c.kind in kinds for c in dossier.changes):
        raise BadInput("proof", "is no proof of this membership", "a certificate or a proof of work")
    plausible(first, "first")
    proven = next(c for c in dossier.changes if c.id == change_id)
    change = Change("proof_withdrawn", str(change_id), acting.day, first, None, proven.person_id)
    return keep_change(session, dossier, acting, change)


def _standing(dossier: Dossier, change: Any) -> bool:
    taken = standing.accepted(dossier.changes, "proof_withdrawn")
    return str(change.id) not in {c.value for c in taken}
