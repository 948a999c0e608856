"""A claim as it stands: its lines, the decisions on each, and the edition of the plan that the newest one used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlmodel import Session

from expat.claims.records import editions_of
from expat.claims.tables import Claim, ClaimLine, LineDecision
from expat.db import table_of
from expat.errors import NotFound
from expat.gathered import Gathered
from expat.membership.tables import InsuredPerson, Member, Membership
from expat.plans.edition import Edition

_CLAIM: Any = table_of(Claim)
_LINE: Any = table_of(ClaimLine)
_DECISION: Any = table_of(LineDecision)
_MEMBERSHIP: Any = table_of(Membership)
_MEMBER: Any = table_of(Member)
_PERSON: Any = table_of(InsuredPerson)

_KEY: Any = bindparam("claim")
_READ = Gathered(
    claim=select(_CLAIM, _MEMBERSHIP.c.number, _MEMBER.c.language)
    .join(_MEMBERSHIP, _MEMBERSHIP.c.id == _CLAIM.c.membership_id)
    .join(_MEMBER, _MEMBER.c.id == _MEMBERSHIP.c.member_id)
    .where(_CLAIM.c.id == _KEY),
    lines=select(_LINE, _PERSON.c.first_name, _PERSON.c.last_name)
    .join(_PERSON, _PERSON.c.id == _LINE.c.person_id)
    .where(_LINE.c.claim_id == _KEY)
    .order_by(_LINE.c.position),
    decisions=select(_DECISION)
    .join(_LINE, _LINE.c.id == _DECISION.c.line_id)
    .where(_LINE.c.claim_id == _KEY)
    .order_by(_DECISION.c.id),
)


class ShownLine(NamedTuple):
    """A line, whom it was for, its decisions (the newest last), and the edition that the newest used."""

    row: Any
    person: str
    decisions: Sequence[Any]
    edition: Edition


class ShownClaim(NamedTuple):
    """A claim (its row, with the membership's number and the member's language) and its lines in order."""

    row: Any
    lines: Sequence[ShownLine]


def shown_claim(session: Session, claim_id: int) -> ShownClaim:
    """Everything that there is to show of a claim. Raises NotFound."""
    found = _READ(session, {"claim": claim_id})
    if not found["claim"]:
        raise NotFound("claim", f"there is no claim {claim_id}")
    decisions: dict[int, list[Any]] = defaultdict(list)
    for row in found["decisions"]:
        decisions[row.line_id].append(row)
    editions = editions_of(session, {several[-1].edition for several in decisions.values()})
    lines = [_line(row, decisions[row.id], editions) for row in found["lines"]]
    return ShownClaim(found["claim"][0], lines)


def _line(row: Any, decisions: Sequence[Any], editions: dict[str, Edition]) -> ShownLine:
    return ShownLine(row, f"{row.first_name} {row.last_name}".strip(), decisions, editions[decisions[-1].edition])
