"""A claim as it stands: its lines, the decisions on each, and the edition of the plan that the newest one used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row, select
from sqlmodel import Session

from expat.claims.records import editions_of
from expat.claims.tables import Claim, ClaimLine, LineDecision
from expat.db import table_of
from expat.errors import NotFound
from expat.membership.tables import InsuredPerson, Member, Membership
from expat.plans.edition import Edition

_CLAIM: Any = table_of(Claim)
_LINE: Any = table_of(ClaimLine)
_DECISION: Any = table_of(LineDecision)
_MEMBERSHIP: Any = table_of(Membership)
_MEMBER: Any = table_of(Member)
_PERSON: Any = table_of(InsuredPerson)


class ShownLine(NamedTuple):
    """A line, whom it was for, its decisions (the newest last), and the edition that the newest used."""

    row: Row[Any]
    person: str
    decisions: Sequence[Row[Any]]
    edition: Edition


class ShownClaim(NamedTuple):
    """A claim (its row, with the membership's number and the member's language) and its lines in order."""

    row: Row[Any]
    lines: Sequence[ShownLine]


def shown_claim(session: Session, claim_id: int) -> ShownClaim:
    """Everything that there is to show of a claim. Raises NotFound."""
    query = select(_CLAIM, _MEMBERSHIP.c.number, _MEMBER.c.language)
    query = query.join(_MEMBERSHIP, _MEMBERSHIP.c.id == _CLAIM.c.membership_id)
    row = session.execute(query.join(_MEMBER, _MEMBER.c.id == _MEMBERSHIP.c.member_id).where(_CLAIM.c.id == claim_id))
    claim = row.first()
    if claim is None:
        raise NotFound("claim", f"there is no claim {claim_id}")
    lines = select(_LINE, _PERSON.c.first_name, _PERSON.c.last_name).join(_PERSON, _PERSON.c.id == _LINE.c.person_id)
    rows = session.execute(lines.where(_LINE.c.claim_id == claim_id).order_by(_LINE.c.position)).all()
    decisions = _decisions(session, [line.id for line in rows])
    editions = editions_of(session, {found[-1].edition for found in decisions.values()})
    return ShownClaim(claim, [_line(line, decisions[line.id], editions) for line in rows])


def _line(row: Row[Any], decisions: Sequence[Row[Any]], editions: dict[str, Edition]) -> ShownLine:
    return ShownLine(row, f"{row.first_name} {row.last_name}".strip(), decisions, editions[decisions[-1].edition])


def _decisions(session: Session, lines: Sequence[int]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in session.execute(select(_DECISION).where(_DECISION.c.line_id.in_(lines)).order_by(_DECISION.c.id)):
        found[row.line_id].append(row)
    return found
