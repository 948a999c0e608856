"""Payouts whose payee is an agent (mandataire, UNO-PAY-1): as of the day of their settlement, and which of them wait.

A payout that is on its way keeps its account; one that the bank returned after the mandate ended goes to the member.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Row, String, and_, case, cast, or_, select
from sqlmodel import Session

from expat.db import table_of
from expat.membership.tables import DeathReport, PayoutAccount
from expat.payments.tables import Payout
from expat.representatives.standing import PAYOUTS, REVOKED, gives
from expat.representatives.tables import Mandate, MandatePayee, MandatePayout, MandateStep
from expat.screening.holds import stands
from expat.screening.tables import ScreeningHit

SLICE = 10_000  # of keys in one query: databases take so many at most

_ACCOUNT: Any = table_of(PayoutAccount)
_PAYOUT: Any = table_of(Payout)
_MANDATE: Any = table_of(Mandate)
_PAYEE: Any = table_of(MandatePayee)
_PAID: Any = table_of(MandatePayout)
_STEP: Any = table_of(MandateStep)
_DEATH: Any = table_of(DeathReport)
_HIT: Any = table_of(ScreeningHit)


class Agent(NamedTuple):
    """An agent who is a payout's payee: the mandate, and the agent's name."""

    mandate: int
    name: str


def note_agents(session: Session, payouts: Mapping[int, int]) -> None:
    """Keep which payouts (by key) go to an agent: the mandates, by payout."""
    if payouts:
        rows = [{"payout_id": payout, "mandate_id": mandate} for payout, mandate in payouts.items()]
        session.execute(_PAID.insert(), rows)


def agents_of(session: Session, payouts: Collection[int]) -> dict[int, Agent]:
    """The agents to whom payouts went, or go as things stand, by the payout's key; the member's own are absent."""
    found: dict[int, Agent] = {}
    keys = list(payouts)
    sent = _PAYOUT.c.bank_file_id.is_not(None)
    for start in range(0, len(keys), SLICE):
        query = (
            select(_PAID.c.payout_id, _MANDATE.c.id, _MANDATE.c.name)
            .join(_MANDATE, _MANDATE.c.id == _PAID.c.mandate_id)
            .join(_PAYEE, _PAYEE.c.mandate_id == _PAID.c.mandate_id)
            .join(_PAYOUT, _PAYOUT.c.id == _PAID.c.payout_id)
            .where(case((sent, _PAYOUT.c.account_id == _PAYEE.c.account_id), else_=~_is_the_members_again()))
        )
        for row in session.execute(query.where(_PAID.c.payout_id.in_(keys[start : start + SLICE]))):
            found[row.payout_id] = Agent(row.id, row.name)
    return found


def agent_accounts(session: Session, payouts: Iterable[int]) -> dict[int, Row[Any]]:
    """The agents' accounts (rows) that payouts go to as things stand, by the payout's key."""
    found: dict[int, Row[Any]] = {}
    keys = list(payouts)
    for start in range(0, len(keys), SLICE):
        query = (
            select(_ACCOUNT, _PAID.c.payout_id)
            .join(_PAYEE, _PAYEE.c.account_id == _ACCOUNT.c.id)
            .join(_PAID, _PAID.c.mandate_id == _PAYEE.c.mandate_id)
            .join(_PAYOUT, _PAYOUT.c.id == _PAID.c.payout_id)
            .join(_MANDATE, _MANDATE.c.id == _PAID.c.mandate_id)
            .where(_PAID.c.payout_id.in_(keys[start : start + SLICE]), ~_is_the_members_again())
        )
        found |= {row.payout_id: row for row in session.execute(query)}
    return found


def _is_the_members_again() -> Any:
    """Whether a payout came back and its mandate is over since, or the member died: the agent has no part in it."""
    revoked = select(_STEP.c.id).where(_STEP.c.mandate_id == _PAID.c.mandate_id, _STEP.c.kind == REVOKED).exists()
    over = or_(revoked, ~gives(PAYOUTS), and_(_MANDATE.c.until.is_not(None), _MANDATE.c.until < _PAYOUT.c.returned_on))
    died = select(_DEATH.c.membership_id).where(_DEATH.c.membership_id == _PAYOUT.c.membership_id).exists()
    return or_(died, and_(_PAYOUT.c.returned_on.is_not(None), over))


def stops_agent(payout_id: Any) -> Any:
    """Whether a payout (a column) goes to an agent with a match on a list that nobody lifted."""
    paid = _PAID.c.payout_id == payout_id, _PAYEE.c.mandate_id == _PAID.c.mandate_id
    return select(_HIT.c.id).where(*paid, _resembles(), stands()).correlate(_PAYOUT).exists()


def held_agents(session: Session, mandates: Collection[int]) -> frozenset[int]:
    """Those of the mandates whose agents nothing is paid to before a person checked a name."""
    if not mandates:
        return frozenset()
    query = select(_PAYEE.c.mandate_id).join(_HIT, _resembles())
    return frozenset(session.execute(query.where(_PAYEE.c.mandate_id.in_(list(mandates)), stands())).scalars())


def _resembles() -> Any:
    """A match (of the query) on the holder of an agent's account (of the query), or on the agent."""
    return or_(
        and_(_HIT.c.kind == "account", _HIT.c.key == cast(_PAYEE.c.account_id, String)),
        and_(_HIT.c.kind == "agent", _HIT.c.key == cast(_PAYEE.c.mandate_id, String)),
    )


def payouts_to_agent(session: Session, mandate_id: int, before: int | None = None, most: int = 20) -> list[Row[Any]]:
    """The payouts that were settled to an agent, the newest first."""
    query = select(_PAYOUT).join(_PAID, _PAID.c.payout_id == _PAYOUT.c.id).where(_PAID.c.mandate_id == mandate_id)
    if before is not None:
        query = query.where(_PAYOUT.c.id < before)
    return list(session.execute(query.order_by(_PAYOUT.c.id.desc()).limit(most)))
