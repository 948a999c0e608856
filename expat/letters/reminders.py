"""Reminders of the proofs on which cover goes on: when one is asked for, and again half-way to the day."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlmodel import Session

from expat.claims.dossier import Dossier
from expat.claims.load import load
from expat.db import table_of
from expat.mail.leaving_letters import proof_asked
from expat.mail.outbox import NewMail, put_all
from expat.membership.proofs import SCHOOL, ProofDue, proofs_due
from expat.membership.tables import CoverProof, CoverProofAnswer, InsuredPerson, Membership
from expat.payments.statement import name_of
from expat.payments.tell import Reader, members_of
from expat.periods import add_years
from expat.plans.loader import plan

SLICE = 200

_MEMBERSHIP: Any = table_of(Membership)
_PERSON: Any = table_of(InsuredPerson)
_PROOF: Any = table_of(CoverProof)
_ANSWER: Any = table_of(CoverProofAnswer)


def remind(session: Session, day: date, at: datetime, base_url: str, operator: str | None = None) -> int:
    """Put a mail into the outbox for each proof that is asked for on a day; answers how many say something new.

    Each is told once when it is asked for and once when half of the time is over, however often this is called; a
    proof that was sent and waits for its answer is not asked for.
    """
    link, kept = f"{base_url.rstrip('/')}/cover/proofs", 0
    for some in _sliced(_of_age(session, day)):
        dossiers, readers, waiting = load(session, some), members_of(session, some), _waiting(session, some)
        mails = [
            _mail(dossiers[key], due, day, readers[key], link, operator)
            for key in some
            if key in readers
            for due in proofs_due(dossiers[key], day)
            if due.goes_on and due.needed_by >= day and (due.person, due.kind, due.year) not in waiting
        ]
        kept += len(put_all(session, mails, at))
    return kept


def _mail(dossier: Dossier, due: ProofDue, day: date, reader: Reader, link: str, operator: str | None) -> NewMail:
    half = due.asked_from + (due.needed_by - due.asked_from) / 2
    key = f"proof:{due.person}:{due.kind}:{due.year}:{'again' if day >= half else 'asked'}"
    school = f"{due.year}-{due.year + 1}" if due.kind == SCHOOL else None
    named = name_of(dossier.people[due.person], reader.language)
    text = proof_asked(reader.language, reader.name, link, named, school, due.cover_ends, operator)
    return NewMail(key, "proof", reader.to, reader.language, *text)


def _of_age(session: Session, day: date) -> list[int]:
    """The memberships in which somebody is in the year before an age from which proofs are asked for, or past it."""
    found: list[int] = []
    for name in session.execute(select(_MEMBERSHIP.c.plan).distinct()).scalars().all():
        edition = plan(name).on(day)
        old_enough = [
            and_(_PERSON.c.role == role, _PERSON.c.born <= add_years(day, 1 - edition[figure].value))
            for role, figure in (("child", "membership.child_until"), ("member", "membership.member_until"))
        ]
        query = select(_PERSON.c.membership_id).join(_MEMBERSHIP, _MEMBERSHIP.c.id == _PERSON.c.membership_id)
        found += session.execute(query.where(_MEMBERSHIP.c.plan == name, or_(*old_enough)).distinct()).scalars()
    return sorted(found)


def _sliced(keys: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(keys), SLICE):
        yield keys[start : start + SLICE]


def _waiting(session: Session, memberships: Collection[int]) -> set[tuple[int, str, int]]:
    query = (
        select(_PROOF.c.person_id, _PROOF.c.kind, _PROOF.c.year)
        .outerjoin(_ANSWER, _ANSWER.c.proof_id == _PROOF.c.id)
        .where(_PROOF.c.membership_id.in_(memberships), _ANSWER.c.proof_id.is_(None))
    )
    return {(row.person_id, row.kind, row.year) for row in session.execute(query)}
