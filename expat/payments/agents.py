"""The account of an agent who is to be paid: kept once with the appointment, before it is confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from expat.db import table_of
from expat.errors import BadInput, Conflict
from expat.payments.account_records import keep_agents_account
from expat.payments.accounts import check_account
from expat.representatives.appoint import mandate_of
from expat.representatives.standing import AGENT, PAYOUTS, rights_of
from expat.representatives.tables import MandatePayee, MandateStep

_PAYEE: Any = table_of(MandatePayee)
_STEP: Any = table_of(MandateStep)


def agent_account(
    session: Session, mandate_id: int, values: Mapping[str, str | None], currency: str, at: datetime, actor: str
) -> int:
    """Keep the account of an agent for payouts in `currency` (ISO 4217); `values` are `check_account`'s.

    Answers its key. It is never changed: the agent least of all changes where the money goes, and another account is
    another appointment, with another signature. Raises BadInput naming the field, NotFound, Conflict where there is
    one, or the appointment was decided.
    """
    account, row = check_account(values, currency), mandate_of(session, mandate_id)
    if row.kind != AGENT or PAYOUTS not in rights_of(session, [mandate_id]).get(mandate_id, frozenset()):
        raise BadInput("mandate", "is not for payouts", "an agent who is to be paid")
    decided = select(_STEP.c.id).where(_STEP.c.mandate_id == mandate_id)
    held = select(_PAYEE.c.account_id).where(_PAYEE.c.mandate_id == mandate_id)
    if session.execute(decided).first() or session.execute(held).first():
        raise Conflict("account", "is kept, or the appointment was decided", "another appointment")
    key = keep_agents_account(session, account, mandate_id, at, actor)
    values_kept = {"mandate_id": mandate_id, "account_id": key, "recorded_by": actor, "recorded_at": at}
    session.execute(_PAYEE.insert().values(values_kept))
    return key
