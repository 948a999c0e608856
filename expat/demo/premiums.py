"""Premiums of the demo's members: one pays in time, the other has not paid yet and was reminded."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlmodel import Session

from expat.accounts.tables import Account
from expat.billing.calls import Called, call
from expat.billing.dunning import take_step
from expat.billing.tell import tell_call, tell_step
from expat.billing.terms import Terms, start_calling
from expat.billing.worth import period_from
from expat.claims.load import load
from expat.collecting.receive import Received, receive
from expat.db import table_of
from expat.demo.accounts import ACCOUNTS
from expat.demo.happenings import acting, noon
from expat.ledger.post import BANK
from expat.membership.tables import InsuredPerson
from expat.periods import DAY
from expat.settings import Settings

FREQUENCY = "quarterly"
CALLED_BEFORE, REMINDED_AFTER = timedelta(days=30), timedelta(days=5)
_ACCOUNT, _PERSON = table_of(Account), table_of(InsuredPerson)


def call_premiums(session: Session, day: date, chosen: Settings) -> None:
    """The members with an account: their present quarter is called, the first has paid it."""
    for place, membership in enumerate(_memberships(session)):
        joined = load(session, [membership])[membership].joined
        first = joined
        while (last := period_from(first, joined, FREQUENCY).last) < day:
            first = last + DAY
        called = _call(session, membership, first, chosen)
        if called is None:
            continue
        if place == 0:
            money = Received(membership, called.cents, first, "transfer", f"demo:{called.premium}", BANK)
            receive(session, money, acting(first), chosen)
        elif first + REMINDED_AFTER <= day:
            reminded = first + REMINDED_AFTER
            step = take_step(session, called.premium, reminded, acting(reminded))
            if step is not None:
                tell_step(session, step, noon(reminded), chosen)


def _call(session: Session, membership: int, first: date, chosen: Settings) -> Called | None:
    on = first - CALLED_BEFORE
    start_calling(session, load(session, [membership])[membership], Terms(FREQUENCY), first, acting(on))
    called = call(session, membership, acting(on))
    if called is not None:
        tell_call(session, membership, called, noon(on), chosen)
    return called


def _memberships(session: Session) -> list[int]:
    """Those of the members with an account, in the accounts' order."""
    emails = [one.email for one in ACCOUNTS if one.role == "member"]
    query = select(_PERSON.c.membership_id).join(_ACCOUNT, _ACCOUNT.c.person_id == _PERSON.c.id)
    found = session.execute(query.where(_ACCOUNT.c.email.in_(emails)).order_by(_ACCOUNT.c.id)).scalars()
    return list(dict.fromkeys(found))
