"""Handing an application in, once: only when it is complete. That day starts the clock (UNO-MEM-1)."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from expat.applications.begin import application, form_of, refuse_insured, standing_of
from expat.applications.declare import declarations
from expat.applications.eligible import problems
from expat.applications.form import Filled
from expat.applications.happened import ENDS, Standing, add_event, must_stand
from expat.applications.lacking import lacking
from expat.applications.papers import papers_of
from expat.applications.screened import screen_application
from expat.applications.starts import first_day
from expat.applications.tables import ApplicationConsent, DebitMandate
from expat.db import table_of
from expat.errors import BadInput, Conflict
from expat.membership.changes import Acting
from expat.plans.edition import Edition
from expat.plans.loader import plan
from expat.wording.application_texts import NEEDED, consent, mandate

_CONSENT: Any = table_of(ApplicationConsent)
_MANDATE: Any = table_of(DebitMandate)


def hand_in(session: Session, application_id: int, acting: Acting, creditor: str, language: str) -> Standing:
    """Hand it in; where it is handed in already, nothing happens. Answers where it stands.

    Raises BadInput while something is missing or speaks against it, Conflict for the account of an insured person.
    What was agreed to is kept word for word.
    """
    row = application(session, application_id, lock=True)
    stands = standing_of(session, row)
    if stands.word != "draft":
        return stands
    refuse_insured(session, row.account_id)
    form, edition = form_of(row), plan(row.plan).on(acting.day)
    check_complete(session, edition, row, form, acting)
    _keep_consents(session, application_id, form, acting, language)
    if form.payment and form.payment["way"] == "debit":
        _keep_mandate(session, application_id, form, acting, creditor, language)
    screen_application(session, application_id, form, acting.at)  # a match stops the conclusion, not the answer
    add_event(session, application_id, "handed_in", acting, detail={"content": row.content})
    return standing_of(session, row)


def check_complete(session: Session, edition: Edition, row: Any, form: Filled, acting: Acting) -> None:
    """Raise BadInput while something is missing or speaks against it."""
    effect = first_day(edition, form, acting.day, acting.day)
    if found := problems(edition, form, effect):
        raise BadInput(found[0].where, found[0].word, "who the contract insures")
    signed, came = declarations(session, edition, row.id), papers_of(session, row.id)
    if lacks := lacking(edition, form, signed, came, effect):
        raise BadInput(lacks[0].step, "is missing", lacks[0].paper or lacks[0].person)
    if form.prior is not None and form.prior.attested is not None and form.prior.attested > acting.day:
        raise BadInput("prior", f"the attestation is of {form.prior.attested}", f"a day up to {acting.day}")
    missing = [kind for kind in NEEDED if not (form.consents or {}).get(kind)]
    if missing:
        raise BadInput("consents", f"{missing[0]} is missing", "agree to it")


def withdraw(session: Session, application_id: int, acting: Acting) -> None:
    """The applicant takes the application back, or declines what it was accepted with. Once it has ended, nothing."""
    row = application(session, application_id, lock=True)
    stands = standing_of(session, row)
    if stands.word == "concluded":
        raise Conflict("application", "the membership is concluded", "renounce it instead")
    if stands.word not in ENDS:
        add_event(session, application_id, "withdrawn", acting)


def mandate_reference(application_id: int) -> str:
    """The mandate's own reference."""
    return f"UNO-{application_id:06d}"


def agree(session: Session, application_id: int, seen: int, acting: Acting) -> None:
    """The applicant agrees to the surcharge and what is left out; sent twice is once. `seen` is the offer that was
    read. Raises Conflict where it is another one by now."""
    row = application(session, application_id, lock=True)
    stands = standing_of(session, row)
    if stands.word == "premium" and stands.last is not None and stands.last.detail.get("offer") == seen:
        return
    must_stand(stands, "offered")
    if stands.last is None or stands.last.id != seen:
        raise Conflict("application", "the offer is another one by now", "read it again")
    add_event(session, application_id, "agreed", acting, detail={"offer": seen})


def mandate_of(session: Session, application_id: int) -> Any:
    """The mandate that was signed, if one was."""
    query = select(_MANDATE).where(_MANDATE.c.application_id == application_id).order_by(_MANDATE.c.id.desc())
    return session.execute(query.limit(1)).first()


def _keep_consents(session: Session, application_id: int, form: Filled, acting: Acting, language: str) -> None:
    """What was ticked, in the words and on the day of it."""
    step = form.consents or {}
    said = [(kind, consent(kind, step.get("language", language))) for kind, given in step.items() if given is True]
    rows = [
        {
            "application_id": application_id, "kind": kind, "version": one.version, "language": one.language,
            "text": one.text, "given_on": _day(step.get("given_on"), acting), "actor": acting.actor,
            "recorded_at": acting.at,
        }
        for kind, one in said
    ]  # fmt: skip
    session.execute(_CONSENT.insert(), rows)


def _keep_mandate(
    session: Session, application_id: int, form: Filled, acting: Acting, creditor: str, language: str
) -> None:
    """The mandate, in the words and on the day of its signature."""
    paid = form.payment or {}
    reference, spoken = mandate_reference(application_id), paid.get("language", language)
    values = {
        "application_id": application_id, "reference": reference, "holder": paid["debit_holder"],
        "iban": paid["debit_iban"], "text": mandate(reference, creditor, spoken).text, "language": spoken,
        "signed_on": _day(paid.get("signed_on"), acting), "recorded_at": acting.at,
    }  # fmt: skip
    session.execute(_MANDATE.insert().values(values))


def _day(kept: str | None, acting: Acting) -> date:
    return date.fromisoformat(kept) if kept else acting.day
