"""What stands open in the demo, so that every worklist has something on it: requests, contests, messages, papers."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from moneyed import Currency, Money
from sqlalchemy import Row, select
from sqlmodel import Session

from expat.accounts.tables import Account
from expat.amendments.ask import NewAmendment
from expat.amendments.ask import ask as ask_for_change
from expat.amendments.kinds import Joins
from expat.applications.declare import Declared, questions
from expat.approvals.file import NewFile, submit_request
from expat.approvals.questions import ask_for_paper
from expat.approvals.request import NewRequest
from expat.claims.asked import ask_paper
from expat.claims.contest import contest
from expat.claims.tables import ClaimLine
from expat.db import table_of
from expat.demo.accounts import ACCOUNTS
from expat.demo.happenings import PREFERENCE, noon
from expat.demo.portfolio import PLAN
from expat.demo.world import read
from expat.documents.keys import Keys
from expat.membership.changes import Acting
from expat.membership.tables import InsuredPerson
from expat.messages.write import write
from expat.plans.loader import plan
from expat.representatives.admit import admit
from expat.representatives.appoint import NewMandate, appoint
from expat.representatives.standing import BROKER as OF_BROKER
from expat.representatives.standing import RIGHTS

BROKER = "broker@demo.example"
_ACCOUNT, _PERSON, _LINE = table_of(Account), table_of(InsuredPerson), table_of(ClaimLine)


def open_cases(session: Session, keys: Keys, day: date) -> None:
    """Requests for approval, a contest, a message and a paper that is asked for, of the demo's members."""
    holders = {row.email: row for row in session.execute(_holders())}
    members = [holders[one.email] for one in ACCOUNTS if one.role == "member"]
    desk = next(row for row in holders.values() if row.roles == "manager")
    for place, words in enumerate(read("cases")["request"]):
        _request(session, words, members[words["member"]], place, keys, day)
    _change(session, members[0], keys, day)
    _message(session, members[0], desk, day)
    _contest(session, members, day)
    _paper(session, members, f"account:{desk.id}", day)
    _broker(session, members, holders[BROKER], day)


def _broker(session: Session, members: list[Row[Any]], broker: Row[Any], day: date) -> None:
    """A broker to whom each member gave other rights."""
    asked = day - timedelta(days=40)
    for who, rights in zip(members[:2], (RIGHTS[OF_BROKER], ("cover", "statements")), strict=True):
        new = NewMandate(
            form_key="demo", kind=OF_BROKER, name=broker.name, language=broker.language, from_day=asked, firm=True,
            email=broker.email, rights=rights,
        )  # fmt: skip
        key, _again = appoint(session, who.membership_id, new, noon(asked), f"account:{who.id}")
        admit(session, key, noon(asked), f"account:{who.id}")


def _holders() -> Any:
    person = (_PERSON.c.membership_id, _PERSON.c.id.label("person"))
    return select(_ACCOUNT, *person).outerjoin(_PERSON, _PERSON.c.id == _ACCOUNT.c.person_id)


def _request(session: Session, words: dict[str, Any], who: Row[Any], place: int, keys: Keys, day: date) -> None:
    asked = day - timedelta(days=words["asked"])
    acting = Acting(asked, noon(asked), PREFERENCE, f"account:{who.id}")
    starts = day + timedelta(days=words["starts"])
    request = NewRequest(who.person, words["care"], starts, words.get("emergency", False))
    cost = Money(Decimal(words["cost"]), Currency(words["currency"]))
    new = NewFile(
        f"demo-{place}", request, words["provider"], words["country"], cost, words.get("days"), words.get("sessions"),
        words["medical"],
    )  # fmt: skip
    key, _again = submit_request(session, who.membership_id, new, acting, keys)
    if "question" in words:
        asking = Acting(asked, noon(asked) + timedelta(hours=1), PREFERENCE, "demo")
        ask_for_paper(session, key, words["question"], words["text"], asking)


def _change(session: Session, who: Row[Any], keys: Keys, day: date) -> None:
    """A newborn whom a member asks to insure: the medical department is to answer."""
    words, asked = read("cases")["newborn"], day - timedelta(days=2)
    change = Joins("child", words["first_name"], who.name.split()[-1], day - timedelta(days=words["days_old"]))
    declared = Declared("", dict.fromkeys(questions(plan(PLAN).on(asked)), False), {}, who.name)
    new = NewAmendment("demo-newborn", change, words["medical"], declared)
    ask_for_change(session, who.membership_id, new, Acting(asked, noon(asked), PREFERENCE, f"account:{who.id}"), keys)


def _message(session: Session, who: Row[Any], desk: Row[Any], day: date) -> None:
    """A conversation: the member and the management unit in turn."""
    for place, text in enumerate(read("cases")["message"][who.language]):
        from_staff = bool(place % 2)
        sender = desk if from_staff else who
        write(session, who.person, None, text, sender.id, from_staff, noon(day) + timedelta(minutes=place))


def _contest(session: Session, members: list[Row[Any]], day: date) -> None:
    """The newest line of a member that was refused."""
    for who in members[:2]:
        query = select(_LINE.c.id).where(_LINE.c.person_id == who.person, _LINE.c.status == "refused")
        line = session.execute(query.order_by(_LINE.c.id.desc()).limit(1)).scalar()
        if line is not None:
            reason = read("cases")["contest"][who.language]
            contest(session, line, reason, day, noon(day), f"account:{who.id}")
            return


def _paper(session: Session, members: list[Row[Any]], actor: str, day: date) -> None:
    """A paper that the management unit asks for, of the newest line that is not paid."""
    for who in members:
        unpaid = _LINE.c.status.in_(("accepted", "pending"))
        query = select(_LINE.c.id).where(_LINE.c.membership_id == who.membership_id, unpaid)
        line = session.execute(query.order_by(_LINE.c.id.desc()).limit(1)).scalar()
        if line is not None:
            why = read("cases")["paper"][who.language]
            ask_paper(session, line, "other", why, day, noon(day), PREFERENCE, actor)
            return
