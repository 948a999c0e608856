"""The demo's accounts: one for each role, and an adult who is not the member. The password is the demo's alone."""

from __future__ import annotations

from base64 import b32encode
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import func, select, update
from sqlmodel import Session

from expat.accounts import second_factor
from expat.accounts.open import open_account
from expat.accounts.passwords import hashed
from expat.accounts.tables import Account
from expat.claims.tables import ClaimLine
from expat.db import table_of
from expat.documents.keys import Keys
from expat.membership.tables import InsuredPerson
from expat.wording.catalogue import N_

WITHOUT_CODE = frozenset({"member", "representative", "applicant"})
PASSWORD = "seven-lamps-in-lima"  # noqa: S105 (made up, and good in the demo's own database alone)

_PERSON: Any = table_of(InsuredPerson)
_LINE: Any = table_of(ClaimLine)
_ACCOUNT: Any = table_of(Account)


class DemoAccount(NamedTuple):
    """An account of the demo: its address, what it is for, its role, its language; staff have a second factor."""

    email: str
    what: str
    role: str
    language: str
    name: str = ""

    @property
    def secret(self) -> str | None:
        """The second factor's secret, the same in every demo; none for members and who acts for them."""
        seed = sha256(f"demo {self.email}".encode()).digest()
        return None if self.role in WITHOUT_CODE else b32encode(seed[:20]).decode()


ACCOUNTS = (
    DemoAccount("member@demo.example", N_("Member (English)"), "member", "en"),
    DemoAccount("adherent@demo.example", N_("Member (French)"), "member", "fr"),
    DemoAccount("spouse@demo.example", N_("Spouse of the first member"), "member", "en"),
    DemoAccount("broker@demo.example", N_("Broker of both members"), "representative", "en", "Harbour & Lane Brokers"),
    DemoAccount("doctor@demo.example", N_("Medical department"), "medical", "en", "Dr Nour Haddad"),
    DemoAccount("desk@demo.example", N_("Management unit"), "manager", "en", "Marta Lindqvist"),
    DemoAccount("desk2@demo.example", N_("Management unit, a second person"), "manager", "fr", "Paul Ferrand"),
    DemoAccount("money@demo.example", N_("Accountant"), "accountant", "en", "Ines Okafor"),
    DemoAccount("money2@demo.example", N_("Accountant, a second person"), "accountant", "fr", "Hugo Blanc"),
    DemoAccount("employer@demo.example", N_("Employer"), "employer", "fr", "Claire Vasseur"),
    DemoAccount("applicant@demo.example", N_("Applicant, filling in"), "applicant", "en", "Elise Fontaine"),
    DemoAccount("candidat@demo.example", N_("Applicant, accepted"), "applicant", "fr", "Antoine Lemaire"),
    DemoAccount("admin@demo.example", N_("Administrator"), "admin", "en", "Sam Keller"),
)


def open_accounts(session: Session, keys: Keys, at: datetime) -> None:
    """Open them all, with their password; the members are those of whom the demo has the most to show."""
    kept = hashed(PASSWORD)
    people = iter(_members(session))
    for one in ACCOUNTS:
        person = next(people) if one.role == "member" else None
        name = f"{person.first_name} {person.last_name}" if person is not None else one.name
        whose = person.id if person is not None else None
        key = open_account(session, one.email, name, one.language, [one.role], at, "demo", whose)
        session.execute(update(_ACCOUNT).where(_ACCOUNT.c.id == key).values(password_hash=kept))
        if one.secret:
            second_factor.keep_secret(session, key, one.secret, 0, keys)


def _members(session: Session) -> list[Any]:
    """Two members with many lines, the first one married, and that spouse."""
    lines = select(_LINE.c.membership_id, func.count().label("n")).group_by(_LINE.c.membership_id).subquery()
    spouse = select(_PERSON.c.membership_id).where(_PERSON.c.role == "spouse")
    query = (
        select(_PERSON)
        .join(lines, lines.c.membership_id == _PERSON.c.membership_id)
        .where(_PERSON.c.role == "member")
        .order_by(lines.c.n.desc(), _PERSON.c.id)
    )
    first = session.execute(query.where(_PERSON.c.membership_id.in_(spouse)).limit(1)).one()
    second = session.execute(query.where(_PERSON.c.id != first.id).limit(1)).one()
    theirs = select(_PERSON).where(_PERSON.c.role == "spouse", _PERSON.c.membership_id == first.membership_id)
    return [first, second, session.execute(theirs.limit(1)).one()]
