"""Who wants to join when the demo ends: applications in different states, and an employer with its people."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from sqlalchemy import select
from sqlmodel import Session

from expat.accounts.open import account_of, open_account
from expat.accounts.tables import Account
from expat.applications.begin import application, begin, form_of, save_person, save_step
from expat.applications.decide import Decision, decide
from expat.applications.declare import Declared, declare, questions
from expat.applications.form import MEMBER, Choice, Person, Prior, Residence, kept_step
from expat.applications.hand_in import hand_in
from expat.applications.papers import add_paper, wanted
from expat.db import table_of
from expat.demo.happenings import PREFERENCE, noon
from expat.demo.places import OPERATOR, Places
from expat.demo.world import read
from expat.documents.keys import Keys
from expat.documents.store import keep
from expat.employers.announce import confirm
from expat.employers.announce import hand_in as hand_in_file
from expat.employers.columns import COLUMNS
from expat.employers.invite import invite
from expat.employers.listing import announced
from expat.employers.open import bind_account, open_employer, pays_for
from expat.membership.changes import Acting
from expat.membership.tables import Membership
from expat.periods import DAY, first_of_next_month
from expat.plans.loader import plan
from expat.quotes.joining import zones_open

PLAN, IBAN = "expat-uno", "FR7630006000011234567890189"
EMPLOYER, DOCTOR = "employer@demo.example", "doctor@demo.example"
CONSENTED = {"association": True, "truth": True, "data": True, "early": True}
PAYS_AFTER = timedelta(days=180)

_ACCOUNT: Any = table_of(Account)
_MEMBERSHIP: Any = table_of(Membership)


def who_wants_to_join(session: Session, keys: Keys, places: Places, day: date) -> None:
    """The applications, each as far as it got, and the employer."""
    told = read("joining")
    for place, words in enumerate(told["application"]):
        _application(session, words, place, keys, places.documents, day)
    _employer(session, told["employer"], keys, day, places.base)


def _application(session: Session, words: dict[str, Any], place: int, keys: Keys, folder: Path, day: date) -> None:
    begun = day - timedelta(days=words["begun"])
    name = f"{words['first_name']} {words['last_name']}"
    known = account_of(session, words["email"])
    account = (
        known.id if known else open_account(session, words["email"], name, "en", ["applicant"], noon(begun), "demo")
    )
    acting = Acting(begun, noon(begun), PREFERENCE, f"account:{account}")
    key = begin(session, account, acting.at)
    born, wished = date.fromisoformat(words["born"]), max(first_of_next_month(day), day + DAY)
    person = Person(MEMBER, "member", words["first_name"], words["last_name"], born, "FR")
    save_person(session, key, person, acting.at)
    home = Residence(words["country"], "employed", wished, "1 Harbour Road", town=words["town"])
    save_step(session, key, "residence", kept_step(home), acting.at)
    if words["until"] == "draft":
        return
    _rest(session, key, words, person, acting)
    asked = questions(plan(PLAN).on(begun))
    yes = {"illness": words["illness"]} if "illness" in words else {}
    declare(session, key, Declared(MEMBER, {q: q in yes for q in asked}, yes, name), acting, keys)
    _papers(session, key, place, acting, folder, keys)
    hand_in(session, key, acting, str(OPERATOR["name"]), "en")
    _answer(session, key, words, begun + DAY, keys)


def _rest(session: Session, key: int, words: dict[str, Any], person: Person, acting: Acting) -> None:
    """The steps of the form that are alike for all."""
    zone = zones_open(plan(PLAN).on(acting.day), words["country"])[0]
    account = {"holder": person.name, "iban": IBAN, "town": "Paris", "country": "FR"}
    steps: dict[str, Any] = {
        "choice": kept_step(Choice(words["formula"], zone, "quarterly")), "prior": kept_step(Prior()),
        "payment": {"way": "transfer", "currency": "EUR", "account": account}, "consents": CONSENTED,
        **({"options": words["options"]} if "options" in words else {}),
    }  # fmt: skip
    for step, values in steps.items():
        save_step(session, key, step, values, acting.at)


def _papers(session: Session, key: int, place: int, acting: Acting, folder: Path, keys: Keys) -> None:
    row = application(session, key)
    for n, one in enumerate(wanted(plan(row.plan).on(acting.day), form_of(row), acting.day)):
        kept = BytesIO()
        Image.new("RGB", (420, 297), (230 - 9 * place, 236, 240 - 7 * n)).save(kept, "PNG")
        digest = keep(session, kept.getvalue(), folder, keys, acting.at)
        add_paper(session, row, one.kind, one.person, f"{one.kind}.png", digest, acting.at, acting.actor)


def _answer(session: Session, key: int, words: dict[str, Any], day: date, keys: Keys) -> None:
    """What the medical department answered by now."""
    doctor = session.execute(select(_ACCOUNT.c.id).where(_ACCOUNT.c.email == DOCTOR)).scalar_one()
    acting = Acting(day, noon(day), PREFERENCE, f"account:{doctor}")
    if words["until"] == "asked":
        decide(session, key, Decision("ask", told=words["question"]), acting, keys)
    elif words["until"] == "premium":
        decide(session, key, Decision("accept", told=words.get("told", "")), acting, keys)


def _employer(session: Session, words: dict[str, Any], keys: Keys, day: date, base: str) -> None:
    """An employer that pays for some of the portfolio, and announced people."""
    at, since = noon(day - DAY), day - PAYS_AFTER
    employer = open_employer(session, words["number"], words["name"], at, "demo")
    account = account_of(session, EMPLOYER)
    assert account is not None
    bind_account(session, employer, account.id, at, "demo")
    query = select(_MEMBERSHIP.c.number, _MEMBERSHIP.c.joined).order_by(_MEMBERSHIP.c.id).limit(words["pays_for"])
    for number, joined in session.execute(query).all():
        pays_for(session, employer, number, max(joined, since), at, "demo")
    content = _file(words["joiner"], day).encode("utf-8-sig")
    done = hand_in_file(session, employer, "joiners.csv", content, keys, day, at, f"account:{account.id}")
    assert done.upload is not None, done.looked.faults
    confirm(session, employer, done.upload, keys, day, at, f"account:{account.id}")
    acting = Acting(day, noon(day), PREFERENCE, "demo")
    for row, one in zip(announced(session, [done.upload])[0], words["joiner"], strict=True):
        if one.get("invited"):
            invite(session, row.id, acting, base, str(OPERATOR["name"]))


def _file(joiners: list[dict[str, Any]], day: date) -> str:
    """The employer's file, as its template has it."""
    alike = {
        "action": "joiner", "role": "member", "nationality": "FR", "effective": first_of_next_month(day).isoformat(),
        "language": "fr", "residence": "SG", "formula": "3", "zone": "B", "currency": "EUR",
    }  # fmt: skip
    lines = [";".join(column.name for column in COLUMNS)]
    for n, one in enumerate(joiners, 1):
        row = {**alike, **one, "family": str(n)}
        lines.append(";".join(str(row.get(column.name, "")) for column in COLUMNS))
    return "\r\n".join(lines)
