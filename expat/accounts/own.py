"""Nobody decides on what is their own: an account neither acts on nor, as staff, reads a membership of its holder's."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select
from sqlmodel import Session

from expat.accounts.tables import Account, MandateAccount
from expat.db import table_of
from expat.errors import Conflict
from expat.membership.tables import InsuredPerson, Membership

_MEMBERSHIP: Any = table_of(Membership)
_PERSON: Any = table_of(InsuredPerson)
_ACCOUNT: Any = table_of(Account)
_BOUND: Any = table_of(MandateAccount)


class Own(Conflict):
    """Somebody acts on a membership of his or her own, or reads it as one of the staff."""


def own_memberships(session: Session, account_id: int) -> frozenset[int]:
    """The membership to which an account's holder belongs, with all others of the same member's.

    With them those for which he or she acts, or once did: nobody decides on what was asked for in somebody's name.
    """
    members = (
        select(_MEMBERSHIP.c.member_id)
        .join(_PERSON, _PERSON.c.membership_id == _MEMBERSHIP.c.id)
        .join(_ACCOUNT, _ACCOUNT.c.person_id == _PERSON.c.id)
        .where(_ACCOUNT.c.id == account_id)
    )
    acts = select(_BOUND.c.membership_id).where(_BOUND.c.account_id == account_id)
    mine = select(_MEMBERSHIP.c.id).where(or_(_MEMBERSHIP.c.member_id.in_(members), _MEMBERSHIP.c.id.in_(acts)))
    return frozenset(session.execute(mine).scalars())


def is_own(session: Session, membership_id: int, actor: str) -> bool:
    """Whether a membership is that of the holder of an account (`account:12`), or another of the same member's."""
    kind, _, number = actor.partition(":")
    return kind == "account" and number.isdecimal() and membership_id in own_memberships(session, int(number))


def refuse_own(session: Session, membership_id: int, actor: str) -> None:
    """Raise Own where an account acts on a membership of its holder's, or reads it as one of the staff."""
    if is_own(session, membership_id, actor):
        raise Own("by", "this is of your own membership", "a colleague acts on it")
