"""Members who ask for changes, for the tests."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Engine, select

from expat.amendments.ask import Asked, NewAmendment, ask
from expat.amendments.decide import agree, refuse
from expat.amendments.kinds import Address, Change, Joins
from expat.amendments.papers import add_paper
from expat.claims.dossier import Dossier
from expat.claims.load import load
from expat.db import table_of, transaction
from expat.documents.keys import Keys, new_key
from expat.documents.tables import Document
from expat.membership.changes import Acting
from expat.membership.join import NewMembership, NewPerson, join
from tests.payments.insured import AT, SOURCES

KEYS = Keys.read(new_key())
JOINED = date(2024, 3, 15)
SPOUSE = Joins(
    "spouse", "Charles", "Babbage", date(1986, 1, 1), tie="marriage", married_on=date(2025, 4, 30), no_occupation=True
)
BANGKOK = Address("1 Sukhumvit Road", "Bangkok", "TH", postcode="10110")
SINGAPORE = Address("2 Orchard Road", "Singapore", "SG")
NEW_YORK = Address("3 Fifth Avenue", "New York", "US")


def acting(day: date, actor: str = "account:900", on: date | None = None) -> Acting:
    """Somebody who acts on a day, or on another with what reached the operator on that day."""
    at = on or day
    return Acting(day, datetime(at.year, at.month, at.day, 9, tzinfo=UTC), SOURCES, actor)


def insured(engine: Engine, formula: str = "2", zone: str = "A", home: str = "SN", joined: date = JOINED) -> int:
    """A member alone; answers the membership."""
    people = (NewPerson("member", date(1985, 5, 2), "Ada", "Lovelace"),)
    new = NewMembership(f"M-{formula}{zone}{home}", "expat-uno", joined, formula, zone, home, people)
    with transaction(engine) as session:
        return join(session, new, AT).membership_id


def asks(engine: Engine, membership: int, change: Change, day: date, key: str = "k1", medical: str = "well") -> Asked:
    """Ask on a day."""
    with transaction(engine) as session:
        return ask(session, membership, NewAmendment(key, change, medical), acting(day, "account:1"), KEYS)


def agrees(engine: Engine, amendment: int, day: date, text: str = "") -> bool:
    """The medical department agrees on a day."""
    with transaction(engine) as session:
        return agree(session, amendment, text, acting(day, "account:7"), KEYS)


def refuses(engine: Engine, amendment: int, day: date, text: str = "We cannot insure this.") -> bool:
    """The medical department refuses on a day."""
    with transaction(engine) as session:
        return refuse(session, amendment, "health", text, acting(day, "account:7"), KEYS)


def proves(engine: Engine, amendment: int, kind: str, day: date) -> None:
    """A paper of a kind comes for a request."""
    sha256 = f"{amendment:064x}"
    with transaction(engine) as session:
        session.add(Document(sha256=sha256, media_type="application/pdf", size=1, stored_at=AT, key_id="k"))
        session.flush()
        add_paper(session, amendment, kind, "paper.pdf", sha256, acting(day, "account:1"))


def dossier(engine: Engine, membership: int) -> Dossier:
    """What is known now."""
    with transaction(engine) as session:
        return load(session, [membership])[membership]


def rows(engine: Engine, model: Any) -> list[Any]:
    """Everything in a table."""
    with transaction(engine) as session:
        return list(session.execute(select(table_of(model))))
