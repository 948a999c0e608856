"""What a member was told of payments: the statements of payouts, and claims of which nothing is paid. Newest first."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from expat.claims.tables import Claim, ClaimLine
from expat.db import table_of
from expat.money import CENTS, from_minor
from expat.payments.agent_payouts import agents_of
from expat.payments.tables import Payout, Settlement
from expat.payments.timeline import stages

_PAYOUT, _SETTLEMENT = table_of(Payout), table_of(Settlement)
_LINE, _CLAIM = table_of(ClaimLine), table_of(Claim)
_RATE = re.compile(r"(?P<value>[0-9.]+) [A-Z]{3} per EUR, (?P<source>.+), (?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})")


class RateOf(NamedTuple):
    """The rate of a payout: units of its currency for 1 EUR, its source, and the day of its publication."""

    value: Decimal
    source: str
    published_on: date


class Told(NamedTuple):
    """A payout and for whom it pays; `amount` is what is transferred in `currency`, `eur` what all of it counts.

    In EUR there is no rate. What is set off is not in the amount.

    `state` is made, sent, confirmed or returned, `since` the day of a confirmation or a return; `agent` is the name of
    the agent to whom it goes, empty for none.
    """

    payout: int
    settled_on: date
    payee: str
    provider: str
    amount: Decimal
    currency: str
    eur: Decimal
    rate: RateOf | None
    state: str
    since: date | None
    persons: frozenset[int]
    agent: str = ""


class Unpaid(NamedTuple):
    """A claim of which nothing is paid, and whose lines it has among the persons asked for."""

    claim: int
    received_on: date
    persons: frozenset[int]


def statements_told(
    session: Session, membership_id: int, since: date, before: int | None = None, limit: int = 20
) -> list[Told]:
    """The payouts of settlements from a day on, before one where it is named; four queries."""
    query = (
        select(_PAYOUT, _SETTLEMENT.c.day)
        .join(_SETTLEMENT, _SETTLEMENT.c.id == _PAYOUT.c.settlement_id)
        .where(_PAYOUT.c.membership_id == membership_id, _SETTLEMENT.c.day >= since)
        .order_by(_PAYOUT.c.id.desc())
        .limit(limit)
    )
    rows = session.execute(query if before is None else query.where(_PAYOUT.c.id < before)).all()
    keys = [row.id for row in rows]
    persons, state = _persons(session, _LINE.c.payout_id, keys), stages(session, keys)
    agents = {key: agent.name for key, agent in agents_of(session, keys).items()}
    return [
        Told(
            row.id, row.day, row.payee, row.provider, from_minor(row.amount - row.set_off, row.currency), row.currency,
            Decimal(row.eur_cents).scaleb(-CENTS), rate_in(row.rate_note) if row.currency != "EUR" else None,
            state[row.id], row.returned_on or row.confirmed_on, persons[row.id], agents.get(row.id, ""),
        )
        for row in rows
    ]  # fmt: skip


def unpaid_told(
    session: Session, membership_id: int, persons: Collection[int], since: date, before: int | None = None,
    limit: int = 20,
) -> list[Unpaid]:  # fmt: skip
    """Claims with lines of the persons that are refused or wait, and none that is paid or about to be; two queries."""
    other = _LINE.alias()
    paid = select(other.c.id).where(other.c.claim_id == _LINE.c.claim_id, other.c.status.in_(("paid", "accepted")))
    query = (
        select(_LINE.c.claim_id, _CLAIM.c.received_on)
        .join(_CLAIM, _CLAIM.c.id == _LINE.c.claim_id)
        .where(_LINE.c.membership_id == membership_id, _LINE.c.status.in_(("refused", "pending")), ~paid.exists())
        .where(_LINE.c.person_id.in_(list(persons)), _LINE.c.received_on >= since)
        .distinct()
        .order_by(_LINE.c.claim_id.desc())
        .limit(limit)
    )
    rows = session.execute(query if before is None else query.where(_LINE.c.claim_id < before)).all()
    whose = _persons(session, _LINE.c.claim_id, [row.claim_id for row in rows])
    return [Unpaid(row.claim_id, row.received_on, whose[row.claim_id] & frozenset(persons)) for row in rows]


def rate_in(note: str) -> RateOf | None:
    """The rate that a payout's note names; None where it names none."""
    found = _RATE.fullmatch(note)
    return RateOf(Decimal(found["value"]), found["source"], date.fromisoformat(found["day"])) if found else None


def owner_of(session: Session, payout_id: int) -> int | None:
    """The membership whose payout it is."""
    found: int | None = session.execute(select(_PAYOUT.c.membership_id).where(_PAYOUT.c.id == payout_id)).scalar()
    return found


def _persons(session: Session, key: Any, keys: Collection[int]) -> dict[int, frozenset[int]]:
    """The insured persons of lines, by what the lines belong to."""
    found: dict[int, set[int]] = defaultdict(set)
    if keys:
        query = select(key, _LINE.c.person_id).where(key.in_(list(keys))).distinct()
        for row in session.execute(query):
            found[row[0]].add(row[1])
    return defaultdict(frozenset, {one: frozenset(people) for one, people in found.items()})
