"""Who is told of an end that the management unit records, and whose account it closes."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from expat.accounts.open import close_account
from expat.accounts.tables import Account
from expat.claims.load import load
from expat.db import table_of
from expat.letters.death import stays_of
from expat.mail.leaving_letters import end_received, ended_by_insurer, family_told, proof_refused
from expat.mail.outbox import put
from expat.membership.changes import Acting, Outcome
from expat.membership.death import NewReport, death_of, report_death
from expat.membership.ends import BY_INSURER
from expat.payments.tell import members_of
from expat.periods import DAY
from expat.portal.desk.ends_forms import DeathForm
from expat.portal.told import link, operator
from expat.portal.work import db, house, now

_ACCOUNT: Any = table_of(Account)


def tell_ended(membership_id: int, change: int, reason: str, first: date) -> None:
    """The member is told of the last covered day."""
    reader = members_of(db(), [membership_id]).get(membership_id)
    if reader is None:
        return
    text = (ended_by_insurer if reason in BY_INSURER else end_received)(
        reader.language, reader.name, link("/cover/leave"), first - DAY, operator()
    )
    put(db(), f"membership_change:{change}", "leaving", reader.to, reader.language, *text, now())


def tell_proof(membership_id: int, proof_id: int, why: str) -> None:
    """The member is told why a proof is not enough."""
    reader = members_of(db(), [membership_id]).get(membership_id)
    if reader is not None:
        text = proof_refused(reader.language, reader.name, link("/cover/proofs"), why, operator())
        put(db(), f"proof_answer:{proof_id}", "proof", reader.to, reader.language, *text, now())


def tell_end_paper(membership_id: int, paper_id: int, why: str) -> None:
    """The member is told why the proof of an end is not enough."""
    reader = members_of(db(), [membership_id]).get(membership_id)
    if reader is not None:
        text = proof_refused(reader.language, reader.name, link("/cover/leave"), why, operator())
        put(db(), f"end_paper:{paper_id}", "proof", reader.to, reader.language, *text, now())


def keep_report(membership_id: int, form: DeathForm, acting: Acting) -> Outcome:
    """Keep what was told of the member's death. Raises BadInput."""
    new = NewReport(
        form.died_on.data or acting.day, form.told_by.data, form.contact_name.data, form.contact_address.data,
        form.language.data, form.contact_email.data,
    )  # fmt: skip
    return report_death(db(), membership_id, new, acting)


def close_accounts(person: int, actor: str) -> None:
    """Nobody signs in as the person any more."""
    query = select(_ACCOUNT.c.id).where(_ACCOUNT.c.person_id == person, _ACCOUNT.c.closed_at.is_(None))
    for account in db().execute(query).scalars().all():
        close_account(db(), account, now(), actor)


def tell_family(membership_id: int) -> None:
    """One mail to the family's contact, where there is an address; the letter says the same."""
    told, dossier = death_of(db(), membership_id), load(db(), [membership_id])[membership_id]
    if told is None or not told.contact_email:
        return
    reach = " · ".join(filter(None, (house().settings.operator_email, house().settings.operator_phone)))
    stays = stays_of(dossier)
    text = family_told(told.language, told.contact_name, dossier.number, stays, operator(), reach or None)
    put(db(), f"death:{membership_id}", "death", told.contact_email, told.language, *text, now())
