"""What the medical department answers to a request, once; and a member who withdraws one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from expat.accounts.own import refuse_own
from expat.amendments.ask import answer
from expat.amendments.bring_about import bring_about, note_refused
from expat.amendments.effect import Effect, NotPossible, effect_of
from expat.amendments.kinds import Change, read_change
from expat.amendments.papers import papers_of
from expat.amendments.tables import Amendment, AmendmentAnswer, AmendmentOffer
from expat.claims.dossier import Dossier
from expat.claims.load import load
from expat.db import table_of
from expat.documents.keys import Keys
from expat.errors import BadInput, Conflict, NotFound
from expat.membership.changes import Acting
from expat.membership.standing import death_of_member

LONGEST_TEXT = 4_000
PROVEN_BY = {"prior_cover_attested_on": "prior_cover", "married_on": "civil_status"}  # the paper for what is said
REASONS = ("health", "incomplete", "conditions")  # why a request is refused

_AMENDMENT: Any = table_of(Amendment)
_ANSWER: Any = table_of(AmendmentAnswer)
_OFFER: Any = table_of(AmendmentOffer)


def agree(session: Session, amendment_id: int, text: str, acting: Acting, keys: Keys) -> bool:
    """The medical department agrees: the change takes effect as if agreed on the day of the request.

    What lifts waits counts only with its paper. Answers whether this was new: agreeing twice is once. Raises NotFound,
    Own, Conflict where it was refused or withdrawn meanwhile, NotPossible where the rules no longer allow it.
    """
    row, dossier = locked(session, amendment_id)
    refuse_own(session, row.membership_id, acting.actor)
    if decided(session, row, "agreed"):
        return False
    _not_offered(session, row)
    if death_of_member(dossier.changes) is not None:
        raise NotPossible("membership", "ended", "the member has died")
    change, effect = effect_now(row, dossier)
    effect = proven(session, row.id, effect)
    asked = Acting(row.asked_on, acting.at, acting.preference, acting.actor)
    bring_about(session, row.membership_id, amendment_id, change, effect, asked)
    answer(
        session, amendment_id, "agreed", acting, text=sealed_text(text, amendment_id, keys),
        effective_from=effect.effective,
    )  # fmt: skip
    return True


def refuse(session: Session, amendment_id: int, reason: str, text: str, acting: Acting, keys: Keys) -> bool:
    """The medical department refuses, and says why to the member. Answers whether this was new.

    Raises NotFound, Own, BadInput naming the field, Conflict where it was agreed to or withdrawn meanwhile.
    """
    if reason not in REASONS:
        raise BadInput("reason", f"{reason!r} is unknown", f"one of {', '.join(REASONS)}")
    if not text.strip():
        raise BadInput("text", "is empty", "why it is refused, in words for the member")
    row, dossier = locked(session, amendment_id)
    refuse_own(session, row.membership_id, acting.actor)
    if decided(session, row, "refused"):
        return False
    _not_offered(session, row)
    _note_refused(session, row, dossier, acting)
    answer(session, amendment_id, "refused", acting, reason=reason, text=sealed_text(text, amendment_id, keys))
    return True


def withdraw(session: Session, amendment_id: int, acting: Acting) -> bool:
    """The member no longer wants it. Answers whether this was new. Raises NotFound, Conflict where it was decided."""
    row, _dossier = locked(session, amendment_id)
    if decided(session, row, "withdrawn"):
        return False
    answer(session, amendment_id, "withdrawn", acting)
    return True


def text_sealed_under(amendment_id: int) -> str:
    """What the text of an answer is sealed under."""
    return f"amendment-answer:{amendment_id}"


def locked(session: Session, amendment_id: int) -> tuple[Row[Any], Dossier]:
    """A request and its membership, locked."""
    row = session.execute(select(_AMENDMENT).where(_AMENDMENT.c.id == amendment_id)).first()
    if row is None:
        raise NotFound("amendment", f"there is no request {amendment_id}")
    return row, load(session, [row.membership_id], lock=True)[row.membership_id]


def decided(session: Session, row: Row[Any], outcome: str) -> bool:
    """Whether that outcome is kept already. Raises Conflict where another one is."""
    found = session.execute(select(_ANSWER.c.outcome).where(_ANSWER.c.amendment_id == row.id)).scalar()
    if found is not None and found != outcome:
        raise Conflict("amendment", f"request {row.id} is {found} already", "look at that first")
    return found is not None


def _not_offered(session: Session, row: Row[Any]) -> None:
    """Raise Conflict where conditions were offered: the member agrees to them or withdraws."""
    if session.execute(select(_OFFER.c.amendment_id).where(_OFFER.c.amendment_id == row.id)).first():
        raise Conflict("amendment", f"request {row.id} is offered on conditions", "wait for the member")


def effect_now(row: Row[Any], dossier: Dossier) -> tuple[Change, Effect]:
    """What a request (its row) asks for, and what it brings by the rules."""
    change = read_change(row.kind, row.content)
    return change, effect_of(dossier, change, row.asked_on)


def proven(session: Session, amendment_id: int, effect: Effect) -> Effect:
    """The effect with what papers show: earlier cover, and a marriage, lift waits only where their paper came."""
    if effect.person is None:
        return effect
    kinds = {paper.kind for paper in papers_of(session, amendment_id)}
    unproven: dict[str, Any] = {name: None for name, kind in PROVEN_BY.items() if kind not in kinds}
    return replace(effect, person=replace(effect.person, **unproven))


def _note_refused(session: Session, row: Row[Any], dossier: Dossier, acting: Acting) -> None:
    try:
        _change, effect = effect_now(row, dossier)
    except NotPossible:  # what the rules no longer allow can still be refused
        return
    asked = Acting(row.asked_on, acting.at, acting.preference, acting.actor)
    note_refused(session, row.membership_id, effect, asked)


def sealed_text(text: str, amendment_id: int, keys: Keys) -> bytes | None:
    """The text of an answer, sealed; None where nothing was written. Raises BadInput."""
    said = text.strip()
    if len(said) > LONGEST_TEXT:
        raise BadInput("text", "is too long", f"at most {LONGEST_TEXT} characters")
    return keys.seal(said.encode(), text_sealed_under(amendment_id)) if said else None
