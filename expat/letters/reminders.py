"""Reminders of the proofs on which cover goes on: when one is asked for, and again half-way to the day."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, false, or_, select
from sqlmodel import Session

from expat.claims.dossier import Dossier
from expat.claims.load import load
from expat.db import table_of
from expat.mail.leaving_letters import proof_asked
from expat.mail.outbox import NewMail, put_all
from expat.mail.tables import OutgoingMail
from expat.membership.proofs import SCHOOL, ProofDue, proofs_due
from expat.membership.tables import CoverProof, CoverProofAnswer, InsuredPerson, Membership
from expat.payments.statement import name_of
from expat.payments.tell import Reader, members_of
from expat.periods import add_years
from expat.plans.loader import plan

SLICE = 200

# Whose age proofs are asked for at: the figures of the first limit and of the last one.
_AGES = (
    ("child", "membership.child_until", "membership.student_until"),
    ("member", "membership.member_until", "membership.working_until"),
)

_MAIL: Any = table_of(OutgoingMail)
_MEMBERSHIP: Any = table_of(Membership)
_PERSON: Any = table_of(InsuredPerson)
_PROOF: Any = table_of(CoverProof)
_ANSWER: Any = table_of(CoverProofAnswer)


def remind(session: Session, day: date, at: datetime, base_url: str, operator: str | None = None) -> int:
    """Put a mail into the outbox for each proof that is asked for on a day; answers how many say something new.

    Each is told once when it is asked for and once when half of the time is over, however often this is called; a
    proof that was sent and waits for its answer is not asked for.
    """
    after, kept = 0, 0
    while some := _of_age(session, day, after):
        kept += remind_some(session, some, day, at, base_url, operator)
        after = some[-1]
    return kept


def remind_some(
    session: Session, memberships: Collection[int], day: date, at: datetime, base_url: str, operator: str | None = None
) -> int:
    """The same for some memberships alone."""
    return len(put_all(session, _mails(session, memberships, day, base_url, operator), at))


def untold(session: Session, day: date, after: int) -> list[int]:
    """Memberships with a proof to ask for on a day that nobody was told of: the next ones above `after`, in the order
    of their keys; none when it is through. It loads only those in which somebody is of the age."""
    while some := _of_age(session, day, after):
        mails = {mail.key: key for key, mail in _by_membership(session, some, day, "", None)}
        known = set(session.execute(select(_MAIL.c.key).where(_MAIL.c.key.in_(mails))).scalars())
        if found := sorted({key for mail, key in mails.items() if mail not in known}):
            return found
        after = some[-1]
    return []


def _mails(
    session: Session, memberships: Collection[int], day: date, base_url: str, operator: str | None
) -> list[NewMail]:
    return [mail for _key, mail in _by_membership(session, memberships, day, base_url, operator)]


def _by_membership(
    session: Session, some: Collection[int], day: date, base_url: str, operator: str | None
) -> Iterator[tuple[int, NewMail]]:
    """The mails of a day with the memberships that they are about; by a fixed number of queries."""
    link = f"{base_url.rstrip('/')}/cover/proofs"
    dossiers, readers, waiting = load(session, some), members_of(session, some), _waiting(session, some)
    for key in some:
        for due in proofs_due(dossiers[key], day) if key in readers else ():
            if due.goes_on and due.needed_by >= day and (due.person, due.kind, due.year) not in waiting:
                yield key, _mail(dossiers[key], due, day, readers[key], link, operator)


def _mail(dossier: Dossier, due: ProofDue, day: date, reader: Reader, link: str, operator: str | None) -> NewMail:
    half = due.asked_from + (due.needed_by - due.asked_from) / 2
    key = f"proof:{due.person}:{due.kind}:{due.year}:{'again' if day >= half else 'asked'}"
    school = f"{due.year}-{due.year + 1}" if due.kind == SCHOOL else None
    named = name_of(dossier.people[due.person], reader.language)
    text = proof_asked(reader.language, reader.name, link, named, school, due.cover_ends, operator)
    return NewMail(key, "proof", reader.to, reader.language, *text)


def _of_age(session: Session, day: date, after: int) -> Sequence[int]:
    """The next memberships in which somebody is in the year before an age from which proofs are asked for, or past it
    and not past the last one that they count for."""
    of_age = []
    for name in session.execute(select(_MEMBERSHIP.c.plan).distinct()).scalars().all():
        edition = plan(name).on(day)
        for role, first, last in _AGES:
            youngest = add_years(day, 1 - edition[first].value)
            oldest = add_years(day, -1 - edition[last].value)
            born = _PERSON.c.born.between(oldest, youngest)
            of_age.append(and_(_MEMBERSHIP.c.plan == name, _PERSON.c.role == role, born))
    query = select(_PERSON.c.membership_id).join(_MEMBERSHIP, _MEMBERSHIP.c.id == _PERSON.c.membership_id)
    query = query.where(or_(false(), *of_age), _PERSON.c.membership_id > after).distinct()
    return session.execute(query.order_by(_PERSON.c.membership_id).limit(SLICE)).scalars().all()


def _waiting(session: Session, memberships: Collection[int]) -> set[tuple[int, str, int]]:
    query = (
        select(_PROOF.c.person_id, _PROOF.c.kind, _PROOF.c.year)
        .outerjoin(_ANSWER, _ANSWER.c.proof_id == _PROOF.c.id)
        .where(_PROOF.c.membership_id.in_(memberships), _ANSWER.c.proof_id.is_(None))
    )
    return {(row.person_id, row.kind, row.year) for row in session.execute(query)}
