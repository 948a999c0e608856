"""The member's death: what is known of it, whom of the family we write to, and what holds from then on.

Payouts to the accounts that were known before are stopped until a person enters the account that the estate names.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from expat import audit
from expat.claims.dossier import Dossier
from expat.db import table_of
from expat.errors import BadInput
from expat.membership import standing
from expat.membership.changes import Acting, Outcome, keep_change, locked
from expat.membership.ends import death_change
from expat.membership.tables import DeathReport
from expat.wording.catalogue import LANGUAGES

_REPORT: Any = table_of(DeathReport)


@dataclass(frozen=True)
class NewReport:
    """A death as it was told: by whom, and the family's contact, who is written to in `language`."""

    died_on: date
    told_by: str
    contact_name: str
    contact_address: str
    language: str
    contact_email: str | None = None


def report_death(session: Session, membership_id: int, new: NewReport, acting: Acting) -> Outcome:
    """Record the member's death (UNO-MEM-3); told twice it is kept once. Raises BadInput naming the field."""
    dossier = locked(session, membership_id)
    for name in ("told_by", "contact_name", "contact_address"):
        if not getattr(new, name).strip():
            raise BadInput(name, "is missing", "in words")
    if new.language not in LANGUAGES:
        raise BadInput("language", f"{new.language!r} is unknown", f"one of {', '.join(LANGUAGES)}")
    held = death_of(session, membership_id)
    if held is not None and held.died_on == new.died_on:
        return Outcome()
    done = keep_death(session, dossier, new.died_on, acting)
    values = {
        "membership_id": membership_id, "person_id": dossier.member.id, "died_on": new.died_on,
        "told_by": new.told_by, "told_on": acting.day, "contact_name": new.contact_name,
        "contact_email": new.contact_email or None, "contact_address": new.contact_address, "language": new.language,
        "recorded_by": acting.actor, "recorded_at": acting.at,
    }  # fmt: skip
    session.execute(_REPORT.insert().values(values))
    audit.record(session, acting.at, acting.actor, "death.reported", f"membership:{membership_id}", by=new.told_by)
    return done


def keep_death(session: Session, dossier: Dossier, died_on: date, acting: Acting) -> Outcome:
    """The member's death: once told, it stands as it was told. The dossier is locked by who calls."""
    if standing.death_of_member(dossier.changes) is not None:
        raise BadInput("died_on", "the member's death is recorded already", "write to the administrators to correct it")
    if not dossier.member.born <= died_on <= acting.day:
        raise BadInput("died_on", f"{died_on} cannot be right", f"a day from the birth to {acting.day}")
    return keep_change(session, dossier, acting, death_change(dossier, died_on, acting.day))


def death_of(session: Session, membership_id: int) -> Row[Any] | None:
    """What was told of the member's death; None where nothing was."""
    return session.execute(select(_REPORT).where(_REPORT.c.membership_id == membership_id)).one_or_none()
