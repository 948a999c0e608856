"""Mandates as people read them: those of a membership, those that wait, what somebody did in a member's name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, select
from sqlmodel import Session

from expat.accounts.tables import MandateAccount
from expat.audit import AuditEntry
from expat.claims.tables import Claim, ClaimLine
from expat.db import table_of
from expat.membership.tables import InsuredPerson, Membership, PayoutAccount
from expat.representatives.standing import CONFIRMED, REFUSED, REVOKED, rights_of
from expat.representatives.tables import Mandate, MandatePaper, MandatePayee, MandateStep

ACTED = "representative.acted"
LOOKED_AT = 500  # acts of a membership among which those of one mandate are looked for

_MANDATE: Any = table_of(Mandate)
_STEP: Any = table_of(MandateStep)
_PAPER: Any = table_of(MandatePaper)
_PAYEE: Any = table_of(MandatePayee)
_BOUND: Any = table_of(MandateAccount)
_ACCOUNT: Any = table_of(PayoutAccount)
_PERSON: Any = table_of(InsuredPerson)
_MEMBERSHIP: Any = table_of(Membership)
_ENTRY: Any = table_of(AuditEntry)
_CLAIM: Any = table_of(Claim)
_LINE: Any = table_of(ClaimLine)


@dataclass(frozen=True)
class Listed:
    """A mandate with what became of it. `whom` is who is represented, `steps` its steps by kind.

    `payee` is the agent's account (a row), None where the mandate is not for payouts.
    """

    row: Any
    number: str
    whom: str
    rights: frozenset[str]
    steps: dict[str, Any]
    papers: Sequence[Any]
    payee: Any
    account: int | None

    @property
    def is_open(self) -> bool:
        """Whether nobody decided on it."""
        return not self.steps

    def state(self, day: date) -> str:
        """waits, refused, revoked, coming (confirmed, its first day is to come), over, or active."""
        for kind in (REFUSED, REVOKED):
            if kind in self.steps:
                return kind
        if CONFIRMED not in self.steps:
            return "waits"
        if day < self.row.from_day:
            return "coming"
        return "over" if self.row.until is not None and self.row.until < day else "active"


class Done(NamedTuple):
    """Something that somebody did in a member's name: the acts of one request, as the trail calls them."""

    at: datetime
    actor: str
    acts: tuple[str, ...]


class Sent(NamedTuple):
    """A claim that somebody handed in, without what it was for: its lines' standings, and what is paid of it.

    `paid` are minor units by currency.
    """

    claim: int
    received_on: date
    standings: frozenset[str]
    invoiced: dict[str, int]
    paid: dict[str, int]


def _listed() -> Select[Any]:
    person = (_PERSON.c.membership_id == _MANDATE.c.membership_id) & (
        (_PERSON.c.id == _MANDATE.c.person_id) | (_MANDATE.c.person_id.is_(None) & (_PERSON.c.role == "member"))
    )
    return (
        select(_MANDATE, _MEMBERSHIP.c.number, _PERSON.c.first_name, _PERSON.c.last_name, _BOUND.c.account_id)
        .join(_MEMBERSHIP, _MEMBERSHIP.c.id == _MANDATE.c.membership_id)
        .join(_PERSON, person)
        .outerjoin(_BOUND, _BOUND.c.mandate_id == _MANDATE.c.id)
    )


def of_membership(session: Session, membership_id: int) -> list[Listed]:
    """Every mandate of a membership, the newest first."""
    query = _listed().where(_MANDATE.c.membership_id == membership_id).order_by(_MANDATE.c.id.desc())
    return _with_parts(session, session.execute(query).all())


def waiting(session: Session, after: int = 0, limit: int = 50) -> list[Listed]:
    """Appointments that nobody decided on, the oldest first."""
    decided = select(_STEP.c.id).where(_STEP.c.mandate_id == _MANDATE.c.id).exists()
    query = _listed().where(~decided, _MANDATE.c.id > after).order_by(_MANDATE.c.id).limit(limit)
    return _with_parts(session, session.execute(query).all())


def listed(session: Session, mandate_id: int) -> Listed | None:
    """One mandate."""
    found = _with_parts(session, session.execute(_listed().where(_MANDATE.c.id == mandate_id)).all())
    return found[0] if found else None


def _with_parts(session: Session, rows: Sequence[Row[Any]]) -> list[Listed]:
    keys = [row.id for row in rows]
    if not keys:
        return []
    rights, steps, papers = rights_of(session, keys), _by(session, _STEP, keys), _by(session, _PAPER, keys)
    query = select(_PAYEE.c.mandate_id, _ACCOUNT).join(_ACCOUNT, _ACCOUNT.c.id == _PAYEE.c.account_id)
    payees = {row.mandate_id: row for row in session.execute(query.where(_PAYEE.c.mandate_id.in_(keys)))}
    return [
        Listed(
            row, row.number, f"{row.first_name} {row.last_name}".strip(), rights.get(row.id, frozenset()),
            {step.kind: step for step in steps.get(row.id, ())}, papers.get(row.id, ()), payees.get(row.id),
            row.account_id,
        )
        for row in rows
    ]  # fmt: skip


def _by(session: Session, table: Any, keys: Collection[int]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = {}
    for row in session.execute(select(table).where(table.c.mandate_id.in_(keys)).order_by(table.c.id)):
        found.setdefault(row.mandate_id, []).append(row)
    return found


def names_acting(session: Session, membership_id: int) -> dict[str, str]:
    """The names of those who act, or once did, for a membership, by how the trail names them (`account:12`)."""
    query = select(_BOUND.c.account_id, _MANDATE.c.name).join(_MANDATE, _MANDATE.c.id == _BOUND.c.mandate_id)
    rows = session.execute(query.where(_BOUND.c.membership_id == membership_id).order_by(_MANDATE.c.id))
    return {f"account:{row.account_id}": row.name for row in rows}


def done_under(session: Session, membership_id: int, mandate_id: int, most: int = 50) -> list[Done]:
    """What was done under a mandate, the newest first."""
    query = select(_ENTRY).where(_ENTRY.c.subject == f"membership:{membership_id}", _ENTRY.c.action == ACTED)
    rows = session.execute(query.order_by(_ENTRY.c.id.desc()).limit(LOOKED_AT))
    mine = islice((row for row in rows if row.detail.get("mandate") == mandate_id), most)
    return [Done(row.at, row.actor, tuple(row.detail.get("acts", ()))) for row in mine]


def claims_sent(
    session: Session, membership_id: int, actor: str, persons: Collection[int], before: int | None = None,
    most: int = 20,
) -> list[Sent]:  # fmt: skip
    """The claims that an account handed in for a membership, the newest first: of the persons alone."""
    other = select(_LINE.c.id).where(_LINE.c.claim_id == _CLAIM.c.id, _LINE.c.person_id.not_in(list(persons)))
    query = select(_CLAIM.c.id, _CLAIM.c.received_on).where(
        _CLAIM.c.membership_id == membership_id, _CLAIM.c.submitted_by == actor, ~other.exists()
    )
    if before is not None:
        query = query.where(_CLAIM.c.id < before)
    claims = session.execute(query.order_by(_CLAIM.c.id.desc()).limit(most)).all()
    lines: dict[int, list[Row[Any]]] = {}
    for line in session.execute(select(_LINE).where(_LINE.c.claim_id.in_([row.id for row in claims]))):
        lines.setdefault(line.claim_id, []).append(line)
    return [_sent(row, lines.get(row.id, [])) for row in claims]


def _sent(row: Row[Any], lines: Sequence[Row[Any]]) -> Sent:
    invoiced: dict[str, int] = {}
    paid: dict[str, int] = {}
    for line in lines:
        invoiced[line.currency] = invoiced.get(line.currency, 0) + line.amount
        if line.status == "paid" and line.payout_currency:
            paid[line.payout_currency] = paid.get(line.payout_currency, 0) + (line.payout or 0)
    return Sent(row.id, row.received_on, frozenset(line.status for line in lines), invoiced, paid)
