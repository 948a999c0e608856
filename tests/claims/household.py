"""A family with accounts: the member, the spouse, a grown-up child and a child; and scans that are kept."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Engine

from expat.accounts.tables import Account
from expat.claims.intake import NewClaim, NewLine
from expat.claims.next_step import Promises
from expat.claims.submit import Submitted, submit
from expat.db import table_of, transaction
from expat.documents.tables import Document
from expat.membership.join import NewMembership, NewPerson, join
from tests.payments.insured import AT, JOINED, RECEIVED, SOURCES, publish

SCANS = [letter * 64 for letter in "abcdef"]
PROMISES = Promises(claim=5, contest=10, approval=5, emergency=1)
PEOPLE = (
    NewPerson("member", date(1985, 5, 2), "Ada", "Lovelace"),
    NewPerson("spouse", date(1986, 1, 1), "Zoë", "Müller"),
    NewPerson("child", date(2006, 3, 1), "Inès", "Lovelace"),
    NewPerson("child", date(2015, 3, 1), "Paul", "Lovelace"),
)


class Household(NamedTuple):
    """Keys: the membership, its people, and an account of the member, of the spouse and of the management unit."""

    membership: int
    member: int
    spouse: int
    adult: int
    child: int
    account: int
    spouse_account: int
    staff: int


def household(engine: Engine, number: str = "M1", formula: str = "4", currency: str = "EUR") -> Household:
    """A family in Senegal with three accounts."""
    new = NewMembership(number, "expat-uno", JOINED, formula, "A", "SN", PEOPLE, currency)
    with transaction(engine) as session:
        joined = join(session, new, AT)
        owners = (("member", joined.people[0]), ("member", joined.people[1]), ("manager", None))
        rows: list[dict[str, Any]] = [
            {
                "email": f"{number}-{i}@example.org", "name": f"{role} {i}", "language": "en", "roles": role,
                "person_id": person, "totp_step": 0, "made_at": AT,
            }
            for i, (role, person) in enumerate(owners)
        ]  # fmt: skip
        table = table_of(Account)
        query = table.insert().returning(table.c.id, sort_by_parameter_order=True)
        accounts = session.execute(query, rows).scalars().all()
    return Household(joined.membership_id, *joined.people, *accounts)


def keep_scans(engine: Engine) -> None:
    """The scans, as kept documents."""
    rows = [
        {"sha256": scan, "media_type": "application/pdf", "size": 9, "stored_at": AT, "key_id": "k"} for scan in SCANS
    ]
    with transaction(engine) as session:
        session.execute(table_of(Document).insert(), rows)


def at_home(engine: Engine, **more: Any) -> Household:
    """A family, the scans and the rates of the day."""
    publish(engine)
    keep_scans(engine)
    return household(engine, **more)


def send(engine: Engine, membership: int, key: str, *lines: NewLine, received_on: date = RECEIVED) -> Submitted:
    """Hand a claim in."""
    with transaction(engine) as session:
        return submit(session, membership, NewClaim(lines, received_on, key), AT, SOURCES)
