"""What a member is told of a claim of which nothing is paid: each line with its reason, and what to do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import exists, func, select
from sqlmodel import Session

from expat.claims.load import load
from expat.claims.tables import Claim, ClaimLine
from expat.db import table_of
from expat.errors import NotFound
from expat.membership.tables import Member, Membership
from expat.payments.statement import Read, full_name, name_of, read_lines, unpaid_of
from expat.payments.statement_lines import UnpaidLine, uses_samples
from expat.payments.tables import Settlement
from expat.wording import names
from expat.wording.reasons import how_to_contest

_CLAIM: Any = table_of(Claim)
_LINE: Any = table_of(ClaimLine)
_MEMBERSHIP: Any = table_of(Membership)
_MEMBER: Any = table_of(Member)
_SETTLEMENT: Any = table_of(Settlement)


@dataclass(frozen=True, slots=True)
class Notice:
    """A claim and how each of its lines stands, in a language."""

    claim: int
    language: str
    plan: str
    membership: str
    member_name: str
    received_on: date
    unpaid: tuple[UnpaidLine, ...]
    how_to_contest: str
    samples: bool


def notice(session: Session, claim_id: int, language: str | None = None) -> Notice:
    """The notice of a claim, in the member's language unless another is asked for. Raises NotFound."""
    found = notices(session, [claim_id], language)
    if not found:
        raise NotFound("claim", f"there is no claim {claim_id}")
    return found[0]


def notices(session: Session, claim_ids: Collection[int], language: str | None = None) -> list[Notice]:
    """The notices of claims, in their order, by a fixed number of queries however many they are."""
    query = (
        select(_CLAIM, _MEMBERSHIP.c.number, _MEMBER.c.language, _MEMBER.c.first_name, _MEMBER.c.last_name)
        .join(_MEMBERSHIP, _MEMBERSHIP.c.id == _CLAIM.c.membership_id)
        .join(_MEMBER, _MEMBER.c.id == _MEMBERSHIP.c.member_id)
        .where(_CLAIM.c.id.in_(claim_ids))
        .order_by(_CLAIM.c.id)
    )
    rows = session.execute(query).all()
    read = Read(rows, load(session, {row.membership_id for row in rows}))
    read_lines(session, read, list(claim_ids))
    return [_notice(read, row, language or row.language) for row in rows]


def _notice(read: Read, claim: Any, language: str) -> Notice:
    dossier = read.dossiers[claim.membership_id]
    people = {key: name_of(person, language) for key, person in dossier.people.items()}
    mine = [line for line in read.lines[dossier.id] if line.claim_id == claim.id]
    return Notice(
        claim.id,
        language,
        dossier.plan.title[language],
        claim.number,
        full_name(claim) or names.role("member", language),
        claim.received_on,
        tuple(unpaid_of(read, line, people[line.person_id], language) for line in mine if line.payout_id is None),
        how_to_contest(dossier.plan.on(claim.received_on), language),
        any(uses_samples(read.decisions[line.id][-1]) for line in mine),
    )


def claims_to_tell(session: Session, settlement_id: int) -> list[int]:
    """Claims of which nothing is paid, received since the settlement before: each is told once."""
    day = session.execute(select(_SETTLEMENT.c.day).where(_SETTLEMENT.c.id == settlement_id)).scalar_one()
    before = select(func.max(_SETTLEMENT.c.day)).where(_SETTLEMENT.c.id < settlement_id).scalar_subquery()
    paid = exists().where(_LINE.c.claim_id == _CLAIM.c.id, _LINE.c.payout_id.is_not(None))
    query = select(_CLAIM.c.id).where(~paid, _CLAIM.c.received_on <= day)
    query = query.where(_CLAIM.c.received_on > func.coalesce(before, date(1900, 1, 1)))
    return list(session.execute(query.order_by(_CLAIM.c.id)).scalars())
