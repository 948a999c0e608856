"""Applications as people fill them in, for the tests."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import Session

from expat.accounts.open import open_account
from expat.applications.begin import application, begin, form_of, save_person, save_step
from expat.applications.declare import Declared, declare, questions
from expat.applications.form import Choice, Person, Prior, Residence, kept_step
from expat.applications.hand_in import hand_in
from expat.applications.papers import add_paper, papers_of, wanted
from expat.documents.keys import Keys, new_key
from expat.documents.tables import Document
from expat.membership.changes import Acting
from expat.plans.loader import plan

DAY = date(2025, 8, 4)
AT = datetime(2025, 8, 4, 9, tzinfo=UTC)
KEYS = Keys.read(new_key())
IBAN = "FR7630006000011234567890189"
SOURCES = ("ecb",)
MEMBER = Person("p1", "member", "Marie", "Curie", date(1990, 11, 7), "FR")
SPOUSE = Person("p2", "spouse", "Pierre", "Curie", date(1989, 5, 15), "PL", "married", date(2025, 7, 1))
CHILD = Person("p3", "child", "Irène", "Curie", date(2018, 9, 12), "FR")
ACCOUNT = {"holder": "Marie Curie", "iban": IBAN, "town": "Paris", "country": "FR"}
PAYMENT: dict[str, Any] = {
    "way": "debit", "debit_holder": "Marie Curie", "debit_iban": IBAN, "currency": "EUR", "account": ACCOUNT,
}  # fmt: skip
CONSENTS = {"association": True, "truth": True, "data": True, "early": True}


def acting(actor: str = "account:1", day: date = DAY, hour: int = 9) -> Acting:
    """Who acts, on a day."""
    return Acting(day, datetime(day.year, day.month, day.day, hour, tzinfo=UTC), SOURCES, actor)


def applicant(session: Session, email: str = "marie@example.org") -> int:
    """An account that may apply."""
    return open_account(session, email, "Marie Curie", "en", ["applicant"], AT, "test")


def filled(
    session: Session, *people: Person, account: int | None = None, prior: Prior | None = None, **steps: Any
) -> int:  # fmt: skip
    """An application with everything in it but what `steps` says otherwise; not handed in."""
    key = begin(session, account or applicant(session), AT)
    for person in people or (MEMBER,):
        save_person(session, key, person, AT)
    content: dict[str, Any] = {
        "residence": kept_step(Residence("SG", "employed", DAY)), "choice": kept_step(Choice("3", "B", "quarterly")),
        "prior": kept_step(prior or Prior()), "payment": PAYMENT, "consents": CONSENTS, **steps,
    }  # fmt: skip
    for step, values in content.items():
        save_step(session, key, step, values, AT)
    for person in people or (MEMBER,):
        sign(session, key, person)
    bring_papers(session, key)
    return key


def sign(session: Session, key: int, person: Person, when: Acting | None = None, **yes: str) -> int:
    """Sign a declaration: no to everything but what `yes` explains."""
    asked = questions(plan("expat-uno").on(DAY))
    adult = person if person.born < date(2007, 1, 1) else MEMBER
    declared = Declared(person.key, {q: q in yes for q in asked}, yes, adult.name)
    return declare(session, key, declared, when or acting(), KEYS)


def bring_papers(session: Session, key: int) -> None:
    """Every paper that the answers call for."""
    row = application(session, key)
    form = form_of(row)
    for one in wanted(plan("expat-uno").on(DAY), form, form.effect(DAY)):
        bring(session, key, one.kind, one.person)


def bring(session: Session, key: int, kind: str, person: str = "p1", at: datetime = AT) -> None:
    """One paper."""
    digest = f"{len(papers_of(session, key)):064x}"
    if session.get(Document, digest) is None:
        session.add(Document(sha256=digest, media_type="application/pdf", size=1, stored_at=AT, key_id="k"))
        session.flush()
    add_paper(session, application(session, key), kind, person, f"{kind}.pdf", digest, at, "account:1")


def handed_in(session: Session, *people: Person, **more: Any) -> int:
    """An application that is handed in."""
    key = filled(session, *people, **more)
    hand_in(session, key, acting(), "Expat Test", "en")
    return key
