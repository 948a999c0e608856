"""What becomes of an appointment: confirmed by a second person, refused, revoked; rights given and taken."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, or_, select
from sqlmodel import Session

from expat import audit
from expat.accounts.own import refuse_own
from expat.claims.written import written
from expat.db import advisory_lock, table_of
from expat.errors import BadInput, Conflict
from expat.membership.tables import Membership, PayoutAccount
from expat.periods import FOREVER
from expat.representatives.appoint import LOCK, mandate_of, note_step
from expat.representatives.standing import (
    AGENT,
    BROKER,
    CONFIRMED,
    LEGAL,
    PAYOUTS,
    REFUSED,
    REVOKED,
    RIGHTS,
    gives,
    rights_of,
)
from expat.representatives.tables import Mandate, MandatePayee, MandateRight, MandateStep
from expat.screening.screen import ACCOUNT, screen_person

LONGEST = 500
SCREENED_AS = "agent"  # the kind under which names of those who act are screened

_MANDATE: Any = table_of(Mandate)
_RIGHT: Any = table_of(MandateRight)
_STEP: Any = table_of(MandateStep)
_PAYEE: Any = table_of(MandatePayee)
_ACCOUNT: Any = table_of(PayoutAccount)
_MEMBERSHIP: Any = table_of(Membership)


class Waits(Conflict):
    """An appointment that cannot be confirmed yet, or not by this person; `where` says why."""


def confirm(session: Session, mandate_id: int, at: datetime, actor: str) -> None:
    """Confirm an appointment whose paper is right. Nobody confirms for the own membership.

    Where it can move money or opens everything (payouts, a legal representative) nobody confirms what he or she
    entered. Raises NotFound, Conflict where it was decided, Waits where another person has to confirm (`by`), a name
    is to be checked (`screening`), the agent's account is missing (`account`) or another agent is paid then (`other`).
    """
    row = _undecided(session, mandate_id, actor)
    pays = PAYOUTS in rights_of(session, [mandate_id]).get(mandate_id, frozenset())
    if (pays or row.kind == LEGAL) and row.entered_by == actor:
        raise Waits("by", "is who entered it", "another person confirms")
    if pays:
        _check_payee(session, row)
    if _is_listed(session, row, at):
        raise Waits("screening", "the name resembles one of a list", "a person checks it first")
    note_step(session, mandate_id, CONFIRMED, "", at, actor)


def refuse(session: Session, mandate_id: int, why: str, at: datetime, actor: str) -> None:
    """Refuse an appointment, with the reason that the member is told. Raises NotFound, BadInput, Conflict."""
    said = written("why", why, LONGEST)
    _undecided(session, mandate_id, actor)
    note_step(session, mandate_id, REFUSED, said, at, actor)


def revoke(session: Session, mandate_id: int, why: str, at: datetime, actor: str) -> bool:
    """End a mandate: at once for access, for payouts from the next settlement. False where it had ended.

    Raises NotFound, BadInput.
    """
    said = written("why", why, LONGEST) if why.strip() else ""
    row = _locked(session, mandate_id)
    if _steps(session, mandate_id) & {REFUSED, REVOKED}:
        return False
    note_step(session, mandate_id, REVOKED, said, at, actor)
    subject = f"membership:{row.membership_id}"
    audit.record(session, at, actor, "membership.mandate_revoked", subject, mandate=mandate_id)
    return True


def set_right(session: Session, mandate_id: int, what: str, given: bool, at: datetime, actor: str) -> bool:
    """Give or take one right; False where it is so already. Rights of an agent are taken alone: more need a paper.

    Raises NotFound, BadInput, Conflict where the mandate has ended.
    """
    row = _locked(session, mandate_id)
    if what not in RIGHTS[row.kind]:
        raise BadInput("what", f"{what!r} cannot be given", f"of {', '.join(RIGHTS[row.kind]) or 'none'}")
    if given and row.kind != BROKER:
        raise BadInput("what", "needs a paper of its own", "another appointment")
    if _steps(session, mandate_id) & {REFUSED, REVOKED}:
        raise Conflict("mandate", "has ended", "appoint anew")
    if (what in rights_of(session, [mandate_id]).get(mandate_id, frozenset())) == given:
        return False
    values = {"mandate_id": mandate_id, "what": what, "given": given, "recorded_by": actor, "recorded_at": at}
    session.execute(_RIGHT.insert().values(values))
    action = "mandate.right_given" if given else "mandate.right_taken"
    audit.record(session, at, actor, action, f"mandate:{mandate_id}", value=what)
    return True


def _locked(session: Session, mandate_id: int) -> Row[Any]:
    """The mandate, while nobody else decides on one, nor settles its membership."""
    advisory_lock(session, LOCK)
    row = mandate_of(session, mandate_id)
    lock = select(_MEMBERSHIP.c.id).where(_MEMBERSHIP.c.id == row.membership_id).with_for_update(key_share=True)
    session.execute(lock)
    return row


def _undecided(session: Session, mandate_id: int, actor: str) -> Row[Any]:
    row = _locked(session, mandate_id)
    refuse_own(session, row.membership_id, actor)
    if _steps(session, mandate_id):
        raise Conflict("mandate", "was decided before", "look at it again")
    return row


def _steps(session: Session, mandate_id: int) -> set[str]:
    return set(session.execute(select(_STEP.c.kind).where(_STEP.c.mandate_id == mandate_id)).scalars())


def _check_payee(session: Session, row: Row[Any]) -> None:
    if _holder(session, row.id) is None:
        raise Waits("account", "of the agent is missing", "enter it first")
    if _other_paid(session, row):
        raise Waits("other", "another agent is paid in these days", "that one is revoked first")


def _other_paid(session: Session, row: Row[Any]) -> bool:
    """Whether another confirmed agent is paid on one of the days: a settlement has one payee."""
    last: date = row.until or FOREVER
    step = select(_STEP.c.kind).where(_STEP.c.mandate_id == _MANDATE.c.id)
    query = select(_MANDATE.c.id).where(
        _MANDATE.c.membership_id == row.membership_id, _MANDATE.c.id != row.id, _MANDATE.c.kind == AGENT,
        gives(PAYOUTS), step.where(_STEP.c.kind == CONFIRMED).exists(), ~step.where(_STEP.c.kind == REVOKED).exists(),
        _MANDATE.c.from_day <= last, or_(_MANDATE.c.until.is_(None), _MANDATE.c.until >= row.from_day),
    )  # fmt: skip
    return session.execute(query.limit(1)).first() is not None


def _holder(session: Session, mandate_id: int) -> Row[Any] | None:
    query = select(_ACCOUNT.c.id, _ACCOUNT.c.holder).join(_PAYEE, _PAYEE.c.account_id == _ACCOUNT.c.id)
    return session.execute(query.where(_PAYEE.c.mandate_id == mandate_id)).first()


def _is_listed(session: Session, row: Row[Any], at: datetime) -> bool:
    """Whether the name, or that of the account's holder, has a match that nobody lifted.

    The holder is looked at as every settlement will: what is lifted here is not found there again.
    """
    held = _holder(session, row.id)
    found = held is not None and screen_person(session, ACCOUNT, str(held.id), held.holder, None, at, anybody=True)
    if held is not None and held.holder == row.name:
        return found
    return screen_person(session, SCREENED_AS, str(row.id), row.name, row.born, at, anybody=row.firm) or found
