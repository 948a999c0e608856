"""Somebody who is to be insured is accepted on conditions, a surcharge or care that is left out: they count once the
member agrees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from expat import audit
from expat.accounts.own import refuse_own
from expat.amendments.ask import answer
from expat.amendments.bring_about import bring_about
from expat.amendments.decide import LONGEST_TEXT, decided, effect_now, locked, proven, sealed_text, text_sealed_under
from expat.amendments.effect import NotPossible
from expat.amendments.kinds import Joins
from expat.amendments.tables import AmendmentOffer
from expat.applications.decide import most_surcharge
from expat.applications.exclusions import keep_exclusion
from expat.db import table_of
from expat.documents.keys import Keys
from expat.errors import BadInput, Conflict
from expat.membership.changes import Acting
from expat.membership.standing import death_of_member
from expat.plans.edition import Edition

_OFFER: Any = table_of(AmendmentOffer)


class Conditions(NamedTuple):
    """On what conditions: a surcharge (a share of the own part of the premium), care that is left out (codes or
    families), and the words for it that the member agrees to."""

    surcharge: Decimal | None = None
    care: tuple[str, ...] = ()
    words: str = ""


class Offered(NamedTuple):
    """What was offered, the day, and what the medical department wrote beside it."""

    conditions: Conditions
    text: str
    on: date


def offer(session: Session, amendment_id: int, conditions: Conditions, text: str, acting: Acting, keys: Keys) -> bool:
    """The medical department accepts somebody on conditions. Answers whether this was new.

    Raises NotFound, Own, BadInput naming the field, Conflict where it was answered, withdrawn or offered otherwise.
    """
    row, dossier = locked(session, amendment_id)
    refuse_own(session, row.membership_id, acting.actor)
    change, _effect = effect_now(row, dossier)
    if not isinstance(change, Joins):
        raise BadInput("decision", "conditions are for somebody who is to be insured", "agree or refuse")
    _check(dossier.plan.on(row.asked_on), conditions)
    if decided(session, row, "offered"):
        return False
    if (before := offered(session, amendment_id, keys)) is not None:
        if (before.conditions, before.text) == (conditions, text.strip()):
            return False
        raise Conflict("amendment", f"request {amendment_id} is offered already", "wait for the member")
    words = keys.seal(conditions.words.strip().encode(), _under(amendment_id)) if conditions.care else None
    values = {
        "amendment_id": amendment_id, "surcharge": conditions.surcharge, "care": list(conditions.care), "words": words,
        "text": sealed_text(text, amendment_id, keys), "offered_on": acting.at.date(), "offered_by": acting.actor,
        "recorded_at": acting.at,
    }  # fmt: skip
    session.execute(_OFFER.insert().values(values))
    audit.record(session, acting.at, acting.actor, "amendment.offered", f"amendment:{amendment_id}")
    return True


def offered(session: Session, amendment_id: int, keys: Keys) -> Offered | None:
    """What was offered, for the member and the medical department."""
    row = session.execute(select(_OFFER).where(_OFFER.c.amendment_id == amendment_id)).first()
    if row is None:
        return None
    words = keys.unseal(row.words, _under(amendment_id)).decode() if row.words else ""
    text = keys.unseal(row.text, text_sealed_under(amendment_id)).decode() if row.text else ""
    return Offered(Conditions(row.surcharge, tuple(row.care), words), text, row.offered_on)


def accept_offer(session: Session, amendment_id: int, acting: Acting, keys: Keys) -> bool:
    """The member agrees to the conditions: the person is insured on them, as if agreed on the day of the request.

    Answers whether this was new. Raises NotFound, Conflict where nothing is offered or it was withdrawn, NotPossible
    where the rules no longer allow it.
    """
    row, dossier = locked(session, amendment_id)
    if decided(session, row, "agreed"):
        return False
    found = offered(session, amendment_id, keys)
    if found is None:
        raise Conflict("amendment", f"nothing is offered on request {amendment_id}", "wait for the answer")
    if death_of_member(dossier.changes) is not None:
        raise NotPossible("membership", "ended", "the member has died")
    change, effect = effect_now(row, dossier)
    effect = proven(session, row.id, effect)
    assert effect.person is not None
    effect = replace(effect, person=replace(effect.person, surcharge=found.conditions.surcharge))
    asked = Acting(row.asked_on, acting.at, acting.preference, acting.actor)
    person = bring_about(session, row.membership_id, amendment_id, change, effect, asked)
    if found.conditions.care and person is not None:
        _leave_out(session, person, found.conditions, effect.effective, acting, keys)
    answer(
        session, amendment_id, "agreed", acting, text=sealed_text(found.text, amendment_id, keys),
        effective_from=effect.effective,
    )  # fmt: skip
    return True


def _leave_out(
    session: Session, person: int, conditions: Conditions, effective: date, acting: Acting, keys: Keys
) -> None:
    keep_exclusion(session, person, conditions.care, conditions.words, effective, acting.at, keys)


def _check(edition: Edition, conditions: Conditions) -> None:
    share, most = conditions.surcharge, most_surcharge(edition)
    if share is None and not conditions.care:
        raise BadInput("surcharge", "there is no condition", "a surcharge, or care that is left out")
    if share is not None and not (share.is_finite() and 0 < share <= most):
        raise BadInput("surcharge", f"{share} is no share", f"above 0, at most {most}")
    if bool(conditions.care) != bool(conditions.words.strip()) or len(conditions.words) > LONGEST_TEXT:
        raise BadInput("words", "do not go with the care", "the care that is left out, and the words for it")
    _known_care(edition, conditions.care)


def _known_care(edition: Edition, care: Sequence[str]) -> None:
    for code in care:
        if not edition.in_family(code):
            raise BadInput("care", f"{code!r} is no care of the plan", "a code or a family")


def _under(amendment_id: int) -> str:
    return f"amendment-offer:{amendment_id}"
