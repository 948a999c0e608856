"""Telling members what a settlement did: a mail for each statement, and for each claim of which nothing is paid.

The mails are kept in the transaction that closes the settlement, each under its payout's or its claim's key, so that
everything is told once. They say sums and where to read more, nothing about care. A claim of an adult who keeps their
claims from the member is told to that adult.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from expat.accounts.tables import Account
from expat.claims.tables import ClaimLine
from expat.db import table_of
from expat.mail.letters import nothing_paid, statement_ready
from expat.mail.outbox import NewMail, put_all
from expat.membership.tables import DeathReport, InsuredPerson, Member, Membership, PrivacyChoice
from expat.money import from_minor
from expat.payments.notice import claims_to_tell
from expat.payments.tables import Payout

SLICE = 10_000  # of keys in one query: databases take so many at most

_SAID = ("first_name", "last_name", "language", "email")
_DEATH = table_of(DeathReport)
_ACCOUNT, _PERSON, _PRIVACY = table_of(Account), table_of(InsuredPerson), table_of(PrivacyChoice)
_MEMBER, _MEMBERSHIP = table_of(Member), table_of(Membership)
_LINE, _PAYOUT = table_of(ClaimLine), table_of(Payout)


class Reader(NamedTuple):
    """Whom a mail speaks to, where and how."""

    to: str
    name: str
    language: str


def tell_settlement(
    session: Session, settlement_id: int, at: datetime, base_url: str, operator: str | None = None
) -> int:
    """Keep the mails of a settlement that closes; answers how many there are.

    By a fixed number of queries for every ten thousand payouts.
    """
    told = 0
    paid = select(_PAYOUT.c.id, _PAYOUT.c.membership_id, _PAYOUT.c.amount, _PAYOUT.c.set_off, _PAYOUT.c.currency)
    payouts = session.execute(paid.where(_PAYOUT.c.settlement_id == settlement_id).order_by(_PAYOUT.c.id)).all()
    for some in _slices(payouts):
        told += len(put_all(session, list(_statements(session, some, base_url, operator)), at))
    for some in _slices(claims_to_tell(session, settlement_id)):
        told += len(put_all(session, list(_notices(session, some, base_url, operator)), at))
    return told


def _slices(rows: Any) -> Iterator[Any]:
    for start in range(0, len(rows), SLICE):
        yield rows[start : start + SLICE]


def _statements(session: Session, payouts: Any, base_url: str, operator: str | None) -> Iterator[NewMail]:
    readers = members_of(session, {row.membership_id for row in payouts})
    for row in payouts:
        if reader := readers.get(row.membership_id):
            amount, link = from_minor(row.amount - row.set_off, row.currency), f"{base_url}/statements/{row.id}"
            text = statement_ready(reader.language, reader.name, link, amount, row.currency, operator)
            yield NewMail(f"statement:{row.id}", "statement", reader.to, reader.language, *text)


def _notices(session: Session, claims: Sequence[int], base_url: str, operator: str | None) -> Iterator[NewMail]:
    query = select(_LINE.c.claim_id, _LINE.c.membership_id, _LINE.c.person_id).where(_LINE.c.claim_id.in_(claims))
    lines = session.execute(query.distinct().order_by(_LINE.c.claim_id, _LINE.c.person_id)).all()
    members = members_of(session, {row.membership_id for row in lines})
    private = _private(session, {row.person_id for row in lines})
    own = people(session, private)
    told = set()
    for row in lines:
        alone = row.person_id in private
        key = f"notice:{row.claim_id}" + (f":{row.person_id}" if alone else "")
        reader = own.get(row.person_id) if alone else members.get(row.membership_id)
        if reader is not None and key not in told:
            told.add(key)
            link = f"{base_url}/claims/{row.claim_id}"
            text = nothing_paid(reader.language, reader.name, link, row.claim_id, operator)
            yield NewMail(key, "notice", reader.to, reader.language, *text)


def members_of(session: Session, memberships: Collection[int]) -> dict[int, Reader]:
    """How members are reached, by membership: by their account, else the address that they gave when they joined.

    A member who died is written to no more.
    """
    query = (
        select(_MEMBERSHIP.c.id, _PERSON.c.id.label("person"), *(_MEMBER.c[name] for name in _SAID))
        .join(_MEMBER, _MEMBER.c.id == _MEMBERSHIP.c.member_id)
        .join(_PERSON, (_PERSON.c.membership_id == _MEMBERSHIP.c.id) & (_PERSON.c.role == "member"))
        .where(_MEMBERSHIP.c.id.in_(memberships))
    )
    rows = session.execute(query).all()
    accounts = people(session, {row.person for row in rows})
    given = {row.id: Reader(row.email.strip(), _name(row), row.language) for row in rows if (row.email or "").strip()}
    found = given | {row.id: accounts[row.person] for row in rows if row.person in accounts}
    gone = session.execute(select(_DEATH.c.membership_id).where(_DEATH.c.membership_id.in_(memberships))).scalars()
    return {key: found[key] for key in found.keys() - set(gone)}


def people(session: Session, persons: Collection[int]) -> dict[int, Reader]:
    """How insured persons are reached by accounts of their own."""
    query = select(_ACCOUNT).where(_ACCOUNT.c.person_id.in_(persons), _ACCOUNT.c.closed_at.is_(None))
    return {
        row.person_id: Reader(row.email, row.name, row.language)
        for row in session.execute(query.order_by(_ACCOUNT.c.id))
        if "member" in row.roles.split()
    }


def _private(session: Session, persons: Collection[int]) -> set[int]:
    """Those who keep their claims from the member: by the newest choice of each."""
    query = select(_PRIVACY.c.person_id, _PRIVACY.c.private).where(_PRIVACY.c.person_id.in_(persons))
    newest = {row.person_id: row.private for row in session.execute(query.order_by(_PRIVACY.c.id))}
    return {person for person, private in newest.items() if private}


def _name(row: Any) -> str:
    return f"{row.first_name} {row.last_name}".strip()
