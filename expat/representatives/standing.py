"""Which mandates are in force: who may act for whom on a day, with which rights, and which agents are paid."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, and_, or_, select
from sqlmodel import Session

from expat.accounts.tables import MandateAccount
from expat.db import table_of
from expat.membership.tables import DeathReport, InsuredPerson, Member, Membership
from expat.representatives.tables import Mandate, MandatePayee, MandateRight, MandateStep

AGENT, LEGAL, BROKER = "agent", "legal", "broker"
PAYOUTS, CLAIMS, COVER, CHANGES, STATEMENTS = "payouts", "claims", "cover", "changes", "statements"
RIGHTS = {AGENT: (PAYOUTS, CLAIMS), LEGAL: (), BROKER: (COVER, CLAIMS, CHANGES, STATEMENTS)}
CONFIRMED, REFUSED, REVOKED = "confirmed", "refused", "revoked"
SLICE = 10_000  # of keys in one query: databases take so many at most

_MANDATE: Any = table_of(Mandate)
_RIGHT: Any = table_of(MandateRight)
_STEP: Any = table_of(MandateStep)
_PAYEE: Any = table_of(MandatePayee)
_BOUND: Any = table_of(MandateAccount)
_PERSON: Any = table_of(InsuredPerson)
_MEMBERSHIP: Any = table_of(Membership)
_MEMBER: Any = table_of(Member)
_DEATH: Any = table_of(DeathReport)


class Acts(NamedTuple):
    """What an account may do under a mandate that is in force: for whom, with which rights.

    `person` is the insured person who is represented; of an agent and a broker that is the member.
    """

    mandate: int
    kind: str
    membership: int
    number: str
    person: int
    person_role: str
    name: str
    rights: frozenset[str]
    from_day: date
    until: date | None

    @property
    def legal(self) -> bool:
        """Whether it is a legal representative, who acts in everything."""
        return self.kind == LEGAL


def _step(kind: str) -> Any:
    return select(_STEP.c.id).where(_STEP.c.mandate_id == _MANDATE.c.id, _STEP.c.kind == kind).exists()


def gives(what: str) -> Any:
    """Whether a mandate (of the query) gives a right, by the newest that was said of it."""
    said, later = _RIGHT.alias(), _RIGHT.alias()
    newer = select(later.c.id).where(
        later.c.mandate_id == said.c.mandate_id, later.c.what == what, later.c.id > said.c.id
    )
    mine = select(said.c.id).where(said.c.mandate_id == _MANDATE.c.id, said.c.what == what, said.c.given)
    return mine.where(~newer.correlate(said).exists()).correlate(_MANDATE).exists()


def in_force(day: date) -> Any:
    """Whether a mandate (of the query) holds on a day: confirmed, not revoked, within its days.

    It ends with the death of who is represented, whatever it says (Code civil, art. 2003).
    """
    whose = or_(_MANDATE.c.person_id.is_(None), _MANDATE.c.person_id == _DEATH.c.person_id)
    died = select(_DEATH.c.membership_id).where(_DEATH.c.membership_id == _MANDATE.c.membership_id, whose).exists()
    return and_(
        _step(CONFIRMED), ~_step(REFUSED), ~_step(REVOKED), ~died,
        _MANDATE.c.from_day <= day, or_(_MANDATE.c.until.is_(None), _MANDATE.c.until >= day),
    )  # fmt: skip


def _acting(account_id: int, day: date) -> Select[Any]:
    whom = or_(_PERSON.c.id == _MANDATE.c.person_id, and_(_MANDATE.c.person_id.is_(None), _PERSON.c.role == "member"))
    return (
        select(_MANDATE, _MEMBERSHIP.c.number, _PERSON.c.id.label("whom"), _PERSON.c.role, _PERSON.c.first_name,
               _PERSON.c.last_name)
        .join(_BOUND, _BOUND.c.mandate_id == _MANDATE.c.id)
        .join(_MEMBERSHIP, _MEMBERSHIP.c.id == _MANDATE.c.membership_id)
        .join(_PERSON, and_(_PERSON.c.membership_id == _MANDATE.c.membership_id, whom))
        .where(_BOUND.c.account_id == account_id, in_force(day))
        .order_by(_PERSON.c.last_name, _PERSON.c.first_name, _MANDATE.c.id)
    )  # fmt: skip


def acts_for(session: Session, account_id: int, day: date, after: int = 0, limit: int = 200) -> list[Acts]:
    """Everybody for whom an account may act on a day, by name."""
    rows = session.execute(_acting(account_id, day).offset(after).limit(limit)).all()
    rights = rights_of(session, [row.id for row in rows])
    return [_acts(row, rights.get(row.id, frozenset())) for row in rows]


def acts_under(session: Session, account_id: int, mandate_id: int, day: date) -> Acts | None:
    """What an account may do under one mandate on a day; None where it is not its own, or does not hold."""
    row = session.execute(_acting(account_id, day).where(_MANDATE.c.id == mandate_id)).first()
    return None if row is None else _acts(row, rights_of(session, [mandate_id]).get(mandate_id, frozenset()))


def _acts(row: Row[Any], rights: frozenset[str]) -> Acts:
    name = f"{row.first_name} {row.last_name}".strip()
    return Acts(
        row.id, row.kind, row.membership_id, row.number, row.whom, row.role, name, rights, row.from_day, row.until
    )


def rights_of(session: Session, mandates: Collection[int]) -> dict[int, frozenset[str]]:
    """The rights that mandates give as things stand, by mandate; whether these are in force is not asked."""
    query = select(_RIGHT.c.mandate_id, _RIGHT.c.what, _RIGHT.c.given).where(_RIGHT.c.mandate_id.in_(mandates))
    found: dict[int, set[str]] = {}
    for row in session.execute(query.order_by(_RIGHT.c.id)):
        (set.add if row.given else set.discard)(found.setdefault(row.mandate_id, set()), row.what)
    return {key: frozenset(rights) for key, rights in found.items()}


def agents_paid(session: Session, memberships: Iterable[int], day: date) -> dict[int, int]:
    """Of memberships whose payouts go to an agent on a day (UNO-PAY-1): the mandate, by membership."""
    keys = list(memberships)
    found: dict[int, int] = {}
    for start in range(0, len(keys), SLICE):
        query = (
            select(_MANDATE.c.membership_id, _MANDATE.c.id)
            .join(_PAYEE, _PAYEE.c.mandate_id == _MANDATE.c.id)
            .where(_MANDATE.c.membership_id.in_(keys[start : start + SLICE]), _MANDATE.c.kind == AGENT)
            .where(in_force(day), gives(PAYOUTS))
            .order_by(_MANDATE.c.id)
        )
        found |= {row.membership_id: row.id for row in session.execute(query)}
    return found
