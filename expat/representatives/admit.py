"""Letting somebody who acts sign in: an account with the role, bound to the mandate."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session

from expat import audit
from expat.accounts.open import account_of, open_account
from expat.accounts.sign_in import STAFF
from expat.accounts.tables import Account, MandateAccount
from expat.db import advisory_lock, table_of
from expat.errors import Conflict
from expat.representatives.appoint import LOCK, WEB, mandate_of
from expat.representatives.standing import BROKER

ROLE = "representative"

_ACCOUNT: Any = table_of(Account)
_BOUND: Any = table_of(MandateAccount)


def admit(session: Session, mandate_id: int, at: datetime, actor: str) -> int | None:
    """Bind a mandate to the account of its mail address, which is opened where there is none; answers its key.

    None where nobody is to sign in: somebody without a mail address. Twice is once. An account of another kind gains
    the role; of the staff nobody does by a member's word alone, as who acts for a membership no longer decides on it.
    Raises NotFound, Conflict naming `email`.
    """
    row = mandate_of(session, mandate_id)
    if not row.email:
        return None
    advisory_lock(session, LOCK)
    bound: int | None = session.execute(select(_BOUND.c.account_id).where(_BOUND.c.mandate_id == mandate_id)).scalar()
    if bound is not None:
        return bound
    key = _account(session, row, at, actor)
    values = {"mandate_id": mandate_id, "account_id": key, "membership_id": row.membership_id, "bound_by": actor}
    session.execute(_BOUND.insert().values(values | {"bound_at": at}))
    audit.record(session, at, actor, "mandate.admitted", f"mandate:{mandate_id}", account=key)
    return key


def _account(session: Session, row: Any, at: datetime, actor: str) -> int:
    found = account_of(session, row.email)
    if found is None:
        closed = session.execute(select(_ACCOUNT.c.id).where(_ACCOUNT.c.email == row.email)).scalar()
        if closed is not None:
            raise Conflict("email", "belongs to an account that is closed", "another address")
        return open_account(session, row.email, row.name, row.language, [ROLE], at, actor)
    roles = found.roles.split()
    if row.kind == BROKER and row.channel == WEB and STAFF & set(roles):
        raise Conflict("email", "belongs to an account that cannot act", "another address")
    if ROLE not in roles:
        changed = update(_ACCOUNT).where(_ACCOUNT.c.id == found.id).values(roles=" ".join([*roles, ROLE]))
        session.execute(changed)
        detail = {"before": roles, "after": [*roles, ROLE]}
        audit.record(session, at, actor, "account.roles_changed", f"account:{found.id}", **detail)
    return int(found.id)
