"""Inviting an announced joiner by mail to an application that knows what the employer gave; and what comes of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from expat import audit
from expat.accounts.open import INVITATION_GOOD_FOR, account_of, make_link, open_account
from expat.applications.begin import begin
from expat.db import advisory_lock, table_of
from expat.employers.announce import LOCK
from expat.employers.check import insured_as
from expat.employers.listing import joiner, open_joiners
from expat.employers.open import pays_for
from expat.employers.states import DONE_WITH
from expat.employers.tables import AnnouncedJoiner, AnnouncementStep, InvitedApplication
from expat.errors import BadInput, Conflict
from expat.mail.application_letters import invitation
from expat.mail.outbox import put
from expat.membership.changes import Acting

APPLICANT = "applicant"

_JOINER: Any = table_of(AnnouncedJoiner)
_INVITED: Any = table_of(InvitedApplication)
_STEP: Any = table_of(AnnouncementStep)


def invite(session: Session, key: int, acting: Acting, base_url: str, operator: str | None = None) -> bool:
    """Invite an announced member, with the family announced beside: an account to apply with and an application that is
    filled in with what the employer gave, to be confirmed or corrected. Answers False where that happened before.

    Raises NotFound, BadInput for who is no member or has no address, Conflict where the joiner is done with, or is
    insured already: the management unit asks the person, and the employer is told nothing of it.
    """
    advisory_lock(session, LOCK)
    row = joiner(session, key)
    if application_of(session, key) is not None:
        return False
    _check(session, row)
    account, language = account_of(session, row.email), row.language or "fr"
    name = f"{row.first_name} {row.last_name}"
    if account is None:
        new = open_account(session, row.email, name, language, [APPLICANT], acting.at, acting.actor)
        url = f"{base_url}/password/{make_link(session, new, acting.at, INVITATION_GOOD_FOR)}"
    else:
        new, url = int(account.id), f"{base_url}/apply/file"
    family = [row, *_family(session, row)]
    application = begin(session, new, acting.at, {"announced": _known(row, family)})
    _keep(session, [one.id for one in family], application, acting)
    days = INVITATION_GOOD_FOR.days if account is None else None
    text = invitation(language, name, url, row.employer, days, operator)
    put(session, f"joiner:{key}:invited", "application", row.email, language, *text, acting.at)
    audit.record(session, acting.at, acting.actor, "joiner.invited", f"announced_joiner:{key}", application=application)
    return True


def to_invite(session: Session) -> list[int]:
    """The announced members who wait for their invitation, in the order announced: one item each for a daily job."""
    return [row.id for row in open_joiners(session) if row.state == "announced" and row.role == "member" and row.email]


def application_of(session: Session, key: int) -> int | None:
    """The application to which a joiner was invited."""
    found: int | None = session.execute(select(_INVITED.c.application_id).where(_INVITED.c.joiner_id == key)).scalar()
    return found


def note_concluded(
    session: Session, application_id: int, membership_id: int, number: str, effect: date, acting: Acting
) -> None:
    """The membership of an application to which an employer's joiners were invited is concluded: they are noted as
    joined, and the employer pays from its first day on. Of any other application nothing happens."""
    query = select(_JOINER).join(_INVITED, _INVITED.c.joiner_id == _JOINER.c.id)
    rows = session.execute(query.where(_INVITED.c.application_id == application_id).order_by(_JOINER.c.id)).all()
    for row in rows:
        values = {"joiner_id": row.id, "state": "joined", "membership_id": membership_id, "why": ""}
        session.execute(_STEP.insert().values(**values, noted_by=acting.actor, noted_at=acting.at))
        subject = f"announced_joiner:{row.id}"
        audit.record(session, acting.at, acting.actor, "joiner.joined", subject, membership=membership_id)
    for employer in sorted({row.employer_id for row in rows})[:1]:
        pays_for(session, employer, number, effect, acting.at, acting.actor)


def _check(session: Session, row: Row[Any]) -> None:
    if row.state in DONE_WITH:
        raise Conflict("state", f"is {row.state} already", "nothing more to be done")
    if row.role != "member" or not row.email:
        raise BadInput("email", "only a member with an address is invited", "the member of the family")
    if numbers := insured_as(session, row.first_name, row.last_name, row.born):
        raise Conflict("insured", f"is insured already as {', '.join(numbers)}", "ask the person first")
    account = account_of(session, row.email)
    if account is not None and (account.person_id is not None or APPLICANT not in account.roles.split()):
        raise Conflict("account", "the address has another account", "ask the person for another address")


def _family(session: Session, row: Row[Any]) -> Sequence[Row[Any]]:
    """The spouse and the children whom the same file announced with a member."""
    same = (_JOINER.c.upload_id == row.upload_id, _JOINER.c.family == row.family, _JOINER.c.id != row.id)
    return session.execute(select(_JOINER).where(*same).order_by(_JOINER.c.id)).all()


def _known(row: Row[Any], family: Sequence[Row[Any]]) -> dict[str, Any]:
    """What the employer gave, as the pages of the application offer it."""
    chosen = {
        "country": row.residence, "desired": row.effective_on.isoformat(), "zone": row.zone, "formula": row.formula,
        "currency": row.currency,
    }  # fmt: skip
    return {
        "employer": row.employer, **{name: value for name, value in chosen.items() if value},
        "people": [
            {"role": one.role, "born": one.born.isoformat(), "first_name": one.first_name, "last_name": one.last_name,
             "nationality": one.nationality}
            for one in family
        ],
    }  # fmt: skip


def _keep(session: Session, joiners: Sequence[int], application: int, acting: Acting) -> None:
    session.execute(_INVITED.insert(), list(_rows(joiners, application, acting)))
    steps = [
        {"joiner_id": one, "state": "invited", "why": "", "noted_by": acting.actor, "noted_at": acting.at}
        for one in joiners
    ]
    session.execute(_STEP.insert(), steps)


def _rows(joiners: Sequence[int], application: int, acting: Acting) -> Iterator[dict[str, Any]]:
    for one in joiners:
        yield {"joiner_id": one, "application_id": application, "invited_at": acting.at}
