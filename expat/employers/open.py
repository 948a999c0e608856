"""An employer, the accounts that act for it, and the memberships that it pays for."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from expat import audit
from expat.accounts.open import account
from expat.claims.written import written
from expat.db import advisory_lock, table_of
from expat.employers.announce import LOCK
from expat.employers.listing import employer, payer_of
from expat.employers.tables import Employer, EmployerAccount, EmployerPays
from expat.errors import BadInput, Conflict, NotFound
from expat.membership.tables import Membership
from expat.periods import plausible

ROLE = "employer"
LONGEST = 120

_EMPLOYER: Any = table_of(Employer)
_ACCOUNT: Any = table_of(EmployerAccount)
_PAYS: Any = table_of(EmployerPays)
_MEMBERSHIP: Any = table_of(Membership)


def open_employer(session: Session, number: str, name: str, at: datetime, actor: str) -> int:
    """Record an employer; answers its key. Raises BadInput, Conflict where the number is taken by another."""
    number, name = written("number", number, 40), written("name", name, LONGEST)
    advisory_lock(session, LOCK)
    before = session.execute(select(_EMPLOYER).where(_EMPLOYER.c.number == number)).first()
    if before is not None and before.name != name:
        raise Conflict("number", f"{number} is that of {before.name}", "another number")
    if before is not None:
        return int(before.id)
    values = {"number": number, "name": name, "recorded_by": actor, "recorded_at": at}
    key = int(session.execute(_EMPLOYER.insert().values(values).returning(_EMPLOYER.c.id)).scalar_one())
    audit.record(session, at, actor, "employer.opened", f"employer:{key}", number=number)
    return key


def bind_account(session: Session, employer_id: int, account_id: int, at: datetime, actor: str) -> None:
    """Let an account with the role of an employer act for one. Raises BadInput, Conflict where it acts for another."""
    row = account(session, account_id)
    if ROLE not in row.roles.split():
        raise BadInput("account", "has not the role of an employer", "give it the role first")
    employer(session, employer_id)
    advisory_lock(session, LOCK)
    query = select(_ACCOUNT.c.employer_id).where(_ACCOUNT.c.account_id == account_id)
    before = session.execute(query).scalar()
    if before is not None and before != employer_id:
        raise Conflict("account", "acts for another employer", "an account of its own")
    if before is None:
        values = {"account_id": account_id, "employer_id": employer_id, "bound_by": actor, "bound_at": at}
        session.execute(_ACCOUNT.insert().values(values))
        audit.record(session, at, actor, "employer.account", f"employer:{employer_id}", account=account_id)


def pays_for(
    session: Session, employer_id: int, number: str, from_day: date, at: datetime, actor: str, pays: bool = True
) -> bool:
    """From a day on an employer pays the premiums of a membership, or (`pays` false) no longer does.

    It stays responsible for them until the membership ends or another payer takes over (CG, Résiliation): that is
    what `pays` false records. Answers False where it is so already. Raises BadInput, Conflict.
    """
    employer(session, employer_id)
    plausible(from_day, "from_day")
    advisory_lock(session, LOCK)
    row = session.execute(select(_MEMBERSHIP).where(_MEMBERSHIP.c.number == number.strip())).first()
    if row is None:
        raise NotFound("number", f"there is no membership {number}", "its number")
    payer = payer_of(session, row.id)
    if payer is not None and payer.id != employer_id:
        raise Conflict("number", f"{payer.name} pays for {row.number}", "end that first")
    if (payer is not None) == pays:
        return False
    values = {
        "employer_id": employer_id, "membership_id": row.id, "pays": pays, "from_day": from_day, "recorded_by": actor,
        "recorded_at": at,
    }  # fmt: skip
    session.execute(_PAYS.insert().values(values))
    action = "employer.pays" if pays else "employer.pays_no_more"
    audit.record(session, at, actor, action, f"membership:{row.id}", employer=employer_id, day=from_day.isoformat())
    return True
